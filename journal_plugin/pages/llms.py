"""`llms.txt`: the journal for language models, in the form of https://llmstxt.org.

A title, a summary as a quote, then sections of links with a short description each.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from journal_plugin.model import Record
from journal_plugin.pages.book import format_day, format_number
from journal_plugin.pages.page import Asset, href
from journal_plugin.pages.summaries import describe_post, describe_problem, find_summary
from journal_plugin.pages.words import mark
from journal_plugin.phrases import count_phrase, phrase
from journal_plugin.problems import find_results
from journal_plugin.text.escape import escape_inline

if TYPE_CHECKING:
    from collections.abc import Iterator

    from journal_plugin.model import Post
    from journal_plugin.pages.book import Book
    from journal_plugin.pages.digests import Digests
    from journal_plugin.problems import Problem

_SUMMARY = 300
_OPTIONAL = "Optional"
"""A word of the format, which tells a model that it may skip the section; never translated."""
_PARTS = (
    ("problems/index", mark("Problems"), mark("all problems and where each stands")),
    (
        "experiments/index",
        mark("Experiments"),
        mark("all experiments with status, outcome and metrics"),
    ),
    ("ledger/index", mark("Ledger"), mark("negative results and corrections")),
    ("workflow/index", mark("Workflow"), mark("the phases from a problem to a result")),
)


def render_llms(book: Book) -> Asset:
    """The file `llms.txt`; its lines are kept, because they need the texts of all posts."""

    def make() -> str:
        return "\n".join(_lines(book))

    text = book.shelf.recall(_find_view(book, book.digests), make) if book.digests else make()
    return Asset(uri=_uri(book), content=f"{text}\n".encode("utf-8", "replace"))


def _uri(book: Book) -> str:
    return f"{book.links.path}/llms.txt"


def _find_view(book: Book, digests: Digests) -> str:
    """The mark of all that the file says."""
    journal = book.journal
    members = [journal.nodes[a.node] for p in journal.problems for a in p.artifacts]
    posts = [(post, post.body) for post in journal.posts]
    return digests.of("llms", len(journal.records), journal.problems, members, posts)


def _lines(book: Book) -> Iterator[str]:
    journal = book.journal
    _ = book.words.gettext
    yield f"# {escape_inline(book.links.site.name)}"
    yield ""
    summary = phrase(
        "The research journal%(about)s: %(problems)s, %(experiments)s and %(records)s from GitHub.",
        about=phrase(" of %(repo)s", repo=journal.repo) if journal.repo else "",
        problems=count_phrase("%(num)s problem", "%(num)s problems", len(journal.problems)),
        experiments=count_phrase("%(num)s experiment", "%(num)s experiments", len(journal.posts)),
        records=count_phrase("%(num)s record", "%(num)s records", len(journal.records)),
    )
    yield f"> {book.say(summary)}"
    yield from _section(_("Problems"), (_problem(book, problem) for problem in journal.problems))
    yield from _section(_("Experiments"), (_post(book, post) for post in _latest_first(book)))
    yield from _section(_("Overview"), _overview(book))
    yield from _section(_OPTIONAL, _records(book))


def _section(title: str, items: Iterator[str]) -> Iterator[str]:
    """A section, left out when there is nothing in it."""
    lines = list(items)
    if lines:
        yield from ("", f"## {title}", "", *lines)


def _problem(book: Book, problem: Problem) -> str:
    parts = [describe_problem(problem, book.words)]
    results = find_results(book.journal.nodes[a.node] for a in problem.artifacts)
    if results:
        summary = find_summary(book, results[0], _SUMMARY)
        latest = book.words.gettext("Latest result: %(title)s.") % {"title": results[0].title}
        parts.append(f"{latest} {summary}")
    url = book.links.url_of(book.links.uri_of_problem(problem.slug))
    return _item(book, problem.title, url, " ".join(parts))


def _post(book: Book, post: Post) -> str:
    numbers = [
        " ".join(filter(None, (name, format_number(metric.value, book.words), metric.unit)))
        for name, metric in post.metrics.items()
        if metric.value is not None
    ]
    parts = (
        f"{format_day(post.date)}." if post.date else "",
        describe_post(post, book.words),
        book.words.gettext("Metrics: %(list)s.") % {"list": ", ".join(numbers)} if numbers else "",
        find_summary(book, post, _SUMMARY),
    )
    return _item(book, post.title, post.url, " ".join(filter(None, parts)))


def _overview(book: Book) -> Iterator[str]:
    _ = book.words.gettext
    yield _item(book, "journal.json", f"{book.links.path}/journal.json", _("the journal as data"))
    for name, title, text in _PARTS:
        yield _item(book, _(title), book.links.url_of(book.links.uri_of(name)), _(text))


def _records(book: Book) -> Iterator[str]:
    """The issues and pull requests that belong to a problem."""
    members = (a.node for p in book.journal.problems for a in p.artifacts)
    for node in (book.journal.nodes[member] for member in dict.fromkeys(members)):
        if isinstance(node, Record) and (url := book.links.url_of_node(node)) is not None:
            yield _item(book, book.describe(node), url, find_summary(book, node, _SUMMARY))


def _latest_first(book: Book) -> list[Post]:
    posts = sorted(book.journal.posts, key=lambda post: post.slug)
    return sorted(posts, key=lambda post: post.date.timestamp() if post.date else 0, reverse=True)


def _item(book: Book, title: str, url: str, text: str) -> str:
    site = book.links.site
    address = f"{site.url}{url}" if site.url else href(_uri(book), url)
    description = f": {escape_inline(text)}" if text else ""
    return f"- [{escape_inline(title)}]({address}){description}"
