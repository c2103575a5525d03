"""Charts of the insights: lead times with their spread, outcomes with their rates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup

from journal_plugin.pages.chart_parts import Bar, Row, RowChart
from journal_plugin.pages.drawings import draw_rows
from journal_plugin.pages.insights.words import format_share, format_spread, format_value

if TYPE_CHECKING:
    from collections.abc import Sequence

    from journal_plugin.figures import Figure
    from journal_plugin.pages.book import Book


_ENOUGH = 3


def render_spreads(book: Book, figures: Sequence[Figure], anchor: str) -> Markup:
    """Lengths of time beside each other: a box for many values, points for few.

    Empty for fewer than three values, which the table says better.
    """
    _ = book.words.gettext
    if sum(len(figure.samples) for figure in figures) < _ENOUGH:
        return Markup()
    rows = tuple(_spread(book, figure) for figure in figures)
    chart = RowChart(
        title=_("Lengths of time"),
        description=" ".join(
            f"{book.say(figure.title)}: {format_spread(figure, book.words)}." for figure in figures
        ),
        rows=rows,
        is_days=True,
    )
    notes = [_("Each step of the axis is longer than the one before.")]
    if any(row.box for row in rows):
        notes.append(
            _(
                "The thick line is the middle half, the stroke in it the median, the thin line "
                "reaches to both ends."
            )
        )
    if any(row.points for row in rows):
        notes.append(_("Few values are drawn one by one."))
    return _render(book, chart, anchor, " ".join(notes))


def render_rates(book: Book, figures: Sequence[Figure], anchor: str) -> Markup:
    """How often each outcome came, in percent of all; a single outcome is no rate."""
    _ = book.words.gettext
    figures = [figure for figure in figures if len(figure.samples) > 1]
    rows = tuple(
        Row(
            label=f"{book.say(figure.title)}: {book.word(name)}"
            if len(figures) > 1
            else book.word(name),
            bars=(
                Bar(
                    value=100 * len(samples) / len(figure.samples),
                    text=f"{len(samples)} / {len(figure.samples)}",
                    color=number,
                ),
            ),
        )
        for number, figure in enumerate(figures)
        for name, samples in figure.find_groups().items()
    )
    if not rows:
        return Markup()
    said = (
        f"{row.label} {bar.text}, {format_share(bar.value / 100, book.words)}."
        for row in rows
        for bar in row.bars
    )
    chart = RowChart(title=_("Outcomes"), description=" ".join(said), rows=rows, unit=" %")
    few = any(figure.is_small for figure in figures)
    note = _("There are few: a share of so few says little.") if few else ""
    return _render(book, chart, anchor, note)


def _spread(book: Book, figure: Figure) -> Row:
    _ = book.words.gettext
    median = format_value(figure.median, figure.unit, book.words)
    if figure.is_small:
        text = _("few: %(count)s") % {"count": len(figure.samples)}
        return Row(label=book.say(figure.title), points=figure.values, text=text)
    low, high = figure.values[0], figure.values[-1]
    first, third = figure.quartiles
    text = f"{median} ({len(figure.samples)})"
    return Row(
        label=book.say(figure.title), box=(low, first, figure.median, third, high), text=text
    )


def _render(book: Book, chart: RowChart, anchor: str, note: str) -> Markup:
    html = book.templates.get_template("row_chart.html").render(
        anchor=anchor,
        title=chart.title,
        figure=draw_rows(chart, anchor=anchor, words=book.words, shelf=book.shelf),
        note=note,
    )
    return Markup(html)  # noqa: S704 - the template escapes
