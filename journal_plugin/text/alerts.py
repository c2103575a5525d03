"""GitHub's alerts: quotes that begin with `[!NOTE]` and the like, shown as admonitions."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

_MARK = re.compile(r"\s*\[!(NOTE|TIP|IMPORTANT|WARNING|CAUTION)\][ \t]*\n?", re.IGNORECASE)
_CLASSES = {
    "note": "note",
    "tip": "tip",
    "important": "info important",
    "warning": "warning",
    "caution": "danger caution",
}
PARTS = 6
"""How many parts behind a quote's tag tell whether it is an alert."""


class Alert(NamedTuple):
    """The start of an alert, as HTML."""

    opening: str
    """In place of the quote's own tag."""
    title: str
    """In place of the tag of its first paragraph, or before it."""
    rest: str
    """What the first text says behind the mark."""


def find_alert(parts: Sequence[str]) -> Alert | None:
    """The alert that a quote is, or None.

    Args:
        parts: What follows the quote's tag: texts at even places, tags at odd ones.
    """
    parts = [*parts[:PARTS], "", "", "", "", ""]
    match = _MARK.match(parts[2])
    if parts[0].strip() or parts[1] != "<p>" or not match:
        return None
    rest = parts[2][match.end() :]
    ends_line = "\n" in match[0][1:] or (not rest.strip() and parts[3] == "<br>")
    is_whole = not rest.strip() and parts[3] == "</p>" and parts[5] != "</blockquote>"
    if not ends_line and not is_whole:
        return None
    kind = match[1].lower()
    title = f'<p class="admonition-title">{kind.capitalize()}</p>'
    return Alert(f'<div class="admonition {_CLASSES[kind]}">', title, rest)
