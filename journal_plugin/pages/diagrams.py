"""The diagrams: the flow of a problem, its schedule, and the lineage of all experiments.

A diagram stays readable whatever the size of the journal: beyond a limit, boxes are gathered into
one that counts them, and arrows between the same two boxes are drawn once.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from journal_plugin.membership import date_of
from journal_plugin.model import EdgeKind, Post, Record
from journal_plugin.pages.backlinks import passive_words
from journal_plugin.pages.book import title_of
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
    from collections.abc import Iterable, Mapping, Sequence

    from markupsafe import Markup

    from journal_plugin.model import Node
    from journal_plugin.pages.book import Book
    from journal_plugin.pages.place import Place
    from journal_plugin.problems import Artifact, Problem

PER_GROUP = 8
"""Boxes of one frame before the rest is gathered."""
ALL_GROUPS = 40
"""Boxes of the lineage before whole problems are gathered."""

_EARLY = ("g_problem", "g_analysis", "g_design", "g_implementation")
_FLOW = frozenset(EdgeKind) - {EdgeKind.MENTIONS}
_LINEAGE = (EdgeKind.FOLLOWS, EdgeKind.REPLICATES, EdgeKind.SUPERSEDES, EdgeKind.CORRECTS)


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Step:
    """What leads to what, in the direction of time: the reverse of who states what."""

    source: str
    target: str
    kind: EdgeKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Lineage:
    """The lineage as a diagram and as text."""

    diagram: Markup
    lines: tuple[tuple[Post, tuple[tuple[str, Post], ...]], ...]
    """Each experiment that something came of, with what: in words, and the later one."""


def find_steps(book: Book, members: Iterable[str], kinds: Iterable[EdgeKind]) -> tuple[Step, ...]:
    """The steps between `members`, sorted."""
    inside, wanted = set(members), set(kinds)
    return tuple(
        sorted(
            {
                Step(source=edge.target, target=edge.source, kind=edge.kind)
                for node in inside
                for edge in book.journal.graph.find_incoming(node)
                if edge.kind in wanted and edge.source in inside
            }
        )
    )


def find_flow(book: Book, problem: Problem) -> tuple[Step, ...]:
    """The steps between the artifacts of a problem."""
    return find_steps(book, (artifact.node for artifact in problem.artifacts), _FLOW)


def reduce_steps(steps: Sequence[Step]) -> tuple[Step, ...]:
    """The steps without those that a longer way says too, so that the chain stays visible.

    Where steps go round in a circle, all of them stay.
    """
    after: dict[str, set[str]] = {}
    for step in steps:
        after.setdefault(step.source, set()).add(step.target)
    reach = {node: _reachable(node, after) for node in after}
    return tuple(
        step
        for step in steps
        if step.source in reach.get(step.target, ())
        or not any(
            step.target in reach.get(middle, ()) and step.source not in reach.get(middle, ())
            for middle in after[step.source] - {step.target}
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
        *_arrows(book, reduce_steps(find_flow(book, problem)), keys),
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


def render_lineage(book: Book, place: Place) -> Lineage | None:
    """Which experiment follows, replicates, supersedes or corrects which; None if none does."""
    _ = book.words.gettext
    posts = {post.node: post for post in book.journal.posts}
    steps = find_steps(book, posts, _LINEAGE)
    if not steps:
        return None
    shown = [node for node in posts if any(node in (s.source, s.target) for s in steps)]
    keys: dict[str, str] = {}
    groups = _lineage_groups(book, shown, keys, place)
    source = render_flowchart(
        title=_("Lineage of the experiments"),
        description=_("%(count)s experiments and what came of each.") % {"count": len(shown)},
        groups=groups,
        arrows=_arrows(book, steps, keys),
    )
    lines = tuple(
        (
            posts[node],
            tuple(
                (_(passive_words(step.kind, step.target)), posts[step.target])
                for step in steps
                if step.source == node
            ),
        )
        for node in shown
    )
    return Lineage(diagram=render_block(source), lines=tuple(line for line in lines if line[1]))


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
        boxes.insert(half, _more(book, key, len(artifacts) - len(shown), phase, f"#{phase}"))
    return DiagramGroup(key=f"g_{phase}", label=book.numbered_title(phase), nodes=tuple(boxes))


def _lineage_groups(
    book: Book, shown: Sequence[str], keys: dict[str, str], place: Place
) -> list[DiagramGroup]:
    """One frame a problem; in a large journal one box a problem."""
    by_problem: dict[str, list[str]] = {}
    for node in shown:
        found = book.journal.find_problems(node)
        by_problem.setdefault(found[0][0].slug if found else "", []).append(node)
    gather = len(shown) > ALL_GROUPS
    groups = []
    for number, (slug, nodes) in enumerate(sorted(by_problem.items())):
        link = place.to_problem(slug) if slug else None
        title = _problem_title(book, slug)
        boxes = _lineage_boxes(book, nodes, number, place)
        if gather and len(nodes) > 1:
            key = f"p{number}"
            keys |= dict.fromkeys(nodes, key)
            boxes = (_more(book, key, len(nodes), Phase.ITERATION, link),)
        else:
            keys |= {node: box.key for node, box in zip(nodes, boxes, strict=True)}
        groups.append(DiagramGroup(key=f"g{number}", label=title, nodes=boxes))
    return groups


def _lineage_boxes(
    book: Book, nodes: Sequence[str], number: int, place: Place
) -> tuple[DiagramNode, ...]:
    return tuple(
        _post_box(post, f"p{number}_{index}", Phase.ITERATION, place)
        for index, node in enumerate(nodes)
        if isinstance(post := book.journal.nodes[node], Post)
    )


def _problem_title(book: Book, slug: str) -> str:
    titles = {problem.slug: problem.title for problem in book.journal.problems}
    return titles.get(slug, book.words.gettext("No problem named"))


def _arrows(book: Book, steps: Iterable[Step], keys: Mapping[str, str]) -> list[Arrow]:
    """One arrow for each pair of boxes; the words are those of the first step between them."""
    pairs: dict[tuple[str, str], str] = {}
    for step in steps:
        pair = (keys[step.source], keys[step.target])
        if pair[0] != pair[1]:
            pairs.setdefault(pair, book.words.gettext(passive_words(step.kind, step.target)))
    return [Arrow(source=s, target=t, label=words) for (s, t), words in pairs.items()]


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


def _more(book: Book, key: str, count: int, phase: Phase, link: str | None) -> DiagramNode:
    _ = book.words.gettext
    label = _("%(count)s more") % {"count": count}
    return DiagramNode(key=key, label=label, phase=phase, link=link, tooltip=_("Show all"))


def _box(book: Book, artifact: Artifact, key: str, place: Place) -> DiagramNode:
    node = book.journal.nodes[artifact.node]
    if isinstance(node, Post):
        return _post_box(node, key, artifact.phase, place)
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


def _post_box(post: Post, key: str, phase: Phase, place: Place) -> DiagramNode:
    words = ", ".join(place.book.word(word) for word in (post.status, post.outcome) if word)
    return DiagramNode(
        key=key,
        label="\n".join(filter(None, (post.title, words))),
        phase=phase,
        link=place.to_node(post),
        tooltip=post.title,
    )


def boxes_of(nodes: Sequence[Node], phase: Phase, place: Place) -> tuple[DiagramNode, ...]:
    """Plain boxes for the workflow page: title and link."""
    return tuple(
        DiagramNode(
            key=f"{phase}{index}",
            label=title_of(node),
            phase=phase,
            state=node.state.value if isinstance(node, Record) else "none",
            link=place.to_node(node),
            tooltip=place.book.describe(node) if isinstance(node, Record) else node.title,
        )
        for index, node in enumerate(nodes)
    )
