"""Charts as HTML, SVG and data: complete without scripts, harmless, the same each time."""

from __future__ import annotations

import itertools
import json
import re
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markupsafe import Markup

from journal_plugin.build import build_journal
from journal_plugin.pages.chart_parts import NARROW, WIDE
from journal_plugin.pages.charts import make_table, render_chart, render_chart_data, render_plots
from journal_plugin.pages.environment import make_environment
from journal_plugin.pages.figure import describe_plot, render_figure
from journal_plugin.pages.page import Site
from journal_plugin.series import Axis, AxisKind, DataFile, Plot, Run, Series
from journal_plugin.settings import Settings
from tests.support.make import REPO, make_issue, make_posts, make_snapshot, page_of

if TYPE_CHECKING:
    from journal_plugin.build import Build

HOSTILE = "</svg><script>alert(1)</script>\"'&<b onclick=x>\x00"
ASSETS = Path(__file__).resolve().parents[2] / "journal_plugin" / "assets"


def plot_of(*series: Series, title: str = "loss", x: Axis | None = None) -> Plot:
    return Plot(title=title, x=x or Axis(label="epoch"), series=series)


def series_of(*ys: float | None, name: str = "run", color: int = 0) -> Series:
    points = tuple((float(x), y) for x, y in enumerate(ys, start=1))
    return Series(name=name, points=points, color=color, total=len(points))


def chart(plot: Plot) -> str:
    return str(render_chart(make_environment(), plot, anchor="c", data_url="c.json"))


class Parts(HTMLParser):
    """The names of all elements and attributes of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}


def test_figure_is_xml_with_a_name_and_a_description() -> None:
    plot = plot_of(series_of(3, 2, 1, name="a"), series_of(4, None, 2, name="b", color=1))
    root = ET.fromstring(render_figure(plot, anchor="c"))  # noqa: S314 - our own output
    assert root.get("role") == "img"
    ids = str(root.get("aria-labelledby")).split()
    texts = [root.find(f"./*[@id='{name}']") for name in ids]
    assert [text.text for text in texts if text is not None] == ["loss", describe_plot(plot)]
    assert "a: from 3 to 1, lowest 1, highest 3." in describe_plot(plot)
    strokes = {path.get("stroke") for path in root.iter("path")}
    assert strokes == {"var(--journal-chart-1)", "var(--journal-chart-2)"}


def test_a_gap_interrupts_the_line() -> None:
    whole = render_figure(plot_of(series_of(3, 2, 1, 1)), anchor="c")
    broken = render_figure(plot_of(series_of(3, 2, None, 1)), anchor="c")
    assert whole.count("<path") == 1
    assert broken.count("<path") == 2


def test_the_drawn_line_goes_where_the_numbers_are() -> None:
    """Recomputed from the tick lines: what the line's ends say must be what was logged."""
    root = ET.fromstring(render_figure(plot_of(series_of(2, 8)), anchor="c"))  # noqa: S314 - same
    ticks = {}
    for tick in root.findall(".//g[@class='axis left']/g"):
        line, label = tick.find("line"), tick.find("text")
        assert line is not None
        assert label is not None
        ticks[float(label.text or "")] = float(line.get("y1") or "")
    (low, at_low), (high, at_high) = min(ticks.items()), max(ticks.items())
    path = root.find(".//path")
    assert path is not None
    numbers = [float(n) for n in re.findall(r"[\d.]+", path.get("d") or "")]
    values = [low + (y - at_low) / (at_high - at_low) * (high - low) for y in numbers[1::2]]
    assert values == pytest.approx([2, 8], abs=0.05)


def test_nothing_that_a_strict_policy_forbids() -> None:
    parser = Parts()
    parser.feed(chart(plot_of(series_of(3, 2, 1), title=HOSTILE)))
    assert parser.tags & {"script", "style"} == set()
    assert {name for name in parser.attributes if name == "style" or name.startswith("on")} == set()


def test_hostile_names_stay_text() -> None:
    plot = plot_of(
        series_of(3, 2, 1, name=HOSTILE), title=HOSTILE, x=Axis(label=HOSTILE)
    )  # fmt: skip
    html = chart(plot)
    assert "<b onclick" not in html
    assert "\x00" not in render_figure(plot, anchor="c")
    ET.fromstring(render_figure(plot, anchor="c"))  # noqa: S314 - same
    assert json.loads(render_chart_data(plot))["series"][0]["name"] == HOSTILE


numbers = st.one_of(st.none(), st.floats(allow_nan=False, allow_infinity=False))


@settings(deadline=None)
@given(st.lists(numbers, min_size=1, max_size=30), st.sampled_from(list(AxisKind)), st.text())
def test_any_numbers_make_a_figure(ys: list[float | None], kind: AxisKind, name: str) -> None:
    plot = plot_of(series_of(*ys, name=name), title=name, x=Axis(label=name, kind=kind))
    for size in (WIDE, NARROW):
        text = render_figure(plot, anchor="c", size=size)
        assert text == render_figure(plot, anchor="c", size=size)
        ET.fromstring(text)  # noqa: S314 - same
        assert "nan" not in text.casefold().replace(name.casefold(), "")
    json.loads(render_chart_data(plot), parse_constant=pytest.fail)


def test_data_says_what_the_script_needs() -> None:
    axis = Axis(label="time since start", kind=AxisKind.DURATION)
    points = ((0.0, 1.23456789), (7200.0, None))
    plot = plot_of(Series(name="a", points=points, color=7, dash=0, total=2), x=axis)
    assert json.loads(render_chart_data(plot)) == {
        "title": "loss",
        "x": {"label": "time since start (h)", "time": False},
        "series": [{"name": "a", "color": 2, "dash": 1, "x": [0, 2], "y": [1.23457, None]}],
    }


def test_table_shows_what_the_curves_share() -> None:
    long = series_of(*[float(n) for n in range(100)], name="a")
    odd = Series(name="b", points=tuple((float(x), 1.0) for x in range(1, 100, 2)), total=50)
    table = make_table(plot_of(long, odd))
    assert table.shown_of == 100
    assert len(table.rows) == 25
    assert all(None not in row.values for row in table.rows)
    assert [row.x for row in (table.rows[0], table.rows[-1])] == [1, 99]


def test_chart_has_a_table_with_every_value_of_a_short_run() -> None:
    html = chart(plot_of(series_of(3, 2.5, 1, name="a"), series_of(4, 3, 2, name="b")))
    rows = re.findall(r'<tr><th scope="row">(.*?)</th>(.*?)</tr>', html)
    cells = [(x, re.findall(r"<td>(.*?)</td>", row)) for x, row in rows[2:]]
    assert cells == [("1", ["3", "4"]), ("2", ["2.5", "3"]), ("3", ["1", "2"])]


def site_with(runs: dict[str, tuple[Run, ...]], **texts: str) -> Build:
    posts, findings = make_posts(**texts)
    comments = [f"epoch: {n}, loss: {4 - n}" for n in (1, 2, 3)]
    return build_journal(
        Settings.from_mapping({"repo": REPO}),
        posts,
        make_snapshot(make_issue(7, comments=comments)),
        site=Site(),
        runs=runs,
        diagnostics=findings,
        now=datetime(2026, 3, 1, tzinfo=UTC),
    )


POST = "---\ntitle: A\ndate: 2026-01-01\ndata: log.csv\nmetrics: {acc: 1}\n---\nText.\n"


def test_posts_and_records_get_their_plots_and_files() -> None:
    file = DataFile(path="experiments/a log.csv", url=None, content=b"epoch,loss\n")
    run = Run(name="log", columns={"epoch": (1, 2), "loss": (2, 1), "acc": (0, 1)}, file=file)
    built = site_with({"post:a": (run,)}, a=POST)
    (post,) = built.journal.posts
    html = render_plots(built.book, post)
    assert isinstance(html, Markup)
    assert html.index("acc") < html.index("loss")
    assert 'data-journal-chart="../../journal/plots/post/a/1-acc.json"' in html
    assert 'href="../../journal/data/experiments/a%20log.csv"' in html
    assert 'href="../../assets/journal/charts.css"' in html
    assets = {asset.uri: asset.content for asset in built.assets}
    assert assets["journal/data/experiments/a log.csv"] == b"epoch,loss\n"
    assert json.loads(assets["journal/plots/post/a/1-acc.json"])["series"][0]["y"] == [0, 1]
    assert json.loads(assets["journal/plots/issue/7/1-loss.json"])["series"][0]["y"] == [3, 2, 1]
    assert 'data-journal-chart="../../plots/issue/7/1-loss.json"' in page_of(built, "issues/7")


def test_without_numbers_there_is_no_trace_of_charts() -> None:
    built = site_with({}, a=POST)
    (post,) = built.journal.posts
    assert render_plots(built.book, post) == ""


def test_metrics_of_several_posts_become_a_curve_on_the_case_study() -> None:
    texts = {
        name: f"---\ntitle: {name}\ndate: 2026-0{n}-01\nstatus: complete\nproblem: p\n"
        f"metrics: {{acc: {{value: 0.{n}, baseline: 0.1}}}}\n---\nText.\n"
        for n, name in ((2, "second"), (1, "first"), (3, "third"))
    }
    built = site_with({}, **texts)
    assets = {asset.uri: asset.content for asset in built.assets}
    data = json.loads(assets["journal/plots/problem/p/1-acc.json"])
    assert data["x"]["time"] is True
    assert [(s["name"], s["y"]) for s in data["series"]] == [
        ("result", [0.1, 0.2, 0.3]),
        ("baseline", [0.1, 0.1, 0.1]),
    ]
    assert "Metrics over the experiments" in page_of(built, "problems/p")


# Colours. The matrices simulate full protanopia, deuteranopia and tritanopia in linear RGB
# (Machado, Oliveira, Fernandes 2009, severity 1.0).
VISIONS = {
    "usual": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protanopia": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deuteranopia": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
    "tritanopia": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900)),
}  # fmt: skip
BACKGROUNDS = {"light": "#ffffff", "dark": "#1e2129"}
"""Material's backgrounds of its schemes `default` and `slate`."""


def palette(scheme: str) -> list[str]:
    css = (ASSETS / "charts.css").read_text(encoding="utf-8")
    blocks = re.findall(r"\{([^}]*--journal-chart-1[^}]*)\}", css)
    block = blocks[("light", "dark").index(scheme)]
    return re.findall(r"--journal-chart-\d: (#[0-9a-f]{6})", block)


def linear(color: str) -> tuple[float, ...]:
    parts = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    return tuple(c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)


def luminance(color: str) -> float:
    red, green, blue = linear(color)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def oklab(rgb: tuple[float, ...]) -> tuple[float, ...]:
    """Ottosson's perceptual space; a distance of 0.02 is just noticeable."""
    red, green, blue = (min(max(c, 0), 1) for c in rgb)
    long = (0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue) ** (1 / 3)
    middle = (0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue) ** (1 / 3)
    short = (0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue) ** (1 / 3)
    return (
        0.2104542553 * long + 0.7936177850 * middle - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * middle + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * middle - 0.8086757660 * short,
    )


def seen(color: str, vision: str) -> tuple[float, ...]:
    rgb = linear(color)
    rows = VISIONS[vision]
    return oklab(tuple(sum(a * b for a, b in zip(row, rgb, strict=True)) for row in rows))


@pytest.mark.parametrize("scheme", BACKGROUNDS)
def test_curves_stand_out_from_the_page(scheme: str) -> None:
    """WCAG 2.2, success criterion 1.4.11: three to one for graphics."""
    colors = palette(scheme)
    assert len(colors) == 6
    back = luminance(BACKGROUNDS[scheme])
    for color in colors:
        low, high = sorted((luminance(color), back))
        assert (high + 0.05) / (low + 0.05) >= 3, color


@pytest.mark.parametrize("vision", VISIONS)
@pytest.mark.parametrize("scheme", BACKGROUNDS)
def test_curves_can_be_told_apart(scheme: str, vision: str) -> None:
    """Five just noticeable steps between any two of the six colours, for every colour vision."""
    for one, other in itertools.combinations(palette(scheme), 2):
        pairs = zip(seen(one, vision), seen(other, vision), strict=True)
        distance = sum((a - b) ** 2 for a, b in pairs) ** 0.5
        assert distance >= 0.1, (one, other, round(distance, 3))
