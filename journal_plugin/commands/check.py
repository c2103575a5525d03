"""`journal check`: what is wrong in posts and records."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from journal_plugin.build import build_journal
from journal_plugin.commands.options import EXIT_FINDINGS, config_file_option
from journal_plugin.config import load_project

if TYPE_CHECKING:
    from pathlib import Path


@click.command()
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
        runs=sources.runs,
        diagnostics=sources.diagnostics,
    )
    for finding in build.diagnostics:
        click.echo(str(finding))
    if build.diagnostics:
        sys.exit(EXIT_FINDINGS)
