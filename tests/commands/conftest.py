"""A project in the current directory."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.project import make_project

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with a problem, a tracking issue and a pull request, and no post yet."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("NO_COLOR", raising=False)
    return make_project(tmp_path)
