"""What the site's search finds of the journal.

A generated page costs one entry, so that a thousand records do not make the index slow: a title
that says what the page is, and the first words of its text. Search plugins read a page's content
when its context is made; `stand_in` gives them the entry instead, `restore` takes it back.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from journal_plugin.model import Record
from journal_plugin.pages.page import Entry
from journal_plugin.pages.summaries import describe_problem, find_text
from journal_plugin.pages.words import word
from journal_plugin.text.escape import escape_html

if TYPE_CHECKING:
    from collections.abc import MutableMapping, Sequence
    from gettext import NullTranslations

    from journal_plugin.model import Post
    from journal_plugin.pages.book import Book
    from journal_plugin.pages.page import Page

MAX_TEXT = 400
"""Characters of a page's text that are searched."""

_FURTHER = re.compile(r"/page-\d+\.md$")


class Indexed(Protocol):
    """A page of the host, as search plugins read it."""

    content: str | None
    title: Any
    meta: MutableMapping[str, Any]


class Original(NamedTuple):
    """A page as it was."""

    content: str | None
    title: Any
    meta: MutableMapping[str, Any]


def find_entry(book: Book, page: Page) -> Entry | None:
    """The entry of a generated page; None for further pages of a list, which say nothing new."""
    if _FURTHER.search(page.uri):
        return None
    node = book.journal.nodes.get(page.node or "")
    if isinstance(node, Record):
        return page.content.load().entry or find_record_entry(book, node)
    for problem in book.journal.problems:
        if problem.node == page.node:
            text = f"{describe_problem(problem, book.words)} {page.description}"
            title = book.words.gettext("Case study: %(title)s") % {"title": page.title}
            return Entry(title=title, text=text)
    return Entry(title=page.title, text=page.description)


def find_record_entry(book: Book, record: Record) -> Entry:
    """The entry of a record's page."""
    text = find_text(book.texts[record.node].body.html, MAX_TEXT)
    return Entry(title=book.describe(record), text=text)


def describe_post_kind(post: Post, words: NullTranslations) -> str:
    """What follows a post's title in a result, such as ` (experiment, running)`."""
    said = [words.gettext("experiment")]
    said += [word(words, value) for value in (post.status, post.outcome) if value]
    return f" ({', '.join(said)})"


def stand_in(page: Indexed, entry: Entry | None) -> Original:
    """Let search plugins see `entry` instead of the page; return what `restore` needs."""
    original = Original(content=page.content, title=page.title, meta=page.meta)
    if entry is None:
        # Material's plugin honours the mark; MkDocs' own gets nothing but the title.
        page.meta = {**page.meta, "search": {"exclude": True}}
        page.content = ""
    else:
        # MkDocs' plugin takes the title from the page, as plain text; Material's, without a heading
        # in the content, from the front matter, as HTML.
        page.title = entry.title
        page.meta = {"title": str(escape_html(entry.title))}
        page.content = str(escape_html(entry.text)) or "<p></p>"  # an empty page would get no entry
    return original


def show_own_words(
    page: Indexed, html: str, posts: Sequence[Post], words: NullTranslations
) -> Original:
    """Let search plugins see what the author of a page wrote, and what it is, after its title.

    What the journal adds has entries of its own, and its tables and axes would be noise. The mark
    is not a tag: Material's search counts tags so high that a word's first letters in a tag would
    win over a whole title elsewhere.

    Args:
        page: The page of a post, or of a log with several.
        html: The page without what the journal adds.
        posts: Its posts; a log keeps its own title.
        words: The catalogue of the site's language.
    """
    original = Original(content=page.content, title=page.title, meta=page.meta)
    page.content = html
    if len(posts) == 1:
        mark = describe_post_kind(posts[0], words)
        page.meta = {**page.meta, "title": f"{escape_html(posts[0].title)}{mark}"}
        page.title = f"{original.title}{mark}"
        page.content = html.replace("</h1>", f"{mark}</h1>", 1)
    return original


def restore(page: Indexed, original: Original) -> None:
    """Undo what `stand_in` or `show_own_words` did."""
    page.title, page.meta, page.content = original.title, original.meta, original.content
