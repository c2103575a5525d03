"""The site map, which lists thousands of generated pages and asks each for little."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from journal_plugin.fastpages import find_addresses
from journal_plugin.generated_files import GeneratedFile

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mkdocs.structure.files import File

    from journal_plugin.host_pages import PageMaker

SITEMAP = "sitemap.xml"
"""The template of MkDocs, or of a theme."""


def list_entries(files: Iterable[File], maker: PageMaker, site_url: str | None) -> list[File]:
    """What the site map is made from: files, and entries for those whose page nobody has asked for.

    Args:
        files: The files of all pages.
        maker: Tells when a page last changed.
        site_url: The site's address, or nothing.
    """
    return [
        cast("File", Entry(file, site_url, date))  # it answers as one
        if isinstance(file, GeneratedFile)
        and not file.has_page
        and (date := maker.find_date(file.shows))
        else file
        for file in files
    ]


class Entry:
    """A file with a page of which little is known; whoever asks for more gets the real ones."""

    __slots__ = ("_file", "page")

    def __init__(self, file: GeneratedFile, site_url: str | None, date: str) -> None:
        self._file = file
        self.page = _EntryPage(file, site_url, date)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)


class _EntryPage:
    """What a site map says of a page."""

    __slots__ = ("_file", "abs_url", "canonical_url", "update_date")

    is_link = False

    def __init__(self, file: GeneratedFile, site_url: str | None, date: str) -> None:
        self._file = file
        self.canonical_url, self.abs_url = find_addresses(site_url, file.url)
        self.update_date = date

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file.page, name)
