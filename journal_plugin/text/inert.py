"""HTML that passes through any Markdown engine untouched.

A page that is written to disk goes through its engine's Markdown, with whatever extensions a site
has switched on: snippets that read files, macros, attribute lists. So a block of finished HTML is
put on one line, and every character of its texts that could mean something to a preprocessor is
written as a numeric reference. What a browser sees stays the same.
"""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING

from markupsafe import Markup

from journal_plugin.text.markup import find_tokens

if TYPE_CHECKING:
    from collections.abc import Iterable

_TEXT = re.compile(r"[^\w .,]|_", re.UNICODE)
_VALUE = re.compile(r"[^\w ./?=,:;()+%#-]", re.UNICODE)
_QUOTED = re.compile(r"=\s*(?:\"([^\"]*)\"|'([^']*)')")
_SPACE = re.compile(r"[ \t\r\n]+")
_KEEPS_SPACE = frozenset({"pre", "textarea"})
_RAW = frozenset({"script", "style"})


class NotInertError(ValueError):
    """The HTML holds an element whose text no reference can stand for."""


def make_inert(html: str) -> Markup:
    """The same HTML on one line, with nothing in it that a Markdown engine could act on.

    Raises:
        NotInertError: the HTML holds a script or style element with content.
    """
    return Markup("".join(_pieces(html)))  # noqa: S704 - only rewrites the texts of safe HTML


def make_inert_text(text: str) -> str:
    """Plain text as HTML, with every sign as a numeric reference."""
    return _TEXT.sub(_reference, text)


def _pieces(html: str) -> Iterable[str]:
    keeping = 0
    raw = ""
    for token in find_tokens(html):
        if token.is_text:
            if raw and token.raw.strip():
                msg = f"a {raw} element with content cannot be exported"
                raise NotInertError(msg)
            plain = unescape(token.raw)
            yield make_inert_text(plain if keeping else _SPACE.sub(" ", plain))
            continue
        if token.tag is None:
            continue  # a comment
        if token.tag in _KEEPS_SPACE:
            keeping += -1 if token.closing else 1
        if token.tag in _RAW:
            raw = "" if token.closing else token.tag
        yield _SPACE.sub(" ", _QUOTED.sub(_attribute, token.raw))


def _attribute(match: re.Match[str]) -> str:
    value = match[1] if match[1] is not None else match[2]
    return f'="{_VALUE.sub(_reference, unescape(value))}"'


def _reference(match: re.Match[str]) -> str:
    return f"&#{ord(match[0])};"
