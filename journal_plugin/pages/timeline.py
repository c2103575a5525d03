"""The timeline: posts, issues, pull requests and comments by day, newest first."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from journal_plugin.pages.events import SENTENCES, count_undated, find_events, group_days
from journal_plugin.pages.found_again import FoundAgain
from journal_plugin.pages.page import Page
from journal_plugin.pages.paging import split_sheets

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from journal_plugin.pages.book import Book
    from journal_plugin.pages.events import Event
    from journal_plugin.pages.page import Finished
    from journal_plugin.pages.paging import Sheet
    from journal_plugin.pages.place import Place

PAGE_SIZE = 400
"""Events of one page."""


def render_timeline(book: Book, find: Callable[[], Sequence[Event]]) -> Iterable[Page]:
    """The pages of the timeline; `find` finds all events, latest first."""
    return book.again("timeline", lambda: _render_sheets(book, find()))


def _render_sheets(book: Book, events: Sequence[Event]) -> Iterator[Page]:
    undated = count_undated(book.journal)
    _ = book.words.gettext
    sheets = FoundAgain(_cut(events), lambda again: _cut(find_events(again.journal)))
    for at, sheet in enumerate(sheets.get(book)):
        yield book.keep(
            Page(
                uri=book.links.uri_of(sheet.name),
                title=sheet.name_page(_("Timeline"), book.words),
                in_nav=sheet.number == 1,
                description=_("Everything that happened, day by day, newest first"),
            ),
            view=(sheet.around, sheet.is_last and undated, *map(_format_event, sheet.items)),
            make=partial(_finish, sheets, at, undated),
        )
    sheets.forget()


def _cut(events: Sequence[Event]) -> Sequence[Sheet[Event]]:
    return tuple(split_sheets(events, PAGE_SIZE, first="timeline/index", folder="timeline"))


def _finish(
    sheets: FoundAgain[Sequence[Sheet[Event]]], at: int, undated: int, place: Place
) -> Finished:
    book = place.book
    sheet = sheets.get(book)[at]
    return book.finish(
        "timeline.html",
        place,
        sheet=sheet,
        days=group_days(sheet.items),
        undated=undated,
        sentences={key: book.words.gettext(text) for key, text in SENTENCES.items()},
    )


def _format_event(event: Event) -> str:
    """An event in one line; the page asks for its node, which knows when it was, and who did it."""
    return f"{event.happening} {event.comment} {event.node.node}"
