"""What `journal init` writes into a repository."""
