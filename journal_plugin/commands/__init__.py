"""The commands of `journal`: one module for each."""
