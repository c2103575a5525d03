"""The command `journal`."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from journal_plugin import __version__
from journal_plugin.build import build_journal
from journal_plugin.config import load_project
from journal_plugin.errors import ConfigError, GitHubError, JournalError

EXIT_FINDINGS = 1
EXIT_USAGE = 2
EXIT_GITHUB = 3


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


config_file_option = click.option(
    "--config-file",
    "-f",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The mkdocs.yml to use; by default the one in this directory.",
)


@click.group(cls=JournalGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="journal")
def main() -> None:
    """Turn issues, pull requests and experiment posts into one journal."""


@main.command()
@config_file_option
def check(config_file: Path | None) -> None:
    """Report what is wrong in posts and records, one line each."""
    project = load_project(config_file)
    sources = project.load_sources()
    build = build_journal(
        project.settings,
        sources.posts,
        sources.snapshot,
        site=project.site,
        diagnostics=sources.diagnostics,
    )
    for finding in build.diagnostics:
        click.echo(str(finding))
    if build.diagnostics:
        sys.exit(EXIT_FINDINGS)
