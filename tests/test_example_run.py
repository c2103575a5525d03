"""The demo's numbers: the logs come from the script, and every published number from the logs."""

from __future__ import annotations

import csv
import importlib
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import frontmatter
import numpy as np
import pytest

from journal_plugin.formats import dump_json
from journal_plugin.sources.record_form import format_record, parse_record
from journal_plugin.text.body import render_body

if TYPE_CHECKING:
    from types import ModuleType

ROOT = Path(__file__).parents[1]
EXAMPLE = ROOT / "examples" / "mode_collapse"
DATA = ROOT / "docs" / "data"
REPO = "example-lab/text-diffusion"
LOGS = sorted(DATA.glob("*.csv"))
POSTS = sorted((ROOT / "docs" / "posts").glob("*.md"))
RECORDS = sorted((ROOT / ".journal" / REPO).glob("[0-9]*.json"))


@pytest.fixture
def denoiser(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(EXAMPLE))
    return importlib.import_module("denoiser")


@pytest.fixture
def train(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(EXAMPLE))
    return importlib.import_module("train")


def read_log(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def find_row(name: str, epoch: int = -1) -> dict[str, str]:
    """The row of an epoch, or the last one."""
    rows = read_log(DATA / f"{name}.csv")
    return rows[-1] if epoch < 0 else next(row for row in rows if row["epoch"] == str(epoch))


def meta_of(path: Path) -> dict[str, Any]:
    return dict(frontmatter.load(str(path)).metadata)


def texts_of(path: Path) -> list[str]:
    """The Markdown texts of a post or record."""
    if path.suffix == ".md":
        return [frontmatter.load(str(path)).content]
    record = json.loads(path.read_text("utf-8"))
    return [record["body"], *(comment["body"] for comment in record["comments"])]


def reported_rows(text: str) -> list[tuple[str, dict[str, str]]]:
    """Run, and cells by column, of each table whose first column is called `run`."""
    found: list[tuple[str, dict[str, str]]] = []
    columns: list[str] = []
    for line in text.splitlines():
        cells = [cell.strip(" `") for cell in line.strip("|").split("|")]
        if not line.startswith("|"):
            columns = []
        elif cells[0] == "run":
            columns = cells
        elif columns and not cells[0].startswith("---"):
            found.append((cells[0], dict(zip(columns[1:], cells[1:], strict=True))))
    return found


def assert_rounds_to(published: str, logged: str) -> None:
    decimals = len(published.partition(".")[2])
    assert f"{float(logged):.{decimals}f}" == published


@pytest.mark.parametrize("log", LOGS, ids=lambda path: path.stem)
def test_script_writes_the_committed_log(log: Path, tmp_path: Path) -> None:
    expected = read_log(log)
    epochs = int(expected[0]["epoch"]) if int(expected[-1]["epoch"]) > 100 else 5
    recipe, _, seed = log.stem.partition("-seed-")
    command = [sys.executable, EXAMPLE / "train.py", recipe, "--stop-after", str(epochs)]
    command += ["--out", tmp_path, *(["--seed", seed] if seed else [])]
    subprocess.run(command, check=True, capture_output=True, text=True)
    made = read_log(tmp_path / log.name)
    assert int(made[-1]["epoch"]) == epochs
    for ours, theirs in zip(made, expected, strict=False):
        assert ours.keys() == theirs.keys()
        for column, value in ours.items():
            # Another CPU sums in another order, and a tie in the written text may then flip.
            near = pytest.approx(float(theirs[column] or "nan"), rel=1e-3, abs=3e-3, nan_ok=True)
            assert float(value or "nan") == near, column


def test_logs_are_complete_and_small(train: ModuleType) -> None:
    assert {log.stem for log in LOGS} >= set(train.RECIPES)
    for log in LOGS:
        assert log.stat().st_size < 100_000
        recipe = train.RECIPES[log.stem.partition("-seed-")[0]]
        assert int(read_log(log)[-1]["epoch"]) == recipe.epochs or recipe.patience


@pytest.mark.parametrize(("learned", "trained"), [(True, 9), (False, 6)])
def test_gradients_agree_with_finite_differences(
    denoiser: ModuleType, train: ModuleType, *, learned: bool, trained: int
) -> None:
    rng = np.random.default_rng(0)
    corpus = train.load_corpus(train.CORPUS)
    weights = denoiser.create_weights(len(corpus.alphabet), rng)
    batch = denoiser.draw_batch(corpus.train, 2, rng)
    objective = denoiser.Objective(learned=learned)

    def loss_at(name: str, place: Any, value: float) -> float:
        weights[name][place] = value
        reading, _ = denoiser.find_gradients(weights, batch, objective)
        return float(reading.vector_loss + (reading.rounding_loss or 0.0))

    _, gradients = denoiser.find_gradients(weights, batch, objective)
    assert len(gradients) == trained
    for name, gradient in gradients.items():
        place = np.unravel_index(np.abs(gradient).argmax(), gradient.shape)
        value, step = weights[name][place], 1e-5
        slope = (loss_at(name, place, value + step) - loss_at(name, place, value - step)) / 2 / step
        weights[name][place] = value
        assert slope == pytest.approx(gradient[place], rel=1e-4), name


def test_full_stop_is_the_most_frequent_character(train: ModuleType) -> None:
    corpus = train.load_corpus(train.CORPUS)
    assert corpus.alphabet[np.bincount(corpus.train).argmax()] == "."


@pytest.mark.parametrize("path", POSTS, ids=lambda path: path.stem)
def test_metrics_of_a_post_are_those_of_its_log(path: Path) -> None:
    meta = meta_of(path)
    metrics = meta.get("metrics", {})
    assert len(metrics) >= (4 if "data" in meta else 0)
    assert "data" in meta or not metrics
    for name, metric in metrics.items():
        assert_rounds_to(f"{metric['value']:.3f}", read_log(ROOT / meta["data"])[-1][name])
        if "baseline" in metric:
            assert_rounds_to(f"{metric['baseline']:.3f}", find_row("baseline")[name])


@pytest.mark.parametrize("path", POSTS, ids=lambda path: path.stem)
def test_command_of_a_post_makes_its_data(path: Path, train: ModuleType) -> None:
    meta = meta_of(path)
    assert ("command" in meta) == ("data" in meta) == (path.stem != "workflow-method")
    if "command" in meta:
        script, name = meta["command"].split()[1:3]
        recipe, params = train.RECIPES[name], meta["params"]
        assert (ROOT / script).is_file()
        assert meta["data"] == f"docs/data/{name}.csv"
        assert (recipe.epochs, recipe.rate) == (params["epochs"], params["learning_rate"])
        assert (recipe.seed, recipe.patience) == (params["seed"], params.get("patience"))


def test_tables_of_posts_and_records_are_the_last_rows_of_the_logs(train: ModuleType) -> None:
    corpus = train.load_corpus(train.CORPUS)
    whole = {k: str(v) for k, v in train.measure_text(corpus, corpus.train[None]).items()}
    checked = 0
    for text in (text for path in (*POSTS, *RECORDS) for text in texts_of(path)):
        for run, cells in reported_rows(text):
            logged = whole if run == "corpus" else find_row(run)
            for column, cell in cells.items():
                if cell:
                    assert_rounds_to(cell, logged[column.replace(" ", "_")])
                    checked += 1
    assert checked > 100


def test_status_comments_are_rows_of_the_log() -> None:
    seen = []
    for text in texts_of(next(path for path in RECORDS if path.stem == "20")):
        lines = dict(line.split(": ", 1) for line in text.splitlines() if ": " in line)
        if text.startswith("status: ") and "epoch" in lines:
            epoch = int(lines.pop("epoch").split(" / ")[0])
            row = find_row("mode-collapse-prevention", epoch)
            assert {"validation_loss", "punctuation_share", "entropy"} <= lines.keys() & row.keys()
            assert all(row[key] == value for key, value in lines.items() if key in row)
            seen.append(epoch)
    assert seen == [10, 25, 50, 75, 100]


def test_success_criteria_are_met_by_three_seeds() -> None:
    logs = [read_log(log) for log in LOGS if log.stem.startswith("mode-collapse-prevention")]
    assert len(logs) == 3
    for rows in logs:
        assert 0.13 <= float(rows[-1]["punctuation_share"]) <= 0.25
        assert float(rows[-1]["entropy"]) >= 3.5
        assert all(float(row["entropy"]) >= 1 for row in rows if int(row["epoch"]) >= 25)


@pytest.mark.parametrize("name", ["low-rate-only", "schedule-only"])
def test_swings_that_the_result_names(name: str) -> None:
    text = (ROOT / "docs" / "posts" / "mode-collapse-prevention.md").read_text("utf-8")
    shares = [float(row["punctuation_share"]) for row in read_log(DATA / f"{name}.csv")[-20:]]
    assert f"{min(shares):.3f}" in text
    assert f"{max(shares):.3f}" in text


@pytest.mark.parametrize("name", ["baseline", "learned-rounding", "regularization-only"])
def test_root_cause_that_the_result_names(name: str) -> None:
    """At the constant rate, nearly all units of the second layer are silent by epoch 10."""
    assert float(find_row(name, 10)["silent_units"]) > 0.95


@pytest.mark.parametrize(
    ("name", "in_bounds"), [("schedule-only", True), ("schedule-nearest", False)]
)
def test_learned_rounding_helps_once_the_model_learns(name: str, *, in_bounds: bool) -> None:
    row = find_row(name)
    assert (0.13 <= float(row["punctuation_share"]) <= 0.25) == in_bounds
    assert (float(row["entropy"]) >= 3.5) == in_bounds


def test_schedule_alone_collapses_to_something_else() -> None:
    row = find_row("high-rate-schedule")
    assert float(row["entropy"]) < 1
    assert float(row["punctuation_share"]) < 0.13


@pytest.mark.parametrize("path", [*POSTS, *RECORDS], ids=lambda path: path.stem)
def test_demo_says_that_it_is_a_sample(path: Path) -> None:
    blocks = texts_of(path)[0].strip().split("\n\n")
    first = blocks[1] if blocks[0].startswith("# ") else blocks[0]
    assert first.startswith(("> Sample: ", "_Sample record: "))


@pytest.mark.parametrize("path", POSTS, ids=lambda path: path.stem)
def test_no_line_of_a_post_starts_with_a_reference(path: Path) -> None:
    """Python-Markdown reads `#19 built` at the start of a line as a heading."""
    assert not re.search(r"^#+\d", texts_of(path)[0], re.MULTILINE)


def test_records_are_canonical_and_cross_referenced() -> None:
    records = {path: parse_record(json.loads(path.read_bytes()), REPO) for path in RECORDS}
    assert sorted(record.id.number for record in records.values()) == [12, 13, 17, 18, 19, 20, 21]
    stated = {
        (reference.target, record.id)
        for path, record in records.items()
        for text in texts_of(path)
        for reference in render_body(text, REPO).references
        if reference.target != record.id
    }
    events = {(r.id, event.source) for r in records.values() for event in r.cross_references}
    assert events == stated
    for path, record in records.items():
        assert path.read_bytes() == dump_json(format_record(record))
