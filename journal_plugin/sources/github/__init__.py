"""Pulls issues and pull requests from GitHub into the snapshot.

Importing this package is cheap; PyGithub is imported by the first sync.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from journal_plugin.sources.github.report import Progress, RepoReport, SyncReport
from journal_plugin.sources.sync_state import API_URL, GRAPHQL_URL, Endpoint

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    from journal_plugin.settings import Settings

__all__ = ["Progress", "RepoReport", "SyncReport", "sync_snapshot"]


def _ignore(_: Progress) -> None:
    pass


def sync_snapshot(  # noqa: PLR0913 - each is a separate choice of the caller
    settings: Settings,
    root: Path,
    *,
    token: str | None,
    now: datetime,
    full: bool = False,
    api_url: str = API_URL,
    graphql_url: str = GRAPHQL_URL,
    progress: Callable[[Progress], None] = _ignore,
) -> SyncReport:
    """Bring the snapshot in `root` up to date with every repository of the options.

    With a token, GraphQL gives all fields. Without one, lists of REST give what they have. Each
    page is written before the next request, so a sync that is stopped goes on where it was.

    Args:
        settings: The options.
        root: The snapshot directory; it need not exist.
        token: For GitHub, or None; it is written nowhere.
        now: Decides whether a full pass is due, and is noted as the time of the sync.
        full: Read every record, not only those that changed.
        api_url: Where REST is.
        graphql_url: Where GraphQL is.
        progress: Called after each request.

    Raises:
        ConfigError: no repository is set.
        GitHubError: one of its kinds; what was fetched before is kept, and the message says so.
        OutputError: the disk refuses.
    """
    from journal_plugin.sources.github.sync import sync_all  # noqa: PLC0415 - 0.17 s, see above

    endpoint = Endpoint(api_url=api_url, graphql_url=graphql_url, token=token)
    return sync_all(settings, root, endpoint=endpoint, now=now, full=full, progress=progress)
