"""The cache saves time and never decides anything: whatever is wrong with it, builds are right."""

from __future__ import annotations

import functools
import gc
import multiprocessing
import os
import signal
import sqlite3
import threading
import time
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from journal_plugin.cache import Cache, make_fingerprint
from journal_plugin.rendering import render_record_texts
from journal_plugin.texts import Renderer, format_texts, parse_texts
from tests.support.damage import DAMAGES
from tests.support.dumps import load_dump
from tests.support.make import REPO, make_posts

if TYPE_CHECKING:
    from journal_plugin.model import Record


@pytest.fixture(scope="module")
def records() -> list[Record]:
    return load_dump("quic-datagram")[1]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "cache" / "texts.sqlite"


def _renderer(path: Path, fingerprint: str = "one") -> Renderer:
    return Renderer(Cache(path, fingerprint))


def test_texts_survive_the_cache(records: list[Record]) -> None:
    for record in records:
        texts = render_record_texts(record)
        form = format_texts(texts)
        assert form
        assert parse_texts(form) == texts


def test_the_second_build_renders_nothing(path: Path, records: list[Record]) -> None:
    first, second = _renderer(path), _renderer(path)
    texts = first.render(records)
    assert first.rendered == len(records)
    assert second.render(records) == texts
    assert second.rendered == 0


def test_the_next_build_of_one_process_renders_only_what_changed(
    path: Path, records: list[Record]
) -> None:
    from dataclasses import replace  # noqa: PLC0415 - only here

    renderer = _renderer(path)
    renderer.render(records)
    changed = [replace(records[0], body="Something else about #1"), *records[1:]]
    texts = renderer.render(changed)
    assert renderer.rendered == len(records) + 1
    assert texts[records[0].node] == render_record_texts(changed[0])


def test_what_rebuilds_leave_behind_is_dropped_by_the_next_process(
    path: Path, records: list[Record]
) -> None:
    from dataclasses import replace  # noqa: PLC0415 - only here

    def render(renderer: Renderer, body: str) -> int:
        renderer.render([replace(records[0], body=body), *records[1:]])
        with closing(sqlite3.connect(path)) as database:
            return int(database.execute("SELECT count(*) FROM text").fetchone()[0])

    serving = Renderer(Cache(path, "one"), remember=True)
    first = render(serving, "one")
    assert render(serving, "two") > first
    assert render(serving, "three") > first
    assert render(_renderer(path), "three") > first
    assert render(_renderer(path), "four") == first


def test_posts_are_rendered_once_and_kept_beside_records(path: Path, records: list[Record]) -> None:
    """A post's references keep their lines, and its corrections their words."""
    body = "# Post\n\nSee #1.\n\nCorrection: it was #2."
    (post,), _ = make_posts(post=body)
    nodes = (*records, post)
    texts = _renderer(path).render(nodes, REPO)
    again = _renderer(path)
    kept = again.render(nodes, REPO)
    assert again.rendered == 0
    assert kept == texts
    assert kept.outlines == texts.outlines
    outline = kept.outlines[post.node]
    assert [(r.target.number, r.line) for _, r in outline.references] == [(1, 3), (2, 5)]
    assert outline.corrections == ("it was #2.",)


@pytest.mark.parametrize("change", ["repo", "host", "slug", "body"])
def test_all_that_the_text_of_a_post_depends_on_is_in_its_key(path: Path, change: str) -> None:
    from dataclasses import replace  # noqa: PLC0415 - only here

    (post,), _ = make_posts(post="# Post\n\n## Part\n\nSee #1.")
    _renderer(path).render([post], REPO)
    renderer = _renderer(path)
    repo = "else/where" if change == "repo" else REPO
    host = "git.example" if change == "host" else "github.com"
    other = {"slug": replace(post, slug="other"), "body": replace(post, body="# New")}
    renderer.render([other.get(change, post)], repo, host)
    assert renderer.rendered == 1


@pytest.mark.parametrize("change", ["repo", "number", "kind", "comment"])
def test_all_that_a_text_depends_on_is_in_its_key(
    path: Path, records: list[Record], change: str
) -> None:
    """The same body elsewhere has other anchors and other references."""
    from dataclasses import replace  # noqa: PLC0415 - only here

    from journal_plugin.model import Comment, RecordId, RecordKind  # noqa: PLC0415 - same

    record = next(r for r in records if r.kind is RecordKind.ISSUE and "#" in r.body)
    other = {
        "repo": replace(record, id=RecordId("else/where", record.id.number)),
        "number": replace(record, id=RecordId(record.id.repo, 99_999)),
        "kind": replace(record, kind=RecordKind.PULL),
        "comment": replace(record, comments=(Comment(author=None, body="# New"),)),
    }[change]
    _renderer(path).render([record])
    renderer = _renderer(path)
    assert renderer.render([other])[other.node] == render_record_texts(other)
    assert renderer.rendered == 1


def test_another_version_renders_anew_and_drops_the_old(path: Path, records: list[Record]) -> None:
    _renderer(path).render(records)
    other = _renderer(path, "two")
    other.render(records)
    assert other.rendered == len(records)
    with closing(sqlite3.connect(path)) as database:
        assert database.execute("SELECT count(*) FROM text").fetchone() == (
            2 * len(records),  # the text and its outline
        )


def test_the_fingerprint_is_stable_and_long() -> None:
    assert make_fingerprint() == make_fingerprint()
    assert len(make_fingerprint()) == 32


@pytest.mark.parametrize(
    "broken",
    [
        *DAMAGES,
        pytest.param(lambda data: data.replace(b"the", b"xxx"), id="flipped"),
    ],
)
def test_a_broken_file_is_not_believed(path: Path, records: list[Record], broken: object) -> None:
    texts = _renderer(path).render(records)
    path.write_bytes(broken(path.read_bytes()))  # type: ignore[operator]
    assert _renderer(path).render(records) == texts
    again = _renderer(path)
    assert again.render(records) == texts
    assert again.rendered == 0, "the file was not repaired"


def test_a_table_of_another_format_is_replaced(path: Path, records: list[Record]) -> None:
    path.parent.mkdir()
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("CREATE TABLE text (something INTEGER)")
        database.execute("PRAGMA user_version = 99")
    _renderer(path).render(records)
    again = _renderer(path)
    again.render(records)
    assert again.rendered == 0


def test_a_cache_that_cannot_be_written_is_done_without(
    tmp_path: Path, records: list[Record]
) -> None:
    """Tests may run as root, whom no permission stops: a file in the way stops everybody."""
    (tmp_path / "cache").write_text("in the way")
    renderer = _renderer(tmp_path / "cache" / "texts.sqlite")
    assert len(renderer.render(records)) == len(records)
    assert (tmp_path / "cache").read_text() == "in the way"


def test_a_read_only_cache_is_still_read(path: Path, records: list[Record]) -> None:
    _renderer(path).render(records[1:])
    before = path.read_bytes()
    with closing(sqlite3.connect(path)) as database:
        database.execute("BEGIN EXCLUSIVE")  # nobody can write, as on a read-only disk
        locked = Cache(path, "one")
        assert not locked.save({"key": "value"}, keep=["key"])
    assert path.read_bytes() == before
    renderer = _renderer(path)
    renderer.render(records)
    assert renderer.rendered == 1


def test_two_builds_may_share_a_cache(path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    workers = [context.Process(target=_fill, args=(str(path), start)) for start in (0, 1)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
        assert worker.exitcode == 0
    with closing(sqlite3.connect(path)) as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_a_killed_writer_leaves_a_whole_file(path: Path, records: list[Record]) -> None:
    texts = _renderer(path).render(records)
    context = multiprocessing.get_context("spawn")
    for delay in (0.0, 0.02, 0.05):
        worker = context.Process(target=_write_for_ever, args=(str(path),))
        worker.start()
        while not path.with_suffix(".started").exists():
            time.sleep(0.01)
        time.sleep(delay)
        os.kill(worker.pid or 0, signal.SIGKILL)
        worker.join()
        path.with_suffix(".started").unlink()
        assert _renderer(path).render(records) == texts
        with closing(sqlite3.connect(path)) as database:
            assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_a_cache_that_was_deleted_is_used_again(path: Path) -> None:
    """As `mkdocs serve` runs, somebody may clear `.cache`."""
    cache = Cache(path, "one")
    for text in ("first", "second"):
        assert cache.save({"key": text})
        assert cache.load("key") == text
        path.unlink()


@pytest.mark.parametrize("elsewhere", [False, True])
def test_a_cache_that_is_let_go_leaves_no_file_open(
    path: Path, monkeypatch: pytest.MonkeyPatch, *, elsewhere: bool
) -> None:
    """Pages are read one by one, nobody says which is the last, and any thread may collect."""
    opened: list[str] = []
    closed: list[str] = []

    class Noted(sqlite3.Connection):
        def close(self) -> None:
            super().close()
            closed.append(threading.current_thread().name)

    connect = functools.partial(sqlite3.connect, factory=Noted)
    Cache(path, "one").save({"key": "value"})
    monkeypatch.setattr(
        sqlite3, "connect", lambda *a, **k: (opened.append(""), connect(*a, **k))[1]
    )
    held = [Cache(path, "one")]
    assert held[0].load("key") == "value"
    assert (len(opened), closed) == (1, [])
    if elsewhere:
        thread = threading.Thread(target=held.clear, name="collector")
        thread.start()
        thread.join()
    else:
        held.clear()
    gc.collect()
    assert closed == ["collector" if elsewhere else threading.current_thread().name]


def _fill(path: str, start: int) -> None:
    cache = Cache(Path(path), "one")
    for number in range(start, 40, 2):
        cache.save({f"key-{number}": "value" * 1000}, keep=[f"key-{n}" for n in range(40)])


def _write_for_ever(path: str) -> None:
    cache = Cache(Path(path), "one")
    Path(path).with_suffix(".started").touch()
    for number in range(10**6):
        new = {f"key-{number}-{place}": "value" * 5000 for place in range(50)}
        cache.save(new, keep=new)
