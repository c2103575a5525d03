"""How the insights write numbers: lengths of time, shares and spreads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from journal_plugin.attribution import Share
from journal_plugin.figures import Unit
from journal_plugin.pages.book import format_number
from journal_plugin.pages.words import ENGLISH, mark

if TYPE_CHECKING:
    from datetime import timedelta
    from gettext import NullTranslations

    from journal_plugin.attribution import Attribution
    from journal_plugin.contributors import Split
    from journal_plugin.figures import Figure

_SHARE_NAMES = {
    Share.HUMAN: mark("human"),
    Share.AI: mark("AI"),
    Share.BOT: mark("bot"),
    Share.UNKNOWN: mark("unknown"),
}

_MINUTE, _HOUR, _DAY = 60, 3600, 86_400
_ROUNDED = 10


def name_shares(words: NullTranslations) -> dict[Share, str]:
    """Shares as readers see them."""
    return {share: words.gettext(name) for share, name in _SHARE_NAMES.items()}


def find_shares(
    found: Attribution | Split, words: NullTranslations
) -> tuple[tuple[Share, float, str], ...]:
    """Each share that is not zero: as a number, and in words."""
    shares = [(share, found.find_share(share)) for share in Share]
    return tuple((share, value, format_share(value, words)) for share, value in shares if value > 0)


def format_seconds(seconds: float, words: NullTranslations = ENGLISH) -> str:
    """A length of time in the unit that suits it: `14 s`, `12 min`, `3.5 h`, `5.2 days`."""
    if seconds < _MINUTE:
        return f"{seconds:.0f} s"
    if seconds < _HOUR:
        return f"{seconds / _MINUTE:.0f} min"
    if seconds < _DAY:
        return f"{_short(seconds / _HOUR, words)} h"
    days = _short(seconds / _DAY, words)
    return words.ngettext("%(num)s day", "%(num)s days", 1 if days == "1" else 2) % {"num": days}


def format_length(length: timedelta, words: NullTranslations = ENGLISH) -> str:
    """The same for a difference of times."""
    return format_seconds(length.total_seconds(), words)


def format_value(value: float, unit: Unit, words: NullTranslations = ENGLISH) -> str:
    """A value of a figure."""
    if unit is not Unit.DAYS:
        return _short(value, words)
    if not value:
        return words.ngettext("%(num)s day", "%(num)s days", 0) % {"num": 0}
    return format_seconds(value * _DAY, words)


def format_share(share: float, words: NullTranslations = ENGLISH) -> str:
    """A share in whole percent; what is more than nothing and less than all stays so."""
    percent = round(share * 100)
    if percent == 0 and share > 0:
        return words.gettext("under 1 %")
    if percent == 100 and share < 1 - 1e-9:  # noqa: PLR2004 - all of it
        return words.gettext("over 99 %")
    return f"{percent} %"


def format_spread(figure: Figure, words: NullTranslations = ENGLISH) -> str:
    """Where the values lie: each of them if they are few, else the quartiles and the ends."""
    values = figure.values
    if figure.is_small:
        return ", ".join(format_value(value, figure.unit, words) for value in values)
    places = (*figure.quartiles, values[0], values[-1])
    first, third, low, high = (format_value(value, figure.unit, words) for value in places)
    return words.gettext("middle half %(first)s to %(third)s, all %(low)s to %(high)s") % {
        "first": first,
        "third": third,
        "low": low,
        "high": high,
    }


def _short(value: float, words: NullTranslations = ENGLISH) -> str:
    return f"{value:.0f}" if value >= _ROUNDED else format_number(round(value, 1), words)
