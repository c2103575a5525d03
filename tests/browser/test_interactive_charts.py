"""Charts in Chromium: drawn, readable without a pointer, and harmless when something fails."""

from __future__ import annotations

import json
import math
from textwrap import dedent
from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.conftest import Served, build_site

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Locator, Page, Route

    from tests.conftest import BuiltSite

pytestmark = pytest.mark.browser

CONFIG = """\
site_name: Charts
site_url: {url}
theme:
  name: material
  font: false
  features: [navigation.instant]
  palette:
    - scheme: default
      toggle: {{icon: material/weather-night, name: Dark}}
    - scheme: slate
      toggle: {{icon: material/weather-sunny, name: Light}}
plugins: [search, {{journal: {{repo: lab/model, sync: never}}}}]
"""
POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'"
COLORS = {"light": (31, 119, 223), "dark": (79, 155, 238)}
"""The first colour of each scheme in `charts.css`."""


def loss(run: int, epoch: int) -> float:
    return round(3 * math.exp(-epoch / 20) + 0.2 * run, 4)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, BuiltSite]]:
    """The address and files of a site: one post with two runs, one with a single run."""
    root = tmp_path_factory.mktemp("charts")
    data = root / "docs" / "data"
    data.mkdir(parents=True)
    for run in (1, 2):
        rows = [f"{epoch},{loss(run, epoch)}" for epoch in range(1, 101)]
        (data / f"run-{run}.csv").write_text("epoch,loss\n" + "\n".join(rows) + "\n")
    (root / "docs" / "index.md").write_text("# Home\n")
    posts = root / "docs" / "posts"
    posts.mkdir()
    for name, pattern in (("two", "data/run-*.csv"), ("one", "data/run-1.csv")):
        text = f"""\
            ---
            title: Post {name}
            date: 2026-01-01
            status: complete
            data: {pattern}
            ---
            # Post {name}

            Text.
            """
        (posts / f"{name}.md").write_text(dedent(text))
    served = Served(root / "site")
    (root / "mkdocs.yml").write_text(CONFIG.format(url=served.url))
    yield served.url, build_site(root)
    served.close()


class Visit:
    """An open page, and all that it logged or asked of another host."""

    def __init__(self, page: Page, base: str) -> None:
        self.page = page
        self.complaints: list[str] = []
        page.on("console", lambda message: self._hear(message.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", lambda request: self._check(request.url, base))

    def _hear(self, text: str) -> None:
        # Chromium remarks on the pixels that these tests count.
        if not text.startswith("Canvas2D: Multiple readback"):
            self.complaints.append(text)

    def _check(self, url: str, base: str) -> None:
        if not url.startswith(base):
            self.complaints.append(f"request to {url}")

    def wait(self) -> Locator:
        """The first figure, once it is drawn."""
        figure = self.page.locator("figure.journal-chart").first
        figure.scroll_into_view_if_needed()
        self.page.locator("figure.journal-chart[data-state=drawn]").first.wait_for()
        return figure


@pytest.fixture
def visit(browser: Browser, site: tuple[str, BuiltSite]) -> Iterator[Visit]:
    """The post with two runs, its chart drawn; the visit must end without a complaint."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    visit = Visit(context.new_page(), site[0])
    visit.page.goto(f"{site[0]}posts/two/")
    visit.wait()
    yield visit
    assert visit.complaints == []
    context.close()


def count_pixels(figure: Locator, color: tuple[int, int, int]) -> int:
    """How many pixels of the canvas have nearly that colour."""
    script = """(figure, [r, g, b]) => {
      const canvas = figure.querySelector("canvas")
      const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height)
      let count = 0
      for (let i = 0; i < data.length; i += 4)
        if (data[i + 3] > 200 && Math.abs(data[i] - r) < 12 && Math.abs(data[i + 1] - g) < 12
            && Math.abs(data[i + 2] - b) < 12) count++
      return count
    }"""
    return int(figure.evaluate(script, list(color)))


def values_of(figure: Locator) -> list[str]:
    return figure.locator(".journal-chart__value").all_text_contents()


def test_canvas_replaces_the_svg_and_shows_the_curve(visit: Visit) -> None:
    figure = visit.wait()
    assert figure.locator("canvas").count() == 1
    assert figure.locator(".journal-chart__plot > svg").count() == 0
    assert count_pixels(figure, COLORS["light"]) > 200


def test_legend_toggles_by_keyboard(visit: Visit) -> None:
    figure = visit.wait()
    entry = figure.get_by_role("button", name="run-1")
    entry.focus()
    visit.page.keyboard.press("Space")
    assert entry.get_attribute("aria-pressed") == "false"
    assert count_pixels(figure, COLORS["light"]) == 0
    visit.page.keyboard.press("Enter")
    assert entry.get_attribute("aria-pressed") == "true"
    assert count_pixels(figure, COLORS["light"]) > 200


def test_arrow_keys_read_what_was_logged(visit: Visit) -> None:
    figure = visit.wait()
    figure.locator(".journal-chart__plot").focus()
    for _ in range(3):
        visit.page.keyboard.press("ArrowRight")
    assert values_of(figure) == [str(loss(1, 3)), str(loss(2, 3))]
    assert figure.locator("[data-chart=at]").text_content() == "epoch 3"
    said = figure.locator("[aria-live=polite]")
    assert said.text_content() == f"epoch 3: run-1 {loss(1, 3)}, run-2 {loss(2, 3)}"
    visit.page.keyboard.press("Shift+ArrowRight")
    assert values_of(figure)[0] == str(loss(1, 13))
    visit.page.keyboard.press("End")
    assert float(values_of(figure)[0]) == pytest.approx(loss(1, 100), rel=1e-4)


def test_pointer_reads_drags_and_resets(visit: Visit) -> None:
    figure = visit.wait()
    over = figure.locator(".u-over")
    box = over.bounding_box()
    assert box
    middle = box["y"] + box["height"] / 2
    visit.page.mouse.move(box["x"] + box["width"] / 2, middle)
    assert all(float(value) > 0 for value in values_of(figure))
    reset = figure.get_by_role("button", name="Reset zoom")
    assert not reset.is_visible()
    visit.page.mouse.down()
    visit.page.mouse.move(box["x"] + box["width"] * 0.75, middle, steps=5)
    visit.page.mouse.up()
    assert reset.is_visible()
    figure.locator(".journal-chart__plot").focus()
    visit.page.keyboard.press("Home")
    first = str(figure.locator("[data-chart=at]").text_content())
    assert 45 <= int(first.removeprefix("epoch ")) <= 55
    reset.click()
    assert not reset.is_visible()


def test_keys_zoom_and_escape_resets(visit: Visit) -> None:
    figure = visit.wait()
    figure.locator(".journal-chart__plot").focus()
    visit.page.keyboard.press("+")
    reset = figure.get_by_role("button", name="Reset zoom")
    assert reset.is_visible()
    visit.page.keyboard.press("Escape")
    assert not reset.is_visible()


def test_log_scale_and_smoothing_change_the_drawing(visit: Visit) -> None:
    figure = visit.wait()
    shots = [figure.locator("canvas").screenshot()]
    figure.get_by_label("Log scale").focus()
    visit.page.keyboard.press("Space")
    shots.append(figure.locator("canvas").screenshot())
    figure.get_by_label("Smoothing").focus()
    visit.page.keyboard.press("End")
    shots.append(figure.locator("canvas").screenshot())
    assert len(set(shots)) == 3
    figure.locator(".journal-chart__plot").focus()
    visit.page.keyboard.press("Home")
    visit.page.keyboard.press("ArrowRight")
    weight = 0.99
    first, second = loss(1, 1), loss(1, 2)
    smoothed = (first * weight * (1 - weight) + second * (1 - weight)) / (1 - weight**2)
    assert float(values_of(figure)[0]) == pytest.approx(smoothed, rel=1e-3)


def test_scheme_switch_redraws(visit: Visit) -> None:
    figure = visit.wait()
    visit.page.locator("label[title=Dark]").click()
    visit.page.wait_for_timeout(200)
    assert count_pixels(figure, COLORS["light"]) == 0
    assert count_pixels(figure, COLORS["dark"]) > 200


def test_chart_follows_the_window(visit: Visit) -> None:
    figure = visit.wait()
    visit.page.set_viewport_size({"width": 390, "height": 800})
    visit.page.wait_for_timeout(300)
    box = figure.locator("canvas").bounding_box()
    assert box
    assert 250 < box["width"] < 390
    assert visit.page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


def test_instant_navigation_keeps_charts_alive(visit: Visit) -> None:
    visit.page.evaluate("window.stayed = true")
    for name, runs in (("one", 1), ("two", 2)):
        visit.page.locator(".md-nav--primary").get_by_role("link", name=f"Post {name}").click()
        visit.page.locator("h1", has_text=f"Post {name}").wait_for()
        figure = visit.wait()
        assert figure.locator(".journal-chart__entry").count() == runs
        assert count_pixels(figure, COLORS["light"]) > 200
    assert visit.page.evaluate("window.stayed") is True


def test_axe_finds_nothing_in_a_chart(visit: Visit) -> None:
    figure = visit.wait()
    figure.locator("summary").click()
    found = Axe().run(visit.page, context=".journal-plots")
    assert found.response["violations"] == []


def test_other_pages_load_nothing_of_it(browser: Browser, site: tuple[str, BuiltSite]) -> None:
    page = browser.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(site[0], wait_until="networkidle")
    assert any(url.endswith("journal.js") for url in asked)
    assert not any("chart" in url or "uplot" in url.casefold() for url in asked)
    page.close()


def test_without_scripts_picture_table_and_file_are_there(
    browser: Browser, site: tuple[str, BuiltSite]
) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site[0]}posts/two/")
    figure = page.locator("figure.journal-chart")
    box = figure.locator(".journal-chart__plot > svg").bounding_box()
    assert box
    assert box["height"] > 150
    assert not figure.locator(".journal-chart__tools").is_visible()
    figure.locator("summary").click()
    assert figure.get_by_role("row").filter(has_text="run-1").first.is_visible()
    link = page.locator(".journal-plots__files a").first
    assert page.request.get(str(link.evaluate("link => link.href"))).ok
    context.close()


@pytest.mark.parametrize("broken", ["1-loss.json", "uPlot.iife.min.js"])
def test_a_failure_leaves_the_picture(
    browser: Browser, site: tuple[str, BuiltSite], broken: str
) -> None:
    page = browser.new_page()
    page.route(f"**/{broken}", lambda route: route.abort())
    page.goto(f"{site[0]}posts/two/")
    page.locator("figure.journal-chart").scroll_into_view_if_needed()
    page.locator("figure.journal-chart[data-state=static]").wait_for()
    assert page.locator(".journal-chart__plot > svg").is_visible()
    page.close()


def test_strict_policy_and_no_theme(browser: Browser, site: tuple[str, BuiltSite]) -> None:
    """The same figure on a bare page that allows no inline script or style."""
    url, built = site
    html = (built.site / "posts" / "two" / "index.html").read_text(encoding="utf-8")
    start, end = html.index('<div class="journal-plots"'), html.rindex("</figure>")
    script = '<script src="../../assets/journal/journal.js"></script>'
    bare = f"<!doctype html><title>Bare</title><body>{html[start:end]}</figure></div></div>{script}"

    def answer(route: Route) -> None:
        headers = {"content-security-policy": POLICY, "content-type": "text/html"}
        route.fulfill(body=bare, headers=headers)

    context = browser.new_context()
    visit = Visit(context.new_page(), url)
    visit.page.route("**/posts/two/", answer)
    visit.page.goto(f"{url}posts/two/")
    figure = visit.wait()
    assert count_pixels(figure, COLORS["light"]) > 200
    assert visit.complaints == []
    context.close()


def test_a_hundred_thousand_points_are_drawn_fast(browser: Browser, tmp_path: Path) -> None:
    """From asking for the page to the drawn chart; the limit is generous, the data is not."""
    data = tmp_path / "docs" / "data"
    data.mkdir(parents=True)
    rows = (f"{n},{math.sin(n / 9000) + math.sin(n * n) / 9:.5f}" for n in range(100_000))
    (data / "long.csv").write_text("step,loss\n" + "\n".join(rows) + "\n")
    posts = tmp_path / "docs" / "posts"
    posts.mkdir()
    (tmp_path / "docs" / "index.md").write_text("# Home\n")
    (posts / "long.md").write_text("---\ntitle: Long\ndata: data/long.csv\n---\n# Long\n")
    (tmp_path / "mkdocs.yml").write_text(CONFIG.format(url="http://localhost/"))
    built = build_site(tmp_path)
    chart = json.loads((built.site / "journal/plots/post/long/1-loss.json").read_text())
    assert len(chart["series"][0]["x"]) <= 2000
    served = Served(built.site)
    page = browser.new_page()
    page.goto(f"{served.url}posts/long/")
    page.locator("figure.journal-chart[data-state=drawn]").wait_for(timeout=5000)
    page.close()
    served.close()
