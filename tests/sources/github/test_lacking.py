"""What a repository or an older server lacks is left out, and everything else is read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from journal_plugin.errors import Unavailable
from journal_plugin.model import RecordKind
from tests.fake_github.rig import REPO
from tests.fake_github.world import make_item

if TYPE_CHECKING:
    from tests.fake_github.rig import Rig


def switch_issues_off(rig: Rig) -> None:
    rig.fake.world.repos[REPO].has_issues = False
    rig.items.clear()
    rig.items.update(
        {
            n: make_item(n, is_pull=True, title=f"Pull {n}", head=f"branch-{n}", base="main")
            for n in range(1, 131)
        }
    )


@pytest.mark.parametrize("login", ["with", "without"])
def test_pull_requests_of_a_repository_without_issues_are_read(rig: Rig, login: str) -> None:
    switch_issues_off(rig)
    rig.token = rig.token if login == "with" else None
    report = rig.sync()
    records = rig.records()
    assert len(records) == 130
    assert all(record.kind is RecordKind.PULL for record in records.values())
    assert records[7].title == "Pull 7"
    assert records[7].head_ref == "branch-7"
    assert report.notices == (
        "issues of acme/lab are switched off on GitHub; its pull requests were read",
    )


@pytest.mark.parametrize("login", ["with", "without"])
def test_later_changes_of_such_a_repository_are_read(rig: Rig, login: str) -> None:
    switch_issues_off(rig)
    rig.token = rig.token if login == "with" else None
    rig.sync()
    rig.sync()
    rig.items[3].title = "New title"
    rig.items[3].updated = rig.fake.world.tick()
    report = rig.sync()
    assert rig.records()[3].title == "New title"
    assert report.repos[0].written == 1
    assert not report.repos[0].full
    assert len(rig.log) < 6, "the list is read back to the last sync only"


@pytest.mark.parametrize(("changes", "pages"), [(1, 1), (110, 2)])
def test_the_list_of_pull_requests_is_read_as_far_back_as_needed(
    rig: Rig, changes: int, pages: int
) -> None:
    """It knows no `since`; after the first one that is old, all others are old too."""
    switch_issues_off(rig)
    rig.sync()
    for number in range(1, changes + 1):
        rig.items[number].title = "New title"
        rig.items[number].updated = rig.fake.world.tick()
    rig.sync()
    titles = [record.title for record in rig.records().values()]
    assert titles.count("New title") == changes
    assert len([one for one in rig.log if one.path.endswith("/pulls")]) == pages


def test_issues_that_are_switched_off_later_stay_until_github_says_more(rig: Rig) -> None:
    rig.items.update({1: make_item(1), 2: make_item(2, is_pull=True)})
    rig.sync()
    rig.fake.world.repos[REPO].has_issues = False
    rig.items[2].title = "New title"
    rig.items[2].updated = rig.fake.world.tick()
    rig.sync()
    assert rig.records()[2].title == "New title"
    assert 1 in rig.records()


@pytest.mark.parametrize("unknown", [("subIssues",), ("subIssues", "closingIssuesReferences")])
def test_an_old_server_is_asked_for_less(rig: Rig, unknown: tuple[str, ...]) -> None:
    rig.fake.world.unknown_fields = unknown
    rig.items.update({1: make_item(1, labels=[("a", "ffffff")]), 2: make_item(2, is_pull=True)})
    report = rig.sync()
    assert [label.name for label in rig.records()[1].labels] == ["a"]
    assert set(rig.records()) == {1, 2}
    names = ", ".join(sorted(unknown))
    assert report.notices == (
        f"this GitHub Enterprise server does not know {names}; everything else was read",
    )
    rig.items[1].title = "New title"
    rig.items[1].updated = rig.fake.world.tick()
    rig.sync()
    assert rig.records()[1].title == "New title"


def test_what_cannot_be_left_out_is_an_error(rig: Rig) -> None:
    rig.fake.world.unknown_fields = ("comments",)
    rig.items[1] = make_item(1)
    with pytest.raises(Unavailable, match="doesn't exist on type"):
        rig.sync()
