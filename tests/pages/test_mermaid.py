"""Diagrams are valid for the real Mermaid, whatever strangers put into a title."""

from __future__ import annotations

from datetime import timedelta

import mermaidx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from journal_plugin.model import State
from journal_plugin.pages.mermaid import (
    Arrow,
    DiagramGroup,
    DiagramNode,
    Task,
    render_flowchart,
    render_gantt,
)
from journal_plugin.vocabulary import Phase
from tests.support.make import build, day, make_issue, make_pull, page_of

HOSTILE = [
    'end"]',
    'a]:::x click n0 href "javascript:alert(1)"',
    "%%{init: {'theme': 'dark'}}%%",
    "---\nconfig: {}\n---",
    "<script>alert(1)</script>",
    "#quot; #35; &lt;",
    "`**markdown**`",
    "subgraph x\nend",
    "a;b:c|d{e}(f)[g]<h>",
    "مرحبا 你好 🟡",
    "$$x^2$$",
    "o/x --> style default",
    " ",
    "",
]


def drawn(source: str) -> str:
    """The diagram as the real Mermaid draws it; raises if it cannot."""
    return mermaidx.render(source).svg()


def flowchart(text: str) -> str:
    nodes = tuple(
        DiagramNode(
            key=f"n{i}",
            label=f"{text}\n{text}",
            phase=phase,
            state="open",
            link="../a/?b=c&d#e",
            tooltip=text,
        )
        for i, phase in enumerate(Phase)
    )
    groups = [DiagramGroup(key="g1", label=text, nodes=nodes)]
    arrows = [
        Arrow(source="n0", target="n1", label=text),
        Arrow(source="n1", target="n2", dotted=True),
    ]
    return render_flowchart(title=text, description=text, groups=groups, arrows=arrows)


def gantt(text: str) -> str:
    task = Task(key="t0", label=text, start=day(1, 1), end=day(2, 1), done=True)
    point = Task(key="t1", label=text, start=day(1, 5), end=None, done=True)
    return render_gantt(title=text, sections={text or "x": [task, point]})


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_labels_stay_labels(text: str) -> None:
    for source in (flowchart(text), gantt(text)):
        svg = drawn(source)
        assert 'href="javascript' not in svg
        assert "<script" not in svg


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.text(max_size=60))
def test_any_text_gives_a_valid_diagram(text: str) -> None:
    assert drawn(flowchart(text)).startswith("<svg")
    assert drawn(gantt(text)).startswith("<svg")


@pytest.mark.parametrize("days", [0, 3, 30, 100, 400, 800, 3000])
def test_a_schedule_of_any_length_has_few_ticks(days: int) -> None:
    task = Task(
        key="t0", label="x", start=day(1, 1), end=day(1, 1) + timedelta(days=days), done=True
    )
    assert drawn(render_gantt(title="x", sections={"x": [task]})).startswith("<svg")


def _records(count: int) -> list[object]:
    root = make_issue(
        1, "Root", "### Roadmap\n\nA plan.", labels=["problem:p", "problem"], created_at=day(1)
    )
    pulls = [
        make_pull(n, f"Attempt {n}", "Implements #1", created_at=day(2), state=State.OPEN)
        for n in range(2, count + 1)
    ]
    return [root, *pulls]


@pytest.mark.parametrize(("count", "boxes"), [(5, 7), (200, 12)])
def test_a_case_study_never_becomes_a_hairball(count: int, boxes: int) -> None:
    """Root, two of its sections, and at most eight boxes a phase with one that counts the rest."""
    html = page_of(build(_records(count)), "problems/p")
    source = html.split('<pre class="mermaid"><code>')[1].split("</code>")[0]
    assert source.count(":::") == boxes
    assert source.count("--&gt;") <= 2 * boxes
    assert ("191 more" in source) == (count == 200)


def test_the_list_beside_the_diagram_names_every_artifact() -> None:
    html = page_of(build(_records(200)), "problems/p")
    text = html.split("The diagram as a list")[1].split("</details>")[0]
    assert all(f"#{number} Attempt" in text for number in range(2, 201))


def test_the_lineage_groups_a_large_journal() -> None:
    def posts(count: int) -> dict[str, str]:
        return {
            f"p{n:03d}": f"---\nproblem: {'even' if n % 2 == 0 else 'odd'}\n"
            + (f"follows: p{n - 2:03d}\n" if n > 1 else "")
            + "---\n"
            for n in range(count)
        }

    few = page_of(build(**posts(6)), "experiments/index")
    many = page_of(build(**posts(200)), "experiments/index")
    assert few.count(":::") == 6
    assert many.count(":::") == 2
    assert many.count("followed by") >= 198
