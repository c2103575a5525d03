"""Curves: what shares a plot, what they go over, and what downsampling keeps."""

from __future__ import annotations

import math
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from journal_plugin.series import (
    MAX_SERIES,
    POINTS,
    AxisKind,
    Run,
    downsample,
    find_plots,
    is_x,
    make_points,
    quantity_of,
)


def run(name: str = "a", **columns: list[float | None]) -> Run:
    return Run(name=name, columns=columns)


@pytest.mark.parametrize(
    ("column", "quantity"),
    [
        ("loss", "loss"),
        ("train_loss", "loss"),
        ("val/loss", "loss"),
        ("Validation Loss", "loss"),
        ("eval.loss", "loss"),
        ("vector_loss", "vector loss"),
        ("test", "test"),
    ],
)
def test_quantity_ignores_the_split_only(column: str, quantity: str) -> None:
    assert quantity_of(column) == quantity


@pytest.mark.parametrize(
    ("column", "expected"),
    [
        ("epoch", True),
        ("Global Step", True),
        ("_step", True),
        ("Wall time", True),
        ("time (s)", True),
        ("batch_size", False),
        ("loss", False),
    ],
)
def test_columns_that_say_when(column: str, expected: bool) -> None:  # noqa: FBT001 - a table
    assert is_x(column) is expected


def test_splits_share_a_plot_and_runs_share_it_too() -> None:
    first = run("a", epoch=[1, 2, 3], train_loss=[3, 2, 1], val_loss=[4, 3, 2])
    second = run("b", epoch=[1, 2, 3], train_loss=[5, 4, 3], val_loss=[6, 5, 4])
    (plot,) = find_plots([first, second]).plots
    assert plot.title == "loss"
    assert [(s.name, s.color, s.dash) for s in plot.series] == [
        ("a · train_loss", 0, 0),
        ("a · val_loss", 0, 1),
        ("b · train_loss", 1, 0),
        ("b · val_loss", 1, 1),
    ]


def test_the_finest_column_that_does_not_repeat_is_x() -> None:
    plots = find_plots([run(epoch=[1, 1, 2, 2], step=[1, 2, 3, 4], loss=[4, 3, 2, 1])]).plots
    assert plots[0].x.label == "step"
    plots = find_plots([run(epoch=[1, 2, 3, 4], batch=[0, 0, 0, 0], loss=[4, 3, 2, 1])]).plots
    assert plots[0].x.label == "epoch"


def test_a_row_for_each_metric_is_no_repetition() -> None:
    steps: list[float | None] = [1, 1, 1, 2, 2, 2]
    a: list[float | None] = [5, None, None, 4, None, None]
    b: list[float | None] = [None, 6, None, None, 7, None]
    c: list[float | None] = [None, None, 8, None, None, 9]
    plots = find_plots([run(step=steps, a=a, b=b, c=c)]).plots
    assert [plot.x.label for plot in plots] == ["step"] * 3
    assert plots[2].series[0].points == ((1, 8), (2, 9))


def test_without_such_a_column_rows_are_counted() -> None:
    (plot,) = find_plots([run(loss=[3, 2, 1])]).plots
    assert plot.x.label == "row"
    assert plot.series[0].points == ((1, 3), (2, 2), (3, 1))


def test_absolute_times_become_time_since_the_start_of_each_run() -> None:
    first = run("a", timestamp=[1.7e9, 1.7e9 + 60], loss=[2, 1])
    second = run("b", timestamp=[1.8e9, 1.8e9 + 90], loss=[2, 1])
    (plot,) = find_plots([first, second]).plots
    assert plot.x.kind is AxisKind.DURATION
    assert [series.points[-1][0] for series in plot.series] == [60, 90]


def test_reported_metrics_come_first_and_constants_are_no_plots() -> None:
    found = find_plots(
        [run(epoch=[1, 2], a=[1, 2], b=[1, 2], lr=[0.1, 0.1])], first=["b", "unknown"]
    )
    assert [plot.title for plot in found.plots] == ["b", "a"]
    assert found.constants == {"lr": 0.1}


def test_curves_beyond_the_limit_are_counted() -> None:
    runs = [run(str(n), epoch=[1, 2], loss=[n, n + 1]) for n in range(MAX_SERIES + 3)]
    (plot,) = find_plots(runs).plots
    assert len(plot.series) == MAX_SERIES
    assert plot.left_out == 3


def test_no_runs_no_plots() -> None:
    assert find_plots([]).plots == ()
    assert find_plots([run(epoch=[1, 2])]).plots == ()


def test_points_are_sorted_and_a_resumed_run_wins() -> None:
    pairs = [(1, 5.0), (2, 4.0), (3, math.nan), (2, 3.5), (None, 1.0), (4, None), (math.inf, 1.0)]
    assert make_points(pairs) == ((1, 5.0), (2, 3.5), (3, None))


def test_a_spike_survives_downsampling() -> None:
    source = random.Random(1)  # noqa: S311 - noise for a curve
    points = [(float(x), source.random()) for x in range(100_000)]
    points[51_234] = (51_234.0, 99.0)
    kept = downsample(points)
    assert len(kept) <= POINTS
    assert (51_234.0, 99.0) in kept
    assert (kept[0], kept[-1]) == (points[0], points[-1])


points = st.lists(
    st.tuples(st.just(0.0), st.one_of(st.none(), st.floats(-1e9, 1e9))), min_size=1, max_size=400
).map(lambda items: [(float(x), y) for x, (_, y) in enumerate(items)])


@settings(deadline=None)
@given(points, st.integers(8, 100))
def test_downsampling_keeps_order_extremes_and_the_limit(
    curve: list[tuple[float, float | None]], limit: int
) -> None:
    kept = downsample(curve, limit)
    assert len(kept) <= max(limit, 5)
    assert list(kept) == sorted(set(kept), key=lambda point: point[0])
    assert set(kept) <= set(curve)
    values = [y for _, y in curve if y is not None]
    shown = [y for _, y in kept if y is not None]
    if values:
        assert (min(shown), max(shown)) == (min(values), max(values))
    assert any(y is None for _, y in kept) == any(y is None for _, y in curve)
