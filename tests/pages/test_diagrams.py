"""What leads to what: the chain stays, the short cuts go, circles are left alone."""

from __future__ import annotations

import pytest

from journal_plugin.model import EdgeKind
from journal_plugin.pages.diagrams import Step, reduce_steps


@pytest.mark.parametrize(
    ("steps", "kept"),
    [
        ("ab bc ac", "ab bc"),
        ("ab bc cd ad bd", "ab bc cd"),
        ("ab ac bd cd", "ab ac bd cd"),
        ("ab ba", "ab ba"),
        ("ab bc ca ad", "ab bc ca ad"),
        ("", ""),
    ],
)
def test_short_cuts_go(steps: str, kept: str) -> None:
    made = tuple(Step(source=s, target=t, kind=EdgeKind.FOLLOWS) for s, t in steps.split())
    assert " ".join(step.source + step.target for step in reduce_steps(made)) == kept
