"""The one escape: text by strangers on its way into another language.

Each function takes plain text of any content and returns text that stands for it in one context and
cannot leave that context.
"""

from __future__ import annotations

import re

from markupsafe import Markup
from markupsafe import escape as escape_markup

_COLOR = re.compile(r"#?([0-9a-fA-F]{6})")
_MERMAID = re.compile(r"[^\w .,:;!?()+/=@'-]|(?<=\w)://", re.UNICODE)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufdd0-\ufdef\ufffe\uffff\ud800-\udfff]")


def escape_html(text: object) -> Markup:
    """Text for an HTML element or a quoted attribute; characters that XML forbids are dropped."""
    if isinstance(text, Markup):
        return text
    return escape_markup(_CONTROL.sub("", str(text)))


def clean_text(text: str) -> str:
    """Text without the characters that XML forbids, for a writer that escapes by itself."""
    return _CONTROL.sub("", text)


def escape_mermaid(text: str) -> str:
    """Text for a Mermaid label in double quotes, as Mermaid's own numeric entities.

    Mermaid reads `#35;` and the like as characters; everything that is not plainly a letter, digit
    or harmless sign goes through them, so that no text can end the label or start a directive.
    """
    flat = " ".join(_CONTROL.sub("", text).split())
    return "".join(c if c.isalnum() or c in " .,-" else f"#{ord(c)};" for c in flat)


def find_color(text: str | None) -> str | None:
    """A label's colour as `#rrggbb`, or None if it is not exactly that."""
    match = _COLOR.fullmatch(text or "")
    return f"#{match[1].lower()}" if match else None


def shorten(text: str, limit: int) -> str:
    """The first `limit` characters with white space folded, ending in an ellipsis if cut."""
    flat = " ".join(text.split())
    return flat if len(flat) <= limit else flat[: limit - 1].rstrip() + "…"
