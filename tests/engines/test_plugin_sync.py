"""The sync at build time: when it happens, and that a failure never costs the site."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.fake_github.server import TOKEN, refuse, serve
from tests.fake_github.world import World, make_item
from tests.support.project import run_process

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterator
    from pathlib import Path

    from tests.fake_github.server import FakeGitHub

pytestmark = pytest.mark.engine


@pytest.fixture
def fake() -> Iterator[FakeGitHub]:
    world = World()
    world.add("acme/lab", [make_item(number) for number in range(1, 6)])
    with serve(world) as server:
        yield server


def make_project(root: Path, sync: str) -> Path:
    (root / "docs").mkdir()
    (root / "docs" / "index.md").write_text("# Home\n")
    (root / "mkdocs.yml").write_text(
        "site_name: Lab\ntheme: {name: material, font: false}\nrepo_url: https://github.com/acme/lab\n"
        f"plugins:\n  - search\n  - journal:\n      sync: {sync}\n"
    )
    return root


def build(
    fake: FakeGitHub, root: Path, *arguments: str, token: bool = True
) -> subprocess.CompletedProcess[str]:
    environment = fake.environment
    if not token:
        del environment["GITHUB_TOKEN"]
    done = run_process(root, "mkdocs", "build", *arguments, env=environment)
    assert TOKEN not in done.stdout + done.stderr
    return done


def pages(root: Path) -> list[str]:
    folder = root / "site" / "journal" / "issues"
    return sorted(path.name for path in folder.iterdir() if path.name.isdigit())


@pytest.mark.parametrize(
    ("mode", "token", "synced"),
    [("auto", True, True), ("auto", False, False), ("always", False, True), ("never", True, False)],
)
def test_when_a_build_syncs(
    fake: FakeGitHub, tmp_path: Path, mode: str, *, token: bool, synced: bool
) -> None:
    root = make_project(tmp_path, mode)
    done = build(fake, root, "--strict", token=token)
    assert done.returncode == 0, done.stderr
    assert bool(fake.log) == synced
    assert pages(root) == (["1", "2", "3", "4", "5"] if synced else [])


def test_auto_leaves_a_young_snapshot_alone(fake: FakeGitHub, tmp_path: Path) -> None:
    root = make_project(tmp_path, "auto")
    build(fake, root, "--strict")
    asked = len(fake.log)
    assert build(fake, root, "--strict").returncode == 0
    assert len(fake.log) == asked


def test_a_failure_keeps_the_last_good_snapshot_and_builds(
    fake: FakeGitHub, tmp_path: Path
) -> None:
    root = make_project(tmp_path, "always")
    build(fake, root)
    before = {p.name: p.read_bytes() for p in (root / ".journal").rglob("[0-9]*.json")}
    fake.fail(times=99, response=refuse(401, "Bad credentials"))
    done = build(fake, root)
    assert done.returncode == 0
    assert "WARNING" in done.stderr
    assert "the snapshot stays as it was" in done.stderr
    assert {p.name: p.read_bytes() for p in (root / ".journal").rglob("[0-9]*.json")} == before
    assert len(pages(root)) == 5


def test_no_token_in_any_file(fake: FakeGitHub, tmp_path: Path) -> None:
    root = make_project(tmp_path, "always")
    build(fake, root)
    files = [path for path in root.rglob("*") if path.is_file()]
    assert len(files) > 20
    assert [path for path in files if TOKEN.encode() in path.read_bytes()] == []


@pytest.mark.parametrize("token", [True, False])
def test_the_environment_can_forbid_the_sync(
    fake: FakeGitHub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, token: bool
) -> None:
    root = make_project(tmp_path, "always")
    monkeypatch.setenv("JOURNAL_SYNC", "never")
    done = build(fake, root, token=token)
    assert done.returncode == 0
    assert fake.log == []


def test_a_wrong_word_in_the_environment_names_itself(
    fake: FakeGitHub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = make_project(tmp_path, "auto")
    monkeypatch.setenv("JOURNAL_SYNC", "sometimes")
    done = build(fake, root)
    assert done.returncode == 1
    assert "JOURNAL_SYNC: got 'sometimes'; allowed is auto, always, never" in done.stderr
    assert "Traceback" not in done.stderr
