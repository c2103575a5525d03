"""The snapshot between runs: which copy is newer, and whether a site can be built from it.

A repository's snapshot may be committed, kept in the cache of Actions, or both.
"""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

STATE_FILE = "sync.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """One repository in one copy of a snapshot."""

    directory: Path
    has_records: bool
    has_state: bool
    cursor: datetime | None
    """Everything up to this time is in it; None without a finished sync."""

    @property
    def is_usable(self) -> bool:
        """Whether it is whole: a sync has ended, or another tool wrote it."""
        return self.cursor is not None or (self.has_records and not self.has_state)


def look_at(root: Path, repo: str) -> Copy:
    """What the snapshot in `root` holds of `repo`."""
    directory = root / repo
    state = directory / STATE_FILE
    return Copy(
        directory=directory,
        has_records=any(path.stem.isdigit() for path in directory.glob("*.json")),
        has_state=state.is_file(),
        cursor=_load_cursor(state),
    )


def restore_newer(cached: Path, snapshot: Path, repos: Iterable[str]) -> list[str]:
    """Replace what is older in `snapshot` by what is in `cached`; return the repositories."""
    restored = []
    for repo in repos:
        ours, theirs = look_at(snapshot, repo), look_at(cached, repo)
        if not theirs.has_records and not theirs.has_state:
            continue
        if not (ours.has_records or ours.has_state) or _is_newer(theirs, ours):
            replace_tree(theirs.directory, ours.directory)
            restored.append(repo)
    return restored


def replace_tree(source: Path, target: Path) -> None:
    """Make `target` a copy of `source`; a link stays one, and brings nothing from elsewhere."""
    shutil.rmtree(target, ignore_errors=True)
    if source.is_dir():
        shutil.copytree(source, target, symlinks=True)


def _is_newer(theirs: Copy, ours: Copy) -> bool:
    # Records without a state were put there on purpose, by hand or by another tool.
    if not ours.has_state:
        return False
    if ours.cursor is None or theirs.cursor is None:
        return theirs.cursor is not None
    return theirs.cursor > ours.cursor


def _load_cursor(state: Path) -> datetime | None:
    try:
        cursor = datetime.fromisoformat(json.loads(state.read_bytes())["cursor"])
    except (OSError, ValueError, TypeError, KeyError, RecursionError):
        return None
    return cursor if cursor.tzinfo else None
