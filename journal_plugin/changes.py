"""Whether code changed since a result was measured, as far as a snapshot can tell.

A snapshot knows the commits and merges of pull requests, but neither the files that they touched
nor the history of a branch. So three things are evidence: commits that the same pull request got
after the measured one, later merges in the same problem, and later merges whose texts name a file
that the texts of the measured pull request name, too.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from journal_plugin.model import RecordKind

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from journal_plugin.journal import Journal
    from journal_plugin.model import Commit, Post, Record

MIN_SHA = 7

_FILE = re.compile(
    r"(?<![\w/.@:-])(?:[\w.-]+/)*[\w-]+\.(?:py|ipynb|pyx|c|h|cc|cpp|hpp|cu|cuh|metal|rs|go|java|kt|js|ts"
    r"|jsx|tsx|jl|r|R|m|mm|swift|sh|ya?ml|toml|json|cfg|ini|txt|md|tex|sql|proto|cmake|csv)(?![\w/])"
)
_MOST = 5


class Later(NamedTuple):
    """A pull request that was merged after the measured code."""

    node: str
    in_problem: bool
    """Whether it belongs to a problem of the post."""
    files: tuple[str, ...]
    """Files that its texts and those of the measured pull request name."""


class Change(NamedTuple):
    """Code that changed after a result was measured."""

    commit: str
    measured: str
    """Node of the pull request that holds the commit, or is taken to."""
    is_known: bool
    """Whether the commit is among those of that pull request; else the post declares it."""
    newer: tuple[Commit, ...]
    """Commits that the same pull request got after the measured one, in order."""
    later: tuple[Later, ...]
    """The earliest first."""


def find_change(journal: Journal, post: Post) -> Change | None:
    """What changed since the commit that a post names; None if nothing is known to have."""
    commit = (post.commit or "").casefold()
    if len(commit) < MIN_SHA:
        return None
    holder = _find_holder(journal, commit)
    measured = holder or _find_declared(journal, post)
    if measured is None:
        return None
    places = [n for n, c in enumerate(measured.commits) if c.sha.casefold().startswith(commit)]
    newer = measured.commits[places[-1] + 1 :] if places else ()
    later = tuple(_find_later(journal, post, measured))
    if not newer and not later:
        return None
    return Change(
        commit=commit,
        measured=measured.node,
        is_known=holder is not None,
        newer=newer,
        later=later,
    )


def find_files(record: Record) -> frozenset[str]:
    """The files that a pull request's title, body and commit messages name, by their last part."""
    texts = (record.title, record.body, *(commit.message or "" for commit in record.commits))
    return frozenset(
        match[0].rpartition("/")[2] for text in texts for match in _FILE.finditer(text)
    )


def _find_holder(journal: Journal, commit: str) -> Record | None:
    """The pull request whose commits include one, the merged ones first."""
    found = [
        record
        for record in journal.records.values()
        if any(c.sha.casefold().startswith(commit) for c in record.commits)
    ]
    return min(found, key=lambda record: (record.merged_at is None, record.node), default=None)


def _find_declared(journal: Journal, post: Post) -> Record | None:
    """The pull request that the post declares and that was merged last, but not after the post.

    A squash gives the merged commit a name that no snapshot knows.
    """
    declared = (journal.records.get(link.target) for link in post.prs)
    merged = [
        (record.merged_at, record)
        for record in declared
        if record and record.merged_at and post.date and record.merged_at.date() <= post.date.date()
    ]
    return max(merged, key=lambda item: (item[0], item[1].node))[1] if merged else None


def _find_later(journal: Journal, post: Post, measured: Record) -> Iterator[Later]:
    since = measured.merged_at
    if since is None:
        return
    own = {
        artifact.node
        for problem, _ in journal.find_problems(post.node)
        for artifact in problem.artifacts
    }
    named = find_files(measured)
    merged = [
        (record.merged_at, record)
        for record in journal.records.values()
        if record.kind is RecordKind.PULL and _is_after(record.merged_at, since)
    ]
    for _, record in sorted(merged, key=lambda item: (str(item[0]), item[1].node)):
        files = sorted(named & find_files(record)) if named else []
        if record.node in own or files:
            yield Later(node=record.node, in_problem=record.node in own, files=tuple(files[:_MOST]))


def _is_after(time: datetime | None, since: datetime) -> bool:
    return time is not None and time > since
