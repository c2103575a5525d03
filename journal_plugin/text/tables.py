"""The tables of a text, and the numbers in their cells.

The input is the safe HTML of a rendered body.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from html import unescape
from typing import TYPE_CHECKING, NamedTuple

from journal_plugin.text.markup import find_tokens

if TYPE_CHECKING:
    from collections.abc import Iterator

NUMBER = r"[-+\u2212]?(?:\d{1,3}(?:,\d{3})+|\d+)?(?:\.\d+)?(?:[eE][-+]?\d+)?"
"""A number as a pattern; it also matches nothing at all."""

_UNIT = r"%|[a-zA-Zµμ\u00d7][\w/µμ²]{0,9}"
_READING = re.compile(
    rf"(?P<value>{NUMBER})"
    rf"(?:\s*(?:±|\+/-|\+-)\s*(?P<spread>{NUMBER}))?"
    rf"\s*(?P<unit>{_UNIT})?"
)
# In a cell, unlike in a sentence, white space or an apostrophe between digits groups thousands.
_GROUPS = re.compile(r"(?<=\d)[ \u00a0\u2009\u202f'\u2019](?=\d{3}(?!\d))")
_VARIANT = re.compile(r"(?P<name>.*?)\s*[(\[](?P<inside>[^()\[\]]*)[)\]]\s*")
UNITS = frozenset(
    {
        "%", "s", "sec", "ms", "us", "µs", "ns", "min", "h", "d", "b", "kb", "mb", "gb", "tb",
        "kib", "mib", "gib", "t/s", "tok/s", "tokens/s", "it/s", "samples/s", "w", "db", "bpw",
        "bpv", "gb/s", "gib/s", "flops", "tflops", "x",
    }
)  # fmt: skip
"""Units in lower case."""
BASELINES = frozenset(
    {"main", "master", "baseline", "base", "before", "old", "mainline", "reference", "upstream"}
)
"""What people call that with which they compare, in lower case."""

_MOSTLY = 0.75
_BLOCKS = frozenset(
    ("p", "br", "li", "div", "pre", "blockquote", "hr", "summary", *(f"h{n}" for n in range(1, 7)))
)
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z])")


class Reading(NamedTuple):
    """A number as somebody reported it."""

    value: float
    spread: float | None = None
    """What stands after `±`."""
    unit: str | None = None


class Header(NamedTuple):
    """A column's heading taken apart: `t/s (PR)` is t/s of the variant PR."""

    text: str
    """As it was written."""
    name: str
    variant: str | None = None
    unit: str | None = None

    @property
    def is_baseline(self) -> bool:
        """Whether the variant is what others are compared with."""
        return is_baseline(self.variant)


@dataclass(frozen=True, kw_only=True)
class MetricTable:
    """A table of a comment; without slots, so that it remembers the numbers in its cells."""

    headers: tuple[Header, ...]
    rows: tuple[tuple[str, ...], ...]
    """Cells as plain text, as many in each row as there are headers."""
    caption: str = ""
    """The sentence or heading right before it."""

    def readings(self, column: int) -> tuple[Reading | None, ...]:
        """The numbers of a column, None where a cell is something else."""
        return self._columns[column]

    @cached_property
    def _columns(self) -> tuple[tuple[Reading | None, ...], ...]:
        return tuple(
            tuple(parse_reading(row[column]) for row in self.rows)
            for column in range(len(self.headers))
        )

    @cached_property
    def numeric(self) -> tuple[int, ...]:
        """The columns that mostly hold numbers."""
        return tuple(
            column
            for column in range(len(self.headers))
            if sum(reading is not None for reading in self.readings(column))
            >= max(len(self.rows) * _MOSTLY, 1)
        )


def is_baseline(name: str | None) -> bool:
    """Whether a name is one that people give to what they compare with."""
    return (name or "").strip().casefold() in BASELINES


def parse_reading(text: str) -> Reading | None:
    """A cell or value such as `10780 ± 164`, `4.14 GiB` or `71.3 %`; None for anything else."""
    match = _READING.fullmatch(_GROUPS.sub("", text.strip()))
    value = to_number(match["value"]) if match else None
    if match is None or value is None:
        return None
    return Reading(value=value, spread=to_number(match["spread"]), unit=match["unit"])


def parse_header(text: str) -> Header:
    """A column's heading; what stands in parentheses is a unit if it is a known one."""
    flat = " ".join(text.split())
    match = _VARIANT.fullmatch(flat)
    if match and match["name"]:
        inside = match["inside"].strip()
        if inside.casefold() in UNITS:
            return Header(text=flat, name=match["name"], unit=inside)
        return Header(text=flat, name=match["name"], variant=inside, unit=_unit_of(match["name"]))
    return Header(text=flat, name=flat, unit=_unit_of(flat))


def find_tables(html: str) -> tuple[MetricTable, ...]:
    """The tables of a rendered body that have a header row, in order."""
    tables = []
    for caption, rows in _walk_tables(html):
        if not rows or not any(rows[0]):
            continue
        width = len(rows[0])
        tables.append(
            MetricTable(
                headers=tuple(parse_header(cell) for cell in rows[0]),
                rows=tuple(tuple((row + [""] * width)[:width]) for row in rows[1:]),
                caption=caption,
            )
        )
    return tuple(tables)


def to_number(text: str | None) -> float | None:
    """A number in the form of `NUMBER`; None for nothing."""
    try:
        return float(text.replace(",", "").replace("\u2212", "-")) if text else None
    except ValueError:
        return None


def _unit_of(name: str) -> str | None:
    """The unit that a heading ends in, or is."""
    last = name.rsplit(" ", maxsplit=1)[-1]
    return last if last.casefold() in UNITS and (last != name or "/" in name) else None


def _walk_tables(html: str) -> Iterator[tuple[str, list[list[str]]]]:
    """What stands before each table, and its rows of plain cells, the header first."""
    rows: list[list[str]] = []
    cell: list[str] | None = None
    before: list[str] = []
    caption, inside = "", False
    for token in find_tokens(html):
        if token.tag in ("td", "th"):
            if token.closing and cell is not None and rows:
                rows[-1].append(" ".join("".join(cell).split()))
            cell = None if token.closing else []
        elif token.tag == "tr" and not token.closing:
            rows.append([])
        elif token.tag == "table":
            if token.closing:
                yield caption, rows
            rows, inside = [], not token.closing
            caption, before = _last_sentence(before), []
        elif token.is_text and cell is not None:
            cell.append(unescape(token.raw))
        elif token.tag in _BLOCKS and (token.tag == "pre" or not token.closing):
            before = []
        elif token.is_text and not inside:
            before.append(unescape(token.raw))


def _last_sentence(words: list[str]) -> str:
    """The last sentence of a block, without the colon that leads on."""
    text = " ".join("".join(words).split())
    return _SENTENCE.split(text)[-1].rstrip(" :.") if text else ""
