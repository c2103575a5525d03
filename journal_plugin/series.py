"""Logged runs as named curves: which columns belong together, over what, and with how many points.

A *run* is a table of numbers that one training job wrote. A *plot* shows one quantity of one or
more runs. Everything here is pure; files are read in `sources/runs.py`.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from journal_plugin.phrases import phrase

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

POINTS = 2000
"""Points of one curve on the interactive chart; a screen has fewer columns of pixels."""

MAX_SERIES = 24
"""Curves of one plot: more cannot be told apart."""

STEP_NAMES = ("global_step", "step", "steps", "_step", "iteration", "iter", "update", "batch")
EPOCH_NAMES = ("epoch", "epochs")
TIME_NAMES = (
    "elapsed", "time", "wall_time", "wall_clock", "walltime", "timestamp", "_timestamp",
    "datetime", "date", "_runtime", "relative_time", "created_at",
)  # fmt: skip
X_NAMES = (*STEP_NAMES, *EPOCH_NAMES, *TIME_NAMES)
"""Columns that a curve can run over, the finest first."""

ROW = phrase("row")
"""Name of the x axis of runs that log none."""

_SPLITS = frozenset(
    {"train", "training", "val", "valid", "validation", "test", "eval", "evaluation", "dev"}
)
_WORD = re.compile(r"[^/_.\-\s]+")
_NOT_WORD = re.compile(r"[^a-z0-9]+")
_ABSOLUTE = 1e8
_ENOUGH = 2

Number: TypeAlias = float | None
Point: TypeAlias = tuple[float, Number]
"""One measurement; y is None where the run logged something that is not a number."""


class AxisKind(StrEnum):
    """What the numbers of an x axis are."""

    NUMBER = "number"
    DURATION = "duration"
    """Seconds since the start of the run."""
    TIME = "time"
    """Seconds since 1970, UTC."""


class DataFile(NamedTuple):
    """A file of logged runs."""

    path: str
    """Path below the project's root, with forward slashes."""
    url: str | None
    """Its address relative to the site's root where the site publishes it already, else None."""
    content: bytes = b""
    """What to publish; empty where the site does so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One table of logged numbers."""

    name: str
    columns: Mapping[str, Sequence[Number]]
    """Columns of equal length in the order of the file. None is a cell without a value; NaN and
    infinities are what the run logged."""
    file: DataFile | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Axis:
    """The x axis of a plot."""

    label: str
    kind: AxisKind = AxisKind.NUMBER


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """One curve."""

    name: str
    points: tuple[Point, ...]
    """Sorted by x, each x once."""
    color: int = 0
    """Place in the palette; a run keeps its colour through all plots of a page."""
    dash: int = 0
    """Pattern of the line, for several columns of one run."""
    total: int = 0
    """How many points were logged, before downsampling."""
    is_scatter: bool = False
    """Whether the points stand alone, without a line between them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plot:
    """What one chart shows."""

    title: str
    x: Axis
    series: tuple[Series, ...]
    files: tuple[DataFile, ...] = ()
    """Where the numbers come from."""
    left_out: int = 0
    """Curves beyond `MAX_SERIES`."""
    unit: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Plots:
    """All charts of one set of runs."""

    plots: tuple[Plot, ...] = ()
    constants: Mapping[str, float] = field(default_factory=dict)
    """Columns that have one value throughout, which a sentence says better than a curve."""


def find_plots(runs: Sequence[Run], *, first: Iterable[str] = ()) -> Plots:
    """One plot for each quantity that the runs logged.

    Columns that differ in the split only, such as `train_loss` and `val_loss`, share a plot.

    Args:
        runs: The runs, in the order of their colours.
        first: Quantities to show before the others, such as the metrics that a post reports.
    """
    over = [_find_x(run) for run in runs]
    shared = over[0] if over and all(name == over[0] for name in over) else None
    columns = list(dict.fromkeys(c for run in runs for c in run.columns if not is_x(c)))
    constants = _find_constants(runs, columns)
    groups: dict[str, list[str]] = {}
    for column in columns:
        if column not in constants:
            groups.setdefault(quantity_of(column), []).append(column)
    wanted = [quantity_of(name) for name in first]
    order = sorted(groups, key=lambda q: wanted.index(q) if q in wanted else len(wanted))
    plots = (_make_plot(runs, groups[quantity], shared) for quantity in order)
    return Plots(plots=tuple(plot for plot in plots if plot), constants=constants)


def quantity_of(column: str) -> str:
    """What a column measures, without the split: `loss` of `val_loss`, `train/loss` or `loss`."""
    words = [word.casefold() for word in _WORD.findall(column)]
    return " ".join(word for word in words if word not in _SPLITS) or column


def is_x(column: str) -> bool:
    """Whether a column says when something was measured rather than what."""
    return plain_name(column) in X_NAMES


def is_time(column: str) -> bool:
    """Whether a column holds times."""
    return plain_name(column) in TIME_NAMES


def make_points(pairs: Iterable[tuple[Number, Number]]) -> tuple[Point, ...]:
    """Sort measurements by x; of several at one x the last counts, as after a resumed run.

    Pairs without an x or y are left out; a y that is not finite becomes a gap.
    """
    points: dict[float, Number] = {}
    for x, y in pairs:
        if x is not None and y is not None and math.isfinite(x):
            points[x] = y if math.isfinite(y) else None
    return tuple(sorted(points.items()))


def downsample(points: Sequence[Point], limit: int = POINTS) -> tuple[Point, ...]:
    """At most `limit` of the points, with every peak and dip that a screen can show.

    The points are cut into stretches of equal count, and of each the lowest, the highest and a gap
    are kept, so a single spike among 100,000 points stays. Libraries for this all need NumPy,
    which is fifty times the size of this package.
    """
    if len(points) <= limit:
        return tuple(points)
    kept_each = 3 if any(y is None for _, y in points) else 2
    buckets = max((limit - 2) // kept_each, 1)
    inner = len(points) - 2
    kept = [0]
    for bucket in range(buckets):
        start = 1 + bucket * inner // buckets
        stop = 1 + (bucket + 1) * inner // buckets
        kept += _find_extremes(points, start, stop)
    kept.append(len(points) - 1)
    return tuple(points[index] for index in kept)


def _find_extremes(points: Sequence[Point], start: int, stop: int) -> list[int]:
    """Indexes of the lowest, the highest and the first missing point of a stretch, in order."""
    low = high = gap = -1
    for index in range(start, stop):
        y = points[index][1]
        if y is None:
            gap = index if gap < 0 else gap
            continue
        if low < 0 or y < points[low][1]:  # type: ignore[operator]  # a number, by construction
            low = index
        if high < 0 or y > points[high][1]:  # type: ignore[operator]  # same
            high = index
    return sorted({low, high, gap} - {-1})


def plain_name(column: str) -> str:
    """A column's name in the form of `X_NAMES`: lower case, words joined by `_`, no unit."""
    return ("_" if column.startswith("_") else "") + _NOT_WORD.sub(
        "_", column.casefold().split("(")[0]
    ).strip("_")


def _find_x(run: Run) -> str | None:
    """The column that a run's curves go over: the finest that hardly repeats itself, or None."""
    best, least = None, 0.5
    for column in sorted(filter(is_x, run.columns), key=lambda c: X_NAMES.index(plain_name(c))):
        repeats = _find_repeats(run, column)
        if repeats < least:
            best, least = column, repeats
    return best


def _find_repeats(run: Run, x: str) -> float:
    """The share of a column's values that are not new, for the worst of the metrics over it.

    Metrics are looked at one by one, because a logger may write a row for each.
    """
    xs = [value for value in run.columns[x] if value is not None]
    if len(xs) < _ENOUGH:
        return 1.0
    if len(set(xs)) == len(xs):
        return 0.0
    worst = 0.0
    for column, ys in run.columns.items():
        if not is_x(column):
            pairs = zip(run.columns[x], ys, strict=True)
            over = [value for value, y in pairs if value is not None and y is not None]
            worst = max(worst, 1 - len(set(over)) / len(over) if over else 0.0)
    return worst


def _find_constants(runs: Sequence[Run], columns: Iterable[str]) -> dict[str, float]:
    constants = {}
    for column in columns:
        values = {v for run in runs for v in run.columns.get(column, ()) if v is not None}
        if len(values) == 1 and math.isfinite(value := values.pop()):
            constants[column] = value
    return constants


def _make_plot(runs: Sequence[Run], columns: Sequence[str], x: str | None) -> Plot | None:
    axis = _make_axis(runs, x)
    found = [
        (number, place, run, column, points)
        for number, run in enumerate(runs)
        for place, column in enumerate(columns)
        if column in run.columns and len(points := _points_of(run, x, column, axis)) >= _ENOUGH
    ]
    if not found:
        return None
    many_runs = len({number for number, *_ in found}) > 1
    series = tuple(
        Series(
            name=_name(run, column, many_runs=many_runs, many_columns=len(columns) > 1),
            points=downsample(points),
            color=number if many_runs else place,
            dash=place if many_runs else 0,
            total=len(points),
        )
        for number, place, run, column, points in found[:MAX_SERIES]
    )
    return Plot(
        title=columns[0] if len(columns) == 1 else quantity_of(columns[0]),
        x=axis,
        series=series,
        files=tuple(dict.fromkeys(run.file for _, _, run, _, _ in found if run.file)),
        left_out=max(len(found) - MAX_SERIES, 0),
    )


def _name(run: Run, column: str, *, many_runs: bool, many_columns: bool) -> str:
    if not many_runs:
        return column
    return f"{run.name} · {column}" if many_columns else run.name


def _make_axis(runs: Sequence[Run], x: str | None) -> Axis:
    if x is None:
        return Axis(label=ROW)
    if not is_time(x):
        return Axis(label=x)
    values = [v for run in runs for v in run.columns.get(x, ()) if v is not None]
    absolute = bool(values) and min(values) > _ABSOLUTE
    return Axis(label=phrase("time since start") if absolute else x, kind=AxisKind.DURATION)


def _points_of(run: Run, over: str | None, column: str, axis: Axis) -> tuple[Point, ...]:
    ys = run.columns[column]
    if over is None:
        return make_points((float(row), y) for row, y in enumerate(ys, start=1))
    xs = run.columns[over]
    start = 0.0
    if axis.kind is AxisKind.DURATION and axis.label != over:
        start = min((value for value in xs if value is not None), default=0.0)
    pairs = zip(xs, ys, strict=True)
    return make_points((None if x is None else x - start, y) for x, y in pairs)
