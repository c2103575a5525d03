"""No line that a stranger or an author writes keeps the readers of lines busy.

Each would take minutes or years in a pattern that can match the same signs in several ways.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TIMEOUT = 60
"""Seconds for all texts, most of them for starting Python; together they take less than three."""

_RUN = """\
from journal_plugin.benchmarks import find_benchmarks
from journal_plugin.fixes import fix_post
from journal_plugin.sources.fields import find_targets
from journal_plugin.sources.frontmatter import load_front_matter
from journal_plugin.sources.github.authors import AuthorKinds
from journal_plugin.sources.logbook import is_logbook
from journal_plugin.sources.prose import find_fields, find_headings, find_title
from journal_plugin.text.body import render_body
from journal_plugin.text.metrics import find_report
from journal_plugin.text.tables import find_tables
from journal_plugin.text.forms import read_form, read_items, read_parameters
from journal_plugin.vocabulary import Vocabulary

SIZE = 65_536
LONG, WORDS = " " * SIZE, Vocabulary()
co_authors = AuthorKinds(("claude*",)).find_co_authors
for message in (LONG, " a" * SIZE, " a<b>" + LONG + "x", "<" * SIZE):
    co_authors("co-authored-by:" + message)
for line in (LONG, LONG + "x", "### a" + LONG + "b", "a" + LONG + "= 1", "a = x" + LONG + "y", "a = " + "1" * SIZE + "x", "- " * SIZE):
    read_form(line), read_items(line), read_parameters(line)
for line in (
    "| Status" + LONG + "x", "| **Status** " + LONG + "x", "**Status:** x" + "<br>" * SIZE + "y",
    "**Status:** x" + "|" * SIZE + "y", "**Status:** x" + "<br>" * SIZE, "# a" + LONG + "b",
    "# " + "[" * SIZE, "# {" + "#" * SIZE, "# a" + LONG + "{", "# " + "[a](" * SIZE, "# " + "#" * SIZE,
):
    find_fields(line), find_title(line), list(find_headings(line))
find_report("<pre>" + ("epoch" + " " * 1990 + "x\\n") * 2000 + "</pre>")
ratios, sides = [f"ratio {n}" for n in range(120)], [f"a = {n} (b{' ' * 99}= {n})" for n in range(120)]
rows = [[f"{7 + 3 * n}.{row}" for n in range(240)] for row in range(8)]
table = "\\n".join(f"|{'|'.join(row)}|" for row in ([*ratios, *sides], ["---"] * 240, *rows))
assert "<table" in (html := render_body(table, None).html)
find_benchmarks([find_tables(html)])
for text in ("a" * SIZE, "a/" * SIZE, "1" * SIZE, "[" * SIZE, "[](http://a" * SIZE):
    find_targets(text)
for text in ("a" + LONG + "b", " - " * SIZE, "not done " * SIZE, "n't" * SIZE):
    WORDS.find_axes(text)
for line in ("issues: " + LONG + "x", "a" + LONG + "x", "issues: #1" + LONG + "x"):
    fix_post(f"---\\n{line}\\n---\\n", WORDS)
for line in ("a" + LONG + "(b", "(" * SIZE):
    is_logbook("log.md", load_front_matter(f"## 2026-01-01: {line}", "log.md"))
"""


def test_hostile_lines_are_read_soon() -> None:
    done = subprocess.run(
        [sys.executable, "-c", _RUN], cwd=ROOT, timeout=TIMEOUT, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr.decode()
