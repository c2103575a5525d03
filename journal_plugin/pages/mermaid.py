"""Mermaid diagrams as text; every label goes through the one escape."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from markupsafe import Markup

from journal_plugin.text.escape import escape_html, escape_mermaid, shorten
from journal_plugin.vocabulary import Phase

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

_COLORS = {
    Phase.PROBLEM: "#e5654f",
    Phase.ANALYSIS: "#d99a1b",
    Phase.DESIGN: "#a39100",
    Phase.IMPLEMENTATION: "#3f8fd2",
    Phase.EXPERIMENTATION: "#8a6fdf",
    Phase.ITERATION: "#3fa35a",
}
"""One colour a phase, for the frame of a box and, mostly transparent, for its ground: so the
theme's own text colour keeps its contrast in light and dark."""
_TINT = "2e"

_STATES = {
    "open": "stroke-width:2px,stroke-dasharray:6 3",
    "closed": "stroke-width:2px",
    "merged": "stroke-width:5px",
    "draft": "stroke-width:2px,stroke-dasharray:2 2",
    "none": "stroke-width:1px",
}
_LABEL = 48
_BAR = 36
_TICKS = (
    (5, "1day", "%m-%d"),
    (35, "1week", "%m-%d"),
    (150, "1month", "%Y-%m"),
    (450, "3month", "%Y-%m"),
    (900, "6month", "%Y-%m"),
)
"""Up to how many days, which distance between ticks and which label."""


class DiagramNode(NamedTuple):
    """One box."""

    key: str
    """Letters and digits only, unique in the diagram."""
    label: str
    """Plain text; a line break splits it."""
    phase: Phase
    state: str = "none"
    """`open`, `closed`, `merged`, `draft` or `none`."""
    link: str | None = None
    """Relative link."""
    tooltip: str = ""


class DiagramGroup(NamedTuple):
    """A frame around boxes."""

    key: str
    label: str
    nodes: tuple[DiagramNode, ...]


class Arrow(NamedTuple):
    """A line between two boxes or frames."""

    source: str
    target: str
    label: str = ""
    dotted: bool = False
    hidden: bool = False
    """Not drawn: it only puts the target below the source."""


class Task(NamedTuple):
    """One bar of a Gantt chart, or a milestone if it has no end and is done."""

    key: str
    """Letters and digits only, unique in the chart."""
    label: str
    start: datetime
    end: datetime | None
    done: bool


def render_gantt(
    *,
    title: str,
    sections: Mapping[str, Sequence[Task]],
    description: str = "%(count)s artifacts between %(first)s and %(last)s.",
) -> str:
    """A Gantt chart as Mermaid text; whatever is still open ends with the latest date."""
    tasks = [task for found in sections.values() for task in found]
    last = max(task.end or task.start for task in tasks)
    lines = [
        "gantt",
        f"  accTitle: {_words(title, 120)}",
        f"  accDescr: {_words(_describe_tasks(description, tasks), 400)}",
        "  dateFormat YYYY-MM-DD",
        *_axis(tasks, last),
    ]
    for name, found in sections.items():
        lines.append(f"  section {_words(name, _LABEL)}")
        lines += [f"  {_task(task, last)}" for task in found]
    return "\n".join(lines)


def _axis(tasks: Sequence[Task], last: datetime) -> tuple[str, str]:
    """Few enough ticks that their labels fit on a phone."""
    days = (last - min(task.start for task in tasks)).days
    for limit, interval, form in _TICKS:
        if days <= limit:
            return f"  axisFormat {form}", f"  tickInterval {interval}"
    return "  axisFormat %Y", "  tickInterval 12month"


def _describe_tasks(pattern: str, tasks: Sequence[Task]) -> str:
    first, last = min(t.start for t in tasks), max(t.end or t.start for t in tasks)
    dates = {"first": f"{first:%Y-%m-%d}", "last": f"{last:%Y-%m-%d}"}
    return pattern % {"count": len(tasks), **dates}


def _task(task: Task, last: datetime) -> str:
    label = _words(task.label, _BAR)
    if task.done and task.end is None:
        return f"{label} :milestone, {task.key}, {task.start:%Y-%m-%d}, 0d"
    tag = "" if task.done else "active, "
    end = max(task.end or last, task.start + timedelta(days=1))
    return f"{label} :{tag}{task.key}, {task.start:%Y-%m-%d}, {end:%Y-%m-%d}"


def render_flowchart(
    *,
    title: str,
    description: str,
    groups: Sequence[DiagramGroup],
    arrows: Sequence[Arrow],
    direction: str = "LR",
) -> str:
    """A flowchart as Mermaid text."""
    lines = [
        f"flowchart {direction}",
        f"  accTitle: {_words(title, 120)}",
        f"  accDescr: {_words(description, 400)}",
    ]
    for group in groups:
        lines += [f'  subgraph {group.key}["{_words(group.label, _LABEL)}"]']
        lines += [f"    {_box(node)}" for node in group.nodes]
        lines += ["  end"]
    lines += [f"  {_arrow(arrow)}" for arrow in arrows]
    nodes = [node for group in groups for node in group.nodes]
    lines += [line for node in nodes if (line := _click(node))]
    return "\n".join([*lines, *_classes(nodes)])


def render_block(source: str) -> Markup:
    """Mermaid text as the element that Material turns into a diagram."""
    return Markup('<pre class="mermaid"><code>{}</code></pre>').format(escape_html(source))


def _words(text: str, limit: int) -> str:
    """Escaped words; Mermaid does not take an empty label."""
    return escape_mermaid(shorten(text, limit)).strip() or "untitled"


def _box(node: DiagramNode) -> str:
    label = "<br>".join(_words(line, _LABEL) for line in node.label.split("\n"))
    return f'{node.key}["{label}"]:::{_class_of(node)}'


def _arrow(arrow: Arrow) -> str:
    if arrow.hidden:
        return f"{arrow.source} ~~~ {arrow.target}"
    line = "-.->" if arrow.dotted else "-->"
    label = f'|"{_words(arrow.label, _LABEL)}"|' if arrow.label else ""
    return f"{arrow.source} {line}{label} {arrow.target}"


def _click(node: DiagramNode) -> str | None:
    if node.link is None:
        return None
    link = node.link.replace('"', "%22").replace("\n", "")
    return f'  click {node.key} href "{link}" "{_words(node.tooltip, 100)}"'


def _class_of(node: DiagramNode) -> str:
    return f"{node.phase}_{node.state}"


def _classes(nodes: Sequence[DiagramNode]) -> list[str]:
    used = sorted({(_class_of(node), node.phase, node.state) for node in nodes})
    return [
        f"  classDef {name} fill:{_COLORS[phase]}{_TINT},stroke:{_COLORS[phase]},{_STATES[state]}"
        for name, phase, state in used
    ]
