"""Problems: which artifacts belong to each, in which phase, and by which rule.

A problem is named by a post (`problem:`), by a label `problem:<slug>`, by an issue labelled
`problem`, or inferred from an issue that a pull request addresses and a post reports on. What is
tied to it only by a passing mention is *related*, never part of the chain.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from journal_plugin.graph import is_pull
from journal_plugin.model import EdgeKind, Post, Record, RecordKind, State
from journal_plugin.phases import find_post_phase, find_record_phase
from journal_plugin.slugs import slugify
from journal_plugin.vocabulary import Outcome, Phase, Status

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from journal_plugin.graph import Graph
    from journal_plugin.model import Edge, Node, Snapshot
    from journal_plugin.vocabulary import Vocabulary

PROBLEM_LABEL = "problem"
EXPERIMENT_LABEL = "experiment"

_TYING = frozenset(
    {EdgeKind.CLOSES, EdgeKind.IMPLEMENTS, EdgeKind.TESTS, EdgeKind.PART_OF, EdgeKind.FOLLOWS}
)
_NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Artifact:
    """A post or record in its place in a case study."""

    node: str
    phase: Phase
    membership: str
    """Why it belongs to the problem, in words."""
    rule: str
    """Why it stands in this phase, in words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """A research problem, the subject of one case study."""

    slug: str
    title: str
    status: Status
    outcome: Outcome | None
    roots: tuple[str, ...]
    """Nodes of the issues that state it, the oldest first."""
    artifacts: tuple[Artifact, ...]
    """Sorted by phase, then date."""
    related: tuple[str, ...] = ()
    """Nodes that only mention it, or that it only mentions."""
    inferred: bool = False
    """Whether nobody declared it."""

    @property
    def node(self) -> str:
        """The node id, such as `problem:mode-collapse`."""
        return f"problem:{self.slug}"

    def find_phase(self, phase: Phase) -> tuple[Artifact, ...]:
        """The artifacts of one phase, oldest first."""
        return tuple(artifact for artifact in self.artifacts if artifact.phase is phase)


@dataclass(slots=True)
class _Draft:
    """A problem while its members are collected."""

    slug: str
    title: str | None = None
    roots: list[str] = field(default_factory=list)
    members: dict[str, str] = field(default_factory=dict)
    """Membership rule by node."""
    inferred: bool = False


def resolve_problems(
    posts: Sequence[Post],
    snapshot: Snapshot,
    graph: Graph,
    *,
    vocabulary: Vocabulary,
    infer: bool,
) -> tuple[Problem, ...]:
    """Find the problems and sort what belongs to them; sorted by slug."""
    nodes: dict[str, Node] = {post.node: post for post in posts}
    nodes |= {record.node: record for record in snapshot.records.values()}
    drafts = _Drafts(nodes, graph)
    for post in posts:
        drafts.add_post(post)
    for record in snapshot.records.values():
        drafts.add_labels(record)
    if infer:
        drafts.infer()
    drafts.grow()
    finish = _Finish(nodes, graph, vocabulary)
    return tuple(finish.problem(drafts.found[slug]) for slug in sorted(drafts.found))


def date_of(node: Node) -> datetime | None:
    """When a post or record begins: its date, or GitHub's creation time."""
    return node.date if isinstance(node, Post) else node.created_at


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


class _Drafts:
    """Collects problems and their members."""

    def __init__(self, nodes: Mapping[str, Node], graph: Graph) -> None:
        self._nodes = nodes
        self._graph = graph
        self.found: dict[str, _Draft] = {}

    def add_post(self, post: Post) -> None:
        for slug in post.problems:
            self._draft(slug).members.setdefault(post.node, "declared in the post")

    def add_labels(self, record: Record) -> None:
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
                for slug in slugs or (self._title_slug(record),):
                    self._add_root(slug, record, "addressed by a pull request, reported by a post")
                    self.found[slug].inferred = not slugs

    def grow(self) -> None:
        """Add roots to declared problems, then whatever is tied to a member, step by step."""
        for draft in self.found.values():
            self._find_roots(draft)
        for draft in self.found.values():
            waiting = sorted(draft.members)
            while waiting:
                waiting = [node for member in waiting for node in self._tie(draft, member)]

    def _draft(self, slug: str) -> _Draft:
        return self.found.setdefault(slug, _Draft(slug=slug))

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

    def _find_roots(self, draft: _Draft) -> None:
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
        return date_of(self._nodes[node]) or _NEVER, node

    def _tie(self, draft: _Draft, member: str) -> Iterator[str]:
        """Nodes newly tied to `member`."""
        for edge in self._graph.find_incoming(member):
            if self._joins(draft, edge, edge.source) and self._ties(draft, edge):
                draft.members[edge.source] = f"{edge.rule}: {edge.kind} {_short(member)}"
                yield edge.source
        if isinstance(self._nodes[member], Post) and member in draft.members:
            for edge in self._graph.find_outgoing(member):
                if edge.kind in (EdgeKind.PART_OF, EdgeKind.TESTS) and self._joins(
                    draft, edge, edge.target
                ):
                    draft.members[edge.target] = f"{edge.rule}: {_short(member)}"
                    yield edge.target

    def _ties(self, draft: _Draft, edge: Edge) -> bool:
        event = edge.rule.startswith("cross-reference") and edge.target in draft.roots
        return edge.kind in _TYING or event

    def _joins(self, draft: _Draft, edge: Edge, node: str) -> bool:
        """Whether a node may join: not twice, and not away from the problem that it declares."""
        if node in draft.members or node not in self._nodes or edge.source == edge.target:
            return False
        return not any(
            node in other.roots or _declared(other.members.get(node, ""))
            for other in self.found.values()
            if other is not draft
        )


class _Finish:
    """Turns a draft into a problem: phases, status, outcome, what is related."""

    def __init__(self, nodes: Mapping[str, Node], graph: Graph, vocabulary: Vocabulary) -> None:
        self._nodes = nodes
        self._graph = graph
        self._vocabulary = vocabulary

    def problem(self, draft: _Draft) -> Problem:
        roots = tuple(sorted(draft.roots, key=self._age))
        artifacts = sorted(
            (self._artifact(draft, node, roots) for node in draft.members),
            key=lambda artifact: (list(Phase).index(artifact.phase), self._age(artifact.node)),
        )
        members = [self._nodes[artifact.node] for artifact in artifacts]
        return Problem(
            slug=draft.slug,
            title=draft.title or draft.slug.replace("-", " ").capitalize(),
            status=find_problem_status([self._nodes[root] for root in roots], members),
            outcome=find_problem_outcome(members),
            roots=roots,
            artifacts=tuple(artifacts),
            related=self._related(draft),
            inferred=draft.inferred,
        )

    def _age(self, node: str) -> tuple[datetime, str]:
        return date_of(self._nodes[node]) or _NEVER, node

    def _artifact(self, draft: _Draft, node: str, roots: Sequence[str]) -> Artifact:
        item = self._nodes[node]
        phase, rule = (
            find_post_phase(item)
            if isinstance(item, Post)
            else find_record_phase(
                item,
                declaring=[
                    post
                    for member in sorted(draft.members)
                    if isinstance(post := self._nodes[member], Post)
                ],
                vocabulary=self._vocabulary,
                is_first=node in roots[:1],
                tests=any(e.kind is EdgeKind.TESTS for e in self._graph.find_outgoing(node)),
            )
        )
        return Artifact(node=node, phase=phase, membership=draft.members[node], rule=rule)

    def _related(self, draft: _Draft) -> tuple[str, ...]:
        near = {
            node
            for root in draft.roots
            for edge in (*self._graph.find_incoming(root), *self._graph.find_outgoing(root))
            for node in (edge.source, edge.target)
        }
        return tuple(sorted((near & self._nodes.keys()) - draft.members.keys()))


def find_results(members: Iterable[Node]) -> list[Post]:
    """The posts that report an outcome or are complete, latest first."""
    posts = [post for post in members if isinstance(post, Post)]
    done = [post for post in posts if post.outcome or post.status is Status.COMPLETE]
    return sorted(done, key=lambda post: (post.date or _NEVER, post.slug), reverse=True)


def find_problem_outcome(members: Iterable[Node]) -> Outcome | None:
    """The outcome of the latest post that has one."""
    return next((post.outcome for post in find_results(members) if post.outcome), None)


def find_problem_status(roots: Sequence[Node], members: Sequence[Node]) -> Status:
    """Where the work on a problem stands.

    Running while an experiment runs. Complete when the latest result is a success or all its issues
    are closed; abandoned when they were closed as not planned. Planned while nothing but issues
    exists.
    """
    posts = [member for member in members if isinstance(member, Post)]
    if any(post.status is Status.RUNNING for post in posts):
        return Status.RUNNING
    issues = [root for root in roots if isinstance(root, Record)]
    closed = bool(issues) and all(issue.state is State.CLOSED for issue in issues)
    if closed and all(issue.state_reason == "not_planned" for issue in issues):
        return Status.ABANDONED
    if closed or find_problem_outcome(members) is Outcome.SUCCESS:
        return Status.COMPLETE
    pulls = any(isinstance(m, Record) and m.kind is RecordKind.PULL for m in members)
    started = pulls or any(post.status not in (None, Status.PLANNED) for post in posts)
    return Status.RUNNING if started else Status.PLANNED


def _reports(edge: Edge) -> bool:
    """Whether an edge is a post's declaration that it reports on the target."""
    return edge.source.startswith("post:") and edge.kind in (EdgeKind.PART_OF, EdgeKind.TESTS)


def _declared(membership: str) -> bool:
    return membership.startswith(("declared", "label"))


def _short(node: str) -> str:
    kind, _, name = node.partition(":")
    return name if kind == "post" else f"#{name.rpartition('#')[2]}"
