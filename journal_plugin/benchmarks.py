"""The benchmark tables of issues and pull requests as comparisons and curves.

A table that sets columns side by side becomes a comparison. One that lists a result a row becomes
a comparison of what a column names two to four times, such as two models, or a curve over a number
such as the threads. Tables that several comments repeat become curves over time.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from journal_plugin.benchmark_lists import (
    MAX_CURVES,
    Found,
    find_constants,
    is_ratio_row,
    read_keys,
    read_lists,
    write_label,
)
from journal_plugin.comparisons import Comparison, Line, find_columns
from journal_plugin.series import Axis, AxisKind, Plot, Series, is_x, make_points

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from journal_plugin.comparisons import Sides
    from journal_plugin.text.tables import MetricTable

_ENOUGH = 3
_ROWS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Benchmarks:
    """What the benchmark tables of one record show."""

    comparisons: tuple[Comparison, ...] = ()
    plots: tuple[Plot, ...] = ()

    def __bool__(self) -> bool:
        """Whether they show anything."""
        return bool(self.comparisons or self.plots)


def find_benchmarks(
    texts: Sequence[Sequence[MetricTable]], times: Sequence[datetime | None] | None = None
) -> Benchmarks:
    """What the benchmark tables in the texts of one record show.

    Args:
        texts: The tables of its body, then of its comments.
        times: When each was written.
    """
    tables = [
        (text, table)
        for text, found_in_text in enumerate(texts)
        for table in found_in_text
        if table.headers and not is_x(table.headers[0].name)
    ]
    if not tables:
        return Benchmarks()
    repeated, curves = _find_over_time(tables, times or ())
    comparisons: list[Comparison] = []
    groups: dict[tuple[int, tuple[str, ...]], list[Found]] = {}
    for text, table in tables:
        headers = tuple(header.text for header in table.headers)
        columns = None if headers in repeated else find_columns(table)
        if columns is None:
            continue
        found = Found(table=table, columns=columns, text=text)
        comparisons += [_compare(found, sides) for sides in columns.sides]
        if not columns.sides:
            groups.setdefault((text, headers), []).append(found)
    for group in groups.values():
        made, plots = read_lists(group)
        comparisons += made
        curves += plots
    kept = [comparison for comparison in comparisons if len(comparison.lines) >= _ROWS]
    return Benchmarks(
        comparisons=tuple(sorted(kept, key=lambda comparison: comparison.text)),
        plots=tuple(curves),
    )


def _compare(found: Found, sides: Sides) -> Comparison:
    """A table that sets columns side by side."""
    table, columns = found.table, found.columns
    rows = list(read_keys(table, columns))
    constants = find_constants(rows)
    header = table.headers[sides.columns[0]]
    measure = header.name if header.variant or header.unit else ""
    lines = []
    found_in_rows = zip(*(table.readings(column) for column in sides.columns), strict=True)
    told = zip(rows, table.rows, found_in_rows, strict=True)
    for number, (keys, row, readings) in enumerate(told, start=1):
        if not any(readings) or is_ratio_row(row):
            continue
        label = write_label(keys, dict(constants)) or f"{number}"
        lines.append(Line(label=label, readings=readings))
    return Comparison(
        title=table.caption,
        measure=header.unit or measure,
        sides=sides.names,
        baseline=sides.baseline,
        better=sides.better,
        constants=constants,
        lines=tuple(lines),
        text=found.text,
    )


def _find_over_time(
    tables: Iterable[tuple[int, MetricTable]], times: Sequence[datetime | None]
) -> tuple[set[tuple[str, ...]], list[Plot]]:
    """Tables with the same headings in at least three dated texts, and their numbers as curves."""
    groups: dict[tuple[str, ...], dict[int, MetricTable]] = {}
    for text, table in tables:
        if text < len(times) and times[text]:
            headers = tuple(header.text for header in table.headers)
            groups.setdefault(headers, {})[text] = table
    repeated = {headers for headers, found in groups.items() if len(found) >= _ENOUGH}
    plots = []
    for headers, found in groups.items():
        made = list(_plot_over_time(found, times)) if headers in repeated else []
        if not made:
            repeated.discard(headers)
        plots += made
    return repeated, plots


def _plot_over_time(
    found: Mapping[int, MetricTable], times: Sequence[datetime | None]
) -> Iterator[Plot]:
    """For each column of numbers a curve a row, where the row stands in at least three texts."""
    tables = list(found.values())
    numeric = set.intersection(*(set(table.numeric) for table in tables))
    numeric = {c for c in numeric if c} or numeric
    for column in sorted(numeric):
        pairs: dict[str, list[tuple[float | None, float]]] = {}
        for text, table in found.items():
            time = times[text]
            for row, reading in zip(table.rows, table.readings(column), strict=True):
                label = " · ".join(row[c] for c in range(len(row)) if c not in numeric and row[c])
                if reading and time:
                    pairs.setdefault(label, []).append((time.timestamp(), reading.value))
        curves = {label: make_points(reported) for label, reported in pairs.items()}
        moved = {
            label: points
            for label, points in curves.items()
            if len(points) >= _ENOUGH and len({y for _, y in points}) > 1
        }
        if moved and len(moved) <= MAX_CURVES:
            header = tables[0].headers[column]
            yield Plot(
                title=header.text,
                x=Axis(label="date", kind=AxisKind.TIME),
                series=tuple(
                    Series(name=name or header.text, points=points, color=n, total=len(points))
                    for n, (name, points) in enumerate(moved.items())
                ),
            )
