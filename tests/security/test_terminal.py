"""What is printed stays text: no line of a stranger's begins a workflow command or steers a terminal."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from journal_plugin.errors import Diagnostic
from tests.support.project import make_project, run

if TYPE_CHECKING:
    from pathlib import Path

POST = """\
---
title: A post
status: complete
data: "x\\n::error::from data"
follows: "y\\n::error::from follows\\e[31m"
---
"""


@pytest.mark.parametrize("form", ["text", "github"])
def test_findings_take_one_line_each(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    monkeypatch.chdir(
        make_project(tmp_path, {"docs/posts/a\n::error::from a name\x1b[31m.md": POST})
    )
    printed = run("check", "--format", form).stdout
    assert "from data" in printed
    assert "from a name" in printed
    assert not [line for line in printed.split("\n") if line.startswith("::error")]
    assert "\x1b" not in printed


def test_a_finding_is_one_line_in_every_log() -> None:
    finding = Diagnostic(path="a\n::b\x1b", code="bad-row", message="c\r::d\u2028\u202e é")
    assert str(finding) == "a ::b :1: c ::d   é [bad-row]"


def test_a_comparison_has_one_line_for_each_change(tmp_path: Path) -> None:
    empty = {"posts": [], "records": []}
    record = {"repo": "a/b", "number": 1, "state": "x\n::error::y\x1b", "title": "GH-18 @me #5"}
    old, new = tmp_path / "old.json", tmp_path / "new.json"
    old.write_text(json.dumps(empty))
    new.write_text(json.dumps({**empty, "records": [record]}))
    text = run("diff", str(old), str(new)).stdout
    assert text.count("\n") == 1
    markdown = run("diff", str(old), str(new), "--format", "markdown").stdout
    assert "GH\\-\u206018 \\@\u2060me \\#\u20605" in markdown


@pytest.mark.parametrize("content", ["[" * 100_000, '"x"', "[1]", "{", "9" * 5000])
def test_what_is_no_journal_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "old.json"
    path.write_text(content)
    done = run("diff", str(path), str(path))
    assert (done.exit_code, done.stdout) == (2, "")
    assert "is not a journal.json" in done.stderr
