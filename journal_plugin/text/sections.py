"""The sections of a rendered text, so that pages can quote the part that matters."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING, NamedTuple

from markupsafe import Markup

from journal_plugin.text.markup import find_tokens

if TYPE_CHECKING:
    from collections.abc import Iterable

    from journal_plugin.text.markup import Token

_HEADING = re.compile(r"h[1-6]")
_WORDS = re.compile(r"(?:\A|>)\s*[^\s<&]")
"""Something to read, in most cases; an entity may be a space."""
_ANY_HEADING = re.compile(r"<h[1-6][ >]")
_VOID = frozenset({"br", "hr", "img", "input", "col", "wbr", "area", "source", "track"})
_SIGNS = re.compile(r"[^\w\s]+")


class Section(NamedTuple):
    """A heading and what stands under it, up to the next heading of any level."""

    heading: str
    """Plain text of the heading; empty for what comes before the first."""
    html: Markup
    """Safe, balanced HTML with reference markers."""

    @property
    def is_empty(self) -> bool:
        """Whether nothing but white space stands there."""
        return not _WORDS.search(self.html) and not self.html.striptags().strip()


def find_sections(html: Markup) -> tuple[Section, ...]:
    """Cut a rendered body at its top-level headings, in order."""
    if not _ANY_HEADING.search(html):
        return (Section(heading="", html=html),) if html.strip() else ()
    cutter = _Cutter()
    for token in find_tokens(html):
        cutter.step(token)
    return cutter.finish()


def find_section(sections: Iterable[Section], names: Iterable[str]) -> Section | None:
    """The first section with something in it whose heading begins with the earliest of `names`."""
    folded = [
        (" ".join(_SIGNS.sub(" ", section.heading).casefold().split()), section)
        for section in sections
        if not section.is_empty
    ]
    for name in names:
        for heading, section in folded:
            if heading == name or heading.startswith(f"{name} "):
                return section
    return None


class _Cutter:
    """One pass over the tokens, cutting at headings that no other element contains."""

    def __init__(self) -> None:
        self._depth = 0
        self._heading: list[str] | None = None
        self._title = ""
        self._html: list[str] = []
        self._sections: list[Section] = []

    def step(self, token: Token) -> None:
        if token.tag and _HEADING.fullmatch(token.tag) and self._at_heading(token):
            return
        if self._heading is not None:
            if token.is_text:
                self._heading.append(unescape(token.raw))
            return
        if token.tag and token.tag not in _VOID:
            self._depth += -1 if token.closing else 1
        self._html.append(token.raw)

    def finish(self) -> tuple[Section, ...]:
        self._cut("")
        return tuple(self._sections)

    def _at_heading(self, token: Token) -> bool:
        """Open or close a heading; return whether the token belongs to one."""
        if self._heading is not None and token.closing:
            title = " ".join("".join(self._heading).split())
            self._heading = None
            self._cut(title)
            return True
        if self._depth == 0 and not token.closing:
            self._heading = []
            return True
        return self._heading is not None

    def _cut(self, title: str) -> None:
        html = Markup("".join(self._html))  # noqa: S704 - pieces of a Markup
        if self._title or html.strip():
            self._sections.append(Section(heading=self._title, html=html))
        self._title, self._html = title, []
