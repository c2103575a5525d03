"""Published numbers beside the logged ones, with the tolerance stated."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from journal_plugin.series import plain_name

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from journal_plugin.model import Metric
    from journal_plugin.series import Run


RELATIVE = 0.005
"""How far a published number may be from the logged one, as a part of the logged one."""
ABSOLUTE = 0.0005
"""The same as a plain difference, for numbers near zero; half of the third decimal place."""


class Verdict(StrEnum):
    """How a published number stands to the log."""

    LAST = "last"
    """It is the last logged value."""
    EXTREME = "extreme"
    """It is the lowest or highest logged value, but not the last."""
    LOGGED = "logged"
    """It is some other logged value."""
    DIFFERENT = "different"
    """No logged value is within the tolerance."""
    NOT_LOGGED = "not-logged"
    """The log has no column of that name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """A published number beside the logged ones."""

    metric: str
    published: float
    verdict: Verdict
    run: str | None = None
    """The run that holds the nearest value; None if there is no such column."""
    file: str | None = None
    last: float | None = None
    nearest: float | None = None
    count: int = 0
    """Logged values of that name, all runs together."""


def compare_metrics(metrics: Mapping[str, Metric], runs: Sequence[Run]) -> tuple[Comparison, ...]:
    """Each published number beside the log; none where nothing was logged."""
    if not runs:
        return ()
    return tuple(
        _compare(name, metric.value, runs)
        for name, metric in metrics.items()
        if metric.value is not None and math.isfinite(metric.value)
    )


def agrees(published: float, logged: float) -> bool:
    """Whether a published number is a logged one, as far as rounding goes."""
    return math.isclose(published, logged, rel_tol=0, abs_tol=max(RELATIVE * abs(logged), ABSOLUTE))


def _compare(name: str, published: float, runs: Sequence[Run]) -> Comparison:
    logged = [
        (run, [v for v in values if v is not None and math.isfinite(v)])
        for run in runs
        for column, values in run.columns.items()
        if plain_name(column) == plain_name(name)
    ]
    logged = [(run, values) for run, values in logged if values]
    if not logged:
        return Comparison(metric=name, published=published, verdict=Verdict.NOT_LOGGED)
    run, values = min(logged, key=lambda item: _rank(published, item[1]))
    nearest = min(values, key=lambda value: abs(value - published))
    return Comparison(
        metric=name,
        published=published,
        verdict=_judge(published, values),
        run=run.name,
        file=run.file.path if run.file else None,
        last=values[-1],
        nearest=nearest,
        count=sum(len(found) for _, found in logged),
    )


def _rank(published: float, values: Sequence[float]) -> tuple[int, float]:
    """How well a run explains a number, the best first."""
    distance = min(abs(value - published) for value in values)
    return list(Verdict).index(_judge(published, values)), distance


def _judge(published: float, values: Sequence[float]) -> Verdict:
    if agrees(published, values[-1]):
        return Verdict.LAST
    if agrees(published, min(values)) or agrees(published, max(values)):
        return Verdict.EXTREME
    if any(agrees(published, value) for value in values):
        return Verdict.LOGGED
    return Verdict.DIFFERENT
