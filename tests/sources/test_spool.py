"""Texts that lie in the spool say what they said in memory, whatever happens around them."""

from __future__ import annotations

import copy
import gc
import os
import pickle
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import FrozenInstanceError, replace
from typing import IO, TYPE_CHECKING, Any

import pytest

from journal_plugin.model import Comment, Record, RecordId, RecordKind, State
from journal_plugin.sources.snapshot import KnownFiles, load_snapshot, save_record
from journal_plugin.sources.spool import Spool

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

WORDS = "über 🟡 \ud800 \n"


def make_records(count: int = 30, size: int = 3000) -> list[Record]:
    return [
        Record(
            id=RecordId("a/b", number),
            kind=RecordKind.ISSUE,
            title="t",
            body=f"{number} {WORDS}" * (size // 8),
            state=State.OPEN,
            comments=(
                Comment(author=None, body=f"{number}.1 {WORDS}", url=f"https://x.example/{number}"),
                Comment(author=None, body=""),
                Comment(author=None, body="long " * size, url=""),
            ),
        )
        for number in range(1, count + 1)
    ]


def put_aside(records: Sequence[Record]) -> Spool:
    spool = Spool()
    for record in records:
        spool.add(record)
    return spool


def test_a_record_says_what_it_said() -> None:
    records, same = make_records(), make_records()
    spool = put_aside(records)
    assert spool.size > sum(len(record.body) for record in records[:-10])
    assert records == same
    assert repr(records) == repr(same)
    assert hash(records[0]) == hash(same[0])
    assert [c.url for c in records[0].comments] == ["https://x.example/1", None, ""]
    assert replace(records[0], title="new") == replace(same[0], title="new")
    assert replace(records[0], body="new").body == "new"
    for copied in (copy.copy, copy.deepcopy, lambda item: pickle.loads(pickle.dumps(item))):  # noqa: S301 - our own
        assert copied(records[0]) == same[0]
    with pytest.raises(FrozenInstanceError):
        records[0].body = "new"  # type: ignore[misc]  # that is the test


def hold_text(record: Record) -> list[bool]:
    """Whether a record and each of its comments hold a text that is not short."""
    owners = (record, *record.comments)
    return [
        any(isinstance(item, str) and len(item) > 100 for item in gc.get_referents(owner))
        for owner in owners
    ]


def test_texts_leave_the_memory() -> None:
    records = make_records()
    assert hold_text(records[0]) == [True, False, False, True]
    put_aside(records)
    assert hold_text(records[0]) == [False, False, False, False]
    assert hold_text(replace(records[0])) == [True, False, False, False]


def test_texts_are_read_from_many_threads() -> None:
    records, same = make_records(), make_records()
    put_aside(records)
    with ThreadPoolExecutor(8) as pool:
        are_same = pool.map(lambda at: records[at] == same[at], [*range(30)] * 20)
        assert all(are_same)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="only Unix forks")
def test_texts_are_read_after_a_fork() -> None:
    """Parent and child share the file's position, so neither may read from there."""
    records, same = make_records(), make_records()
    put_aside(records)
    child = os.fork()
    are_same = all(records[at] == same[at] for at in [*range(30)] * 20)
    if child == 0:
        os._exit(not are_same)
    _, status = os.waitpid(child, 0)
    assert (are_same, status) == (True, 0)


def test_systems_without_reads_at_a_place_seek(monkeypatch: pytest.MonkeyPatch) -> None:
    """Windows has no `os.pread`."""
    monkeypatch.delattr(os, "pread", raising=False)
    records = make_records()
    spool = put_aside(records[:20])
    assert records[:20] == make_records()[:20]
    for record in records[20:]:  # reading has moved the position to write at
        spool.add(record)
    assert records == make_records()


class _FullDisk:
    """A file on a disk without room after the first write."""

    def __init__(self, file: IO[bytes], error: OSError | None) -> None:
        self._file, self._error, self._left = file, error, 1

    def write(self, content: bytes) -> int:
        self._left -= 1
        if self._left >= 0:
            return self._file.write(content)
        if self._error:
            raise self._error
        return self._file.write(content[:100])

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)


@pytest.mark.parametrize("error", [OSError("full"), None])
def test_without_room_texts_stay_in_memory(
    error: OSError | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    make = tempfile.TemporaryFile
    monkeypatch.setattr(
        tempfile, "TemporaryFile", lambda **options: _FullDisk(make(**options), error)
    )
    records = make_records(60)
    spool = put_aside(records)
    assert 0 < spool.size < sum(len(record.body) for record in records)
    assert records == make_records(60)


def test_without_a_temporary_file_texts_stay_in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(**_: object) -> IO[bytes]:
        raise FileNotFoundError

    monkeypatch.setattr(tempfile, "TemporaryFile", refuse)
    records = make_records()
    assert put_aside(records).size == 0
    assert records == make_records()


def test_a_small_journal_needs_no_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "TemporaryFile", None)
    put_aside(make_records(2))


def test_the_snapshot_may_change_while_records_are_read(tmp_path: Path) -> None:
    records = make_records()
    valid = [replace(r, body=f"{r.id} " * 3000, comments=()) for r in records]
    for record in valid:
        save_record(tmp_path, record)
    snapshot, _ = load_snapshot(tmp_path, ["a/b"], shown_as=".journal")
    for record in valid:
        save_record(tmp_path, replace(record, body="changed"))
    assert list(snapshot.records.values()) == valid


def test_the_file_goes_with_the_last_record(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[IO[bytes]] = []
    make = tempfile.TemporaryFile
    monkeypatch.setattr(
        tempfile, "TemporaryFile", lambda **options: made.append(make(**options)) or made[-1]
    )
    records = make_records()
    put_aside(records)
    last = records[0]
    del records
    gc.collect()
    assert [file.closed for file in made] == [False]
    assert last == make_records(1)[0]
    del last
    gc.collect()
    assert [file.closed for file in made] == [True]


def test_many_rebuilds_with_changes_do_not_fill_the_disk(tmp_path: Path) -> None:
    known = KnownFiles()
    sizes = []
    for build in range(12):
        wanted = [
            replace(record, body=f"{build} {record.id} " * 2000, comments=())
            for record in make_records()
        ]
        for record in wanted:
            save_record(tmp_path, record)
        snapshot, _ = load_snapshot(tmp_path, ["a/b"], shown_as=".journal", known=known)
        assert list(snapshot.records.values()) == wanted
        sizes.append(known.spool.size)
    whole = sum(len(record.body) for record in wanted)
    assert max(sizes) <= 3 * whole
    assert sizes.count(0) >= 2  # it started anew
