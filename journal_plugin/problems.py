"""Problems: which artifacts belong to each, in which phase, and by which rule.

A problem is named by a post (`problem:`), by a label `problem:<slug>`, by an issue labelled
`problem`, or inferred from an issue that a pull request addresses and a post reports on. What is
tied to it only by a passing mention is *related*, never part of the chain.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from journal_plugin.dates import NEVER, order_of
from journal_plugin.membership import Drafts
from journal_plugin.model import EdgeKind, Post, Record, RecordKind, State
from journal_plugin.phases import find_post_phase, find_record_phase
from journal_plugin.vocabulary import Outcome, Phase, Status

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from journal_plugin.graph import Graph
    from journal_plugin.membership import Draft
    from journal_plugin.model import Node, Snapshot
    from journal_plugin.vocabulary import Vocabulary


SECTION_PHASES: Mapping[Phase, tuple[str, ...]] = {
    Phase.PROBLEM: ("problem", "summary", "description", "what happens"),
    Phase.DESIGN: ("solution", "roadmap", "proposed solution", "design", "plan", "proposal"),
}
"""Phases that are often a section of the first issue, and how such headings begin."""

_HEADING_START = re.compile(r"^[\W\d_]+")


class Artifact(NamedTuple):
    """A post or record in its place in a case study."""

    node: str
    phase: Phase
    membership: str
    """Why it belongs to the problem, in words."""
    rule: str
    """Why it stands in this phase, in words."""
    section: str | None = None
    """The heading, where only a section of it belongs here and the whole stands in another phase;
    empty for what comes before the first heading."""


class Problem(NamedTuple):
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


def resolve_problems(  # noqa: PLR0913 - what problems are made from, by name
    posts: Sequence[Post],
    snapshot: Snapshot,
    graph: Graph,
    *,
    vocabulary: Vocabulary,
    infer: bool,
    headings: Mapping[str, tuple[str, ...]],
) -> tuple[Problem, ...]:
    """Find the problems and sort what belongs to them; sorted by slug.

    Args:
        posts: All posts.
        snapshot: All records.
        graph: Their edges.
        vocabulary: Holds the labels that stand for a phase.
        infer: Whether problems that nobody declared are found too.
        headings: The headings in the text of each node, as written.
    """
    nodes: dict[str, Node] = {post.node: post for post in posts}
    nodes |= {record.node: record for record in snapshot.records.values()}
    drafts = Drafts(nodes, graph)
    for post in posts:
        drafts.add_post(post)
    for record in snapshot.records.values():
        drafts.add_labels(record)
    if infer:
        drafts.infer()
    drafts.grow()
    finish = _Finish(nodes, graph, vocabulary, headings)
    return tuple(finish.problem(drafts.found[slug]) for slug in sorted(drafts.found))


def fold_heading(heading: str) -> str:
    """A heading in lower case without numbers, signs and emoji at its start."""
    return _HEADING_START.sub("", heading.casefold())


class _Finish:
    """Turns a draft into a problem: phases, status, outcome, what is related."""

    def __init__(
        self,
        nodes: Mapping[str, Node],
        graph: Graph,
        vocabulary: Vocabulary,
        headings: Mapping[str, tuple[str, ...]],
    ) -> None:
        self._nodes = nodes
        self._graph = graph
        self._vocabulary = vocabulary
        self._headings = headings

    def problem(self, draft: Draft) -> Problem:
        roots = tuple(sorted(draft.roots, key=self._age))
        declaring = [
            post
            for member in sorted(draft.members)
            if isinstance(post := self._nodes[member], Post)
        ]
        whole = [self._artifact(draft, node, roots, declaring) for node in draft.members]
        artifacts = sorted(
            (*whole, *self._sections(draft, whole, roots)),
            key=lambda artifact: (list(Phase).index(artifact.phase), self._age(artifact.node)),
        )
        members = [self._nodes[artifact.node] for artifact in whole]
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
        return order_of(self._nodes[node])

    def _artifact(
        self, draft: Draft, node: str, roots: Sequence[str], declaring: Sequence[Post]
    ) -> Artifact:
        item = self._nodes[node]
        phase, rule = (
            find_post_phase(item)
            if isinstance(item, Post)
            else find_record_phase(
                item,
                declaring=declaring,
                vocabulary=self._vocabulary,
                is_first=node in roots[:1],
                tests=any(e.kind is EdgeKind.TESTS for e in self._graph.find_outgoing(node)),
            )
        )
        return Artifact(node=node, phase=phase, membership=draft.members[node], rule=rule)

    def _sections(
        self, draft: Draft, whole: Sequence[Artifact], roots: Sequence[str]
    ) -> Iterator[Artifact]:
        """Phases without an artifact of their own, told by a section of an issue."""
        issues = [*roots, *(a.node for a in whole if a.phase is Phase.ANALYSIS)]
        filled = {artifact.phase for artifact in whole}
        for phase in (phase for phase in SECTION_PHASES if phase not in filled):
            found = self._find_section(phase, dict.fromkeys(issues))
            if found:
                node, heading = found
                yield Artifact(
                    node=node,
                    phase=phase,
                    membership=draft.members[node],
                    rule=f"its section “{heading}”" if heading else "its opening words",
                    section=heading,
                )

    def _find_section(self, phase: Phase, issues: Iterable[str]) -> tuple[str, str] | None:
        for node in issues:
            for heading in self._headings.get(node, ()):
                if fold_heading(heading).startswith(SECTION_PHASES[phase]):
                    return node, heading
        if phase is Phase.PROBLEM:
            return next(((node, "") for node in issues if self._is_stated(node)), None)
        return None

    def _is_stated(self, node: str) -> bool:
        record = self._nodes[node]
        return isinstance(record, Record) and bool(record.body.strip())

    def _related(self, draft: Draft) -> tuple[str, ...]:
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
    return sorted(done, key=lambda post: (post.date or NEVER, post.slug), reverse=True)


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
