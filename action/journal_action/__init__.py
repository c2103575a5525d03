"""What the action does between checkout and upload; one module for each step."""
