"""The dashboard: what was tried, what worked, what is running, and what needs attention."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

from journal_plugin.catalogue import CATALOGUE
from journal_plugin.errors import Severity
from journal_plugin.model import RecordKind, State
from journal_plugin.pages.badges import JOURNAL, render_snippet
from journal_plugin.pages.case_study import find_conclusion, find_rows
from journal_plugin.pages.facet_pages import AXIS_TITLES
from journal_plugin.problems import find_results
from journal_plugin.vocabulary import Phase, Status

if TYPE_CHECKING:
    from collections.abc import Sequence

    from journal_plugin.errors import Diagnostic
    from journal_plugin.model import Node, Record
    from journal_plugin.pages.book import Book
    from journal_plugin.pages.case_study import ProblemRow
    from journal_plugin.pages.events import Month
    from journal_plugin.pages.page import Page
    from journal_plugin.phrases import Phrase

_PROBLEMS = 10
_RESULTS = 8
_RECENT = 8
_FINDINGS = 10
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_OVER = (Status.COMPLETE, Status.ABANDONED, Status.SUPERSEDED)


class _Running(NamedTuple):
    node: Node
    updated: datetime | None


class _Group(NamedTuple):
    """Findings of one kind that are only information."""

    title: Phrase
    findings: Sequence[Diagnostic]


def render_dashboard(book: Book, months: Sequence[Month]) -> Page:
    """The page; `months` are how much happened in each, oldest first."""
    _ = book.words.gettext
    records = list(book.journal.records.values())
    rows = find_rows(book)
    results = find_results(book.journal.posts)[:_RESULTS]
    open_rows = [row for row in rows if row.problem.status not in _OVER]
    return book.page(
        book.links.uri_of("index"),
        _("Journal"),
        "dashboard.html",
        in_nav=True,
        description=_("What was tried, what worked and what is running"),
        issues=sum(record.kind is RecordKind.ISSUE for record in records),
        pulls=sum(record.kind is RecordKind.PULL for record in records),
        running=_find_running(book),
        problems=open_rows[:_PROBLEMS],
        solved=_find_solved(rows),
        months=months,
        results=[(post, find_conclusion(book, [post])) for post in results],
        recent=sorted(records, key=_touched, reverse=True)[:_RECENT],
        has_records=bool(book.links.pages),
        axes=[(axis, _(AXIS_TITLES[axis])) for axis, found in book.facets.by_axis.items() if found],
        has_insights=book.has_insights,
        urgent=_find_urgent(book)[:_FINDINGS],
        urgent_more=max(0, len(_find_urgent(book)) - _FINDINGS),
        groups=_group_findings(book),
        badge_code=render_snippet(book.place(book.links.uri_of("index")), JOURNAL),
    )


def _find_solved(rows: Sequence[ProblemRow]) -> list[ProblemRow]:
    """Problems that are over, the one that ended last first."""
    return [row for row in rows if row.problem.status in _OVER][:_PROBLEMS]


def _touched(record: Record) -> tuple[datetime, int]:
    return record.updated_at or record.created_at or _EPOCH, record.id.number


def _find_running(book: Book) -> list[_Running]:
    """Posts and open tracking issues of experiments that go on, the latest update first."""
    posts = [
        _Running(node=post, updated=post.updated or post.date)
        for post in book.journal.posts
        if post.status is Status.RUNNING
    ]
    issues = [
        _Running(node=record, updated=record.updated_at or record.created_at)
        for record in book.journal.records.values()
        if record.state is State.OPEN
        and any(
            artifact.phase is Phase.EXPERIMENTATION
            for _, artifact in book.journal.find_problems(record.node)
        )
    ]
    return sorted((*posts, *issues), key=lambda item: item.updated or _EPOCH, reverse=True)


def _find_urgent(book: Book) -> list[Diagnostic]:
    """Errors, then warnings, each sorted by path and line."""
    found = [f for f in book.journal.diagnostics if f.severity is not Severity.INFO]
    return sorted(found, key=lambda finding: finding.severity is not Severity.ERROR)


def _group_findings(book: Book) -> list[_Group]:
    """What is only information, by its code; the most frequent first."""
    groups: dict[str, list[Diagnostic]] = {}
    for finding in book.journal.diagnostics:
        if finding.severity is Severity.INFO:
            groups.setdefault(finding.code, []).append(finding)
    ordered = sorted(groups.items(), key=lambda item: (-len(item[1]), item[0]))
    return [_Group(title=CATALOGUE[code].title, findings=findings) for code, findings in ordered]
