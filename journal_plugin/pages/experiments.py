"""The experiments table, for readers with and without scripts, and the lineage below it.

Every row holds all fields of its post: the main ones in cells, the others folded below the title.
The script `table.js` makes columns of those on demand, so no data is on the page twice.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from journal_plugin.pages.columns import find_cells, find_columns, values_of_field
from journal_plugin.pages.facets import Axis
from journal_plugin.pages.lineage import find_descent, render_lineage
from journal_plugin.pages.page import Page
from journal_plugin.pages.paging import split_sheets
from journal_plugin.pages.words import mark

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from journal_plugin.model import Post
    from journal_plugin.pages.book import Book
    from journal_plugin.pages.columns import Cell, Column
    from journal_plugin.pages.lineage import Descent
    from journal_plugin.pages.page import Finished
    from journal_plugin.pages.paging import Sheet
    from journal_plugin.pages.place import Place

PAGE_SIZE = 500
"""Rows of one page; with scripts, the first page loads the others as soon as it needs them."""

FILTERS: Mapping[str, str] = {
    "status": mark("Status"),
    "outcome": mark("Outcome"),
    "type": mark("Type"),
    "problem": mark("Problem"),
    "tag": mark("Tag"),
    "author": mark("Author"),
}
"""The columns that have a list of values to choose from."""

_AXES = {"status": Axis.STATUS, "outcome": Axis.OUTCOME, "type": Axis.TYPE, "tag": Axis.TAG,
         "author": Axis.PERSON}  # fmt: skip


class _Row(NamedTuple):
    post: Post
    main: Mapping[str, Cell]
    """By key of the column."""
    more: tuple[Cell, ...]

    @property
    def values(self) -> str:
        """The values of all cells, in one text."""
        return repr([(cell.column.key, cell.values) for cell in (*self.main.values(), *self.more)])


@dataclass(frozen=True, slots=True, kw_only=True)
class _Choice:
    value: str
    label: str
    count: int


class _Filter(NamedTuple):
    name: str
    label: str
    choices: tuple[_Choice, ...]


class _Table(NamedTuple):
    """One page of the table."""

    sheet: Sheet[Post]
    total: int
    columns: tuple[Column, ...]
    rows: tuple[_Row, ...]
    filters: tuple[_Filter, ...]
    descent: Descent | None
    """On the first page."""

    @property
    def view(self) -> tuple[object, ...]:
        """All that the page shows."""
        rows = [(row.post, row.values) for row in self.rows]
        return (self.sheet.names, self.total, self.columns, self.filters, self.descent, rows)


def render_experiments(book: Book) -> Iterator[Page]:
    """The pages of the table; nearly always it is one."""
    _ = book.words.gettext
    posts = sorted(book.journal.posts, key=lambda post: post.slug)
    posts.sort(key=lambda post: post.date.timestamp() if post.date else 0.0, reverse=True)
    columns, descent = find_columns(book, posts), find_descent(book)
    for sheet in split_sheets(posts, PAGE_SIZE, first="experiments/index", folder="experiments"):
        first = sheet.number == 1
        table = _Table(
            sheet=sheet,
            total=len(posts),
            columns=columns,
            rows=tuple(_make_row(book, post, columns) for post in sheet.items),
            filters=tuple(_find_filters(book, posts)) if first else (),
            descent=descent if first else None,
        )
        yield book.keep(
            Page(
                uri=book.links.uri_of(sheet.name),
                title=sheet.name_page(_("Experiments"), book.words),
                in_nav=first,
                is_wide=True,
                description=_("All experiments with status, outcome and metrics: %(count)s")
                % {"count": len(posts)},
            ),
            view=table.view,
            make=partial(_finish, book, table),
        )


def _finish(book: Book, table: _Table, place: Place) -> Finished:
    return book.finish(
        "experiments.html",
        place,
        sheet=table.sheet,
        total=table.total,
        columns=table.columns,
        rows=table.rows,
        filters=table.filters,
        lineage=render_lineage(book, table.descent, place) if table.descent else None,
    )


def _make_row(book: Book, post: Post, columns: Sequence[Column]) -> _Row:
    cells = find_cells(book, post, columns)
    return _Row(
        post=post,
        main={cell.column.key: cell for cell in cells if cell.column.is_main},
        more=tuple(cell for cell in cells if not cell.column.is_main),
    )


def _find_filters(book: Book, posts: Sequence[Post]) -> Iterator[_Filter]:
    """The filters with at least two values to choose between; the most frequent value first."""
    for name, label in FILTERS.items():
        counts: dict[str, int] = {}
        for post in posts:
            for value in values_of_field(book, post, name):
                counts[value] = counts.get(value, 0) + 1
        choices = [
            _Choice(value=value, label=_label(book, name, value), count=count)
            for value, count in sorted(counts.items(), key=lambda item: (-item[1], item[0]))
        ]
        if choices:
            yield _Filter(name=name, label=book.words.gettext(label), choices=tuple(choices))


def _label(book: Book, name: str, value: str) -> str:
    """What readers call a value."""
    if name in ("status", "outcome"):
        return book.word(value)
    if name == "problem":
        return next((p.title for p in book.journal.problems if p.slug == value), value)
    found = book.facets.by_axis[_AXES[name]]
    return next((facet.name for facet in found if facet.slug == value), value)
