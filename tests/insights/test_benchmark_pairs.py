"""Pairs in rows, columns side by side and curves of a real repository, from its raw Markdown.

Nothing of the product reads a table here: lines are split at `|`, and numbers by one expression.
"""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING, TypeAlias

import pytest

from tests.insights.test_benchmark_figures import markdown_tables, middle, pulls
from tests.support.demo import build_dump

if TYPE_CHECKING:
    from collections.abc import Iterator

    from journal_plugin.comparisons import Comparison

Pair: TypeAlias = tuple[float, float]
"""A number and its deviation; without one 0."""

PULLS, NUMBERS, ALONE = [12, 56, 85, 168, 178, 185], 48, 2
"""Pull requests with pairs in rows, the numbers of the pairs, and raw rows without a partner."""

COLUMNS, SHOWN = 102, 1477
"""Comparisons whose sides are columns, and their numbers."""

NUMBER = re.compile(r"[~*]*(-?\d+(?:\.\d+)?)(?:\s*±\s*(\d+(?:\.\d+)?))?[*x%]*")


def texts_of(pull: int) -> list[str]:
    (found,) = [p for p in pulls() if p["number"] == pull]
    return [found["body"] or "", *(comment["body"] for comment in found["comments"])]


def read(cell: str) -> Pair | None:
    found = NUMBER.fullmatch(cell)
    return (float(found[1]), float(found[2] or 0)) if found else None


def value_of(cell: str) -> float:
    found = read(cell)
    assert found is not None
    return found[0]


def shown() -> Iterator[tuple[int, Comparison]]:
    for node, found in build_dump("ik_llama").book.benchmarks.items():
        for comparison in found.comparisons:
            yield int(node.rpartition("#")[2]), comparison


def rows_of(comparison: Comparison) -> list[tuple[Pair | None, ...]]:
    return [
        tuple((r.value, r.spread or 0.0) if r else None for r in line.readings)
        for line in comparison.lines
    ]


def raw_groups(text: str) -> dict[tuple[str, ...], list[list[str]]]:
    """The rows of all tables of a text by their headings; behind each row the line above it all."""
    groups: dict[tuple[str, ...], list[list[str]]] = {}
    above, rows = "", []
    for line in [*text.splitlines(), ""]:
        if line.strip().startswith("|"):
            rows.append([cell.strip() for cell in line.strip().strip("|").split("|")])
            continue
        if rows:
            groups.setdefault(tuple(rows[0]), []).extend([*row, above] for row in rows[2:])
            rows = []
            above = ""
        above = line.strip(" *#:") or above
    return groups


def find_side_column(rows: list[list[str]], sides: tuple[str, ...]) -> int | None:
    """The column of raw rows that names the sides."""
    for column in range(len(rows[0])):
        if set(sides) == {row[column] for row in rows}:
            return column
    return None


def find_pairs(text: str, sides: tuple[str, ...]) -> list[tuple[str, list[str], Pair]] | None:
    """Side, other cells and result of each raw row of a table whose rows are the sides."""
    for head, rows in raw_groups(text).items():
        if "t/s" not in head or (column := find_side_column(rows, sides)) is None:
            continue
        result = head.index("t/s")
        found = []
        for row in rows:
            reading = read(row[result])
            assert reading is not None
            named = [f"{h} {c}" if read(c) else c for h, c in zip((*head, ""), row, strict=True)]
            found.append((row[column], named, reading))
        return found
    return None


def assert_wins_and_ratios(comparison: Comparison, base: int | None) -> None:
    """Who is better in each row, and by how much, from the numbers alone; t/s: more is better."""
    wins: dict[int | None, int] = {}
    ratios: dict[int, list[float]] = {side: [] for side in range(len(comparison.sides))}
    lower = comparison.better is not None and comparison.better.value == "lower"
    for line, row in zip(comparison.lines, rows_of(comparison), strict=True):
        there = [(pair, side) for side, pair in enumerate(row) if pair]
        whole = row[base] if base is not None else max(pair for pair, _ in there)
        for (value, _), side in there:
            if whole:
                ratios[side].append(value / whole[0])
                assert comparison.find_ratio(line, side) == pytest.approx(value / whole[0])
        there.sort(key=lambda item: item[0][0], reverse=not lower)
        best: int | None = None
        if comparison.better is not None and len(there) > 1:
            (first, side), (second, _) = there[:2]
            best = side if abs(first[0] - second[0]) > first[1] + second[1] else None
        wins[best] = wins.get(best, 0) + 1
    assert comparison.count_wins() == wins
    if base is not None:
        for side, found in ratios.items():
            assert comparison.find_median(side) == pytest.approx(middle(found))


def test_rows_of_two_models_are_pairs_with_their_numbers() -> None:
    """Every pair and every raw row; a row without a partner is not shown."""
    seen, numbers, alone = [], 0, 0
    for pull, comparison in shown():
        raw = find_pairs(texts_of(pull)[comparison.text], comparison.sides)
        if raw is None:
            continue
        assert comparison.baseline is None
        unused = list(raw)
        for line, row in zip(comparison.lines, rows_of(comparison), strict=True):
            for side, pair in zip(comparison.sides, row, strict=True):
                own = [r for r in raw if r[0] == side and set(line.label.split(" · ")) <= set(r[1])]
                assert [r[2] for r in own] == [pair], (pull, line.label, side)
                unused.remove(own[0])
                numbers += 1
        for side, cells, _ in unused:
            partners = [r for r in raw if r[0] != side and r[1][-4:-2] == cells[-4:-2]]
            assert not [r for r in partners if r in unused], (pull, cells)
        alone += len(unused)
        assert_wins_and_ratios(comparison, None)
        seen.append(pull)
    assert (sorted(seen), numbers, alone) == (PULLS, NUMBERS, ALONE)


def find_columns(text: str, comparison: Comparison) -> list[tuple[int, ...]]:
    """The columns of raw tables of a text that hold exactly the numbers shown, side by side."""
    wanted = [row for row in rows_of(comparison) if any(row)]
    found = []
    for head, *rows in markdown_tables(text):
        for columns in itertools.permutations(range(len(head)), len(comparison.sides)):
            if list(columns) != sorted(columns):
                continue
            raw = [tuple(read(row[c]) for c in columns) for row in rows if len(row) > max(columns)]
            names = all(
                re.sub(r" \(\d\)$", "", side) in head[c]
                for side, c in zip(comparison.sides, columns, strict=True)
            )
            if names and [row for row in raw if any(row)] == wanted:
                found.append(columns)
    return found


def test_columns_side_by_side_have_the_numbers_of_the_raw_table() -> None:
    seen = numbers = 0
    for pull, comparison in shown():
        text = texts_of(pull)[comparison.text]
        if find_pairs(text, comparison.sides) is not None:
            continue
        assert len(find_columns(text, comparison)) == 1, (pull, comparison)
        assert_wins_and_ratios(comparison, comparison.baseline)
        seen += 1
        numbers += sum(pair is not None for row in rows_of(comparison) for pair in row)
    assert (seen, numbers) == (COLUMNS, SHOWN)


def test_errors_and_bits_of_quantization() -> None:
    """#53 compares two quantities in four columns; of errors fewer are better, of bits nobody says."""
    (table,) = [t for t in markdown_tables(texts_of(53)[0]) if "QError (main)" in t[0]]
    head, *rows = table
    found = {}
    for pull, comparison in shown():
        if pull == 53 and comparison.measure in ("bpw", "QError"):
            main, branch = (head.index(f"{comparison.measure} ({side})") for side in ("main", "PR"))
            raw = [(read(row[main]), read(row[branch])) for row in rows]
            assert rows_of(comparison) == raw
            assert [line.label for line in comparison.lines] == [row[0] for row in rows]
            wins = comparison.count_wins()
            if comparison.measure == "QError":
                assert wins.get(1, 0) == sum(value_of(r[branch]) < value_of(r[main]) for r in rows)
                assert wins.get(0, 0) == sum(value_of(r[main]) < value_of(r[branch]) for r in rows)
            else:
                assert wins == {None: len(rows)}
            found[comparison.measure] = comparison.find_median(1)
    assert set(found) == {"bpw", "QError"}
    for name, median in found.items():
        main, branch = (head.index(f"{name} ({side})") for side in ("main", "PR"))
        assert median == pytest.approx(
            middle([value_of(r[branch]) / value_of(r[main]) for r in rows])
        )


def test_every_curve_has_the_points_of_the_raw_tables() -> None:
    """Each chart of each pull request: its curves in order, and no table with a curve left out."""
    plots = {
        int(node.rpartition("#")[2]): found.plots
        for node, found in build_dump("ik_llama").book.benchmarks.items()
        if found.plots
    }
    assert sorted(plots) == [180, 185, 232]
    for pull, found in plots.items():
        expected = []
        for text in texts_of(pull):
            expected += raw_curves(text)
        assert [
            (plot.title, [list(series.points) for series in plot.series]) for plot in found
        ] == expected


def raw_curves(text: str) -> list[tuple[str, list[list[Pair]]]]:
    """Tables over PP, those of one text in one chart for each rate; tests such as `tg64@pp128`."""
    tables = list(markdown_tables(text))
    over = [table for table in tables if "PP" in table[0]]
    found = []
    for name in ("S_PP t/s", "S_TG t/s", "S t/s") if over else ():
        curves = []
        for head, *rows in over:
            x, y = head.index("PP"), head.index(name)
            x = head.index("N_KV") if len({row[x] for row in rows}) == 1 else x
            curves.append([(float(row[x]), float(row[y])) for row in rows])
        found.append((name, curves))
    for head, *rows in tables:
        tests = [re.sub(r"\d+$", "", row[-2]) for row in rows]
        if head[-2:] == ["test", "t/s"] and len(rows) > 2 and len(set(tests)) == 1:
            steps = [
                float(row[-2].removeprefix(test)) for row, test in zip(rows, tests, strict=True)
            ]
            values = [float(row[-1].split("±")[0]) for row in rows]
            if len(set(steps)) == len(steps):
                found.append(("t/s", [list(zip(steps, values, strict=True))]))
    return found
