"""Gaps and drift: each rule on the smallest journal that breaks it, and on one that does not."""

from __future__ import annotations

from typing import Any

import pytest

from journal_plugin.errors import Severity
from journal_plugin.model import State
from tests.support.make import build, day, make_issue, make_pull, page_of

NOW = day(6, 1)
TRACKING = {"labels": ["experiment", "problem:p"], "created_at": day(1, 10)}

SOUND = """\
---
date: 2026-02-01
problem: p
status: complete
outcome: success
hypothesis: A schedule helps.
success_criteria: [entropy above 2]
prs: [19]
issues: [20]
---
"""


def findings(records: list[Any], **texts: str) -> dict[str, str]:
    """Messages of the audit by code."""
    return {gap.code: gap.message for gap in build(records, now=NOW, **texts).journal.audit.gaps}


def sound_records() -> list[Any]:
    return [
        make_issue(18, labels=["problem:p", "problem"], state=State.CLOSED),
        make_pull(19, body="Closes #18", merged_at=day(1, 9)),
        make_issue(20, body="Tests #19", **TRACKING, state=State.CLOSED, closed_at=day(1, 20)),
    ]


def test_a_sound_story_has_no_finding() -> None:
    assert findings(sound_records(), a=SOUND) == {}


@pytest.mark.parametrize(
    ("old", "new", "code", "message"),
    [
        ("hypothesis: A schedule helps.\n", "", "no-hypothesis",
         "there is a result, but no hypothesis is stated"),
        ("success_criteria: [entropy above 2]\n", "", "no-success-criteria",
         "success is claimed, but no success criteria are stated"),
        ("status: complete", "status: running", "closed-but-running",
         "status is running as of 2026-02-01, but tracking issue #20 was closed on 2026-01-20"),
        ("status: complete", "status: superseded", "superseded-by-nothing",
         "status is superseded, but no post supersedes it"),
    ],
)  # fmt: skip
def test_what_a_post_lacks(old: str, new: str, code: str, message: str) -> None:
    assert findings(sound_records(), a=SOUND.replace(old, new))[code] == message


@pytest.mark.parametrize("heading", ["## Hypothesis", "### Hypotheses", "## 1. Hypothesis"])
def test_a_section_counts_as_a_hypothesis(heading: str) -> None:
    text = SOUND.replace("hypothesis: A schedule helps.\n", "") + f"\n{heading}\n\nIt helps.\n"
    assert "no-hypothesis" not in findings(sound_records(), a=text)


def test_a_merged_pull_without_result_and_validation() -> None:
    records = [r for r in sound_records() if r.id.number != 20]
    assert findings(records) == {
        "no-result-post": "#19 was merged on 2026-01-09, but no post reports on it",
        "no-validation": "#19 was merged on 2026-01-09, but no validation experiment tests it",
    }


def test_an_experiment_that_nobody_wrote_up() -> None:
    assert set(findings(sound_records())) == {"no-result-post"}


@pytest.mark.parametrize(("month", "stale"), [(4, False), (3, True)])
def test_a_run_is_stale_after_sixty_days(month: int, stale: bool) -> None:  # noqa: FBT001 - a table's column
    text = f"---\ndate: 2026-{month:02d}-15\nstatus: running\n---\n"
    assert ("stale-run" in findings([], a=text)) is stale


def test_a_comment_keeps_a_run_alive() -> None:
    text = "---\ndate: 2026-01-15\nstatus: running\nissues: [20]\n---\n"
    quiet = make_issue(20, **TRACKING)
    heard = make_issue(20, **TRACKING, updated_at=day(5, 20))
    assert findings([quiet], a=text)["stale-run"].startswith("running for 137 days")
    assert "stale-run" not in findings([heard], a=text)


def test_a_tracking_issue_goes_stale_too() -> None:
    message = findings([make_issue(20, **TRACKING)])["stale-run"]
    assert message == (
        "tracking issue #20 is open, but nothing happened for 142 days, since 2026-01-10"
    )


def test_drift_names_both_sides_and_is_a_warning() -> None:
    records = sound_records()
    records[2] = make_issue(20, body="Tests #19", **TRACKING, updated_at=day(5, 20))
    records[1] = make_pull(19, body="Closes #18", state=State.CLOSED, closed_at=day(1, 30))
    gaps = {gap.code: gap for gap in build(records, now=NOW, a=SOUND).journal.audit.gaps}
    assert {code: (gap.message, gap.severity) for code, gap in gaps.items()} == {
        "open-but-over": (
            "status is complete as of 2026-02-01, but tracking issue #20 is still open",
            Severity.WARNING,
        ),
        "unmerged-pull": (
            "the post on 2026-02-01 reports on #19, which was closed without merging on 2026-01-30",
            Severity.WARNING,
        ),
    }


def test_a_superseded_post_should_say_so() -> None:
    gaps = findings(
        sound_records(), a=SOUND, b="---\ntitle: Better\ndate: 2026-03-01\nsupersedes: a\n---\n"
    )
    assert gaps["superseded-but-active"] == (
        "status is complete as of 2026-02-01, but 'Better' supersedes it on 2026-03-01"
    )


def test_success_with_an_open_problem() -> None:
    records = sound_records()
    records[0] = make_issue(18, labels=["problem:p", "problem"])
    assert findings(records, a=SOUND) == {
        "open-after-success": "the outcome is success on 2026-02-01, but #18 is still open"
    }


def test_gaps_stand_on_the_page_in_the_data_and_among_the_diagnostics() -> None:
    text = SOUND.replace("hypothesis: A schedule helps.\n", "")
    built = build(sound_records(), now=NOW, a=text)
    sentence = "There is a result, but no hypothesis is stated."
    assert sentence in page_of(built, "problems/p")
    assert b'"code": "no-hypothesis"' in built.assets[0].content
    assert [str(found) for found in built.diagnostics] == [
        "docs/posts/a.md:5: there is a result, but no hypothesis is stated [no-hypothesis]"
    ]


def test_without_a_clock_the_latest_date_in_the_data_is_now() -> None:
    text = "---\ndate: 2026-01-01\nstatus: running\n---\n"
    assert build([], a=text).journal.audit.gaps == ()
    newer = make_issue(1, updated_at=day(5, 1))
    assert [gap.code for gap in build([newer], a=text).journal.audit.gaps] == ["stale-run"]
