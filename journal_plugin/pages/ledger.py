"""The ledger: what did not work, and what was corrected."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from journal_plugin.corrections import find_revisions
from journal_plugin.dates import date_of
from journal_plugin.text.escape import shorten
from journal_plugin.text.markup import find_blocks
from journal_plugin.text.sections import find_section
from journal_plugin.vocabulary import Outcome, Status

if TYPE_CHECKING:
    from markupsafe import Markup

    from journal_plugin.model import Node, Post
    from journal_plugin.pages.book import Book
    from journal_plugin.pages.page import Page
    from journal_plugin.pages.place import Place
    from journal_plugin.text.sections import Section

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
_NOTE = re.compile(
    r"(?:correction|erratum|corrected)\b[^:]{0,40}:\s*(.+)", re.IGNORECASE | re.DOTALL
)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Negative:
    post: Post
    learned: Markup | None
    invalidates: Markup | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Revised:
    revised: Node
    by: Node
    verb: str
    date: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Note:
    node: Node
    text: str


def render_ledger(book: Book) -> Page:
    """The ledger page."""
    uri = book.links.uri_of("ledger/index")
    place = book.place(uri)
    negatives = [_negative(book, post, place) for post in _find_negatives(book)]
    return book.page(
        uri,
        book.words.gettext("Ledger"),
        "ledger.html",
        in_nav=True,
        description=book.words.gettext("Negative results, and corrections of earlier ones"),
        negatives=negatives,
        revisions=_find_revised(book),
        notes=_find_notes(book),
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


def _find_revised(book: Book) -> list[_Revised]:
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
    return sorted(found, key=lambda item: item.date or _EPOCH, reverse=True)


def _find_notes(book: Book) -> list[_Note]:
    """Paragraphs of posts that begin with `Correction:`."""
    return [
        _Note(node=post, text=shorten(match[1], 400))
        for post in book.journal.posts
        for block in find_blocks(book.texts[post.node].body.html)
        if (match := _NOTE.match(block))
    ]
