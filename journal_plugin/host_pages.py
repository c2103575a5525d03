"""What MkDocs is told of a page: the content of generated ones, dates, search entries, the head."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, NamedTuple

from journal_plugin.contents import TOP
from journal_plugin.own_assets import frame
from journal_plugin.pages.book import format_day
from journal_plugin.pages.digests import digest
from journal_plugin.pages.metadata import find_updated, insert_head, make_head, render_head
from journal_plugin.pages.search import find_entry
from journal_plugin.text.escape import escape_html

if TYPE_CHECKING:
    from journal_plugin.pages.book import Book
    from journal_plugin.pages.page import Entry, Page


class PageMaker(NamedTuple):
    """Makes it of one journal."""

    book: Book
    has_feeds: bool
    is_framed: bool
    """Whether the theme has no place for the journal's styles but around the content."""

    def make_content(self, page: Page) -> str:
        """The content of a generated page, with its title."""
        return self.frame(f'<h1 id="{TOP}">{escape_html(page.title)}</h1>\n{page.html}')

    def frame(self, html: str) -> str:
        """Content as the theme needs it."""
        return frame(html) if self.is_framed else html

    def is_record(self, page: Page) -> bool:
        """Whether a generated page is that of a record, which shows less of the navigation."""
        return page.node in self.book.links.pages

    def find_date(self, page: Page) -> str | None:
        """When what a generated page shows last changed, such as `2026-01-31`."""
        updated = find_updated(self.book, page)
        return sys.intern(format_day(updated)) if updated else None  # one for all of a day

    def find_entry(self, page: Page) -> Entry | None:
        """What a search finds of a generated page."""
        return find_entry(self.book, page)

    def mark(self, page: Page, url: str, *about: object) -> str:
        """The mark of all that a generated page is made from, but for the theme.

        The content of a record's page brings the metadata along.
        """
        is_record = self.is_record(page)
        head = "" if is_record else make_head(self.book, url, about=page, feeds=self.has_feeds)
        own = (page.uri, page.title, page.description, page.is_wide, page.content.mark)
        return digest((repr((*own, is_record, str(head), self.is_framed, url, *about)),))

    def finish(self, html: str, url: str, about: Page | None) -> str:
        """Add metadata and the addresses of the feeds to the head of a finished page."""
        return insert_head(html, render_head(self.book, url, about=about, feeds=self.has_feeds))
