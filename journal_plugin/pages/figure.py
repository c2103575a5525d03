"""The static form of a chart: an SVG that needs no script and takes its colours from the page."""

from __future__ import annotations

import math
import xml.etree.ElementTree as ET
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

import leather

from journal_plugin.pages.book import format_number
from journal_plugin.pages.chart_parts import (
    COLORS,
    DASHES,
    WIDE,
    dash_of,
    label_of_x,
    unit_of_time,
)
from journal_plugin.pages.scales import Linear
from journal_plugin.pages.words import ENGLISH, say_phrase
from journal_plugin.phrases import count_phrase, phrase
from journal_plugin.series import AxisKind, downsample
from journal_plugin.text.escape import clean_line

if TYPE_CHECKING:
    from collections.abc import Callable
    from gettext import NullTranslations

    from journal_plugin.pages.chart_parts import (
        Size,
    )
    from journal_plugin.series import Plot, Point, Series

_POINTS = 300
_FEW = 40
_TOP, _RIGHT, _BOTTOM = 8, 16, 24
_CHAR = 6.6
_SMALL, _LARGE = 1e-4, 1e9
_DESCRIBED = 6


def render_figure(
    plot: Plot, *, anchor: str, size: Size = WIDE, words: NullTranslations = ENGLISH
) -> str:
    """The SVG element of a plot; the same plot gives the same text.

    Args:
        plot: What to draw.
        anchor: Prefix for the ids of its title and description, unique on the page.
        size: Its view box.
        words: The language of its numbers and its description.
    """
    root = ET.Element(
        "svg",
        {
            "viewBox": f"0 0 {size.width} {size.height}",
            "role": "img",
            "aria-labelledby": f"{anchor}-title {anchor}-desc",
        },
    )
    ET.SubElement(root, "title", {"id": f"{anchor}-title"}).text = clean_line(plot.title)
    ET.SubElement(root, "desc", {"id": f"{anchor}-desc"}).text = clean_line(
        describe_plot(plot, words)
    )
    curves = [(series, downsample(series.points, _POINTS)) for series in plot.series]
    frame = _Frame.around([point for _, points in curves for point in points], plot, words)
    left = frame.left
    group = ET.SubElement(root, "g", {"transform": f"translate({left} {_TOP})"})
    width, height = size.width - left - _RIGHT, size.height - _TOP - _BOTTOM
    group.append(frame.x_axis.to_svg(width, height, frame.x_scale, "bottom"))
    group.append(frame.y_axis.to_svg(width, height, frame.y_scale, "left"))
    for series, points in curves:
        group.extend(frame.draw(series, points, width, height))
    return ET.tostring(root, encoding="unicode")


def describe_plot(plot: Plot, words: NullTranslations = ENGLISH) -> str:
    """The plot in words, for those who cannot see it."""
    parts = [
        count_phrase(
            "%(title)s over %(axis)s, one curve.",
            "%(title)s over %(axis)s, %(num)s curves.",
            len(plot.series),
            title=plot.title,
            axis=label_of_x(plot),
        )
    ]
    for series in plot.series[:_DESCRIBED]:
        values = [(y, x) for x, y in series.points if y is not None]
        if values:
            (low, _), (high, _) = min(values), max(values)
            parts.append(
                phrase(
                    "%(name)s: from %(first)s to %(last)s, lowest %(low)s, highest %(high)s.",
                    name=series.name,
                    first=format_number(values[0][0], words),
                    last=format_number(values[-1][0], words),
                    low=format_number(low, words),
                    high=format_number(high, words),
                )
            )
    return " ".join(say_phrase(words, part) for part in parts)


class _Temporal(leather.Temporal):  # type: ignore[misc]  # leather has no types
    def project(self, value: Any, range_min: float, range_max: float) -> float:
        return round(float(super().project(value, range_min, range_max)), 1)


class _Frame(NamedTuple):
    """The axes of a plot, and how values become what leather draws."""

    x_scale: Any
    y_scale: Any
    x_axis: Any
    y_axis: Any
    left: int
    x_of: Callable[[float], Any]
    y_of: Callable[[float], float]

    @classmethod
    def around(cls, points: list[Point], plot: Plot, words: NullTranslations) -> _Frame:
        y_factor = _factor([y for _, y in points if y is not None])
        y_scale = _linear([y / y_factor for _, y in points if y is not None])
        labels = [_tick(y_factor, words)(tick, 0, 0) for tick in y_scale.ticks()]
        x_of, x_scale, x_axis = _make_x([x for x, _ in points], plot, words)
        return cls(
            x_scale=x_scale,
            y_scale=y_scale,
            x_axis=x_axis,
            y_axis=leather.Axis(tick_formatter=_tick(y_factor, words)),
            left=round(max(len(label) for label in labels) * _CHAR) + 14,
            x_of=x_of,
            y_of=lambda y: y / y_factor,
        )

    def draw(
        self, series: Series, points: tuple[Point, ...], width: float, height: float
    ) -> list[ET.Element]:
        rows = [(self.x_of(x), None if y is None else self.y_of(y)) for x, y in points]
        color = f"var(--journal-chart-{series.color % COLORS + 1})"
        line = leather.Line(color, 1.75, DASHES[dash_of(series)] or None)
        shapes = [] if series.is_scatter else [line]
        if len(rows) <= _FEW or series.is_scatter:
            shapes.append(leather.Dots(color, 2.5))
        if all(y is None for _, y in rows):
            return []
        data = leather.Series(rows)
        return [
            shape.to_svg(width, height, self.x_scale, self.y_scale, data, iter(()))
            for shape in shapes
        ]


def _make_x(
    values: list[float], plot: Plot, words: NullTranslations
) -> tuple[Callable[[float], Any], Any, Any]:
    if plot.x.kind is AxisKind.TIME:
        first, last = _to_time(min(values)), _to_time(max(values))
        scale = _Temporal(first, last if last > first else first + timedelta(days=1))
        return _to_time, scale, leather.Axis()
    factor = unit_of_time(plot)[0] if plot.x.kind is AxisKind.DURATION else _factor(values)
    shown = 1.0 if plot.x.kind is AxisKind.DURATION else factor
    axis = leather.Axis(tick_formatter=_tick(shown, words))
    return (lambda x: x / factor), _linear([x / factor for x in values]), axis


def _to_time(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC).replace(tzinfo=None)


def _factor(values: list[float]) -> float:
    """A power of ten that brings very large or small values to where leather's ticks are exact."""
    largest = max((abs(value) for value in values), default=0.0)
    if largest == 0 or _SMALL <= largest < _LARGE:
        return 1.0
    return max(10.0 ** math.floor(math.log10(largest)), 1e-300)


def _linear(values: list[float]) -> Linear:
    low, high = min(values, default=0.0), max(values, default=1.0)
    if high - low < max(abs(low), abs(high)) * 1e-9 or low == high:
        pad = abs(low) / 10 or 1.0
        low, high = low - pad, high + pad
    return Linear(low, high)


def _tick(factor: float, words: NullTranslations) -> Callable[[Any, int, int], str]:
    return lambda value, _index, _count: format_number(float(value) * factor, words)
