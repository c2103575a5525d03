"""Which posts and records belong to which problem, and why."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from journal_plugin.dates import order_of
from journal_plugin.graph import is_pull
from journal_plugin.model import EdgeKind, Post, Record, RecordKind
from journal_plugin.slugs import slugify

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from journal_plugin.graph import Graph
    from journal_plugin.model import Edge, Node

PROBLEM_LABEL = "problem"
EXPERIMENT_LABEL = "experiment"

_TYING = frozenset(
    {EdgeKind.CLOSES, EdgeKind.IMPLEMENTS, EdgeKind.TESTS, EdgeKind.PART_OF, EdgeKind.FOLLOWS}
)


@dataclass(slots=True)
class Draft:
    """A problem while its members are collected."""

    slug: str
    title: str | None = None
    roots: list[str] = field(default_factory=list)
    members: dict[str, str] = field(default_factory=dict)
    """Membership rule by node."""
    inferred: bool = False


class Drafts:
    """Collects problems and their members."""

    def __init__(self, nodes: Mapping[str, Node], graph: Graph) -> None:
        self._nodes = nodes
        self._graph = graph
        self.found: dict[str, Draft] = {}
        self._claimed: defaultdict[str, set[str]] = defaultdict(set)

    def add_post(self, post: Post) -> None:
        """Take up the problems that a post declares."""
        for slug in post.problems:
            self._draft(slug).members.setdefault(post.node, "declared in the post")

    def add_labels(self, record: Record) -> None:
        """Take up the problems that labels name."""
        slugs = label_slugs(record)
        for slug in slugs:
            self._draft(slug).members.setdefault(record.node, f"label problem:{slug}")
        if record.kind is RecordKind.ISSUE and has_label(record, PROBLEM_LABEL):
            for slug in slugs or self._claims(record) or (self._title_slug(record),):
                self._add_root(slug, record, "label problem")

    def infer(self) -> None:
        """Issues that a pull request addresses and a post reports on, if no problem has them."""
        taken = {node for draft in self.found.values() for node in draft.members}
        for node, record in self._nodes.items():
            if node in taken or not isinstance(record, Record) or record.kind is RecordKind.PULL:
                continue
            incoming = self._graph.find_incoming(node)
            addressed = any(
                is_pull(edge.source) and edge.kind in (EdgeKind.CLOSES, EdgeKind.IMPLEMENTS)
                for edge in incoming
            )
            if addressed and any(_reports(edge) for edge in incoming):
                slugs = self._claims(record)
                if any(self.found[slug].roots for slug in slugs if slug in self.found):
                    continue  # the problem has an issue that somebody chose
                for slug in slugs or (self._title_slug(record),):
                    self._add_root(slug, record, "addressed by a pull request, reported by a post")
                    self.found[slug].inferred = not slugs

    def grow(self) -> None:
        """Add roots to declared problems, then whatever is tied to a member, step by step."""
        for draft in self.found.values():
            self._find_roots(draft)
            for node, membership in draft.members.items():
                if node in draft.roots or _declared(membership):
                    self._claimed[node].add(draft.slug)
        for draft in self.found.values():
            waiting = sorted(draft.members)
            while waiting:
                waiting = [node for member in waiting for node in self._tie(draft, member)]

    def _draft(self, slug: str) -> Draft:
        return self.found.setdefault(slug, Draft(slug=slug))

    def _add_root(self, slug: str, record: Record, membership: str) -> None:
        draft = self._draft(slug)
        draft.title = draft.title or record.title
        draft.members.setdefault(record.node, membership)
        if record.node not in draft.roots:
            draft.roots.append(record.node)

    def _claims(self, record: Record) -> tuple[str, ...]:
        """Problems of the posts that declare this issue: the author named it already."""
        posts = (
            self._nodes[edge.source]
            for edge in self._graph.find_incoming(record.node)
            if _reports(edge)
        )
        slugs = {post.problems for post in posts if isinstance(post, Post) and post.problems}
        return next(iter(slugs)) if len(slugs) == 1 else ()

    def _title_slug(self, record: Record) -> str:
        slug = slugify(record.title) or f"problem-{record.id.number}"
        other = self.found.get(slug)
        return f"{slug}-{record.id.number}" if other and other.roots else slug

    def _find_roots(self, draft: Draft) -> None:
        """Without a labelled issue, the oldest issue that the members share is the root."""
        if draft.roots:
            return
        labelled = [node for node in draft.members if self._is_issue(node)]
        declared = [
            edge.target
            for node in sorted(draft.members)
            for edge in self._graph.find_outgoing(node)
            if edge.kind is EdgeKind.PART_OF and self._is_issue(edge.target)
        ]
        candidates = [
            node
            for node in labelled or declared
            if not has_label(self._record(node), EXPERIMENT_LABEL)
        ]
        if candidates:
            root = min(candidates, key=self._age)
            self._add_root(draft.slug, self._record(root), "reported on by a post")

    def _is_issue(self, node: str) -> bool:
        record = self._nodes.get(node)
        return isinstance(record, Record) and record.kind is RecordKind.ISSUE

    def _record(self, node: str) -> Record:
        record = self._nodes[node]
        if not isinstance(record, Record):
            msg = f"{node} is not a record"
            raise TypeError(msg)
        return record

    def _age(self, node: str) -> tuple[datetime, str]:
        return order_of(self._nodes[node])

    def _tie(self, draft: Draft, member: str) -> Iterator[str]:
        """Nodes newly tied to `member`."""
        for edge in self._graph.find_incoming(member):
            if self._joins(draft, edge, edge.source) and self._ties(draft, edge):
                self._join(draft, edge.source, f"{edge.rule}: {edge.kind} {_short(member)}")
                yield edge.source
        for edge in self._graph.find_outgoing(member):
            told = edge.kind is EdgeKind.TESTS or _reports(edge)
            if told and self._joins(draft, edge, edge.target):
                self._join(draft, edge.target, f"{edge.rule}: {_short(member)}")
                yield edge.target

    def _join(self, draft: Draft, node: str, membership: str) -> None:
        draft.members[node] = membership
        if _declared(membership):
            self._claimed[node].add(draft.slug)

    def _ties(self, draft: Draft, edge: Edge) -> bool:
        event = edge.rule.startswith("cross-reference") and edge.target in draft.roots
        return edge.kind in _TYING or event

    def _joins(self, draft: Draft, edge: Edge, node: str) -> bool:
        """Whether a node may join: not twice, and not away from the problem that it declares."""
        if node in draft.members or node not in self._nodes or edge.source == edge.target:
            return False
        return not self._claimed[node] - {draft.slug}


def label_slugs(record: Record) -> tuple[str, ...]:
    """Slugs of the labels `problem:<slug>`."""
    names = (label.name.strip() for label in record.labels)
    pairs = (name.partition(":") for name in names)
    return tuple(
        slug
        for head, colon, tail in pairs
        if colon and head.strip().casefold() == PROBLEM_LABEL and (slug := slugify(tail))
    )


def has_label(record: Record, name: str) -> bool:
    """Whether a record carries a label, whatever its case."""
    return any(label.name.strip().casefold() == name for label in record.labels)


def _reports(edge: Edge) -> bool:
    """Whether an edge is a post's declaration that it reports on the target."""
    return edge.source.startswith("post:") and edge.kind in (EdgeKind.PART_OF, EdgeKind.TESTS)


def _declared(membership: str) -> bool:
    return membership.startswith(("declared", "label"))


def _short(node: str) -> str:
    kind, _, name = node.partition(":")
    return name if kind == "post" else f"#{name.rpartition('#')[2]}"
