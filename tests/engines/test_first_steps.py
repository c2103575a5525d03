"""As a new user: the commands that the tutorial gives, and nothing else, up to a built journal."""

from __future__ import annotations

import json
import re
import subprocess
import time
from typing import TYPE_CHECKING

import pytest

from tests.support.links import find_broken_links, find_reachable
from tests.support.project import RECORDS, REPO_ROOT, run_process

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.engine

TUTORIAL = REPO_ROOT / "docs" / "tutorial.md"
TWO_MINUTES = 120


def documented_commands() -> list[list[str]]:
    """The `journal` and `mkdocs` commands in the tutorial's code blocks, in order."""
    text = TUTORIAL.read_text(encoding="utf-8")
    blocks = re.findall(r"```(?:console|sh|bash)\n(.*?)```", text, re.DOTALL)
    lines = [line.removeprefix("$ ") for block in blocks for line in block.splitlines()]
    found = [re.findall(r'"[^"]*"|\S+', line) for line in lines]
    return [
        [word.strip('"') for word in words]
        for words in found
        if words[:1] in (["journal"], ["mkdocs"])
    ]


def make_repository(root: Path, files: dict[str, str]) -> Path:
    subprocess.run(["git", "init", "-q", "-b", "main", str(root)], check=True)
    remote = "https://github.com/lab/model.git"
    subprocess.run(["git", "-C", str(root), "remote", "add", "origin", remote], check=True)
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root


def follow_tutorial(root: Path) -> None:
    """Run what the tutorial says; a question is answered with yes, a server is not started."""
    ran = []
    for command in documented_commands():
        if command[:2] == ["mkdocs", "serve"]:
            continue
        if command[:2] == ["journal", "sync"]:
            write_snapshot(root)  # what GitHub would give
            continue
        if command[:2] == ["journal", "init"] and "--yes" not in command:
            command.append("--yes")
        done = run_process(root, *command)
        assert done.returncode == 0, (command, done.stdout, done.stderr)
        ran.append(command[:2])
    assert ["journal", "init"] in ran
    assert ["journal", "new"] in ran
    assert ["mkdocs", "build"] in ran


def write_snapshot(root: Path) -> None:
    for record in RECORDS:
        path = root / ".journal/lab/model" / f"{record['number']}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(record), encoding="utf-8")


def journal_of(root: Path) -> dict[str, list[dict[str, str]]]:
    return json.loads((root / "site/journal/journal.json").read_bytes())


EMPTY: dict[str, str] = {}
DOCS = {
    "mkdocs.yml": "# ours\nsite_name: Handbook\nnav:\n  - Home: index.md\n  - Guide: guide.md\n",
    "docs/index.md": "# Handbook\n",
    "docs/guide.md": "# Guide\n\n[Home](index.md)\n",
    "docs/posts/old.md": "# An old post\n\n**Status**: ✅ Complete\n\nSee #18.\n",
}
READMES = {
    "README.md": "# Model\n",
    **{
        f"experiments/run-{number:02}/README.md": (
            f"# Run {number}\n\n**Status**: {'✅ Complete' if number % 2 else '🟡 In Progress'}\n"
            f"**Date**: 2026-01-{number % 28 + 1:02}\n\nPart of #18.\n"
        )
        for number in range(1, 61)
    },
}


@pytest.mark.parametrize(
    ("files", "posts"), [(EMPTY, 2), (DOCS, 3), (READMES, 62)], ids=["empty", "docs", "readmes"]
)
def test_the_tutorial_leads_to_a_journal(tmp_path: Path, files: dict[str, str], posts: int) -> None:
    root = make_repository(tmp_path, files)
    start = time.monotonic()
    follow_tutorial(root)
    assert time.monotonic() - start < TWO_MINUTES
    assert len(journal_of(root)["posts"]) == posts
    assert [problem["slug"] for problem in journal_of(root)["problems"]] == ["mode-collapse"]
    assert find_broken_links(root / "site") == ""
    pages = {path.relative_to(root / "site").as_posix() for path in (root / "site").rglob("*.html")}
    assert "journal/index.html" in find_reachable(root / "site")
    assert "journal/problems/mode-collapse/index.html" in pages
    for name, text in files.items():
        assert (root / name).read_text(encoding="utf-8").startswith(text)


@pytest.mark.parametrize("theme", ["mkdocs", "readthedocs"])
def test_pages_are_complete_with_other_themes(tmp_path: Path, theme: str) -> None:
    root = make_repository(tmp_path, DOCS | {"mkdocs.yml": f"site_name: x\ntheme: {theme}\n"})
    write_snapshot(root)
    assert run_process(root, "journal", "init", "--yes").returncode == 0
    done = run_process(root, "mkdocs", "build", "--strict")
    assert done.returncode == 0, done.stderr
    case = (root / "site/journal/problems/mode-collapse/index.html").read_text(encoding="utf-8")
    for word in ("journal-page", "assets/journal/journal.css", "assets/journal/journal.js"):
        assert word in case
    assert 'pre class="mermaid"' in case
    assert find_broken_links(root / "site") == ""
    search = json.loads((root / "site/search/search_index.json").read_bytes())
    assert any("All samples look alike" in entry["text"] for entry in search["docs"])
