"""A feed as Atom (RFC 4287), written by feedgenerator."""

from __future__ import annotations

from io import StringIO
from typing import TYPE_CHECKING, Any

from feedgenerator import Atom1Feed

from journal_plugin.pages.feeds import ATOM
from journal_plugin.text.escape import clean_line

if TYPE_CHECKING:
    from datetime import datetime

    from journal_plugin.pages.feeds import Feed


def render_atom(feed: Feed) -> str:
    """The feed as Atom."""
    atom = _Atom(
        title=feed.title,
        link=feed.home,
        description=feed.description,
        author_name=feed.author,
        language=feed.language,
        feed_url=f"{feed.base}{ATOM}",
        feed_guid=feed.id,
        latest=feed.updated,
    )
    for entry in feed.entries:
        first, *others = (clean_line(name) for name in entry.post.authors or (feed.author,))
        atom.add_item(
            title=entry.title,
            link=entry.url,
            description=None,
            unique_id=entry.id,
            author_name=first,
            other_authors=others,
            pubdate=entry.post.date,
            updateddate=entry.post.updated or entry.post.date or feed.oldest,
            categories=[clean_line(tag) for tag in entry.post.tags],
            content=entry.content,
            summary=entry.summary,
        )
    out = StringIO()
    atom.write(out, "utf-8")
    return f"{out.getvalue()}\n"


class _Atom(Atom1Feed):  # type: ignore[misc]  # the library has no type hints
    """Takes the feed's date from the data even without entries, and several authors an entry."""

    def latest_post_date(self) -> datetime:
        latest: datetime = self.feed["latest"]
        return latest

    def add_item_elements(self, handler: Any, item: dict[str, Any]) -> None:
        super().add_item_elements(handler, item)
        for name in item["other_authors"]:
            handler.startElement("author", {})
            handler.addQuickElement("name", name)
            handler.endElement("author")
        if item["summary"]:
            handler.addQuickElement("summary", item["summary"])
