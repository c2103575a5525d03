"""Charts of rows: bars, points and spreads side by side, as an SVG that needs no script.

Curves show how one thing moves; rows set several things beside each other. Both are drawn by
leather and take their colours from the page.
"""

from __future__ import annotations

import math
import xml.etree.ElementTree as ET
from typing import TYPE_CHECKING, Any

import leather

from journal_plugin.pages.book import format_number
from journal_plugin.pages.chart_parts import COLORS
from journal_plugin.pages.scales import Linear
from journal_plugin.pages.words import ENGLISH, mark
from journal_plugin.text.escape import clean_line, shorten

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from gettext import NullTranslations

    from journal_plugin.pages.chart_parts import Bar, Row, RowChart

WIDTH = 380
"""Of the view box, so that a phone shows it as it is; the height follows from the rows."""

_TOP, _LEFT, _RIGHT, _BOTTOM = 4, 14, 30, 26
_LABEL, _BAR, _GAP, _PAD = 16, 15, 6, 6
_CHAR = 7.0
_MAX_LABEL = 52
_HOURS = 24
_APART = 44
_SVG_POINT = 3.5
_MIDDLE = _LABEL + _BAR / 2
"""Of a row with a spread, from its top."""
_TICKS = (
    (0, "0"), (1 / _HOURS, "1 h"), (1, mark("1 day")), (7, mark("1 week")), (30, mark("30 days")),
    (365, mark("1 year")), (3650, mark("10 years")),
)  # fmt: skip
"""Marks of an axis of days, and how they are written."""


def render_rows(chart: RowChart, *, anchor: str, words: NullTranslations = ENGLISH) -> str:
    """The SVG element, its axis in the language of `words`; the same chart gives the same text."""
    width = WIDTH - _LEFT - _find_right(chart)
    heights = [_LABEL + _BAR * max(len(row.bars), 1) + _GAP for row in chart.rows]
    height = sum(heights)
    root = ET.Element(
        "svg",
        {
            "viewBox": f"0 0 {WIDTH} {height + _TOP + _BOTTOM}",
            "role": "img",
            "aria-labelledby": f"{anchor}-title {anchor}-desc",
        },
    )
    ET.SubElement(root, "title", {"id": f"{anchor}-title"}).text = clean_line(chart.title)
    ET.SubElement(root, "desc", {"id": f"{anchor}-desc"}).text = clean_line(chart.description)
    group = ET.SubElement(root, "g", {"transform": f"translate({_LEFT} {_TOP})"})
    scale, axis = _make_axis(chart, words)
    group.append(axis.to_svg(width, height, scale, "bottom"))
    top = 0
    for row, size in zip(chart.rows, heights, strict=True):
        part = ET.SubElement(group, "g", {"transform": f"translate(0 {top})"})
        part.append(_label(shorten(row.label, _MAX_LABEL), 0, _LABEL / 2))
        part.extend(_draw_row(row, width, scale))
        top += size
    if chart.mark is not None:
        x = f"{scale.project(chart.mark, 0, width)}"
        attributes = {"x1": x, "x2": x, "y1": "0", "y2": f"{height}", "class": "journal-rows__mark"}
        ET.SubElement(group, "line", attributes)
    return ET.tostring(root, encoding="unicode")


class _Days(Linear):
    """Days, each ten times as many as far apart as the ones before, and zero at the start."""

    def __init__(self, top: float) -> None:
        super().__init__(0, top)
        self._top = math.log1p(top * _HOURS)

    def project(self, value: Any, range_min: float, range_max: float) -> float:
        place = math.log1p(float(value) * _HOURS) / self._top
        return round(range_min + place * (range_max - range_min), 1)


def _make_axis(chart: RowChart, words: NullTranslations) -> tuple[Any, Any]:
    values = list(_find_values(chart))
    high = max(values, default=1.0)
    if chart.is_days:
        top = next((days for days, _ in _TICKS if days and days >= high), high)
        names = {days: words.gettext(name) for days, name in _TICKS}
        scale = _Days(top)
        ticks = _pick_ticks(scale, [days for days, _ in _TICKS if days <= top])
        axis = leather.Axis(ticks=ticks, tick_formatter=lambda value, _i, _n: names[value])
        return scale, axis
    low = min(0.0, min(values, default=0.0))
    scale = Linear(low, high if high > low else low + 1)
    return scale, leather.Axis(tick_formatter=_tick(chart.unit, words))


def _find_right(chart: RowChart) -> int:
    """Room for what stands beside the longest bar."""
    texts = [row.text for row in chart.rows] + [bar.text for row in chart.rows for bar in row.bars]
    return round(max(map(len, texts), default=0) * _CHAR) + _RIGHT


def _pick_ticks(scale: _Days, marks: Sequence[float]) -> list[float]:
    """The marks that are far enough apart to be read, the last one always among them."""
    kept: list[float] = []
    for tick in reversed(marks):
        places = [scale.project(value, 0, WIDTH * 2 / 3) for value in (tick, *kept[-1:])]
        if len(places) == 1 or places[1] - places[0] >= _APART:
            kept.append(tick)
    return kept[::-1]


def _tick(unit: str, words: NullTranslations) -> Callable[[Any, int, int], str]:
    return lambda value, _index, _count: f"{format_number(float(value), words)}{unit}"


def _find_values(chart: RowChart) -> Iterator[float]:
    for row in chart.rows:
        yield from (bar.value + (bar.spread or 0.0) for bar in row.bars)
        yield from row.points
        yield from row.box or ()


def _draw_row(row: Row, width: float, scale: Any) -> Iterator[ET.Element]:
    """What a row shows below its label."""
    for place, bar in enumerate(row.bars):
        yield from _draw_bar(bar, _LABEL + place * _BAR, width, scale)
    if row.box:
        yield from _draw_box(row.box, width, scale)
    if row.points:
        color = "var(--journal-chart-1)"
        data = leather.Series([(value, 0.5) for value in row.points])
        dots = leather.Dots(color, _SVG_POINT)
        yield dots.to_svg(width, _MIDDLE * 2, scale, Linear(0, 1), data, iter(()))
    if row.text:
        ends = [*row.points, *(row.box or ())]
        x = scale.project(max(ends, default=0.0), 0, width)
        yield _label(row.text, x + _PAD + _SVG_POINT, _MIDDLE)


def _draw_bar(bar: Bar, top: float, width: float, scale: Any) -> Iterator[ET.Element]:
    """A bar by leather, the line across its end, and its number."""
    color = f"var(--journal-chart-{bar.color % COLORS + 1})"
    shape = leather.Bars(color)
    slot = leather.Ordinal(["bar"])
    data = leather.Series([(bar.value, "bar")])
    group = ET.Element("g", {"transform": f"translate(0 {top})"})
    group.append(shape.to_svg(width, _BAR, scale, slot, data, iter(())))
    end = scale.project(bar.value + (bar.spread or 0.0), 0, width)
    if bar.spread:
        start = scale.project(max(bar.value - bar.spread, 0.0), 0, width)
        group.append(_line(start, end, _BAR / 2, "journal-rows__spread"))
    group.append(_label(bar.text, end + _PAD, _BAR / 2))
    yield group


def _draw_box(box: Sequence[float], width: float, scale: Any) -> Iterator[ET.Element]:
    """Both ends, the middle half and the median."""
    low, first, median, third, high = (scale.project(value, 0, width) for value in box)
    yield _line(low, high, _MIDDLE, "journal-rows__ends")
    yield _line(first, max(third, first + 1), _MIDDLE, "journal-rows__half")
    middle = {
        "x1": f"{median}",
        "x2": f"{median}",
        "y1": f"{_MIDDLE - 9}",
        "y2": f"{_MIDDLE + 9}",
    }
    yield ET.Element("line", {**middle, "class": "journal-rows__median"})


def _line(start: float, end: float, y: float, name: str) -> ET.Element:
    return ET.Element(
        "line", {"x1": f"{start}", "x2": f"{end}", "y1": f"{y}", "y2": f"{y}", "class": name}
    )


def _label(text: str, x: float, y: float) -> ET.Element:
    element = ET.Element("text", {"x": f"{x:g}", "y": f"{y:g}", "dy": "0.32em"})
    element.text = clean_line(text)
    return element
