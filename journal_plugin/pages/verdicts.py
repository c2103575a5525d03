"""What a metric says against its baseline."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from journal_plugin.model import Metric


class Verdict(StrEnum):
    """How a value compares with its baseline."""

    BETTER = "better"
    WORSE = "worse"
    SAME = "same"


class Difference(NamedTuple):
    """The distance of a value from its baseline."""

    amount: float
    """Value minus baseline, in the metric's unit."""
    percent: float | None
    """The same in hundredths of the baseline's size; None where that is zero."""
    verdict: Verdict | None
    """None where the author does not say which direction is better."""


def find_difference(metric: Metric) -> Difference | None:
    """How a metric differs from its baseline; None if either number is missing."""
    if metric.value is None or metric.baseline is None:
        return None
    # Ten digits: what floating point adds beyond them is not a difference.
    amount = float(f"{metric.value - metric.baseline:.10g}")
    percent = 100 * amount / abs(metric.baseline) if metric.baseline else None
    return Difference(amount=amount, percent=percent, verdict=_judge(amount, metric.better))


def find_deciding(metrics: Mapping[str, Metric]) -> tuple[str, Metric] | None:
    """The first metric that has a value: the author's order says what decides."""
    return next(((name, m) for name, m in metrics.items() if m.value is not None), None)


def _judge(amount: float, better: str | None) -> Verdict | None:
    if amount == 0:
        return Verdict.SAME
    if better is None:
        return None
    return Verdict.BETTER if (amount > 0) == (better == "higher") else Verdict.WORSE
