"""The one escape: text by strangers on its way into another language.

Each function takes plain text of any content and returns text that stands for it in one context and
cannot leave that context.
"""

from __future__ import annotations

import json
import re

from markupsafe import Markup
from markupsafe import escape as escape_markup

_COLOR = re.compile(r"#?([0-9a-fA-F]{6})")
_CONTROLS = r"\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufdd0-\ufdef\ufffe\uffff\ud800-\udfff"
_CONTROL = re.compile(f"[{_CONTROLS}]")
# Overrides and isolates let a title change the reading order of the page around it.
_UNFIT = re.compile(rf"[{_CONTROLS}\u202a-\u202e\u2066-\u2069]")
_INLINE = re.compile(r"[\\`*_\[\]<>&!|~#]|:(?=//)|(?<=www)\.")
_JSON_SPECIAL = {c: f"\\u{ord(c):04x}" for c in "<>&\u2028\u2029"}


def drop_controls(text: str) -> str:
    """The text without control characters, noncharacters and lone surrogates.

    Tabs and line ends stay. The rest is either forbidden in XML or used as a sentinel in this
    package, which is why no text from strangers may bring it along.
    """
    return _CONTROL.sub("", text)


def clean_line(text: str) -> str:
    """A title or another short text without control characters and without turns of direction."""
    if text.isascii() and text.isprintable():  # most texts, and quicker than looking for them
        return text
    return _UNFIT.sub("", text)


def escape_html(text: object) -> Markup:
    """Text for an HTML element or a quoted attribute; characters that XML forbids are dropped.

    Text that is `Markup` already counts as safe and comes back as it is.
    """
    if isinstance(text, Markup):
        return text
    return escape_markup(clean_line(str(text)))


def dump_script_json(data: object) -> Markup:
    """JSON for a `<script>` element of a data type, such as `application/ld+json`.

    `<`, `>` and `&` become JSON escapes, so that no text can end the element or open a comment.
    Raises TypeError for data that JSON cannot hold.
    """
    text = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    for character, escaped in _JSON_SPECIAL.items():  # faster than one pass that looks at each
        text = text.replace(character, escaped)
    safe = text.encode("utf-8", "backslashreplace").decode()
    return Markup(safe)  # noqa: S704 - without the three characters it cannot leave the element


def escape_mermaid(text: str) -> str:
    """Text for a Mermaid label in double quotes, as Mermaid's own numeric entities.

    Mermaid reads `#35;` and the like as characters; everything that is not plainly a letter, digit
    or harmless sign goes through them, so that no text can end the label or start a directive.
    """
    flat = " ".join(clean_line(text).split())
    return "".join(c if c.isalnum() or c in " .,-" else f"#{ord(c)};" for c in flat)


def find_color(text: str | None) -> str | None:
    """A label's colour as `#rrggbb`, or None if it is not exactly that."""
    match = _COLOR.fullmatch(text or "")
    return f"#{match[1].lower()}" if match else None


def shorten(text: str, limit: int) -> str:
    """The first `limit` characters with white space folded, ending in an ellipsis if cut."""
    flat = " ".join(text.split())
    return flat if len(flat) <= limit else flat[: limit - 1].rstrip() + "…"


def escape_inline(text: str) -> str:
    """Text inside a line of a Markdown file that people and programs read as it is.

    Only what could start something there gets a backslash: links, emphasis, code, HTML, entities
    and bare addresses.
    """
    flat = " ".join(clean_line(text).split())
    return _INLINE.sub(r"\\\g<0>", flat)
