"""The snapshot of one repository while it is being synced."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

from journal_plugin.errors import OutputError
from journal_plugin.sources.snapshot import load_snapshot, save_record
from journal_plugin.sources.sync_state import load_state, save_state

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from journal_plugin.model import Record
    from journal_plugin.sources.sync_state import SyncState, Unfinished


class Store:
    """Reads and writes records and `sync.json`.

    Records are written before the state that says that they are there, each file atomically. So
    after a kill at any moment the snapshot is valid and the state never promises too much.
    """

    def __init__(self, root: Path, repo: str) -> None:
        self._root = root
        self.repo = repo
        self.state: SyncState = load_state(root, repo)
        self.written: set[int] = set()
        """Numbers of the records whose files changed."""
        self.fetched: set[int] = set()
        """Numbers of the records that were read from GitHub."""

    @cached_property
    def records(self) -> dict[int, Record]:
        """The records by number; read on first use, since an unchanged repository needs none."""
        snapshot, _ = load_snapshot(self._root, [self.repo], shown_as=self._root.name)
        return {key.number: record for key, record in snapshot.records.items()}

    def count_files(self) -> int:
        """How many record files there are."""
        return sum(path.stem.isdigit() for path in (self._root / self.repo).glob("*.json"))

    def save(self, records: Iterable[Record]) -> None:
        """Make records durable.

        Raises:
            OutputError: the disk refuses; what was saved before stays.
        """
        for record in records:
            try:
                changed = save_record(self._root, record)
            except OutputError as error:
                raise self._full(error) from error
            if changed:
                self.written.add(record.id.number)
            self.records[record.id.number] = record
            self.fetched.add(record.id.number)

    def mark_removed(self, number: int, how: str) -> None:
        """Mark a record as `deleted` or `transferred`."""
        self.save([replace(self.records[number], removed=how)])

    def save_state(self, state: SyncState) -> None:
        """Make the state durable.

        Raises:
            OutputError: the disk refuses.
        """
        try:
            save_state(self._root, self.repo, state)
        except OutputError as error:
            raise self._full(error) from error
        self.state = state

    def save_unfinished(self, unfinished: Unfinished | None) -> None:
        """Make durable how far a pass is."""
        self.save_state(replace(self.state, unfinished=unfinished))

    def remove_leftovers(self) -> None:
        """Remove temporary files of a sync that was killed while it wrote."""
        for path in (self._root / self.repo).glob(".*.tmp"):
            path.unlink(missing_ok=True)

    def _full(self, error: OutputError) -> OutputError:
        reason = str(error).removeprefix(f"{error.path}: ")
        return OutputError(
            f"{self._root.name}/{error.path}",
            f"{reason}; nothing that was saved before is lost: make room or allow writing there, "
            "then run `journal sync` again",
        )
