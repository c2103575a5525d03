"""The timeline: posts, issues, pull requests and comments by day, newest first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from journal_plugin.pages.events import SENTENCES, count_undated, find_events, group_days
from journal_plugin.pages.paging import split_sheets

if TYPE_CHECKING:
    from collections.abc import Iterator

    from journal_plugin.pages.book import Book
    from journal_plugin.pages.page import Page

PAGE_SIZE = 200
"""Events of one page."""


def render_timeline(book: Book) -> Iterator[Page]:
    """The pages of the timeline."""
    events = find_events(book.journal)
    undated = count_undated(book.journal)
    _ = book.words.gettext
    for sheet in split_sheets(events, PAGE_SIZE, first="timeline/index", folder="timeline"):
        title = _("Timeline")
        if sheet.number > 1:
            title = _("%(title)s, page %(number)s") % {"title": title, "number": sheet.number}
        yield book.page(
            book.links.uri_of(sheet.name),
            title,
            "timeline.html",
            in_nav=sheet.number == 1,
            description=_("Everything that happened, day by day, newest first"),
            sheet=sheet,
            days=group_days(sheet.items),
            undated=undated,
            sentences={key: _(text) for key, text in SENTENCES.items()},
        )
