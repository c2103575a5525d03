"""Numbers in comments: what counts as a report, and what does not."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from journal_plugin.text.body import render_body, render_markdown
from journal_plugin.text.metrics import find_report
from journal_plugin.text.tables import (
    Header,
    Reading,
    find_tables,
    parse_header,
    parse_reading,
)
from tests.support.dumps import load_dump


def lines(text: str) -> list[dict[str, float]]:
    report = find_report(str(render_body(text, "a/b").html))
    return [{name: reading.value for name, reading in line.items()} for line in report.lines]


def loose(text: str) -> dict[str, float]:
    report = find_report(str(render_body(text, "a/b").html))
    return {name: reading.value for name, reading in report.loose.items()}


@pytest.mark.parametrize(
    ("text", "value", "spread", "unit"),
    [
        ("10780 ± 164", 10780, 164, None),
        ("4777.42 ± 3.50", 4777.42, 3.5, None),
        ("0.71 +/- 0.02", 0.71, 0.02, None),
        ("4.14 GiB", 4.14, None, "GiB"),
        ("71.3%", 71.3, None, "%"),
        ("1.325x", 1.325, None, "x"),
        ("1,234.5", 1234.5, None, None),
        ("-1.5e-05", -1.5e-5, None, None),
        ("\u22123", -3, None, None),
    ],
)
def test_readings(text: str, value: float, spread: float | None, unit: str | None) -> None:
    assert parse_reading(text) == Reading(value=value, spread=spread, unit=unit)


@pytest.mark.parametrize("text", ["", "pp512", "IQ2_BN", "1.2.3", "-", "±", "12 of 30", "q8_0"])
def test_no_readings(text: str) -> None:
    assert parse_reading(text) is None


@pytest.mark.parametrize(
    ("text", "header"),
    [
        ("t/s (PR)", Header(text="t/s (PR)", name="t/s", variant="PR", unit="t/s")),
        ("t/s  (main)", Header(text="t/s (main)", name="t/s", variant="main", unit="t/s")),
        ("time (s)", Header(text="time (s)", name="time", unit="s")),
        ("T_PP s", Header(text="T_PP s", name="T_PP s", unit="s")),
        ("loss", Header(text="loss", name="loss")),
        ("s", Header(text="s", name="s")),
    ],
)
def test_headers(text: str, header: Header) -> None:
    assert parse_header(text) == header


def test_only_a_usual_name_is_a_baseline() -> None:
    assert parse_header("t/s (main)").is_baseline
    assert not parse_header("t/s (PR)").is_baseline
    assert not parse_header("t/s").is_baseline


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("epoch: 12, loss: 0.34", {"epoch": 12, "loss": 0.34}),
        ("step=100 val_acc=0.7", {"step": 100, "val_acc": 0.7}),
        ("Epoch 12/100: loss=0.34, lr=1e-4", {"epoch": 12, "loss": 0.34, "lr": 1e-4}),
        ("- **Step 500** | loss: 2.5 | ppl: 12", {"step": 500, "loss": 2.5, "ppl": 12}),
        ("```\nepoch: 3, loss: 1\n```", {"epoch": 3, "loss": 1}),
        ("status: running\nepoch: 10 / 100\nloss: 2.5\nelapsed: 3 s", {"epoch": 10, "loss": 2.5}),
        ("- epoch: 10\n- loss: 2.5\n", {"epoch": 10, "loss": 2.5}),
    ],
)
def test_status_lines(text: str, expected: dict[str, float]) -> None:
    assert lines(text) == [expected]


@pytest.mark.parametrize(
    "text",
    [
        "We stopped at epoch 12.",
        "Between the runs and the first epoch 3 things changed, loss: 0.3 among them.",
        "see http://example.org:8080/epoch:3",
        "The ratio was 3:4 at step 10",
        "# epoch: 3, loss: 2",
        "epoch: 3",
        "",
    ],
)
def test_prose_is_no_status(text: str) -> None:
    assert lines(text) == []


def test_updates_without_a_step() -> None:
    assert loose("Memory: 21 GB\nThroughput: 1,050 tok/s\nstate: fine") == {
        "Memory": 21, "Throughput": 1050,
    }  # fmt: skip


def test_pasted_logs_and_configuration_are_no_updates() -> None:
    assert loose("\n".join(f"setting_{n}: {n}" for n in range(40))) == {}
    assert loose("- type f32: 66 tensors\n- type q6_K: 1 tensors") == {}
    assert loose("A long remark about things.\n\nAnother one.\n\nAnd a third.\n\nloss: 3") == {}


def test_benchmark_table() -> None:
    text = (
        "| test | t/s (PR) | t/s (main) |\n|--|--|--|\n| tg128 | 322.1 ± 0.07 | 241.34 ± 0.27 |\n"
    )
    (table,) = find_tables(str(render_body(text, "a/b").html))
    assert table.numeric == (1, 2)
    assert table.readings(1) == (Reading(value=322.1, spread=0.07),)
    assert [header.variant for header in table.headers] == [None, "PR", "main"]


def test_every_benchmark_cell_of_a_real_project_is_read() -> None:
    """Cells with `±`, found in the Markdown by a pattern of its own, against what is read."""
    repo, records = load_dump("ik_llama")
    expected: list[tuple[float, float]] = []
    found: list[tuple[float, float]] = []
    for record in records:
        for text in (record.body, *(comment.body for comment in record.comments)):
            html = str(render_body(text, repo).html)
            tables = find_tables(html)
            found += [
                (reading.value, reading.spread)
                for table in tables
                for column in range(len(table.headers))
                for reading in table.readings(column)
                if reading and reading.spread is not None
            ]
            for cell in re.findall(r"<td[^>]*>(.*?)</td>", render_markdown(text)):
                plain = re.sub(r"<[^>]*>", "", cell).strip()
                if match := re.match(r"([\d.]+)\s*±\s*([\d.]+)$", plain):
                    expected.append((float(match[1]), float(match[2])))
    assert len(expected) > 1000
    assert sorted(found) == sorted(expected)


@pytest.mark.parametrize("name", ["ik_llama", "tls13-spec", "hash-to-curve"])
def test_real_discussions_without_training_report_nothing(name: str) -> None:
    """2,000 records full of pasted logs and numbers, none of them a status update over steps."""
    repo, records = load_dump(name)
    reports = [
        find_report(str(render_body(text, repo).html))
        for record in records
        for text in (record.body, *(comment.body for comment in record.comments))
    ]
    assert sum(len(report.lines) for report in reports) <= len(reports) * 0.002


@settings(deadline=None)
@given(st.text(max_size=300))
def test_no_text_breaks_the_reader(text: str) -> None:
    find_report(str(render_body(text, "a/b").html))
    parse_reading(text)
    parse_header(text)


def test_a_hostile_line_is_read_in_no_time() -> None:
    """Two seconds are a thousand times what a linear pattern needs."""
    for text in ("a " * 30_000 + ": 1", "step " * 13_000, "a=" * 30_000, "1" * 60_000 + "=x"):
        start = time.process_time()
        find_report(f"<p>{text}</p>")
        assert time.process_time() - start < 2
