"""The command `journal`."""

from __future__ import annotations

import os
import sys

import click

from journal_plugin import __version__
from journal_plugin.commands.check import check
from journal_plugin.commands.context import context
from journal_plugin.commands.diff import diff
from journal_plugin.commands.export import export
from journal_plugin.commands.init import init
from journal_plugin.commands.mcp import mcp
from journal_plugin.commands.new import new
from journal_plugin.commands.options import (
    EXIT_FINDINGS,
    EXIT_GITHUB,
    EXIT_USAGE,
    clean,
    examples,
)
from journal_plugin.commands.schema import schema
from journal_plugin.commands.sync import sync
from journal_plugin.errors import ConfigError, GitHubError, JournalError


class JournalGroup(click.Group):
    """Turns the journal's errors into one line and an exit code."""

    def invoke(self, ctx: click.Context) -> object:
        """Run a command; exit 2 for configuration, 3 for GitHub, 1 for the rest."""
        if os.environ.get("NO_COLOR"):  # see https://no-color.org: any value that is not empty
            ctx.color = False
        try:
            return super().invoke(ctx)
        except JournalError as error:
            shown = f"{click.style('Error:', fg='red')} {clean(str(error))}"
            click.echo(shown, err=True, color=ctx.color)
            sys.exit(_exit_code(error))


def _exit_code(error: JournalError) -> int:
    if isinstance(error, ConfigError):
        return EXIT_USAGE
    return EXIT_GITHUB if isinstance(error, GitHubError) else EXIT_FINDINGS


@click.group(cls=JournalGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="journal")
@examples("journal init", "journal sync", "journal new --from-issue 18", "journal check")
def main() -> None:
    """Turn issues, pull requests and experiment posts into one journal.

    Exit codes: 0 fine, 1 findings, 2 wrong usage or configuration, 3 GitHub failed.
    """


for command in (init, sync, new, check, context, diff, export, schema, mcp):
    main.add_command(command)
