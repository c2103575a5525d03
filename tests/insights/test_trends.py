"""The curves over time of a real repository, recomputed from its JSON; and the charts of rows."""

from __future__ import annotations

import gzip
import json
import re
import statistics
import xml.etree.ElementTree as ET
from datetime import UTC, datetime
from functools import cache
from typing import Any

import pytest

from journal_plugin.figures import Figure, Sample, Unit
from journal_plugin.pages.chart_parts import Bar, Row, RowChart
from journal_plugin.pages.insights.charts import render_rates, render_spreads
from journal_plugin.pages.rows import render_rows
from journal_plugin.trends import KEY
from tests.support.demo import build_demo, build_dump
from tests.support.dumps import DATA
from tests.support.make import page_of


@cache
def raw() -> dict[str, Any]:
    return json.loads(gzip.decompress((DATA / "issues" / "tls13-spec.json.gz").read_bytes()))


def plots() -> dict[str, Any]:
    return {plot.title: plot for plot in build_dump("tls13-spec").book.plots[KEY].plots}


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def ended(item: dict[str, Any]) -> str | None:
    return item.get("mergedAt") or item["closedAt"]


@pytest.mark.parametrize(("kind", "name"), [("issues", "Issues"), ("pulls", "Pull requests")])
def test_what_was_open_at_the_end_of_each_month(kind: str, name: str) -> None:
    counts, ages = plots()["Open at the end of each month"], plots()["Median age of what is open"]
    (curve,) = [series for series in counts.series if series.name == name]
    (age,) = [series for series in ages.series if series.name == name]
    by_time = dict(age.points)
    for seconds, count in curve.points:
        at = datetime.fromtimestamp(seconds, UTC)
        still = [
            item
            for item in raw()[kind]
            if moment(item["createdAt"]) < at
            and (item["state"] == "OPEN" or moment(str(ended(item))) >= at)
        ]
        assert count == len(still)
        days = [(at - moment(item["createdAt"])).total_seconds() / 86400 for item in still]
        assert by_time.get(seconds) == (pytest.approx(statistics.median(days)) if days else None)
    assert len(curve.points) > 100
    starts = [datetime.fromtimestamp(seconds, UTC) for seconds, _ in curve.points[:-1]]
    assert all((time.day, time.hour) == (1, 0) for time in starts)


def test_lead_times_by_month() -> None:
    """Months with five and more as their median, the others one by one."""
    months: dict[str, list[float]] = {}
    for item in raw()["pulls"]:
        if item["state"] == "MERGED" and item["mergedAt"]:
            end = moment(item["mergedAt"])
            days = (end - moment(item["createdAt"])).total_seconds() / 86400
            months.setdefault(f"{end:%Y-%m}", []).append(days)
    series = {found.name: found for found in plots()["Lead times by month"].series}
    medians = {
        f"{datetime.fromtimestamp(x, UTC):%Y-%m}": y
        for x, y in series["pull request merged, median of the month"].points
    }
    assert medians == {
        month: pytest.approx(statistics.median(found))
        for month, found in months.items()
        if len(found) >= 5
    }
    few = series["pull request merged, one by one"]
    assert few.is_scatter
    assert sorted(y for _, y in few.points if y is not None) == pytest.approx(
        sorted(value for found in months.values() if len(found) < 5 for value in found)
    )


def test_what_has_no_known_end_is_not_drawn() -> None:
    """ik_llama's dump knows no end of anything: what was open when cannot be told."""
    titles = [plot.title for plot in build_dump("ik_llama").book.plots[KEY].plots]
    assert titles == ["Throughput by month"]
    assert KEY not in build_demo().book.plots  # two months are no curve


def test_the_page_shows_spreads_as_boxes_and_few_values_as_points() -> None:
    page = page_of(build_dump("tls13-spec"), "insights/index")
    assert page.count("journal-rows__half") == 2
    demo = page_of(build_demo(), "insights/index")
    (chart,) = re.findall(r"id=\"lead-time-chart\".*?</svg>", demo, re.DOTALL)
    assert chart.count("<circle") == 11
    assert "journal-rows__half" not in demo
    assert "few: 4" in chart
    assert 'data-journal-chart="../plots/insights/velocity/' in page


def numbers(svg: str, tag: str, attribute: str) -> list[float]:
    root = ET.fromstring(svg)  # noqa: S314 - our own
    return [float(e.attrib[attribute]) for e in root.iter(f"{tag}")]


def test_bars_are_as_long_as_their_values() -> None:
    rows = (
        Row(label="a", bars=(Bar(value=50, text="5"), Bar(value=100, text="10", color=1))),
        Row(label="b", bars=(Bar(value=25, text="2", spread=5),)),
    )
    svg = render_rows(RowChart(title="t", description="d", rows=rows, mark=100), anchor="x")
    half, whole, quarter = numbers(svg, "rect", "width")
    assert (half / whole, quarter / whole) == pytest.approx((0.5, 0.25), abs=0.01)
    assert svg.count("journal-rows__spread") == 1
    assert svg == render_rows(RowChart(title="t", description="d", rows=rows, mark=100), anchor="x")


def test_text_of_strangers_stays_text() -> None:
    evil = "</text><script>alert(1)</script>\x00&\u202e"
    rows = (Row(label=evil, bars=(Bar(value=1, text=evil),)),)
    svg = render_rows(RowChart(title=evil, description=evil, rows=rows), anchor="x")
    assert "<script" not in svg
    assert {e.tag for e in ET.fromstring(svg).iter()} <= {  # noqa: S314 - our own
        "svg", "title", "desc", "g", "line", "text", "rect", "circle",
    }  # fmt: skip


def figure(count: int, group: str = "") -> Figure:
    samples = tuple(Sample(value=float(n), nodes=(), group=group) for n in range(count))
    return Figure(key="k", title="T", definition="D.", unit=Unit.DAYS, samples=samples)


@pytest.mark.parametrize("count", [0, 1, 2])
def test_so_few_values_need_no_chart(count: int) -> None:
    found = [figure(count)] if count else []
    assert render_spreads(build_demo().book, found, "x") == ""


def test_one_outcome_is_no_rate() -> None:
    assert render_rates(build_demo().book, [figure(1, "success")], "x") == ""
    assert "2 / 2" in render_rates(build_demo().book, [figure(2, "success")], "x")
