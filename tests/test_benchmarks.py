"""Benchmark tables: which are recognised, what they become, and which stay tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from journal_plugin.benchmarks import find_benchmarks
from journal_plugin.comparisons import Better
from journal_plugin.series import AxisKind
from journal_plugin.text.body import render_body
from journal_plugin.text.tables import find_tables, parse_reading
from tests.support.make import day

if TYPE_CHECKING:
    from journal_plugin.benchmarks import Benchmarks


def read(*texts: str, dated: bool = False) -> Benchmarks:
    times = [day(2, number) if dated else None for number, _ in enumerate(texts, start=1)]
    return find_benchmarks([find_tables(render_body(text, "a/b").html) for text in texts], times)


def table(*rows: str) -> str:
    head, *rest = rows
    return "\n".join([head, "|" + "--|" * (head.count("|") - 1), *rest])


def test_columns_of_main_and_a_pull_request() -> None:
    """The bars' numbers, the better side with deviations minded, and the median by hand."""
    (found,) = read(
        "On *Zen4*:\n\n"
        + table(
            "| model | test | t/s (main) | t/s (PR) | Speedup |",
            "| A | pp512 | 100 ± 1 | 150 ± 1 | 1.5 |",
            "| A | tg128 | 10.0 ± 0.5 | 10.4 ± 0.5 | 1.04 |",
            "| A | tg256 | 10.0 ± 0.1 | 9.0 ± 0.1 | 0.9 |",
        )
    ).comparisons
    assert found.title == "On Zen4"
    assert (found.sides, found.baseline, found.better) == (("main", "PR"), 0, Better.HIGHER)
    assert found.constants == (("model", "A"),)
    assert [line.label for line in found.lines] == ["pp512", "tg128", "tg256"]
    assert [found.find_best(line) for line in found.lines] == [1, None, 0]
    assert [found.find_ratio(line, 1) for line in found.lines] == pytest.approx([1.5, 1.04, 0.9])
    assert found.find_median(1) == pytest.approx(1.04)
    assert found.find_median(0) == 1


@pytest.mark.parametrize(
    ("head", "rows", "sides", "baseline", "better"),
    [
        ("| x | time (main) | time (PR) |", ("| a | 2 s | 1 s |", "| b | 4 s | 3 s |"), ("main", "PR"), 0, "lower"),
        ("| x | master t/s | PR t/s |", ("| a | 2 | 3 |", "| b | 4 | 5 |"), ("master", "PR"), 0, "higher"),
        ("| x | Q4 | Q4_R | Speedup |", ("| a | 2 | 3 | 1.5 |", "| b | 4 | 5 | 1.25 |"), ("Q4", "Q4_R"), 0, "higher"),
        ("| x | old ms | new ms | Speedup |", ("| a | 30 | 20 | 1.5 |", "| b | 5 | 4 | 1.25 |"), ("old", "new"), 0, "lower"),
        ("| x | t/s (k = 0) | t/s (k = 1) |", ("| a | 2 | 3 |", "| b | 4 | 5 |"), ("k = 0", "k = 1"), None, "higher"),
        ("| x | t/s (FA) | t/s (no FA) |", ("| a | 2 | 3 |", "| b | 4 | 5 |"), ("FA", "no FA"), 1, "higher"),
        ("| x | bpw (main) | bpw (PR) |", ("| a | 2 | 3 |", "| b | 4 | 5 |"), ("main", "PR"), 0, None),
    ],
)  # fmt: skip
def test_sides(
    head: str, rows: tuple[str, ...], sides: tuple[str, ...], baseline: int | None, better: str
) -> None:
    (found,) = read(table(head, *rows)).comparisons
    assert (found.sides, found.baseline, found.better) == (sides, baseline, better)


@pytest.mark.parametrize(
    "text",
    [
        table("| name | age |", "| Ann | 30 |", "| Bob | 40 |"),
        table("| GPU | Model Buffer (MiB) |", "| 0 | 19112 |", "| 1 | 20418 |"),
        table("| tensor | time (s) |", "| kq | 4.116 |", "| kqv | 2.372 |"),
        table("| x | cost (2019) | cost (2020) |", "| a | 1 | 2 |", "| b | 3 | 4 |"),
        table("| x | t/s (PP-512) | t/s (TG-128) |", "| a | 180 ± 1 | 16 ± 1 |"),
        table("| x | t/s (main) | t/s (PR) |", "| a | 1 | 2 |"),
        table("| test | t/s |", "| pp512 | 430 ± 1 |"),
        table("| backend | test | t/s |", "| CUDA | pp1 | 9 ± 1 |", "| Metal | pp1 | 8 ± 1 |"),
        "main: 12 t/s\n\nPR: 14 t/s",
    ],
)
def test_what_is_no_comparison(text: str) -> None:
    """Plain tables, one row, and two machines or two tests beside each other."""
    found = read(text)
    assert (found.comparisons, found.plots) == ((), ())


def test_cells_that_are_no_numbers_stay_empty() -> None:
    (found,) = read(
        table(
            "| test | t/s (main) | t/s (PR) |",
            "| a | 1,234.5 ± 2 | 2 345 ± 3.5 |",
            "| b | OOM | 12.5 |",
            "| c | - | |",
            "| d | 7 | nan |",
        )
    ).comparisons
    values = [[r and (r.value, r.spread) for r in line.readings] for line in found.lines]
    assert values == [[(1234.5, 2), (2345, 3.5)], [None, (12.5, None)], [(7, None), None]]
    assert [found.find_best(line) for line in found.lines] == [1, None, None]


def test_columns_of_two_units_are_not_compared() -> None:
    assert not read(
        table("| a | x (main) | x (PR) |", "| 1 | 5 ms | 1 s |", "| 2 | 1 s | 7 ms |")
    ).comparisons


def test_an_empty_cell_repeats_the_one_above() -> None:
    (found,) = read(
        table(
            "| platform | t/s (main) | t/s (PR) | test |",
            "| Zen4 | 1 | 2 | pp1 |",
            "| | 3 | 4 | pp2 |",
            "| NEON | 5 | 6 | pp1 |",
        )
    ).comparisons
    assert [line.label for line in found.lines] == ["Zen4 · pp1", "Zen4 · pp2", "NEON · pp1"]


def test_rows_of_two_models_are_set_side_by_side() -> None:
    """What goes along with the model, such as its size, does not keep its rows apart."""
    (found,) = read(
        table(
            "| model | size | threads | test | t/s |",
            "| A | 1 GiB | 8 | pp512 | 10 ± 1 |",
            "| B | 2 GiB | 8 | pp512 | 20 ± 1 |",
            "| A | 1 GiB | 4 | tg128 | 5 ± 1 |",
            "| B | 2 GiB | 4 | tg128 | 4.5 ± 1 |",
        )
    ).comparisons
    assert (found.sides, found.baseline) == (("A", "B"), None)
    assert [line.label for line in found.lines] == ["threads 8 · pp512", "threads 4 · tg128"]
    assert [found.find_best(line) for line in found.lines] == [1, None]


def test_a_test_that_grows_becomes_a_curve() -> None:
    found = read(
        table(
            "| model | test | t/s |",
            "| A | pp512 | 30 ± 1 |",
            "| A | pp1024 | 20 ± 1 |",
            "| A | pp2048 | 10 ± 1 |",
        )
    )
    (plot,) = found.plots
    assert not found.comparisons
    assert (plot.title, plot.x.label) == ("t/s", "test pp")
    assert plot.series[0].points == ((512, 30), (1024, 20), (2048, 10))


def test_a_table_that_comes_again_becomes_curves_over_time() -> None:
    """A row that stands in two comments only, or never moves, is no curve."""
    texts = [
        table("| suite | seconds | size |", f"| a | {10 - n} | 5 |", f"| b | {n} | 5 |")
        for n in range(3)
    ]
    texts[0] += "\n| c | 1 | 5 |"
    found = read(*texts, dated=True)
    (plot,) = found.plots
    assert (plot.title, plot.x.kind) == ("seconds", AxisKind.TIME)
    assert {s.name: [y for _, y in s.points] for s in plot.series} == {
        "a": [10, 9, 8],
        "b": [0, 1, 2],
    }
    assert not read(*texts).plots
    assert not read(*texts[:2], dated=True).plots


@pytest.mark.parametrize(
    ("text", "caption"),
    [
        ("Some words. Here it is:\n\n{}", "Here it is"),
        ("### On CUDA\n\n{}", "On CUDA"),
        ("Before\n\n```\ncode\n```\n\n{}", ""),
        ("{}", ""),
    ],
)
def test_the_sentence_before_a_table(text: str, caption: str) -> None:
    html = str(render_body(text.format(table("| a | b |", "| 1 | 2 |")), "a/b").html)
    assert [found.caption for found in find_tables(html)] == [caption]


@pytest.mark.parametrize(
    ("text", "value"),
    [("12\u202f345", 12345), ("12 345.6", 12345.6), ("1'234", 1234), ("1 23", None), ("1 2345", None)],
)  # fmt: skip
def test_groups_of_thousands(text: str, value: float | None) -> None:
    reading = parse_reading(text)
    assert (reading.value if reading else None) == value


@given(
    st.lists(
        st.lists(
            st.sampled_from(["", "1 ± 2", "t/s (main)", "t/s (PR)", "Speedup", "pp512", "x", "0", "1.5", "nan", "9 ms", "±"]),
            min_size=4, max_size=4,
        ),
        min_size=1, max_size=7,
    )
)  # fmt: skip
def test_any_table_is_read_or_left_alone(rows: list[list[str]]) -> None:
    cells = ["| " + " | ".join(row) + " |" for row in rows]
    found = read(table(cells[0], *cells[1:]))
    for comparison in found.comparisons:
        assert len(comparison.sides) == len(comparison.lines[0].readings) > 1
        assert sum(comparison.count_wins().values()) == len(comparison.lines)
        for item in comparison.lines:
            assert any(item.readings)
            for side in range(len(comparison.sides)):
                comparison.find_ratio(item, side)
