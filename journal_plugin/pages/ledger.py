"""The ledger: what did not work, and what was corrected."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from journal_plugin.corrections import find_revisions
from journal_plugin.dates import date_of
from journal_plugin.pages.page import Page
from journal_plugin.pages.paging import split_sheets
from journal_plugin.text.sections import find_section
from journal_plugin.vocabulary import Outcome, Status

if TYPE_CHECKING:
    from collections.abc import Iterator

    from markupsafe import Markup

    from journal_plugin.model import Node, Post
    from journal_plugin.pages.book import Book
    from journal_plugin.pages.page import Finished
    from journal_plugin.pages.paging import Sheet
    from journal_plugin.pages.place import Place
    from journal_plugin.text.sections import Section

PAGE_SIZE = 100
"""Negative results of one page, each with what was learned."""

_NEGATIVE = (Outcome.FAILURE, Outcome.MIXED, Outcome.INCONCLUSIVE)
_LEARNED = ("conclusion", "conclusions", "key learnings", "results", "what we learned")
_INVALIDATES = (
    "what would invalidate this",
    "what would invalidate",
    "what would change our mind",
    "what would change this",
    "would be invalidated by",
    "limitations",
)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class _Negative(NamedTuple):
    post: Post
    learned: Markup | None
    invalidates: Markup | None


class _Revised(NamedTuple):
    revised: Node
    by: Node
    verb: str
    date: datetime | None


class _Note(NamedTuple):
    node: Node
    text: str


class _Corrections(NamedTuple):
    revisions: tuple[_Revised, ...] = ()
    notes: tuple[_Note, ...] = ()


def render_ledger(book: Book) -> Iterator[Page]:
    """The pages of the ledger; corrections stand on the first."""
    _ = book.words.gettext
    negatives = _find_negatives(book)
    corrections = _Corrections(revisions=_find_revised(book), notes=_find_notes(book))
    for sheet in split_sheets(negatives, PAGE_SIZE, first="ledger/index", folder="ledger"):
        shown = corrections if sheet.number == 1 else _Corrections()
        yield book.keep(
            Page(
                uri=book.links.uri_of(sheet.name),
                title=sheet.name_page(_("Ledger"), book.words),
                in_nav=sheet.number == 1,
                description=_("Negative results, and corrections of earlier ones"),
            ),
            view=(sheet.around, shown, *((post, post.body) for post in sheet.items)),
            make=partial(_finish, book, sheet, shown),
        )


def _finish(book: Book, sheet: Sheet[Post], corrections: _Corrections, place: Place) -> Finished:
    return book.finish(
        "ledger.html",
        place,
        sheet=sheet,
        negatives=[_negative(book, post, place) for post in sheet.items],
        revisions=corrections.revisions,
        notes=corrections.notes,
    )


def _find_negatives(book: Book) -> list[Post]:
    """Posts without a clear success and abandoned ones, latest first."""
    found = [
        post
        for post in book.journal.posts
        if post.outcome in _NEGATIVE or (post.status is Status.ABANDONED and not post.outcome)
    ]
    found.sort(key=lambda post: post.slug)
    return sorted(found, key=lambda post: post.date or _EPOCH, reverse=True)


def _negative(book: Book, post: Post, place: Place) -> _Negative:
    sections = book.texts[post.node].sections
    return _Negative(
        post=post,
        learned=_section(find_section(sections, _LEARNED), place),
        invalidates=_section(find_section(sections, _INVALIDATES), place),
    )


def _section(section: Section | None, place: Place) -> Markup | None:
    return place.section(section) if section else None


def _find_revised(book: Book) -> tuple[_Revised, ...]:
    nodes = book.journal.nodes
    found = [
        _Revised(
            revised=nodes[revision.target],
            by=nodes[revision.source],
            verb=revision.kind.value,
            date=date_of(nodes[revision.source]),
        )
        for revision in find_revisions(book.journal.graph)
    ]
    return tuple(sorted(found, key=lambda item: item.date or _EPOCH, reverse=True))


def _find_notes(book: Book) -> tuple[_Note, ...]:
    """Paragraphs of posts that begin with `Correction:`."""
    return tuple(
        _Note(node=post, text=text)
        for post in book.journal.posts
        for text in book.outlines[post.node].corrections
    )
