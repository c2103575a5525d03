"""What charts are made of, for whoever draws them and for what stands beside them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from journal_plugin.series import AxisKind

if TYPE_CHECKING:
    from journal_plugin.series import Plot, Series

COLORS = 6
"""Colours in `charts.css`, each with three to one against the page in both schemes."""
DASHES = ("", "7 4", "2 3", "9 3 2 3")
"""Patterns that tell curves of one colour apart."""

_UNITS = ((172_800, 86_400, "d"), (7_200, 3_600, "h"), (120, 60, "min"))


class Size(NamedTuple):
    """The view box of a chart."""

    width: int
    height: int


WIDE = Size(width=680, height=240)
NARROW = Size(width=340, height=190)


class Bar(NamedTuple):
    """One bar."""

    value: float
    text: str
    """What stands beside it."""
    color: int = 0
    spread: float | None = None
    """Half the length of the line across its end."""


class Row(NamedTuple):
    """One row: bars below each other, or a spread of values."""

    label: str
    bars: tuple[Bar, ...] = ()
    points: tuple[float, ...] = ()
    """Single values, for few of them."""
    box: tuple[float, float, float, float, float] | None = None
    """Lowest value, first quartile, median, third quartile, highest value."""
    text: str = ""
    """What stands beside a spread."""


class RowChart(NamedTuple):
    """What one chart of rows shows."""

    title: str
    description: str
    """The chart in words, for those who cannot see it."""
    rows: tuple[Row, ...]
    is_days: bool = False
    """Whether values are days, on an axis that makes room for hours as well as for years."""
    unit: str = ""
    """What is written behind the numbers of the axis."""
    mark: float | None = None
    """A value with a line of its own, such as the baseline's."""


def unit_of_time(plot: Plot) -> tuple[float, str]:
    """Seconds in the unit that suits a plot over a duration, and the unit's sign."""
    longest = max((series.points[-1][0] for series in plot.series if series.points), default=0.0)
    return next(((size, sign) for above, size, sign in _UNITS if longest >= above), (1, "s"))


def label_of_x(plot: Plot) -> str:
    """The name of the x axis, with its unit for a duration."""
    if plot.x.kind is not AxisKind.DURATION:
        return plot.x.label
    return f"{plot.x.label} ({unit_of_time(plot)[1]})"


def dash_of(series: Series) -> int:
    """Which of the patterns a curve has: the next one once the colours repeat."""
    return (series.dash + series.color // COLORS) % len(DASHES)
