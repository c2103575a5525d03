"""Emoji short codes, by the table of GitHub's own that pymdownx carries."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from pymdownx import gemoji_db

if TYPE_CHECKING:
    from collections.abc import Mapping

SHORT_CODE = r"(?<!\w):(?:[a-z0-9_]{1,60}|\+1|-1):(?!\w)"
"""Pattern of what may be a short code."""


@cache
def find_table() -> Mapping[str, str]:
    """Characters by short code, such as `:tada:`; codes that have no character are left out."""
    known: dict[str, str] = {}
    for code, entry in gemoji_db.emoji.items():
        points = entry.get("unicode_alt") or entry.get("unicode")
        if points:
            known[code] = "".join(chr(int(point, 16)) for point in points.split("-"))
    for alias, code in gemoji_db.aliases.items():
        if code in known:
            known.setdefault(alias, known[code])
    return known
