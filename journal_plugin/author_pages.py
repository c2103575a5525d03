"""The pages that authors wrote, on their way through MkDocs: decorated, found, listed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from journal_plugin.contents import extend_contents
from journal_plugin.host_files import group_posts
from journal_plugin.pages.decoration import PostPages
from journal_plugin.pages.page import Page
from journal_plugin.pages.search import show_own_words
from journal_plugin.text.anchors import find_headings

if TYPE_CHECKING:
    from mkdocs.structure.pages import Page as MkDocsPage

    from journal_plugin.cache import Cache
    from journal_plugin.host_pages import PageMaker
    from journal_plugin.pages.search import Original


class AuthorPages:
    """The pages of posts in one build."""

    def __init__(self, maker: PageMaker, store: Cache | None, *, has_search: bool) -> None:
        """Start with what an earlier build left in `store`."""
        self._maker = maker
        self._posts = group_posts(maker.book.journal.posts)
        self._decorate = PostPages(maker.book, store, feeds=maker.has_feeds)
        self._has_search = has_search
        self._own: dict[str, str] = {}
        """What the author wrote, until the search has read it."""
        self._decorated: dict[str, Page] = {}

    def decorate(self, uri: str, html: str) -> str | None:
        """The page of a post with all that the journal adds; None for any other page."""
        posts = self._posts.get(uri)
        if not posts:
            return None
        if self._has_search:
            self._own[uri] = html
        finished = self._decorate.finish_page(html, posts)
        self._decorated[uri] = Page(uri=uri, title=posts[0].title, content=finished)
        return self._maker.frame(str(finished.html))

    def show_own_words(self, page: MkDocsPage) -> Original | None:
        """Let the search read what the author wrote; None for a page without posts."""
        uri = page.file.src_uri
        html = self._own.pop(uri, None)
        if html is None:
            return None
        found: Any = page  # whose title can be set
        return show_own_words(found, html, self._posts[uri], self._maker.book.words)

    def extend_contents(self, page: MkDocsPage) -> None:
        """Add the headings of the journal, or what a plugin made of them, to a post's contents."""
        post = self._decorated.get(page.file.src_uri)
        if post:
            html = page.content or ""
            is_ours = html == self._maker.frame(post.html)
            headings = post.headings if is_ours else tuple(find_headings(html))
            page.toc = extend_contents(page.toc, headings)

    def take(self, uri: str) -> Page | None:
        """What was made of a post's page, for its head; forgotten then."""
        return self._decorated.pop(uri, None)

    def finish(self) -> None:
        """Keep what was made for the next build."""
        self._decorate.finish()
