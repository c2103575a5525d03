"""What a reader sees: every kind of page in Chromium, light, dark, on a phone, without scripts."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser, Page

    from tests.conftest import BuiltSite

pytestmark = pytest.mark.browser

LOOKS = {"light": ("light", 1280), "dark": ("dark", 1280), "phone": ("light", 390)}


def _urls(site: Path) -> dict[str, str]:
    """One page of each kind."""
    data = json.loads((site / "journal" / "journal.json").read_text(encoding="utf-8"))
    first = {
        kind: next(r for r in data["records"] if r["kind"] == kind) for kind in ("issue", "pull")
    }
    return {
        "dashboard": "journal/",
        "problems": "journal/problems/",
        "case study": data["problems"][0]["url"],
        "experiments": "journal/experiments/",
        "workflow": "journal/workflow/",
        "timeline": "journal/timeline/",
        "status": "journal/status/complete/",
        "people": "journal/people/",
        "issue": first["issue"]["page"],
        "pull request": first["pull"]["page"],
        "issues": "journal/issues/",
        "post": data["posts"][0]["url"],
        "insights": "journal/insights/",
        "quality": "journal/insights/quality/",
        "who did what": "journal/insights/people/",
        "knowledge": "journal/insights/knowledge/",
    }


class Visit:
    """An open page, and what it asked for and complained about."""

    def __init__(self, page: Page, base: str) -> None:
        self.page = page
        self.problems: list[str] = []
        page.on("console", lambda m: m.type == "error" and self.problems.append(m.text))
        page.on("pageerror", lambda error: self.problems.append(str(error)))
        page.on("request", lambda r: self._check(r.url, base))

    def _check(self, url: str, base: str) -> None:
        if not url.startswith((base, "data:", "blob:")):
            self.problems.append(f"request to {url}")


@pytest.mark.parametrize("look", LOOKS)
def test_pages_look_right(
    browser: Browser, real_site: BuiltSite, served_real_site: str, tmp_path: Path, look: str
) -> None:
    """No page scrolls sideways, logs an error or asks another host for anything."""
    _look_at_all(browser, real_site.site, served_real_site, look, tmp_path)


@pytest.mark.parametrize("look", LOOKS)
def test_demo_pages_look_right(
    browser: Browser, demo_site: BuiltSite, served_demo_site: str, tmp_path: Path, look: str
) -> None:
    _look_at_all(browser, demo_site.site, served_demo_site, look, tmp_path)


def _look_at_all(browser: Browser, site: Path, base: str, look: str, shots: Path) -> None:
    scheme, width = LOOKS[look]
    context = browser.new_context(
        color_scheme=scheme,  # type: ignore[arg-type]  # one of the two literals
        viewport={"width": width, "height": 900},
    )
    for kind, url in _urls(site).items():
        visit = Visit(context.new_page(), base)
        visit.page.goto(base + url, wait_until="networkidle")
        visit.page.screenshot(path=shots / f"{kind}-{look}.png", full_page=True)
        assert visit.problems == [], kind
        overflow = visit.page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert overflow <= 0, kind
        assert visit.page.locator("h1").count() == 1, kind
        visit.page.close()
    context.close()


def test_case_study_diagram_is_drawn(
    browser: Browser, real_site: BuiltSite, served_real_site: str
) -> None:
    """Material replaces the source by an element that holds the diagram in a shadow root."""
    page = browser.new_page()
    page.goto(served_real_site + _urls(real_site.site)["case study"])
    diagram = page.locator("div.mermaid").first
    diagram.wait_for(timeout=20_000)
    box = diagram.bounding_box()
    assert box is not None
    assert box["height"] > 50
    page.locator("pre.mermaid").first.wait_for(state="detached")
    page.close()


def test_without_scripts_the_list_replaces_the_diagram(
    browser: Browser, real_site: BuiltSite, served_real_site: str
) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(served_real_site + _urls(real_site.site)["case study"])
    assert not page.locator("pre.mermaid").first.is_visible()
    page.locator("details.journal-textual summary").first.click()
    nodes = page.locator("details.journal-textual").first.locator("li a")
    assert nodes.count() >= 3
    assert nodes.first.is_visible()
    context.close()
