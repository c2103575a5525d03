"""Numbers that people report in comments: tables, and lines such as `epoch: 12, loss: 0.34`.

The input is the safe HTML of a rendered body, so code blocks, lists and quotes all read the same.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import unescape
from typing import TYPE_CHECKING

from journal_plugin.series import is_x
from journal_plugin.text.markup import find_tokens

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

_NUMBER = r"[-+\u2212]?(?:\d{1,3}(?:,\d{3})+|\d+)?(?:\.\d+)?(?:[eE][-+]?\d+)?"
_UNIT = r"%|[a-zA-Zµμ\u00d7][\w/µμ²]{0,9}"
_READING = re.compile(
    rf"(?P<value>{_NUMBER})"
    rf"(?:\s*(?:±|\+/-|\+-)\s*(?P<spread>{_NUMBER}))?"
    rf"\s*(?P<unit>{_UNIT})?"
)
_PAIR = re.compile(
    rf"(?:^|[\s,;|(\[\-\u2013·*])(?P<key>[A-Za-z][\w/.%@#-]{{0,40}}(?: [\w/.%@-]{{1,20}}){{0,2}}?)"
    rf"(?:\s*=\s*|\s*:\s+|(?<!\d):)(?P<value>{_NUMBER})(?P<unit>%)?(?=$|[\s,;|)\]/]|\.(?:\s|$)|[a-zA-Zµ]{{1,3}}\b)"
)
_COUNTER = re.compile(
    r"\b(?P<key>epoch|step|iteration|iter|update|global[_ ]step)s?"
    r"\s*[:=#]?\s*\[?(?P<value>\d[\d,]*)(?:\s*(?:/|of)\s*[\d,]+)?",
    re.IGNORECASE,
)
_VARIANT = re.compile(r"(?P<name>.*?)\s*[(\[](?P<inside>[^()\[\]]*)[)\]]\s*")
_UNITS = frozenset(
    {
        "%", "s", "sec", "ms", "us", "µs", "ns", "min", "h", "d", "b", "kb", "mb", "gb", "tb",
        "kib", "mib", "gib", "t/s", "tok/s", "tokens/s", "it/s", "samples/s", "w", "db", "bpw",
        "bpv", "gb/s", "gib/s", "flops", "tflops", "x",
    }
)  # fmt: skip
_BASELINES = frozenset(
    {"main", "master", "baseline", "base", "before", "old", "mainline", "reference", "upstream"}
)
_BREAKS = frozenset({"p", "br", "li", "ul", "ol", "div", "tr", "pre", "blockquote", "table", "hr"})
_MOSTLY = 0.75
_HINT = re.compile(r"[:=]\s*[-+]?[\d.]|\b(?:epoch|step|iter)", re.IGNORECASE)
_MAX_LINE = 2000
_MAX_UPDATE = 20
_MAX_PAIR = 80
_MAX_PREFIX = 12
_HALF = 0.5
_LINE = re.compile(
    r"[A-Za-z][\w/.%@# -]{0,40}[:=]\s*"
    rf"(?:(?P<number>-?(?=[\d.]){_NUMBER})(?:\s*/\s*[\d,]+)?\s*(?P<unit>[^\d\s]\S*)?|[^\d\s-][^\n]*)"
)
_HEADING = re.compile(r"h[1-6]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A number as somebody reported it."""

    value: float
    spread: float | None = None
    """What stands after `±`."""
    unit: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """A column's heading taken apart: `t/s (PR)` is t/s of the variant PR."""

    text: str
    """As it was written."""
    name: str
    variant: str | None = None
    unit: str | None = None

    @property
    def is_baseline(self) -> bool:
        """Whether the variant is what others are compared with."""
        return bool(self.variant) and str(self.variant).casefold() in _BASELINES


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricTable:
    """A table of a comment."""

    headers: tuple[Header, ...]
    rows: tuple[tuple[str, ...], ...]
    """Cells as plain text, as many in each row as there are headers."""

    def readings(self, column: int) -> tuple[Reading | None, ...]:
        """The numbers of a column, None where a cell is something else."""
        return tuple(parse_reading(row[column]) for row in self.rows)

    @property
    def numeric(self) -> tuple[int, ...]:
        """The columns that mostly hold numbers."""
        return tuple(
            column
            for column in range(len(self.headers))
            if sum(reading is not None for reading in self.readings(column))
            >= max(len(self.rows) * _MOSTLY, 1)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The numbers of one body or comment."""

    tables: tuple[MetricTable, ...] = ()
    lines: tuple[Mapping[str, Reading], ...] = ()
    """Lines that name an epoch, step or iteration and at least one other number. A status update
    with one number a line, one of them the epoch or step, counts as one line."""
    loose: Mapping[str, Reading] = field(default_factory=dict)
    """The numbers of a status update that names no epoch or step."""


def parse_reading(text: str) -> Reading | None:
    """A cell or value such as `10780 ± 164`, `4.14 GiB` or `71.3 %`; None for anything else."""
    match = _READING.fullmatch(text.strip())
    value = _to_number(match["value"]) if match else None
    if match is None or value is None:
        return None
    return Reading(value=value, spread=_to_number(match["spread"]), unit=match["unit"])


def parse_header(text: str) -> Header:
    """A column's heading; what stands in parentheses is a unit if it is a known one."""
    flat = " ".join(text.split())
    match = _VARIANT.fullmatch(flat)
    if match and match["name"]:
        inside = match["inside"].strip()
        if inside.casefold() in _UNITS:
            return Header(text=flat, name=match["name"], unit=inside)
        return Header(text=flat, name=match["name"], variant=inside, unit=_unit_of(match["name"]))
    return Header(text=flat, name=flat, unit=_unit_of(flat))


def find_tables(html: str) -> tuple[MetricTable, ...]:
    """The tables of a rendered body that have a header row, in order."""
    tables = []
    for rows in _walk_tables(html):
        if not rows or not any(rows[0]):
            continue
        width = len(rows[0])
        tables.append(
            MetricTable(
                headers=tuple(parse_header(cell) for cell in rows[0]),
                rows=tuple(tuple((row + [""] * width)[:width]) for row in rows[1:]),
            )
        )
    return tuple(tables)


def find_report(html: str) -> Report:
    """All that a rendered body reports; most bodies report nothing, and that is found fast."""
    tables = find_tables(html) if "<table" in html else ()
    if not _HINT.search(html):
        return Report(tables=tables)
    texts = list(find_lines(html))
    found = []
    for line in texts:
        counters, metrics = _find_counters(line), _find_metrics(line)
        if counters and metrics and _is_status(line):
            found.append({**counters, **metrics})
    if found:
        return Report(tables=tables, lines=tuple(found))
    update = _find_update(texts)
    counters = {name: reading for line in update for name, reading in _find_counters(line).items()}
    metrics = _merge(update)
    if not counters:
        return Report(tables=tables, loose=metrics)
    return Report(tables=tables, lines=({**counters, **metrics},) if metrics else ())


def _is_status(line: str) -> bool:
    """Whether a line starts like a status line, unlike a sentence that happens to name numbers."""
    counter, pair = _COUNTER.search(line), _PAIR.search(line)
    starts = [match.start("key") for match in (counter, pair) if match]
    return min(starts, default=_MAX_PREFIX) < _MAX_PREFIX


def _find_update(lines: Sequence[str]) -> list[str]:
    """The lines of a text that is a status update, else none.

    An update is a short text whose lines mostly read `key: value`. Pasted logs and configuration,
    which have such lines by the hundred, are none.
    """
    pairs = [line for line in lines if len(line) <= _MAX_PAIR and _is_update_line(line)]
    if len(lines) > _MAX_UPDATE or len(pairs) < len(lines) * _HALF:
        return []
    return pairs


def _is_update_line(line: str) -> bool:
    """Whether a line is a key and a value: a word, or a number with at most a known unit."""
    match = _LINE.fullmatch(line)
    if not match:
        return False
    unit = match["unit"]
    return not match["number"] or not unit or unit.casefold() in _UNITS


def _merge(lines: Iterable[str]) -> dict[str, Reading]:
    merged: dict[str, Reading] = {}
    for line in lines:
        for name, reading in _find_metrics(line).items():
            merged.setdefault(name, reading)
    return merged


def _find_counters(line: str) -> dict[str, Reading]:
    return {
        match["key"].casefold().replace(" ", "_"): Reading(value=value)
        for match in _COUNTER.finditer(line)
        if (value := _to_number(match["value"])) is not None
    }


def _find_metrics(line: str) -> dict[str, Reading]:
    """The pairs of a line that are measurements: no counters, no times, no single letters."""
    return {
        name: reading
        for name, reading in _find_pairs(line).items()
        if not is_x(name) and len(name) > 1
    }


def _find_pairs(line: str) -> dict[str, Reading]:
    pairs: dict[str, Reading] = {}
    for match in _PAIR.finditer(line):
        value = _to_number(match["value"])
        if value is not None:
            pairs.setdefault(match["key"].strip(), Reading(value=value, unit=match["unit"]))
    return pairs


def _to_number(text: str | None) -> float | None:
    try:
        return float(text.replace(",", "").replace("\u2212", "-")) if text else None
    except ValueError:
        return None


def _unit_of(name: str) -> str | None:
    """The unit that a heading ends in, or is."""
    last = name.rsplit(" ", maxsplit=1)[-1]
    return last if last.casefold() in _UNITS and (last != name or "/" in name) else None


def find_lines(html: str) -> Iterator[str]:
    """The lines of text as a reader sees them; tables and headings are left out."""
    words: list[str] = []
    inside = 0
    for token in find_tokens(html):
        tag = token.tag or ""
        if tag == "table" or _HEADING.fullmatch(tag):
            inside += -1 if token.closing else 1
        if tag in _BREAKS:
            yield from _split_lines(words)
            words = []
        elif token.is_text and inside <= 0:
            words.append(unescape(token.raw))
    yield from _split_lines(words)


def _split_lines(words: list[str]) -> Iterator[str]:
    for line in "".join(words).split("\n"):
        if line.strip():
            yield line.strip()[:_MAX_LINE]


def _walk_tables(html: str) -> Iterator[list[list[str]]]:
    """Rows of plain cells of every table, the header first."""
    rows: list[list[str]] = []
    cell: list[str] | None = None
    for token in find_tokens(html):
        if token.tag in ("td", "th"):
            if token.closing and cell is not None and rows:
                rows[-1].append(" ".join("".join(cell).split()))
            cell = None if token.closing else []
        elif token.tag == "tr" and not token.closing:
            rows.append([])
        elif token.tag == "table":
            if token.closing:
                yield rows
            rows = []
        elif token.is_text and cell is not None:
            cell.append(unescape(token.raw))
