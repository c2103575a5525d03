"""Small projects on the disk, and the command run in them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from click.testing import CliRunner

from journal_plugin.cli import main

if TYPE_CHECKING:
    from collections.abc import Mapping

    from click.testing import Result

REPO_ROOT = Path(__file__).resolve().parents[2]
TOOLS = REPO_ROOT / "tests" / "tools" / "node_modules"

CONFIG = """\
site_name: Test
site_url: https://journal.example/sub/
plugins:
  - search
  - journal:
      repo: lab/model
      sync: never
"""

PROBLEM = {
    "number": 18,
    "kind": "issue",
    "title": "Mode collapse",
    "state": "open",
    "labels": ["problem"],
    "createdAt": "2026-01-01T00:00:00Z",
    "body": "## Problem\n\nAll samples look alike.\n\n## Root causes\n\nRounding loses detail.\n",
}
TRACKING = {
    "number": 21,
    "kind": "issue",
    "title": "Experiment: Learned rounding",
    "state": "open",
    "labels": ["experiment"],
    "createdAt": "2026-01-05T00:00:00Z",
    "body": (
        "### Problem\n\nPart of #18\n\n### Hypothesis\n\nLearned rounding lowers perplexity.\n\n"
        "### Success criteria\n\n- [ ] perplexity below 12\n- [ ] same speed\n\n"
        "### Parameters\n\n```\nlr = 3e-4\nseed: 1\nname: `base`\n```\n\n"
        "### Command\n\n_No response_\n\n### References\n\nValidates #24\n"
    ),
}
PULL = {
    "number": 24,
    "kind": "pull",
    "title": "Learn the rounding",
    "state": "merged",
    "createdAt": "2026-01-03T00:00:00Z",
    "mergedAt": "2026-01-04T00:00:00Z",
    "body": "Addresses #18.\n",
}
RECORDS = (PROBLEM, TRACKING, PULL)


def make_question(number: int, *, body: str, title: str = "") -> dict[str, object]:
    """An open issue of February 2026, on a day of its own from number 30 on."""
    return {
        "number": number,
        "kind": "issue",
        "title": title or f"Question {number}",
        "state": "open",
        "createdAt": f"2026-02-{number - 29:02}T00:00:00Z",
        "body": body,
    }


def make_project(
    root: Path,
    files: Mapping[str, str] = {},
    *,
    records: tuple[Mapping[str, object], ...] = RECORDS,
    config: str = CONFIG,
) -> Path:
    """A project with a home page, `records` and `files`."""
    contents = {"mkdocs.yml": config, "docs/index.md": "# Home\n", **files}
    contents |= {
        f".journal/lab/model/{record['number']}.json": json.dumps(record) for record in records
    }
    for name, text in contents.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode("utf-8"))
    return root


def run(*arguments: str) -> Result:
    """Run the command in this process, in the current directory."""
    return CliRunner().invoke(main, list(arguments), prog_name="journal")


def run_process(
    root: Path, *command: str, env: Mapping[str, str] = {}
) -> subprocess.CompletedProcess[str]:
    """Run `journal`, `mkdocs`, `properdocs` or `zensical` in `root` as a user does."""
    return run_code(root, _START[command[0]], *command[1:], env=env)


def run_code(
    root: Path, code: str, *arguments: str, env: Mapping[str, str] = {}
) -> subprocess.CompletedProcess[str]:
    """Run Python code in `root`, in a process of its own."""
    return subprocess.run(
        [sys.executable, "-c", code, *arguments],
        cwd=root,
        env=find_environment(env),
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=300,
        check=False,
    )


def find_environment(more: Mapping[str, str] = {}) -> dict[str, str]:
    """What a process runs in: this checkout, no banners, nothing of GitHub Actions, and `more`."""
    inherited = {
        key: value for key, value in os.environ.items() if not key.startswith(("GITHUB_", "GH_"))
    }
    return {**inherited, **_QUIET, "PYTHONPATH": str(REPO_ROOT), **more}


_QUIET = {"NO_MKDOCS_2_WARNING": "1", "DISABLE_MKDOCS_2_WARNING": "true", "NO_COLOR": "1"}
_START = {
    "journal": "from journal_plugin.cli import main; main(prog_name='journal')",
    "mkdocs": "from mkdocs.__main__ import cli; cli(prog_name='mkdocs')",
    "properdocs": "from properdocs.__main__ import cli; cli(prog_name='properdocs')",
    "zensical": "from zensical.main import cli; cli(prog_name='zensical')",
}
