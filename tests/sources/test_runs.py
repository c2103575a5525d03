"""Logged runs from files: every form, every hazard, and no way out of the project."""

from __future__ import annotations

import json
import math
import time
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from journal_plugin.series import DataFile, find_plots
from journal_plugin.settings import Settings
from journal_plugin.sources import runs as module
from journal_plugin.sources import tables
from journal_plugin.sources.columns import make_runs
from journal_plugin.sources.posts import PostFile, load_posts
from journal_plugin.sources.runs import Places, load_runs
from journal_plugin.sources.tables import decode, parse_table

if TYPE_CHECKING:
    from pathlib import Path

    from journal_plugin.series import Run
    from journal_plugin.sources.runs import LoadedRuns

FILE = DataFile(path="docs/data/run.csv", url="data/run.csv")


def parse(text: str, suffix: str = ".csv") -> tuple[list[Run], list[tuple[int, str]]]:
    """The runs of a text, and line and message of each finding."""
    table = parse_table(text, suffix)
    found = list(make_runs(table, FILE))
    return found, [(finding.line, finding.message) for finding in table.findings]


def columns(text: str, suffix: str = ".csv") -> dict[str, list[float | None]]:
    found, findings = parse(text, suffix)
    assert findings == []
    (run,) = found
    return {name: list(values) for name, values in run.columns.items()}


def test_csv() -> None:
    text = "# a comment\nepoch,loss,note\n1,0.5,first\n\n2,,second\n3,1e-3,third\n"
    assert columns(text) == {"epoch": [1, 2, 3], "loss": [0.5, None, 0.001]}


def test_many_columns_of_very_different_lengths_take_linear_time() -> None:
    data = {f"c{n}": [1] for n in range(20_000)} | {"loss": list(range(20_000))}
    started = time.process_time()
    table = parse_table(json.dumps(data), ".json")
    assert time.process_time() - started < 5
    assert len(table.rows) == 20_000


@pytest.mark.parametrize(
    "text", ["epoch\tloss\n1\t0.5\n2\t0.25\n", "epoch;loss\n1;0,5\n2;0,25\n", "epoch,loss\r\n1,0.5\r\n2,0.25\r\n"]
)  # fmt: skip
def test_delimiters_and_line_ends(text: str) -> None:
    assert columns(text) == {"epoch": [1, 2], "loss": [0.5, 0.25]}


def test_what_diverged_is_read_as_such() -> None:
    loss = columns("epoch,loss\n1,2\n2,nan\n3,inf\n")["loss"]
    assert loss[0] == 2
    assert math.isnan(loss[1] or 0)
    assert loss[2] == math.inf


def test_bad_rows_are_findings_with_their_line_and_the_rest_is_read() -> None:
    found, findings = parse("epoch,loss\n1,0.5\n2,0.4,9\n3,oops\n4,0.3\n5\n")
    assert list(found[0].columns["loss"]) == [0.5, None, 0.3]
    assert findings == [
        (3, "this row has 3 cells, and the header has 2"),
        (6, "this row has 1 cells, and the header has 2"),
        (4, "loss is 'oops', which is not a number"),
    ]


def test_a_quoted_line_break_keeps_line_numbers_right() -> None:
    _, findings = parse('epoch,note,loss\n1,"two\nlines",0.5\n2,x,bad\n3,x,0.4\n')
    assert findings == [(4, "loss is 'bad', which is not a number")]


def test_json_lines_with_nested_values_and_a_cut_last_line() -> None:
    text = '{"step": 1, "train": {"loss": 2}}\n{"step": 2, "train": {"loss": 1}}\n{"step": 3, "tr'
    found, findings = parse(text, ".jsonl")
    assert dict(found[0].columns) == {"step": (1, 2), "train/loss": (2, 1)}
    assert [line for line, _ in findings] == [3]


def test_lines_that_are_no_objects_are_findings_and_empty_ones_are_not() -> None:
    text = '{"step": 1, "loss": 2}\n\n[3]\n{"step": 2, "loss": 1}\n'
    found, findings = parse(text, ".jsonl")
    assert dict(found[0].columns) == {"step": (1, 2), "loss": (2, 1)}
    assert findings == [(3, "this line is not a JSON object")]


@pytest.mark.parametrize(
    ("text", "suffix", "line"),
    [
        ("step,loss\n1,3\n2,2\n3,1\n", ".csv", 4),
        ('{"step": 1, "loss": 3}\n{"step": 2, "loss": 2}\n{"step": 3, "loss": 1}\n', ".jsonl", 3),
        (json.dumps([{"step": n, "loss": 4 - n} for n in (1, 2, 3)]), ".json", 1),
    ],
)
def test_a_log_that_is_too_long_is_cut_and_said(
    text: str, suffix: str, line: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tables, "MAX_ROWS", 2)
    found, findings = parse(text, suffix)
    assert dict(found[0].columns) == {"step": (1, 2), "loss": (3, 2)}
    assert findings == [(line, "only the first 2 rows are read; log less often")]


def test_a_cell_that_never_ends_stops_the_table() -> None:
    _, (finding,) = parse(f"step,loss\n1,{'9' * 200_000}\n2,1\n")
    assert finding == (2, "not CSV from here on: field larger than field limit (131072)")


@pytest.mark.parametrize(
    "data",
    [
        [{"step": 1, "loss": 2}, {"step": 2, "loss": 1}],
        {"step": [1, 2], "loss": [2, 1]},
        {"best": None, "log_history": [{"step": 1, "loss": 2}, {"step": 2, "loss": 1}]},
        {"history": {"step": [1, 2], "loss": [2, 1]}, "params": {"epochs": 2}},
    ],
)
def test_shapes_of_json(data: object) -> None:
    assert columns(json.dumps(data), ".json") == {"step": [1, 2], "loss": [2, 1]}


def test_json_lines_under_the_name_of_json() -> None:
    assert columns('{"step": 1, "loss": 2}\n{"step": 2, "loss": 1}\n', ".json")["loss"] == [2, 1]


@pytest.mark.parametrize(
    "text", ["", "{", "3", '"text"', "[1, 2]", "[" * 100_000, "1" * 5_000, '{"a": 1}', "null"]
)
def test_json_that_is_no_run(text: str) -> None:
    found, findings = parse(text, ".json")
    assert found == []
    assert findings or text == "[1, 2]"


def test_long_form_and_several_runs_in_one_file() -> None:
    text = (
        "run,step,metric,value,timestamp\n"
        "a,1,loss,3,10\na,1,acc,0.1,11\na,2,loss,2,20\na,2,acc,0.2,21\nb,1,loss,5,10\nb,2,loss,4,11\n"
    )
    found, findings = parse(text)
    assert findings == []
    assert [run.name for run in found] == ["a", "b"]
    assert found[0].columns["loss"] == (3, 2)
    assert found[0].columns["acc"] == (0.1, 0.2)
    assert [plot.title for plot in find_plots(found).plots] == ["loss", "acc"]


@pytest.mark.parametrize(
    ("suffix", "text"),
    [
        (".csv", "step,loss\n" + "".join(f"{n},1\n" for n in range(20))),
        (".jsonl", '{"step": 1, "loss": 1}\n' * 20),
        (".json", json.dumps([{"step": 1, "loss": 1}] * 20)),
    ],
)
@pytest.mark.parametrize("limit", ["MAX_ROWS", "MAX_CELLS"])
def test_a_file_is_read_up_to_a_limit(
    monkeypatch: pytest.MonkeyPatch, suffix: str, text: str, limit: str
) -> None:
    """Five hundred columns of a large file would otherwise take gigabytes."""
    monkeypatch.setattr(tables, limit, {"MAX_ROWS": 6, "MAX_CELLS": 13}[limit])
    table = parse_table(text, suffix)
    assert len(table.rows) == 6
    assert [finding.message for finding in table.findings] == [
        "only the first 6 rows are read; log less often"
    ]


def test_iso_times_are_read() -> None:
    values = columns("time,loss\n2026-01-01T00:00:00Z,2\n2026-01-01T00:01:00+00:00,1\n")["time"]
    assert (values[1] or 0) - (values[0] or 0) == 60


def test_columns_without_a_name_or_with_the_same_one_stay_apart() -> None:
    assert list(columns("step,loss,loss,\n1,2,3,4\n2,1,2,3\n")) == [
        "step", "loss", "loss (2)", "column 4",
    ]  # fmt: skip


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_encodings(encoding: str) -> None:
    text, _ = decode("epoch,größe\n1,2\n2,3\n".encode(encoding))
    assert columns(text) == {"epoch": [1, 2], "größe": [2, 3]}


@settings(deadline=None)
@given(st.binary(max_size=300), st.sampled_from([".csv", ".json", ".jsonl"]))
def test_no_bytes_break_the_reader(content: bytes, suffix: str) -> None:
    table = parse_table(decode(content)[0], suffix)
    for run in make_runs(table, FILE):
        assert len({len(values) for values in run.columns.values()}) == 1


class Project:
    """A project on the disk with one post."""

    def __init__(self, root: Path) -> None:
        self.root = root / "project"
        self.post = self.root / "docs" / "posts" / "a.md"
        self.post.parent.mkdir(parents=True)

    def write(self, path: str, content: str | bytes = "epoch,loss\n1,2\n2,1\n") -> None:
        target = self.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content.encode() if isinstance(content, str) else content)

    def load(self, *data: str) -> LoadedRuns:
        text = f"---\ntitle: A\ndata: {json.dumps(data)}\n---\nText.\n"
        file = PostFile(
            path="docs/posts/a.md", text=text, src_uri="posts/a.md", url="posts/a/", matched=True
        )
        posts, _ = load_posts([file], repo=None, vocabulary=Settings().vocabulary)
        docs = self.root / "docs"
        return load_runs(
            posts,
            Places(
                root=self.root,
                docs_dir=docs,
                find_url=lambda path: (
                    path.relative_to(docs).as_posix() if path.is_relative_to(docs) else None
                ),
            ),
        )


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path)


@pytest.mark.parametrize(
    ("where", "name"),
    [
        ("docs/posts/log.csv", "log.csv"),
        ("docs/data/log.csv", "data/log.csv"),
        ("docs/data/log.csv", "../data/log.csv"),
        ("docs/data/log.csv", "../data/*.csv"),
        ("docs/data/log.csv", "docs/data/log.csv"),
    ],
)
def test_where_data_is_looked_for(project: Project, where: str, name: str) -> None:
    project.write(where)
    loaded = project.load(name)
    (run,) = loaded.runs["post:a"]
    assert loaded.diagnostics == ()
    assert (run.name, run.file and run.file.path) == ("log", where)
    assert run.file
    assert run.file.url == where.removeprefix("docs/")
    assert run.file.content == b""


def test_the_file_beside_the_post_wins(project: Project) -> None:
    project.write("docs/posts/log.csv", "epoch,near\n1,2\n2,1\n")
    project.write("log.csv", "epoch,far\n1,2\n2,1\n")
    assert "near" in project.load("log.csv").runs["post:a"][0].columns


def test_a_file_outside_the_docs_directory_is_carried_along(project: Project) -> None:
    project.write("experiments/log.csv")
    (run,) = project.load("experiments/log.csv").runs["post:a"]
    assert run.file
    assert run.file.url is None
    assert run.file.content == b"epoch,loss\n1,2\n2,1\n"


@pytest.mark.parametrize("name", ["../../../secret.csv", "/etc/hostname", "link.csv"])
def test_nothing_outside_the_project_is_read(project: Project, name: str) -> None:
    (project.root.parent / "secret.csv").write_text("epoch,loss\n1,2\n2,1\n")
    (project.root / "link.csv").symlink_to(project.root.parent / "secret.csv")
    loaded = project.load(name)
    assert loaded.runs == {}
    assert [found.code for found in loaded.diagnostics] == ["data-outside"]


@pytest.mark.parametrize("name", [".env", ".hidden/log.csv", "secrets.yml", "notes.txt"])
def test_only_data_files_are_opened(project: Project, name: str) -> None:
    project.write(name)
    loaded = project.load(name)
    assert loaded.runs == {}
    (found,) = loaded.diagnostics
    assert (found.path, found.line, found.code) == ("docs/posts/a.md", 3, "unreadable-data")


def test_what_is_missing_remote_or_too_large_is_said(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MAX_BYTES", 10)
    project.write("docs/data/large.csv")
    loaded = project.load("none.csv", "https://tracker.example/run/1", "data/large.csv", "no*.csv")
    assert loaded.runs == {}
    assert sorted((found.line, found.code) for found in loaded.diagnostics) == [
        (3, "data-too-large"),
        (3, "missing-data"),
        (3, "missing-data"),
        (3, "remote-data"),
    ]


def test_findings_name_the_data_file_and_do_not_flood(project: Project) -> None:
    bad = "".join(f"{n},{n},{n}\n" for n in range(50))
    project.write("docs/data/log.csv", "epoch,loss\n1,2\n2,1\n" + bad)
    found = project.load("data/log.csv").diagnostics
    assert [(f.path, f.line, f.code) for f in found[:2]] == [
        ("docs/data/log.csv", 4, "bad-row"),
        ("docs/data/log.csv", 5, "bad-row"),
    ]
    assert len(found) == 6
    assert found[-1].message == "45 more rows of this file are wrong"


def test_runs_of_one_name_are_told_apart(project: Project) -> None:
    project.write("docs/data/a/log.csv")
    project.write("docs/data/b/log.csv")
    found = project.load("data/*/log.csv").runs["post:a"]
    assert [run.name for run in found] == ["docs/data/a/log · log", "docs/data/b/log · log"]
