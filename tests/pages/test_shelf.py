"""A page from the shelf is the page that would be rendered today, whatever changed since."""

from __future__ import annotations

import gc
import sqlite3
import weakref
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
from markupsafe import Markup

from journal_plugin import build
from journal_plugin.build import build_journal
from journal_plugin.cache import Cache, make_page_fingerprint
from journal_plugin.figures import Sample
from journal_plugin.memory import Memory
from journal_plugin.model import Author, AuthorKind, Comment, Label, RecordId, Snapshot, State
from journal_plugin.pages.decoration import PostPages
from journal_plugin.pages.digests import Digests
from journal_plugin.pages.events import Event
from journal_plugin.pages.metadata import render_head
from journal_plugin.pages.page import Finished, Site
from journal_plugin.pages.search import find_entry
from journal_plugin.pages.shelf import Shelf
from journal_plugin.settings import Settings
from journal_plugin.stored_text import store_text
from journal_plugin.text.body import render_markdown
from journal_plugin.text.post_links import find_mentions
from journal_plugin.texts import Renderer
from tests.support.damage import DAMAGES
from tests.support.make import REPO, make_issue, make_posts, make_pull, make_snapshot

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from journal_plugin.build import Build
    from journal_plugin.model import Post, Record
    from journal_plugin.post_names import PostNames

_DAY = datetime(2026, 1, 5, tzinfo=UTC)
_POST = """\
---
title: Learned rounding
date: 2026-01-07
status: complete
outcome: mixed
problem: rounding
issues: [1]
prs: [2]
tags: [int8]
authors: [kit]
---
# Learned rounding

We tested #2 after the talk in #3. It went well.
"""
_LATER = """\
---
title: Later
date: 2026-01-09
status: running
corrects: learned-rounding
---
# Later

It follows #1.
"""
_SITE = Site(url="https://journal.example/")


def _records() -> list[Record]:
    """Records that refer to each other in texts, links, events and comments."""
    one = make_issue(1, title="Rounding loses bits", body="See #2 and #4.", labels=("bug",))
    pull = make_pull(2, title="Round up", body="Fixes #1, see #99.")
    talk = make_issue(3, title="Talk", body="After #1.", comments=("As in #2.", "| epoch | loss |"))
    rows = "| epoch | loss |\n|---|---|\n| 1 | 0.5 |\n| 2 | 0.4 |\n| 3 | 0.3 |"
    run = make_issue(4, title="Run", body=rows, labels=("experiment",))
    return [
        replace(record, created_at=_DAY.replace(day=5 + number), updated_at=_DAY)
        for number, record in enumerate((one, pull, talk, run))
    ]


def _build(
    store: Cache | None,
    records: Iterable[Record] | Snapshot,
    posts: dict[str, str],
    settings: dict[str, object] | None = None,
    process: tuple[Renderer, Memory] | None = None,
) -> Build:
    renderer, memory = process or (Renderer(), None)
    read, findings = make_posts(**posts)
    return build_journal(
        Settings.from_mapping({"repo": REPO, **(settings or {})}),
        read,
        records if isinstance(records, Snapshot) else make_snapshot(*records),
        site=_SITE,
        diagnostics=findings,
        renderer=renderer,
        pages=store,
        memory=memory,
    )


def _posts() -> dict[str, str]:
    return {"learned_rounding": _POST, "later": _LATER}


def _shown(built: Build) -> dict[str, tuple[object, ...]]:
    """Everything that the site shows of each generated page, and each file beside them."""
    pages: dict[str, tuple[object, ...]] = {
        page.uri: (
            page.title,
            page.description,
            page.html,
            page.headings,
            render_head(built.book, built.book.links.url_of(page.uri), about=page, feeds=True),
            find_entry(built.book, page),
        )
        for page in built.pages
    }
    return pages | {asset.uri: (asset.content,) for asset in built.assets}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "cache" / "pages.sqlite"


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The shelf of the journal as it was yesterday."""
    path = tmp_path_factory.mktemp("yesterday") / "pages.sqlite"
    _build(_open(path), _records(), _posts())
    return path.read_bytes()


@pytest.fixture
def yesterday(tmp_path: Path, filled: bytes) -> Path:
    """A file of its own for each test."""
    path = tmp_path / "pages.sqlite"
    path.write_bytes(filled)
    return path


@pytest.fixture(params=["another process", "the same process"])
def rebuild(request: pytest.FixtureRequest, yesterday: Path) -> Callable[..., Build]:
    """Builds a journal today, with what there is from yesterday."""
    if request.param == "another process":
        return partial(_build, _open(yesterday))
    again = _serve(_open(yesterday))
    for more in ("", "\nMore words.\n"):
        again(_records(), {**_posts(), "later": f"{_LATER}{more}"})
    return again


def _serve(store: Cache) -> Callable[..., Build]:
    """What builds a journal again and again in one process; equal records are not read again."""
    process, known = (Renderer(), Memory(remembers=True)), [Snapshot()]

    def again(records: Iterable[Record], *others: Any) -> Build:
        snapshot = make_snapshot(*records)
        if snapshot != known[0]:
            known[0] = snapshot
        return _build(store, known[0], *others, process=process)

    return again


def _open(path: Path, fingerprint: str = "one") -> Cache:
    return Cache(path, fingerprint)


class _Watched:
    """A text that notes who asks for it."""

    def __init__(self, text: str, name: str, asked: set[str]) -> None:
        self._text, self._name, self._asked = text, name, asked

    def read(self, name: str) -> str:
        """The text."""
        self._asked.add(f"{name} of {self._name}")
        return self._text


def test_what_is_known_of_records_needs_few_of_their_texts(path: Path, tmp_path: Path) -> None:
    """That of a problem, to see whether it is stated; none to compare texts or to mark pages."""

    def make(records: Iterable[Record]) -> Build:
        snapshot = make_snapshot(*records)
        read, findings = make_posts(**_posts())
        return build_journal(
            Settings.from_mapping({"repo": REPO}),
            read,
            replace(snapshot, digests={known: f"mark of {known}" for known in snapshot.records}),
            site=_SITE,
            diagnostics=findings,
            renderer=Renderer(_open(tmp_path / "texts.sqlite"), remember=False),
            pages=_open(path),
        )

    before, records = _shown(make(_records())), _records()
    asked: set[str] = set()
    for record in records:
        store_text(record, "body", _Watched(record.body, str(record.id), asked))
        for comment in record.comments:
            store_text(comment, "body", _Watched(comment.body, f"a comment on {record.id}", asked))
    assert _shown(make(records)) == before
    assert asked == {f"body of {REPO}#1"}


def test_a_text_is_searched_for_other_posts_only_where_it_may_name_one(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    searched: list[str] = []

    def note(post: Post, names: PostNames) -> object:
        searched.append(post.slug)
        return find_mentions(post, names)

    monkeypatch.setattr(build, "find_mentions", note)
    posts = {**_posts(), "third": f"{_LATER}\nSee [it](learned-rounding.md).\n"}

    def search(**more: str) -> list[str]:
        searched.clear()
        built = _build(_open(path), _records(), posts | more)
        edges = {(edge.source, edge.target) for edge in built.journal.graph.edges}
        assert ("post:third", "post:learned-rounding") in edges
        return sorted(searched)

    assert search() == ["third"]
    assert search() == []
    assert search(fourth=_LATER) == ["third"], "a path has a new meaning"
    assert search(exp5_more=_LATER) == ["exp5-more", "later", "learned-rounding", "third"]


def test_marks_of_posts_outlive_the_search_for_pages(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    built = _build(_open(path), _records(), _posts())
    digests = built.book.digests
    assert digests
    monkeypatch.setattr(Digests, "_find", None)
    assert all(digests.answer(post.node) for post in built.journal.posts)


def test_the_same_journal_renders_no_page_again(path: Path) -> None:
    first = _build(_open(path), _records(), _posts())
    second = _build(_open(path), _records(), _posts())
    assert first.book.shelf.rendered > len(_records())
    assert second.book.shelf.rendered == 0
    assert _shown(second) == _shown(first) == _shown(_build(None, _records(), _posts()))


_RECORD_CHANGES: dict[str, Callable[[Record], Record]] = {
    "title": lambda r: replace(r, title="Another <title>"),
    "body": lambda r: replace(r, body="Nothing about #3 any more."),
    "state": lambda r: replace(r, state=State.CLOSED, closed_at=_DAY),
    "author": lambda r: replace(r, author=Author(login="robot", kind=AuthorKind.AI)),
    "nobody": lambda r: replace(r, author=None),
    "labels": lambda r: replace(r, labels=(Label(name="problem", color="ff0000"),)),
    "milestone": lambda r: replace(r, milestone="1.0"),
    "assignees": lambda r: replace(r, assignees=("sam",)),
    "created": lambda r: replace(r, created_at=_DAY.replace(year=2025)),
    "updated": lambda r: replace(r, updated_at=_DAY.replace(year=2027)),
    "url": lambda r: replace(r, url="https://github.com/else/where/issues/1"),
    "comments": lambda r: replace(r, comments=(Comment(author=None, body="Hello #2"),)),
    "comment-date": lambda r: replace(
        r, comments=tuple(replace(c, created_at=_DAY) for c in r.comments)
    ),
    "comment-url": lambda r: replace(
        r, comments=(Comment(author=None, body="x", url="https://x.example/1#issuecomment-7"),)
    ),
    "closes": lambda r: replace(r, closes=(RecordId(REPO, 3),)),
    "branches": lambda r: replace(r, head_ref="topic", base_ref="main"),
    "size": lambda r: replace(r, additions=1, deletions=2, changed_files=3),
    "removed": lambda r: replace(r, removed="deleted"),
}


@pytest.mark.parametrize("number", [1, 2, 3])
@pytest.mark.parametrize("change", _RECORD_CHANGES)
def test_a_changed_record_changes_every_page_that_shows_it(
    rebuild: Callable[..., Build], change: str, number: int
) -> None:
    """The neighbours of a record, the lists and the timeline show it too."""
    changed = [
        _RECORD_CHANGES[change](record) if record.id.number == number else record
        for record in _records()
    ]
    today = rebuild(changed, _posts())
    assert _shown(today) == _shown(_build(None, changed, _posts()))


_POST_CHANGES = [
    ("title: Learned rounding", "title: Rounding <learned>"),
    ("status: complete", "status: abandoned"),
    ("outcome: mixed", "outcome: failure"),
    ("problem: rounding", "problem: truncation"),
    ("issues: [1]", "issues: [1, 3]"),
    ("prs: [2]", "prs: {2: design}"),
    ("tags: [int8]", "tags: [int4]"),
    ("authors: [kit]", "authors: [sam]"),
    ("date: 2026-01-07", "date: 2026-02-07"),
    ("We tested #2 after", "Nobody tested #2 before"),
    ("the talk in #3", "the run in #4"),
    ("It went well", "It did not go well"),
    ("corrects: learned-rounding", "supersedes: learned-rounding"),
    ("corrects: learned-rounding\n", ""),
    ("# Learned rounding\n", "# Learned rounding\n\nIn brief.\n"),
    ("It went well.", "It went well.\n\n## Next steps\n\n- try #4"),
    ("authors: [kit]", "authors: [kit]\nparams: {seed: 1}"),
    ("title: Later\n", "title: Later\nhypothesis: It rounds\n"),
    ("It follows #1.", "It follows #1: rounding of the bits of #2, after the talk."),
]


@pytest.mark.parametrize(("old", "new"), _POST_CHANGES)
def test_a_changed_post_changes_every_page_that_shows_it(
    rebuild: Callable[..., Build], old: str, new: str
) -> None:
    changed = {name: text.replace(old, new) for name, text in _posts().items()}
    assert changed != _posts()
    today = rebuild(_records(), changed)
    assert _shown(today) == _shown(_build(None, _records(), changed))


def test_a_text_that_no_record_shows_renders_no_record_again(yesterday: Path) -> None:
    changed = {**_posts(), "later": f"{_LATER}\nMore words.\n"}
    assert _build(_open(yesterday), _records(), changed).book.shelf.rendered == 0


def test_words_of_a_post_change_nothing_that_records_show(path: Path) -> None:
    """In one process not even what their pages are made from is put together again."""
    again = _serve(_open(path))
    first = again(_records(), _posts())
    pages = {page.uri: page for page in first.pages if page.node}
    for more in ("More words.", "Even more words.", "> Rounding"):
        changed = {**_posts(), "later": _LATER.replace("\n# Later", f"\n# Later\n\n{more}")}
        today = again(_records(), changed)
        same = {page.uri for page in today.pages if page is pages.get(page.uri)}
        assert {f"journal/issues/{number}.md" for number in (1, 3, 4)} < same
        assert _shown(today) == _shown(_build(None, _records(), changed))


def test_values_that_python_calls_equal_are_not_the_same(path: Path) -> None:
    again = _serve(_open(path))
    for seed in ("1", "true", "1.0"):
        posts = {**_posts(), "later": _LATER.replace("status", f"params: {{seed: {seed}}}\nstatus")}
        assert _shown(again(_records(), posts)) == _shown(_build(None, _records(), posts))


def test_a_page_that_is_lost_between_two_builds_of_a_process_is_made_of_the_new_one(
    path: Path,
) -> None:
    again = _serve(_open(path))
    again(_records(), _posts())
    path.unlink()
    changed = {**_posts(), "later": f"{_LATER}\nMore words.\n"}
    right = _shown(_build(None, _records(), changed))
    assert [_shown(again(_records(), changed)) for _ in range(3)] == [right] * 3


def test_one_process_lets_go_of_the_books_of_its_builds(path: Path) -> None:
    """Pages that stay know how they are made, but not from which book."""
    again = _serve(_open(path))
    libraries = []
    for number in range(4):
        posts = {**_posts(), "later": f"{_LATER}\n{'Rounding loses bits. ' * number}\n"}
        libraries.append(weakref.ref(again(_records(), posts).book.texts))
    gc.collect()
    assert [library() is None for library in libraries] == [True, True, True, False]


def test_records_that_were_read_anew_take_the_place_of_the_old_ones(path: Path) -> None:
    """Else the file with their texts would stay, too."""
    process = (Renderer(), Memory(remembers=True))
    first, second = (_build(_open(path), _records(), _posts(), process=process) for _ in range(2))
    for record in second.journal.records.values():
        assert record is second.journal.nodes[record.node]
        assert record is not first.journal.records[record.id]
    assert _shown(first) == _shown(second)


def test_names_that_come_and_go(path: Path) -> None:
    """What a text means depends on the names that other posts have."""
    talk = "---\ntitle: Talk\nid: talk\n---\n# Talk\n"
    named = {**_posts(), "talk": talk, "other": "# Other\n\n[T](talk.md)\n"}
    for posts in (_posts(), named, {**named, "talk": talk.replace("id: talk", "id: run")}):
        edges = _build(_open(path), _records(), posts).journal.graph.edges
        assert edges == _build(None, _records(), posts).journal.graph.edges


def test_long_lists_of_experiments_are_cut(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each experiment stands on one page of the ledger and on one of the insight on quality."""
    monkeypatch.setattr("journal_plugin.pages.ledger.PAGE_SIZE", 2)
    monkeypatch.setattr("journal_plugin.pages.insights.quality.PAGE_SIZE", 2)
    posts = {f"run_{n}": _POST.replace("Learned", f"Learned{n}") for n in range(5)}
    for _ in range(2):
        shown = _shown(_build(_open(path), _records(), {**posts, "later": _LATER}))
        for first in ("ledger/index", "insights/quality"):
            folder = first.removesuffix("/index")
            names = (first, f"{folder}/page-2", f"{folder}/page-3")
            pages = [str(shown[f"journal/{name}.md"][2]) for name in names]
            assert f"journal/{folder}/page-4.md" not in shown
            places = [[f"posts/run-{n}/" in page for page in pages] for n in range(5)]
            assert [place.count(True) for place in places] == [1] * 5
            assert all("page-2" in page for page in (pages[0], pages[2]))
        assert 'id="experiment-5"' in pages[2]


def test_records_that_come_and_go(rebuild: Callable[..., Build]) -> None:
    for records in (_records()[1:], [*_records(), make_issue(99, title="New")], []):
        today = rebuild(records, _posts())
        assert _shown(today) == _shown(_build(None, records, _posts()))


@pytest.mark.parametrize(
    "settings", [{"path": "log"}, {"records": "linked"}, {"infer_problems": False}]
)
def test_options_count(rebuild: Callable[..., Build], settings: dict[str, object]) -> None:
    today = rebuild(_records(), _posts(), settings)
    assert _shown(today) == _shown(_build(None, _records(), _posts(), settings))


@pytest.mark.parametrize(
    "broken",
    [
        *DAMAGES,
        pytest.param(lambda data: data.replace(b"journal-", b"jxurnal-"), id="flipped"),
    ],
)
def test_a_broken_shelf_is_not_believed(path: Path, broken: Callable[[bytes], bytes]) -> None:
    right = _shown(_build(_open(path), _records(), _posts()))
    path.write_bytes(broken(path.read_bytes()))
    assert _shown(_build(_open(path), _records(), _posts())) == right
    _build(_open(path), _records(), _posts())
    again = _build(_open(path), _records(), _posts())
    assert again.book.shelf.rendered == 0, "the file was not repaired"
    assert _shown(again) == right


def test_a_shelf_that_another_build_empties_meanwhile(path: Path) -> None:
    """Two builds of different journals may share it: each drops what the other needs."""
    right = _shown(_build(None, _records(), _posts()))
    built = _build(_open(path), _records(), _posts())
    _build(_open(path), _records()[1:], {})
    assert _shown(built) == right
    assert _shown(_build(_open(path), _records(), _posts())) == right


def test_a_shelf_that_cannot_be_written_is_done_without(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("in the way")
    built = _build(_open(tmp_path / "cache" / "pages.sqlite"), _records(), _posts())
    assert _shown(built) == _shown(_build(None, _records(), _posts()))


def test_another_version_takes_nothing_over(path: Path) -> None:
    first = _build(_open(path), _records(), _posts())
    second = _build(_open(path, "two"), _records(), _posts())
    assert second.book.shelf.rendered == first.book.shelf.rendered
    assert make_page_fingerprint() == make_page_fingerprint()


def test_what_an_open_issue_looks_like_belongs_to_its_page(path: Path) -> None:
    """The words of another record decide, and that record alone has changed."""
    words = [f"Unrelated words number{n} about topic{n}" for n in range(9)]
    first, second = "Generators collapse to punctuation after warmup", "Something else entirely"
    title = "Collapsed generators write punctuation despite the warmup"

    def records(body: str) -> list[Record]:
        titles = ["The older one", title, *words]
        made = [make_issue(n, t, created_at=_DAY) for n, t in enumerate(titles, start=1)]
        made[0] = replace(made[0], body=body, created_at=_DAY.replace(year=2025))
        return made

    def shown(built: Build) -> bool:
        return "This looks like" in str(_shown(built)["journal/issues/2.md"][2])

    assert shown(_build(_open(path), records(first), {}))
    today = _build(_open(path), records(second), {})
    assert not shown(today)
    assert _shown(today) == _shown(_build(None, records(second), {}))


def _decorated(built: Build, store: Cache | None) -> dict[str, Finished]:
    """The finished page of each post."""
    pages = PostPages(built.book, store, feeds=True)
    found = {
        post.slug: pages.finish_page(render_markdown(post.body), [post])
        for post in built.journal.posts
    }
    pages.finish()
    return found


@pytest.fixture(scope="module")
def decorated(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The shelf of decorated posts as it was yesterday."""
    path = tmp_path_factory.mktemp("posts")
    _decorated(_build(_open(path / "pages.sqlite"), _records(), _posts()), _open(path / "posts"))
    return (path / "posts").read_bytes()


def _check_decorated(
    path: Path, decorated: bytes, records: list[Record], posts: dict[str, str]
) -> None:
    (path / "posts").write_bytes(decorated)
    today = _build(_open(path / "pages.sqlite"), records, posts)
    right = _decorated(_build(None, records, posts), None)
    assert _decorated(today, _open(path / "posts")) == right


def test_the_same_posts_are_not_decorated_again(tmp_path: Path, decorated: bytes) -> None:
    (tmp_path / "posts").write_bytes(decorated)
    built = _build(_open(tmp_path / "pages.sqlite"), _records(), _posts())
    pages = PostPages(built.book, _open(tmp_path / "posts"), feeds=True)
    for post in built.journal.posts:
        pages.finish_page(render_markdown(post.body), [post])
    assert pages.rendered == 0
    pages.finish_page("<h1>Other words</h1>", built.journal.posts[:1])
    assert pages.rendered == 1


@pytest.mark.parametrize(("old", "new"), _POST_CHANGES)
def test_a_changed_post_changes_the_pages_of_posts(
    tmp_path: Path, decorated: bytes, old: str, new: str
) -> None:
    changed = {name: text.replace(old, new) for name, text in _posts().items()}
    _check_decorated(tmp_path, decorated, _records(), changed)


@pytest.mark.parametrize("change", _RECORD_CHANGES)
def test_changed_records_change_the_pages_of_posts(
    tmp_path: Path, decorated: bytes, change: str
) -> None:
    changed = [_RECORD_CHANGES[change](record) for record in _records()]
    _check_decorated(tmp_path, decorated, changed, _posts())


def test_a_record_that_comes_after_the_post_that_names_it(tmp_path: Path) -> None:
    posts = {"later": _LATER.replace("status:", "issues: [7]\nstatus:")}
    for records in (_records(), [*_records(), make_issue(7, title="Seven")]):
        shown = _decorated(_build(_open(tmp_path / "a"), records, posts), _open(tmp_path / "b"))
        assert shown == _decorated(_build(None, records, posts), None)
    assert "Seven" in shown["later"].html


def test_posts_that_come_and_go_change_the_pages_of_posts(tmp_path: Path, decorated: bytes) -> None:
    """A new post may be meant by words that stood there before."""
    named = {**_posts(), "talk": "---\ntitle: Talk\nid: talk\ntags: [int8]\n---\n# Talk\n"}
    _check_decorated(tmp_path, decorated, _records(), named)
    _check_decorated(tmp_path, decorated, _records()[1:], _posts())
    _check_decorated(tmp_path, decorated, [], {"later": _LATER})


@pytest.mark.parametrize("broken", DAMAGES)
def test_a_broken_shelf_of_posts_is_not_believed(
    tmp_path: Path, decorated: bytes, broken: Callable[[bytes], bytes]
) -> None:
    _check_decorated(tmp_path, broken(decorated), _records(), _posts())


def test_a_build_of_other_code_that_was_cut_short_leaves_no_page_behind(tmp_path: Path) -> None:
    def put(fingerprint: str) -> tuple[Shelf, str]:
        shelf = Shelf(Cache(tmp_path / "pages.sqlite", fingerprint))
        page = Finished(html=Markup("<p>") + fingerprint + Markup("x") * 2_000_000)
        found = shelf.find("view", str, lambda _: page).load()
        return shelf, str(found.html)[:9]

    shelf, _ = put("one")
    shelf.finish()
    _, html = put("two")  # large enough to be written at once; it never finishes
    assert html.startswith("<p>two")
    assert put("one")[1].startswith("<p>one")


def _list_held() -> list[object]:
    """The events and numbers that are in memory."""
    return [item for item in gc.get_objects() if type(item) in (Event, Sample)]


def test_lists_hold_no_events_and_numbers_and_find_them_again(path: Path) -> None:
    """A journal of thousands of records has tens of thousands of each."""
    others = _list_held()  # of journals that other tests keep
    built = _build(_open(path), _records(), _posts())
    gc.collect()
    assert [item for item in _list_held() if not any(item is other for other in others)] == []
    _build(_open(path), [], {})  # drops all pages, so each of them is made once more
    assert _shown(built) == _shown(_build(None, _records(), _posts()))


_MARKS = ["a", "b", "c", "d", "e"]


def _recall(path: Path, marks: list[str]) -> tuple[list[tuple[str, object]], list[str]]:
    """What a build gets by its marks, and those that it had to make something of."""
    made: list[str] = []

    def make(new: list[str]) -> list[object]:
        made.extend(new)
        return [(mark, 1) for mark in new]

    shelf = Shelf(_open(path), "about")
    found = list(shelf.recall_each("letters", marks, make))
    shelf.finish()
    return found, made


@pytest.mark.parametrize(
    ("marks", "new"),
    [
        (_MARKS, []),
        (["0", *_MARKS], ["0"]),
        ([*_MARKS, "f", "g", "h"], ["f", "g", "h"]),
        (["a", "b", "x", "d", "e"], ["x"]),
        (_MARKS[1:], []),
        (_MARKS[:2], []),
        (_MARKS[::-1], []),
        (["a", "a", "b"], []),
        ([], []),
    ],
)
def test_only_what_is_new_is_made(
    path: Path, monkeypatch: pytest.MonkeyPatch, marks: list[str], new: list[str]
) -> None:
    """However the marks have moved among the parts that are kept."""
    monkeypatch.setattr("journal_plugin.pages.shelf._PART", 2)
    _recall(path, _MARKS)
    expected = [(mark, [mark, 1]) for mark in dict.fromkeys(marks)]
    assert _recall(path, marks) == (expected, new)
    assert _recall(path, marks) == (expected, [])


def test_a_part_that_is_lost_is_made_again(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("journal_plugin.pages.shelf._PART", 2)
    expected, _ = _recall(path, _MARKS)
    with closing(sqlite3.connect(path)) as database, database:
        lost = database.execute("DELETE FROM text WHERE instr(value, ?)", (b'"c"',))
        assert lost.rowcount == 1
    assert _recall(path, _MARKS) == (expected, ["c", "d"])
    assert _recall(path, _MARKS) == (expected, [])


@pytest.mark.parametrize("index", ["{}", "[]", '[["a"], {"view": ["key", 1]}]', "[[], [1]]", "x"])
def test_an_index_that_cannot_be_is_none(path: Path, index: str) -> None:
    store = _open(path)
    store.save({store.make_key(("pages", "about")): index})
    shelf = Shelf(_open(path), "about")
    shelf.find("view", str, lambda _: Finished(html=Markup("new")))
    assert shelf.rendered == 1


def test_what_is_kept_together_is_read_in_parts(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It takes less memory than all of it."""
    monkeypatch.setattr("journal_plugin.pages.shelf._PART", 2)
    _recall(path, _MARKS)
    store = _open(path)
    shelf = Shelf(store, "about")
    read: list[str] = []

    def load(key: str) -> str | None:
        read.append(key)
        return Cache.load(store, key)

    monkeypatch.setattr(store, "load", load)
    counts = [len(read) for _ in shelf.recall_each("letters", _MARKS, lambda new: new)]
    assert counts == [1, 1, 2, 2, 3]
