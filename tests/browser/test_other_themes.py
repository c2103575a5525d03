"""Outside of Material: diagrams are drawn, links in them work, nothing comes from another host."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.conftest import Served
from tests.support.project import CONFIG, make_project, run_process

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.browser, pytest.mark.engine]

CASE = "journal/problems/mode-collapse/"
EXPORTED = """\
site_name: Test
docs_dir: exported
extra_css: [assets/journal/journal.css]
extra_javascript: [assets/journal/journal.js]
"""


def open_page(browser: Browser, url: str) -> tuple[Page, list[str]]:
    """A page, and what it complains about or asks from other hosts."""
    page = browser.new_page()
    complaints: list[str] = []
    page.on("console", lambda m: complaints.append(m.text) if m.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))

    def ask(route: object, request: object) -> None:
        host = request.url.split("/")[2].split(":")[0]  # type: ignore[attr-defined]
        if host != "127.0.0.1":
            if "mermaid" in request.url:  # type: ignore[attr-defined]
                complaints.append(request.url)  # type: ignore[attr-defined]
            route.abort()  # type: ignore[attr-defined]
        else:
            route.continue_()  # type: ignore[attr-defined]

    page.route("**/*", ask)
    page.goto(url)
    return page, complaints


@pytest.mark.parametrize("theme", ["mkdocs", "readthedocs"])
def test_plain_themes_draw_diagrams(tmp_path: Path, browser: Browser, theme: str) -> None:
    root = make_project(tmp_path, config=f"theme: {{name: {theme}, highlightjs: false}}\n{CONFIG}")
    done = run_process(root, "mkdocs", "build")
    assert done.returncode == 0, done.stderr
    served = Served(root / "site")
    try:
        page, complaints = open_page(browser, served.url + CASE)
        diagram = page.locator(".journal-diagram svg").first
        diagram.wait_for()
        assert "Mode collapse" in (diagram.text_content() or "").replace("\xa0", " ")
        assert page.locator("pre.mermaid").count() == 0
        links = page.eval_on_selector_all(
            ".journal-diagram a",
            "all => all.map(a => a.getAttribute('xlink:href') || a.href.baseVal)",
        )
        assert "../../issues/18/" in links
        badge = page.locator(".journal-badge").first
        assert badge.evaluate("e => getComputedStyle(e).borderRadius") != "0px"
        width = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        assert width <= 0
        assert [text for text in complaints if "ERR_FAILED" not in text] == []
        page.close()
    finally:
        served.close()


def test_zensical_draws_diagrams_from_the_own_copy(tmp_path: Path, browser: Browser) -> None:
    root = make_project(tmp_path)
    assert run_process(root, "journal", "export", "--out", "exported").returncode == 0
    (root / "zensical.yml").write_text(EXPORTED)
    done = run_process(root, "zensical", "build", "-f", "zensical.yml")
    assert done.returncode == 0, done.stderr
    served = Served(root / "site")
    try:
        page, complaints = open_page(browser, served.url + CASE)
        page.wait_for_function(
            "!document.querySelector('pre.mermaid') && document.querySelector('div.mermaid')"
        )
        assert page.locator("div.mermaid").first.bounding_box()["height"] > 50  # type: ignore[index]
        assert [text for text in complaints if "ERR_FAILED" not in text] == []
        page.close()
    finally:
        served.close()
