"""Finished pages of earlier builds, each used again while nothing has changed that it shows.

A page is made from its *view*, data that is known before it is rendered. While it is rendered it
asks for more: which record a reference means, whether a person has a page. The shelf remembers the
questions of each view. If today's view is the same, and today's answers to the same questions are
the same, the page would be the same. What is not on the shelf, or can no longer be read from it, is
rendered.
"""

from __future__ import annotations

import json
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from markupsafe import Markup

from journal_plugin.model import Heading
from journal_plugin.pages.digests import digest
from journal_plugin.pages.page import Entry, Finished

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from journal_plugin.pages.page import Content

_INDEX = "pages"
_DATA = "data"
_TOGETHER = "+"
"""Starts the view of what is kept together; a build that does not ask for it keeps it, too."""
_AT_ONCE = 1_000_000
"""Characters that wait in memory before they are written."""
_PART = 500
"""Pieces that are read, made and written at once."""


class Store(Protocol):
    """Where finished pages wait for the next build."""

    def make_key(self, parts: Iterable[str]) -> str:
        """The key of what is made from `parts`."""

    def load(self, key: str) -> str | None:
        """The value of a key, or None."""

    def save(self, new: Mapping[str, str], *, keep: Iterable[str] | None = None) -> bool:
        """Add `new` values and drop all that are not in `keep`; return whether that worked."""


@dataclass(frozen=True, slots=True)
class _Place:
    """Where the page of a view lies."""

    key: str
    questions: tuple[str, ...]


class Shelf:
    """The finished pages of one build, or of all builds of a process that builds again."""

    def __init__(
        self, store: Store | None = None, about: str = "", *, remembers: bool = False
    ) -> None:
        """Open the shelf.

        Args:
            store: Where pages outlive the build; without one they are kept in memory.
            about: What all pages depend on.
            remembers: Whether the same process will build again.
        """
        self._store = store
        self._remembers = remembers
        # The store's keys differ with our code, so no page of another version is taken for ours.
        self._about = store.make_key((about,)) if store else digest((about,))
        self._index_key = store.make_key((_INDEX, about)) if store else ""
        self._old = self._load_index()
        self._used = _find_together(self._old)
        self._new: dict[str, str] = {}
        self._waiting = 0
        self._is_full = False
        self._is_distrusted = False
        self._last: tuple[str, Finished] | None = None
        self.rendered = 0
        """Pages that were rendered."""

    def find(
        self,
        view: str,
        answer: Callable[[str], str],
        render: Callable[[set[str]], Finished],
    ) -> Content:
        """The page of a view.

        Args:
            view: The mark of all data that the page is made from.
            answer: Answers a question with a mark.
            render: Renders the page and adds its questions to the set given.
        """
        known = self._old.get(view)
        if known and known.key == self._make_key(view, known.questions, answer):
            self._used[view] = known
            return _Shelved(self, view, known, render)
        asked: set[str] = set()
        finished = render(asked)
        self.rendered += 1
        questions = tuple(sorted(asked))
        place = _Place(self._make_key(view, questions, answer), questions)
        if not self._put(place.key, finished):
            return finished
        self._used[view] = place
        return _Shelved(self, view, place, render)

    def hold(self, content: Content) -> None:
        """Keep a page that was found in an earlier build of the process."""
        if isinstance(content, _Shelved):
            self._used[content.view] = content.place

    def recall(self, view: str, make: Callable[[], object]) -> Any:
        """Plain data as JSON holds it, made only if it was not made before.

        Args:
            view: The mark of all that the data is made from.
            make: Makes the data.
        """
        place = _Place(digest((self._about, _DATA, view)), ())
        data = self._read(place) if place.key in self._old else None
        if data is None:
            data = json.loads(form := _dump(make()))
            self._add(place, form)
        self._used[place.key] = place
        return data

    def recall_each(
        self, name: str, marks: Iterable[str], make: Callable[[list[str]], Iterable[object]]
    ) -> Iterator[tuple[str, Any]]:
        """Plain data by mark, of which only what was not made before is made.

        Args:
            name: What all of it is called, because it is kept together.
            marks: The marks of all that each piece is made from.
            make: Makes the pieces of some marks, in their order.

        Yields:
            Each mark once, with its data, in the order of the marks. What is kept is read until
            those of one part are found, so little of it is in memory while their order stays.
        """
        parts = self._take_parts(name)
        wanted = list(dict.fromkeys(marks))
        known: dict[str, Any] = {}
        for start in range(0, len(wanted), _PART):
            some = wanted[start : start + _PART]
            while parts and not known.keys() >= set(some):
                known |= self._read(parts.popleft()) or {}
            missing = [mark for mark in some if mark not in known]
            if missing:
                known |= zip(missing, json.loads(_dump(list(make(missing)))), strict=True)
            found = {mark: known.pop(mark) for mark in some}
            view = f"{_TOGETHER}{name} {start}"
            place = _Place(digest((self._about, view, *some)), ())
            if missing or self._old.get(view) != place:
                self._add(place, _dump(found))
            self._used[view] = place
            yield from found.items()

    def load(self, key: str) -> Finished | None:
        """A page that was found; None if it can no longer be read."""
        last = self._last
        if last and last[0] == key:
            return last[1]
        form = self._load_form(key)
        finished = parse_finished(form) if form else None
        if finished:
            self._last = key, finished
        return finished

    def distrust(self) -> None:
        """Let the next build render all pages, because some of them are lost."""
        if self._store and not self._is_distrusted:
            self._is_distrusted = True
            self._store.save({self._index_key: "{}"})

    def finish(self) -> None:
        """Write what is new, drop what no page used, and forget the way to what nobody wants."""
        if not self._is_distrusted:
            self._save()
        is_good = self._remembers and not self._is_distrusted
        self._old = self._used if is_good else {}
        self._used = _find_together(self._old)
        self._last, self._is_distrusted = None, False

    def _take_parts(self, name: str) -> deque[_Place]:
        """Where the last build left what is kept together."""
        views = [view for view in self._used if view.startswith(f"{_TOGETHER}{name} ")]
        return deque(self._used.pop(view) for view in views)

    def _read(self, place: _Place) -> Any:
        """Data that is kept; None if it can no longer be read."""
        form = self._load_form(place.key)
        try:
            return json.loads(form) if form else None
        except (ValueError, RecursionError):
            return None

    def _add(self, place: _Place, form: str) -> None:
        if self._store and not self._is_full:
            self._hold(place.key, form)

    def _load_form(self, key: str) -> str | None:
        return self._new.get(key) or (self._store.load(key) if self._store else None)

    def _save(self) -> None:
        if self._store is None or self._is_full or (not self._new and self._used == self._old):
            return
        new = {**self._new, self._index_key: _format_index(self._used)}
        keep = {self._index_key, *(place.key for place in self._used.values())}
        if self._store.save(new, keep=keep):
            self._new = {}

    def _make_key(self, view: str, questions: tuple[str, ...], answer: Callable[[str], str]) -> str:
        return digest((self._about, view, *questions, *map(answer, questions)))

    def _put(self, key: str, finished: Finished) -> bool:
        """Keep a page; return whether it is in good hands."""
        if self._store is None or self._is_full:
            return False
        form = format_finished(finished)
        self._hold(key, form)
        return True

    def _hold(self, key: str, form: str) -> None:
        """Keep a value until enough of them wait, and write them then."""
        self._new[key] = form
        self._waiting += len(form)
        if self._store and self._waiting > _AT_ONCE:
            self._is_full = not self._store.save(self._new)
            self._waiting = 0
            if not self._is_full:
                self._new = {}

    def _load_index(self) -> dict[str, _Place]:
        form = self._store.load(self._index_key) if self._store else None
        return _parse_index(form) if form else {}


class _Shelved:
    """A page that is read when it is needed, and rendered if that fails."""

    __slots__ = ("_render", "_shelf", "place", "view")

    def __init__(
        self, shelf: Shelf, view: str, place: _Place, render: Callable[[set[str]], Finished]
    ) -> None:
        self._shelf = shelf
        self.view = view
        self.place = place
        self._render = render

    @property
    def mark(self) -> str:
        """The key, which covers the view and all answers."""
        return self.place.key

    def load(self) -> Finished:
        """The page."""
        finished = self._shelf.load(self.place.key)
        if finished is None:
            self._shelf.distrust()
            finished = self._render(set())
        return finished


def _find_together(places: Mapping[str, _Place]) -> dict[str, _Place]:
    """Where that lies which is kept together."""
    return {view: place for view, place in places.items() if view.startswith(_TOGETHER)}


def _format_index(places: Mapping[str, _Place]) -> str:
    """Where pages lie. Each question is named once: pages ask for the same few again and again."""
    numbers: dict[str, int] = {}
    index = {
        view: [place.key, *(numbers.setdefault(asked, len(numbers)) for asked in place.questions)]
        for view, place in places.items()
    }
    return _dump([list(numbers), index])


def _parse_index(form: str) -> dict[str, _Place]:
    try:
        asked, index = json.loads(form)
        return {
            view: _Place(key, tuple([asked[number] for number in numbers]))
            for view, (key, *numbers) in index.items()
        }
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError):
        return {}


def _dump(data: object) -> str:
    return json.dumps(data, separators=(",", ":"))


def format_finished(finished: Finished) -> str:
    """A page as JSON in one line, and its HTML, which would only grow in JSON."""
    headings = [[item.level, item.anchor, item.title] for item in finished.headings]
    entry = [finished.entry.title, finished.entry.text] if finished.entry else None
    about = json.dumps([headings, finished.head, entry], ensure_ascii=False)
    return f"{about}\n{finished.html}"


def parse_finished(form: str) -> Finished | None:
    """A page from what `format_finished` made; None where it cannot be that."""
    about, _, html = form.partition("\n")
    try:
        headings, head, entry = _parse(about)
        return Finished(
            html=Markup(html),  # noqa: S704 - it was safe when it was kept, and the store checks it
            headings=tuple(Heading(level=a, anchor=b, title=c) for a, b, c in headings),
            head=None if head is None else Markup(head),  # noqa: S704 - same
            entry=Entry(title=entry[0], text=entry[1]) if entry else None,
        )
    except (ValueError, TypeError, LookupError, RecursionError):
        return None


def _parse(form: str) -> Any:
    return json.loads(form)
