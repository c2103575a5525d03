"""Says what a refusal of GitHub means, and what to do about it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from journal_plugin.errors import AuthError, GitHubError, NotFound, Unavailable
from journal_plugin.sources.github.waiting import find_reset_wait, rate_limited

if TYPE_CHECKING:
    from collections.abc import Mapping

_MAX_QUOTE = 200


class TooHeavyError(GitHubError):
    """GitHub could not answer in time or within its limits; a smaller page may work."""


def explain(
    status: int,
    headers: Mapping[str, str],
    data: Any,
    *,
    what: str,
    token: str | None,
    limited: bool = False,
) -> GitHubError:
    """The error for an answer of 400 or more.

    Args:
        status: The HTTP status.
        headers: With lower-case names.
        data: The parsed body, or anything else where it was not JSON.
        what: What was asked, such as `owner/name`.
        token: Only used to keep it out of the message.
        limited: Whether earlier tries of the same request met a rate limit.
    """
    said = _quote(data, token)
    if _is_rate_limit(status, headers, said, limited=limited):
        return rate_limited(_seconds(headers))
    if status == 401:  # noqa: PLR2004 - HTTP
        return AuthError(
            f"GitHub refuses the token (401{said}): check that GITHUB_TOKEN or GH_TOKEN is valid "
            "and has not expired, or unset it to read public data without one"
        )
    if status == 403:  # noqa: PLR2004 - HTTP
        return AuthError(_explain_forbidden(headers, what, said, token=token))
    if status == 404:  # noqa: PLR2004 - HTTP
        return NotFound(
            f"{what} is not there, or not visible to {'this' if token else 'a sync without a'} "
            "token (404): check the option `repo`; a private repository needs a token that may "
            "read its issues and pull requests"
        )
    if status in {410, 451}:
        return NotFound(
            f"GitHub no longer gives out {what} ({status}{said}): if issues are switched off in "
            "the repository's settings, switch them on, or take it out of `repo` and `repos`"
        )
    if status == 422:  # noqa: PLR2004 - HTTP
        return Unavailable(
            f"GitHub cannot process the request for {what} (422{said}): run `journal sync --full`"
        )
    return Unavailable(
        f"GitHub does not answer properly for {what} (status {status}): look at "
        "https://www.githubstatus.com and run `journal sync` again later"
    )


def _explain_forbidden(
    headers: Mapping[str, str], what: str, said: str, *, token: str | None
) -> str:
    if "x-github-sso" in headers:
        return (
            f"the organization of {what} wants the token to be authorized for single sign-on "
            "(403): do that under Settings > Developer settings > Tokens on GitHub"
        )
    if token is None:
        return f"GitHub refuses {what} without a token (403{said}): set GITHUB_TOKEN"
    return (
        f"the token may not read {what} (403{said}): give it read access to issues, pull requests "
        "and metadata; in GitHub Actions, add `permissions: issues: read, pull-requests: read`"
    )


def _is_rate_limit(status: int, headers: Mapping[str, str], said: str, *, limited: bool) -> bool:
    if status == 429:  # noqa: PLR2004 - HTTP
        return True
    return status == 403 and (  # noqa: PLR2004 - HTTP
        limited
        or "retry-after" in headers
        or headers.get("x-ratelimit-remaining") == "0"
        or "rate limit" in said.lower()
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
