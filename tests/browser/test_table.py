"""The experiments table in Chromium: filters, order, columns, comparison, address, keyboard."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.conftest import Served, build_site
from tests.support.many import make_many

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

    from tests.conftest import BuiltSite

pytestmark = pytest.mark.browser

TABLE = "journal/experiments/"
COUNT = 60


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a site with 60 experiments."""
    root = tmp_path_factory.mktemp("many")
    make_many(root, COUNT)
    served = Served(build_site(root).site)
    yield served.url
    served.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page that fails its test when a script fails."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    yield page
    context.close()
    assert problems == []


def open_table(page: Page, base: str, query: str = "") -> None:
    page.goto(f"{base}{TABLE}{query}")
    page.locator("[data-journal-table][data-ready]").wait_for()


def titles(page: Page) -> list[str]:
    return page.locator("tbody tr[data-run] th > a").all_inner_texts()


def status(page: Page) -> str:
    return page.locator(".journal-tools__count").inner_text()


def choose(page: Page, name: str, value: str) -> None:
    """Tick a value of a filter, as a reader does: open the list, tick, close it."""
    box = page.locator(f'input[name="{name}"][value="{value}"]')
    choice = page.locator("details.journal-choice", has=box)
    choice.locator("summary").click()
    box.click()
    page.keyboard.press("Escape")


def test_rows_and_fields_are_there_without_scripts(browser: Browser, site: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(site + TABLE)
    assert len(titles(page)) == COUNT
    assert not page.locator("form.journal-tools").is_visible()
    first = page.locator("tbody tr").first
    first.locator("summary").click()
    assert first.get_by_text("width").is_visible()
    context.close()


def test_filters_narrow_together_and_tell_how_many_are_left(page: Page, site: str) -> None:
    open_table(page, site)
    assert status(page) == "Experiments: 60 of 60"
    choose(page, "tag", "even")
    assert status(page) == "Experiments: 30 of 60"
    choose(page, "outcome", "failure")
    assert status(page) == "Experiments: 6 of 60"
    assert sorted(titles(page)) == sorted(f"Run {n}" for n in range(10, 61, 10))
    assert page.url.endswith("?outcome=failure&tag=even")


def test_free_text_and_dates(page: Page, site: str) -> None:
    open_table(page, site)
    search = page.locator("form.journal-tools input[name=text]")
    search.fill("RÜN 17")  # neither case nor accents count
    page.wait_for_function("document.querySelectorAll('tbody tr[data-run]').length === 3")
    assert sorted(titles(page)) == ["Run 16", "Run 17", "Run 44"]  # two by their date
    search.fill("")
    page.wait_for_function("document.querySelectorAll('tbody tr[data-run]').length === 60")
    assert "?" not in page.url
    page.get_by_label("From").fill("2026-01-02")
    page.get_by_label("To").fill("2026-01-03")
    page.get_by_label("To").blur()
    page.wait_for_function("document.querySelectorAll('tbody tr[data-run]').length < 60")
    days = set(page.locator('tbody td[data-key="date"]').all_inner_texts())
    assert days == {"2026-01-02", "2026-01-03"}


def test_numbers_sort_as_numbers_and_what_is_missing_comes_last(page: Page, site: str) -> None:
    open_table(page, site)
    head = page.locator('th[data-key="metric.loss"]')
    head.get_by_role("button").click()
    assert head.get_attribute("aria-sort") == "ascending"
    assert titles(page)[:3] == ["Run 1", "Run 2", "Run 3"]
    assert {int(t.split()[1]) % 7 for t in titles(page)[-8:]} == {0}
    head.get_by_role("button").click()
    assert head.get_attribute("aria-sort") == "descending"
    assert titles(page)[:2] == ["Run 60", "Run 59"]
    assert {int(t.split()[1]) % 7 for t in titles(page)[-8:]} == {0}
    head.get_by_role("button").click()
    assert head.get_attribute("aria-sort") is None
    assert "sort" not in page.url


def test_titles_sort_in_natural_order(page: Page, site: str) -> None:
    open_table(page, site, "?sort=title")
    assert titles(page)[:3] == ["Run 1", "Run 2", "Run 3"]


def test_a_column_comes_from_the_folded_fields(page: Page, site: str) -> None:
    open_table(page, site)
    assert page.locator('th[data-key="param.width"]').count() == 0
    choose(page, "col", "param.width")
    head = page.locator('th[data-key="param.width"]')
    assert head.inner_text().startswith("width")
    head.get_by_role("button").click()
    cells = page.locator('tbody td[data-key="param.width"]').all_inner_texts()
    assert cells[:3] == ["2", "4", "6"]
    choose(page, "col", "metric.loss")
    assert not page.locator('th[data-key="metric.loss"]').is_visible()


def test_the_address_holds_everything_and_the_back_button_goes_back(page: Page, site: str) -> None:
    open_table(page, site)
    choose(page, "tag", "odd")
    page.locator('th[data-key="metric.loss"] button').click()
    choose(page, "col", "param.seed")
    page.get_by_label("Compare Run 3", exact=True).check()
    page.get_by_label("Compare Run 5", exact=True).check()
    address, shown = page.url, titles(page)
    assert page.locator(".journal-compare").is_visible()

    other = page.context.new_page()
    other.goto(address)
    other.locator("[data-ready]").wait_for()
    assert titles(other) == shown
    assert other.locator('th[data-key="param.seed"]').is_visible()
    assert other.locator(".journal-compare th a").all_inner_texts() == ["Run 3", "Run 5"]
    other.close()

    for _ in range(2):
        page.go_back()
    # The theme may fetch the page anew on the first step back; the address is what counts.
    page.wait_for_function("document.querySelectorAll('tbody tr[data-run]').length === 30")
    page.locator(".journal-compare").wait_for(state="hidden")
    assert titles(page) == shown
    for _ in range(3):
        page.go_back()
    page.wait_for_function("document.querySelectorAll('tbody tr[data-run]').length === 60")
    assert not page.locator('input[name="tag"][value="odd"]').is_checked()


def test_comparison_marks_what_differs_and_what_is_better(page: Page, site: str) -> None:
    open_table(page, site, "?run=run-3&run=run-51")
    panel = page.locator(".journal-compare")
    loss = panel.locator("tr", has_text="loss")
    cells = loss.locator("td").all_inner_texts()
    assert re.search(r"best\s+3\s+better\s+baseline 50", cells[0])
    assert re.search(r"51\s+worse\s+baseline 50", cells[1])
    assert "best" not in cells[1]
    assert "differs" in panel.locator("tr", has_text="width").locator("th").inner_text()
    seed = panel.locator("tr", has_text="seed")
    assert "differs" not in seed.locator("th").inner_text()
    panel.get_by_label("Only what differs").check()
    assert seed.count() == 0
    assert panel.locator("tr", has_text="width").count() == 1
    panel.get_by_label("Remove Run 3 from the comparison").click()
    assert not panel.is_visible()
    assert "Choose one more" in status(page)


def test_everything_works_by_keyboard_alone(page: Page, site: str) -> None:
    open_table(page, site)
    page.locator("form.journal-tools input[name=text]").focus()
    page.keyboard.press("Tab")  # to the list of statuses
    assert page.evaluate("document.activeElement.tagName") == "SUMMARY"
    page.keyboard.press("Tab")  # outcome
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    assert status(page) == "Experiments: 6 of 60"
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.tagName") == "SUMMARY"
    assert page.locator("details.journal-choice[open]").count() == 0
    page.locator('thead th[data-key="title"] button').focus()
    page.keyboard.press("Enter")
    assert page.locator('thead th[data-key="title"]').get_attribute("aria-sort") == "ascending"
    assert page.evaluate("document.activeElement.closest('th').dataset.key") == "title"
    for title in ("Run 10", "Run 20"):
        page.get_by_label(f"Compare {title}", exact=True).focus()
        page.keyboard.press("Space")
        assert (
            page.evaluate("document.activeElement.getAttribute('aria-label')") == f"Compare {title}"
        )
    assert page.locator(".journal-compare").is_visible()
    page.locator('.journal-compare button[data-act="clear"]').focus()
    page.keyboard.press("Enter")
    assert not page.locator(".journal-compare").is_visible()


def test_clear_forgets_filters_but_not_the_comparison(page: Page, site: str) -> None:
    open_table(page, site, "?tag=odd&text=run&run=run-1&run=run-3&sort=title")
    page.locator("form.journal-tools button[type=reset]").click()
    page.wait_for_function("document.querySelectorAll('tbody tr[data-run]').length === 60")
    assert page.url.endswith("?run=run-1&run=run-3")
    assert page.locator(".journal-compare").is_visible()


@pytest.mark.parametrize(
    "query",
    [
        "?tag=unknown",
        "?sort=nonsense",
        "?run=missing&run=run-1",
        "?col=nonsense",
        "?text=%22%3E%3Cscript%3Ealert(1)%3C/script%3E",
        "?from=yesterday",
    ],
)
def test_a_strange_address_breaks_nothing(page: Page, site: str, query: str) -> None:
    open_table(page, site, query)
    assert re.fullmatch(r"Experiments: \d+ of 60.*", status(page))


def test_table_survives_instant_navigation(
    page: Page, tmp_path_factory: pytest.TempPathFactory
) -> None:
    root = tmp_path_factory.mktemp("instant")
    (root / "site").mkdir()
    served = Served(root / "site")
    make_many(root, 12, url=served.url)
    build_site(root)
    page.goto(served.url)
    page.evaluate("window.kept = true")
    page.locator("article").get_by_role("link", name="Table").click()
    page.locator("[data-journal-table][data-ready]").wait_for()
    choose(page, "tag", "odd")
    assert status(page) == "Experiments: 6 of 12"
    page.locator("tbody th a").first.click()
    page.locator("article .journal-header").wait_for()
    page.go_back()
    page.locator("[data-journal-table][data-ready]").wait_for()
    assert status(page) == "Experiments: 6 of 12"
    assert page.evaluate("window.kept") is True
    served.close()


def test_long_journals_load_their_other_pages(
    browser: Browser, tmp_path_factory: pytest.TempPathFactory
) -> None:
    root = tmp_path_factory.mktemp("long")
    make_many(root, 503)
    served = Served(build_site(root).site)
    plain = browser.new_context(java_script_enabled=False).new_page()
    plain.goto(served.url + TABLE)
    assert len(titles(plain)) == 500
    plain.locator(".journal-pages a").click()
    assert len(titles(plain)) == 3
    plain.context.close()

    page = browser.new_page()
    open_table(page, served.url, "?sort=title")
    page.wait_for_function(
        "!document.querySelector('.journal-tools__count').textContent.includes('Loading')"
    )
    assert status(page) == "Experiments: 503 of 503"
    page.get_by_role("button", name="Show 3 more").click()
    assert titles(page)[-1] == "Run 503"
    link = page.locator('tr[data-run="run-1"] th > a').get_attribute("href")
    assert link is not None
    assert page.request.get(page.evaluate("link => new URL(link, location.href).href", link)).ok
    page.close()
    served.close()


def test_labels_come_in_the_language_of_the_site(
    page: Page, tmp_path_factory: pytest.TempPathFactory
) -> None:
    root = tmp_path_factory.mktemp("german")
    make_many(root, 3, language="de")
    served = Served(build_site(root).site)
    open_table(page, served.url)
    assert status(page) == "Experimente: 3 von 3"
    page.get_by_label("Run 1 vergleichen").check()
    assert "noch ein Experiment auswählen" in status(page)
    assert page.locator("h1").inner_text() == "Experimente"
    served.close()


def test_mirrored_pages_do_not_scroll_sideways(
    browser: Browser, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Arabic: the page runs from the right, and nothing sticks out on a phone."""
    root = tmp_path_factory.mktemp("arabic")
    make_many(root, 3, language="ar")
    site: BuiltSite = build_site(root)
    served = Served(site.site)
    for width in (1280, 390):
        page = browser.new_page(viewport={"width": width, "height": 800})
        for url in (
            "journal/",
            f"{TABLE}?run=run-1&run=run-2",
            "posts/run-1/",
            "journal/timeline/",
        ):
            page.goto(served.url + url, wait_until="networkidle")
            assert (
                page.evaluate("getComputedStyle(document.querySelector('article')).direction")
                == "rtl"
            )
            overflow = page.evaluate(
                "Math.max(...[...document.querySelectorAll('article > *')].map(e => e.scrollWidth - e.clientWidth"
                " > 1 && getComputedStyle(e).overflowX === 'visible' ? e.getBoundingClientRect().width - innerWidth : 0))"
            )
            assert overflow <= 0, url
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), url
        page.close()
    served.close()
