"""Which results were corrected or superseded, and what relies on them.

A post relies on what it follows or replicates, and on what those rely on in turn.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, NamedTuple

from journal_plugin.model import EdgeKind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from journal_plugin.graph import Graph

_REVISING = (EdgeKind.CORRECTS, EdgeKind.SUPERSEDES)
_RELYING = (EdgeKind.FOLLOWS, EdgeKind.REPLICATES)


class Revision(NamedTuple):
    """One node corrects or supersedes another."""

    target: str
    """The node that no longer stands as it was."""
    source: str
    """The node that says so."""
    kind: EdgeKind


class Reliance(NamedTuple):
    """A node relies on something that was revised."""

    path: tuple[str, ...]
    """From the node itself, step by step, to the revised one; just the node if it is revised."""
    revision: Revision


def find_revisions(graph: Graph) -> tuple[Revision, ...]:
    """All corrections and supersessions, sorted by the node that was revised."""
    return tuple(
        sorted(
            {
                Revision(target=edge.target, source=edge.source, kind=edge.kind)
                for edge in graph.edges
                if edge.kind in _REVISING
            }
        )
    )


def find_reliances(graph: Graph) -> Mapping[str, tuple[Reliance, ...]]:
    """For each node that was revised or relies on a revised one: how, by the shortest path.

    A node that makes the revision is not warned of it, nor is anything that relies on that node
    rather than on the revised one.
    """
    found: dict[str, list[Reliance]] = {}
    for revision in find_revisions(graph):
        paths = _find_relying(graph, revision)
        for node, path in paths.items():
            found.setdefault(node, []).append(Reliance(path=path, revision=revision))
    return {node: tuple(reliances) for node, reliances in sorted(found.items())}


def _find_relying(graph: Graph, revision: Revision) -> dict[str, tuple[str, ...]]:
    """Shortest path to the revised node from everything that relies on it, the reviser apart."""
    paths: dict[str, tuple[str, ...]] = {revision.target: (revision.target,)}
    waiting = deque([revision.target])
    while waiting:
        node = waiting.popleft()
        for edge in graph.find_incoming(node):
            source = edge.source
            if edge.kind in _RELYING and source not in paths and source != revision.source:
                paths[source] = (source, *paths[node])
                waiting.append(source)
    return paths
