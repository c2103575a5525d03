"""The feeds of the journal: Atom (RFC 4287) and JSON Feed 1.1 (https://jsonfeed.org/version/1.1)."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

from journal_plugin.dates import date_of
from journal_plugin.formats import dump_json, format_time
from journal_plugin.pages.digests import digest
from journal_plugin.pages.page import Asset, href
from journal_plugin.pages.summaries import find_summary
from journal_plugin.text.escape import clean_line, drop_controls

if TYPE_CHECKING:
    from collections.abc import Iterator

    from journal_plugin.model import Post
    from journal_plugin.pages.book import Book
    from journal_plugin.problems import Problem

ATOM = "feed.xml"
JSON = "feed.json"
MAX_ENTRIES = 100
"""Entries of one feed; readers keep the older ones themselves."""

_SUMMARY = 400
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Entry(NamedTuple):
    """One post in a feed."""

    id: str
    """An address that never changes, such as `urn:uuid:...`."""
    post: Post
    title: str
    url: str
    """Complete with `site_url`; else relative to the feed."""
    summary: str
    content: str
    """Safe HTML."""


class Feed(NamedTuple):
    """What both formats say."""

    id: str
    title: str
    description: str
    author: str
    home: str
    """Address of the dashboard, like `Entry.url`."""
    updated: datetime
    """The latest date of an entry."""
    oldest: datetime
    """Stands for the date of a post without one, where a date is required: a reader shows such an
    entry last, and never as new."""
    language: str
    """The site's language, such as `de` or `pt-BR`."""
    base: str
    """Address of the feeds' folder; empty without `site_url`."""
    entries: tuple[Entry, ...]
    """The latest first, those without a date last."""


def render_feeds(book: Book) -> Iterator[Asset]:
    """Both feed files."""
    feed = make_feed(book)

    def write() -> str:
        # Here, because most builds change no feed, and the library takes its time to load.
        from journal_plugin.pages.atom import render_atom  # noqa: PLC0415

        return render_atom(feed)

    atom = book.shelf.recall(digest(("feed", repr(feed))), write)
    yield Asset(uri=f"{book.links.path}/{ATOM}", content=atom.encode("utf-8", "replace"))
    yield Asset(uri=f"{book.links.path}/{JSON}", content=render_json(feed))


def make_feed(book: Book) -> Feed:
    """The latest posts, for both formats."""
    journal, site, _ = book.journal, book.links.site, book.words.gettext
    posts = sorted(journal.posts, key=lambda post: post.slug)
    posts.sort(key=lambda post: post.date or _EPOCH, reverse=True)
    entries = tuple(_entry(book, post) for post in posts[:MAX_ENTRIES])
    oldest = min(filter(None, map(date_of, journal.nodes.values())), default=_EPOCH)
    dates = [date for entry in entries if (date := entry.post.updated or entry.post.date)]
    return Feed(
        id=_id(book, "journal"),
        title=clean_line(_("%(site)s: experiments") % {"site": site.name}),
        description=_("What was tried, what worked and what is running"),
        author=journal.repo or clean_line(site.name),
        home=_address(book, book.links.url_of(book.links.uri_of("index"))),
        updated=max(dates, default=oldest),
        oldest=oldest,
        language=site.language,
        base=f"{site.url}{book.links.path}/" if site.url else "",
        entries=entries,
    )


def render_json(feed: Feed) -> bytes:
    """The feed as JSON Feed; `_journal` holds status and outcome, as its extensions do."""
    data = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "description": feed.description,
        "language": feed.language,
        "authors": [{"name": feed.author}],
        "items": [_item(entry) for entry in feed.entries],
    }
    if feed.base:
        data |= {"home_page_url": feed.home, "feed_url": f"{feed.base}{JSON}"}
    return dump_json(data)


def _entry(book: Book, post: Post) -> Entry:
    summary = find_summary(book, post, _SUMMARY)
    problems = [
        (problem.title, _address(book, _url_of_problem(book, problem)))
        for problem, _ in book.journal.find_problems(post.node)
    ]
    content = book.templates.get_template("feed_entry.html").render(
        post=post, summary=summary, problems=problems
    )
    return Entry(
        id=_id(book, post.node),
        post=post,
        title=clean_line(post.title).strip() or post.slug,
        url=_address(book, post.url),
        summary=summary,
        content=drop_controls(content),
    )


def _url_of_problem(book: Book, problem: Problem) -> str:
    return book.links.url_of(book.links.uri_of_problem(problem.slug))


def _id(book: Book, node: str) -> str:
    """The same as long as the repository and the slug stay, wherever the site moves."""
    site = book.links.site
    origin = book.journal.repo or site.url or site.name
    return uuid.uuid5(uuid.NAMESPACE_URL, f"journal:{origin}:{node}").urn


def _address(book: Book, url: str) -> str:
    site = book.links.site
    return f"{site.url}{url}" if site.url else href(f"{book.links.path}/", url)


def _item(entry: Entry) -> dict[str, object]:
    post = entry.post
    values = {
        "id": entry.id,
        "url": entry.url,
        "title": entry.title,
        "content_html": entry.content,
        "summary": entry.summary,
        "date_published": format_time(post.date),
        "date_modified": format_time(post.updated or post.date),
        "authors": [{"name": name} for name in post.authors],
        "tags": list(post.tags),
        "_journal": {"about": "https://jsonfeed.org/version/1.1#extensions", **_state(post)},
    }
    return {name: value for name, value in values.items() if value or name == "content_html"}


def _state(post: Post) -> dict[str, object]:
    words = {"status": post.status, "outcome": post.outcome, "type": post.type, "slug": post.slug}
    return {name: str(word) for name, word in words.items() if word}
