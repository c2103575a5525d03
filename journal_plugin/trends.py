"""How the work moves over time, as curves: throughput, what is open and how old it is, lead times.

Everything ends at the latest date in the data. What is finished without a known date cannot be
placed in time; where that is more than a tenth, the curve is left out rather than wrong.
"""

from __future__ import annotations

import statistics
from datetime import UTC, datetime
from operator import itemgetter
from typing import TYPE_CHECKING

from journal_plugin.courses import days_between
from journal_plugin.figures import SMALL
from journal_plugin.formats import format_month
from journal_plugin.model import Record, RecordKind, State
from journal_plugin.phrases import phrase
from journal_plugin.series import Axis, AxisKind, Plot, Plots, Series, make_points

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from journal_plugin.figures import Figure
    from journal_plugin.journal import Journal
    from journal_plugin.velocity import Velocity

KEY = "insights:velocity"
"""Under which the plots stand beside those of posts and records."""

_MONTHS = 12
_CURVE = 2
_UNDATED = 0.1
_KINDS = ((RecordKind.ISSUE, phrase("Issues")), (RecordKind.PULL, phrase("Pull requests")))
_LEAD_TIMES = (
    ("issue-to-closed", phrase("issue closed")),
    ("pull-to-merged", phrase("pull request merged")),
)


def find_trends(journal: Journal, velocity: Velocity) -> Plots:
    """The charts over time; none where the data spans two months or less."""
    plots = [_plot_throughput(velocity.throughput)]
    if velocity.now:
        plots += _plot_open(journal, velocity.now)
    plots.append(_plot_lead_times(journal, velocity.lead_times))
    return Plots(plots=tuple(plot for plot in plots if plot))


def _plot_throughput(figures: Sequence[Figure]) -> Plot | None:
    """What was opened and finished by month, months without anything counted as zero."""
    groups = [figure.find_groups() for figure in figures]
    months = list(_all_months({name for found in groups for name in found}))
    if len(months) <= _CURVE:
        return None
    series = tuple(
        Series(
            name=figure.title,
            points=tuple((_start(month), float(len(found.get(month, ())))) for month in months),
            color=number,
            dash=number,
            total=len(months),
        )
        for number, (figure, found) in enumerate(zip(figures, groups, strict=True))
    )
    return _over_months(phrase("Throughput by month"), series)


def _plot_open(journal: Journal, now: datetime) -> Iterator[Plot]:
    """How much was open at the end of each month, and how old half of it was."""
    counts, ages = [], []
    for color, (kind, name) in enumerate(_KINDS):
        lives = _find_lives(journal, kind)
        if not lives:
            continue
        ends = list(_month_ends(lives[0][0], now))
        if len(ends) <= _CURVE:
            continue
        shown = list(_walk_open(lives, ends))
        points = tuple((end.timestamp(), float(len(starts))) for end, starts in shown)
        counts.append(Series(name=name, points=points, color=color, dash=color, total=len(points)))
        old = tuple((e.timestamp(), _find_median_age(s, e)) for e, s in shown if s)
        if old:
            ages.append(Series(name=name, points=old, color=color, dash=color, total=len(old)))
    if counts:
        yield _over_months(phrase("Open at the end of each month"), tuple(counts))
    if ages:
        yield _over_months(phrase("Median age of what is open"), tuple(ages), unit=phrase("days"))


def _walk_open(
    lives: Sequence[tuple[datetime, datetime | None]], ends: Iterable[datetime]
) -> Iterator[tuple[datetime, list[datetime]]]:
    """Since when it was open, what was open at each of some times; all are sorted."""
    alive: list[tuple[datetime, datetime | None]] = []
    begun = 0
    for end in ends:
        while begun < len(lives) and lives[begun][0] < end:
            alive.append(lives[begun])
            begun += 1
        alive = [(first, last) for first, last in alive if last is None or end <= last]
        yield end, [first for first, _ in alive]


def _find_median_age(starts: Sequence[datetime], end: datetime) -> float:
    """The median days from sorted times to a later one: those from the times in the middle."""
    middle = starts[(len(starts) - 1) // 2 : len(starts) // 2 + 1]
    return statistics.median(days_between(start, end) for start in middle)


def _find_lives(journal: Journal, kind: RecordKind) -> list[tuple[datetime, datetime | None]]:
    """From when to when each record was open, in order; nothing if too many ends are unknown."""
    records = [r for r in journal.records.values() if r.kind is kind and r.created_at]
    over = [r for r in records if r.state not in (State.OPEN, State.DRAFT)]
    undated = [r for r in over if _end_of(r) is None]
    if len(undated) > len(over) * _UNDATED:
        return []
    gone = {record.node for record in undated}
    lives = [(r.created_at, _end_of(r)) for r in records if r.created_at and r.node not in gone]
    return sorted(lives, key=itemgetter(0))


def _end_of(record: Record) -> datetime | None:
    return record.merged_at or record.closed_at


def _plot_lead_times(journal: Journal, figures: Iterable[Figure]) -> Plot | None:
    """The median lead time of what ended in each month; where few ended, each value as a point."""
    titles = dict(_LEAD_TIMES)
    series: list[Series] = []
    for color, figure in enumerate(f for f in figures if f.key in titles):
        ended: dict[str, list[tuple[float, float]]] = {}
        for sample in figure.samples:
            record = journal.nodes[sample.nodes[0]]
            time = _end_of(record) if isinstance(record, Record) else None
            if time is None:
                continue
            month = format_month(time.astimezone(UTC))
            ended.setdefault(month, []).append((time.timestamp(), sample.value))
        many = {month: found for month, found in ended.items() if len(found) >= SMALL}
        few = make_points(pair for month in sorted(ended.keys() - many) for pair in ended[month])
        median = make_points(
            (_start(month), statistics.median(value for _, value in found))
            for month, found in many.items()
        )
        name = titles[figure.key]
        series += [
            Series(name=label, points=points, color=color, total=len(points), is_scatter=scatter)
            for label, points, scatter in (
                (phrase("%(name)s, median of the month", name=name), median, False),
                (phrase("%(name)s, one by one", name=name), few, True),
            )
            if points
        ]
    months = {round(x / 86_400 / 30) for found in series for x, _ in found.points}
    return (
        _over_months(phrase("Lead times by month"), tuple(series), unit=phrase("days"))
        if len(months) > _CURVE
        else None
    )


def _over_months(title: str, series: tuple[Series, ...], *, unit: str | None = None) -> Plot:
    return Plot(
        title=title, x=Axis(label=phrase("month"), kind=AxisKind.TIME), series=series, unit=unit
    )


def _month_ends(first: datetime, now: datetime) -> Iterator[datetime]:
    """The end of every month from `first` on; of the last one the latest date in the data."""
    for name in _all_months({format_month(time.astimezone(UTC)) for time in (first, now)}):
        year, month = map(int, name.split("-"))
        following = (year + 1, 1) if month == _MONTHS else (year, month + 1)
        yield min(datetime(*following, 1, tzinfo=UTC), now)


def _all_months(names: set[str]) -> Iterator[str]:
    """Every month from the first to the last."""
    if not names:
        return
    year, month = map(int, min(names).split("-"))
    while (name := f"{year:04}-{month:02}") <= max(names):
        yield name
        year, month = (year + 1, 1) if month == _MONTHS else (year, month + 1)


def _start(month: str) -> float:
    year, number = month.split("-")
    return datetime(int(year), int(number), 1, tzinfo=UTC).timestamp()
