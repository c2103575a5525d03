"""Who refers to a node, for the end of its page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from journal_plugin.model import EdgeKind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from journal_plugin.journal import Journal
    from journal_plugin.model import Edge, Node

WORDS: Mapping[EdgeKind, str] = {
    EdgeKind.MENTIONS: "mentions this",
    EdgeKind.CLOSES: "closes this",
    EdgeKind.IMPLEMENTS: "implements this",
    EdgeKind.TESTS: "tests this",
    EdgeKind.FOLLOWS: "follows this",
    EdgeKind.SUPERSEDES: "supersedes this",
    EdgeKind.CORRECTS: "corrects this",
    EdgeKind.REPLICATES: "replicates this",
    EdgeKind.PART_OF: "is part of this",
}
_POST_WORDS = {**WORDS, EdgeKind.PART_OF: "reports on this"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Backlink:
    """One place that refers to a node."""

    node: Node
    kind: str
    """How, in words."""
    section: str | None
    sentence: str | None


def find_backlinks(journal: Journal, node: str) -> tuple[Backlink, ...]:
    """All places that refer to `node`, sorted by source; problems are left out."""
    return tuple(
        Backlink(
            node=journal.nodes[edge.source],
            kind=_words(edge),
            section=edge.section,
            sentence=edge.sentence,
        )
        for edge in journal.graph.find_incoming(node)
        if edge.source in journal.nodes
    )


def _words(edge: Edge) -> str:
    return (_POST_WORDS if edge.source.startswith("post:") else WORDS)[edge.kind]
