"""What some tests need beyond Python packages: test data, a browser, tools of Node.js."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path


def require(path: Path, advice: str) -> Path:
    """`path` if it exists; else the test is skipped with `advice`, and in CI it fails."""
    if path.exists():
        return path
    message = f"{path.name} is missing: {advice}"
    if os.environ.get("CI") == "true":
        pytest.fail(message, pytrace=False)
    pytest.skip(message, allow_module_level=True)
