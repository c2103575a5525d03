"""Waits as GitHub asks, within a budget; the retries themselves are urllib3's."""

from __future__ import annotations

from email.utils import parsedate_to_datetime
from time import sleep
from typing import TYPE_CHECKING, Any, cast

from github.GithubRetry import GithubRetry
from urllib3.exceptions import ReadTimeoutError

from journal_plugin.errors import RateLimited, Unavailable

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import timedelta
    from types import TracebackType

    from urllib3.connectionpool import ConnectionPool
    from urllib3.response import BaseHTTPResponse

MAX_ANSWERS = 20
"""Answers to one request, those that send it elsewhere or put it off included."""

_RATE_LIMIT_STATUSES = (403, 429)


class WaitBudget:
    """The time that one sync may spend on waiting."""

    def __init__(self, limit: timedelta) -> None:
        self._limit = limit.total_seconds()
        self.waited = 0.0
        """Seconds spent so far."""
        self.repeats = 0
        """Requests that were sent again."""
        self.limited = False
        """Whether GitHub has named a rate limit as the reason since the last good answer."""
        self._answers = 0

    def begin(self) -> None:
        """Start with a new request."""
        self.limited = False
        self._answers = 0

    def note_answer(self) -> None:
        """Count an answer to the request.

        Raises:
            Unavailable: it is redirected or put off again and again.
        """
        self._answers += 1
        if self._answers > MAX_ANSWERS:
            msg = (
                "GitHub redirects a request, or puts it off, without end; check GITHUB_API_URL "
                "and run `journal sync` again later"
            )
            raise Unavailable(msg)

    def wait(self, seconds: float, *, status: int = 0) -> None:
        """Sleep, or stop the sync if that would take longer than the budget.

        Raises:
            RateLimited: GitHub wants a longer wait, because of a rate limit.
            Unavailable: GitHub wants a longer wait for another reason.
        """
        seconds = max(seconds, 0.0)
        if self.waited + seconds > self._limit:
            if status in _RATE_LIMIT_STATUSES:
                raise rate_limited(seconds)
            msg = (
                f"GitHub asks to wait {_minutes(seconds)} (answer {status or 'lost'}), longer "
                "than `max_wait` allows; run `journal sync` again later"
            )
            raise Unavailable(msg)
        self.waited += seconds
        sleep(seconds)


class PoliteRetry(GithubRetry):
    """PyGithub's retry, with every wait taken from a budget.

    PyGithub sleeps as long as a `Retry-After` header says and does not look at
    `X-RateLimit-Reset` of a 429, so both are read here.
    """

    def __init__(self, *, budget: WaitBudget, repeat_timeouts: bool, **options: Any) -> None:
        super().__init__(**options)
        self._budget = budget
        self._repeat_timeouts = repeat_timeouts

    def new(self, **options: Any) -> PoliteRetry:
        """A copy with other options; urllib3 makes one for each try."""
        own = {"budget": self._budget, "repeat_timeouts": self._repeat_timeouts}
        return super().new(**own, **options)

    def is_retry(
        self,
        method: str,
        status_code: int,
        has_retry_after: bool = False,  # noqa: FBT001, FBT002 - urllib3's signature
    ) -> bool:
        """Whether to try again; urllib3 asks after each answer.

        PyGithub follows redirects, and repeats what was put off (202), as often as it is told to.
        """
        self._budget.note_answer()
        return super().is_retry(method, status_code, has_retry_after)

    def increment(
        self,
        method: str | None = None,
        url: str | None = None,
        response: BaseHTTPResponse | None = None,
        error: Exception | None = None,
        _pool: ConnectionPool | None = None,
        _stacktrace: TracebackType | None = None,
    ) -> PoliteRetry:
        """Decide whether to try again; urllib3 calls it after each failure."""
        if isinstance(error, ReadTimeoutError) and not self._repeat_timeouts:
            raise error
        arguments: Any = (method, url, response, error, _pool, _stacktrace)
        # PyGithub's annotations promise less than `new` above returns.
        return cast("PoliteRetry", super().increment(*arguments))

    def sleep(self, response: BaseHTTPResponse | None = None) -> None:
        """Wait before the next try.

        Raises:
            GitHubError: the budget does not allow it.
        """
        self._budget.repeats += 1
        status = response.status if response else 0
        self._budget.limited = self._budget.limited or status in _RATE_LIMIT_STATUSES
        asked = self.get_retry_after(response) if response else None
        if asked is None and response is not None and status in _RATE_LIMIT_STATUSES:
            asked = find_reset_wait(response.headers)
        self._budget.wait(self.get_backoff_time() if asked is None else asked, status=status)


def find_reset_wait(headers: Mapping[str, str]) -> float | None:
    """Seconds until the quota is full again, by GitHub's own clock, or None if it is not empty."""
    if headers.get("x-ratelimit-remaining") != "0":
        return None
    try:
        reset = float(headers["x-ratelimit-reset"])
        date = parsedate_to_datetime(headers["date"]).timestamp()
    except (KeyError, ValueError):
        return None
    return max(reset - date, 0.0) + 1


def rate_limited(seconds: float | None) -> RateLimited:
    """The error for a wait that is too long."""
    when = f"in {_minutes(seconds)}" if seconds is not None else "later"
    msg = (
        f"GitHub's rate limit is used up; run `journal sync` again {when}, or raise `max_wait`. "
        "Without a token GitHub allows 60 requests an hour: set GITHUB_TOKEN for more"
    )
    return RateLimited(msg)


def _minutes(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.0f} min"  # noqa: PLR2004 - two minutes
