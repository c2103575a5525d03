"""The columns of the experiments table: every field of a post, its metrics and its parameters."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from journal_plugin.formats import format_time
from journal_plugin.model import EdgeKind
from journal_plugin.pages.book import format_param
from journal_plugin.pages.facets import Axis
from journal_plugin.pages.related import find_stated
from journal_plugin.pages.words import mark

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from journal_plugin.model import Post
    from journal_plugin.pages.book import Book

_Values: TypeAlias = Sequence[str]

MAIN_METRICS = 5
"""Metrics that are columns from the start: those that the most experiments have."""

_MAIN = frozenset({"date", "status", "outcome", "type", "problem"})
_FIRST = frozenset({"date", "updated", "status", "outcome"})
"""What stands before the metrics; the other fields need more room and decide less."""
_DATES = frozenset({"date", "updated"})


class Kind(StrEnum):
    """How the values of a column compare."""

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"


class Group(StrEnum):
    """Where a column comes from."""

    FIELD = "field"
    METRIC = "metric"
    PARAM = "param"


class Column(NamedTuple):
    """One column that at least one experiment fills."""

    key: str
    """Unique, and part of shared addresses: `status`, `metric.entropy`, `param.seed`."""
    name: str
    """The field, metric or parameter."""
    label: str
    """In the site's language, or as the author wrote it."""
    group: Group
    kind: Kind
    is_main: bool
    """Whether it is shown from the start."""


class Cell(NamedTuple):
    """What one experiment has in one column."""

    column: Column
    values: tuple[str, ...]
    """What sorting, filtering and comparing go by; never empty."""


LABELS: Mapping[str, str] = {
    "date": mark("Date"),
    "updated": mark("Updated"),
    "status": mark("Status"),
    "outcome": mark("Outcome"),
    "type": mark("Type"),
    "problem": mark("Problem"),
    "phase": mark("Phase"),
    "author": mark("Authors"),
    "tag": mark("Tags"),
    "issues": mark("Issues"),
    "prs": mark("Pull requests"),
    "follows": mark("Follows"),
    "supersedes": mark("Supersedes"),
    "corrects": mark("Corrects"),
    "replicates": mark("Replicates"),
    "hypothesis": mark("Hypothesis"),
    "success_criteria": mark("Success criteria"),
    "data": mark("Data"),
    "commit": mark("Commit"),
    "command": mark("Command"),
    "hardware": mark("Hardware"),
    "cost": mark("Cost"),
}
"""The fields in order, with what readers call them."""


def find_columns(book: Book, posts: Sequence[Post]) -> tuple[Column, ...]:
    """The columns that `posts` fill: when and how, metrics, other fields, parameters."""
    filled = [name for name in LABELS if any(values_of_field(book, post, name) for post in posts)]
    fields = [
        Column(
            key=name,
            name=name,
            label=book.words.gettext(LABELS[name]),
            group=Group.FIELD,
            kind=Kind.DATE if name in _DATES else Kind.TEXT,
            is_main=name in _MAIN,
        )
        for name in filled
    ]
    first = [column for column in fields if column.name in _FIRST]
    others = [column for column in fields if column.name not in _FIRST]
    return (*first, *_metric_columns(posts), *others, *_param_columns(posts))


def find_cells(book: Book, post: Post, columns: Sequence[Column]) -> tuple[Cell, ...]:
    """What a post has, in the order of `columns`."""
    cells = ((column, _values_of(book, post, column)) for column in columns)
    return tuple(Cell(column=column, values=tuple(values)) for column, values in cells if values)


def values_of_field(book: Book, post: Post, name: str) -> _Values:
    """The values of a field, empty where the post does not have it.

    Facets count by their address, so that two spellings of a tag are the same.
    """
    return [value for value in _READERS[name](book, post) if value]


def _values_of(book: Book, post: Post, column: Column) -> _Values:
    if column.group is Group.METRIC:
        metric = post.metrics.get(column.name)
        return [] if metric is None or metric.value is None else [repr(metric.value)]
    if column.group is Group.PARAM:
        text = format_param(post.params.get(column.name))
        return [text] if text else []
    return values_of_field(book, post, column.name)


def _metric_columns(posts: Sequence[Post]) -> list[Column]:
    """Metrics in the order in which they first appear, oldest post first."""
    counts: Counter[str] = Counter()
    for post in reversed(posts):
        counts.update(name for name, metric in post.metrics.items() if metric.value is not None)
    main = {name for name, _ in counts.most_common(MAIN_METRICS)}
    return [
        Column(
            key=f"metric.{name}",
            name=name,
            label=name,
            group=Group.METRIC,
            kind=Kind.NUMBER,
            is_main=name in main,
        )
        for name in counts
    ]


def _param_columns(posts: Sequence[Post]) -> list[Column]:
    values: dict[str, list[object]] = {}
    for post in reversed(posts):
        for name, value in post.params.items():
            if format_param(value):
                values.setdefault(name, []).append(value)
    return [
        Column(
            key=f"param.{name}",
            name=name,
            label=name,
            group=Group.PARAM,
            kind=Kind.NUMBER if all(map(_is_number, found)) else Kind.TEXT,
            is_main=False,
        )
        for name, found in values.items()
    ]


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _slugs(book: Book, axis: Axis, *names: str | None) -> _Values:
    found = (book.facets.find(axis, name) for name in names)
    return list(dict.fromkeys(facet.slug for facet in found if facet))


def _relation(kind: EdgeKind) -> Callable[[Book, Post], _Values]:
    def read(book: Book, post: Post) -> _Values:
        return [other.slug for other in find_stated(book.journal, post, kind)]

    return read


_READERS: Mapping[str, Callable[[Book, Post], _Values]] = {
    "date": lambda _, post: [(format_time(post.date) or "")[:10]],
    "updated": lambda _, post: [(format_time(post.updated) or "")[:10]],
    "status": lambda _, post: [post.status or post.status_raw or ""],
    "outcome": lambda _, post: [post.outcome or post.outcome_raw or ""],
    "type": lambda book, post: _slugs(book, Axis.TYPE, post.type),
    "problem": lambda book, post: [p.slug for p, _ in book.journal.find_problems(post.node)],
    "phase": lambda _, post: [post.phase or ""],
    "author": lambda book, post: _slugs(book, Axis.PERSON, *post.authors),
    "tag": lambda book, post: _slugs(book, Axis.TAG, *post.tags),
    "issues": lambda _, post: [str(link.target) for link in post.issues],
    "prs": lambda _, post: [str(link.target) for link in post.prs],
    "follows": _relation(EdgeKind.FOLLOWS),
    "supersedes": _relation(EdgeKind.SUPERSEDES),
    "corrects": _relation(EdgeKind.CORRECTS),
    "replicates": _relation(EdgeKind.REPLICATES),
    "hypothesis": lambda _, post: [post.hypothesis or ""],
    "success_criteria": lambda _, post: post.success_criteria,
    "data": lambda _, post: post.data,
    "commit": lambda _, post: [post.commit or ""],
    "command": lambda _, post: [post.command or ""],
    "hardware": lambda _, post: [post.hardware or ""],
    "cost": lambda _, post: [post.cost or ""],
}
"""How to read each field of `LABELS`."""
