"""What a sync remembers between runs: `sync.json`, the lock, and where GitHub is.

Nothing here imports PyGithub, so that a build which does not sync stays fast.
"""

from __future__ import annotations

import json
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from journal_plugin.errors import GitHubError
from journal_plugin.formats import dump_json, format_time, parse_time
from journal_plugin.model import SCHEMA_VERSION
from journal_plugin.writer import save_file

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime, timedelta

    from journal_plugin.settings import Settings

STATE_FILE = "sync.json"
"""Name of the state file in a repository's directory."""

API_URL = "https://api.github.com"
GRAPHQL_URL = "https://api.github.com/graphql"


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """Where GitHub is, and the token to show it."""

    api_url: str = API_URL
    graphql_url: str = GRAPHQL_URL
    token: str | None = field(default=None, repr=False)
    """Kept out of the `repr`, so that no log or traceback shows it."""

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Endpoint:
        """Read `GITHUB_TOKEN`, then `GH_TOKEN`, and the two addresses; empty counts as not set."""

        def find(*names: str) -> str | None:
            values = (environment.get(name, "").strip() for name in names)
            return next((value for value in values if value), None)

        # A token for another server must not go to the public one because an address is missing.
        api_url = (find("GITHUB_API_URL") or API_URL).rstrip("/")
        graphql_url = find("GITHUB_GRAPHQL_URL") or f"{api_url.removesuffix('/v3')}/graphql"
        return cls(
            api_url=api_url,
            graphql_url=graphql_url.rstrip("/"),
            token=find("GITHUB_TOKEN", "GH_TOKEN"),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Unfinished:
    """How far a pass came that has not ended yet."""

    mode: str
    """`graphql` or `rest` for a full pass, `changes` for an incremental one."""
    started: datetime
    """GitHub's time when the pass began."""
    step: str = ""
    """The list that is being read."""
    after: str | None = None
    """Where that list goes on: a cursor, or the address of the next page."""
    last_id: int = 0
    """Database id of the last comment that was read, in a list sorted by it."""
    pending: tuple[int, ...] = ()
    """Records of pages that were read whose own lists are longer than a page."""
    unseen: tuple[int, ...] = ()
    """Records of the snapshot that the pass has not met so far."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncState:
    """The content of `sync.json`."""

    cursor: datetime | None = None
    """Everything that changed up to this time is in the snapshot."""
    etags: Mapping[str, str] = field(default_factory=dict)
    """The `ETag` of each address that is asked again, by address."""
    repository_id: int | None = None
    """GitHub's number of the repository, which outlives a rename."""
    name: str | None = None
    """The name that GitHub has for the repository now."""
    private: bool = False
    source: str | None = None
    """`graphql` or `rest`: what filled the snapshot."""
    records: int = 0
    """How many record files there were; fewer mean that some were lost."""
    started: datetime | None = None
    """GitHub's time when the last pass that ended began."""
    synced_at: datetime | None = None
    full_synced_at: datetime | None = None
    unfinished: Unfinished | None = None


def load_state(root: Path, repo: str) -> SyncState:
    """Read `sync.json` of `repo`; one that is missing or unusable counts as empty."""
    path = root / repo / STATE_FILE
    if not path.is_file():  # a link to a device would be read for ever
        return SyncState()
    try:
        return _parse_state(json.loads(path.read_bytes()))
    except (
        OSError,
        ArithmeticError,
        ValueError,
        TypeError,
        LookupError,
        AttributeError,
        RecursionError,
    ):
        return SyncState()


def save_state(root: Path, repo: str, state: SyncState) -> None:
    """Write `sync.json` of `repo` atomically."""
    save_file(root, f"{repo}/{STATE_FILE}", dump_json(_format_state(state)))


def needs_sync(root: Path, settings: Settings, now: datetime) -> bool:
    """Whether the snapshot of any repository is unfinished or older than `sync_interval`."""
    return any(
        state.unfinished is not None or is_due(state.synced_at, settings.sync_interval, now)
        for state in (load_state(root, repo) for repo in settings.all_repos)
    )


def is_due(last: datetime | None, interval: timedelta, now: datetime) -> bool:
    """Whether something that was done `last` is to be done again.

    A time that is still to come is a mistake of some clock, or of whoever wrote it.
    """
    return last is None or not last <= now < last + interval


@contextmanager
def lock_snapshot(root: Path) -> Iterator[None]:
    """Keep other syncs off `root` for as long as the block runs.

    The lock file lies in the system's directory for temporary files, because the snapshot is
    meant to be committed.

    Raises:
        GitHubError: another sync holds the lock.
    """
    from filelock import FileLock, Timeout  # noqa: PLC0415 - builds that do not sync need none

    key = sha256(str(root.resolve()).encode()).hexdigest()[:16]
    lock = FileLock(Path(tempfile.gettempdir()) / f"journal-sync-{key}.lock", timeout=0)
    try:
        lock.acquire()
    except Timeout:
        msg = (
            f"another sync of {root.name} is running; wait for it to end, then run "
            "`journal sync` again if records are missing"
        )
        raise GitHubError(msg) from None
    try:
        yield
    finally:
        lock.release()


def _parse_state(data: Mapping[str, Any]) -> SyncState:
    if data.get("schemaVersion") != SCHEMA_VERSION:
        return SyncState()
    raw = data.get("unfinished")
    return SyncState(
        cursor=_time(data.get("cursor")),
        etags={str(url): str(etag) for url, etag in (data.get("etags") or {}).items()},
        repository_id=_number(data.get("repositoryId")),
        name=_text(data.get("name")),
        private=bool(data.get("private")),
        source=_text(data.get("source")),
        records=int(data.get("records", 0)),
        started=_time(data.get("started")),
        synced_at=_time(data.get("syncedAt")),
        full_synced_at=_time(data.get("fullSyncedAt")),
        unfinished=_parse_unfinished(raw) if raw else None,
    )


def _parse_unfinished(raw: Mapping[str, Any]) -> Unfinished:
    return Unfinished(
        mode=str(raw["mode"]),
        started=parse_time(raw["started"]),
        step=str(raw.get("step", "")),
        after=_text(raw.get("after")),
        last_id=int(raw.get("lastId", 0)),
        pending=tuple(int(number) for number in raw.get("pending", ())),
        unseen=tuple(int(number) for number in raw.get("unseen", ())),
    )


def _format_state(state: SyncState) -> dict[str, object]:
    return {
        "schemaVersion": SCHEMA_VERSION,
        "cursor": format_time(state.cursor),
        "etags": dict(state.etags),
        "repositoryId": state.repository_id,
        "name": state.name,
        "private": state.private,
        "source": state.source,
        "records": state.records,
        "started": format_time(state.started),
        "syncedAt": format_time(state.synced_at),
        "fullSyncedAt": format_time(state.full_synced_at),
        "unfinished": _format_unfinished(state.unfinished) if state.unfinished else None,
    }


def _format_unfinished(unfinished: Unfinished) -> dict[str, object]:
    return {
        "mode": unfinished.mode,
        "started": format_time(unfinished.started),
        "step": unfinished.step,
        "after": unfinished.after,
        "lastId": unfinished.last_id,
        "pending": list(unfinished.pending),
        "unseen": list(unfinished.unseen),
    }


def _text(value: object) -> str | None:
    if value is not None and not isinstance(value, str):
        raise TypeError
    return value


def _number(value: object) -> int | None:
    if value is not None and not isinstance(value, int):
        raise TypeError
    return value


def _time(text: str | None) -> datetime | None:
    return parse_time(text) if text else None
