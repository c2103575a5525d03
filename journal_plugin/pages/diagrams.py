"""The diagrams of a problem: its flow and its schedule.

A diagram stays readable whatever the size of the journal: beyond a limit, boxes are gathered into
one that counts them, and arrows between the same two boxes are drawn once.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from journal_plugin.dates import date_of
from journal_plugin.model import EdgeKind, Post
from journal_plugin.pages.book import title_of
from journal_plugin.pages.boxes import find_arrows, find_leads, make_count_box, make_post_box
from journal_plugin.pages.mermaid import (
    Arrow,
    DiagramGroup,
    DiagramNode,
    Task,
    render_block,
    render_flowchart,
    render_gantt,
)
from journal_plugin.vocabulary import Phase

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from markupsafe import Markup

    from journal_plugin.model import Record
    from journal_plugin.pages.book import Book
    from journal_plugin.pages.boxes import Lead
    from journal_plugin.pages.place import Place
    from journal_plugin.problems import Artifact, Problem

PER_GROUP = 8
"""Boxes of one frame before the rest is gathered."""

_EARLY = ("g_problem", "g_analysis", "g_design", "g_implementation")
_FLOW = frozenset(EdgeKind) - {EdgeKind.MENTIONS}


def find_flow(book: Book, problem: Problem) -> tuple[Lead, ...]:
    """The leads between the artifacts of a problem."""
    return find_leads(book, (artifact.node for artifact in problem.artifacts), _FLOW)


def reduce_leads(leads: Sequence[Lead]) -> tuple[Lead, ...]:
    """The leads without those that a longer way says too, so that the chain stays visible.

    Where leads go round in a circle, all of them stay.
    """
    after: dict[str, set[str]] = {}
    for lead in leads:
        after.setdefault(lead.source, set()).add(lead.target)
    reach = {node: _reachable(node, after) for node in after}
    return tuple(
        lead
        for lead in leads
        if lead.source in reach.get(lead.target, ())
        or not any(
            lead.target in reach.get(middle, ()) and lead.source not in reach.get(middle, ())
            for middle in after[lead.source] - {lead.target}
        )
    )


def _reachable(node: str, after: Mapping[str, set[str]]) -> frozenset[str]:
    found: set[str] = set()
    waiting = [*after.get(node, ())]
    while waiting:
        target = waiting.pop()
        if target not in found:
            found.add(target)
            waiting += after.get(target, ())
    return frozenset(found)


def render_flow(book: Book, problem: Problem, place: Place) -> Markup | None:
    """The phases of a problem with its own artifacts; None if it has none."""
    if not problem.artifacts:
        return None
    keys: dict[str, str] = {}
    groups = []
    for phase in Phase:
        artifacts = problem.find_phase(phase)
        if artifacts:
            groups.append(_phase_group(book, phase, artifacts, keys, place))
    arrows = [
        *_section_arrows(problem, keys),
        *find_arrows(book, reduce_leads(find_flow(book, problem)), keys),
    ]
    _ = book.words.gettext
    names = ", ".join(
        f"{book.title_of_phase(phase)} {len(problem.find_phase(phase))}" for phase in Phase
    )
    source = render_flowchart(
        title=_("Case study: %(title)s") % {"title": problem.title},
        description=_("The artifacts of the problem by phase: %(names)s.") % {"names": names},
        groups=groups[::-1],  # Mermaid lays the last frame out first
        arrows=[*arrows, *order_phases(groups, arrows)],
        direction="TB",
    )
    return render_block(source)


def render_schedule(book: Book, problem: Problem) -> Markup | None:
    """When each artifact was open, by phase; None if fewer than two have a date."""
    _ = book.words.gettext
    tasks: dict[str, list[Task]] = {}
    for index, artifact in enumerate(a for a in problem.artifacts if a.section is None):
        node = book.journal.nodes[artifact.node]
        start = date_of(node)
        row = tasks.setdefault(book.numbered_title(artifact.phase), [])
        if start and len(row) < PER_GROUP:
            end = None if isinstance(node, Post) else node.merged_at or node.closed_at
            done = isinstance(node, Post) or end is not None
            row.append(Task(key=f"t{index}", label=title_of(node), start=start, end=end, done=done))
    rows = {name: found for name, found in tasks.items() if found}
    if sum(map(len, rows.values())) < 2:  # noqa: PLR2004 - one bar says nothing
        return None
    return render_block(
        render_gantt(
            title=_("Schedule: %(title)s") % {"title": problem.title},
            description=_("%(count)s artifacts between %(first)s and %(last)s."),
            sections=rows,
        )
    )


def _phase_group(
    book: Book, phase: Phase, artifacts: Sequence[Artifact], keys: dict[str, str], place: Place
) -> DiagramGroup:
    """A frame with the oldest and the latest artifacts; those between are counted."""
    over = len(artifacts) > PER_GROUP
    half = PER_GROUP // 2
    shown = [*artifacts[:half], *artifacts[-half:]] if over else list(artifacts)
    boxes: list[DiagramNode] = []
    for artifact in shown:
        key = f"{phase}{len(boxes)}"
        keys[_key_of(artifact)] = key
        boxes.append(_box(book, artifact, key, place))
    if over:
        key = f"{phase}more"
        keys |= {artifact.node: key for artifact in artifacts[half:-half]}
        boxes.insert(
            half, make_count_box(book, key, len(artifacts) - len(shown), phase, f"#{phase}")
        )
    return DiagramGroup(key=f"g_{phase}", label=book.numbered_title(phase), nodes=tuple(boxes))


def _key_of(artifact: Artifact) -> str:
    return artifact.node if artifact.section is None else f"{artifact.node} {artifact.phase}"


def _section_arrows(problem: Problem, keys: Mapping[str, str]) -> list[Arrow]:
    """Tie a section to the issue that it is part of, in the direction of the phases."""
    order = list(Phase)
    whole = {a.node: a.phase for a in problem.artifacts if a.section is None}
    arrows = []
    for artifact in problem.artifacts:
        if artifact.section is not None:
            ends = [keys[_key_of(artifact)], keys[artifact.node]]
            if order.index(artifact.phase) > order.index(whole[artifact.node]):
                ends.reverse()
            arrows.append(Arrow(source=ends[0], target=ends[1], dotted=True))
    return arrows


def order_phases(groups: Sequence[DiagramGroup], arrows: Sequence[Arrow]) -> list[Arrow]:
    """Put each phase up to the implementation below the one before where no arrow does."""
    frames = {node.key: group.key for group in groups for node in group.nodes}
    tied = {frozenset((frames[arrow.source], frames[arrow.target])) for arrow in arrows}
    early = [group for group in groups if group.key in _EARLY]
    return [
        Arrow(source=above.nodes[0].key, target=below.nodes[0].key, hidden=True)
        for above, below in pairwise(early)
        if frozenset((above.key, below.key)) not in tied
    ]


def _box(book: Book, artifact: Artifact, key: str, place: Place) -> DiagramNode:
    node = book.journal.nodes[artifact.node]
    if isinstance(node, Post):
        return make_post_box(node, key, artifact.phase, place)
    return _record_box(node, key, artifact, place)


def _record_box(record: Record, key: str, artifact: Artifact, place: Place) -> DiagramNode:
    book = place.book
    number = f"#{record.id.number}"
    if artifact.section is None:
        label = f"{number} ({book.word(record.state)})\n{record.title}"
    else:
        where = book.words.gettext("in %(number)s") % {"number": number}
        label = f"“{artifact.section or record.title}”\n{where}"
    return DiagramNode(
        key=key,
        label=label,
        phase=artifact.phase,
        state=record.state.value,
        link=place.to_node(record),
        tooltip=book.describe(record),
    )
