"""Every kind of page for readers with other needs, and for those with a slow line."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe

import journal_plugin

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser

ASSETS = Path(journal_plugin.__file__).parent / "assets"
PAGES = (
    "journal/",
    "journal/problems/",
    "journal/problems/mode-collapse/",
    "journal/experiments/",
    "journal/experiments/?run=baseline&run=mode-collapse-prevention&col=date&col=param.epochs",
    "journal/timeline/",
    "journal/workflow/",
    "journal/ledger/",
    "journal/issues/",
    "journal/issues/18/",
    "journal/pulls/19/",
    "journal/status/complete/",
    "journal/tags/",
    "journal/tags/mode-collapse/",
    "journal/people/quill-assistant/",
    "posts/mode-collapse-prevention/",
)
AUTHORS_OWN = {
    "heading-order": ".journal-text",  # bodies begin with the level that their author chose
    "link-in-text-block": "posts/",  # Material's own look of a link in an author's paragraph
    "label": "posts/",  # the task lists of pymdownx
}
"""What stock Material pages have as well, and where it may stand."""
STOCK = {
    "landmark-unique": '<nav class="md-code__nav"',  # the buttons of Material's code blocks
    "color-contrast": '<span class="m',  # numbers in Material's highlighted code, dark
}
"""What stock Material has wherever there is code: rule, and how the element begins."""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_what_the_journal_writes(
    browser: Browser, served_demo_site: str, scheme: str
) -> None:
    context = browser.new_context(
        color_scheme=scheme,  # type: ignore[arg-type]  # one of the two literals
        viewport={"width": 1280, "height": 900},
    )
    found = []
    for url in PAGES:
        page = context.new_page()
        page.goto(served_demo_site + url, wait_until="networkidle")
        answer = Axe().run(page, context="article").response
        found += [
            f"{url}: {violation['id']}: {node['target']} {node['html'][:200]}"
            for violation in answer["violations"]
            for node in violation["nodes"]
            if not _is_authors_own(url, violation["id"], node["html"])
        ]
        page.close()
    context.close()
    assert found == []


def _is_authors_own(url: str, rule: str, html: str) -> bool:
    if rule in STOCK and html.startswith(STOCK[rule]):
        return True
    place = AUTHORS_OWN.get(rule)
    if place is None:
        return False
    # Headings of bodies from GitHub carry the record in their id.
    return url.startswith(place) or ('id="issue' in html or 'id="pull' in html)


def test_styles_and_scripts_stay_small() -> None:
    """Below 60 kB compressed, without charts and Mermaid, which pages load when they have some."""
    files = [path for path in ASSETS.glob("*.*") if not path.name.startswith("charts")]
    names = {path.name for path in files}
    assert {"journal.css", "journal.js", "table.js"} <= names
    assert sum(len(gzip.compress(path.read_bytes())) for path in files) < 60_000


def test_styles_know_no_left_and_right() -> None:
    """Logical properties only, so that pages in Arabic or Hebrew are mirrored."""
    for path in ASSETS.glob("*.css"):
        text = path.read_text(encoding="utf-8")
        for word in ("margin-left", "margin-right", "padding-left", "padding-right", "float:",
                     "text-align: left", "text-align: right", "border-left", "border-right",
                     " left:", " right:"):  # fmt: skip
            assert word not in text, f"{path.name}: {word}"
