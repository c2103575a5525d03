"""Charts on pages: a figure that works by itself, and the data for the interactive one."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote

from markupsafe import Markup

from journal_plugin.model import Post
from journal_plugin.pages.chart_parts import (
    COLORS,
    NARROW,
    WIDE,
    dash_of,
    label_of_x,
    unit_of_time,
)
from journal_plugin.pages.drawings import draw_plot
from journal_plugin.pages.page import Asset
from journal_plugin.pages.words import ENGLISH, localize_number, mark, say_phrase
from journal_plugin.series import AxisKind, Plots
from journal_plugin.slugs import slugify

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from gettext import NullTranslations

    from jinja2 import Environment

    from journal_plugin.model import Record
    from journal_plugin.pages.book import Book
    from journal_plugin.pages.chart_parts import Size
    from journal_plugin.pages.place import Place
    from journal_plugin.pages.shelf import Shelf
    from journal_plugin.series import DataFile, Plot, Point, Series

STYLE = "assets/journal/charts.css"
"""Address of the style sheet, which only pages with a chart load."""

_OPEN = 4
_WIDE_UP_TO = 2
_ROWS = 25


class Row(NamedTuple):
    """A row of the table behind a chart."""

    x: float
    values: tuple[float | None, ...]


class Table(NamedTuple):
    """Numbers that stand behind a chart."""

    rows: tuple[Row, ...]
    shown_of: int
    """How many values of x there are altogether."""


def render_chart(  # noqa: PLR0913 - the place of a chart, all by name
    templates: Environment,
    plot: Plot,
    *,
    anchor: str,
    data_url: str | None,
    files: Sequence[tuple[str, str]] = (),
    size: Size = WIDE,
    words: NullTranslations = ENGLISH,
    shelf: Shelf | None = None,
) -> Markup:
    """One chart as a `figure`: an SVG, a legend, a table; with `data_url`, a script takes over.

    Args:
        templates: From `environment.make_environment`.
        plot: What to show.
        anchor: An id that is unique on the page.
        data_url: Address of `render_chart_data`, relative to the page.
        files: Names and addresses of the raw files, relative to the page.
        size: The view box of the static form.
        words: The catalogue of the site's language.
        shelf: Where the figure is kept, for a page that is not kept itself.
    """
    plot = _translate(plot, words)
    html = templates.get_template("chart.html").render(
        plot=plot,
        anchor=anchor,
        data_url=data_url,
        files=files,
        label=label_of_x(plot),
        figure=draw_plot(plot, anchor=anchor, size=size, words=words, shelf=shelf),
        keys=[(series.color % COLORS + 1, dash_of(series)) for series in plot.series],
        table=make_table(plot),
        extremes=[_find_extremes(series) for series in plot.series],
        x_text=_x_writer(plot, words),
        total=sum(series.total for series in plot.series),
        drawn=sum(len(series.points) for series in plot.series),
    )
    return Markup(html)  # noqa: S704 - the template escapes


def render_chart_data(plot: Plot, words: NullTranslations = ENGLISH) -> bytes:
    """What the script draws, as JSON without white space."""
    plot = _translate(plot, words)
    per_unit = unit_of_time(plot)[0] if plot.x.kind is AxisKind.DURATION else 1
    data = {
        "title": plot.title,
        "x": {"label": label_of_x(plot), "time": plot.x.kind is AxisKind.TIME},
        "series": [
            {
                "name": series.name,
                "color": series.color % COLORS + 1,
                "dash": dash_of(series),
                "x": [_short(x / per_unit, 9) for x, _ in series.points],
                "y": [None if y is None else _short(y, 6) for _, y in series.points],
                **({"points": True} if series.is_scatter else {}),
            }
            for series in plot.series
        ],
    }
    return json.dumps(data, separators=(",", ":"), sort_keys=True, allow_nan=False).encode()


def render_plots(book: Book, node: Post | Record) -> Markup:
    """All charts of a post or record with a heading; empty if it has none."""
    if isinstance(node, Post):
        place = book.place_of(node)
    else:
        place = book.place(book.links.uri_of_record(node))
    return render_plot_block(book, node.node, place)


def render_plot_block(
    book: Book,
    key: str,
    place: Place,
    *,
    heading: str = mark("Plots"),
    shelf: Shelf | None = None,
) -> Markup:
    """The charts under one key of `book.plots`, as they appear at `place`.

    A page that is not kept itself gives the shelf for its figures.
    """
    found = book.plots.get(key, Plots())
    if not found.plots and not found.constants:
        return Markup()
    files = {file.path: file for plot in found.plots for file in plot.files}
    size = WIDE if len(found.plots) <= _WIDE_UP_TO else NARROW
    charts = [
        render_chart(
            book.templates,
            plot,
            anchor=f"journal-plot-{number}",
            data_url=place.href(_data_url(book, key, number, plot)),
            size=size,
            words=book.words,
            shelf=shelf,
        )
        for number, plot in enumerate(found.plots, start=1)
    ]
    return book.render(
        "plots.html",
        place,
        style=place.href(STYLE),
        heading=heading,
        wide=size is WIDE,
        shown=charts[:_OPEN],
        folded=charts[_OPEN:],
        constants=found.constants,
        files=[(path, place.href(url_of_file(book, file))) for path, file in files.items()],
    )


def render_plot_assets(book: Book) -> Iterator[Asset]:
    """The data of every chart, and the raw files that the site does not publish by itself."""
    files: dict[str, DataFile] = {}
    for key, found in sorted(book.plots.items()):
        for number, plot in enumerate(found.plots, start=1):
            files |= {file.path: file for file in plot.files if file.url is None}
            yield Asset(
                uri=_data_uri(book, key, number, plot), content=render_chart_data(plot, book.words)
            )
    for path, file in sorted(files.items()):
        yield Asset(uri=f"{book.links.path}/data/{path}", content=file.content)


def url_of_file(book: Book, file: DataFile) -> str:
    """Address of a raw file relative to the site's root."""
    return file.url or quote(f"{book.links.path}/data/{file.path}")


def make_table(plot: Plot) -> Table:
    """Up to 25 rows spread over the plot, at those x that the most curves have."""
    columns = [dict(series.points) for series in plot.series]
    counts: dict[float, int] = {}
    for column in columns:
        for x in column:
            counts[x] = counts.get(x, 0) + 1
    common = max(counts.values(), default=0)
    shared = sorted(x for x, count in counts.items() if count == common)
    xs = shared if len(shared) >= min(_ROWS, len(counts)) else sorted(counts)
    last = len(xs) - 1
    picked = xs if last < _ROWS else [xs[row * last // (_ROWS - 1)] for row in range(_ROWS)]
    rows = (Row(x=x, values=tuple(column.get(x) for column in columns)) for x in picked)
    return Table(rows=tuple(rows), shown_of=len(counts))


def _translate(plot: Plot, words: NullTranslations) -> Plot:
    """The plot with those of its names translated that are ours and not a column's."""
    series = (replace(one, name=say_phrase(words, one.name)) for one in plot.series)
    axis = replace(plot.x, label=say_phrase(words, plot.x.label))
    unit = say_phrase(words, plot.unit) if plot.unit else None
    title = say_phrase(words, plot.title)
    return replace(plot, title=title, unit=unit, x=axis, series=tuple(series))


def _data_uri(book: Book, key: str, number: int, plot: Plot) -> str:
    """File of a chart's data; the key is a node id such as `issue:owner/name#18`."""
    kind, _, name = key.partition(":")
    folder = name.replace("#", "/").removeprefix(f"{book.links.repo}/")
    title = slugify(plot.title, limit=40)
    return f"{book.links.path}/plots/{kind}/{folder}/{number}{'-' if title else ''}{title}.json"


def _data_url(book: Book, key: str, number: int, plot: Plot) -> str:
    return quote(_data_uri(book, key, number, plot))


def _short(value: float, digits: int) -> float | int:
    """A number with as many digits as a reader can tell apart."""
    short = float(f"{value:.{digits}g}")
    return int(short) if short.is_integer() and abs(short) < 10**digits else short


def _find_extremes(series: Series) -> Mapping[str, Point] | None:
    """First, lowest, highest and last measurement of a curve."""
    points = [(x, y) for x, y in series.points if y is not None]
    if not points:
        return None
    return {
        "first": points[0],
        "lowest": min(points, key=lambda point: point[1]),
        "highest": max(points, key=lambda point: point[1]),
        "last": points[-1],
    }


def _format_minute(seconds: float) -> str:
    time = datetime.fromtimestamp(seconds, UTC)
    return time.strftime("%Y-%m-%d %H:%M").removesuffix(" 00:00")


def _x_writer(plot: Plot, words: NullTranslations) -> Callable[[float], str]:
    """How the table writes values of x."""
    if plot.x.kind is AxisKind.TIME:
        return _format_minute
    per_unit = unit_of_time(plot)[0] if plot.x.kind is AxisKind.DURATION else 1
    return lambda x: localize_number(f"{x / per_unit:.9g}", words)
