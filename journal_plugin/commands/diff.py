"""`journal diff`: what the journal gains and loses between two states."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from journal_plugin.commands.load import build_from
from journal_plugin.commands.options import (
    EXIT_FINDINGS,
    config_file_option,
    examples,
    json_option,
    print_data,
)
from journal_plugin.compare import compare, format_data, format_markdown, format_text
from journal_plugin.config import load_project
from journal_plugin.errors import ConfigError
from journal_plugin.formats import dump_json
from journal_plugin.pages.data import render_data
from journal_plugin.sources.snapshot import load_snapshot

if TYPE_CHECKING:
    from collections.abc import Mapping

    from journal_plugin.config import Project

_DATA = "journal.json"


@click.command()
@click.argument("old", type=click.Path(exists=True, path_type=Path))
@click.argument("new", type=click.Path(exists=True, path_type=Path))
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "markdown"]),
    default="text",
    show_default=True,
    help="`markdown` is a comment for a pull request.",
)
@click.option("--exit-code", is_flag=True, help="Exit with 1 if anything changed.")
@config_file_option
@json_option
@examples(
    "journal diff old-snapshot .journal",
    "journal diff old-site/journal/journal.json site/journal/journal.json",
    "journal diff old-site site --format markdown > comment.md",
)
def diff(  # noqa: PLR0913 - one parameter for each option
    *,
    old: Path,
    new: Path,
    form: str,
    exit_code: bool,
    config_file: Path | None,
    as_json: bool,
) -> None:
    """Compare two states of the journal: posts, statuses, references and gaps.

    OLD and NEW are each a journal.json, a built site that has one, or a snapshot directory. Two
    snapshots are compared through the posts of this project.
    """
    found = compare(*(_load(path, config_file) for path in (old, new)))
    if as_json:
        print_data(dump_json(format_data(found)).decode())
    else:
        print_data(format_markdown(found) if form == "markdown" else format_text(found))
    if exit_code and found.changes:
        sys.exit(EXIT_FINDINGS)


def _load(path: Path, config_file: Path | None) -> Mapping[str, object]:
    if path.is_file():
        return _parse(path)
    candidates = [path / _DATA, *sorted(path.glob(f"*/{_DATA}"))]
    for candidate in candidates:
        if candidate.is_file():
            return _parse(candidate)
    return _build(path, load_project(config_file))


def _parse(path: Path) -> Mapping[str, object]:
    try:
        data = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError) as error:
        raise ConfigError(str(path), f"is not a journal.json: {error}") from error
    if not isinstance(data, dict) or "posts" not in data:
        raise ConfigError(str(path), "is not a journal.json: it has no posts")
    return data


def _build(snapshot_dir: Path, project: Project) -> Mapping[str, object]:
    """The journal that this project would have with another snapshot."""
    settings = project.settings
    if not any((snapshot_dir / repo).is_dir() for repo in settings.all_repos):
        known = ", ".join(settings.all_repos) or "no repository"
        raise ConfigError(str(snapshot_dir), f"holds no snapshot of {known}")
    sources = project.load_sources()
    snapshot, broken = load_snapshot(snapshot_dir, settings.all_repos, shown_as=settings.snapshot)
    own = f"{settings.snapshot}/"
    others = [d for d in sources.diagnostics if not d.path.startswith(own)]
    build = build_from(project, replace(sources, snapshot=snapshot, diagnostics=(*broken, *others)))
    data: Mapping[str, object] = json.loads(render_data(build.book).content)
    return data
