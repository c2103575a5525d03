"""A page for each status, outcome, type, tag and person, and the lists that lead to them."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from journal_plugin.pages.facets import Axis
from journal_plugin.pages.page import Page
from journal_plugin.pages.paging import split_sheets
from journal_plugin.pages.words import mark

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from journal_plugin.model import Node
    from journal_plugin.pages.book import Book
    from journal_plugin.pages.facets import Facet
    from journal_plugin.pages.page import Finished
    from journal_plugin.pages.paging import Sheet
    from journal_plugin.pages.place import Place
    from journal_plugin.problems import Problem

PAGE_SIZE = 200
"""Rows of one page."""

AXIS_TITLES: Mapping[Axis, str] = {
    Axis.STATUS: mark("Statuses"),
    Axis.OUTCOME: mark("Outcomes"),
    Axis.TYPE: mark("Types"),
    Axis.TAG: mark("Tags"),
    Axis.PERSON: mark("People"),
}
"""What an axis is called."""

FACET_TITLES: Mapping[Axis, str] = {
    Axis.STATUS: mark("Status: %(name)s"),
    Axis.OUTCOME: mark("Outcome: %(name)s"),
    Axis.TYPE: mark("Type: %(name)s"),
    Axis.TAG: mark("Tag: %(name)s"),
}
"""The title of a facet's page; a person's is the name alone."""


def render_facets(book: Book) -> Iterator[Page]:
    """The list of each axis that is in use, and the page of each of its facets."""
    for axis, facets in book.facets.by_axis.items():
        if facets:
            yield _render_axis(book, axis)
        for facet in facets:
            yield from _render_facet(book, facet)


def _render_axis(book: Book, axis: Axis) -> Page:
    title = book.words.gettext(AXIS_TITLES[axis])
    return book.page(
        book.links.uri_of(f"{axis}/index"),
        title,
        "facet_index.html",
        description=title,
        axis=axis,
        listed=book.facets.by_axis[axis],
    )


def _render_facet(book: Book, facet: Facet) -> Iterator[Page]:
    _ = book.words.gettext
    rows: list[Node] = [*facet.posts, *facet.records]
    named = facet.axis in (Axis.STATUS, Axis.OUTCOME)
    name = book.word(facet.name) if named else facet.name
    pattern = FACET_TITLES.get(facet.axis)
    whole = _(pattern) % {"name": name} if pattern else name
    problems = [
        problem
        for problem in book.journal.problems
        if named and facet.slug in (problem.status, problem.outcome)
    ]
    about = (facet.axis, facet.name, facet.kind, bool(facet.posts))
    for sheet in split_sheets(rows, PAGE_SIZE, first=facet.page, folder=facet.page):
        shown = problems if sheet.number == 1 else []
        title = sheet.name_page(whole, book.words)
        yield book.keep(
            Page(uri=book.links.uri_of(sheet.name), title=title, description=title),
            view=(
                *about,
                sheet.around,
                [
                    (problem.slug, problem.title, problem.status, problem.outcome)
                    for problem in shown
                ],
                *sheet.items,
            ),
            make=partial(_finish, book, facet, sheet, shown),
        )


def _finish(
    book: Book, facet: Facet, sheet: Sheet[Node], problems: Sequence[Problem], place: Place
) -> Finished:
    return book.finish(
        "facet.html",
        place,
        facet=facet,
        sheet=sheet,
        axis_title=book.words.gettext(AXIS_TITLES[facet.axis]),
        problems=problems,
    )
