"""How complete each experiment is, and whether its numbers are those of its log.

Nothing is judged without evidence: each check names what it found and where, or what is missing.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from journal_plugin.audit import CRITERIA_HEADINGS, HYPOTHESIS_HEADINGS
from journal_plugin.changes import find_change
from journal_plugin.dates import date_of
from journal_plugin.logged import compare_metrics
from journal_plugin.phrases import count_phrase, phrase
from journal_plugin.problems import fold_heading
from journal_plugin.vocabulary import Status

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from journal_plugin.changes import Change
    from journal_plugin.journal import Journal
    from journal_plugin.logged import Comparison
    from journal_plugin.model import Post, Record
    from journal_plugin.phrases import Phrase
    from journal_plugin.series import Run

_OVER = (Status.COMPLETE, Status.ABANDONED, Status.SUPERSEDED)
_REPRODUCTION = ("reproduction", "reproduce", "how to reproduce", "reproducing")
_RECIPE = {
    "command": phrase("command"),
    "params": phrase("parameters"),
    "hardware": phrase("hardware"),
}
_BASELINE = ("baseline", "baselines", "comparison")


class Check(NamedTuple):
    """One thing that a finished experiment should have."""

    name: Phrase
    is_met: bool
    found: Phrase
    """What was found, or what is missing, in words."""
    nodes: tuple[str, ...] = ()
    """Where it was found."""


class Quality(NamedTuple):
    """What is known about the quality of one experiment."""

    post: Post
    checks: tuple[Check, ...]
    comparisons: tuple[Comparison, ...]
    change: Change | None

    @property
    def met(self) -> int:
        """How many checks are met."""
        return sum(check.is_met for check in self.checks)


def find_qualities(
    journal: Journal,
    headings: Mapping[str, Sequence[str]],
    runs: Mapping[str, tuple[Run, ...]],
) -> tuple[Quality, ...]:
    """The quality of every experiment that states an outcome or is over, the latest first.

    Args:
        journal: The journal.
        headings: The headings in the text of each node that have something below them.
        runs: Logged runs by node id of the post.
    """
    finished = [post for post in journal.posts if post.outcome or post.status in _OVER]
    finished.sort(key=lambda post: post.slug)
    finished.sort(key=lambda post: post.date.timestamp() if post.date else 0, reverse=True)
    return tuple(
        Quality(
            post=post,
            checks=tuple(_Checks(journal, headings, post, runs.get(post.node, ())).run()),
            comparisons=compare_metrics(post.metrics, runs.get(post.node, ())),
            change=find_change(journal, post),
        )
        for post in finished
    )


class _Checks:
    """The checks of one post."""

    def __init__(
        self,
        journal: Journal,
        headings: Mapping[str, Sequence[str]],
        post: Post,
        runs: Sequence[Run],
    ) -> None:
        self._post = post
        self._runs = runs
        self._headings = headings
        self._records = [
            record
            for link in (*post.issues, *post.prs)
            if (record := journal.records.get(link.target))
        ]

    def run(self) -> Iterator[Check]:
        yield self._check_hypothesis()
        yield self._check_criteria()
        yield self._check_baseline()
        yield self._check_data()
        yield self._check_commit()
        yield self._check_reproduction()
        yield self._check_result()

    def _has_section(self, node: str, names: Sequence[str]) -> bool:
        return any(fold_heading(heading) in names for heading in self._headings.get(node, ()))

    def _find_section(self, names: Sequence[str]) -> Record | None:
        """The oldest declared record with a section of such a name."""
        found = [record for record in self._records if self._has_section(record.node, names)]
        return min(found, key=lambda r: (_time(date_of(r)), r.node), default=None)

    def _in_post(self, names: Sequence[str]) -> bool:
        return self._has_section(self._post.node, names)

    def _check_hypothesis(self) -> Check:
        """By date: an issue that the post declares stated it on an earlier day than the post's."""
        name = phrase("hypothesis before the result")
        record = self._find_section(HYPOTHESIS_HEADINGS)
        date, stated = self._post.date, record.created_at if record else None
        if record and date and stated and stated.date() < date.date():
            found = phrase("stated on %(stated)s, the result on %(date)s", stated=stated, date=date)
            return Check(name=name, is_met=True, found=found, nodes=(record.node,))
        if record or self._post.hypothesis or self._in_post(HYPOTHESIS_HEADINGS):
            nodes = (record.node,) if record else (self._post.node,)
            found = phrase("stated, but nothing shows that it is older than the result")
            return Check(name=name, is_met=False, found=found, nodes=nodes)
        return Check(name=name, is_met=False, found=phrase("no hypothesis is stated"))

    def _check_criteria(self) -> Check:
        name, post = phrase("success criteria"), self._post
        if post.success_criteria:
            found = phrase("%(count)s in the front matter", count=len(post.success_criteria))
            return Check(name=name, is_met=True, found=found, nodes=(post.node,))
        return self._check_section(name, CRITERIA_HEADINGS)

    def _check_baseline(self) -> Check:
        name, post = phrase("baseline"), self._post
        compared = [key for key, metric in post.metrics.items() if metric.baseline is not None]
        if compared:
            found = phrase(
                "%(count)s of %(total)s metrics have one",
                count=len(compared),
                total=len(post.metrics),
            )
            return Check(name=name, is_met=True, found=found, nodes=(post.node,))
        if (post.type or "").casefold() == "baseline":
            found = phrase("it is the baseline itself")
            return Check(name=name, is_met=True, found=found, nodes=(post.node,))
        return self._check_section(name, _BASELINE)

    def _check_section(self, name: Phrase, headings: Sequence[str]) -> Check:
        if self._in_post(headings):
            nodes: tuple[str, ...] = (self._post.node,)
            found = phrase("a section of the post")
            return Check(name=name, is_met=True, found=found, nodes=nodes)
        if record := self._find_section(headings):
            return Check(name=name, is_met=True, found=phrase("a section of"), nodes=(record.node,))
        return Check(name=name, is_met=False, found=phrase("none is stated"))

    def _check_data(self) -> Check:
        name = phrase("logged data")
        if self._runs:
            rows = sum(max(map(len, run.columns.values()), default=0) for run in self._runs)
            found = count_phrase(
                "%(rows)s rows in %(num)s run",
                "%(rows)s rows in %(num)s runs",
                len(self._runs),
                rows=rows,
            )
            return Check(name=name, is_met=True, found=found, nodes=(self._post.node,))
        found = phrase("named, but not readable") if self._post.data else phrase("no file is named")
        return Check(name=name, is_met=False, found=found)

    def _check_commit(self) -> Check:
        commit = self._post.commit
        found = (
            phrase("measured at %(commit)s", commit=commit[:10])
            if commit
            else phrase("none is named")
        )
        nodes = (self._post.node,) if commit else ()
        return Check(name=phrase("commit"), is_met=bool(commit), found=found, nodes=nodes)

    def _check_reproduction(self) -> Check:
        """A command with its parameters or hardware, or a section that says how."""
        name, post = phrase("reproduction"), self._post
        parts = {key: name for key, name in _RECIPE.items() if getattr(post, key)}
        if "command" in parts and len(parts) > 1:
            found = phrase("stated: %(parts)s", parts=tuple(parts.values()))
            return Check(name=name, is_met=True, found=found, nodes=(post.node,))
        if self._in_post(_REPRODUCTION):
            nodes = (post.node,)
            found = phrase("a section of the post")
            return Check(name=name, is_met=True, found=found, nodes=nodes)
        found = (
            phrase("only %(parts)s", parts=tuple(parts.values()))
            if parts
            else phrase("no command, parameters or hardware")
        )
        return Check(name=name, is_met=False, found=found)

    def _check_result(self) -> Check:
        outcome = self._post.outcome
        found = (
            phrase("outcome: %(outcome)s", outcome=outcome)
            if outcome
            else phrase("no outcome is stated")
        )
        nodes = (self._post.node,) if outcome else ()
        name = phrase("result recorded")
        return Check(name=name, is_met=bool(outcome), found=found, nodes=nodes)


def _time(time: datetime | None) -> float:
    return time.timestamp() if time else math.inf
