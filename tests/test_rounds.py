"""Rounds: attempts in order, each with what was tried and its result."""

from __future__ import annotations

from journal_plugin.rounds import find_rounds
from tests.support.make import REPO, build, day, make_issue, make_pull

RECORDS = [
    make_issue(1, labels=["problem:p", "problem"], created_at=day(1, 1)),
    make_pull(2, body="Implements #1", created_at=day(1, 2)),
    make_issue(3, body="Tests #2", labels=["experiment"], created_at=day(1, 3)),
    make_pull(4, body="Implements #1", created_at=day(1, 5)),
    make_pull(5, body="Implements #1", created_at=day(1, 20)),
]
FIRST = "---\ndate: 2026-01-10\nproblem: p\noutcome: failure\nprs: [2]\nissues: [3]\n---\n"
SECOND = "---\ndate: 2026-01-15\nproblem: p\noutcome: success\nprs: [4]\n---\n"


def test_each_result_ends_a_round_with_what_it_declares() -> None:
    journal = build(RECORDS, first=FIRST, second=SECOND).journal
    rounds = find_rounds(journal.problems[0], journal.nodes)
    assert [[a.node.replace(REPO, "") for a in found.artifacts] for found in rounds] == [
        ["pull:#2", "issue:#3", "post:first"],
        ["pull:#4", "post:second"],
        ["pull:#5"],
    ]
    assert [found.result and found.result.slug for found in rounds] == ["first", "second", None]


def test_undeclared_attempts_go_by_their_date() -> None:
    undeclared = FIRST.replace("prs: [2]\nissues: [3]\n", "")
    journal = build(RECORDS, first=undeclared, second=SECOND).journal
    first = find_rounds(journal.problems[0], journal.nodes)[0]
    assert [a.node.replace(REPO, "") for a in first.artifacts] == [
        "pull:#2",
        "issue:#3",
        "post:first",
    ]
