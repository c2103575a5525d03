"""Ways in which a kept file can come back damaged, whatever it holds."""

from __future__ import annotations

import os

import pytest

DAMAGES = (
    pytest.param(lambda _: b"", id="empty"),
    pytest.param(lambda _: b"not a database at all" * 99, id="other-file"),
    pytest.param(lambda data: data[: len(data) // 2], id="cut"),
    pytest.param(lambda data: data[:100] + os.urandom(len(data) - 100), id="noise"),
)
"""Functions from the bytes of the file to what is left of them."""
