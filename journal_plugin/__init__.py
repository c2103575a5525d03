"""The experiment journal: issues, pull requests and posts become one cross-linked site."""

__version__ = "0.1.0"
