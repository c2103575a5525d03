"""The snapshot: the same data gives the same bytes, and foreign or broken files are no obstacle."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from journal_plugin.formats import dump_json
from journal_plugin.model import (
    Author,
    AuthorKind,
    Comment,
    Commit,
    CrossReference,
    Label,
    Record,
    RecordId,
    RecordKind,
    State,
)
from journal_plugin.sources.record_form import format_record, parse_record
from journal_plugin.sources.snapshot import KnownFiles, load_snapshot, save_record
from tests.support.dumps import load_dump

if TYPE_CHECKING:
    from pathlib import Path

    from journal_plugin.model import Snapshot

text = st.text(st.characters(exclude_characters="\r", exclude_categories=("Cs",)), max_size=20)
times = st.none() | st.datetimes(
    min_value=datetime(1970, 1, 1),  # noqa: DTZ001 - made aware below
    max_value=datetime(2100, 1, 1),  # noqa: DTZ001 - same
).map(lambda time: time.replace(microsecond=0, tzinfo=UTC))
ids = st.builds(RecordId, st.sampled_from(["a/b", "c-d/e.f"]), st.integers(1, 10**6))
authors = st.none() | st.builds(
    Author, login=text.filter(bool), kind=st.sampled_from([*AuthorKind, None])
)
comments = st.builds(
    Comment, author=authors, body=text, created_at=times, updated_at=times, url=st.none() | text
)
commits = st.builds(
    Commit,
    sha=text,
    message=text,
    author=authors,
    co_authors=st.lists(authors.filter(bool), max_size=2).map(tuple),
)


@st.composite
def records(draw: st.DrawFn) -> Record:
    """Any record; fields of pull requests only on pull requests."""
    kind = draw(st.sampled_from(RecordKind))
    pull = {
        "head_ref": draw(st.none() | text),
        "additions": draw(st.none() | st.integers(0, 10**9)),
        "commits": tuple(draw(st.lists(commits, max_size=2))),
    }
    return Record(
        id=draw(ids),
        kind=kind,
        title=draw(text),
        body=draw(text),
        state=draw(st.sampled_from(State)),
        state_reason=draw(st.none() | text),
        author=draw(authors),
        labels=tuple(Label(name=name) for name in draw(st.lists(text, max_size=3))),
        milestone=draw(st.none() | text),
        assignees=tuple(draw(st.lists(text.filter(bool), max_size=2))),
        created_at=draw(times),
        comments=tuple(draw(st.lists(comments, max_size=2))),
        cross_references=tuple(
            CrossReference(source=source) for source in draw(st.lists(ids, max_size=2))
        ),
        closes=tuple(draw(st.lists(ids, max_size=2))),
        removed=draw(st.sampled_from([None, "deleted", "transferred"])),
        **(pull if kind is RecordKind.PULL else {}),
    )


@given(records())
def test_a_record_survives_its_file(record: Record) -> None:
    data = dump_json(format_record(record))
    assert parse_record(json.loads(data), "x/y") == record
    assert dump_json(format_record(parse_record(json.loads(data), "x/y"))) == data


@pytest.mark.parametrize("name", ["quic-datagram", "tls13-spec", "ik_llama"])
def test_real_records_survive_their_files(name: str, tmp_path: Path) -> None:
    repo, made = load_dump(name)
    for record in made:
        save_record(tmp_path, record)
    snapshot, broken = load_snapshot(tmp_path, [repo], shown_as=".journal")
    assert broken == ()
    assert list(snapshot.records.values()) == sorted(made, key=lambda record: record.id)
    assert not any(save_record(tmp_path, record) for record in made)


def test_files_are_utf8_with_sorted_keys_two_spaces_and_lf(tmp_path: Path) -> None:
    record = Record(
        id=RecordId("a/b", 7), kind=RecordKind.ISSUE, title="é 🟡", body="x\ny", state=State.OPEN
    )
    save_record(tmp_path, record)
    lines = (tmp_path / "a" / "b" / "7.json").read_bytes().decode().split("\n")
    keys = [line.split('"')[1] for line in lines if line.startswith('  "')]
    assert keys == sorted(keys)
    assert '  "title": "é 🟡",' in lines
    assert lines[-1] == ""


def test_the_least_that_another_tool_may_write(tmp_path: Path) -> None:
    folder = tmp_path / "a" / "b"
    folder.mkdir(parents=True)
    (folder / "1.json").write_text('{"number": 1, "kind": "issue", "state": "open"}')
    (folder / "2.json").write_text(
        '{"number": 2, "kind": "pull", "state": "merged", "labels": ["x"], "closes": [1],'
        ' "milestone": {"title": "m"}, "assignees": [{"login": "kit"}], "author": "mara",'
        ' "crossReferences": [{"source": {"number": 1}}], "body": "a\\r\\nb"}'
    )
    (folder / "notes.json").write_text("not a record")
    snapshot, broken = load_snapshot(tmp_path, ["a/b"], shown_as=".journal")
    assert broken == ()
    first, second = snapshot.records.values()
    assert (first.title, first.author, first.labels) == ("", None, ())
    assert second.labels == (Label(name="x"),)
    assert second.closes == (first.id,)
    assert (second.milestone, second.assignees, second.body) == ("m", ("kit",), "a\nb")
    assert second.cross_references[0].source == first.id


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "not JSON"),
        ("{", "not JSON"),
        ("[]", "a record must be a mapping, not list"),
        ('{"number": 1, "kind": "issue"}', "state is None; allowed is one of open"),
        ('{"number": 2, "kind": "issue", "state": "open"}', "the file holds a/b#2"),
        ('{"number": true, "kind": "issue", "state": "open"}', "number must be a whole number"),
        (
            '{"number": 1, "kind": "issue", "state": "open", "title": 5}',
            "title must be a text, not int",
        ),
        ('{"number": 1, "kind": "issue", "state": "open", "createdAt": "soon"}', "not an ISO 8601"),
        ('{"number": 1, "kind": "issue", "state": "open", "labels": "x"}', "labels must be a list"),
        ('{"schemaVersion": 99, "number": 1}', "schemaVersion is 99, not 1"),
        (
            '{"number": 1, "kind": "issue", "state": "open", "additions": ' + "9" * 5000 + "}",
            "digits",
        ),
        (
            '{"number": 1, "kind": "issue", "state": "open", "additions": 1' + "0" * 400 + "}",
            "whole",
        ),
        (
            '{"number": 1, "kind": "issue", "state": "open", "closedAt": "0001-01-01T00:00+23:59"}',
            "not an ISO 8601",
        ),
        ('{"number": 0, "kind": "issue", "state": "open"}', "a positive whole number, not 0"),
        (
            '{"number": 1, "kind": "issue", "state": "open", "assignees": [null]}',
            "an assignee must have a login",
        ),
        (
            '{"number": 1, "kind": "pull", "state": "open", "closes": ["soon"]}',
            "'soon' is not a reference such as owner/name#18",
        ),
        ("[" * 100_000, ""),
        ('{"number": ' + "9" * 5000 + "}", "digits"),
        ("\xff\xfe", ""),
    ],
)
def test_a_broken_file_is_left_out_and_named(tmp_path: Path, content: str, words: str) -> None:
    folder = tmp_path / "a" / "b"
    folder.mkdir(parents=True)
    (folder / "1.json").write_bytes(content.encode("latin-1"))
    (folder / "3.json").write_text('{"number": 3, "kind": "issue", "state": "open"}')
    snapshot, broken = load_snapshot(tmp_path, ["a/b"], shown_as=".journal")
    assert [str(key) for key in snapshot.records] == ["a/b#3"]
    (finding,) = broken
    assert str(finding).startswith(".journal/a/b/1.json:1: this record is left out: ")
    assert words in finding.message


def test_a_file_that_is_not_named_by_a_number_is_no_record(tmp_path: Path) -> None:
    folder = tmp_path / "a" / "b"
    folder.mkdir(parents=True)
    for name in ("\u00b2", "\u0663", "x", "sync"):
        (folder / f"{name}.json").write_text('{"number": 2, "kind": "issue", "state": "open"}')
    snapshot, broken = load_snapshot(tmp_path, ["a/b"], shown_as=".journal")
    assert (dict(snapshot.records), broken) == ({}, ())


def test_only_plain_files_of_the_snapshot_are_read(tmp_path: Path) -> None:
    """A repository can hold links: to a device that never ends, or out of the project."""
    folder = tmp_path / "root" / "a" / "b"
    folder.mkdir(parents=True)
    record = '{"number": 2, "kind": "issue", "state": "open", "title": "private"}'
    (tmp_path / "2.json").write_text(record)
    (folder / "1.json").symlink_to("/dev/zero")
    (folder / "2.json").symlink_to(tmp_path / "2.json")
    (folder / "3.json").mkdir()
    (folder / "²4.json").write_text(record)
    (tmp_path / "root" / "a" / "c").symlink_to(tmp_path)
    snapshot, broken = load_snapshot(tmp_path / "root", ["a/b", "a/c"], shown_as=".journal")
    assert snapshot.records == {}
    assert [finding.path.removeprefix(".journal/a/") for finding in broken] == [
        "b/1.json",
        "b/2.json",
        "b/3.json",
        "c/2.json",
    ]
    assert all(str(tmp_path) not in finding.message for finding in broken)


def test_half_of_a_surrogate_pair_can_be_written_to_a_page(tmp_path: Path) -> None:
    folder = tmp_path / "a" / "b"
    folder.mkdir(parents=True)
    (folder / "1.json").write_text(
        '{"number": 1, "kind": "issue", "state": "open", "title": "x\\ud800", "body": "\\ud83d\\ude00",'
        ' "author": "\\uDFFF"}'
    )
    (record,) = load_snapshot(tmp_path, ["a/b"], shown_as=".journal")[0].records.values()
    assert (record.title, record.body, record.author) == ("x?", "😀", Author(login="?"))


def test_what_many_records_have_is_in_memory_once(tmp_path: Path) -> None:
    """Thousands of comments are written by a few people."""
    folder = tmp_path / "a" / "b"
    folder.mkdir(parents=True)
    comment = '{"author": {"login": "kit", "kind": "human"}, "body": "", "createdAt": "2026-01-05T08:00:00Z"}'
    for number in (1, 2):
        (folder / f"{number}.json").write_text(
            f'{{"repo": "a/b", "number": {number}, "kind": "issue", "state": "open",'
            f' "comments": [{comment}]}}'
        )
    one, two = load_snapshot(tmp_path, ["a/b"], shown_as=".journal")[0].records.values()
    assert one.comments[0].author is two.comments[0].author
    assert one.comments[0].created_at is two.comments[0].created_at
    assert one.id.repo is two.id.repo
    assert one.unknown is two.unknown


def test_a_missing_snapshot_is_an_empty_one(tmp_path: Path) -> None:
    snapshot, broken = load_snapshot(tmp_path / "nowhere", ["a/b"], shown_as=".journal")
    assert (snapshot.records, broken) == ({}, ())


def test_a_file_that_has_not_changed_is_not_read_again(tmp_path: Path) -> None:
    """Whatever happens to a file between two builds of one process shows in the second."""
    folder, known = tmp_path / "root" / "a" / "b", KnownFiles()
    folder.mkdir(parents=True)
    form = '{"number": %d, "kind": "issue", "state": "open", "title": "%s"}'

    def write(number: int, title: str) -> None:
        (folder / f"{number}.json").write_text(form % (number, title))

    def load() -> dict[int, Record]:
        loaded = load_snapshot(tmp_path / "root", ["a/b"], shown_as=".journal", known=known)
        assert loaded == load_snapshot(tmp_path / "root", ["a/b"], shown_as=".journal")
        return {record.id.number: record for record in loaded[0].records.values()}

    for number in (1, 2, 3, 4):
        write(number, "one")
    first = load()
    assert all(again is first[number] for number, again in load().items())
    kept = (folder / "2.json").stat()
    write(2, "two")  # of the same size, and pretending to be as old
    os.utime(folder / "2.json", ns=(kept.st_atime_ns, kept.st_mtime_ns))
    (folder / "3.json").unlink()
    (folder / "4.json").write_text("{")
    write(5, "new")
    second = load()
    assert list(second) == [1, 2, 5]
    assert second[1] is first[1]
    assert second[2].title == "two"
    (tmp_path / "root" / "a" / "b" / "1.json").rename(tmp_path / "root" / "1.json")
    (folder / "1.json").symlink_to(tmp_path / "root" / "1.json")
    assert load()[1] == first[1]
    (tmp_path / "root" / "1.json").write_text(form % (1, "behind the link"))
    assert load()[1].title == "behind the link"


def test_the_same_files_are_the_same_snapshot(tmp_path: Path) -> None:
    """So whoever remembers what was made of it need not compare thousands of records."""
    root, known = tmp_path / "root", KnownFiles()

    def load() -> Snapshot:
        return load_snapshot(root, ["a/b"], shown_as=".journal", known=known)[0]

    empty = load()
    assert load() is empty
    for title in ("one", "two"):
        save_record(
            root,
            Record(
                id=RecordId("a/b", 1), kind=RecordKind.ISSUE, title=title, body="", state=State.OPEN
            ),
        )
        found = load()
        assert [record.title for record in found.records.values()] == [title]
        assert load() is found
    os.utime(root / "a" / "b" / "1.json")
    assert load() is found, "it was only touched"
    (root / "a" / "b" / "1.json").unlink()
    assert load() == empty


def test_records_that_are_gone_do_not_come_back(tmp_path: Path) -> None:
    """Not even when so much has changed that all of it is read anew."""
    root, known = tmp_path / "root", KnownFiles()
    record = Record(
        id=RecordId("a/b", 1), kind=RecordKind.ISSUE, title="A", body="", state=State.OPEN
    )
    spools = set()
    for number in range(6):
        save_record(root, replace(record, body=f"{number} " * 200_000))
        loaded, _ = load_snapshot(root, ["a/b"], shown_as=".journal", known=known)
        assert loaded.records[record.id].body.startswith(f"{number} ")
        spools.add(id(known.spool))
        is_anew = not known.by_path
        if is_anew:
            (root / "a" / "b" / "1.json").unlink()
            assert not load_snapshot(root, ["a/b"], shown_as=".journal", known=known)[0].records
    assert len(spools) > 1, "nothing was read anew"
