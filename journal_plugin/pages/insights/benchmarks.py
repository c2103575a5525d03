"""Benchmarks: what the tables of issues and pull requests say, all in one place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from journal_plugin.pages.benchmarks import find_summaries
from journal_plugin.pages.insights.overview import STYLE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from journal_plugin.pages.book import Book
    from journal_plugin.pages.page import Page


def render_benchmark_list(book: Book) -> Iterator[Page]:
    """The page of benchmarks, if there are any."""
    found = find_summaries(book)
    if not found:
        return
    _ = book.words.gettext
    uri = book.links.uri_of("insights/benchmarks")
    yield book.page(
        uri,
        _("Benchmarks"),
        "insights_benchmarks.html",
        description=_("What the benchmark tables of issues and pull requests say"),
        style=book.place(uri).href(STYLE),
        found=found,
    )
