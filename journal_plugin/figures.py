"""Figures: numbers that know what they count and how they are defined."""

from __future__ import annotations

import statistics
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    from journal_plugin.phrases import Phrase

SMALL = 5
"""Below this many values a figure shows each of them and no quartiles."""


class Unit(StrEnum):
    """What the values of a figure are."""

    DAYS = "days"
    COUNT = "count"
    """Every value is 1: the figure says how many there are."""
    ROUNDS = "rounds"


class Sample(NamedTuple):
    """One value, and what it was measured on."""

    value: float
    nodes: tuple[str, ...]
    """Posts, records and problems; of a length of time, where it starts and where it ends."""
    group: str = ""
    """What it is counted under, such as a month or an outcome."""


class Figure(NamedTuple):
    """A number for readers, with everything that it counts."""

    key: str
    """Unique on the site; names the page with what is counted."""
    title: Phrase
    definition: Phrase
    """Plain sentences."""
    unit: Unit
    samples: tuple[Sample, ...]
    """In the order in which they are listed."""
    missing: tuple[str, ...] = ()
    """Nodes that would count, but for which the data lacks a date."""

    @property
    def values(self) -> tuple[float, ...]:
        """All values, the smallest first."""
        return tuple(sorted(sample.value for sample in self.samples))

    @property
    def is_small(self) -> bool:
        """Whether there are too few values for a spread to mean anything."""
        return len(self.samples) < SMALL

    @property
    def median(self) -> float:
        """The middle value; of an even number of values, the mean of the two in the middle."""
        return statistics.median(self.values)

    @property
    def quartiles(self) -> tuple[float, float]:
        """The values below which a quarter and three quarters lie, ends included.

        Raises:
            statistics.StatisticsError: there are fewer than two values.
        """
        first, _, third = statistics.quantiles(self.values, n=4, method="inclusive")
        return first, third

    def find_groups(self) -> dict[str, tuple[Sample, ...]]:
        """Samples by group, the groups in the order in which they first occur."""
        groups: dict[str, list[Sample]] = {}
        for sample in self.samples:
            groups.setdefault(sample.group, []).append(sample)
        return {group: tuple(found) for group, found in groups.items()}


def sort_samples(samples: Iterable[Sample]) -> tuple[Sample, ...]:
    """Samples by group, then the largest value first."""
    return tuple(sorted(samples, key=lambda s: (s.group, -s.value, s.nodes)))
