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
    from collections.abc import Container

    from journal_plugin.pages.book import Book
    from journal_plugin.pages.page import Entry, Page


class Profile:
    """What MkDocs is told of a page, as far as anybody has asked."""

    __slots__ = ("date", "mark", "page")

    def __init__(self, page: Page) -> None:
        self.page = page
        self.date: str | None = None
        self.mark: tuple[object, str] | None = None


class Profiles:
    """The profiles of pages, which are the same pages in the next build of the process."""

    def __init__(self, *, remembers: bool = False) -> None:
        """Start without any; unless there is a next build, none is kept."""
        self._remembers = remembers
        self._by_uri: dict[str, Profile] = {}

    def keep(self, uris: Container[str]) -> None:
        """Forget the profiles of pages that are gone, and the books that these were made of."""
        self._by_uri = {uri: known for uri, known in self._by_uri.items() if uri in uris}

    def of(self, page: Page) -> Profile:
        """The profile of a page."""
        known = self._by_uri.get(page.uri)
        if known is None or known.page is not page:
            known = Profile(page)
            if self._remembers:
                self._by_uri[page.uri] = known
        return known


class PageMaker(NamedTuple):
    """Makes it of one journal."""

    book: Book
    has_feeds: bool
    is_framed: bool
    """Whether the theme has no place for the journal's styles but around the content."""
    profiles: Profiles

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
        profile = self.profiles.of(page)
        if profile.date is None:
            updated = find_updated(self.book, page)
            profile.date = sys.intern(format_day(updated))  # one for all of a day
        return profile.date or None

    def find_entry(self, page: Page) -> Entry | None:
        """What a search finds of a generated page."""
        return find_entry(self.book, page)

    def mark(self, page: Page, url: str, *about: object) -> str:
        """The mark of all that a generated page is made from, but for the theme.

        The content of a record's page brings the metadata along.
        """
        profile, about = self.profiles.of(page), (self.is_framed, self.has_feeds, url, *about)
        if profile.mark is None or profile.mark[0] != about:
            profile.mark = about, self._find_mark(page, url, about)
        return profile.mark[1]

    def _find_mark(self, page: Page, url: str, about: tuple[object, ...]) -> str:
        is_record = self.is_record(page)
        head = "" if is_record else make_head(self.book, url, about=page, feeds=self.has_feeds)
        own = (page.uri, page.title, page.description, page.is_wide, page.content.mark)
        return digest((repr((*own, is_record, str(head), about)),))

    def finish(self, html: str, url: str, about: Page | None) -> str:
        """Add metadata and the addresses of the feeds to the head of a finished page."""
        return insert_head(html, render_head(self.book, url, about=about, feeds=self.has_feeds))
