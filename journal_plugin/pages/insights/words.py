"""How the insights write numbers: lengths of time, shares and spreads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from journal_plugin.attribution import Share
from journal_plugin.figures import Unit
from journal_plugin.pages.book import format_number

if TYPE_CHECKING:
    from datetime import timedelta

    from journal_plugin.figures import Figure

SHARE_NAMES = {
    Share.HUMAN: "human",
    Share.AI: "AI",
    Share.BOT: "bot",
    Share.UNKNOWN: "unknown",
}
"""Shares as readers see them."""

_MINUTE, _HOUR, _DAY = 60, 3600, 86_400
_ROUNDED = 10


def format_seconds(seconds: float) -> str:
    """A length of time in the unit that suits it: `14 s`, `12 min`, `3.5 h`, `5.2 days`."""
    if seconds < _MINUTE:
        return f"{seconds:.0f} s"
    if seconds < _HOUR:
        return f"{seconds / _MINUTE:.0f} min"
    if seconds < _DAY:
        return f"{_short(seconds / _HOUR)} h"
    days = _short(seconds / _DAY)
    return "1 day" if days == "1" else f"{days} days"


def format_length(length: timedelta) -> str:
    """The same for a difference of times."""
    return format_seconds(length.total_seconds())


def format_value(value: float, unit: Unit) -> str:
    """A value of a figure."""
    if unit is Unit.DAYS:
        return format_seconds(value * _DAY) if value else "0 days"
    return _short(value)


def format_share(share: float) -> str:
    """A share in whole percent; what is more than nothing and less than all stays so."""
    percent = round(share * 100)
    if percent == 0 and share > 0:
        return "under 1 %"
    if percent == 100 and share < 1 - 1e-9:  # noqa: PLR2004 - all of it
        return "over 99 %"
    return f"{percent} %"


def format_spread(figure: Figure) -> str:
    """Where the values lie: each of them if they are few, else the quartiles and the ends."""
    values = figure.values
    if figure.is_small:
        return ", ".join(format_value(value, figure.unit) for value in values)
    first, third = figure.quartiles
    low, high = values[0], values[-1]
    return (
        f"middle half {format_value(first, figure.unit)} to {format_value(third, figure.unit)}, "
        f"all {format_value(low, figure.unit)} to {format_value(high, figure.unit)}"
    )


def _short(value: float) -> str:
    return f"{value:.0f}" if value >= _ROUNDED else format_number(round(value, 1))
