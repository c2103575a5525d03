"""Walking over HTML that a renderer or sanitizer has just serialized.

This is not a parser for HTML from anywhere: it cuts well-formed output into tags and text, so that
text can be replaced without touching the tags. Each pattern is linear in the length of its input.
"""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

# Without `<` outside of quotes, at most three attempts to read a tag can run through one place.
_TAG = re.compile(
    r"(<!--.*?(?:-->|\Z)|</?[A-Za-z](?:[^<>\"']++|\"[^\"]*+\"|'[^']*+')*+>)", re.DOTALL
)
_NAME = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9-]*)")
_INLINE = re.compile(
    r"</?(?:a|b|cite|code|del|dfn|em|i|ins|kbd|mark|q|s|samp|small|span|strike|strong|sub|sup|time|"
    r"tt|u|var)(?:\s(?:[^<>\"']++|\"[^\"]*+\"|'[^']*+')*+)?>"
)
_ATTRIBUTE = re.compile(r"([A-Za-z][\w:-]*+)\s*+=\s*+(?:\"([^\"]*+)\"|'([^']*+)'|([^\s\"'>]++))")
_TEXT_BLOCKS = frozenset(
    {"p", "li", "td", "th", "dd", "dt", "pre", "h1", "h2", "h3", "h4", "h5", "h6"}
)
_COMMON = "a blockquote code details div h1 h2 h3 h4 h5 h6 li ol p pre summary table td th tr ul"
# Most tags carry nothing but a common name; a look-up is several times faster than a match.
_BARE = {f"<{slash}{name}>": (name, bool(slash)) for name in _COMMON.split() for slash in ("", "/")}


class Token(NamedTuple):
    """A tag, a comment or a run of text."""

    raw: str
    """Exactly what stood in the HTML."""
    tag: str | None = None
    """Lower-case element name, or None for text and comments."""
    closing: bool = False
    is_text: bool = False

    @property
    def attributes(self) -> dict[str, str]:
        """The attributes of a start tag, unescaped; attributes without a value are left out."""
        return find_attributes(self.raw)


def find_tokens(html: str) -> Iterator[Token]:
    """Cut `html` into tokens; their `raw` texts joined give `html` again."""
    for place, raw in enumerate(split_tags(html)):
        if place % 2:
            name, closing = find_name(raw) or (None, False)
            yield Token(raw, name, closing=closing)
        elif raw:
            yield Token(raw, is_text=True)


def split_tags(html: str) -> list[str]:
    """Cut `html` into text (even places) and tags or comments (odd places), in order."""
    return _TAG.split(html)


def find_name(tag: str) -> tuple[str, bool] | None:
    """Lower-case element name of a raw tag and whether it is an end tag; None for a comment."""
    if known := _BARE.get(tag):
        return known
    match = _NAME.match(tag)
    return (match[2].lower(), bool(match[1])) if match else None


def find_attributes(tag: str) -> dict[str, str]:
    """The attributes of a raw start tag, unescaped, the first of two with one name."""
    found: dict[str, str] = {}
    for name, double, single, bare in _ATTRIBUTE.findall(tag):
        found.setdefault(name.lower(), unescape(double or single or bare))
    return found


def find_text(html: str) -> str:
    """The text of `html` without its tags, white space folded; blocks and breaks part words."""
    text = "".join(split_tags(_INLINE.sub("", html).replace("<", " <"))[::2])
    return " ".join(unescape(text).split())


def find_blocks(html: str) -> Iterator[str]:
    """The plain text of each paragraph and list item, white space folded."""
    words: list[str] = []
    for place, part in enumerate(split_tags(html)):
        if place % 2 == 0:
            words.append(unescape(part))
        elif (named := find_name(part)) and named[0] in _TEXT_BLOCKS:
            if text := " ".join("".join(words).split()):
                yield text
            words = []
    if text := " ".join("".join(words).split()):
        yield text
