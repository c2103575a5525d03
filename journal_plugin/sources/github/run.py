"""What the passes over a repository share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from journal_plugin.sources.github.report import Progress

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from journal_plugin.settings import Settings
    from journal_plugin.sources.github.authors import AuthorKinds
    from journal_plugin.sources.github.client import Client
    from journal_plugin.sources.github.store import Store


@dataclass(slots=True, kw_only=True)
class Run:
    """One repository in one sync."""

    client: Client
    store: Store
    settings: Settings
    kinds: AuthorKinds
    name: str
    """The name that GitHub has for the repository now."""
    progress: Callable[[Progress], None]
    started: datetime | None = None
    """GitHub's time at the first answer."""
    lacks: frozenset[str] = frozenset()
    """Fields of GraphQL that the server turned out not to know."""
    has_issues: bool = True
    """Whether issues are switched on, as far as the answers tell."""

    @property
    def source(self) -> str:
        """`graphql` or `rest`: where records are read from."""
        return "graphql" if self.client.has_token else "rest"

    def note_time(self, date: datetime | None) -> None:
        """Remember GitHub's time when the sync began."""
        self.started = self.started or date

    def etags(self, **lists: str) -> dict[str, str]:
        """The `ETag` of the repository, and those of `lists`; all others are out of date."""
        url = f"/repos/{self.name}"
        known = self.store.state.etags
        return {**({url: known[url]} if url in known else {}), **lists}

    @property
    def repo(self) -> str:
        """The name in the options, which is also the one in the snapshot."""
        return self.store.repo

    def tell(self, step: str, records: int, total: int | None = None) -> None:
        """Send a progress report."""
        self.progress(
            Progress(
                repo=self.repo,
                step=step,
                records=records,
                total=total,
                requests=self.client.requests,
                quota_left=self.client.quota_left,
            )
        )
