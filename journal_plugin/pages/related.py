"""Which other experiments a reader of one wants to see, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from journal_plugin.model import EdgeKind, Post, Record
from journal_plugin.pages.facets import Axis

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from journal_plugin.journal import Journal
    from journal_plugin.pages.facets import Facet, Facets
    from journal_plugin.problems import Problem

LIMIT = 5
"""Related experiments of one post."""

_WEIGHTS = {"problem": 3, "record": 2, "tag": 1}
_COMMON = 100
_LINE = (EdgeKind.FOLLOWS, EdgeKind.SUPERSEDES, EdgeKind.CORRECTS, EdgeKind.REPLICATES)


class Related(NamedTuple):
    """A related experiment and what both have in common."""

    post: Post
    problems: tuple[Problem, ...]
    tags: tuple[Facet, ...]
    records: tuple[Record, ...]


class RelatedPosts:
    """Finds related experiments; the index is made once for all of them."""

    def __init__(self, journal: Journal, facets: Facets) -> None:
        self._journal = journal
        self._problems = {problem.slug: problem for problem in journal.problems}
        self._tags = {facet.slug: facet for facet in facets.by_axis.get(Axis.TAG, ())}
        self._facets = facets
        self._keys = {post.node: tuple(self._keys_of(post)) for post in journal.posts}
        self._holders: dict[tuple[str, str], list[str]] = {}
        for node, keys in self._keys.items():
            for key in keys:
                self._holders.setdefault(key, []).append(node)

    def find(self, post: Post) -> tuple[Related, ...]:
        """Up to `LIMIT` experiments that share the most; of equals the latest, then by slug.

        Those that the post follows or that follow it are left out: they have a place of their own.
        What more than a hundred experiments share does not count.
        """
        shared: dict[str, list[tuple[str, str]]] = {}
        for key in self._keys.get(post.node, ()):
            holders = self._holders[key]
            for node in holders if len(holders) <= _COMMON else ():
                shared.setdefault(node, []).append(key)
        for node in (post.node, *self._line_of(post)):
            shared.pop(node, None)
        ranked = sorted(shared.items(), key=lambda item: self._rank(*item))
        return tuple(self._explain(node, keys) for node, keys in ranked[:LIMIT])

    def _keys_of(self, post: Post) -> Iterator[tuple[str, str]]:
        for problem, _ in self._journal.find_problems(post.node):
            yield "problem", problem.slug
        for edge in self._journal.graph.find_outgoing(post.node):
            if isinstance(self._journal.nodes.get(edge.target), Record):
                yield "record", edge.target
        for tag in post.tags:
            if facet := self._facets.find(Axis.TAG, tag):
                yield "tag", facet.slug

    def _line_of(self, post: Post) -> Iterator[str]:
        graph = self._journal.graph
        yield from (e.target for e in graph.find_outgoing(post.node) if e.kind in _LINE)
        yield from (e.source for e in graph.find_incoming(post.node) if e.kind in _LINE)

    def _rank(self, node: str, keys: list[tuple[str, str]]) -> tuple[float, float, str]:
        post = self._post(node)
        score = sum(_WEIGHTS[kind] for kind, _ in set(keys))
        return -score, -post.date.timestamp() if post.date else 0.0, post.slug

    def _explain(self, node: str, keys: list[tuple[str, str]]) -> Related:
        by_kind: Mapping[str, list[str]] = {
            kind: sorted({name for found, name in keys if found == kind}) for kind in _WEIGHTS
        }
        records = (self._journal.nodes[name] for name in by_kind["record"])
        return Related(
            post=self._post(node),
            problems=tuple(self._problems[slug] for slug in by_kind["problem"]),
            tags=tuple(self._tags[slug] for slug in by_kind["tag"]),
            records=tuple(record for record in records if isinstance(record, Record)),
        )

    def _post(self, node: str) -> Post:
        post = self._journal.nodes[node]
        if not isinstance(post, Post):
            msg = f"{node} is not a post"
            raise TypeError(msg)
        return post


def find_stated(journal: Journal, post: Post, kind: EdgeKind) -> tuple[Post, ...]:
    """The posts that a post states a relation of `kind` to."""
    edges = journal.graph.find_outgoing(post.node)
    nodes = (journal.nodes.get(edge.target) for edge in edges if edge.kind is kind)
    return tuple({node.node: node for node in nodes if isinstance(node, Post)}.values())
