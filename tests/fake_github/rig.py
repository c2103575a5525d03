"""A snapshot that is synced from a fake GitHub, as tests need it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from journal_plugin.settings import Settings
from journal_plugin.sources.github import sync_snapshot
from journal_plugin.sources.snapshot import load_snapshot
from tests.fake_github.server import TOKEN

if TYPE_CHECKING:
    from pathlib import Path

    from journal_plugin.model import Record
    from journal_plugin.sources.github import SyncReport
    from tests.fake_github.server import FakeGitHub, Request
    from tests.fake_github.world import Item

REPO = "acme/lab"


class Rig:
    """A fake GitHub with one repository, and the snapshot that is synced from it."""

    def __init__(self, fake: FakeGitHub, root: Path) -> None:
        self.fake = fake
        self.root = root
        self.token: str | None = TOKEN
        self.options: dict[str, Any] = {"repo": REPO}

    @property
    def items(self) -> dict[int, Item]:
        """The records of the repository on the fake."""
        return self.fake.world.repos[REPO].items

    @property
    def log(self) -> list[Request]:
        """What was asked since the last `sync`."""
        return self.fake.log

    def settings(self, **options: Any) -> Settings:
        return Settings.from_mapping({**self.options, **options})

    def sync(
        self, *, full: bool = False, later: float = 60, ahead: float = 0, **options: Any
    ) -> SyncReport:
        """Let some time pass, then sync; our clock may be ahead of GitHub's."""
        self.fake.log.clear()
        self.fake.world.now += timedelta(seconds=later)
        return sync_snapshot(
            self.settings(**options),
            self.root,
            token=self.token,
            now=self.fake.world.now + timedelta(seconds=ahead),
            full=full,
            api_url=self.fake.api_url,
            graphql_url=self.fake.graphql_url,
        )

    def records(self, repo: str = REPO) -> dict[int, Record]:
        """The snapshot; every file in it must be a record."""
        snapshot, broken = load_snapshot(self.root, [repo], shown_as=".journal")
        assert broken == ()
        return {key.number: record for key, record in snapshot.records.items()}

    def files(self, root: Path | None = None) -> dict[str, bytes]:
        """The bytes of all record files."""
        root = root or self.root
        paths = sorted(root.rglob("*.json"))
        return {
            path.relative_to(root).as_posix(): path.read_bytes()
            for path in paths
            if path.stem.isdigit()
        }
