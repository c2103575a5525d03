"""How pages behave: on the way through the site, by keyboard, on paper and without scripts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.browser.test_access import PAGES
from tests.conftest import Served, build_site
from tests.support.many import make_many

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

TABLE = "journal/experiments/"
_FOLLOWER = """\
---
title: Again
date: 2026-02-01
status: running
problem: widths
follows: run-1
---
# Again
"""
_UNREADABLE = """() => {
  const tools = "form, button, pre.mermaid, [data-chart], .journal-compare, .journal-chart__tools," +
    ".journal-chart__value, .journal-tools__count, style, script, svg, .md-annotation"
  const walker = document.createTreeWalker(document.querySelector("article"), NodeFilter.SHOW_TEXT)
  const lost = []
  while (walker.nextNode()) {
    const node = walker.currentNode
    const parent = node.parentElement
    if (!node.data.trim() || parent.closest(tools)) continue
    for (const fold of document.querySelectorAll("details")) fold.open = true
    if (!parent.checkVisibility()) lost.push(node.data.trim())
  }
  return lost
}"""
"""What a reader cannot see on a page though it is no control, all folds opened."""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a site with instant navigation, 61 experiments and a lineage."""
    root = tmp_path_factory.mktemp("behaviour")
    served = Served(root / "site")
    make_many(root, 60, url=served.url)
    (root / "docs" / "posts" / "again.md").write_text(_FOLLOWER, encoding="utf-8")
    build_site(root)
    yield served.url
    served.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    yield context.new_page()
    context.close()


def test_diagrams_survive_instant_navigation(page: Page, site: str) -> None:
    page.goto(site)
    page.evaluate("window.kept = true")
    page.locator("article").get_by_role("link", name="Table").click()
    page.locator("div.mermaid").first.wait_for()
    page.locator('tr[data-run="again"] th > a').click()
    page.locator("article .journal-header").get_by_role("link", name="widths").click()
    page.locator("h1", has_text="widths").wait_for()
    page.locator("div.mermaid").first.wait_for()
    assert page.locator("pre.mermaid").count() == 0
    page.go_back()
    page.go_back()
    page.locator("[data-journal-table][data-ready]").wait_for()
    page.locator("div.mermaid").first.wait_for()
    assert page.evaluate("window.kept") is True


@pytest.mark.parametrize("is_instant", [True, False])
def test_back_returns_to_the_same_place_of_a_filtered_table(
    page: Page, site: str, *, is_instant: bool
) -> None:
    page.goto(f"{site}{TABLE}?tag=odd")
    page.locator("[data-journal-table][data-ready]").wait_for()
    link = page.locator("tbody tr[data-run] th > a").nth(20)
    link.scroll_into_view_if_needed()
    page.wait_for_timeout(500)
    title, before = link.inner_text(), page.evaluate("scrollY")
    assert before > 300
    if is_instant:
        link.click()
    else:
        page.goto(str(link.evaluate("link => link.href")))
    page.locator("h1", has_text=title).wait_for()
    page.go_back()
    page.locator("[data-journal-table][data-ready]").wait_for()
    assert page.url.endswith("?tag=odd")
    assert page.locator("tbody tr[data-run]").count() == 30
    page.wait_for_function(f"Math.abs(scrollY - {before}) < 50")
    assert page.locator("tbody tr[data-run] th > a").nth(20).is_visible()


def test_the_keyboard_alone_reaches_and_filters_the_table(page: Page, site: str) -> None:
    page.goto(site + TABLE)
    page.locator("[data-journal-table][data-ready]").wait_for()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # the theme's link past the menus
    page.wait_for_url("**#journal-title")
    page.wait_for_function("document.activeElement === document.body")
    page.wait_for_timeout(300)  # nobody types faster than Chromium moves to the anchor
    for _ in range(5):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.name") == "text":
            break
    page.keyboard.type("Run 17")
    page.wait_for_function("document.querySelectorAll('tbody tr[data-run]').length === 3")
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('tbody th > a')"):
            break
    title = page.evaluate("document.activeElement.textContent")
    page.keyboard.press("Enter")
    page.locator("article h1", has_text=title).wait_for()
    assert page.locator("article .journal-header").is_visible()


def test_on_paper_folds_are_open_and_controls_are_gone(
    browser: Browser, served_demo_site: str
) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.goto(f"{served_demo_site}journal/problems/mode-collapse/", wait_until="networkidle")
    page.emulate_media(media="print")
    items = page.locator("details.journal-textual").first.locator("li")
    assert items.first.is_visible()
    assert not page.locator("details.journal-badge-code").is_visible()
    page.goto(f"{served_demo_site}{TABLE}", wait_until="networkidle")
    page.locator("[data-journal-table][data-ready]").wait_for()
    assert not page.locator("form.journal-tools").is_visible()
    assert not page.locator("tbody td.journal-pick").first.is_visible()
    assert page.locator("tbody th > a").first.is_visible()
    context.close()


def test_without_scripts_every_word_can_be_read(browser: Browser, served_demo_site: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    lost = {}
    for url in PAGES:
        page.goto(served_demo_site + url)
        lost[url] = page.evaluate(_UNREADABLE)
    context.close()
    assert {url: words for url, words in lost.items() if words} == {}
