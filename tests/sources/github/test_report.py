"""The line that a sync leaves in the log."""

from __future__ import annotations

from dataclasses import replace

from journal_plugin.sources.github.report import RepoReport, SyncReport

LAB = RepoReport(repo="acme/lab", full=True, fetched=40, written=5, removed=2)
OTHER = RepoReport(repo="acme/other", full=False, fetched=3, written=1, removed=1)
REPORT = SyncReport(
    repos=(LAB, OTHER),
    requests=7,
    not_modified=2,
    received=1000,
    waited=0.0,
    quota_left=4990,
    notices=(),
)


def test_repositories_are_summed_up() -> None:
    assert REPORT.summary == (
        "acme/lab, acme/other: 43 records read, 6 changed, 3 gone from GitHub, 7 requests, "
        "4990 left"
    )


def test_what_did_not_happen_is_not_told() -> None:
    report = replace(REPORT, repos=(replace(LAB, removed=0),), quota_left=None)
    assert report.summary == "acme/lab: 40 records read, 5 changed, 7 requests"


def test_an_empty_quota_is_told() -> None:
    assert replace(REPORT, quota_left=0).summary.endswith(", 7 requests, 0 left")
