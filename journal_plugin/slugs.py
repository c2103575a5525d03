"""Names for addresses, made from titles."""

from __future__ import annotations

import re
import unicodedata

from anyascii import anyascii

_DROP = re.compile(r"[^a-z0-9]+")


def slugify(text: str, *, limit: int = 60) -> str:
    """Lower-case ASCII words joined by hyphens; empty if the text has none.

    Letters of other scripts are transliterated, so that a title in Chinese or Russian has an
    address of its own; signs such as emoji are left out.
    """
    letters = "".join(" " if unicodedata.category(c)[0] in "SC" else c for c in text)
    words = _DROP.sub("-", anyascii(letters).lower()).strip("-")
    return words if len(words) <= limit else words[:limit].rsplit("-", 1)[0].strip("-")
