"""`journal sync` as a user runs it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from journal_plugin.cli import main
from tests.fake_github.server import TOKEN, serve
from tests.fake_github.world import World, make_item

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.fake_github.server import FakeGitHub

ROOT = Path(__file__).parents[2]
COMMAND = [sys.executable, "-c", "from journal_plugin.cli import main; main()", "sync"]


@pytest.fixture
def fake() -> Iterator[FakeGitHub]:
    world = World()
    world.add("acme/lab", [make_item(number) for number in range(1, 121)])
    with serve(world) as server:
        yield server


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "docs").mkdir()
    config = "site_name: Lab\nrepo_url: https://github.com/acme/lab\nplugins: [journal]\n"
    (tmp_path / "mkdocs.yml").write_text(config)
    return tmp_path


def run(
    fake: FakeGitHub, folder: Path, *arguments: str, **env: str
) -> subprocess.CompletedProcess[str]:
    """The command in this process; the test of progress runs it in one of its own."""
    quiet = {"NO_MKDOCS_2_WARNING": "1", "DISABLE_MKDOCS_2_WARNING": "true"}
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        result = CliRunner().invoke(
            main, ["sync", *arguments], env={**quiet, **fake.environment, **env}
        )
    return subprocess.CompletedProcess(arguments, result.exit_code, result.stdout, result.stderr)


def test_one_summary_line(fake: FakeGitHub, project: Path) -> None:
    result = run(fake, project)
    line = "acme/lab: 120 records read, 120 changed, 5 requests, 4998 left\n"
    assert (result.returncode, result.stdout, result.stderr) == (0, line, "")
    assert len(list((project / ".journal/acme/lab").glob("*.json"))) == 121
    again = run(fake, project)
    assert again.stdout == "acme/lab: 0 records read, 0 changed, 2 requests, 4998 left\n"


def test_full_and_json(fake: FakeGitHub, project: Path) -> None:
    run(fake, project)
    fake.world.repos["acme/lab"].items[5].deleted = True
    elsewhere = project / "elsewhere"
    elsewhere.mkdir()
    config = str(project / "mkdocs.yml")
    result = run(fake, elsewhere, "--full", "--json", "--config-file", config)
    report = json.loads(result.stdout)
    assert report["repos"] == [
        {"repo": "acme/lab", "full": True, "fetched": 120, "written": 1, "removed": 1}
    ]
    assert report["requests"] == 6
    assert result.stderr == ""


def test_notes_go_to_stderr(fake: FakeGitHub, project: Path) -> None:
    fake.world.rename("acme/lab", "acme/new")
    result = run(fake, project)
    assert result.stderr.startswith("Note: acme/lab is now called acme/new on GitHub")
    assert result.stdout.startswith("acme/lab: 120 records read")


def test_progress_on_a_terminal(fake: FakeGitHub, project: Path) -> None:
    quiet = {"NO_MKDOCS_2_WARNING": "1", "DISABLE_MKDOCS_2_WARNING": "true"}
    result = subprocess.run(
        [
            "script",
            "--quiet",
            "--return",
            "--command",
            subprocess.list2cmdline(COMMAND),
            "/dev/null",
        ],
        cwd=project,
        env={**os.environ, **quiet, "PYTHONPATH": str(ROOT), **fake.environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert result.returncode == 0
    assert "acme/lab issues" in result.stdout
    assert "100/120" in result.stdout
    assert "3 requests, 4990 left" in result.stdout


@pytest.mark.parametrize(
    ("env", "code", "message"),
    [
        ({"GITHUB_TOKEN": "wrong"}, 3, "Error: GitHub refuses the token"),
        (
            {"GITHUB_API_URL": "gopher://x"},
            2,
            "Error: GITHUB_API_URL: is no address of a server; allowed is an http",
        ),
    ],
)
def test_errors(
    fake: FakeGitHub, project: Path, env: dict[str, str], code: int, message: str
) -> None:
    result = run(fake, project, **env)
    assert result.returncode == code
    assert result.stderr.startswith(message)
    assert result.stderr.count("\n") == 1
    assert result.stdout == ""


def test_other_token_variable(fake: FakeGitHub, project: Path) -> None:
    result = run(fake, project, GITHUB_TOKEN="", GH_TOKEN=TOKEN)
    assert "5 requests" in result.stdout
