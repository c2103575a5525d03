"""Code that changed since a result: what counts as evidence, and what does not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from journal_plugin.changes import find_change, find_files
from journal_plugin.model import Commit
from tests.support.make import build, day, make_issue, make_pull

if TYPE_CHECKING:
    from journal_plugin.changes import Change
    from journal_plugin.model import Record

POST = "---\ntitle: R\nproblem: p\ndate: 2026-02-01\noutcome: success\nprs: [2]\ncommit: {sha}\n---\n# R\n"


def commits(*shas: str) -> tuple[Commit, ...]:
    return tuple(Commit(sha=sha * 40, message=f"Work {sha}") for sha in shas)


def pull(number: int, merged: int | None, *shas: str, **fields: Any) -> Record:
    merged_at = day(1, merged) if merged else None
    fields.setdefault("body", "")
    return make_pull(number, merged_at=merged_at, commits=commits(*shas), **fields)


def change(*records: Record, sha: str = "a" * 40) -> Change | None:
    problem = make_issue(1, labels=("problem:p",))
    built = build([problem, *records], result=POST.format(sha=sha))
    (post,) = built.journal.posts
    return find_change(built.journal, post)


def test_later_commits_of_the_same_pull_request() -> None:
    found = change(pull(2, 5, "a", "b", "c"))
    assert found is not None
    assert [commit.sha[0] for commit in found.newer] == ["b", "c"]
    assert found.is_known
    assert change(pull(2, 5, "b", "a")) is None


def test_a_later_merge_for_the_same_problem() -> None:
    found = change(pull(2, 5, "a"), pull(3, 6, body="Fixes #1"))
    assert found is not None
    assert [(later.node[-1], later.in_problem, later.files) for later in found.later] == [
        ("3", True, ())
    ]
    assert change(pull(2, 5, "a"), pull(3, 4, body="Fixes #1")) is None


def test_a_later_merge_elsewhere_counts_if_both_name_a_file() -> None:
    measured = pull(2, 5, "a", body="Rounds in `model/rounding.py`, see notes.")
    found = change(measured, pull(3, 6, body="Speed up rounding.py."), pull(4, 7, body="Other."))
    assert found is not None
    assert [(later.node[-1], later.in_problem, later.files) for later in found.later] == [
        ("3", False, ("rounding.py",))
    ]


def test_a_squashed_commit_falls_back_to_what_the_post_declares() -> None:
    """The newest merge that the post declares and that is not younger than the post itself."""
    found = change(pull(2, 5, "a"), pull(3, 6, body="Fixes #1"), sha="f" * 40)
    assert found is not None
    assert (found.measured[-1], found.is_known, found.newer) == ("2", False, ())
    assert change(pull(2, None, "a"), pull(3, 6, body="Fixes #1"), sha="f" * 40) is None


@pytest.mark.parametrize("sha", ["", "aaaaaa", "zzzzzzz"])
def test_without_a_commit_nothing_is_claimed(sha: str) -> None:
    records = (make_pull(9), pull(3, 6, body="Fixes #1"))
    assert change(*records, sha=sha or '""') is None


@pytest.mark.parametrize(
    ("text", "files"),
    [
        ("`src/a/model.py` and train.py.", {"model.py", "train.py"}),
        ("See https://example.com/x.py and me@b.py", set()),
        ("Version 1.2.3, e.g. this.that, U.S.", set()),
        ("config.yaml, run.sh; README.md", {"config.yaml", "run.sh", "README.md"}),
    ],
)
def test_files_that_a_text_names(text: str, files: set[str]) -> None:
    assert find_files(make_pull(1, body=text)) == files
