"""The scale of numbers in charts: leather's, with less work and in fewer digits."""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from operator import itemgetter
from typing import Any

import leather
from leather.ticks.score import (
    DEFAULT_TICKS,
    INTERVALS,
    MAX_TICK_COUNT,
    MIN_TICK_COUNT,
    TEN,
    ScoreTicker,
)


class Linear(leather.Linear):  # type: ignore[misc]  # leather has no types
    """Positions to a tenth of a pixel: shorter, and the same everywhere."""

    def __init__(self, low: float, high: float) -> None:
        """Make room for values from `low` to `high`, which is greater."""
        self._data_min, self._data_max = Decimal(low), Decimal(high)
        self._ticker = _Ticker(self._data_min, self._data_max)

    def project(self, value: Any, range_min: float, range_max: float) -> float:
        """The position of a value."""
        return round(float(super().project(value, range_min, range_max)), 1)


class _Ticker(ScoreTicker):  # type: ignore[misc]  # same
    """Finds the same marks as leather, which makes hundreds only to drop them."""

    def _find_ticks(self) -> list[Decimal]:
        step = (self._domain_max - self._domain_min) / (DEFAULT_TICKS - 1)
        power = step.log10().to_integral_exact(rounding=ROUND_CEILING)
        found = []
        for base in INTERVALS:
            for size in (power, power - 1, power + 1):
                interval = base * pow(TEN, size)
                ticks = self._make_ticks(interval)
                if MIN_TICK_COUNT <= len(ticks) <= MAX_TICK_COUNT:
                    score = self._score(base, interval, ticks)["total"]
                    found.append((score, len(ticks), ticks))
        best: list[Decimal] = min(found, key=itemgetter(0, 1))[2]
        return best

    def _make_ticks(self, interval: Decimal) -> list[Decimal]:
        """Marks from below the lowest value on, up to the highest or to more than are wanted."""
        first = (self._domain_min / interval).to_integral_exact(rounding=ROUND_FLOOR) * interval
        ticks = [self._round_tick(first)]
        while ticks[-1] < self._domain_max and len(ticks) <= MAX_TICK_COUNT:
            ticks.append(self._round_tick(ticks[0] + interval * len(ticks)))
        return ticks
