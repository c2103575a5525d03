"""Benchmark tables as charts: sides beside each other, and which one is better."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from markupsafe import Markup

from journal_plugin.model import Record
from journal_plugin.pages.book import format_number
from journal_plugin.pages.chart_parts import COLORS, Bar, Row, RowChart
from journal_plugin.pages.charts import STYLE
from journal_plugin.pages.drawings import draw_rows
from journal_plugin.pages.words import localize_number
from journal_plugin.text.escape import shorten

if TYPE_CHECKING:
    from collections.abc import Iterator

    from journal_plugin.comparisons import Comparison, Line
    from journal_plugin.pages.book import Book
    from journal_plugin.problems import Problem
    from journal_plugin.text.tables import Reading

MAX_ROWS = 16
"""Rows of one chart; the table behind it has all of them."""

_OPEN = 3


class ComparisonView(NamedTuple):
    """A comparison as a page shows it."""

    comparison: Comparison
    title: str
    said: str
    """Which side is better, and by how much."""
    figure: Markup
    rows: tuple[tuple[str, tuple[str, ...], str], ...]
    """For each row what it is, every side's number, and the better side."""
    keys: tuple[tuple[str, int], ...]
    """The sides with the number of their colour."""
    left_out: int


def render_benchmarks(book: Book, record: Record) -> Markup:
    """The benchmark tables of a record as charts with a heading; empty if it has none."""
    found = book.benchmarks.get(record.node)
    if found is None or not found.comparisons:
        return Markup()
    place = book.place(book.links.uri_of_record(record))
    views = [
        _view(book, comparison, f"benchmark-{number}")
        for number, comparison in enumerate(found.comparisons, start=1)
    ]
    return book.render(
        "benchmarks.html",
        place,
        record=record,
        style=place.href(STYLE),
        shown=views[:_OPEN],
        folded=views[_OPEN:],
        first=_OPEN,
    )


def find_summaries(
    book: Book, problem: Problem | None = None
) -> list[tuple[Record, list[tuple[str, str]]]]:
    """What the benchmarks of records say, the newest record first.

    Args:
        book: The journal.
        problem: Whose records; by default all.

    Returns:
        Each record with the anchor and the words of its comparisons.
    """
    nodes = book.benchmarks
    wanted = nodes if problem is None else dict.fromkeys(a.node for a in problem.artifacts)
    found = []
    for node in wanted:
        record = book.journal.nodes.get(node)
        if isinstance(record, Record) and node in nodes and nodes[node].comparisons:
            said = [
                (f"benchmark-{number}", f"{title_of_sides(book, comparison)}: {said}")
                for number, comparison in enumerate(nodes[node].comparisons, start=1)
                if (said := say_better(book, comparison))
            ]
            found.append((record, said))
    return sorted(found, key=lambda item: (item[0].id.repo, -item[0].id.number))


def title_of_sides(book: Book, comparison: Comparison) -> str:
    """What is compared, such as `PR against main, t/s`."""
    _ = book.words.gettext
    sides = [shorten(side, 60) for side in comparison.sides]
    text = ", ".join(sides)
    if comparison.baseline is not None:
        base = sides.pop(comparison.baseline)
        text = _("%(sides)s against %(base)s") % {"sides": ", ".join(sides), "base": base}
    return f"{text} ({comparison.measure})" if comparison.measure else text


def say_better(book: Book, comparison: Comparison) -> str:
    """Which side is better in how many rows, and the median ratio to the baseline."""
    _ = book.words.gettext
    if comparison.better is None:
        return _("Nothing says whether higher or lower is better.")
    wins = comparison.count_wins()
    total = len(comparison.lines)
    order = sorted((side for side in wins if side is not None), key=lambda s: (-wins[s], s))
    if not order:
        return _("Too close to call in all %(total)s rows.") % {"total": total}
    first, *others = order
    parts = [
        _("%(side)s is better in %(count)s of %(total)s rows")
        % {"side": comparison.sides[first], "count": wins[first], "total": total},
        *(f"{comparison.sides[side]}: {wins[side]}" for side in others),
    ]
    if wins.get(None):
        parts.append(_("too close to call: %(count)s") % {"count": wins[None]})
    return " ".join([f"{'; '.join(parts)}.", *_say_medians(book, comparison)])


def _say_medians(book: Book, comparison: Comparison) -> Iterator[str]:
    _ = book.words.gettext
    base = comparison.baseline
    for side, name in enumerate(comparison.sides):
        median = comparison.find_median(side) if side != base else None
        if median is not None and base is not None:
            yield _("Median of %(side)s: %(ratio)s times %(base)s.") % {
                "side": name,
                "ratio": localize_number(f"{median:.3g}", book.words),
                "base": comparison.sides[base],
            }


def _view(book: Book, comparison: Comparison, anchor: str) -> ComparisonView:
    title = title_of_sides(book, comparison)
    said = say_better(book, comparison)
    chart = RowChart(
        title=title,
        description=said,
        rows=tuple(
            Row(label=line.label, bars=tuple(_bars(book, comparison, line)))
            for line in comparison.lines[:MAX_ROWS]
        ),
        unit=" %",
        mark=100.0,
    )
    return ComparisonView(
        comparison=comparison,
        title=title,
        said=said,
        figure=draw_rows(chart, anchor=anchor, words=book.words, shelf=None),
        rows=tuple(_rows(book, comparison)),
        keys=tuple((side, place % COLORS + 1) for place, side in enumerate(comparison.sides)),
        left_out=max(len(comparison.lines) - MAX_ROWS, 0),
    )


def _bars(book: Book, comparison: Comparison, line: Line) -> Iterator[Bar]:
    """The sides of a row in percent of what they are set against, their own numbers beside them."""
    base = comparison.find_base(line)
    for side, reading in enumerate(line.readings):
        ratio = comparison.find_ratio(line, side)
        if reading is None or ratio is None or not base:
            continue
        factor = localize_number(f"{ratio:.2f}", book.words)
        times = f" · {factor}×" if comparison.baseline not in (None, side) else ""  # noqa: RUF001 - a times sign
        yield Bar(
            value=ratio * 100,
            text=f"{format_number(reading.value, book.words)}{times}",
            color=side,
            spread=reading.spread / abs(base) * 100 if reading.spread else None,
        )


def _rows(book: Book, comparison: Comparison) -> Iterator[tuple[str, tuple[str, ...], str]]:
    for line in comparison.lines:
        best = comparison.find_best(line)
        if best is not None:
            said = comparison.sides[best]
        else:
            said = book.words.gettext("too close to call") if _is_close(comparison, line) else ""
        yield line.label, tuple(_write(book, reading) for reading in line.readings), said


def _is_close(comparison: Comparison, line: Line) -> bool:
    return comparison.better is not None and sum(map(bool, line.readings)) > 1


def _write(book: Book, reading: Reading | None) -> str:
    if reading is None:
        return ""
    value = format_number(reading.value, book.words)
    if reading.spread is not None:
        value += f" ± {format_number(reading.spread, book.words)}"
    return f"{value} {reading.unit}" if reading.unit else value
