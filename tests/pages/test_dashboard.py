"""The dashboard: what runs, what is open, what came out, what needs attention."""

from __future__ import annotations

from tests.support.make import build, day, make_issue, page_of


def part(html: str, anchor: str) -> str:
    """The section below a heading."""
    return html.split(f'<h2 id="{anchor}">', 1)[1].split("<h2", 1)[0]


def test_results_show_the_deciding_number_against_its_baseline() -> None:
    built = build(
        a="---\ndate: 2026-01-01\nstatus: complete\noutcome: success\n"
        "metrics:\n  empty: {value: null}\n  loss: {value: 0.2, baseline: 0.5, better: lower}\n  acc: 0.9\n---\n# A\n"
    )
    results = part(page_of(built, "index"), "results")
    assert "loss" in results
    assert "0.2" in results
    assert "baseline 0.5" in results
    assert "journal-verdict--better" in results
    assert "acc" not in results


def test_open_problems_come_with_their_phase_and_closed_ones_apart() -> None:
    built = build(
        [make_issue(1, labels=("problem",), title="Still open", created_at=day(1))],
        a="---\nproblem: solved\nstatus: complete\noutcome: success\ndate: 2026-01-01\n---\n# A\n",
    )
    html = page_of(built, "index")
    assert "Still open" in part(html, "problems")
    assert "reached: Analysis" in part(html, "problems")
    assert "problems/solved/" in part(html, "closed-problems")


def test_warnings_stand_first_and_gaps_are_counted_by_kind() -> None:
    built = build(
        [make_issue(1)],
        a="---\noutcome: failure\nissues: [99]\n---\n# A\n",
        b="---\noutcome: failure\n---\n# B\n",
    )
    infos = [f for f in built.diagnostics if f.severity == "info"]
    urgent = [f for f in built.diagnostics if f.severity != "info"]
    attention = part(page_of(built, "index"), "attention")
    assert infos
    assert urgent
    assert attention.index("unknown issue #99") < attention.index("<details")
    assert [f.code for f in infos] == ["no-hypothesis", "no-hypothesis"]
    assert 'There is a result, but no hypothesis <span class="journal-count">2</span>' in attention


def test_activity_is_readable_as_a_table() -> None:
    built = build([make_issue(1, created_at=day(1)), make_issue(2, created_at=day(3))])
    activity = part(page_of(built, "index"), "activity")
    assert activity.count('<th scope="row">2026-') == 3
    assert activity.count('journal-activity__bar--issues" style') == 2
