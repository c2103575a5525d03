"""Syncs the snapshot before a build, where it is time for that."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from mkdocs.exceptions import PluginError
from mkdocs.plugins import get_plugin_logger

from journal_plugin.errors import GitHubError, JournalError, OutputError

if TYPE_CHECKING:
    from pathlib import Path

    from journal_plugin.settings import Settings

log = get_plugin_logger("journal")


def sync_if_due(settings: Settings, snapshot: Path) -> bool:
    """Sync if the options want it now; return whether that was so.

    Raises:
        PluginError: the options are wrong for that.
    """
    is_asked = os.environ.get("JOURNAL_SYNC") or settings.sync != "never"
    if not settings.all_repos or not is_asked:
        return False
    from journal_plugin.commands.sync import is_sync_due, run_sync  # noqa: PLC0415 - few builds sync

    try:
        is_due = is_sync_due(settings, snapshot)
    except JournalError as error:
        raise PluginError(str(error)) from error
    if not is_due:
        return False
    try:
        report = run_sync(settings, snapshot)
    except (GitHubError, OutputError) as error:
        log.warning("the snapshot stays as it was: %s", error)
        return True
    for notice in (*report.notices, report.summary):
        log.info("%s", notice)
    return True
