"""The options of the journal, checked once, in one place.

The MkDocs adapter and the command line both build a `Settings` with `Settings.from_mapping`, so an
option means the same in both. Every option is a field of `Settings`; its check is in `CHECKS`.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from journal_plugin.errors import ConfigError
from journal_plugin.matching import fold_text
from journal_plugin.vocabulary import (
    OUTCOME_WORDS,
    PHASE_LABELS,
    STATUS_WORDS,
    Outcome,
    Phase,
    Status,
    Vocabulary,
    find_suggestion,
)

if TYPE_CHECKING:
    from collections.abc import Callable

_REPO = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,38})/(?!\.{1,2}$)[A-Za-z0-9._-]{1,100}")
_DURATION = re.compile(
    r"([0-9]{1,9})\s*(s|sec|seconds?|m|min|minutes?|h|hours?|d|days?)", re.IGNORECASE
)
_UNFIT = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")
_MAX_BYTES = 240
_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_LONGEST = timedelta(days=36500)
_TOO_MANY = 10**9

SYNC_MODES = ("auto", "always", "never")
RECORD_MODES = ("all", "linked", "none")

DEFAULT_AI_AUTHORS = (
    "Copilot",
    "copilot-swe-agent",
    "copilot-pull-request-reviewer",
    "claude",
    "claude-code",
    "codex",
    "openai-codex",
    "chatgpt-codex-connector",
    "devin-ai-integration",
    "cursoragent",
    "cursor[bot]",
    "gemini-code-assist",
    "google-labs-jules",
    "aider",
    "sweep-ai",
    "sweep-ai-deprecated",
    "openhands-agent",
)
"""Logins of assistants that are known to open or review pull requests.

Whole logins, no patterns: a person may well be called Claudette or Codexter.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What the options say, with defaults filled in."""

    enabled: bool = True
    """Switch the journal off without removing it from `plugins`."""
    repo: str | None = None
    """The repository that holds the issues and pull requests, as `owner/name`; taken from
    `repo_url` where it is not set."""
    repos: tuple[str, ...] = ()
    """Further repositories, as `owner/name`."""
    sync: str = "auto"
    """When a build asks GitHub: `auto` (with a token, and a snapshot older than `sync_interval`),
    `always` or `never`."""
    sync_interval: timedelta = timedelta(minutes=15)
    """How old a snapshot may be before `auto` syncs: a number of minutes, or `90s`, `2h`, `1d`."""
    full_sync_interval: timedelta = timedelta(days=7)
    """How long changes may go unseen that an incremental sync cannot see, such as label edits."""
    max_wait: timedelta = timedelta(seconds=60)
    """The longest that a sync waits for GitHub's rate limit before it stops."""
    snapshot: str = ".journal"
    """Directory of the records, beside `mkdocs.yml`."""
    posts: tuple[str, ...] = ("**/posts/**/*.md",)
    """Globs below `docs_dir` whose pages are posts."""
    post_sources: tuple[str, ...] = ()
    """Globs of posts outside `docs_dir`, relative to `mkdocs.yml`."""
    path: str = "journal"
    """Where the generated pages live below the site's root."""
    records: str = "all"
    """Which records get a page: `all`, `linked` (those that a post or problem reaches), `none`."""
    statuses: Mapping[str, Status] = dataclasses.field(default_factory=lambda: dict(STATUS_WORDS))
    """Further words for a status, such as `{baking: running}`."""
    outcomes: Mapping[str, Outcome] = dataclasses.field(default_factory=lambda: dict(OUTCOME_WORDS))
    """Further words for an outcome, such as `{meh: mixed}`."""
    phases: Mapping[str, Phase] = dataclasses.field(default_factory=lambda: dict(PHASE_LABELS))
    """Further labels that put a record into a phase, such as `{"needs-design": design}`."""
    ai_authors: tuple[str, ...] = DEFAULT_AI_AUTHORS
    """Logins and patterns of AI assistants."""
    allow_private: bool = False
    """Allow a private repository's records on the site."""
    strict: bool = False
    """Let diagnostics of severity warning fail the build."""
    infer_problems: bool = True
    """Treat an issue as a problem when a pull request addresses it and a post reports on it."""
    feeds: bool = True
    """Write the Atom and JSON feeds."""
    badges: bool = True
    """Write the SVG and endpoint badges."""
    insights: bool = True
    """Write the insights page."""

    @property
    def vocabulary(self) -> Vocabulary:
        """The words in force."""
        return Vocabulary(statuses=self.statuses, outcomes=self.outcomes, phases=self.phases)

    @property
    def all_repos(self) -> tuple[str, ...]:
        """The main repository first, then the further ones."""
        main = (self.repo,) if self.repo else ()
        return (*main, *(repo for repo in self.repos if repo != self.repo))

    @classmethod
    def from_mapping(
        cls, options: Mapping[str, object], *, repo_url: str | None = None
    ) -> Settings:
        """Check `options` and fill in defaults; None stands for "not set".

        Raises:
            ConfigError: an unknown option, or a value that is not allowed.
        """
        checked: dict[str, object] = {}
        for name, value in options.items():
            if name not in CHECKS:
                raise ConfigError(str(name), advise_unknown(str(name)))
            if value is not None:
                checked[name] = CHECKS[name](name, value)
        if not checked.get("repo") and (repo := repo_of_url(repo_url or "")):
            checked["repo"] = repo
        return cls(**checked)  # type: ignore[arg-type]  # each value went through its check


def advise_unknown(name: str) -> str:
    """What to say of an option that does not exist."""
    hint = find_suggestion(name, CHECKS)
    return f"unknown option; did you mean '{hint}'?" if hint else "unknown option"


def repo_of_url(url: str) -> str | None:
    """`owner/name` of a repository's address, such as MkDocs' `repo_url`, or None."""
    match = re.fullmatch(
        r"(?:https?://|ssh://git@|git@)[^/:]+[/:]([^/]+/[^/]+?)(?:\.git)?/?", url.strip()
    )
    return match[1] if match and _REPO.fullmatch(match[1]) else None


def _wrong(name: str, value: object, allowed: str) -> ConfigError:
    shown = repr(value)
    shown = shown if len(shown) <= _MAX_BYTES else f"{shown[:_MAX_BYTES]}…"
    return ConfigError(name, f"got {shown}; allowed is {allowed}")


def _boolean(name: str, value: object) -> bool:
    if not isinstance(value, bool):
        raise _wrong(name, value, "true or false")
    return value


def _text(name: str, value: object) -> str:
    text = value.strip() if isinstance(value, str) else ""
    if not text or _UNFIT.search(text) or len(text.encode()) > _MAX_BYTES:
        raise _wrong(name, value, f"a text of 1 to {_MAX_BYTES} bytes on one line")
    return text


def _texts(name: str, value: object) -> tuple[str, ...]:
    items = [value] if isinstance(value, str) else value
    if not isinstance(items, Sequence):
        raise _wrong(name, value, "a text or a list of texts")
    return tuple(_text(name, item) for item in items)


def _repository(name: str, value: object) -> str:
    if not isinstance(value, str) or not _REPO.fullmatch(value):
        raise _wrong(name, value, "a repository as owner/name")
    return value


def _repositories(name: str, value: object) -> tuple[str, ...]:
    return tuple(_repository(name, item) for item in _texts(name, value))


def _one_of(*allowed: str) -> Callable[[str, object], str]:
    def check(name: str, value: object) -> str:
        if value not in allowed:
            raise _wrong(name, value, "one of " + ", ".join(allowed))
        return str(value)

    return check


def _duration(default_unit: str) -> Callable[[str, object], timedelta]:
    def check(name: str, value: object) -> timedelta:
        if isinstance(value, timedelta):
            return value
        if isinstance(value, int) and not isinstance(value, bool):
            value = f"{value:d}{default_unit}" if abs(value) < _TOO_MANY else "too many"
        match = _DURATION.fullmatch(value.strip()) if isinstance(value, str) else None
        found = timedelta(seconds=int(match[1]) * _UNITS[match[2][0].lower()]) if match else None
        if found is None or found > _LONGEST:
            raise _wrong(name, value, "a duration such as 90s, 15m, 2h or 7d, up to 100 years")
        return found

    return check


def _directory(name: str, value: object) -> str:
    text = _text(name, value).replace("\\", "/").strip("/")
    if not text or ".." in PurePosixPath(text).parts or not re.fullmatch(r"[\w./~-]+", text):
        raise _wrong(name, value, "a path of letters, digits, '-', '_', '.' and '/' without '..'")
    return text


def _path(name: str, value: object) -> str:
    return _text(name, value)


def _words(kind: type, base: Mapping[str, object]) -> Callable[[str, object], Mapping[str, object]]:
    allowed = ", ".join(member.value for member in kind)  # type: ignore[attr-defined]

    def check(name: str, value: object) -> Mapping[str, object]:
        if not isinstance(value, Mapping):
            raise _wrong(name, value, f"a mapping of words to one of {allowed}")
        extra: dict[str, object] = {}
        for word, target in value.items():
            try:
                extra[fold_text(str(word))] = kind(target)
            except ValueError:
                msg = f"{name}.{word}"
                raise _wrong(msg, target, f"one of {allowed}") from None
        return {**base, **extra}

    return check


CHECKS: Mapping[str, Callable[[str, object], object]] = {
    "enabled": _boolean,
    "repo": _repository,
    "repos": _repositories,
    "sync": _one_of(*SYNC_MODES),
    "sync_interval": _duration("m"),
    "full_sync_interval": _duration("d"),
    "max_wait": _duration("s"),
    "snapshot": _path,
    "posts": _texts,
    "post_sources": _texts,
    "path": _directory,
    "records": _one_of(*RECORD_MODES),
    "statuses": _words(Status, STATUS_WORDS),
    "outcomes": _words(Outcome, OUTCOME_WORDS),
    "phases": _words(Phase, PHASE_LABELS),
    "ai_authors": _texts,
    "allow_private": _boolean,
    "strict": _boolean,
    "infer_problems": _boolean,
    "feeds": _boolean,
    "badges": _boolean,
    "insights": _boolean,
}
"""The check of each option: takes its name and value, returns the clean value."""
