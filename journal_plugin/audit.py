"""What is missing or does not fit together: gaps in the evidence, and drift between its parts.

Each rule looks at one problem or one post and yields findings. A *gap* is something that nobody did
yet, and is only information; *drift* is two sides that contradict each other, and is a warning.
`now` is an argument: the same inputs always give the same findings.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from journal_plugin.dates import date_of
from journal_plugin.errors import Diagnostic, Severity
from journal_plugin.membership import EXPERIMENT_LABEL, has_label
from journal_plugin.model import EdgeKind, Post, Record, RecordKind, State
from journal_plugin.phrases import phrase
from journal_plugin.vocabulary import Outcome, Phase, Status

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from journal_plugin.graph import Graph
    from journal_plugin.model import Node
    from journal_plugin.problems import Problem

STALE_AFTER = timedelta(days=60)
"""How long something may run without an update."""

HYPOTHESIS_HEADINGS = ("hypothesis", "hypotheses")
CRITERIA_HEADINGS = ("success criteria", "success criterion", "criteria")

_OVER = (Status.COMPLETE, Status.ABANDONED, Status.SUPERSEDED)


class Gap(NamedTuple):
    """Something missing or contradictory, and where to mend it."""

    code: str
    message: str
    """One plain sentence without the final full stop."""
    node: str
    """The post or record that it is about."""
    severity: Severity
    path: str
    line: int = 1

    def diagnostic(self) -> Diagnostic:
        """The same as a diagnostic."""
        return Diagnostic(
            path=self.path,
            line=self.line,
            code=self.code,
            message=self.message,
            severity=self.severity,
        )


class Audit(NamedTuple):
    """All findings of a journal."""

    gaps: tuple[Gap, ...]
    """Sorted by code, then node."""
    by_problem: Mapping[str, tuple[Gap, ...]]
    """Those of each problem, by slug."""


class Evidence(NamedTuple):
    """What the rules look at."""

    nodes: Mapping[str, Node]
    graph: Graph
    headings: Mapping[str, tuple[str, ...]]
    """Headings in the text of each node, folded to lower case."""
    snapshot: str
    """How messages call the snapshot directory."""
    now: datetime


def audit_journal(problems: Sequence[Problem], evidence: Evidence) -> Audit:
    """Apply every rule to every problem and post."""
    by_node: dict[str, list[Gap]] = {}
    for node in evidence.nodes.values():
        if isinstance(node, Post):
            by_node[node.node] = list(_audit_post(node, evidence))
    by_problem = {}
    for problem in problems:
        own = [*_audit_problem(problem, evidence)]
        for member in dict.fromkeys(artifact.node for artifact in problem.artifacts):
            own += by_node.get(member, [])
        by_problem[problem.slug] = tuple(sorted(set(own), key=_gap_key))
    gaps = {gap for found in (*by_node.values(), *by_problem.values()) for gap in found}
    return Audit(gaps=tuple(sorted(gaps, key=_gap_key)), by_problem=by_problem)


def _gap_key(gap: Gap) -> tuple[str, ...]:
    return gap.code, gap.node, gap.message


def _audit_post(post: Post, evidence: Evidence) -> Iterator[Gap]:
    yield from _check_reasoning(post, evidence)
    yield from _check_progress(post, evidence)
    for record in _declared(post, evidence):
        yield from _check_drift(post, record, evidence)
    yield from _check_succession(post, evidence)


def _audit_problem(problem: Problem, evidence: Evidence) -> Iterator[Gap]:
    nodes = [evidence.nodes[node] for node in dict.fromkeys(a.node for a in problem.artifacts)]
    posts = [node for node in nodes if isinstance(node, Post)]
    for node in nodes:
        if isinstance(node, Record) and node.state is State.MERGED:
            yield from _check_pull(node, problem, posts, evidence)
    for artifact in problem.find_phase(Phase.EXPERIMENTATION):
        node = evidence.nodes[artifact.node]
        if isinstance(node, Record) and node.state is State.OPEN:
            yield from _check_stale_issue(node, evidence)
    success = next((post for post in reversed(posts) if post.outcome is Outcome.SUCCESS), None)
    roots = (evidence.nodes[root] for root in problem.roots)
    for root in roots:
        if success and isinstance(root, Record) and root.state is State.OPEN:
            yield _post_gap(
                success,
                "open-after-success",
                phrase(
                    "the outcome is success%(on)s, but #%(number)s is still open",
                    on=_on(success.date),
                    number=root.id.number,
                ),
                "outcome",
            )


def _check_reasoning(post: Post, evidence: Evidence) -> Iterator[Gap]:
    """A result needs a hypothesis; a success needs the criteria that it met."""
    headings = evidence.headings.get(post.node, ())
    if post.outcome and not post.hypothesis and not _has(headings, HYPOTHESIS_HEADINGS):
        message = phrase("there is a result, but no hypothesis is stated")
        yield _post_gap(post, "no-hypothesis", message, "outcome")
    criteria = post.success_criteria or _has(headings, CRITERIA_HEADINGS)
    if post.outcome is Outcome.SUCCESS and not criteria:
        message = phrase("success is claimed, but no success criteria are stated")
        yield _post_gap(post, "no-success-criteria", message, "outcome")


def _check_progress(post: Post, evidence: Evidence) -> Iterator[Gap]:
    """Something that runs should be heard of."""
    updates = [post.updated or post.date, *(_touched(r) for r in _declared(post, evidence))]
    latest = max((time for time in updates if time), default=None)
    if post.status is Status.RUNNING and latest and evidence.now - latest > STALE_AFTER:
        message = phrase(
            "running for %(days)s days without an update, the last one on %(date)s",
            days=(evidence.now - latest).days,
            date=latest,
        )
        yield _post_gap(post, "stale-run", message, "status")


def _check_drift(post: Post, record: Record, evidence: Evidence) -> Iterator[Gap]:
    """What a post says against what GitHub says of a record that it declares."""
    number, closed = record.id.number, record.closed_at or record.merged_at
    tracking = _is_tracking(record, evidence)
    if post.status is Status.RUNNING and tracking and record.state is State.CLOSED:
        message = phrase(
            "status is running%(as_of)s, but tracking issue #%(number)s was closed%(on)s",
            as_of=_as_of(post),
            number=number,
            on=_on(closed),
        )
        yield _post_gap(post, "closed-but-running", message, "status", Severity.WARNING)
    if post.status in _OVER and tracking and record.state is State.OPEN:
        message = phrase(
            "status is %(status)s%(as_of)s, but tracking issue #%(number)s is still open",
            status=post.status or "",
            as_of=_as_of(post),
            number=number,
        )
        yield _post_gap(post, "open-but-over", message, "status", Severity.WARNING)
    if record.kind is RecordKind.PULL and post.status is Status.COMPLETE:
        if record.state is State.CLOSED:
            message = phrase(
                "the post%(reported)s reports on #%(number)s, "
                "which was closed without merging%(on)s",
                reported=_on(post.date),
                number=number,
                on=_on(closed),
            )
            yield _post_gap(post, "unmerged-pull", message, "prs", Severity.WARNING)
        elif record.state in (State.OPEN, State.DRAFT):
            message = phrase(
                "the post%(reported)s reports on #%(number)s, which is not merged yet",
                reported=_on(post.date),
                number=number,
            )
            yield _post_gap(post, "unmerged-pull", message, "prs")


def _check_succession(post: Post, evidence: Evidence) -> Iterator[Gap]:
    """A post that another one supersedes should say so, and one that says so should have one."""
    later = [
        evidence.nodes[edge.source]
        for edge in evidence.graph.find_incoming(post.node)
        if edge.kind is EdgeKind.SUPERSEDES and edge.source in evidence.nodes
    ]
    if later and post.status not in (Status.SUPERSEDED, None):
        by = later[0]
        message = phrase(
            "status is %(status)s%(as_of)s, but '%(title)s' supersedes it%(on)s",
            status=post.status or "",
            as_of=_as_of(post),
            title=by.title,
            on=_on(date_of(by)),
        )
        yield _post_gap(post, "superseded-but-active", message, "status", Severity.WARNING)
    if post.status is Status.SUPERSEDED and not later:
        message = phrase("status is superseded, but no post supersedes it")
        yield _post_gap(post, "superseded-by-nothing", message, "status")


def _check_pull(
    pull: Record, problem: Problem, posts: Sequence[Post], evidence: Evidence
) -> Iterator[Gap]:
    """A merged solution needs a validation experiment and a result."""
    merged = pull.merged_at or pull.closed_at
    reporting = [
        post
        for post in posts
        if any(link.target == pull.id for link in post.prs)
        or (post.outcome and post.date and merged and post.date >= merged)
    ]
    number = pull.id.number
    if not reporting:
        message = phrase(
            "#%(number)s was merged%(on)s, but no post reports on it", number=number, on=_on(merged)
        )
        yield _record_gap(pull, "no-result-post", message, evidence)
    tested = any(
        edge.kind is EdgeKind.TESTS and edge.source in evidence.nodes
        for edge in evidence.graph.find_incoming(pull.node)
    )
    if not tested and not problem.find_phase(Phase.EXPERIMENTATION) and not reporting:
        message = phrase(
            "#%(number)s was merged%(on)s, but no validation experiment tests it",
            number=number,
            on=_on(merged),
        )
        yield _record_gap(pull, "no-validation", message, evidence)


def _check_stale_issue(issue: Record, evidence: Evidence) -> Iterator[Gap]:
    latest = _touched(issue)
    if latest and evidence.now - latest > STALE_AFTER:
        message = phrase(
            "tracking issue #%(number)s is open, but nothing happened for %(days)s days, "
            "since %(date)s",
            number=issue.id.number,
            days=(evidence.now - latest).days,
            date=latest,
        )
        yield _record_gap(issue, "stale-run", message, evidence)


def _declared(post: Post, evidence: Evidence) -> list[Record]:
    targets = dict.fromkeys(link.target for link in (*post.issues, *post.prs))
    nodes = (evidence.nodes.get(f"{kind}:{target}") for target in targets for kind in RecordKind)
    return [node for node in nodes if isinstance(node, Record)]


def _is_tracking(record: Record, evidence: Evidence) -> bool:
    """Whether an issue tracks an experiment: by its label, or because it says that it tests."""
    if record.kind is RecordKind.PULL:
        return False
    labelled = has_label(record, EXPERIMENT_LABEL)
    outgoing = evidence.graph.find_outgoing(record.node)
    return labelled or any(edge.kind is EdgeKind.TESTS for edge in outgoing)


def _touched(record: Record) -> datetime | None:
    times = (record.updated_at, record.created_at, *(c.created_at for c in record.comments))
    return max((time for time in times if time), default=None)


def _has(headings: Sequence[str], wanted: Sequence[str]) -> bool:
    return any(heading.startswith(tuple(wanted)) for heading in headings)


def _on(time: datetime | None) -> str:
    """When something was done."""
    return phrase(" on %(date)s", date=time) if time else ""


def _as_of(post: Post) -> str:
    time = post.updated or post.date
    return phrase(" as of %(date)s", date=time) if time else ""


def _post_gap(
    post: Post, code: str, message: str, key: str, severity: Severity = Severity.INFO
) -> Gap:
    return Gap(
        code=code,
        message=message,
        node=post.node,
        severity=severity,
        path=post.path,
        line=post.lines.get(key, 1),
    )


def _record_gap(record: Record, code: str, message: str, evidence: Evidence) -> Gap:
    path = f"{evidence.snapshot}/{record.id.repo}/{record.id.number}.json"
    return Gap(code=code, message=message, node=record.node, severity=Severity.INFO, path=path)
