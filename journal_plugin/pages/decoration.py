"""What the journal does to an author's own page: headers, footers and links."""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING

from markupsafe import Markup

from journal_plugin.pages.charts import render_plots
from journal_plugin.pages.metadata import render_feed_links, render_post_head
from journal_plugin.pages.page import Finished
from journal_plugin.pages.place import AskingPlace
from journal_plugin.pages.posts import find_view, render_footer, render_header
from journal_plugin.pages.shelf import Shelf
from journal_plugin.text.anchors import find_headings
from journal_plugin.text.markup import find_tokens
from journal_plugin.text.post_links import find_names, link_names
from journal_plugin.text.refs import mark_references

if TYPE_CHECKING:
    from collections.abc import Sequence

    from journal_plugin.model import Post
    from journal_plugin.pages.book import Book
    from journal_plugin.pages.place import Place
    from journal_plugin.pages.shelf import Store

_HEADING = re.compile(r"h[1-6]")


class PostPages:
    """The pages of posts, each decorated only if it was not decorated before.

    The site's renderer makes them after all other pages are known, so they have a shelf of their
    own.
    """

    def __init__(self, book: Book, store: Store | None, *, feeds: bool) -> None:
        """Start with what an earlier build left in `store`; with `feeds`, the pages name them."""
        links = book.links
        about = (links.path, links.repo, links.site, book.journal.host, feeds)
        self._book = book
        self._feeds = feeds
        self._shelf = Shelf(store, repr(about))

    @property
    def rendered(self) -> int:
        """Pages that were decorated."""
        return self._shelf.rendered

    def finish_page(self, html: str, posts: Sequence[Post]) -> Finished:
        """The page of some posts with all that the journal adds; see `decorate`."""
        book = self._book
        place = book.place_of(posts[0])
        if book.digests is None:
            return self._make(html, place, posts)
        named = find_names(html, book.post_names)
        views = (find_view(book, post) for post in posts)
        view = book.digests.of(html, place.url, *named, *views)

        def make(asked: set[str]) -> Finished:
            return self._make(html, AskingPlace(book=book, url=place.url, asked=asked), posts)

        return self._shelf.find(view, book.digests.answer, make).load()

    def _make(self, html: str, place: Place, posts: Sequence[Post]) -> Finished:
        whole = decorate(html, place, posts)
        head = render_feed_links(self._book, place.url) if self._feeds else Markup()
        if len(posts) == 1:  # several posts on one page have no metadata of their own
            head += render_post_head(self._book, posts[0])
        return Finished(
            html=Markup(whole),  # noqa: S704 - the author's own page
            headings=tuple(find_headings(whole)),
            head=head,
        )

    def finish(self) -> None:
        """Keep the pages for the next build."""
        self._shelf.finish()


def decorate(html: str, place: Place, posts: Sequence[Post]) -> str:
    """Link the references of a page and put a header and a footer around each of its posts.

    Args:
        html: The page, as the site's renderer made it.
        place: The page as the place that links start from.
        posts: The post of the page, or the entries of a log, in the order of the page.
    """
    book = place.book
    marked, _ = mark_references(html, book.journal.repo, book.journal.host, describe=False)
    linked = link_names(
        place.fill(marked), book.post_names, posts, lambda post: escape(place.to_node(post) or "")
    )
    if len(posts) == 1 and "#" not in posts[0].url:
        return _decorate_page(linked, place, posts[0])
    return _decorate_entries(linked, place, posts)


def _decorate_page(html: str, place: Place, post: Post) -> str:
    head, end_of_title, rest = html.partition("</h1>")
    if not end_of_title:
        head, rest = "", html
    below = f"{render_plots(place.book, post)}{render_footer(place, post)}"
    return f"{head}{end_of_title}{render_header(place, post)}{rest}{below}"


def _decorate_entries(html: str, place: Place, posts: Sequence[Post]) -> str:
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
                out.append(_entry_footer(place, current))
                current = None
            if found:
                current, level, pending = found, rank, True
        out.append(token.raw)
        if is_heading and token.closing and pending and current:
            out.append(str(render_header(place, current)))
            pending = False
    if current:
        out.append(_entry_footer(place, current))
    return "".join(out)


def _entry_footer(place: Place, post: Post) -> str:
    """The footer with anchors of its own, because a page has several."""
    footer = str(render_footer(place, post))
    return re.sub(r'\bid="(journal-[\w-]+)"', rf'id="\1-{post.slug}"', footer)
