"""The benchmarks of a real repository, recomputed from the Markdown of its dump in plain loops."""

from __future__ import annotations

import gzip
import json
import re
from functools import cache
from html import unescape
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.demo import build_dump
from tests.support.dumps import DATA

if TYPE_CHECKING:
    from collections.abc import Iterator

    from journal_plugin.comparisons import Comparison

TABLES, ROWS = 26, 241
"""Tables with both columns in the dump, and their rows."""

PAIR = ("t/s (main)", "t/s (PR)")


@cache
def pulls() -> list[dict[str, Any]]:
    path = DATA / "issues" / "ik_llama.json.gz"
    return json.loads(gzip.decompress(path.read_bytes()))["pulls"]


def markdown_tables(text: str) -> Iterator[list[list[str]]]:
    """Lines of cells, the header first; a line of dashes ends the header."""
    rows: list[list[str]] = []
    for line in [*text.splitlines(), ""]:
        if line.strip().startswith("|"):
            rows.append([cell.strip() for cell in line.strip().strip("|").split("|")])
        elif rows:
            yield [rows[0], *rows[2:]]
            rows = []


def number(cell: str) -> tuple[float, float]:
    value, _, spread = cell.partition("±")
    return float(value), float(spread or 0)


def raw_pairs() -> Iterator[tuple[int, int, list[tuple[tuple[float, float], ...]]]]:
    """Pull request, number of the text, and the rows of main and PR of each such table."""
    for pull in pulls():
        for place, text in enumerate([pull["body"], *(c["body"] for c in pull["comments"])]):
            for head, *rows in markdown_tables(text or ""):
                if not set(PAIR) <= set(head) or len(rows) < 2:
                    continue
                main, branch = (head.index(name) for name in PAIR)
                cells = [(row[main], row[branch]) for row in rows if len(row) > max(main, branch)]
                yield pull["number"], place, [(number(a), number(b)) for a, b in cells]


def shown_pairs() -> dict[tuple[int, int], list[Comparison]]:
    """Comparisons that have both sides, by pull request and number of the text."""
    shown: dict[tuple[int, int], list[Comparison]] = {}
    for node, found in build_dump("ik_llama").book.benchmarks.items():
        for comparison in found.comparisons:
            if {"main", "PR"} <= set(comparison.sides) and comparison.measure == "t/s":
                key = int(node.rpartition("#")[2]), comparison.text
                shown.setdefault(key, []).append(comparison)
    return shown


def numbers_of(comparison: Comparison, *sides: str) -> list[tuple[tuple[float, float], ...]]:
    places = [comparison.sides.index(side) for side in sides]
    rows = [[line.readings[place] for place in places] for line in comparison.lines]
    return [tuple((r.value, r.spread or 0.0) for r in row if r) for row in rows]


def middle(values: list[float]) -> float:
    ordered, half = sorted(values), len(values) // 2
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2


def test_every_table_of_main_and_pr_is_a_comparison_with_its_numbers() -> None:
    shown, tables, checked = shown_pairs(), 0, 0
    for pull, place, rows in raw_pairs():
        (comparison,) = [c for c in shown[pull, place] if numbers_of(c, "main", "PR") == rows]
        main, branch = (comparison.sides.index(side) for side in ("main", "PR"))
        assert comparison.baseline == main
        assert comparison.find_median(branch) == pytest.approx(
            middle([b[0] / a[0] for a, b in rows])
        )
        if len(comparison.sides) == 2:
            wins = comparison.count_wins()
            assert wins.get(branch, 0) == sum(b[0] - a[0] > a[1] + b[1] for a, b in rows)
            assert wins.get(main, 0) == sum(a[0] - b[0] > a[1] + b[1] for a, b in rows)
        tables, checked = tables + 1, checked + len(rows)
    assert (tables, checked) == (TABLES, ROWS)


def test_the_authors_own_speedups_agree() -> None:
    """The column `Speedup` that the author computed, against the ratios of the charts."""
    agreed = differed = 0
    book = build_dump("ik_llama").book
    for pull in pulls():
        node = f"pull:ikawrakow/ik_llama.cpp#{pull['number']}"
        shown = book.benchmarks.get(node)
        ratios = [
            ratio
            for comparison in (shown.comparisons if shown else ())
            if comparison.baseline is not None
            for line in comparison.lines
            for side in range(len(comparison.sides))
            if side != comparison.baseline and (ratio := comparison.find_ratio(line, side))
        ]
        for head, *rows in markdown_tables(pull["body"] or ""):
            if head[-1] != "Speedup" or len(rows) < 2:
                continue
            for row in rows:
                wanted = float(row[-1])
                near = any(abs(ratio - wanted) <= 0.02 * wanted for ratio in ratios)
                agreed, differed = agreed + near, differed + (not near)
    assert agreed > 400
    assert differed <= agreed * 0.02  # slips of the author's own


def test_curves_of_batched_benchmarks() -> None:
    """#180, comment 11: seven tables over PP; each curve's numbers from the raw text."""
    (pull,) = [p for p in pulls() if p["number"] == 180]
    raw = list(markdown_tables(pull["comments"][10]["body"]))
    expected = []
    for head, *rows in raw:
        x, y = head.index("PP"), head.index("S_PP t/s")
        expected.append([(float(row[x]), float(row[y])) for row in rows])
    plots = build_dump("ik_llama").book.plots["pull:ikawrakow/ik_llama.cpp#180"].plots
    (plot,) = [plot for plot in plots if plot.title == "S_PP t/s"]
    assert [list(series.points) for series in plot.series] == expected
    assert plot.series[0].name == "IQ4_K_R4 with this PR"


def test_pages_say_who_is_better_and_show_every_number() -> None:
    pages = {page.uri: unescape(str(page.html)) for page in build_dump("ik_llama").pages}
    first = pages["journal/pulls/1.md"]
    assert "PR is better in 6 of 8 rows; too close to call: 2." in first
    assert "Median of PR: 1.11 times main." in first
    for cell in ("322.1 ± 0.07", "241.34 ± 0.27", "10\u202f780 ± 164"):
        assert cell in first
    assert first.count("<rect") == 16
    listed = pages["journal/insights/benchmarks.md"]
    assert "Median of PR: 1.11 times main." in listed
    linked = re.findall(r"href=\"[^\"]*pulls/(\d+)/[^\"]*#(benchmark-\d+)\"", listed)
    book = build_dump("ik_llama").book
    assert len(linked) == sum(len(found.comparisons) for found in book.benchmarks.values())
    for number_, anchor in linked:
        assert f'id="{anchor}"' in pages[f"journal/pulls/{number_}.md"]


def test_issues_without_benchmarks_stay_quiet() -> None:
    """The second real repository has tables, and none of them is a benchmark."""
    assert build_dump("tls13-spec").book.benchmarks == {}
