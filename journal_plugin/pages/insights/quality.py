"""Quality: what each experiment has and lacks, and whether its numbers are those of the log."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from journal_plugin.logged import ABSOLUTE, RELATIVE, Verdict
from journal_plugin.pages.insights.overview import STYLE
from journal_plugin.pages.page import Page
from journal_plugin.pages.paging import split_sheets
from journal_plugin.pages.words import localize_number, mark

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from journal_plugin.changes import Change, Later
    from journal_plugin.logged import Comparison
    from journal_plugin.model import Node
    from journal_plugin.pages.book import Book
    from journal_plugin.pages.page import Finished
    from journal_plugin.pages.paging import Sheet
    from journal_plugin.pages.place import Place
    from journal_plugin.quality import Check, Quality

PAGE_SIZE = 100
"""Experiments of one page."""

_NAME = "insights/quality"
_VERDICTS: Mapping[Verdict, str] = {
    Verdict.LAST: mark("the last logged value"),
    Verdict.EXTREME: mark("the lowest or highest logged value, not the last"),
    Verdict.LOGGED: mark("a logged value, not the last"),
    Verdict.DIFFERENT: mark("no logged value"),
    Verdict.NOT_LOGGED: mark("not in the log"),
}


class _CheckRow(NamedTuple):
    check: Check
    nodes: tuple[Node, ...]


class _Totals(NamedTuple):
    """What all experiments together have."""

    experiments: int
    met: Mapping[str, int]
    """For each check, in order, how many experiments meet it."""
    compared: int
    """Published numbers of which there is a log."""
    agreed: int


class _QualityRow(NamedTuple):
    quality: Quality
    anchor: str
    checks: tuple[_CheckRow, ...]
    comparisons: tuple[tuple[Comparison, str], ...]
    change: Change | None
    measured: Node | None
    later: tuple[tuple[Node, Later], ...]


def render_quality(book: Book, qualities: Sequence[Quality]) -> Iterator[Page]:
    """The pages of quality, the latest experiments first."""
    _ = book.words.gettext
    compared = [c for quality in qualities for c in quality.comparisons]
    totals = _Totals(
        experiments=len(qualities),
        met=_count_met(qualities),
        compared=len(compared),
        agreed=sum(c.verdict in (Verdict.LAST, Verdict.EXTREME, Verdict.LOGGED) for c in compared),
    )
    for sheet in split_sheets(qualities, PAGE_SIZE, first=_NAME, folder=_NAME):
        yield book.keep(
            Page(
                uri=book.links.uri_of(sheet.name),
                title=sheet.name_page(_("Quality"), book.words),
                description=_("Completeness of each experiment, and its numbers against its log"),
            ),
            view=(sheet.around, totals, *map(_format_quality, sheet.items)),
            make=partial(_finish, book, sheet, totals),
        )


def _finish(book: Book, sheet: Sheet[Quality], totals: _Totals, place: Place) -> Finished:
    start = (sheet.number - 1) * PAGE_SIZE + 1
    return book.finish(
        "insights_quality.html",
        place,
        style=place.href(STYLE),
        sheet=sheet,
        rows=[_row(book, number, quality) for number, quality in enumerate(sheet.items, start)],
        totals=totals,
        relative=localize_number(format_tolerance(RELATIVE), book.words),
        absolute=localize_number(f"{ABSOLUTE:g}", book.words),
    )


def format_tolerance(share: float) -> str:
    """A tolerance in percent, such as `0.5 %`."""
    return f"{share * 100:g} %"


def _row(book: Book, number: int, quality: Quality) -> _QualityRow:
    nodes, change = book.journal.nodes, quality.change
    return _QualityRow(
        quality=quality,
        anchor=f"experiment-{number}",
        checks=tuple(
            _CheckRow(check=check, nodes=tuple(nodes[node] for node in check.nodes))
            for check in quality.checks
        ),
        comparisons=tuple(
            (c, book.words.gettext(_VERDICTS[c.verdict])) for c in quality.comparisons
        ),
        change=change,
        measured=nodes[change.measured] if change else None,
        later=tuple((nodes[item.node], item) for item in change.later) if change else (),
    )


def _count_met(qualities: Sequence[Quality]) -> dict[str, int]:
    """For each check, in order, how many experiments meet it."""
    met: dict[str, int] = {}
    for quality in qualities:
        for check in quality.checks:
            met[check.name] = met.get(check.name, 0) + check.is_met
    return met


def _format_quality(quality: Quality) -> tuple[object, ...]:
    """All that the page shows of an experiment besides the nodes that it asks for."""
    checks = (f"{c.is_met} {c.name}: {c.found} {' '.join(c.nodes)}" for c in quality.checks)
    return (quality.post, "\n".join(checks), repr(quality.comparisons), repr(quality.change))
