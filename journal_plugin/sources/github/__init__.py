"""Pulls issues and pull requests from GitHub into the snapshot."""
