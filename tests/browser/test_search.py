"""Searching in Chromium leads to records and posts, and each result says what it is."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page

    from tests.conftest import BuiltSite

pytestmark = pytest.mark.browser


def search(page: Page, words: str) -> Locator:
    """Type into Material's search and wait for the results."""
    page.locator("input.md-search__input").click()
    page.keyboard.insert_text(words)
    page.keyboard.press("End")  # Material looks at the field when a key goes up
    results = page.locator(".md-search-result__item")
    results.first.wait_for(timeout=20_000)
    return results


def test_a_record_is_found_by_its_title(
    browser: Browser, real_site: BuiltSite, served_real_site: str
) -> None:
    data = json.loads((real_site.site / "journal" / "journal.json").read_text(encoding="utf-8"))
    record = max(data["records"], key=lambda record: len(record["title"]))
    kind = {"issue": "Issue", "pull": "Pull request"}[record["kind"]]
    page = browser.new_page()
    page.goto(served_real_site)
    first = search(page, record["title"].replace('"', " ")).first
    wanted = f"{kind} #{record['number']}: {record['title']} ({record['state']})"
    assert " ".join(first.locator("h1").first.inner_text().split()) == " ".join(wanted.split())
    first.locator("a").first.click()
    page.wait_for_url(f"**/{record['page']}*")
    page.close()


def test_a_post_is_found_and_says_that_it_is_an_experiment(
    browser: Browser, served_real_site: str
) -> None:
    page = browser.new_page()
    page.goto(served_real_site)
    first = search(page, "First attempt").first
    title = first.locator("h1").first.inner_text()
    assert title == "First attempt (experiment, abandoned, failure)"
    page.close()
