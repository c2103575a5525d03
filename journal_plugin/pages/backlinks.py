"""Who refers to a node, for the end of its page."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from journal_plugin.model import EdgeKind
from journal_plugin.pages.words import mark

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from journal_plugin.journal import Journal
    from journal_plugin.model import Edge, Node

ACTIVE: Mapping[EdgeKind, str] = {
    EdgeKind.MENTIONS: mark("mentions this"),
    EdgeKind.CLOSES: mark("closes this"),
    EdgeKind.IMPLEMENTS: mark("implements this"),
    EdgeKind.TESTS: mark("tests this"),
    EdgeKind.FOLLOWS: mark("follows this"),
    EdgeKind.SUPERSEDES: mark("supersedes this"),
    EdgeKind.CORRECTS: mark("corrects this"),
    EdgeKind.REPLICATES: mark("replicates this"),
    EdgeKind.PART_OF: mark("is part of this"),
}
"""What the source of an edge does to its target."""

PASSIVE: Mapping[EdgeKind, str] = {
    EdgeKind.MENTIONS: mark("mentioned by"),
    EdgeKind.CLOSES: mark("closed by"),
    EdgeKind.IMPLEMENTS: mark("implemented by"),
    EdgeKind.TESTS: mark("tested by"),
    EdgeKind.FOLLOWS: mark("followed by"),
    EdgeKind.SUPERSEDES: mark("superseded by"),
    EdgeKind.CORRECTS: mark("corrected by"),
    EdgeKind.REPLICATES: mark("replicated by"),
    EdgeKind.PART_OF: mark("has part"),
}
"""What happens to the target of an edge, by its source."""


class Quote(NamedTuple):
    """A sentence that refers to the node, and the heading above it."""

    section: str | None
    sentence: str


class Backlink(NamedTuple):
    """One post or record that refers to a node, with all the places where it does."""

    node: Node
    kinds: tuple[str, ...]
    """How, in English words of the catalogue, the strongest first."""
    quotes: tuple[Quote, ...]


def find_backlinks(journal: Journal, node: str) -> tuple[Backlink, ...]:
    """Everything that refers to `node`, sorted by node id; problems are left out."""
    edges = journal.graph.find_incoming(node)
    if not edges:
        return ()
    by_source: dict[str, list[Edge]] = {}
    for edge in edges:
        if edge.source in journal.nodes:
            by_source.setdefault(edge.source, []).append(edge)
    return tuple(
        Backlink(node=journal.nodes[source], kinds=_kinds(edges), quotes=_quotes(edges))
        for source, edges in sorted(by_source.items())
    )


def active_words(edge: Edge) -> str:
    """What the source does to the target; a post is not part of an issue but reports on it."""
    reports = edge.kind is EdgeKind.PART_OF and edge.source.startswith("post:")
    return mark("reports on this") if reports else ACTIVE[edge.kind]


def passive_words(kind: EdgeKind, source: str) -> str:
    """What happens to the target, for an edge of `kind` that starts at the node `source`."""
    reports = kind is EdgeKind.PART_OF and source.startswith("post:")
    return mark("reported in") if reports else PASSIVE[kind]


def _kinds(edges: Iterable[Edge]) -> tuple[str, ...]:
    """The words without repetition; a mention says nothing beside a stronger word."""
    words = dict.fromkeys(active_words(edge) for edge in edges)
    stronger = tuple(word for word in words if word != ACTIVE[EdgeKind.MENTIONS])
    return stronger or tuple(words)


def _quotes(edges: Iterable[Edge]) -> tuple[Quote, ...]:
    found = [Quote(section=edge.section, sentence=edge.sentence) for edge in edges if edge.sentence]
    return tuple(dict.fromkeys(found))
