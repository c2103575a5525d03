"""Numbers that people report in comments: tables, and lines such as `epoch: 12, loss: 0.34`.

The input is the safe HTML of a rendered body, so code blocks, lists and quotes all read the same.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import unescape
from typing import TYPE_CHECKING

from journal_plugin.series import is_x
from journal_plugin.text.markup import find_name, split_tags
from journal_plugin.text.tables import NUMBER, UNITS, Reading, find_tables, to_number

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from journal_plugin.text.tables import MetricTable

_PAIR = re.compile(
    rf"(?:^|[\s,;|(\[\-\u2013·*])(?P<key>[A-Za-z][\w/.%@#-]{{0,40}}(?: [\w/.%@-]{{1,20}}){{0,2}}?)"
    rf"(?:\s*=\s*|\s*:\s+|(?<!\d):)(?P<value>{NUMBER})(?P<unit>%)?(?=$|[\s,;|)\]/]|\.(?:\s|$)|[a-zA-Zµ]{{1,3}}\b)"
)
_COUNTER = re.compile(
    r"\b(?P<key>epoch|step|iteration|iter|update|global[_ ]step)s?"
    r"\s*+[:=#]?\s*+\[?(?P<value>\d[\d,]*)(?:\s*(?:/|of)\s*[\d,]+)?",
    re.IGNORECASE,
)
_BREAKS = frozenset({"p", "br", "li", "ul", "ol", "div", "tr", "pre", "blockquote", "table", "hr"})
_APART = frozenset({"table", "h1", "h2", "h3", "h4", "h5", "h6"})
_NUMBER_HINT = re.compile(r"[:=]\s*[-+]?[\d.]")
_COUNTER_HINT = re.compile(r"\b(?:epoch|step|iter)", re.IGNORECASE)
_COUNTERS = ("epoch", "step", "iter")
_MAX_LINE = 2000
_MAX_UPDATE = 20
_MAX_PAIR = 80
_MAX_PREFIX = 12
_HALF = 0.5
_LINE = re.compile(
    r"[A-Za-z][\w/.%@# -]{0,40}[:=]\s*"
    rf"(?:(?P<number>-?(?=[\d.]){NUMBER})(?:\s*/\s*[\d,]+)?\s*(?P<unit>[^\d\s]\S*)?|[^\d\s-][^\n]*)"
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


def find_report(html: str) -> Report:
    """All that a rendered body reports; most bodies report nothing, and that is found fast."""
    tables = find_tables(html) if "<table" in html else ()
    if not _may_report(html):
        return Report(tables=tables)
    texts = list(find_lines(html))
    found = []
    for line in texts:
        counters = _find_counters(line)
        # Looking for pairs takes longest, and few lines have a counter.
        metrics = _find_metrics(line) if counters else {}
        if metrics and _is_status(line):
            found.append({**counters, **metrics})
    if found:
        return Report(tables=tables, lines=tuple(found))
    update = _find_update(texts)
    counters = {name: reading for line in update for name, reading in _find_counters(line).items()}
    metrics = _merge(update)
    if not counters:
        return Report(tables=tables, loose=metrics)
    return Report(tables=tables, lines=({**counters, **metrics},) if metrics else ())


def _may_report(html: str) -> bool:
    """Whether a text may name a number; the pattern that ignores case is slow, so it comes last."""
    if _NUMBER_HINT.search(html):
        return True
    may_count = any(map(str(html).casefold().__contains__, _COUNTERS))
    return may_count and bool(_COUNTER_HINT.search(html))


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
    return not match["number"] or not unit or unit.casefold() in UNITS


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
        if (value := to_number(match["value"])) is not None
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
        value = to_number(match["value"])
        if value is not None:
            pairs.setdefault(match["key"].strip(), Reading(value=value, unit=match["unit"]))
    return pairs


def find_lines(html: str) -> Iterator[str]:
    """The lines of text as a reader sees them; tables and headings are left out."""
    words: list[str] = []
    inside = 0
    for place, part in enumerate(split_tags(html)):
        if place % 2 == 0:
            if inside <= 0:
                words.append(unescape(part))
            continue
        tag, closing = find_name(part) or ("", False)
        if tag in _APART:
            inside += -1 if closing else 1
        if tag in _BREAKS:
            yield from _split_lines(words)
            words = []
    yield from _split_lines(words)


def _split_lines(words: list[str]) -> Iterator[str]:
    for line in "".join(words).split("\n"):
        if line.strip():
            yield line.strip()[:_MAX_LINE]
