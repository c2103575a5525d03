"""Exceptions that stop a build, and diagnostics that an author can fix.

The exceptions form one tree::

    JournalError
    ├── ConfigError       a wrong option, or a wrong combination of them
    ├── OutputError       a file that cannot be written
    └── GitHubError       GitHub did not give what was asked
        ├── AuthError     the token is missing, wrong or too weak
        ├── RateLimited   the quota is used up
        ├── NotFound      no such repository, or not visible
        └── Unavailable   GitHub, or the way to it, is down

Raise one of these for what stops a build. *Return* a `Diagnostic` for what an author can fix.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class JournalError(Exception):
    """Base of all errors that the journal raises on purpose."""


class ConfigError(JournalError):
    """An option has a value that is not allowed."""

    def __init__(self, option: str, message: str) -> None:
        super().__init__(f"{option}: {message}")
        self.option = option
        """Name of the option, as in `mkdocs.yml`."""
        self.message = message
        """What is wrong, without the name."""


class OutputError(JournalError):
    """A generated file cannot be written."""

    def __init__(self, path: str, message: str) -> None:
        super().__init__(f"{path}: {message}")
        self.path = path
        """Path of the file, as it was asked for."""


class GitHubError(JournalError):
    """GitHub did not give what was asked."""


class AuthError(GitHubError):
    """The token is missing, wrong, or lacks a permission."""


class RateLimited(GitHubError):  # noqa: N818 - reads as what happened, like the httpx tree
    """The quota is used up, and waiting would take longer than `max_wait`."""


class NotFound(GitHubError):  # noqa: N818 - same
    """The repository does not exist, or the token cannot see it."""


class Unavailable(GitHubError):  # noqa: N818 - same
    """GitHub, or the network on the way to it, does not answer properly."""


class Severity(StrEnum):
    """How bad a diagnostic is; only `warning` and `error` fail a strict build."""

    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Diagnostic:
    """Something that an author can fix; the site still builds."""

    path: str
    """File, below the project's root, with forward slashes."""
    line: int = 1
    """Line in that file, counted from 1."""
    code: str
    """Stable name of the kind of finding, such as `unknown-record`."""
    message: str
    """What is wrong and what to do, in one line."""
    severity: Severity = Severity.WARNING

    def __str__(self) -> str:
        return f"{show(self.path)}:{self.line}: {show(self.message)} [{self.code}]"


def show(text: str) -> str:
    """Text that may be a stranger's, for one line of a terminal or a log.

    A line end could begin a workflow command of GitHub Actions; other control characters steer a
    terminal or turn the direction of writing.
    """
    return "".join(c if c.isprintable() else " " for c in text)
