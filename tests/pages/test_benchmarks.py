"""Benchmarks on pages: charts where the table stands, a line where a problem is told."""

from __future__ import annotations

from html import unescape
from typing import TYPE_CHECKING

from journal_plugin.pages.page import Site
from tests.support.make import build, day, make_issue, make_pull, page_of

if TYPE_CHECKING:
    from journal_plugin.build import Build

TABLE = "| test | t/s (main) | t/s (PR) |\n|--|--|--|\n| a | 10 ± 1 | 15 ± 1 |\n| b | 10 ± 1 | 11 ± 1 |\n"


def made(language: str = "en", **settings: object) -> Build:
    records = [
        make_issue(1, labels=("problem",), created_at=day(1)),
        make_pull(2, body="Fixes #1", created_at=day(1, 2), comments=["Look:", f"Now:\n\n{TABLE}"]),
    ]
    return build(records, settings=settings, site=Site(language=language))


def test_a_chart_stands_on_the_page_of_its_record_and_leads_to_its_comment() -> None:
    page = unescape(page_of(made(), "pulls/2"))
    assert "PR is better in 1 of 2 rows; too close to call: 1." in page
    assert "Median of PR: 1.3 times main." in page
    assert 'href="#comment-2">comment 2</a>' in page
    assert page.count("<rect") == 4
    assert "15 ± 1</td>" in page


def test_case_study_and_insights_say_it_in_a_line_that_leads_there() -> None:
    built = made()
    for name in ("problems/title-of-1", "insights/benchmarks"):
        page = page_of(built, name)
        assert "PR against main (t/s): PR is better in 1 of 2 rows" in page
        assert 'pulls/2/#benchmark-1"' in page
    assert "1 comparison" in page_of(built, "insights/index")


def test_a_record_without_a_page_is_named_without_an_address_of_ours() -> None:
    page = page_of(made(records="none"), "insights/benchmarks")
    assert "PR is better in 1 of 2 rows" in page
    assert "#benchmark-1" not in page


def test_in_german() -> None:
    page = page_of(made("de"), "pulls/2")
    assert "PR ist besser in 1 von 2 Zeilen; zu knapp: 1." in page


def test_nothing_is_said_where_no_table_is() -> None:
    built = build([make_issue(1)])
    assert "benchmark" not in page_of(built, "issues/1").casefold()
    assert "journal/insights/benchmarks.md" not in {page.uri for page in built.pages}
