"""The one place that talks to GitHub, through PyGithub's requesters."""

from __future__ import annotations

import json
import re
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit

import requests
from github.GithubException import GithubException
from urllib3.exceptions import ReadTimeoutError

from journal_plugin.errors import AuthError, GitHubError, Unavailable
from journal_plugin.sources.github.failures import (
    LacksFieldsError,
    Refusal,
    TooHeavyError,
    TooLargeError,
    explain,
    find_lacking,
)
from journal_plugin.sources.github.transport import connect, origin_of
from journal_plugin.sources.github.waiting import WaitBudget, find_reset_wait, rate_limited

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime, timedelta

    from journal_plugin.sources.sync_state import Endpoint

_NEXT = re.compile(r'<([^>]+)>;\s*rel="next"')
_GAVE_UP = re.compile("something went wrong|timeout|timed out", re.IGNORECASE)
_TOO_HEAVY = {"RESOURCE_LIMITS_EXCEEDED", "MAX_NODE_LIMIT_EXCEEDED"}


class Answer(NamedTuple):
    """What GitHub answered to a REST request."""

    data: Any
    """The parsed body; None when nothing was modified."""
    modified: bool
    etag: str | None
    next_url: str | None
    """Address of the next page, from the `Link` header."""
    date: datetime | None
    """GitHub's clock."""


class Client:
    """Sends requests one after another, counts them, and turns failures into `GitHubError`s."""

    def __init__(self, endpoint: Endpoint, *, max_wait: timedelta) -> None:
        self._token = endpoint.token
        self._graphql_url = endpoint.graphql_url
        self._budget = WaitBudget(max_wait)
        self._rest = connect(
            "GITHUB_API_URL",
            endpoint.api_url,
            token=endpoint.token,
            budget=self._budget,
            repeat_timeouts=True,
        )
        # A timeout of GraphQL is answered by asking for less, not by asking again. It has a
        # connection of its own because its address need not be below that of REST.
        self._graphql = connect(
            "GITHUB_GRAPHQL_URL",
            origin_of(endpoint.graphql_url),
            token=endpoint.token,
            budget=self._budget,
            repeat_timeouts=False,
        )
        self._sent = 0
        self.not_modified = 0
        self.received = 0
        self.quota_left: int | None = None

    @property
    def requests(self) -> int:
        """Requests sent so far, repeated ones included."""
        return self._sent + self._budget.repeats

    @property
    def waited(self) -> float:
        """Seconds spent on waiting."""
        return self._budget.waited

    @property
    def has_token(self) -> bool:
        """Whether GraphQL can be used, and whether "not modified" is free."""
        return self._token is not None

    def close(self) -> None:
        """Close the connections."""
        self._rest.close()
        self._graphql.close()

    def get(
        self, url: str, parameters: Mapping[str, str] | None = None, *, etag: str | None, what: str
    ) -> Answer:
        """Ask REST for `url`: a path, or the address of a next page.

        Raises:
            GitHubError: one of its kinds, saying what to do.
        """
        headers = {"Accept": "application/vnd.github+json"}
        if etag:
            headers["If-None-Match"] = etag
        status, got, text = self._send(
            what,
            lambda: self._rest.requestJson("GET", url, dict(parameters or {}), headers),
        )
        modified = status != 304  # noqa: PLR2004 - HTTP
        self.not_modified += not modified
        link = _NEXT.search(got.get("link", ""))
        return Answer(
            data=self._parse(text, what) if modified else None,
            modified=modified,
            etag=got.get("etag") or (None if modified else etag),
            next_url=link[1] if link else None,
            date=_date(got),
        )

    def query(self, text: str, variables: Mapping[str, object], *, what: str) -> dict[str, Any]:
        """Ask GraphQL; return `data`, in which single records may be null.

        Raises:
            TooHeavyError: ask for less.
            GitHubError: one of its other kinds, saying what to do.
        """
        path = urlsplit(self._graphql_url).path
        body = {"query": text, "variables": dict(variables)}
        try:
            _, headers, answer = self._send(
                what, lambda: self._graphql.requestJson("POST", path, None, {}, body)
            )
        except _GatewayError as error:
            raise TooHeavyError(str(error)) from None
        parsed = self._parse(answer, what)
        if not isinstance(parsed, dict):
            raise _garbled(what)
        errors = [error for error in parsed.get("errors") or () if isinstance(error, dict)]
        if errors:
            if self._waits_for_quota(errors, headers):
                return self.query(text, variables, what=what)
            self._raise_errors(errors, parsed.get("data"), what)
        data = parsed.get("data")
        if not isinstance(data, dict):
            raise _garbled(what)
        return data

    def _send(
        self, what: str, send: Callable[[], tuple[int, dict[str, Any], str]]
    ) -> tuple[int, dict[str, Any], str]:
        """Send one request. Exceptions are never chained: theirs could show its headers."""
        self._budget.begin()
        self._sent += 1
        try:
            status, headers, text = send()
        except TooLargeError as error:
            raise _GatewayError(_lost(what, str(error))) from None
        except GitHubError:
            raise
        except GithubException as error:
            raise self._explain(error.status, error.headers or {}, error.data, what) from None
        except requests.exceptions.ReadTimeout:
            raise _GatewayError(_lost(what, "no answer came in time")) from None
        except requests.exceptions.RequestException as error:
            raise Unavailable(_lost(what, _reason(error))) from None
        except (RuntimeError, AssertionError):
            raise Unavailable(_lost(what, "it redirects to another server")) from None
        except UnicodeEncodeError:
            msg = "GITHUB_TOKEN or GH_TOKEN holds characters that no token has; set it again"
            raise AuthError(msg) from None
        self.received += len(text)
        remaining = headers.get("x-ratelimit-remaining", "")
        self.quota_left = int(remaining) if remaining.isdigit() else self.quota_left
        if status in {502, 504}:
            raise _GatewayError(str(self._explain(status, headers, None, what)))
        if status >= 400:  # noqa: PLR2004 - HTTP
            raise self._explain(status, headers, _json_or_none(text), what)
        return status, headers, text

    def _explain(
        self, status: int, headers: Mapping[str, str], data: Any, what: str
    ) -> GitHubError:
        refusal = Refusal(
            status=status,
            headers={name.lower(): value for name, value in headers.items()},
            data=data,
            what=what,
            limited=self._budget.limited,
        )
        return explain(refusal, self._token)

    def _parse(self, text: str, what: str) -> Any:
        try:
            return json.loads(text)
        except (ValueError, RecursionError):
            raise _garbled(what) from None

    def _waits_for_quota(self, errors: list[dict[str, Any]], headers: Mapping[str, str]) -> bool:
        """Wait if GraphQL's quota is used up, which it says in an answer with status 200."""
        if not any(error.get("type") == "RATE_LIMITED" for error in errors):
            return False
        seconds = find_reset_wait(headers)
        if seconds is None:
            raise rate_limited(None)
        self._budget.wait(seconds, status=429)
        return True

    def _raise_errors(self, errors: list[dict[str, Any]], data: Any, what: str) -> None:
        """Raise for errors that leave nothing to work with; those of single records pass."""
        kinds = {str(error.get("type")) for error in errors}
        if kinds & _TOO_HEAVY:
            msg = f"GitHub finds the request for {what} too heavy"
            raise TooHeavyError(msg)
        if isinstance(data, dict) and any(data.values()):
            return
        if isinstance(data, dict) and "repository" not in data and kinds <= {"NOT_FOUND"}:
            return  # single records were asked for, and all of them have vanished
        said = {"message": errors[0].get("message")}
        if lacking := find_lacking(errors):
            raise LacksFieldsError(str(self._explain(422, {}, said, what)), lacking)
        if "NOT_FOUND" in kinds:
            raise self._explain(404, {}, said, what)
        if kinds & {"FORBIDDEN", "INSUFFICIENT_SCOPES"}:
            raise self._explain(403, {}, said, what)
        if not _GAVE_UP.search(str(said["message"])):
            raise self._explain(422, {}, said, what)
        msg = f"GitHub could not finish the request for {what}"
        raise TooHeavyError(msg)


class _GatewayError(Unavailable):
    """No answer in time or in bounds; REST reports it, GraphQL asks for less."""


def _date(headers: Mapping[str, str]) -> datetime | None:
    try:
        return parsedate_to_datetime(headers["date"])
    except (KeyError, ValueError):
        return None


def _json_or_none(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _garbled(what: str) -> Unavailable:
    return Unavailable(_lost(what, "the answer is cut off or not JSON"))


def _lost(what: str, reason: str) -> str:
    return (
        f"no usable answer from GitHub for {what}: {reason}; check the connection, then run "
        "`journal sync` again"
    )


def _reason(error: requests.exceptions.RequestException) -> str:
    """A short reason; the exception's own text holds addresses and object names."""
    if isinstance(error, requests.exceptions.SSLError):
        return "the certificate of the server is not trusted, or it speaks no https"
    reason = getattr(error.args[0], "reason", None) if error.args else None
    if isinstance(error, requests.exceptions.Timeout) or isinstance(reason, ReadTimeoutError):
        return "no answer came in time"
    if isinstance(error, requests.exceptions.ProxyError):
        return "the proxy refuses the connection"
    return "the connection failed or was dropped"
