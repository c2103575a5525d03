"""Problems: how they are named, what belongs to them, in which phase, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from journal_plugin.model import CrossReference, RecordId, State
from journal_plugin.vocabulary import Outcome, Phase, Status
from tests.support.make import REPO, build, day, make_issue, make_pull, page_of

if TYPE_CHECKING:
    from journal_plugin.build import Build

STORY = [
    make_issue(
        18,
        "Mode collapse",
        "### Problem\n\nOnly commas.\n\n### Root causes\n\nToken bias.\n\n### Roadmap\n\nA schedule.\n",
        labels=["problem:mode-collapse", "problem"],
        state=State.CLOSED,
        created_at=day(1, 1),
    ),
    make_pull(19, "Schedule", "Closes #18", created_at=day(1, 5), merged_at=day(1, 9)),
    make_issue(20, "Validate", "Tests #19", labels=["experiment"], created_at=day(1, 10)),
    make_issue(21, "Unrelated", "Looks like #18 in passing.", created_at=day(1, 11)),
]
POST = """\
---
date: 2026-02-01
problem: mode-collapse
status: complete
outcome: success
issues: [18]
prs: [19]
---
## Conclusion

It works. More words.
"""


def chain(built: Build, slug: str = "mode-collapse") -> dict[str, list[str]]:
    """Short names of the artifacts by phase."""
    problem = next(p for p in built.journal.problems if p.slug == slug)
    return {
        phase.value: [
            a.node.replace(REPO, "") + (f" § {a.section}" if a.section is not None else "")
            for a in problem.find_phase(phase)
        ]
        for phase in Phase
        if problem.find_phase(phase)
    }


def test_the_story_is_told_in_its_phases() -> None:
    assert chain(build(STORY, a=POST)) == {
        "problem": ["issue:#18 § Problem"],
        "analysis": ["issue:#18"],
        "design": ["issue:#18 § Roadmap"],
        "implementation": ["pull:#19"],
        "experimentation": ["issue:#20"],
        "iteration": ["post:a"],
    }


def test_every_artifact_says_why_it_is_there() -> None:
    (problem,) = build(STORY, a=POST).journal.problems
    reasons = {
        a.node.replace(REPO, ""): (a.membership, a.rule)
        for a in problem.artifacts
        if a.section is None
    }
    assert reasons == {
        "issue:#18": ("label problem:mode-collapse", "the first issue of the problem"),
        "pull:#19": ("stated in the text: closes #18", "a pull request implements"),
        "issue:#20": ("stated in the text: tests #19", "label experiment"),
        "post:a": ("declared in the post", "a post reports on a result"),
    }


def test_a_passing_mention_is_related_and_not_in_the_chain() -> None:
    (problem,) = build(STORY, a=POST).journal.problems
    assert problem.related == (f"issue:{REPO}#21",)


def test_what_an_experiment_tests_belongs_even_if_nobody_tied_it() -> None:
    built = build(
        [
            make_issue(1, labels=["problem:p", "problem"]),
            make_pull(2),
            make_issue(3, body="Part of #1. Tests #2.", labels=["experiment"]),
        ]
    )
    assert chain(built, "p")["implementation"] == ["pull:#2"]


def test_github_cross_references_to_the_first_issue_belong() -> None:
    root = make_issue(
        1, "P", labels=["problem"], cross_references=(CrossReference(source=RecordId(REPO, 2)),)
    )
    built = build([root, make_issue(2)])
    assert chain(built, "p")["analysis"] == ["issue:#1", "issue:#2"]


@pytest.mark.parametrize(
    ("records", "texts", "slugs"),
    [
        ([], {"a": "---\nproblem: Mode Collapse\n---\n"}, ["mode-collapse"]),
        ([], {"a": "---\nproblem: [one, two]\n---\n"}, ["one", "two"]),
        ([make_issue(1, labels=["problem:slow-start"])], {}, ["slow-start"]),
        ([make_issue(1, "Slow start!", labels=["Problem"])], {}, ["slow-start"]),
        ([make_issue(1, "X", labels=["problem"]), make_issue(2, "X", labels=["problem"])], {},
         ["x", "x-2"]),
        ([make_issue(1, "失敗", labels=["problem"])], {}, ["shibai"]),
        ([make_issue(1, "?!", labels=["problem"])], {}, ["problem-1"]),
        ([make_issue(1, "X", labels=["problem"])], {"a": "---\nproblem: y\nissues: [1]\n---\n"}, ["y"]),
        ([make_issue(1, "Inferred"), make_pull(2, body="Fixes #1")], {"a": "---\nissues: [1]\n---\n"},
         ["inferred"]),
        ([make_issue(1, "No pull")], {"a": "---\nissues: [1]\n---\n"}, []),
        ([make_issue(1, "No post"), make_pull(2, body="Fixes #1")], {}, []),
    ],
)  # fmt: skip
def test_how_problems_are_named(records: list, texts: dict[str, str], slugs: list[str]) -> None:
    assert [problem.slug for problem in build(records, **texts).journal.problems] == slugs


def test_inference_can_be_switched_off() -> None:
    records = [make_issue(1), make_pull(2, body="Fixes #1")]
    texts = {"a": "---\nissues: [1]\n---\n"}
    assert build(records, **texts).journal.problems[0].inferred
    assert build(records, settings={"infer_problems": False}, **texts).journal.problems == ()


@pytest.mark.parametrize(
    ("front", "labels", "phase", "rule"),
    [
        ("issues: {2: design}", ["experiment"], "design", "declared in a"),
        ("issues: [2]", ["experiment"], "experimentation", "label experiment"),
        ("issues: [2]", ["Implementation"], "implementation", "label Implementation"),
        ("issues: [2]", ["needs-triage"], "iteration", "label needs-triage"),
        ("issues: [2]", [], "analysis", "a further issue of the problem"),
    ],
)
def test_which_rule_decides_the_phase(front: str, labels: list[str], phase: str, rule: str) -> None:
    built = build(
        [make_issue(1, labels=["problem:p", "problem"]), make_issue(2, labels=labels)],
        settings={"phases": {"needs-triage": "iteration"}},
        a=f"---\nproblem: p\n{front}\n---\n",
    )
    (problem,) = built.journal.problems
    artifact = next(a for a in problem.artifacts if a.node.endswith("#2"))
    assert (artifact.phase.value, artifact.rule) == (phase, rule)


def test_a_pull_request_may_close_two_problems_without_tying_them() -> None:
    built = build(
        [
            make_issue(1, "One", labels=["problem"]),
            make_issue(2, "Two", labels=["problem"]),
            make_pull(3, body="Closes #1, closes #2"),
        ]
    )
    assert chain(built, "one") == {"analysis": ["issue:#1"], "implementation": ["pull:#3"]}
    assert chain(built, "two") == {"analysis": ["issue:#2"], "implementation": ["pull:#3"]}


@pytest.mark.parametrize(
    ("state", "reason", "posts", "status", "outcome"),
    [
        (State.OPEN, None, {}, Status.PLANNED, None),
        (State.CLOSED, "completed", {}, Status.COMPLETE, None),
        (State.CLOSED, "not_planned", {}, Status.ABANDONED, None),
        (State.OPEN, None, {"a": "status: running"}, Status.RUNNING, None),
        (State.CLOSED, None, {"a": "status: running"}, Status.RUNNING, None),
        (
            State.OPEN,
            None,
            {"a": "date: 2026-01-01\noutcome: failure"},
            Status.RUNNING,
            Outcome.FAILURE,
        ),
        (
            State.OPEN,
            None,
            {"a": "date: 2026-01-01\noutcome: success"},
            Status.COMPLETE,
            Outcome.SUCCESS,
        ),
        (
            State.OPEN,
            None,
            {"a": "date: 2026-01-02\noutcome: failure", "b": "date: 2026-01-01\noutcome: success"},
            Status.RUNNING,
            Outcome.FAILURE,
        ),
    ],
)
def test_status_and_outcome_of_a_problem(
    state: State, reason: str | None, posts: dict[str, str], status: Status, outcome: Outcome | None
) -> None:
    root = make_issue(1, labels=["problem:p"], state=state, state_reason=reason)
    texts = {name: f"---\nproblem: p\nstatus: complete\n{text}\n---\n" if "status" not in text
             else f"---\nproblem: p\n{text}\n---\n" for name, text in posts.items()}  # fmt: skip
    (problem,) = build([root], **texts).journal.problems
    assert (problem.status, problem.outcome) == (status, outcome)


def test_the_case_study_opens_with_the_answer_and_quotes_its_artifacts() -> None:
    html = page_of(build(STORY, a=POST), "problems/mode-collapse")
    assert html.index("It works.") < html.index("Only commas.") < html.index("A schedule.")
    assert "More words" not in html[: html.index("Only commas.")]
    assert "merged on 2026-01-09" in html
    assert "“Root causes” in" in html
