"""`llms.txt`: the journal for language models, in the form of https://llmstxt.org.

A title, a summary as a quote, then sections of links with a short description each.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from journal_plugin.model import Record
from journal_plugin.pages.book import describe, format_day, format_number
from journal_plugin.pages.page import Asset, href
from journal_plugin.pages.summaries import (
    count_nouns,
    describe_post,
    describe_problem,
    find_summary,
)
from journal_plugin.problems import find_results
from journal_plugin.text.escape import escape_inline

if TYPE_CHECKING:
    from collections.abc import Iterator

    from journal_plugin.model import Post
    from journal_plugin.pages.book import Book
    from journal_plugin.problems import Problem

_SUMMARY = 300
_PARTS = (
    ("problems/index", "Problems", "all problems and where each stands"),
    ("experiments/index", "Experiments", "all experiments with status, outcome and metrics"),
    ("ledger/index", "Ledger", "negative results and corrections"),
    ("workflow/index", "Workflow", "the phases from a problem to a result"),
)


def render_llms(book: Book) -> Asset:
    """The file `llms.txt`."""
    text = "\n".join(_lines(book))
    return Asset(uri=_uri(book), content=f"{text}\n".encode("utf-8", "replace"))


def _uri(book: Book) -> str:
    return f"{book.links.path}/llms.txt"


def _lines(book: Book) -> Iterator[str]:
    journal = book.journal
    about = f" of {journal.repo}" if journal.repo else ""
    yield f"# {escape_inline(book.links.site.name)}"
    yield ""
    counts = (
        count_nouns(len(journal.problems), "problem"),
        count_nouns(len(journal.posts), "experiment"),
        count_nouns(len(journal.records), "record") + " from GitHub",
    )
    yield f"> The research journal{about}: {counts[0]}, {counts[1]} and {counts[2]}."
    yield from _section("Problems", (_problem(book, problem) for problem in journal.problems))
    yield from _section("Experiments", (_post(book, post) for post in _latest_first(book)))
    yield from _section("Overview", _overview(book))
    yield from _section("Optional", _records(book))


def _section(title: str, items: Iterator[str]) -> Iterator[str]:
    """A section, left out when there is nothing in it."""
    lines = list(items)
    if lines:
        yield from ("", f"## {title}", "", *lines)


def _problem(book: Book, problem: Problem) -> str:
    parts = [describe_problem(problem)]
    results = find_results(book.journal.nodes[a.node] for a in problem.artifacts)
    if results:
        summary = find_summary(book, results[0], _SUMMARY)
        parts.append(f"Latest result: {results[0].title}. {summary}")
    url = book.links.url_of(book.links.uri_of_problem(problem.slug))
    return _item(book, problem.title, url, " ".join(parts))


def _post(book: Book, post: Post) -> str:
    numbers = [
        f"{name} {format_number(metric.value)}{f' {metric.unit}' if metric.unit else ''}"
        for name, metric in post.metrics.items()
        if metric.value is not None
    ]
    parts = (
        f"{format_day(post.date)}." if post.date else "",
        describe_post(post),
        f"Metrics: {', '.join(numbers)}." if numbers else "",
        find_summary(book, post, _SUMMARY),
    )
    return _item(book, post.title, post.url, " ".join(filter(None, parts)))


def _overview(book: Book) -> Iterator[str]:
    yield _item(book, "journal.json", f"{book.links.path}/journal.json", "the journal as data")
    for name, title, text in _PARTS:
        yield _item(book, title, book.links.url_of(book.links.uri_of(name)), text)


def _records(book: Book) -> Iterator[str]:
    """The issues and pull requests that belong to a problem."""
    members = (a.node for p in book.journal.problems for a in p.artifacts)
    for node in (book.journal.nodes[member] for member in dict.fromkeys(members)):
        if isinstance(node, Record) and (url := book.links.url_of_node(node)) is not None:
            yield _item(book, describe(node), url, find_summary(book, node, _SUMMARY))


def _latest_first(book: Book) -> list[Post]:
    posts = sorted(book.journal.posts, key=lambda post: post.slug)
    return sorted(posts, key=lambda post: post.date.timestamp() if post.date else 0, reverse=True)


def _item(book: Book, title: str, url: str, text: str) -> str:
    site = book.links.site
    address = f"{site.url}{url}" if site.url else href(_uri(book), url)
    description = f": {escape_inline(text)}" if text else ""
    return f"- [{escape_inline(title)}]({address}){description}"
