"""Boxes and arrows that the diagrams share: what leads to what, and how a node is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from journal_plugin.model import Record
from journal_plugin.pages.backlinks import passive_words
from journal_plugin.pages.book import title_of
from journal_plugin.pages.mermaid import Arrow, DiagramNode

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from journal_plugin.model import EdgeKind, Node, Post
    from journal_plugin.pages.book import Book
    from journal_plugin.pages.place import Place
    from journal_plugin.vocabulary import Phase


class Lead(NamedTuple):
    """What leads to what, in the direction of time: the reverse of who states what."""

    source: str
    target: str
    kind: EdgeKind


def find_leads(book: Book, members: Iterable[str], kinds: Iterable[EdgeKind]) -> tuple[Lead, ...]:
    """The leads between `members`, sorted."""
    inside, wanted = set(members), set(kinds)
    return tuple(
        sorted(
            {
                Lead(source=edge.target, target=edge.source, kind=edge.kind)
                for node in inside
                for edge in book.journal.graph.find_incoming(node)
                if edge.kind in wanted and edge.source in inside
            }
        )
    )


def find_arrows(book: Book, leads: Iterable[Lead], keys: Mapping[str, str]) -> list[Arrow]:
    """One arrow for each pair of boxes; the words are those of the first lead between them."""
    pairs: dict[tuple[str, str], str] = {}
    for lead in leads:
        pair = (keys[lead.source], keys[lead.target])
        if pair[0] != pair[1]:
            pairs.setdefault(pair, book.words.gettext(passive_words(lead.kind, lead.target)))
    return [Arrow(source=s, target=t, label=words) for (s, t), words in pairs.items()]


def make_count_box(book: Book, key: str, count: int, phase: Phase, link: str | None) -> DiagramNode:
    """A box that stands for `count` others."""
    _ = book.words.gettext
    label = _("%(count)s more") % {"count": count}
    return DiagramNode(key=key, label=label, phase=phase, link=link, tooltip=_("Show all"))


def make_post_box(post: Post, key: str, phase: Phase, place: Place) -> DiagramNode:
    """A box with the title, status and outcome of a post."""
    words = ", ".join(place.book.word(word) for word in (post.status, post.outcome) if word)
    return DiagramNode(
        key=key,
        label="\n".join(filter(None, (post.title, words))),
        phase=phase,
        link=place.to_node(post),
        tooltip=post.title,
    )


def boxes_of(nodes: Sequence[Node], phase: Phase, place: Place) -> tuple[DiagramNode, ...]:
    """Plain boxes for the workflow page: title and link."""
    return tuple(
        DiagramNode(
            key=f"{phase}{index}",
            label=title_of(node),
            phase=phase,
            state=node.state.value if isinstance(node, Record) else "none",
            link=place.to_node(node),
            tooltip=place.book.describe(node) if isinstance(node, Record) else node.title,
        )
        for index, node in enumerate(nodes)
    )
