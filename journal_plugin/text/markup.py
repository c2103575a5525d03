"""Walking over HTML that a renderer or sanitizer has just serialized.

This is not a parser for HTML from anywhere: it cuts well-formed output into tags and text, so that
text can be replaced without touching the tags.
"""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

_TAG = re.compile(
    r"<!--.*?-->|<(?P<close>/)?(?P<name>[A-Za-z][A-Za-z0-9-]*)(?P<attributes>(?:[^>\"']|\"[^\"]*\"|'[^']*')*)>",
    re.DOTALL,
)
_ATTRIBUTE = re.compile(r"([A-Za-z][\w:-]*)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))")

_TEXT_BLOCKS = frozenset(
    {"p", "li", "td", "th", "dd", "dt", "pre", "h1", "h2", "h3", "h4", "h5", "h6"}
)


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
        return {
            name.lower(): unescape(double or single or bare)
            for name, double, single, bare in _ATTRIBUTE.findall(self.raw)
        }


def find_tokens(html: str) -> Iterator[Token]:
    """Cut `html` into tokens; their `raw` texts joined give `html` again."""
    position = 0
    for match in _TAG.finditer(html):
        if match.start() > position:
            yield Token(html[position : match.start()], is_text=True)
        name = match["name"]
        yield Token(match[0], name.lower() if name else None, closing=bool(match["close"]))
        position = match.end()
    if position < len(html):
        yield Token(html[position:], is_text=True)


def find_blocks(html: str) -> Iterator[str]:
    """The plain text of each paragraph and list item, white space folded."""
    words: list[str] = []
    for token in find_tokens(html):
        if token.tag in _TEXT_BLOCKS:
            if text := " ".join("".join(words).split()):
                yield text
            words = []
        elif token.is_text:
            words.append(unescape(token.raw))
    if text := " ".join("".join(words).split()):
        yield text
