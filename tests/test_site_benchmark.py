"""The benchmark of whole sites runs, and its checks find a site that is not what it should be."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.support.project import REPO_ROOT, run_code

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.engine

_RUN = """\
import runpy, sys
sys.argv[0] = "BENCHMARKS/site.py"
sys.path.insert(0, "BENCHMARKS")
runpy.run_path(sys.argv[0], run_name="__main__")
"""
_CHECK = """\
import json, pathlib, re, sys
sys.path.insert(0, "BENCHMARKS")
from site_builds import run_build
from site_checks import check_parity
from site_content import make_sites

sites = make_sites(pathlib.Path.cwd(), 40, seed=1)
for project in (sites.plain, sites.journal):
    run_build(project)
site = sites.journal / "site"
right = list(check_parity(sites))
worded, word = next(
    (record, found[0])
    for record in sites.records
    if (found := re.findall(r"^[A-Z][a-z]+ [a-z ]*\\b([a-z]{9,})\\b", record.body))
)
titled, gone, hidden = [record for record in sites.records if record is not worded][:3]


def name(record):
    return f"{record.kind}s/{record.id.number}"


def change(path, old, new):
    text = path.read_text()
    assert old in text, path
    path.write_text(text.replace(old, new))


for path in site.glob("journal/*/*/index.html"):
    change(path, "</body>", "</body><!-- more -->")
change(site / "journal" / name(worded) / "index.html", word, "")
change(site / "journal" / name(titled) / "index.html", "</h1>", " again</h1>")
(site / "journal" / name(gone) / "index.html").unlink()
change(site / "search" / "search_index.json", f'"journal/{name(hidden)}/"', '"elsewhere/"')
found = list(check_parity(sites))
expected = [
    f"{name(worded)} lost {word}",
    f"{name(titled)} lost its title",
    f"{name(gone)} has no page",
    f"{hidden.id} has the search entries []",
]
pages = [line for line in found if line.endswith(" is not the theme's page")]
rest = [line for line in found if line not in pages]
print(json.dumps([right, len(pages), sorted(rest), sorted(expected)]))
"""


def _run(root: Path, code: str, *arguments: str) -> str:
    done = run_code(root, code.replace("BENCHMARKS", str(REPO_ROOT / "benchmarks")), *arguments)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_every_part_is_measured(tmp_path: Path) -> None:
    """Each kind of build once, with words, headings, entries and pages as they should be."""
    result = tmp_path / "result.json"
    parts = ("--only", "records", "small", "serve", "--sizes", "20", "--rounds", "1")
    printed = _run(tmp_path, _RUN, *parts, "--json", str(result))
    found = json.loads(result.read_text(encoding="utf-8"))
    assert found["wrong"] == []
    rows = {(row["part"], row["what"]): row for row in found["rows"]}
    for key in (
        ("small", "cached"),
        ("records", "nothing cached"),
        ("records", "built again, one post changed"),
        ("records", "search, to Material's default for the same pages"),
        ("serve", "served, one post changed"),
    ):
        values, ratios = rows[key]["values"], rows[key]["ratios"]
        assert min(values.values()) > 0
        assert min(ratios.values()) > 0
        assert f"{key[0]}: {rows[key]['records']} records" in printed
        assert key[1] in printed
    for (part, what), row in rows.items():
        plain = rows.get((part, "plain, built again" if "again" in what else "plain"))
        if plain and "cpu" in row["ratios"]:
            ratio = row["values"]["cpu"] / plain["values"]["cpu"]
            assert row["ratios"]["cpu"] == pytest.approx(ratio, abs=0.02)


def test_what_is_wrong_with_a_page_is_found(tmp_path: Path) -> None:
    right, pages, rest, expected = json.loads(_run(tmp_path, _CHECK))
    assert right == []
    assert pages >= 18, "20 are looked at, of which one may be gone"
    assert rest == expected
