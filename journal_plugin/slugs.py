"""Names for addresses, made from titles."""

from __future__ import annotations

import re
import unicodedata

_DROP = re.compile(r"[^a-z0-9]+")


def slugify(text: str, *, limit: int = 60) -> str:
    """Lower-case ASCII words joined by hyphens; empty if the text has none."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    words = _DROP.sub("-", plain).strip("-")
    return words if len(words) <= limit else words[:limit].rsplit("-", 1)[0].strip("-")
