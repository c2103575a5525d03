"""The timeline and the months of the dashboard's chart."""

from __future__ import annotations

from dataclasses import replace

from journal_plugin.model import Author, Comment
from journal_plugin.pages.events import MONTHS, count_months, find_events, group_days
from tests.support.make import build, day, make_issue, make_pull, page_of


def test_everything_with_a_date_happens_newest_first() -> None:
    pull = make_pull(2, created_at=day(2, 1), closed_at=day(2, 3), merged_at=day(2, 3))
    built = build(
        [make_issue(1, created_at=day(1, 5), closed_at=day(3, 1)), pull],
        a="---\ndate: {created: 2026-02-10, updated: 2026-04-01}\n---\n# A\n",
    )
    found = [
        (f"{e.time:%m-%d}", e.happening.value, e.node.node) for e in find_events(built.journal)
    ]
    assert found == [
        ("04-01", "updated", "post:a"),
        ("03-01", "closed", "issue:lab/model#1"),
        ("02-10", "written", "post:a"),
        ("02-03", "merged", "pull:lab/model#2"),
        ("02-01", "opened", "pull:lab/model#2"),
        ("01-05", "opened", "issue:lab/model#1"),
    ]


def _commented() -> object:
    comments = tuple(
        Comment(author=Author(login=who), body="x", created_at=day(1, at))
        for who, at in (("kit", 2), ("ann", 2), ("kit", 3))
    )
    return replace(make_issue(1, created_at=day(1, 1)), comments=comments)


def test_comments_of_a_day_are_one_entry_and_each_is_linked() -> None:
    built = build([_commented()])  # type: ignore[list-item]  # a record
    days = group_days(find_events(built.journal))
    assert [(d.name, [len(e.events) for e in d.entries]) for d in days] == [
        ("2026-01-03", [1]),
        ("2026-01-02", [2]),
        ("2026-01-01", [1]),
    ]
    html = page_of(built, "timeline/index")
    for number in (1, 2, 3):
        assert f'href="../issues/1/#comment-{number}"' in html


def test_comments_lead_to_github_where_records_have_no_page() -> None:
    built = build([_commented()], settings={"records": "none"})  # type: ignore[list-item]  # same
    assert 'href="https://github.com/lab/model/issues/1"' in page_of(built, "timeline/index")


def test_long_timelines_have_pages_of_400_and_nothing_is_lost() -> None:
    records = [make_issue(n, created_at=day(1, 1 + n % 28)) for n in range(1, 802)]
    built = build(records)
    pages = [page for page in built.pages if page.uri.startswith("journal/timeline/")]
    assert [page.uri for page in pages] == [
        "journal/timeline/index.md",
        "journal/timeline/page-2.md",
        "journal/timeline/page-3.md",
    ]
    assert [page.html.count("<li>") for page in pages] == [400, 400, 1]
    everything = "".join(page.html for page in pages)
    assert all(f"#{n} Title of {n}<" in everything for n in range(1, 802))


def test_what_has_no_date_is_counted() -> None:
    built = build([make_issue(1, created_at=day(1), comments=("one", "two"))], a="# A\n")
    assert "3 posts, records and comments have no date" in page_of(built, "timeline/index")


def test_an_empty_timeline_says_so() -> None:
    assert "Nothing with a date" in page_of(build(), "timeline/index")


def test_months_are_without_gaps_and_end_with_the_latest_event() -> None:
    built = build([make_issue(1, created_at=day(1)), make_pull(2, created_at=day(4))])
    months = count_months(find_events(built.journal))
    assert [(m.name, m.total) for m in months] == [
        ("2026-01", 1),
        ("2026-02", 0),
        ("2026-03", 0),
        ("2026-04", 1),
    ]


def test_months_of_long_journals_are_the_last_ones() -> None:
    built = build([make_issue(1, created_at=day(1, year=2015)), make_issue(2, created_at=day(3))])
    months = count_months(find_events(built.journal))
    assert len(months) == MONTHS
    assert (months[0].name, months[-1].name) == ("2024-04", "2026-03")
