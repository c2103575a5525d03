"""What the journal does to an author's own page: headers, footers and links."""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING

from journal_plugin.pages.charts import render_plots
from journal_plugin.pages.page import href
from journal_plugin.pages.posts import render_footer, render_header
from journal_plugin.text.markup import find_tokens
from journal_plugin.text.post_links import link_names
from journal_plugin.text.refs import mark_references

if TYPE_CHECKING:
    from collections.abc import Sequence

    from journal_plugin.model import Post
    from journal_plugin.pages.book import Book

_HEADING = re.compile(r"h[1-6]")


def decorate(html: str, book: Book, posts: Sequence[Post], repo: str | None) -> str:
    """Link the references of a page and put a header and a footer around each of its posts.

    Args:
        html: The page, as the site's renderer made it.
        book: The journal.
        posts: The post of the page, or the entries of a log, in the order of the page.
        repo: The repository that bare references belong to.
    """
    marked, _ = mark_references(html, repo, book.journal.host)
    page = posts[0].url.partition("#")[0]
    linked = book.place_of(posts[0]).fill(marked)
    linked = link_names(linked, book.post_names, posts, lambda post: escape(href(page, post.url)))
    if len(posts) == 1 and "#" not in posts[0].url:
        return _decorate_page(linked, book, posts[0])
    return _decorate_entries(linked, book, posts)


def _decorate_page(html: str, book: Book, post: Post) -> str:
    head, end_of_title, rest = html.partition("</h1>")
    if not end_of_title:
        head, rest = "", html
    below = f"{render_plots(book, post)}{render_footer(book, post)}"
    return f"{head}{end_of_title}{render_header(book, post)}{rest}{below}"


def _decorate_entries(html: str, book: Book, posts: Sequence[Post]) -> str:
    """Put each entry's header below its heading and its footer before the next one."""
    by_anchor = {post.url.partition("#")[2]: post for post in posts}
    out: list[str] = []
    current: Post | None = None
    level, pending = 0, False
    for token in find_tokens(html):
        is_heading = bool(token.tag and _HEADING.fullmatch(token.tag))
        if is_heading and not token.closing:
            rank = int((token.tag or "h1")[1])
            found = by_anchor.get(token.attributes.get("id", ""))
            if current and (found or rank <= level):
                out.append(_entry_footer(book, current))
                current = None
            if found:
                current, level, pending = found, rank, True
        out.append(token.raw)
        if is_heading and token.closing and pending and current:
            out.append(str(render_header(book, current)))
            pending = False
    if current:
        out.append(_entry_footer(book, current))
    return "".join(out)


def _entry_footer(book: Book, post: Post) -> str:
    """The footer with anchors of its own, because a page has several."""
    footer = str(render_footer(book, post))
    return re.sub(r'\bid="(journal-[\w-]+)"', rf'id="\1-{post.slug}"', footer)
