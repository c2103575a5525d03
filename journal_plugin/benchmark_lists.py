"""Benchmark tables that list a result a row: compared by what one column names, or as curves."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from journal_plugin.comparisons import MAX_SIDES, Comparison, Line, find_better
from journal_plugin.series import Axis, Plot, Series, make_points
from journal_plugin.text.tables import parse_reading

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from journal_plugin.comparisons import Columns
    from journal_plugin.text.tables import MetricTable, Reading

MAX_CURVES = 8
"""Curves of one chart of benchmarks: with more, none can be followed."""

_ENOUGH = 3
_MAX_SIDE = 60
_PLOTS = 3
_TEST = re.compile(r"(?P<head>(?:[A-Za-z]{1,4}-?\d*@)?[A-Za-z]{1,4}-?)(?P<number>\d{1,7})")
_CIRCUMSTANCES = frozenset(
    ("backend", "platform", "device", "gpu", "cpu", "host", "machine", "threads", "ngl", "os")
)
"""Columns that say on what something ran: two machines are no alternatives."""
_TESTS = frozenset({"test", "task", "tests", "benchmark", "case"})
_RATIO_ROW = re.compile(r"\W*(?:ratio|speed-?\s?up|factor|difference)\b", re.IGNORECASE)
_PLAIN = re.compile(r"-?\d{1,9}(?:\.\d+)?")


class _Result(NamedTuple):
    """One measured number and what tells it from the others of its kind."""

    keys: Mapping[str, str]
    """What its row says, by heading; under an empty heading the sentence before its table."""
    reading: Reading


class Found(NamedTuple):
    """A benchmark table in its place."""

    table: MetricTable
    columns: Columns
    text: int
    """0 is the body, 1 the first comment."""


def read_lists(group: Sequence[Found]) -> tuple[list[Comparison], list[Plot]]:
    """Tables of one text with the same headings that list a result a row."""
    comparisons, plots = [], []
    first = group[0]
    measured = first.columns.measured
    rates = [c for c in measured if (first.table.headers[c].unit or "").casefold().endswith("/s")]
    for column in (rates or measured)[:_PLOTS]:
        results = _find_results(group, column)
        if made := _pivot(group, column, results):
            comparisons.append(made)
        elif plot := _sweep(group, column, results):
            plots.append(plot)
    return comparisons, plots


def _find_results(group: Sequence[Found], column: int) -> list[_Result]:
    """The results of several tables; what stands before each where it is needed to tell them."""
    captions = [found.table.caption for found in group]
    are_names = len(set(captions)) == len(captions) and max(map(len, captions)) <= _MAX_SIDE
    results = list(_walk_results(group, column, captions if are_names else [""] * len(group)))
    if are_names or len({repr(result.keys) for result in results}) == len(results):
        return results
    return list(_walk_results(group, column, [f"{n}" for n in range(1, len(group) + 1)]))


def _walk_results(group: Sequence[Found], column: int, places: Sequence[str]) -> Iterator[_Result]:
    for place, found in zip(places, group, strict=True):
        readings = found.table.readings(column)
        rows = read_keys(found.table, found.columns)
        for keys, reading, cells in zip(rows, readings, found.table.rows, strict=True):
            if reading and not is_ratio_row(cells):
                more = {"": place} if place and len(group) > 1 else {}
                yield _Result(keys=keys | more, reading=reading)


def _pivot(group: Sequence[Found], column: int, results: Sequence[_Result]) -> Comparison | None:
    """The results side by side for each value of one column; None where nothing pairs up."""
    headings = list(dict.fromkeys(heading for result in results for heading in result.keys))
    values = {h: tuple(dict.fromkeys(r.keys.get(h, "") for r in results)) for h in headings}
    best: tuple[int, str, dict[str, dict[str, _Result]]] | None = None
    for heading in sorted(headings, key=lambda heading: not heading):
        if not 1 < len(values[heading]) <= MAX_SIDES or not _are_sides(heading, values[heading]):
            continue
        rows = _pair(results, heading)
        paired = sum(len(row) > 1 for row in rows.values())
        if rows and paired * 2 >= len(rows) and (best is None or paired > best[0]):
            best = paired, heading, rows
    if best is None:
        return None
    _, heading, rows = best
    header = group[0].table.headers[column]
    constants = find_constants([result.keys for result in results])
    shared = _find_tied(results, heading) | dict(constants).keys()
    sides = values[heading]
    return Comparison(
        title=group[0].table.caption if len(group) == 1 else "",
        measure=header.unit or header.name,
        sides=tuple(f"{heading} {s}" if heading and _PLAIN.fullmatch(s) else s for s in sides),
        baseline=None,
        better=find_better(header),
        constants=constants,
        lines=tuple(
            Line(
                label=write_label(next(iter(row.values())).keys, shared) or header.text,
                readings=tuple(row[s].reading if s in row else None for s in sides),
            )
            for row in rows.values()
            if len(row) > 1
        ),
        text=group[0].text,
    )


def _are_sides(heading: str, values: Sequence[str]) -> bool:
    """Whether the texts of a column are alternatives, unlike tests, machines and counts."""
    if heading.casefold() in _TESTS | _CIRCUMSTANCES or not all(values):
        return False
    readings = [parse_reading(value) for value in values]
    if not all(readings):
        return True
    # `fa 0` and `fa 1` are alternatives, but neither are sizes nor tables by their number.
    has_units = any(reading.unit for reading in readings if reading)
    return bool(heading) and not has_units and len(values) == len(("on", "off"))


def _pair(results: Sequence[_Result], heading: str) -> dict[str, dict[str, _Result]]:
    """Results that differ in one column only, by its values; none if two do not differ at all.

    Columns that go along with it, such as the size of a model, do not keep results apart.
    """
    tied = _find_tied(results, heading)
    rows: dict[str, dict[str, _Result]] = {}
    for result in results:
        rest = {h: text for h, text in result.keys.items() if h not in tied}
        row = rows.setdefault(repr(rest), {})
        if result.keys.get(heading, "") in row:
            return {}
        row[result.keys.get(heading, "")] = result
    return rows


def _find_tied(results: Sequence[_Result], heading: str) -> set[str]:
    """The column itself, and every column whose text follows from it."""
    headings = {h for result in results for h in result.keys}
    tied = {heading}
    for other in headings - {heading}:
        pairs = {(r.keys.get(heading, ""), r.keys.get(other, "")) for r in results}
        if len(pairs) == len({value for value, _ in pairs}) > 1 and other.casefold() not in _TESTS:
            tied.add(other)
    return tied


def _sweep(group: Sequence[Found], column: int, results: Sequence[_Result]) -> Plot | None:
    """The results over the first column that counts upwards; None where none does."""
    header = group[0].table.headers[column]
    headings = [heading for heading in dict.fromkeys(h for r in results for h in r.keys) if heading]
    for heading in headings:
        curves = _find_curves(results, heading)
        if curves and len(curves) <= MAX_CURVES:
            heads = {head for head, _ in curves}
            series = tuple(
                Series(name=name or header.text, points=points, color=place, total=len(points))
                for place, ((_, name), points) in enumerate(curves.items())
            )
            test = heads.pop() if len(heads) == 1 else ""
            return Plot(
                title=header.text,
                x=Axis(label=f"{heading} {test}".strip(" -")),
                series=series,
                unit=header.unit if header.unit and header.unit not in header.text else None,
            )
    return None


def _find_curves(
    results: Sequence[_Result], heading: str
) -> dict[tuple[str, str], tuple[tuple[float, float | None], ...]]:
    """Curves over one column by the test and the other cells; none unless all have three points."""
    tied = {h for h in _find_tied(results, heading) if h.casefold() not in _TESTS and h}
    shared = tied | {heading} | dict(find_constants([result.keys for result in results])).keys()
    found: dict[tuple[str, str], list[tuple[float, float]]] = {}
    for result in results:
        step = _find_step(heading, result.keys.get(heading, ""))
        if step is None:
            return {}
        head, x = step
        label = write_label(result.keys, shared)
        found.setdefault((head, label), []).append((x, result.reading.value))
    curves = {key: make_points(pairs) for key, pairs in found.items()}
    is_plain = all(len(curves[key]) == len(pairs) >= _ENOUGH for key, pairs in found.items())
    return curves if is_plain else {}


def _find_step(heading: str, text: str) -> tuple[str, float] | None:
    """A cell that counts: a bare number, or a test such as `pp512`, with its name."""
    if _PLAIN.fullmatch(text):
        return "", float(text)
    match = _TEST.fullmatch(text) if heading.casefold() in _TESTS else None
    return (match["head"], float(match["number"])) if match else None


def read_keys(table: MetricTable, columns: Columns) -> Iterator[dict[str, str]]:
    """What each row says besides its results; an empty cell repeats the one above."""
    above: dict[str, str] = {}
    for row in table.rows:
        keys = {}
        for column in columns.keys:
            heading = table.headers[column].text or f"{column + 1}"
            keys[heading] = row[column] or above.get(heading, "")
        above = keys
        yield keys


def find_constants(rows: Sequence[Mapping[str, str]]) -> tuple[tuple[str, str], ...]:
    """Columns that say the same in every one of several rows, with what they say."""
    if len(rows) < len(("one", "another")):
        return ()
    return tuple(
        (heading, rows[0][heading])
        for heading in rows[0]
        if rows[0][heading] and len({row.get(heading) for row in rows}) == 1
    )


def write_label(keys: Mapping[str, str], left_out: Collection[str]) -> str:
    """Cells in one line; a bare number says what it counts."""
    parts = [
        f"{heading} {text}" if heading and _PLAIN.fullmatch(text) else text
        for heading, text in keys.items()
        if text and heading not in left_out
    ]
    return " · ".join(parts)


def is_ratio_row(cells: Sequence[str]) -> bool:
    """Whether a row relates the rows above it to each other."""
    return any(_RATIO_ROW.match(cell) for cell in cells)
