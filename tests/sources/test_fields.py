"""Values of front matter, from whatever an author wrote."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from journal_plugin.model import Metric
from journal_plugin.sources import fields

DATES = [
    ("2026-01-31", (2026, 1, 31)),
    (date(2026, 1, 31), (2026, 1, 31)),
    ("January 31, 2026", (2026, 1, 31)),
    ("31 January 2026", (2026, 1, 31)),
    ("Jan 31, 2026", (2026, 1, 31)),
    ("2026/01/31", (2026, 1, 31)),
    ("01/31/2026", (2026, 1, 31)),
    ("31.01.2026", (2026, 1, 31)),
    ("02/02/2026", (2026, 2, 2)),
]
NO_DATES = ["03/04/2026", "31/31/2026", "30/02/2026", "soon", "2026-02-30"]

METRICS = [
    (0.5, Metric(value=0.5)),
    ("1e-3", Metric(value=0.001)),
    ("71.1 %", Metric(value=71.1, unit="%")),
    (
        {"value": 3, "baseline": "2", "better": "Higher"},
        Metric(value=3, baseline=2, better="higher"),
    ),
    ({"value": None, "unit": "ms"}, Metric(value=None, unit="ms")),
]
NO_METRICS = ["fast", True, float("nan"), float("inf"), "1..2"]


class Findings(list[tuple[str, str]]):
    """Collects what a reader reports."""

    def __call__(self, code: str, message: str) -> None:
        self.append((code, message))


@pytest.mark.parametrize(("value", "day"), DATES)
def test_date_is_read(value: object, day: tuple[int, int, int]) -> None:
    found = Findings()
    assert fields.read_time(value, found) == datetime(*day, tzinfo=UTC)
    assert found == []


@pytest.mark.parametrize("value", NO_DATES)
def test_wrong_or_ambiguous_date_is_reported(value: str) -> None:
    found = Findings()
    assert fields.read_time(value, found) is None
    assert [code for code, _ in found] == ["invalid-date"]


def test_date_that_no_calendar_has_in_utc_is_reported() -> None:
    found = Findings()
    first = datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=2)))
    assert fields.read_time(first, found) is None
    assert [code for code, _ in found] == ["invalid-date"]


def test_dates_that_only_quarto_knows_are_none() -> None:
    found = Findings()
    assert fields.read_dates({"date": "today", "date-modified": "last-modified"}, found) == (
        None,
        None,
    )
    assert found == []


@pytest.mark.parametrize(("raw", "metric"), METRICS)
def test_metric_is_read(raw: object, metric: Metric) -> None:
    found = Findings()
    assert fields.read_metrics({"m": raw}, found) == {"m": metric}
    assert found == []


def test_baseline_that_is_no_number_is_reported_and_the_metric_kept() -> None:
    found = Findings()
    raw = {"m": {"value": 3, "baseline": "none"}}
    assert fields.read_metrics(raw, found) == {"m": Metric(value=3)}
    assert found == [("invalid-metric", "metric 'm': baseline is 'none', which is not a number")]


@pytest.mark.parametrize("raw", NO_METRICS)
def test_metric_without_a_finite_number_is_reported(raw: object) -> None:
    found = Findings()
    assert fields.read_metrics({"m": raw}, found) == {}
    assert [code for code, _ in found] == ["invalid-metric"]


@pytest.mark.parametrize(
    ("value", "flag", "count"),
    [(True, True, 0), ("no", False, 0), ("flase", False, 1), ("ture", True, 1), ("maybe", True, 1)],
)
def test_misspelt_draft_is_never_published_by_mistake(
    value: object, *, flag: bool, count: int
) -> None:
    found = Findings()
    assert fields.read_flag(value, found, key="draft") is flag
    assert len(found) == count


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("#18 (tracking), lab/work#3", ("#18", "lab/work#3")),
        (
            "[#18](https://github.com/lab/work/issues/18)",
            ("https://github.com/lab/work/issues/18",),
        ),
        ("18 and GH-19", ("18", "GH-19")),
        ("none yet", ()),
    ],
)
def test_inline_references_are_found(text: str, expected: tuple[str, ...]) -> None:
    assert fields.find_targets(text) == expected
