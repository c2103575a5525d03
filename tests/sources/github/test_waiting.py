"""How long a sync waits, and what it says when that would be too long."""

from __future__ import annotations

from datetime import timedelta

import pytest

from journal_plugin.errors import RateLimited, Unavailable
from journal_plugin.sources.github.waiting import WaitBudget, find_reset_wait, rate_limited

DATE = "Mon, 02 Feb 2026 00:00:00 GMT"
SECOND = 1769990400
"""The same moment, in seconds since 1970."""


def test_a_budget_may_be_spent_to_its_end(waits: list[float]) -> None:
    budget = WaitBudget(timedelta(seconds=10))
    budget.wait(4)
    budget.wait(6)
    assert waits == [4, 6]
    assert budget.waited == 10
    with pytest.raises(Unavailable):
        budget.wait(0.5)
    assert waits == [4, 6], "what is too long is not slept"
    assert budget.waited == 10


def test_a_wait_in_the_past_takes_no_time_and_gives_none(waits: list[float]) -> None:
    budget = WaitBudget(timedelta(seconds=1))
    budget.wait(-5)
    assert (waits, budget.waited) == ([0], 0)


def test_a_new_budget_is_untouched() -> None:
    budget = WaitBudget(timedelta(seconds=1))
    assert (budget.waited, budget.repeats, budget.limited) == (0, 0, False)


@pytest.mark.parametrize("status", [403, 429])
def test_a_long_wait_for_a_rate_limit(status: int) -> None:
    with pytest.raises(RateLimited) as caught:
        WaitBudget(timedelta(0)).wait(90, status=status)
    assert str(caught.value) == (
        "GitHub's rate limit is used up; run `journal sync` again in 90 s, or raise `max_wait`. "
        "Without a token GitHub allows 60 requests an hour: set GITHUB_TOKEN for more"
    )


@pytest.mark.parametrize(
    ("seconds", "status", "text"),
    [
        (119, 503, "119 s (answer 503)"),
        (120, 502, "2 min (answer 502)"),
        (61, 0, "61 s (answer lost)"),
    ],
)
def test_a_long_wait_for_another_reason(seconds: float, status: int, text: str) -> None:
    with pytest.raises(Unavailable) as caught:
        WaitBudget(timedelta(seconds=60)).wait(seconds, status=status)
    assert str(caught.value) == (
        f"GitHub asks to wait {text}, longer than `max_wait` allows; run `journal sync` again later"
    )


def test_a_long_wait_without_an_answer() -> None:
    with pytest.raises(Unavailable, match=r"wait 2 s \(answer lost\)"):
        WaitBudget(timedelta(seconds=1)).wait(2)


def test_a_rate_limit_without_a_time() -> None:
    assert "again later, or raise" in str(rate_limited(None))
    assert "again in 0 s, or raise" in str(rate_limited(0))


@pytest.mark.parametrize(
    ("reset", "seconds"),
    [(SECOND + 30, 31), (SECOND + 1, 2), (SECOND, 1), (SECOND - 30, 1)],
)
def test_the_quota_is_full_a_second_after_its_reset(reset: int, seconds: float) -> None:
    headers = {"x-ratelimit-remaining": "0", "x-ratelimit-reset": str(reset), "date": DATE}
    assert find_reset_wait(headers) == seconds


@pytest.mark.parametrize(
    "changed",
    [
        {"x-ratelimit-remaining": "1"},
        {"x-ratelimit-remaining": None},
        {"x-ratelimit-reset": None},
        {"x-ratelimit-reset": "soon"},
        {"date": None},
        {"date": "soon"},
    ],
)
def test_headers_that_tell_no_time(changed: dict[str, str | None]) -> None:
    full = {"x-ratelimit-remaining": "0", "x-ratelimit-reset": str(SECOND + 30), "date": DATE}
    merged = {**full, **changed}
    assert find_reset_wait({name: text for name, text in merged.items() if text}) is None
