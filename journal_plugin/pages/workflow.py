"""The workflow page: the five phases, with everything in each."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

from journal_plugin.dates import date_of
from journal_plugin.pages.boxes import boxes_of
from journal_plugin.pages.mermaid import (
    Arrow,
    DiagramGroup,
    DiagramNode,
    render_block,
    render_flowchart,
)
from journal_plugin.pages.words import mark
from journal_plugin.vocabulary import Phase

if TYPE_CHECKING:
    from collections.abc import Mapping

    from markupsafe import Markup

    from journal_plugin.model import Node
    from journal_plugin.pages.book import Book
    from journal_plugin.pages.page import Page
    from journal_plugin.pages.place import Place
    from journal_plugin.problems import Problem

_PER_PHASE = 6
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

_PHASE_TEXTS: Mapping[Phase, str] = {
    Phase.PROBLEM: mark("Something does not behave as it should, and somebody says so."),
    Phase.ANALYSIS: mark("An issue states the problem and looks for its root causes."),
    Phase.DESIGN: mark(
        "The issue gets a roadmap: what will be tried, and how success is measured."
    ),
    Phase.IMPLEMENTATION: mark("A documented pull request puts the solution into code."),
    Phase.EXPERIMENTATION: mark("A tracking issue follows the run while it goes on."),
    Phase.ITERATION: mark("A post reports the result and says what comes next."),
}


class _PhaseItem(NamedTuple):
    node: Node
    problem: Problem


class _PhaseSummary(NamedTuple):
    name: Phase
    text: str
    items: tuple[_PhaseItem, ...]
    more: int


def render_workflow(book: Book) -> Page:
    """The page."""
    _ = book.words.gettext
    phases = [_summary(book, phase) for phase in Phase]
    uri = book.links.uri_of("workflow/index")
    return book.page(
        uri,
        _("Workflow"),
        "workflow.html",
        in_nav=True,
        description=_("The five phases from a problem to a result, with everything in each"),
        phases=phases,
        diagram=_diagram(phases, book.place(uri)),
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
        text=book.words.gettext(_PHASE_TEXTS[phase]),
        items=tuple(found[:_PER_PHASE]),
        more=max(0, len(found) - _PER_PHASE),
    )


def _diagram(phases: list[_PhaseSummary], place: Place) -> Markup:
    book = place.book
    _ = book.words.gettext
    groups = [
        DiagramGroup(
            key=f"g_{phase.name}", label=book.numbered_title(phase.name), nodes=_boxes(phase, place)
        )
        for phase in phases
    ]
    arrows = [
        Arrow(source=f"g_{first.name}", target=f"g_{second.name}")
        for first, second in itertools.pairwise(phases)
    ]
    again = Arrow(
        source=f"g_{Phase.ITERATION}",
        target=f"g_{Phase.ANALYSIS}",
        label=_("next round"),
        dotted=True,
    )
    return render_block(
        render_flowchart(
            title=_("The workflow in five phases"),
            description=_(
                "A problem leads through analysis, solution design, implementation and "
                "experimentation to analysis and iteration, and from there to the next round."
            ),
            groups=groups[::-1],
            arrows=[*arrows, again],
            direction="TB",
        )
    )


def _boxes(phase: _PhaseSummary, place: Place) -> tuple[DiagramNode, ...]:
    """One box for each artifact; a phase without any gets a box that says so."""
    _ = place.book.words.gettext
    more = _("and %(count)s more") % {"count": phase.more}
    head = DiagramNode(
        key=f"h_{phase.name}",
        label=more if phase.more else _("nothing yet"),
        phase=phase.name,
        link=f"#{phase.name}",
        tooltip=place.book.title_of_phase(phase.name),
    )
    boxes = boxes_of([item.node for item in phase.items], phase.name, place)
    return (*boxes, head) if phase.more or not boxes else boxes
