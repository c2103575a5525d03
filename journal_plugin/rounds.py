"""Iterations of a problem as rounds: attempt 1, attempt 2, and what is still going on.

A round ends with a result post. It holds what that post declares, and what happened between the
previous result and this one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from journal_plugin.dates import order_of
from journal_plugin.model import Post
from journal_plugin.vocabulary import Phase

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from journal_plugin.model import Node, RecordId
    from journal_plugin.problems import Artifact, Problem

_ATTEMPTED = (Phase.IMPLEMENTATION, Phase.EXPERIMENTATION, Phase.ITERATION)


class Round(NamedTuple):
    """One attempt at a problem."""

    number: int
    """Counted from 1."""
    artifacts: tuple[Artifact, ...]
    """What was tried and tested, oldest first; the result post last."""
    result: Post | None
    """None for the attempt that has no result yet."""


def find_rounds(problem: Problem, nodes: Mapping[str, Node]) -> tuple[Round, ...]:
    """The rounds of a problem, oldest first."""
    attempts = sorted(
        (a for a in problem.artifacts if a.phase in _ATTEMPTED and a.section is None),
        key=lambda artifact: _date(artifact, nodes),
    )
    results = [a for a in attempts if _is_result(nodes[a.node])]
    taken: set[str] = set()
    rounds = []
    for result in results:
        members = _members(result, attempts, results, nodes, taken)
        taken |= {artifact.node for artifact in members}
        rounds.append(members)
    rest = tuple(artifact for artifact in attempts if artifact.node not in taken)
    if rest:
        rounds.append(rest)
    return tuple(
        Round(number=number, artifacts=found, result=_result(found, nodes))
        for number, found in enumerate(rounds, start=1)
    )


def _members(
    result: Artifact,
    attempts: Sequence[Artifact],
    results: Sequence[Artifact],
    nodes: Mapping[str, Node],
    taken: set[str],
) -> tuple[Artifact, ...]:
    post = nodes[result.node]
    declared = (
        {link.target for link in (*post.issues, *post.prs)} if isinstance(post, Post) else set()
    )
    later = _declared_elsewhere(result, results, nodes)
    found = [
        artifact
        for artifact in attempts
        if artifact.node not in taken
        and not _is_result(nodes[artifact.node])
        and (
            getattr(nodes[artifact.node], "id", None) in declared
            or (
                getattr(nodes[artifact.node], "id", None) not in later
                and _date(artifact, nodes)[0] <= _date(result, nodes)[0]
            )
        )
    ]
    return (*found, result)


def _declared_elsewhere(
    result: Artifact, results: Sequence[Artifact], nodes: Mapping[str, Node]
) -> set[RecordId]:
    """Records that another result declares: they belong to that round, whatever their date."""
    return {
        link.target
        for other in results
        if other is not result and isinstance(post := nodes[other.node], Post)
        for link in (*post.issues, *post.prs)
    }


def _result(artifacts: Sequence[Artifact], nodes: Mapping[str, Node]) -> Post | None:
    last = nodes[artifacts[-1].node]
    return last if isinstance(last, Post) and _is_result(last) else None


def _is_result(node: Node) -> bool:
    return isinstance(node, Post) and node.outcome is not None


def _date(artifact: Artifact, nodes: Mapping[str, Node]) -> tuple[datetime, str]:
    return order_of(nodes[artifact.node])
