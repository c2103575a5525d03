"""Pages of the last build of the same process, which stay while nothing changes that they show."""

from __future__ import annotations

from typing import TYPE_CHECKING

from journal_plugin.pages.page import Finished

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from journal_plugin.pages.book import Book
    from journal_plugin.pages.page import Page
    from journal_plugin.pages.shelf import Shelf


class Recent:
    """The pages of builds between which the journal looks the same, but for the texts of posts.

    `mkdocs serve` builds again whenever an author saves a post, and most of the time only words in
    it have changed. To put together what each page shows, only to see that it is the same, would
    take most of the time.
    """

    def __init__(self) -> None:
        self._cover: object = None
        self._pages: dict[str, tuple[tuple[object, ...], tuple[Page, ...]]] = {}
        self.latest: Book
        """The book of the build that goes on, for pages that must be made once more."""

    def turn_to(self, cover: object, book: Book) -> None:
        """Begin a build.

        Args:
            cover: The same object as in the last build if the journal looks the same.
            book: The book of the build.
        """
        if cover is not self._cover:
            self._pages.clear()
        self._cover, self.latest = cover, book

    def find(
        self,
        name: str,
        about: tuple[object, ...],
        make: Callable[[], Iterable[Page]],
        shelf: Shelf | None,
    ) -> tuple[Page, ...]:
        """Some pages, made only if they were not made in the last build.

        Args:
            name: What they are called together.
            about: What they show besides the journal.
            make: Makes them.
            shelf: Where their content lies; None for pages that may wait in memory.
        """
        known = self._pages.get(name)
        if known and known[0] == about:
            if shelf:
                for page in known[1]:
                    shelf.hold(page.content)
            return known[1]
        pages = tuple(make())
        if shelf is None or not any(isinstance(page.content, Finished) for page in pages):
            self._pages[name] = about, pages
        return pages
