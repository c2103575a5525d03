"""What a tracking issue says about its runs, as curves: tables and status lines of its comments."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from journal_plugin.phrases import phrase
from journal_plugin.series import (
    ROW,
    X_NAMES,
    Axis,
    AxisKind,
    Plot,
    Plots,
    Run,
    Series,
    find_plots,
    is_x,
    make_points,
    plain_name,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from journal_plugin.benchmarks import Benchmarks
    from journal_plugin.journal import Journal
    from journal_plugin.model import Post, Record
    from journal_plugin.packing import Packing
    from journal_plugin.text.metrics import Report
    from journal_plugin.text.rendered import Outline
    from journal_plugin.text.tables import MetricTable

_ENOUGH = 3
"""Comments that must report a number under one name before it counts as a curve over time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Charts:
    """What the numbers in the texts of one record show."""

    benchmarks: Benchmarks
    plots: Plots

    def __bool__(self) -> bool:
        """Whether they show anything, which most tables and numbers do not."""
        return bool(self.benchmarks or self.plots.plots)


@cache
def find_packing() -> Packing:
    """Packs the charts of records."""
    from journal_plugin import benchmarks, comparisons  # noqa: PLC0415 - few journals have charts
    from journal_plugin.packing import Packing  # noqa: PLC0415 - same
    from journal_plugin.text.tables import Reading  # noqa: PLC0415 - same

    measured = benchmarks.Benchmarks, comparisons.Better, comparisons.Comparison, comparisons.Line
    return Packing(Axis, AxisKind, Charts, Plot, Plots, Reading, Series, *measured)


def may_have_charts(outline: Outline) -> bool:
    """Whether a record reports enough numbers to be worth reading."""
    return outline.has_rows or outline.updates >= _ENOUGH


def find_record_charts(record: Record, texts: Sequence[str]) -> Charts:
    """The charts of one issue or pull request.

    Args:
        record: The record.
        texts: The rendered HTML of its body, then of its comments.
    """
    from journal_plugin.benchmarks import find_benchmarks  # noqa: PLC0415 - texts are seldom read
    from journal_plugin.text.metrics import find_report  # noqa: PLC0415 - texts are seldom read

    reports = [find_report(text) for text in texts]
    benchmarks = find_benchmarks([report.tables for report in reports], _times_of(record))
    plots = (*find_record_plots(record, reports).plots, *benchmarks.plots)
    return Charts(benchmarks=benchmarks, plots=Plots(plots=plots))


def find_journal_plots(
    journal: Journal, charts: Mapping[str, Charts], runs: Mapping[str, tuple[Run, ...]]
) -> dict[str, Plots]:
    """The charts of each post with logged runs, each record that reports numbers, each problem.

    Args:
        journal: The journal.
        charts: What the records show, by node id.
        runs: Logged runs by node id of the post.
    """
    plots = {
        post.node: find_plots(runs[post.node], first=post.metrics)
        for post in journal.posts
        if post.node in runs
    }
    plots |= {node: found.plots for node, found in charts.items()}
    for problem in journal.problems:
        nodes = {artifact.node for artifact in problem.artifacts}
        plots[problem.node] = find_metric_plots(p for p in journal.posts if p.node in nodes)
    return {node: found for node, found in plots.items() if found.plots or found.constants}


def _times_of(record: Record) -> list[datetime | None]:
    return [record.created_at, *(comment.created_at for comment in record.comments)]


def find_record_plots(record: Record, reports: Sequence[Report]) -> Plots:
    """The curves of one issue or pull request.

    Numbers with an epoch or step become curves over it. Numbers without one, that at least three
    comments report under the same name, become curves over the time of the comments.

    Args:
        record: The record.
        reports: What its body reports, then its comments.
    """
    rows = [row for report in reports for row in _find_rows(report)]
    plots = [
        plot
        for run in _make_runs(f"#{record.id.number}", rows)
        for plot in find_plots([run]).plots
        if plot.x.label != ROW and max(len(s.points) for s in plot.series) >= _ENOUGH
    ]
    seen = {series.name.casefold() for plot in plots for series in plot.series}
    over_time = _plots_over_time(zip(_times_of(record), reports, strict=True), seen)
    return Plots(plots=(*plots, *over_time))


def find_metric_plots(posts: Iterable[Post]) -> Plots:
    """How the metrics of a line of experiments moved: a curve for each that several posts report.

    A dated post is a point; its baseline, where it has one, belongs to a second curve.
    """
    dated = sorted((p for p in posts if p.date), key=lambda post: (post.date, post.slug))
    names = dict.fromkeys(name for post in dated for name in post.metrics)
    plots = []
    for name in names:
        found = [(post.date, post.metrics[name]) for post in dated if name in post.metrics]
        values = make_points((_seconds(date), metric.value) for date, metric in found)
        baselines = make_points((_seconds(date), metric.baseline) for date, metric in found)
        if len(values) > 1:
            curves = [Series(name=phrase("result"), points=values, total=len(values))]
            if baselines:
                total = len(baselines)
                curves.append(
                    Series(name=phrase("baseline"), points=baselines, total=total, color=1, dash=1)
                )
            plots.append(_plot_over_time(name, curves, phrase("date"), found[0][1].unit))
    return Plots(plots=tuple(plots))


def _find_rows(report: Report) -> list[Mapping[str, float]]:
    rows: list[Mapping[str, float]] = []
    for table in report.tables:
        rows += _rows_of_table(table)
    for line in report.lines:
        rows.append({name: reading.value for name, reading in line.items()})
    return rows


def _rows_of_table(table: MetricTable) -> list[Mapping[str, float]]:
    """The rows of a table that goes over epochs or steps; none of any other table.

    Such a table starts with that column. One that has it further on compares finished runs.
    """
    numeric = table.numeric
    if not table.headers or not is_x(table.headers[0].name) or numeric[:1] != (0,):
        return []
    columns = {table.headers[column].text: table.readings(column) for column in numeric}
    return [
        {
            name: reading.value
            for name, readings in columns.items()
            if (reading := readings[row]) is not None
        }
        for row in range(len(table.rows))
    ]


def _make_runs(name: str, rows: Sequence[Mapping[str, float]]) -> list[Run]:
    """One run for each way of counting, because epochs and steps cannot share an axis."""
    groups: dict[str, list[Mapping[str, float]]] = {}
    for row in rows:
        names = {x for key in row if (x := plain_name(key)) in X_NAMES}
        if counter := next((x for x in X_NAMES if x in names), None):
            groups.setdefault(counter, []).append(row)
    return [_make_run(name, group) for _, group in sorted(groups.items())]


def _make_run(name: str, rows: Sequence[Mapping[str, float]]) -> Run:
    """Rows as columns; names that differ in case only are one column."""
    titles: dict[str, str] = {}
    for row in rows:
        for key in row:
            titles.setdefault(key.casefold(), key)
    folded = [{key.casefold(): value for key, value in row.items()} for row in rows]
    columns = {title: tuple(row.get(key) for row in folded) for key, title in titles.items()}
    return Run(name=name, columns=columns)


def _plots_over_time(
    reports: Iterable[tuple[datetime | None, Report]], seen: set[str]
) -> list[Plot]:
    reported: dict[str, list[tuple[float | None, float]]] = {}
    titles: dict[str, str] = {}
    for time, report in reports:
        for name, reading in report.loose.items():
            key = name.casefold()
            titles.setdefault(key, name)
            reported.setdefault(key, []).append((_seconds(time), reading.value))
    plots = []
    for key, pairs in reported.items():
        points = make_points(pairs)
        varied = len({y for _, y in points}) > 1
        if len(points) >= _ENOUGH and varied and key not in seen:
            curve = Series(name=titles[key], points=points, total=len(points))
            plots.append(_plot_over_time(titles[key], [curve], phrase("date"), None))
    return plots


def _plot_over_time(name: str, curves: Sequence[Series], label: str, unit: str | None) -> Plot:
    axis = Axis(label=label, kind=AxisKind.TIME)
    return Plot(title=name, x=axis, series=tuple(curves), unit=unit)


def _seconds(time: datetime | None) -> float | None:
    return time.timestamp() if time else None
