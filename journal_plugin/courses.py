"""The way of each problem from its statement to its result: which milestone it reached, and when.

GitHub's times are exact, a post has only a day; where two of them fall on one day, they count as in
order, zero days apart.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from journal_plugin.dates import date_of
from journal_plugin.model import Post, Record, RecordKind
from journal_plugin.phrases import phrase
from journal_plugin.rounds import find_rounds
from journal_plugin.vocabulary import Outcome, Phase

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import datetime

    from journal_plugin.model import Node
    from journal_plugin.phrases import Phrase
    from journal_plugin.problems import Problem
    from journal_plugin.rounds import Round


_DAY = 86_400


class Milestone(StrEnum):
    """What a problem reaches on its way, in order."""

    PROBLEM = "problem"
    ANALYSIS = "analysis"
    OPENED = "opened"
    MERGED = "merged"
    EXPERIMENT = "experiment"
    RESULT = "result"


NAMES: Mapping[Milestone, Phrase] = {
    Milestone.PROBLEM: phrase("problem"),
    Milestone.ANALYSIS: phrase("analysis"),
    Milestone.OPENED: phrase("pull request opened"),
    Milestone.MERGED: phrase("merged"),
    Milestone.EXPERIMENT: phrase("first experiment"),
    Milestone.RESULT: phrase("result"),
}
"""Milestones as readers see them."""
FIRST_NAMES: Mapping[Milestone, Phrase] = {
    Milestone.PROBLEM: phrase("Problem"),
    Milestone.ANALYSIS: phrase("Analysis"),
    Milestone.OPENED: phrase("Pull request opened"),
    Milestone.MERGED: phrase("Merged"),
    Milestone.EXPERIMENT: phrase("First experiment"),
    Milestone.RESULT: phrase("Result"),
}
"""The same at the start of a title."""
MEANINGS: Mapping[Milestone, Phrase] = {
    Milestone.PROBLEM: phrase("the creation of the oldest issue that states the problem"),
    Milestone.ANALYSIS: phrase("the creation of the first further issue in the analysis phase"),
    Milestone.OPENED: phrase("the creation of the first pull request"),
    Milestone.MERGED: phrase("the first merge of a pull request"),
    Milestone.EXPERIMENT: phrase(
        "the creation of the first issue or post in the experimentation phase"
    ),
    Milestone.RESULT: phrase("the date of the first post with an outcome"),
}
"""What counts as reaching each milestone, to follow the words `Days from`."""


class Reached(NamedTuple):
    """When a problem reached a milestone, and by which artifact."""

    time: datetime
    node: str


class Course(NamedTuple):
    """The way of one problem."""

    problem: Problem
    reached: Mapping[Milestone, Reached]
    success: Reached | None
    won: Round | None
    """The first round that ended with a success."""


def find_course(problem: Problem, nodes: Mapping[str, Node]) -> Course:
    """When a problem reached each milestone: the first time that is not before the one before."""
    start = _find_start(problem, nodes)
    reached: dict[Milestone, Reached] = {}
    if start:
        reached[Milestone.PROBLEM] = latest = start
        for milestone, found in _candidates(problem, nodes, start.node):
            if first := _first_from(found, latest):
                reached[milestone] = latest = first
    rounds = find_rounds(problem, nodes)
    wins = (r for r in rounds if r.result and r.result.outcome is Outcome.SUCCESS)
    successes = _dates(
        node for node in _members(problem, nodes)
        if isinstance(node, Post) and node.outcome is Outcome.SUCCESS
    )  # fmt: skip
    return Course(
        problem=problem,
        reached=reached,
        success=_first_from(successes, start) if start else None,
        won=next(wins, None),
    )


def days_between(start: datetime, end: datetime) -> float:
    """Days from `start` to `end`; zero where a post's bare day makes it look negative."""
    return max((end - start).total_seconds() / _DAY, 0.0)


def _members(problem: Problem, nodes: Mapping[str, Node]) -> list[Node]:
    return [nodes[node] for node in dict.fromkeys(a.node for a in problem.artifacts)]


def _dates(found: Iterable[Node]) -> list[Reached]:
    return [Reached(time=time, node=node.node) for node in found if (time := date_of(node))]


def _find_start(problem: Problem, nodes: Mapping[str, Node]) -> Reached | None:
    """The oldest issue that states the problem; without one, its oldest artifact."""
    roots = _dates(nodes[root] for root in problem.roots)
    return min(roots or _dates(_members(problem, nodes)), key=_by_time, default=None)


def _by_time(reached: Reached) -> tuple[datetime, str]:
    return reached.time, reached.node


def _first_from(found: Iterable[Reached], start: Reached) -> Reached | None:
    """The earliest that is not on a day before `start`."""
    later = (item for item in found if item.time.date() >= start.time.date())
    return min(later, key=_by_time, default=None)


def _candidates(
    problem: Problem, nodes: Mapping[str, Node], start: str
) -> Iterator[tuple[Milestone, list[Reached]]]:
    """For each later milestone, everything that could be its first."""
    whole = [artifact for artifact in problem.artifacts if artifact.section is None]
    by_phase = {
        phase: [nodes[a.node] for a in whole if a.phase is phase and a.node != start]
        for phase in (Phase.ANALYSIS, Phase.EXPERIMENTATION)
    }
    members = [nodes[artifact.node] for artifact in whole]
    pulls = [m for m in members if isinstance(m, Record) and m.kind is RecordKind.PULL]
    yield Milestone.ANALYSIS, _dates(by_phase[Phase.ANALYSIS])
    yield Milestone.OPENED, _dates(pulls)
    yield (
        Milestone.MERGED,
        [Reached(time=pull.merged_at, node=pull.node) for pull in pulls if pull.merged_at],
    )
    yield Milestone.EXPERIMENT, _dates(by_phase[Phase.EXPERIMENTATION])
    yield Milestone.RESULT, _dates(m for m in members if isinstance(m, Post) and m.outcome)
