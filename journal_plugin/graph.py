"""The graph of the journal: who refers to whom, how, and where it is stated.

`resolve` checks every statement against what exists. What exists becomes an edge; what an author
got wrong becomes a diagnostic with the nearest thing that does exist.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

from journal_plugin.errors import Diagnostic, Severity
from journal_plugin.model import Edge, EdgeKind, RecordId, RecordKind
from journal_plugin.phrases import phrase
from journal_plugin.post_names import PostNames
from journal_plugin.vocabulary import find_suggestion

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from journal_plugin.model import Link, Post, Record, Snapshot, Statement

_EVENT_KINDS: Mapping[str, EdgeKind] = {
    "closes": EdgeKind.CLOSES,
    "sub-issue": EdgeKind.PART_OF,
}
_NEAR = 5

RULE_FRONT_MATTER = "declared in the post"
RULE_CLOSING_LINK = "closing link on GitHub"
RULE_EVENT = "cross-reference on GitHub"
RULE_SUB_ISSUE = "sub-issue on GitHub"
RULE_STATED = "stated in the text"
RULE_MENTION = "mentioned in the text"


@dataclass(frozen=True, slots=True, kw_only=True)
class Graph:
    """All edges, and both ways to look them up."""

    edges: tuple[Edge, ...]
    """Sorted by source, target, kind and place."""
    incoming: Mapping[str, tuple[Edge, ...]] = field(default_factory=dict)
    """Edges by target."""
    outgoing: Mapping[str, tuple[Edge, ...]] = field(default_factory=dict)
    """Edges by source."""

    def find_incoming(self, node: str) -> tuple[Edge, ...]:
        """Edges that end at `node`."""
        return self.incoming.get(node, ())

    def find_outgoing(self, node: str) -> tuple[Edge, ...]:
        """Edges that start at `node`."""
        return self.outgoing.get(node, ())


def resolve(
    posts: Sequence[Post],
    snapshot: Snapshot,
    statements: Iterable[Statement],
    *,
    repos: Sequence[str],
) -> tuple[Graph, tuple[Diagnostic, ...]]:
    """Turn front matter, GitHub's links and statements in texts into a graph.

    Args:
        posts: All posts.
        snapshot: All records.
        statements: References in the texts of posts and records.
        repos: The journal's repositories; only records of these can be unknown.
    """
    resolver = _Resolver(posts, snapshot, repos)
    for post in posts:
        resolver.add_post(post)
    for record in snapshot.records.values():
        resolver.add_record(record)
    for statement in statements:
        resolver.add_statement(statement)
    return extend_graph(Graph(edges=()), resolver.finish()), tuple(resolver.diagnostics)


def extend_graph(graph: Graph, edges: Iterable[Edge]) -> Graph:
    """A graph with `edges` added, without exact repetitions.

    Only the edges of nodes that get a new one are sorted, so that this takes time in proportion
    to the number of edges.
    """
    new: defaultdict[str, list[Edge]] = defaultdict(list)
    for edge in edges:
        new[edge.source].append(edge)
    outgoing = dict(graph.outgoing)
    for node, found in new.items():
        outgoing[node] = _sort_edges((*graph.find_outgoing(node), *found))
    ordered = [edge for node in sorted(outgoing) for edge in outgoing[node]]
    incoming: defaultdict[str, list[Edge]] = defaultdict(list)
    for edge in ordered:
        incoming[edge.target].append(edge)
    return Graph(
        edges=tuple(ordered),
        incoming={node: tuple(found) for node, found in incoming.items()},
        outgoing=outgoing,
    )


def _sort_edges(edges: tuple[Edge, ...]) -> tuple[Edge, ...]:
    """The edges of one source in order, each once."""
    if len(edges) == 1:
        return edges
    ordered = sorted(edges, key=_edge_key)
    repeated = (edge == before for before, edge in pairwise(ordered))
    return (ordered[0], *(e for e, again in zip(ordered[1:], repeated, strict=True) if not again))


def _edge_key(edge: Edge) -> tuple[str | int, ...]:
    rest = (edge.section or "", edge.sentence or "", edge.rule or "")
    return (edge.target, edge.kind, edge.path or "", edge.line or 0, *rest)


class _Resolver:
    """Collects edges and findings."""

    def __init__(self, posts: Sequence[Post], snapshot: Snapshot, repos: Sequence[str]) -> None:
        self._records = snapshot.records
        self._folded = {(key.repo.casefold(), key.number): key for key in snapshot.records}
        self._repos = {repo.casefold() for repo in repos}
        self._main = repos[0].casefold() if repos else ""
        self._synced = {key.repo.casefold() for key in snapshot.records}
        self._posts = PostNames(posts)
        self._edges: list[Edge] = []
        self._events: list[Edge] = []
        self._numbers: defaultdict[str, list[int]] = defaultdict(list)
        for key in sorted(snapshot.records):
            self._numbers[key.repo.casefold()].append(key.number)
        self.diagnostics: dict[Diagnostic, None] = {}

    def finish(self) -> Iterator[Edge]:
        """All edges; GitHub's bare events only where no text says the same."""
        yield from self._edges
        stated = {(edge.source, edge.target) for edge in self._edges}
        yield from (e for e in self._events if (e.source, e.target) not in stated)

    def add_post(self, post: Post) -> None:
        for kind, links in ((EdgeKind.PART_OF, post.issues), (EdgeKind.TESTS, post.prs)):
            for link in links:
                self._add_link(post, kind, link)
        for kind, name in post.relations:
            self._add_relation(post, kind, name)

    def add_record(self, record: Record) -> None:
        for target in record.closes:
            self._connect(record.id, target, EdgeKind.CLOSES, RULE_CLOSING_LINK)
        for reference in record.cross_references:
            kind = _EVENT_KINDS.get(reference.kind, EdgeKind.MENTIONS)
            rule = {EdgeKind.CLOSES: RULE_CLOSING_LINK, EdgeKind.PART_OF: RULE_SUB_ISSUE}.get(
                kind, RULE_EVENT
            )
            self._connect(reference.source, record.id, kind, rule)

    def add_statement(self, statement: Statement) -> None:
        target = self._find(statement.target)
        if target is None:
            if statement.path and statement.line:
                self._unknown(statement.target, statement.path, statement.line)
            return
        source, end = statement.source, target.node
        if source == end:
            return
        if statement.reverse:
            source, end = end, source
        mention = statement.relation is EdgeKind.MENTIONS
        self._edges.append(
            Edge(
                source=source,
                target=end,
                kind=statement.relation,
                path=statement.path,
                line=statement.line,
                section=statement.section,
                sentence=statement.sentence,
                rule=RULE_MENTION if mention else RULE_STATED,
            ),
        )

    def _find(self, target: RecordId) -> Record | None:
        key = self._folded.get((target.repo.casefold(), target.number))
        return self._records[key] if key else None

    def _connect(self, source: RecordId, target: RecordId, kind: EdgeKind, rule: str) -> None:
        start, end = self._find(source), self._find(target)
        if start is None or end is None or start is end:
            return
        edge = Edge(source=start.node, target=end.node, kind=kind, rule=rule)
        (self._events if kind is EdgeKind.MENTIONS else self._edges).append(edge)

    def _add_link(self, post: Post, kind: EdgeKind, link: Link) -> None:
        record = self._find(link.target)
        if link.rule and (record is None or record.kind is not RecordKind.ISSUE):
            return
        if record is None:
            self._unknown(link.target, post.path, link.line)
            return
        self._edges.append(
            Edge(
                source=post.node,
                target=record.node,
                kind=kind,
                path=post.path,
                line=link.line,
                rule=link.rule or RULE_FRONT_MATTER,
            ),
        )

    def _add_relation(self, post: Post, kind: EdgeKind, name: str) -> None:
        line = post.lines.get(kind.value, 1)
        target = self._posts.find(name, near=post.path)
        record = None if target else self._find_named(name, post)
        node = target.node if target else record.node if record else None
        if node is None:
            message = phrase(
                "%(key)s names '%(name)s'; %(advice)s",
                key=kind.value,
                name=name,
                advice=self._advise(name),
            )
            self._report(post.path, line, "unknown-post", message)
        elif node != post.node:
            self._edges.append(
                Edge(
                    source=post.node,
                    target=node,
                    kind=kind,
                    path=post.path,
                    line=line,
                    rule=RULE_FRONT_MATTER,
                ),
            )

    def _advise(self, name: str) -> str:
        """What to do about a name that means no post."""
        if self._posts.is_shared(name):
            return phrase("several posts are called that, so write the slug of one")
        hint = find_suggestion(name, self._posts.slugs)
        if hint:
            return phrase("did you mean '%(hint)s'?", hint=hint)
        return phrase("no post has that slug or path")

    def _find_named(self, name: str, post: Post) -> Record | None:
        own = next((link.target.repo for link in (*post.issues, *post.prs)), None)
        repo = own or next(iter(self._records), RecordId("", 0)).repo or None
        target = RecordId.parse(name, repo)
        return self._find(target) if target else None

    def _unknown(self, target: RecordId, path: str, line: int) -> None:
        """Report a record that should exist; a repository never synced is another matter."""
        if target.repo.casefold() not in self._repos & self._synced:
            return
        near = self._find_near(target)
        hint = near is not None and abs(near - target.number) <= _NEAR
        repo = "" if target.repo.casefold() == self._main else target.repo
        advice = (
            phrase("did you mean %(issue)s?", issue=f"{repo}#{near}")
            if hint
            else phrase("run `journal sync` if it is new")
        )
        message = phrase(
            "unknown issue %(issue)s; %(advice)s", issue=f"{repo}#{target.number}", advice=advice
        )
        self._report(path, line, "unknown-record", message)

    def _find_near(self, target: RecordId) -> int | None:
        """The number in the same repository that is nearest, the lower one of two."""
        numbers = self._numbers.get(target.repo.casefold(), [])
        place = bisect_left(numbers, target.number)
        return min(
            numbers[max(0, place - 1) : place + 1],
            key=lambda n: abs(n - target.number),
            default=None,
        )

    def _report(self, path: str, line: int, code: str, message: str) -> None:
        finding = Diagnostic(
            path=path, line=line, code=code, message=message, severity=Severity.WARNING
        )
        self.diagnostics[finding] = None


def is_pull(node: str) -> bool:
    """Whether a node id names a pull request."""
    return node.startswith(f"{RecordKind.PULL}:")
