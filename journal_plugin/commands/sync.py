"""`journal sync`: pull issues and pull requests from GitHub into the snapshot."""

from __future__ import annotations

import json
import os
import sys
from contextlib import ExitStack
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Self

import click

from journal_plugin.commands.options import config_file_option, examples
from journal_plugin.config import load_project
from journal_plugin.errors import ConfigError
from journal_plugin.settings import SYNC_MODES
from journal_plugin.sources.github import sync_snapshot
from journal_plugin.sources.sync_state import Endpoint, needs_sync

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType

    from click._termui_impl import ProgressBar

    from journal_plugin.settings import Settings
    from journal_plugin.sources.github import Progress, SyncReport


SYNC_VARIABLE = "JOURNAL_SYNC"
"""Stands for the option `sync` in builds, where it is set."""


@click.command()
@config_file_option
@click.option("--full", is_flag=True, help="Read every record, not only those that changed.")
@click.option("--json", "as_json", is_flag=True, help="Print what was done as JSON.")
@examples("journal sync", "GITHUB_TOKEN=... journal sync --full", "journal sync --json")
def sync(config_file: Path | None, *, full: bool, as_json: bool) -> None:
    """Pull issues and pull requests from GitHub into the snapshot.

    The token is read from GITHUB_TOKEN, then GH_TOKEN. Without one, public repositories still
    work, with fewer details.
    """
    project = load_project(config_file)
    report = run_sync(project.settings, project.snapshot_dir, full=full)
    for notice in report.notices:
        click.echo(f"Note: {notice}", err=True)
    click.echo(_format_json(report) if as_json else report.summary)


def run_sync(settings: Settings, snapshot: Path, *, full: bool = False) -> SyncReport:
    """Sync with the token and the addresses of the environment, and show progress on a terminal.

    Raises:
        GitHubError: GitHub failed; what was fetched before is kept.
        OutputError: the snapshot cannot be written.
    """
    endpoint = Endpoint.from_environment(os.environ)
    with Bars() as bars:
        return sync_snapshot(
            settings,
            snapshot,
            token=endpoint.token,
            now=datetime.now(UTC),
            full=full,
            api_url=endpoint.api_url,
            graphql_url=endpoint.graphql_url,
            progress=bars.show,
        )


def is_sync_due(settings: Settings, snapshot: Path) -> bool:
    """Whether a build should sync, by the option `sync`, the token and the snapshot's age.

    `JOURNAL_SYNC` in the environment stands for the option: whoever runs a build may know that the
    snapshot is as new as it can be.

    Raises:
        ConfigError: `JOURNAL_SYNC` is not a value of the option.
    """
    mode = os.environ.get(SYNC_VARIABLE) or settings.sync
    if mode not in SYNC_MODES:
        raise ConfigError(SYNC_VARIABLE, f"got {mode!r}; allowed is {', '.join(SYNC_MODES)}")
    if mode != "auto":
        return mode == "always"
    has_token = Endpoint.from_environment(os.environ).token is not None
    return has_token and needs_sync(snapshot, settings, datetime.now(UTC))


def _format_json(report: SyncReport) -> str:
    return json.dumps(asdict(report), indent=2, sort_keys=True)


class Bars:
    """A progress bar for each list that is read; nothing unless stderr is a terminal."""

    def __init__(self) -> None:
        self._is_terminal = sys.stderr.isatty()
        self._stack = ExitStack()
        self._bar: ProgressBar[Progress] | None = None
        self._shown: tuple[str, str] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stack.close()

    def show(self, progress: Progress) -> None:
        """Move the bar of what is being read; begin a new one for a new list."""
        if not self._is_terminal:
            return
        if self._bar is None or self._shown != (progress.repo, progress.step):
            self._stack.close()
            self._shown = (progress.repo, progress.step)
            bar: ProgressBar[Progress] = click.progressbar(
                length=0,
                label=f"{progress.repo} {progress.step}",
                item_show_func=_describe,
                show_pos=True,
                file=sys.stderr,
            )
            self._bar = self._stack.enter_context(bar)
        self._bar.length = max(progress.total or 0, progress.records)
        self._bar.update(progress.records - self._bar.pos, progress)


def _describe(progress: Progress | None) -> str:
    if progress is None:
        return ""
    left = "" if progress.quota_left is None else f", {progress.quota_left} left"
    return f"{progress.requests} requests{left}"
