"""Quality: what each experiment has and lacks, and whether its numbers are those of the log."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from journal_plugin.logged import ABSOLUTE, RELATIVE, Verdict
from journal_plugin.pages.insights.overview import STYLE
from journal_plugin.pages.insights.words import format_share
from journal_plugin.pages.words import localize_number, mark

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from journal_plugin.changes import Change, Later
    from journal_plugin.logged import Comparison
    from journal_plugin.model import Node
    from journal_plugin.pages.book import Book
    from journal_plugin.pages.page import Page
    from journal_plugin.quality import Check, Quality

_VERDICTS: Mapping[Verdict, str] = {
    Verdict.LAST: mark("the last logged value"),
    Verdict.EXTREME: mark("the lowest or highest logged value, not the last"),
    Verdict.LOGGED: mark("a logged value, not the last"),
    Verdict.DIFFERENT: mark("no logged value"),
    Verdict.NOT_LOGGED: mark("not in the log"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _CheckRow:
    check: Check
    nodes: tuple[Node, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _QualityRow:
    quality: Quality
    anchor: str
    checks: tuple[_CheckRow, ...]
    comparisons: tuple[tuple[Comparison, str], ...]
    change: Change | None
    measured: Node | None
    later: tuple[tuple[Node, Later], ...]


def render_quality(book: Book, qualities: Sequence[Quality]) -> Page:
    """The page of quality."""
    uri = book.links.uri_of("insights/quality")
    compared = [c for quality in qualities for c in quality.comparisons]
    return book.page(
        uri,
        book.words.gettext("Quality"),
        "insights_quality.html",
        description=book.words.gettext(
            "Completeness of each experiment, and its numbers against its log"
        ),
        style=book.place(uri).href(STYLE),
        rows=[_row(book, number, quality) for number, quality in enumerate(qualities, start=1)],
        names=list(dict.fromkeys(check.name for q in qualities for check in q.checks)),
        totals=_totals(book, qualities),
        relative=localize_number(format_tolerance(RELATIVE), book.words),
        absolute=localize_number(f"{ABSOLUTE:g}", book.words),
        agreed=sum(c.verdict in (Verdict.LAST, Verdict.EXTREME, Verdict.LOGGED) for c in compared),
        compared=len(compared),
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


def _totals(book: Book, qualities: Sequence[Quality]) -> dict[str, tuple[int, str]]:
    """For each check how many experiments meet it, and their share."""
    met: dict[str, int] = {}
    for quality in qualities:
        for check in quality.checks:
            met[check.name] = met.get(check.name, 0) + check.is_met
    return {
        name: (count, format_share(count / len(qualities), book.words))
        for name, count in met.items()
    }
