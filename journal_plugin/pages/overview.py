"""The pages that look at the whole journal: dashboard, experiments table and workflow."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from journal_plugin.membership import date_of
from journal_plugin.model import RecordKind, State
from journal_plugin.pages.badges import JOURNAL, render_snippet
from journal_plugin.pages.book import PHASE_TITLES, numbered_title
from journal_plugin.pages.case_study import find_rows
from journal_plugin.pages.diagrams import boxes_of, render_lineage
from journal_plugin.pages.mermaid import (
    Arrow,
    DiagramGroup,
    DiagramNode,
    render_block,
    render_flowchart,
)
from journal_plugin.problems import find_results
from journal_plugin.vocabulary import Phase, Status

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from markupsafe import Markup

    from journal_plugin.model import Node, Record
    from journal_plugin.pages.book import Book, Place
    from journal_plugin.pages.page import Page
    from journal_plugin.problems import Problem

_PROBLEMS = 10
_RESULTS = 8
_RECENT = 8
_PER_PHASE = 6
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

_PHASE_TEXTS: Mapping[Phase, str] = {
    Phase.PROBLEM: "Something does not behave as it should, and somebody says so.",
    Phase.ANALYSIS: "An issue states the problem and looks for its root causes.",
    Phase.DESIGN: "The issue gets a roadmap: what will be tried, and how success is measured.",
    Phase.IMPLEMENTATION: "A documented pull request puts the solution into code.",
    Phase.EXPERIMENTATION: "A tracking issue follows the run while it goes on.",
    Phase.ITERATION: "A post reports the result and says what comes next.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Running:
    node: Node
    updated: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _PhaseItem:
    node: Node
    problem: Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class _PhaseSummary:
    name: Phase
    text: str
    items: tuple[_PhaseItem, ...]
    more: int


def render_overview(book: Book) -> Iterator[Page]:
    """Dashboard, experiments table and workflow page."""
    yield _dashboard(book)
    yield _experiments(book)
    yield _workflow(book)


def _dashboard(book: Book) -> Page:
    records = list(book.journal.records.values())
    rows = [row for row in find_rows(book) if row.problem.status is not Status.ABANDONED]
    return book.page(
        book.links.uri_of("index"),
        "Journal",
        "dashboard.html",
        in_nav=True,
        description="What was tried, what worked and what is running",
        issues=sum(record.kind is RecordKind.ISSUE for record in records),
        pulls=sum(record.kind is RecordKind.PULL for record in records),
        running=_running(book),
        problems=rows[:_PROBLEMS],
        more_problems=len(rows) > _PROBLEMS,
        results=find_results(book.journal.posts)[:_RESULTS],
        recent=sorted(records, key=_touched, reverse=True)[:_RECENT],
        has_records=bool(book.links.pages),
        badge_code=render_snippet(book.place(book.links.uri_of("index")), JOURNAL),
    )


def _touched(record: Record) -> tuple[datetime, int]:
    return record.updated_at or record.created_at or _EPOCH, record.id.number


def _running(book: Book) -> list[_Running]:
    """Posts and open tracking issues of experiments that go on, the latest update first."""
    posts = [
        _Running(node=post, updated=post.updated or post.date)
        for post in book.journal.posts
        if post.status is Status.RUNNING
    ]
    issues = [
        _Running(node=record, updated=record.updated_at or record.created_at)
        for record in book.journal.records.values()
        if record.state is State.OPEN
        and any(
            artifact.phase is Phase.EXPERIMENTATION
            for _, artifact in book.journal.find_problems(record.node)
        )
    ]
    return sorted((*posts, *issues), key=lambda item: item.updated or _EPOCH, reverse=True)


def _experiments(book: Book) -> Page:
    posts = sorted(book.journal.posts, key=lambda post: post.slug)
    posts.sort(key=lambda post: post.date or _EPOCH, reverse=True)
    uri = book.links.uri_of("experiments/index")
    return book.page(
        uri,
        "Experiments",
        "experiments.html",
        in_nav=True,
        description=f"All {len(posts)} experiments with status, outcome and metrics",
        posts=posts,
        lineage=render_lineage(book, book.place(uri)),
        has_types=any(post.type for post in posts),
        metrics=list(dict.fromkeys(name for post in posts for name in post.metrics)),
    )


def _workflow(book: Book) -> Page:
    phases = [_summary(book, phase) for phase in Phase]
    uri = book.links.uri_of("workflow/index")
    return book.page(
        uri,
        "Workflow",
        "workflow.html",
        in_nav=True,
        description="The five phases from a problem to a result, with everything in each",
        phases=phases,
        diagram=_workflow_diagram(phases, book.place(uri)),
    )


def _summary(book: Book, phase: Phase) -> _PhaseSummary:
    found = [
        _PhaseItem(node=book.journal.nodes[artifact.node], problem=problem)
        for problem in book.journal.problems
        for artifact in problem.find_phase(phase)
    ]
    found.sort(key=lambda item: (date_of(item.node) or _EPOCH, item.node.node), reverse=True)
    return _PhaseSummary(
        name=phase,
        text=_PHASE_TEXTS[phase],
        items=tuple(found[:_PER_PHASE]),
        more=max(0, len(found) - _PER_PHASE),
    )


def _workflow_diagram(phases: list[_PhaseSummary], place: Place) -> Markup:
    groups = [
        DiagramGroup(
            key=f"g_{phase.name}", label=numbered_title(phase.name), nodes=_boxes(phase, place)
        )
        for phase in phases
    ]
    arrows = [
        Arrow(source=f"g_{first.name}", target=f"g_{second.name}")
        for first, second in itertools.pairwise(phases)
    ]
    again = Arrow(
        source=f"g_{Phase.ITERATION}", target=f"g_{Phase.ANALYSIS}", label="next round", dotted=True
    )
    return render_block(
        render_flowchart(
            title="The workflow in five phases",
            description="A problem leads through analysis, solution design, implementation and "
            "experimentation to analysis and iteration, and from there to the next round.",
            groups=groups[::-1],
            arrows=[*arrows, again],
            direction="TB",
        )
    )


def _boxes(phase: _PhaseSummary, place: Place) -> tuple[DiagramNode, ...]:
    """One box for each artifact; a phase without any gets a box that says so."""
    head = DiagramNode(
        key=f"h_{phase.name}",
        label=f"and {phase.more} more" if phase.more else "nothing yet",
        phase=phase.name,
        link=f"#{phase.name}",
        tooltip=PHASE_TITLES[phase.name],
    )
    boxes = boxes_of([item.node for item in phase.items], phase.name, place)
    return (*boxes, head) if phase.more or not boxes else boxes
