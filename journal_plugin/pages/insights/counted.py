"""What a number counts: for each figure a page with every value and where it comes from."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from journal_plugin.figures import Unit
from journal_plugin.pages.found_again import FoundAgain
from journal_plugin.pages.insights.words import format_value
from journal_plugin.pages.page import Page
from journal_plugin.pages.paging import name_page
from journal_plugin.slugs import slugify
from journal_plugin.velocity import find_velocity
from journal_plugin.vocabulary import Outcome

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from journal_plugin.figures import Figure, Sample
    from journal_plugin.model import Node
    from journal_plugin.pages.book import Book
    from journal_plugin.pages.page import Finished
    from journal_plugin.pages.place import Place
    from journal_plugin.problems import Problem

_OUTCOMES = frozenset(Outcome)
PAGE_SIZE = 300
"""Values on one page."""


class _Row(NamedTuple):
    sample: Sample
    value: str
    problem: Problem | None
    nodes: tuple[Node, ...]
    anchor: str
    heading: str
    """The group that starts with this row, or empty."""


class Counted:
    """The pages of all figures, and the address of each number."""

    def __init__(self, book: Book, figures: Iterable[Figure]) -> None:
        self._book = book
        self.figures = _by_key(figures)
        self._places: dict[tuple[str, str], str] = {}
        for figure in self.figures.values():
            for number, sample in enumerate(figure.samples):
                url = f"{self.name(figure, number // PAGE_SIZE + 1)}"
                self._places.setdefault((figure.key, sample.group), url)

    def name(self, figure: Figure, page: int) -> str:
        """The page below the journal's path."""
        return f"insights/counted/{figure.key}" + (f"-{page}" if page > 1 else "")

    def url(self, figure: Figure, group: str | None = None) -> str:
        """Address, relative to the site's root, of what a figure or one of its groups counts."""
        links = self._book.links
        if group is None:
            return links.url_of(links.uri_of(self.name(figure, 1)))
        url = links.url_of(links.uri_of(self._places[figure.key, group]))
        return f"{url}#{anchor_of(group)}"


def anchor_of(group: str) -> str:
    """The anchor of a group's heading."""
    return f"group-{slugify(group)}"


def render_counted(book: Book, find: Callable[[], Counted]) -> Iterable[Page]:
    """The pages of every figure."""
    return book.again("counted", lambda: _render_figures(book, find()))


def _render_figures(book: Book, counted: Counted) -> Iterator[Page]:
    titles = {problem.node: problem.title for problem in book.journal.problems}
    figures = FoundAgain(counted.figures, _find_figures)
    for key, figure in counted.figures.items():
        count = -(-len(figure.samples) // PAGE_SIZE)
        names = [counted.name(figure, number) for number in range(1, count + 1)]
        for number, name in enumerate(names, start=1):
            missing = figure.missing if number == 1 else ()
            yield book.keep(
                Page(
                    uri=book.links.uri_of(name),
                    title=name_page(book.say(figure.title), number, book.words),
                    description=book.say(figure.definition),
                ),
                view=(
                    names,
                    number,
                    figure.unit,
                    len(figure.samples),
                    missing,
                    *_list_samples(figure, number, titles),
                ),
                make=partial(_finish, figures, key, names, number),
            )
    figures.forget()


def _find_figures(book: Book) -> Mapping[str, Figure]:
    return _by_key(find_velocity(book.journal).figures)


def _by_key(figures: Iterable[Figure]) -> Mapping[str, Figure]:
    return {figure.key: figure for figure in figures}


def _finish(
    figures: FoundAgain[Mapping[str, Figure]],
    key: str,
    names: Sequence[str],
    number: int,
    place: Place,
) -> Finished:
    book = place.book
    figure = figures.get(book)[key]
    return book.finish(
        "insights_counted.html",
        place,
        definition=book.say(figure.definition),
        total=len(figure.samples),
        rows=_with_heading(book, list(_rows(book, figure, number))),
        missing=_nodes(book, figure.missing) if number == 1 else (),
        pages=list(enumerate(names, start=1)),
        current=number,
        counts=figure.unit is Unit.COUNT,
    )


def _rows(book: Book, figure: Figure, page: int) -> Iterator[_Row]:
    problems = {problem.node: problem for problem in book.journal.problems}
    start = (page - 1) * PAGE_SIZE
    group = figure.samples[start - 1].group if start else None
    for number, sample in enumerate(figure.samples[start : start + PAGE_SIZE], start=start + 1):
        found = [problems[node] for node in sample.nodes if node in problems]
        yield _Row(
            sample=sample,
            value=format_value(sample.value, figure.unit, book.words),
            problem=found[0] if found else None,
            nodes=tuple(_nodes(book, (n for n in sample.nodes if n not in problems))),
            anchor=f"value-{number}",
            heading=sample.group if sample.group != group else "",
        )
        group = sample.group


def _list_samples(figure: Figure, page: int, titles: Mapping[str, str]) -> Iterator[str]:
    """What the rows of a page are made of; the page asks for the posts and records among it."""
    start = (page - 1) * PAGE_SIZE
    yield figure.samples[start - 1].group if start else ""
    for sample in figure.samples[start : start + PAGE_SIZE]:
        shown = (titles[node] for node in sample.nodes if node in titles)
        yield "\n".join((repr(sample.value), sample.group, *sample.nodes, *shown))


def _with_heading(book: Book, rows: Sequence[_Row]) -> list[tuple[str, str, list[_Row]]]:
    """The rows by group: heading, anchor and rows; a page that starts in a group names it again."""
    groups: list[tuple[str, str, list[_Row]]] = []
    for place, row in enumerate(rows):
        if row.heading or place == 0:
            anchor = anchor_of(row.sample.group) if row.heading else ""
            name = row.sample.group
            shown = book.word(name) if name in _OUTCOMES else name
            groups.append((shown, anchor, []))
        groups[-1][2].append(row)
    return groups


def _nodes(book: Book, nodes: Iterable[str]) -> list[Node]:
    return [book.journal.nodes[node] for node in nodes if node in book.journal.nodes]
