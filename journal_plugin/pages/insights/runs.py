"""Runs: tracking issues as run logs, and every link to a run, job or model."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from journal_plugin.pages.chart_parts import NARROW
from journal_plugin.pages.charts import STYLE as CHART_STYLE
from journal_plugin.pages.charts import render_chart
from journal_plugin.pages.insights.overview import STYLE
from journal_plugin.pages.insights.words import format_length
from journal_plugin.series import Plots
from journal_plugin.slugs import slugify
from journal_plugin.tracking import STALL_FACTOR, STALL_LEAST

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markupsafe import Markup

    from journal_plugin.model import Node, Record
    from journal_plugin.pages.book import Book
    from journal_plugin.pages.page import Page
    from journal_plugin.text.trackers import TrackerLink
    from journal_plugin.tracking import NamedRun, RunLog, Update

_CURVES = 6


class _UpdateRow(NamedTuple):
    update: Update
    after: str | None
    """Time since the update before."""
    url: str | None


class _LogRow(NamedTuple):
    log: RunLog
    anchor: str
    updates: tuple[_UpdateRow, ...]
    elapsed: str
    usual: str | None
    silent: str | None
    charts: tuple[Markup, ...]
    trackers: tuple[TrackerLink, ...]


def render_runs(book: Book, logs: Sequence[RunLog], named: Sequence[NamedRun]) -> Page:
    """The page of runs."""
    uri = book.links.uri_of("insights/runs")
    place = book.place(uri)
    return book.page(
        uri,
        book.words.gettext("Runs"),
        "insights_runs.html",
        description=book.words.gettext(
            "Tracking issues as run logs, with states, numbers, progress and links"
        ),
        style=place.href(STYLE),
        chart_style=place.href(CHART_STYLE),
        logs=[_log(book, uri, log) for log in logs],
        named=[(run.link, _nodes(book, run)) for run in named],
        factor=STALL_FACTOR,
        least=format_length(STALL_LEAST, book.words),
    )


def place_run_logs(logs: Sequence[RunLog]) -> dict[str, tuple[str, str]]:
    """Page and anchor of each run log, by the node of its issue."""
    return {log.record.node: ("insights/runs", anchor_of(log.record)) for log in logs}


def anchor_of(record: Record) -> str:
    """The anchor of a record's run log."""
    return f"run-{slugify(record.id.repo)}-{record.id.number}"


def _nodes(book: Book, run: NamedRun) -> list[Node]:
    return [book.journal.nodes[node] for node in run.nodes]


def _log(book: Book, uri: str, log: RunLog) -> _LogRow:
    times = [update.time for update in log.updates]
    trackers = (link for update in log.updates for link in update.trackers)
    return _LogRow(
        log=log,
        anchor=anchor_of(log.record),
        updates=tuple(
            _UpdateRow(
                update=update,
                after=format_length(update.time - before, book.words)
                if update.time and before
                else None,
                url=_find_url(book, uri, log, update),
            )
            for update, before in zip(log.updates, [None, *times], strict=False)
        ),
        elapsed=format_length(log.elapsed, book.words),
        usual=format_length(log.usual_pause, book.words) if log.usual_pause is not None else None,
        silent=format_length(log.silent, book.words) if log.silent is not None else None,
        charts=tuple(_charts(book, log)),
        trackers=tuple(dict.fromkeys(trackers)),
    )


def _find_url(book: Book, uri: str, log: RunLog, update: Update) -> str | None:
    """The comment on the record's page, or on GitHub where the record has none here."""
    page = book.place(uri).to_node(log.record)
    if not update.number:
        return page
    if book.links.url_of_node(log.record) is not None:
        return f"{page}#comment-{update.number}"
    url = log.record.comments[update.number - 1].url or ""
    return url if url.startswith(("https://", "http://")) else page


def _charts(book: Book, log: RunLog) -> list[Markup]:
    """The curves of its numbers, as on the issue's own page."""
    plots = book.plots.get(log.record.node, Plots()).plots[:_CURVES]
    return [
        render_chart(
            book.templates,
            plot,
            anchor=f"{anchor_of(log.record)}-{n}",
            data_url=None,
            size=NARROW,
            words=book.words,
            shelf=book.shelf,
        )
        for n, plot in enumerate(plots, start=1)
    ]
