"""Every kind of page for readers with other needs, and for those with a slow line."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from axe_playwright_python.sync_playwright import Axe

import journal_plugin
from tests.conftest import Served, build_site
from tests.support.stock import HIDDEN, PAGE, build_stock

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page, Response

    from tests.conftest import BuiltSite

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
    "journal/outcomes/failure/",
    "journal/types/baseline/",
    "journal/tags/",
    "journal/tags/mode-collapse/",
    "journal/people/",
    "journal/people/quill-assistant/",
    "journal/insights/",
    "journal/insights/people/",
    "journal/insights/people/quill-assistant/",
    "journal/insights/quality/",
    "journal/insights/knowledge/",
    "journal/insights/runs/",
    "journal/insights/counted/issues-opened/",
    "posts/baseline/",
    "posts/mode-collapse-prevention/",
    "posts/workflow-method/",
    "how-to/badges/",
    "404.html",
)
REAL_KINDS = ("issue", "pull")
SCHEMES = ("light", "dark")

_KIND = """selector => {
  const node = document.querySelector(selector)
  const plain = name => name && !name.startsWith("journal-")
  const words = [...node.classList].filter(plain).sort()
  // In a frame of ours nothing is the theme's own but highlighted code and what its script adds.
  const own = node.closest(".highlight") || words.some(name => name.startsWith("md-"))
  const frame = own ? null : node.parentElement?.closest('[class*="journal-"]:not(.journal-page)')
  return [node.localName, ...words].join(".") + (frame ? ` in ${frame.className}` : "")
}"""
"""What kind of node a finding is about: its element and classes, and whether a frame of ours
holds it. Classes of ours do not count: a link that we marked is a link of the theme."""

_Finding = tuple[str, str, str]
"""A rule; the kind of node; for contrast the two colours."""


@pytest.fixture(scope="module")
def stock_site(
    demo_site: BuiltSite, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, BuiltSite]]:
    """The address and files of plain pages with the theme and extensions of the demo."""
    built = build_stock(demo_site.root, tmp_path_factory.mktemp("stock"), build_site)
    served = Served(built.site)
    yield served.url, built
    served.close()


def _open(browser: Browser, url: str, scheme: str = "light") -> Page:
    context = browser.new_context(
        color_scheme=scheme,  # type: ignore[arg-type]  # one of the two literals
        viewport={"width": 1280, "height": 900},
    )
    page = context.new_page()
    page.goto(url, wait_until="networkidle")
    return page


def _find(browser: Browser, url: str, scheme: str) -> dict[_Finding, str]:
    """What axe finds on the whole page, theme included, with an example of each."""
    page = _open(browser, url, scheme)
    # Diagrams are drawn into closed shadow roots, which axe cannot see.
    violations = Axe().run(page).response["violations"]
    found = {
        (rule["id"], page.evaluate(_KIND, node["target"][-1]), _colors(node)): node["html"][:200]
        for rule in violations
        for node in rule["nodes"]
    }
    page.context.close()
    return found


def _colors(node: dict[str, Any]) -> str:
    data = next((check["data"] for check in node["any"]), None)
    return f"{data['fgColor']} on {data['bgColor']}" if data and "fgColor" in data else ""


def _find_new(browser: Browser, stock: str, urls: list[str], scheme: str) -> list[str]:
    """What axe finds on the pages and not on a plain page of stock Material."""
    known = {finding for page in (PAGE, HIDDEN) for finding in _find(browser, stock + page, scheme)}
    return [
        f"{url}: {finding} {html}"
        for url in urls
        for finding, html in _find(browser, url, scheme).items()
        if finding not in known
    ]


@pytest.mark.parametrize("scheme", SCHEMES)
def test_axe_finds_nothing_that_stock_material_does_not_have(
    browser: Browser, served_demo_site: str, stock_site: tuple[str, BuiltSite], scheme: str
) -> None:
    urls = [f"{served_demo_site}{page}" for page in PAGES]
    assert _find_new(browser, stock_site[0], urls, scheme) == []


@pytest.mark.parametrize("scheme", SCHEMES)
def test_axe_finds_nothing_new_where_strangers_wrote(
    browser: Browser,
    real_site: BuiltSite,
    served_real_site: str,
    stock_site: tuple[str, BuiltSite],
    scheme: str,
) -> None:
    """The two records of each kind with the longest pages, and lists of a thousand records."""
    data = json.loads((real_site.site / "journal" / "journal.json").read_text(encoding="utf-8"))
    pages = ["journal/", "journal/timeline/", "journal/pulls/", "journal/people/"]
    for kind in REAL_KINDS:
        found = [record["page"] for record in data["records"] if record["kind"] == kind]
        found.sort(key=lambda page: (real_site.site / page / "index.html").stat().st_size)
        pages += found[-2:]
    urls = [f"{served_real_site}{page}" for page in pages]
    assert _find_new(browser, stock_site[0], urls, scheme) == []


def test_styles_and_scripts_stay_small() -> None:
    """Below 60 kB compressed, without charts and Mermaid, which pages load when they have some."""
    files = [path for path in ASSETS.glob("*.*") if not path.name.startswith("charts")]
    names = {path.name for path in files}
    assert {"journal.css", "journal.js", "table.js"} <= names
    assert sum(len(gzip.compress(path.read_bytes())) for path in files) < 60_000


def _weigh(browser: Browser, url: str) -> dict[str, int]:
    """What a first visit of a page loads, each answer compressed as a server would."""
    page = browser.new_context().new_page()
    answers: list[Response] = []
    page.on("response", lambda answer: answers.append(answer))  # noqa: PLW0108 - Playwright wants a function
    page.goto(url, wait_until="networkidle")
    weights = {
        answer.url: min(len(gzip.compress(answer.body())), len(answer.body()))
        for answer in answers
        if answer.ok
    }
    page.context.close()
    return weights


def test_the_first_page_stays_light(
    browser: Browser,
    real_site: BuiltSite,
    served_real_site: str,
    served_demo_site: str,
    stock_site: tuple[str, BuiltSite],
) -> None:
    """The dashboard, nothing cached: below 150 kB more than a plain page of stock Material."""
    del real_site
    plain = sum(_weigh(browser, stock_site[0] + PAGE).values())
    for site in (served_demo_site, served_real_site):
        found = _weigh(browser, f"{site}journal/")
        assert any(url.endswith("/journal.css") for url in found)
        assert sum(found.values()) - plain < 150_000, found


def test_styles_know_no_left_and_right() -> None:
    """Logical properties only, so that pages in Arabic or Hebrew are mirrored."""
    for path in ASSETS.glob("*.css"):
        text = path.read_text(encoding="utf-8")
        for word in ("margin-left", "margin-right", "padding-left", "padding-right", "float:",
                     "text-align: left", "text-align: right", "border-left", "border-right",
                     " left:", " right:"):  # fmt: skip
            assert word not in text, f"{path.name}: {word}"
