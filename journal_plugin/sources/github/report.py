"""What a sync tells: how far it is, and what it did."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a sync is; sent after each request."""

    repo: str
    """The repository that is being read."""
    step: str
    """What is being read, such as `issues`."""
    records: int
    """Records read in this step so far."""
    total: int | None
    """Records in this step altogether, or None where GitHub does not say."""
    requests: int
    """Requests sent so far, by the whole sync."""
    quota_left: int | None
    """Requests or points that GitHub still allows, or None where it does not say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RepoReport:
    """What a sync did for one repository."""

    repo: str
    full: bool
    """Whether every record was read, not only the changed ones."""
    fetched: int
    """Records that were read from GitHub."""
    written: int
    """Record files whose content changed."""
    removed: int
    """Records that turned out to be deleted or transferred."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncReport:
    """What a sync did."""

    repos: tuple[RepoReport, ...]
    requests: int
    """Requests sent, those repeated after a failure included."""
    not_modified: int
    """Requests that GitHub answered with "not modified", which cost no quota with a token."""
    received: int
    """Bytes of all answers' bodies, after decompression."""
    waited: float
    """Seconds spent on waiting, as GitHub asked."""
    quota_left: int | None
    notices: tuple[str, ...]
    """What a reader should know, such as a renamed repository; one line each."""

    @property
    def summary(self) -> str:
        """The one line for a log."""
        fetched = sum(repo.fetched for repo in self.repos)
        written = sum(repo.written for repo in self.repos)
        removed = sum(repo.removed for repo in self.repos)
        names = ", ".join(repo.repo for repo in self.repos)
        parts = [f"{fetched} records read", f"{written} changed"]
        if removed:
            parts.append(f"{removed} gone from GitHub")
        parts.append(f"{self.requests} requests")
        if self.quota_left is not None:
            parts.append(f"{self.quota_left} left")
        return f"{names}: {', '.join(parts)}"
