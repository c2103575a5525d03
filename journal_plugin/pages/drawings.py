"""The static forms of charts, which some pages show in each build and are drawn only once.

What draws them is loaded only then: most builds draw nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup

from journal_plugin.pages.digests import digest

if TYPE_CHECKING:
    from collections.abc import Callable
    from gettext import NullTranslations

    from journal_plugin.pages.chart_parts import RowChart, Size
    from journal_plugin.pages.shelf import Shelf
    from journal_plugin.series import Plot


def draw_plot(
    plot: Plot, *, anchor: str, size: Size, words: NullTranslations, shelf: Shelf | None
) -> Markup:
    """The SVG element of a plot.

    Args:
        plot: What to draw, in the language of `words`.
        anchor: Prefix for its ids, unique on the page.
        size: Its view box.
        words: The language of its numbers and its description.
        shelf: Knows what was drawn before; None for charts of pages that are kept themselves.
    """

    def draw() -> str:
        from journal_plugin.pages.figure import render_figure  # noqa: PLC0415 - see above

        return render_figure(plot, anchor=anchor, size=size, words=words)

    return _find(shelf, (plot, anchor, size), draw)


def draw_rows(
    chart: RowChart, *, anchor: str, words: NullTranslations, shelf: Shelf | None
) -> Markup:
    """The SVG element of a chart of rows; arguments as for `draw_plot`."""

    def draw() -> str:
        from journal_plugin.pages.rows import render_rows  # noqa: PLC0415 - see above

        return render_rows(chart, anchor=anchor, words=words)

    return _find(shelf, (chart, anchor), draw)


def _find(shelf: Shelf | None, about: tuple[object, ...], draw: Callable[[], str]) -> Markup:
    svg = shelf.recall(digest(map(repr, about)), draw) if shelf else draw()
    return Markup(svg)  # noqa: S704 - escaped by its writer
