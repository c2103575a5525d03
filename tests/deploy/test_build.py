"""The action's build asks GitHub nothing: its own step has synced, or was told not to."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING, Any

from journal_action import build
from journal_action.runner import Runner

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_the_build_never_syncs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[dict[str, str]] = []

    def note(command: list[str], **options: Any) -> subprocess.CompletedProcess[str]:
        seen.append(options["env"])
        return subprocess.CompletedProcess(command, 0)

    monkeypatch.setattr(build.subprocess, "run", note)
    environment = {"GITHUB_WORKSPACE": str(tmp_path), "RUNNER_TEMP": str(tmp_path), "A": "b"}
    runner = Runner.from_environment(environment)
    build._run(runner, ["mkdocs", "build"])  # noqa: SLF001 - the rest of a build needs a project
    assert seen[0]["JOURNAL_SYNC"] == "never"
    assert seen[0]["A"] == "b"
