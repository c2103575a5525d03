"""The command `journal`."""

from __future__ import annotations

import sys

import click

from journal_plugin import __version__
from journal_plugin.commands.check import check
from journal_plugin.commands.options import EXIT_FINDINGS, EXIT_GITHUB, EXIT_USAGE
from journal_plugin.commands.sync import sync
from journal_plugin.errors import ConfigError, GitHubError, JournalError


class JournalGroup(click.Group):
    """Turns the journal's errors into one line and an exit code."""

    def invoke(self, ctx: click.Context) -> object:
        """Run a command; exit 2 for configuration, 3 for GitHub, 1 for the rest."""
        try:
            return super().invoke(ctx)
        except JournalError as error:
            click.echo(f"Error: {error}", err=True)
            sys.exit(_exit_code(error))


def _exit_code(error: JournalError) -> int:
    if isinstance(error, ConfigError):
        return EXIT_USAGE
    return EXIT_GITHUB if isinstance(error, GitHubError) else EXIT_FINDINGS


@click.group(cls=JournalGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="journal")
def main() -> None:
    """Turn issues, pull requests and experiment posts into one journal."""


main.add_command(check)
main.add_command(sync)
