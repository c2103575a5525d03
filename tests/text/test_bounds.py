"""No text keeps a build busy: each hostile one ends in a process that is killed otherwise.

The bound is many times what the benchmark measures, so that a slow machine does not fail it, and
many times less than what any super-linear step would take.
"""

from __future__ import annotations

import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from tests.support.dumps import find_data

ROOT = Path(__file__).resolve().parents[2]
SIZE = 65_536
TIMEOUT = 30
"""Seconds for a whole group, most of them for starting Python."""

_RUN = """\
import sys, time
from journal_plugin.text.body import render_body
render_body("```python\\nx\\n``` :tada:", "o/r")
for name, text in eval(sys.stdin.read()).items():
    best = 9.0
    for _ in range(2):
        start = time.process_time()
        render_body(text, "o/r")
        best = min(best, time.process_time() - start)
    print(f"{best:.3f} {name}")
"""

ATTACKS = {
    "quotes": ">" * SIZE,
    "spaced quotes": "> " * (SIZE // 2),
    "list markers": "- " * (SIZE // 2),
    "numbers": "1. " * (SIZE // 3),
    "references": "#1 " * (SIZE // 3),
    "relations": "fixes #1. " * (SIZE // 10),
    "mentions": "@a " * (SIZE // 3),
    "emoji": ":a: " * (SIZE // 4),
    "shas": "abc1234 " * (SIZE // 8),
    "formatting elements": "".join(f"<b id={n}>" for n in range(4000)) + "\n\na" * 9000,
    "attributes": "<a " + " ".join(f"a{n}" for n in range(9000)) + ">x</a>",
    "open quotes": "<div>\n" + '<a "' * 16_000,
    "mixed quotes": "<div>\n" + "<a '\"'\"" * 8000,
    "reconstruction": "x <b><i><s>" + "<div>a</div>" * 5000,
    "cells": "|a|b|c|d|\n|-|-|-|-|\n" + "|a|b|c|d|\n" * 6500,
    "columns": "|" + "a|" * 16_000 + "\n|" + "-|" * 16_000,
    "code": "```python\n" + "x = f(1)\n" * 7000,
    "code blocks": "```python\nx=1\n```\n" * 4000,
    "formulas": "$a$ " * (SIZE // 4),
    "dollars": "$a" * (SIZE // 2),
    "same headings": "# a\n" * (SIZE // 4),
    "images": "![a](b)" * 9000,
    "links": "[a](b)" * 10_000,
    "one footnote": "[^1]" * 16_000 + "\n\n[^1]: x",
    "footnotes": "".join(f"[^{n}] " for n in range(5000)) + "\n\n[^1]: x\n" * 3000,
    "tasks": "- [ ] a\n" * 8000,
    "alerts": "> [!NOTE]\n> x\n\n" * 3800,
    "paragraph tags": "<p>" * 21_000,
    "heading tags": "<h1><h2>" * 8000,
    "definitions": "<dl><dd><dt>" * 5000,
    "table tags": "<table><b>" * 6000,
    "open comments": "<!-- a\n\n" * 8000,
    "instructions": "<?a?>" * 13_000,
    "mail": "a@b.c " * 10_000,
    "line ends": "a\n" * (SIZE // 2),
    "spaces": " " * SIZE + "$",
}


def _hostile_files() -> dict[str, str]:
    with tarfile.open(find_data("security/pathological.tgz")) as archive:
        files = {member.name: archive.extractfile(member) for member in archive}
        return {name: file.read().decode() for name, file in files.items() if file}


def _time_all(texts: dict[str, str]) -> dict[str, float]:
    done = subprocess.run(
        [sys.executable, "-c", _RUN],
        input=repr(texts),
        capture_output=True,
        text=True,
        timeout=TIMEOUT + len(texts),
        check=True,
        cwd=ROOT,
    )
    rows = (line.split(" ", 1) for line in done.stdout.splitlines())
    return {name: float(seconds) for seconds, name in rows}


@pytest.mark.parametrize("group", ["files", "attacks"])
def test_hostile_texts_end_soon(group: str) -> None:
    texts = _hostile_files() if group == "files" else ATTACKS
    assert len(texts) >= 23
    slow = {name: seconds for name, seconds in _time_all(texts).items() if seconds > 1}
    assert slow == {}
