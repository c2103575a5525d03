"""Options that several commands share, and the exit codes of all."""

from __future__ import annotations

from pathlib import Path

import click

EXIT_FINDINGS = 1
"""The command ran and found something, or could not write."""
EXIT_USAGE = 2
"""A wrong option, or a wrong configuration."""
EXIT_GITHUB = 3
"""GitHub failed."""

config_file_option = click.option(
    "--config-file",
    "-f",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The mkdocs.yml to use; by default the one in this directory.",
)
