"""What leads to what: the chain stays, the short cuts go, circles are left alone."""

from __future__ import annotations

import pytest

from journal_plugin.model import EdgeKind
from journal_plugin.pages.boxes import Lead
from journal_plugin.pages.diagrams import order_phases, reduce_leads
from journal_plugin.pages.mermaid import Arrow, DiagramGroup, DiagramNode
from journal_plugin.vocabulary import Phase


@pytest.mark.parametrize(
    ("leads", "kept"),
    [
        ("ab bc ac", "ab bc"),
        ("ab bc cd ad bd", "ab bc cd"),
        ("ab ac bd cd", "ab ac bd cd"),
        ("ab ba", "ab ba"),
        ("ab bc ca ad", "ab bc ca ad"),
        ("", ""),
    ],
)
def test_short_cuts_go(leads: str, kept: str) -> None:
    made = tuple(Lead(source=s, target=t, kind=EdgeKind.FOLLOWS) for s, t in leads.split())
    assert " ".join(lead.source + lead.target for lead in reduce_leads(made)) == kept


@pytest.mark.parametrize(
    ("phases", "drawn", "hidden"),
    [
        ("problem analysis design", "", "problem>analysis analysis>design"),
        ("problem design implementation", "design>implementation", "problem>design"),
        ("problem analysis", "analysis>problem", ""),
        ("implementation experimentation iteration", "", ""),
    ],
)
def test_early_phases_stand_below_each_other(phases: str, drawn: str, hidden: str) -> None:
    groups = [
        DiagramGroup(
            key=f"g_{name}",
            label=name,
            nodes=(DiagramNode(key=name, label="x", phase=Phase(name)),),
        )
        for name in phases.split()
    ]
    arrows = [Arrow(source=s, target=t) for s, _, t in (a.partition(">") for a in drawn.split())]
    found = order_phases(groups, arrows)
    assert " ".join(f"{arrow.source}>{arrow.target}" for arrow in found) == hidden
    assert all(arrow.hidden for arrow in found)
