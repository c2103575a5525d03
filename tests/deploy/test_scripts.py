"""The scripts of our workflows, run in real git repositories."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from tests.deploy.actions import ROOT, load_yaml

if TYPE_CHECKING:
    from pathlib import Path

SNAPSHOT = ROOT / "journal_plugin" / "scaffold" / "workflows" / "journal-snapshot.yml"
RELEASE = ROOT / ".github" / "workflows" / "release.yml"
NOTES = ROOT / ".github" / "release_notes.py"


def find_step(path: Path, name: str) -> dict[str, Any]:
    jobs = load_yaml(path)["jobs"].values()
    return next(step for job in jobs for step in job.get("steps", ()) if step.get("name") == name)


def git(folder: Path, *arguments: str) -> str:
    done = subprocess.run(
        ["git", "-c", "user.name=Ada", "-c", "user.email=ada@example.org", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()


def run_script(
    step: dict[str, Any], folder: Path, **environment: str
) -> subprocess.CompletedProcess[str]:
    env = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder.parent),
        "GIT_CONFIG_NOSYSTEM": "1",
        "GITHUB_TOKEN": "x",
    }
    own = {k: v for k, v in step.get("env", {}).items() if "${{" not in v}
    return subprocess.run(
        ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", "-c", step["run"]],
        cwd=folder,
        env=env | own | environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A clone with one commit, and the bare repository it pushes to."""
    git(tmp_path, "init", "--quiet", "--bare", "--initial-branch=main", "origin.git")
    git(tmp_path, "clone", "--quiet", "origin.git", "clone")
    clone = tmp_path / "clone"
    (clone / ".journal" / "acme" / "lab").mkdir(parents=True)
    (clone / ".journal" / "acme" / "lab" / "1.json").write_text("{}")
    (clone / ".journal" / "acme" / "lab" / "sync.json").write_text("{}")
    git(clone, "checkout", "--quiet", "-B", "main")
    git(clone, "add", ".")
    git(clone, "commit", "--quiet", "-m", "First")
    git(clone, "push", "--quiet", "--set-upstream", "origin", "main")
    return clone


def test_snapshot_is_committed_and_pushed(clone: Path) -> None:
    step = find_step(SNAPSHOT, "Commit")
    (clone / ".journal" / "acme" / "lab" / "2.json").write_text("{}")
    (clone / "unrelated.txt").write_text("not ours")
    done = run_script(step, clone)
    assert done.returncode == 0, done.stderr
    files = git(clone.parent / "origin.git", "ls-tree", "-r", "--name-only", "main").split()
    assert ".journal/acme/lab/2.json" in files
    assert "unrelated.txt" not in files


@pytest.mark.parametrize("changed", [(), ("sync.json",)])
def test_times_alone_make_no_commit(clone: Path, changed: tuple[str, ...]) -> None:
    for name in changed:
        (clone / ".journal" / "acme" / "lab" / name).write_text('{"syncedAt": "later"}')
    done = run_script(find_step(SNAPSHOT, "Commit"), clone)
    assert done.returncode == 0, done.stderr
    assert git(clone.parent / "origin.git", "rev-list", "--count", "main") == "1"


def test_removed_record_is_committed(clone: Path) -> None:
    (clone / ".journal" / "acme" / "lab" / "1.json").unlink()
    run_script(find_step(SNAPSHOT, "Commit"), clone)
    assert "1.json" not in git(clone.parent / "origin.git", "ls-tree", "-r", "--name-only", "main")


@pytest.mark.parametrize(
    ("tags", "released", "moved"),
    [
        (("v1.0.0",), "v1.0.0", True),
        (("v1.0.0", "v1.2.0", "v1.10.0"), "v1.10.0", True),
        (("v1.2.0", "v1.10.0", "v1.2.1"), "v1.2.1", False),
        (("v1.0.0", "v1.1.0rc1"), "v1.1.0rc1", False),
        (("v1.9.0", "v2.0.0", "v1.9.1"), "v1.9.1", True),
        (("v1.0.0", "v1.1.0rc1", "v1.0.1"), "v1.0.1", True),
    ],
)
def test_major_tag_moves_to_the_newest_release(
    clone: Path,
    tags: tuple[str, ...],
    released: str,
    moved: bool,  # noqa: FBT001 - a table
) -> None:
    git(clone, "tag", "v1")
    git(clone, "push", "--quiet", "origin", "v1")
    for tag in tags:
        git(clone, "commit", "--quiet", "--allow-empty", "-m", tag)
        git(clone, "tag", tag)
    before = git(clone.parent / "origin.git", "rev-parse", "v1")
    sha = git(clone, "rev-parse", released)
    step = find_step(RELEASE, "Move the major tag")
    done = run_script(step, clone, GITHUB_REF_NAME=released, GITHUB_SHA=sha)
    assert done.returncode == 0, done.stderr
    after = git(clone.parent / "origin.git", "rev-parse", "v1")
    assert after == (sha if moved else before)


CHANGELOG = """\
# Changelog

## Unreleased

- not yet

## [1.2.0] - 2026-09-01

### Added

- a thing

## 1.1.0 - 2026-08-01

- older

[1.2.0]: https://example.org
"""


def release(root: Path, tag: str, version: str) -> subprocess.CompletedProcess[str]:
    (root / ".github").mkdir()
    (root / ".github" / NOTES.name).write_text(NOTES.read_text(encoding="utf-8"), encoding="utf-8")
    (root / "CHANGELOG.md").write_text(CHANGELOG)
    (root / "pyproject.toml").write_text(f'[project]\nname = "x"\nversion = "{version}"\n')
    return subprocess.run(
        [sys.executable, f".github/{NOTES.name}", tag],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("tag", "version", "notes"),
    [("v1.2.0", "1.2.0", "### Added\n\n- a thing\n"), ("v1.1.0", "1.1.0", "- older\n")],
)
def test_notes_are_the_section_of_the_version(
    tmp_path: Path, tag: str, version: str, notes: str
) -> None:
    assert release(tmp_path, tag, version).stdout == notes


@pytest.mark.parametrize(
    ("tag", "version"), [("v1.2.0", "1.1.0"), ("v1.3.0", "1.3.0"), ("v1x2x0", "1x2x0")]
)
def test_release_that_does_not_match_stops(tmp_path: Path, tag: str, version: str) -> None:
    done = release(tmp_path, tag, version)
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr
