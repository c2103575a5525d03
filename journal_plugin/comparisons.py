"""Benchmark tables: which columns were measured, which are compared, and which side is better.

A table counts as a benchmark only if it says so itself: by a rate such as t/s in a heading, by
deviations (`±`), by a column of speedups that fits two others, or by a column called main, master
or baseline beside another of the same name. Every other table stays what it is.
"""

from __future__ import annotations

import re
import statistics
from enum import StrEnum
from itertools import permutations
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from journal_plugin.text.tables import is_baseline

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from journal_plugin.text.tables import Header, MetricTable, Reading

MAX_SIDES = 4
"""Sides of one comparison: more cannot be told apart at a glance."""
MAX_COLUMNS = 24
"""Columns of a benchmark table; of 141 real ones none has more than ten. The search for
columns that are ratios of others takes time with the third power of their number."""

_TIMES = frozenset({"s", "sec", "ms", "us", "µs", "ns", "min", "h"})
_RATIO = re.compile(
    r"(?P<speed>speed-?\s?up)|ratio|factor|gain|improvement|delta|diff|change|Δ", re.IGNORECASE
)
_LESS = re.compile(
    r"(?:^|[^a-z])(?:ppl|perplexity|loss|q?err(?:or)?|latency|time|wer|rmse|mae)(?![a-z])",
    re.IGNORECASE,
)
_MORE = re.compile(
    r"(?:^|[^a-z])(?:acc(?:uracy)?|f1|bleu|throughput|speed|score|psnr)(?![a-z])", re.IGNORECASE
)
_NAME = re.compile(r"[\w .-]+")
_WITHOUT = re.compile(r"(?:no|without)\s+(?P<name>.+)", re.IGNORECASE)
_HALF = 0.5
_FITS = 0.75
_TOLERANCE = 0.02

_Readings: TypeAlias = "Sequence[Reading | None]"
"""The numbers of one column."""


class Better(StrEnum):
    """Which of two values is the better one."""

    HIGHER = "higher"
    LOWER = "lower"


class Line(NamedTuple):
    """One row of a comparison."""

    label: str
    """What was measured: the cells that say so, such as `CUDA · pp512`."""
    readings: tuple[Reading | None, ...]
    """One for each side; None where nothing was reported."""


class Comparison(NamedTuple):
    """One quantity, measured on several sides in the same circumstances."""

    title: str
    """The sentence or heading before the table; may be empty."""
    measure: str
    """The quantity, such as `t/s`; empty where the table names none."""
    sides: tuple[str, ...]
    baseline: int | None
    """The side that the others are compared with; None where the table names none."""
    better: Better | None
    """None where nothing says which value is the better one."""
    constants: tuple[tuple[str, str], ...]
    """Columns that say the same in every row."""
    lines: tuple[Line, ...]
    text: int = 0
    """Where the table stands: 0 is the body, 1 the first comment."""

    def find_best(self, line: Line) -> int | None:
        """The better side of a row; None if it is unknown, or too close to call.

        Too close is a difference to the next side that is not larger than the two reported
        deviations together.
        """
        found = [(r.value, r.spread or 0.0, side) for side, r in enumerate(line.readings) if r]
        if self.better is None or len(found) < len(("one", "another")):
            return None
        found.sort(key=lambda item: item[0], reverse=self.better is Better.HIGHER)
        (best, spread, side), (value, other, _) = found[:2]
        return side if abs(best - value) > spread + other else None

    def find_ratio(self, line: Line, side: int) -> float | None:
        """A side's value in a row as a multiple of the baseline's, or else of the largest."""
        reading = line.readings[side]
        base = self.find_base(line)
        return reading.value / base if reading and base else None

    def find_base(self, line: Line) -> float | None:
        """What a row's values are set against: the baseline's value, else the largest."""
        if self.baseline is not None:
            reading = line.readings[self.baseline]
            return reading.value if reading else None
        return max((abs(reading.value) for reading in line.readings if reading), default=None)

    def count_wins(self) -> dict[int | None, int]:
        """How often each side is the better one; under None, how often nobody can say."""
        wins: dict[int | None, int] = {}
        for line in self.lines:
            best = self.find_best(line)
            wins[best] = wins.get(best, 0) + 1
        return wins

    def find_median(self, side: int) -> float | None:
        """The median ratio of a side to the baseline; None without one."""
        if self.baseline is None:
            return None
        ratios = [ratio for line in self.lines if (ratio := self.find_ratio(line, side))]
        return statistics.median(ratios) if ratios else None


class Sides(NamedTuple):
    """Columns of one quantity that are compared with each other."""

    columns: tuple[int, ...]
    names: tuple[str, ...]
    baseline: int | None
    """Place among the columns."""
    better: Better | None


class Columns(NamedTuple):
    """What the columns of a benchmark table are for."""

    keys: tuple[int, ...]
    """Columns that say what was measured, in which circumstances."""
    measured: tuple[int, ...]
    """Columns of results that stand alone."""
    sides: tuple[Sides, ...] = ()


def find_columns(table: MetricTable) -> Columns | None:
    """What the columns of a table are for; None unless it clearly is a benchmark."""
    if len(table.headers) > MAX_COLUMNS:
        return None
    readings = [table.readings(c) for c in range(len(table.headers))]
    numeric = [c for c, found in enumerate(readings) if _is_numeric(table, c, found)]
    ratios = [c for c in numeric if _RATIO.match(table.headers[c].text)]
    values = [c for c in numeric if c not in ratios]
    measured = [c for c in values if _is_measured(table.headers[c], readings[c])]
    fits = [fit for column in ratios if (fit := _find_fit(readings, values, column))]
    by_ratio = _compare_by_ratio(table, numeric, fits)
    sides = list(by_ratio) or list(_compare_by_name(table, values))
    compared = {column for found in sides for column in found.columns}
    if not compared and not measured:
        return None
    with_unit = {c for c in values if table.headers[c].unit}
    results = {*measured, *compared, *with_unit, *ratios}
    return Columns(
        keys=tuple(c for c in range(len(table.headers)) if c not in results),
        measured=tuple(c for c in measured if c not in compared),
        sides=tuple(found for found in sides if len(found.columns) <= MAX_SIDES),
    )


def find_better(header: Header) -> Better | None:
    """Which values of a column are better, by its unit or its name."""
    unit = (header.unit or "").casefold()
    if unit.endswith("/s"):
        return Better.HIGHER
    if unit in _TIMES or _LESS.search(header.name):
        return Better.LOWER
    return Better.HIGHER if _MORE.search(header.name) else None


def _is_numeric(table: MetricTable, column: int, readings: _Readings) -> bool:
    """Whether at least half of what a column says is numbers, all in one unit."""
    written = [row[column] for row in table.rows if row[column]]
    found = [reading for reading in readings if reading]
    units = {(reading.unit or "").casefold() for reading in found} - {""}
    return bool(found) and len(found) >= len(written) * _HALF and len(units) <= 1


def _is_measured(header: Header, readings: _Readings) -> bool:
    """Whether a column holds results of measurements, by its unit or by deviations."""
    if (header.unit or "").casefold().endswith("/s"):
        return True
    found = [reading for reading in readings if reading]
    return sum(reading.spread is not None for reading in found) >= max(len(found) * _HALF, 1)


def _find_fit(
    readings: Sequence[_Readings], values: Sequence[int], ratio: int
) -> tuple[int, int, int] | None:
    """The ratio's column, and the columns of its numerator and denominator."""
    for upper, lower in permutations(values, 2):
        if _is_quotient(readings[upper], readings[lower], readings[ratio]):
            return ratio, upper, lower
    return None


def _is_quotient(upper: _Readings, lower: _Readings, ratio: _Readings) -> bool:
    columns = zip(upper, lower, ratio, strict=True)
    rows = [(a, b, r) for a, b, r in columns if a and b and r and b.value]
    fits = sum(abs(a.value / b.value - r.value) <= _TOLERANCE * abs(r.value) for a, b, r in rows)
    return bool(rows) and fits >= len(rows) * _FITS


def _compare_by_ratio(
    table: MetricTable, numeric: Sequence[int], fits: Sequence[tuple[int, int, int]]
) -> Iterator[Sides]:
    """Sides as a column of ratios tells them; a speedup above 1 is what its author calls better."""
    if not fits:
        return
    ratio, upper, lower = fits[0]
    same = {table.headers[c].name for c in (upper, lower) if table.headers[c].variant}
    found = {c for fit in fits for c in fit[1:]}
    found |= {c for c in numeric if table.headers[c].variant and table.headers[c].name in same}
    match = _RATIO.match(table.headers[ratio].text)
    is_speedup = bool(match and match["speed"])
    # A speedup of times is the old one over the new one, of rates the new one over the old one.
    known = find_better(table.headers[upper])
    base = upper if is_speedup and known is Better.LOWER else lower
    named = [c for c in sorted(found) if table.headers[c].is_baseline]
    better = known or (Better.HIGHER if is_speedup else None)
    yield _make_sides(table, sorted(found), named[0] if named else base, better)


def _compare_by_name(table: MetricTable, values: Sequence[int]) -> Iterator[Sides]:
    """Sides of one quantity: main beside others, values of one setting, with and without."""
    names = dict.fromkeys(table.headers[c].name for c in values if table.headers[c].variant)
    for name in names:
        group = [c for c in values if table.headers[c].name == name and table.headers[c].variant]
        variants = [str(table.headers[c].variant) for c in group]
        base = [c for c, v in zip(group, variants, strict=True) if is_baseline(v)]
        if len(group) > 1 and (base or _are_settings(variants)):
            base += [c for c, v in zip(group, variants, strict=True) if _WITHOUT.fullmatch(v)]
            yield _make_sides(table, group, base[0] if base else None, None)
    for unit in {} if names else dict.fromkeys(table.headers[c].unit for c in values):
        group = [c for c in values if unit and table.headers[c].unit == unit]
        base = [c for c in group if is_baseline(_without_unit(table.headers[c]))]
        if base and len(group) > 1:
            yield _make_sides(table, group, base[0], None)


def _make_sides(
    table: MetricTable, columns: Sequence[int], baseline: int | None, better: Better | None
) -> Sides:
    headers = [table.headers[c] for c in columns]
    return Sides(
        columns=tuple(columns),
        names=_name_sides(headers),
        baseline=None if baseline is None else columns.index(baseline),
        better=better or find_better(headers[0]),
    )


def _are_settings(variants: Sequence[str]) -> bool:
    """Whether variants are `k = 0` and `k = 1`, or `no X` and anything of X."""
    settings = [_find_setting(variant) for variant in variants]
    if all(settings):
        return len(set(settings)) == 1
    left_out = [match["name"].casefold() for v in variants if (match := _WITHOUT.fullmatch(v))]
    others = [v.casefold() for v in variants if not _WITHOUT.fullmatch(v)]
    return len(left_out) == 1 and all(left_out[0] in other for other in others)


def _find_setting(variant: str) -> str | None:
    """The name in `name = value`, or None."""
    name, _, value = variant.partition("=")
    is_setting = _NAME.fullmatch(name) and len(value.split()) == 1
    return name.strip() if is_setting else None


def _without_unit(header: Header) -> str:
    words = [word for word in header.text.split() if word != header.unit]
    return " ".join(words).strip("()[] ")


def _name_sides(headers: Sequence[Header]) -> tuple[str, ...]:
    """What tells the sides apart; a name that stands twice gets a number."""
    names = [header.variant or _without_unit(header) or header.text for header in headers]
    return tuple(_number(names))


def _number(names: Sequence[str]) -> Iterator[str]:
    for place, name in enumerate(names):
        before = names[:place].count(name)
        yield f"{name} ({before + 1})" if before else name
