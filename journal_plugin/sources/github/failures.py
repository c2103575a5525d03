"""Says what a refusal of GitHub means, and what to do about it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from journal_plugin.errors import AuthError, GitHubError, NotFound, Unavailable
from journal_plugin.sources.github.waiting import find_reset_wait, rate_limited

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_MAX_QUOTE = 200
_LACKS = re.compile(
    r"Field '(\w+)' doesn't exist on type|Field '\w+' doesn't accept argument '(\w+)'"
)


class TooHeavyError(Unavailable):
    """GitHub could not answer in time or within its limits; a smaller page may work."""


class TooLargeError(Unavailable):
    """An answer that is longer than any of GitHub's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """An answer of 400 or more."""

    status: int
    headers: Mapping[str, str]
    """With lower-case names."""
    data: Any = None
    """The parsed body, or anything else where it was not JSON."""
    what: str
    """What was asked for, such as `owner/name`."""
    limited: bool = False
    """Whether earlier tries of the same request met a rate limit."""


class RejectedError(Unavailable):
    """GitHub does not accept the request, such as a place in a list that it no longer knows."""


class LacksFieldsError(RejectedError):
    """A GitHub Enterprise server is too old for some fields or arguments of a query."""

    def __init__(self, message: str, fields: frozenset[str]) -> None:
        super().__init__(message)
        self.fields = fields
        """Their names."""


class GoneError(NotFound):
    """GitHub does not give it out any more: a deleted record, or issues that are switched off."""


def private_repository(repo: str) -> GitHubError:
    """The error for a private repository that must not be published."""
    return GitHubError(
        f"{repo} is a private repository, whose records would be published: set "
        "`allow_private: true` if the site is private too, or take it out of the options"
    )


def explain(refusal: Refusal, token: str | None) -> GitHubError:
    """The error for a refusal; the token is only used to keep it out of the message."""
    status, what = refusal.status, refusal.what
    said = _quote(refusal.data, token)
    if _is_rate_limit(refusal, said):
        return rate_limited(_seconds(refusal.headers))
    if status in {401, 403}:
        return AuthError(_explain_forbidden(refusal, said, has_token=token is not None))
    if status in {404, 410, 451}:
        kind = GoneError if status == 410 else NotFound  # noqa: PLR2004 - HTTP
        return kind(_explain_missing(refusal, said, has_token=token is not None))
    if status == 422:  # noqa: PLR2004 - HTTP
        return RejectedError(
            f"GitHub cannot process the request for {what} (422{said}): run `journal sync --full`"
        )
    return Unavailable(
        f"GitHub does not answer properly for {what} (status {status}): look at "
        "https://www.githubstatus.com and run `journal sync` again later"
    )


def find_lacking(errors: Iterable[Mapping[str, Any]]) -> frozenset[str]:
    """The fields and arguments that a server does not know, by its answer to a query."""
    matches = (_LACKS.search(str(error.get("message"))) for error in errors)
    return frozenset(match[1] or match[2] for match in matches if match)


def _explain_missing(refusal: Refusal, said: str, *, has_token: bool) -> str:
    if refusal.status == 404:  # noqa: PLR2004 - HTTP
        seen = "with this token" if has_token else "without a token"
        return (
            f"{refusal.what} is not there, or cannot be seen {seen} (404): check the option "
            "`repo`; a private repository needs a token that may read its issues and pull requests"
        )
    return (
        f"GitHub no longer gives out {refusal.what} ({refusal.status}{said}): if issues are "
        "switched off in the repository's settings, switch them on, or take the repository out "
        "of `repo` and `repos`"
    )


def _explain_forbidden(refusal: Refusal, said: str, *, has_token: bool) -> str:
    what = refusal.what
    if refusal.status == 401:  # noqa: PLR2004 - HTTP
        return (
            f"GitHub refuses the token (401{said}): check that GITHUB_TOKEN or GH_TOKEN is valid "
            "and has not expired, or unset it to read public data without one"
        )
    if "x-github-sso" in refusal.headers:
        return (
            f"the organization of {what} wants the token to be authorized for single sign-on "
            "(403): do that under Settings > Developer settings > Tokens on GitHub"
        )
    if not has_token:
        return f"GitHub refuses {what} without a token (403{said}): set GITHUB_TOKEN"
    return (
        f"the token may not read {what} (403{said}): give it read access to issues, pull requests "
        "and metadata; in GitHub Actions, add `permissions: issues: read, pull-requests: read`"
    )


def _is_rate_limit(refusal: Refusal, said: str) -> bool:
    headers = refusal.headers
    return refusal.status == 429 or (  # noqa: PLR2004 - HTTP
        refusal.status == 403  # noqa: PLR2004 - HTTP
        and (
            refusal.limited
            or "retry-after" in headers
            or headers.get("x-ratelimit-remaining") == "0"
            or "rate limit" in said.lower()
        )
    )


def _seconds(headers: Mapping[str, str]) -> float | None:
    asked = headers.get("retry-after", "")
    return float(asked) if asked.isdigit() else find_reset_wait(headers)


def _quote(data: Any, token: str | None) -> str:
    """GitHub's own words as `: words`, on one line, or nothing."""
    message = data.get("message") if isinstance(data, dict) else None
    if not isinstance(message, str) or not message.strip():
        return ""
    words = " ".join("".join(c if c.isprintable() else " " for c in message).split())
    if token:
        words = words.replace(token, "***")
    return f": {words[:_MAX_QUOTE]}"
