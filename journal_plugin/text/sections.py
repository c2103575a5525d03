"""The sections of a rendered text, so that pages can quote the part that matters."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING, NamedTuple

from markupsafe import Markup

from journal_plugin.text.markup import find_name, split_tags

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
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
    return tuple(_cut(split_tags(html)))


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


def _cut(parts: Sequence[str]) -> Iterator[Section]:
    """Cut text and tags in turn at headings that no other element contains."""
    depth, start, told, title = 0, 0, 0, ""
    end: int | None = None
    for place in range(1, len(parts), 2):
        tag, closing = find_name(parts[place]) or ("", False)
        if tag in _HEADINGS and depth == 0 and not closing:
            end, told = place if end is None else end, place + 1
        elif tag in _HEADINGS and end is not None:
            yield from _make_section(title, parts[start:end])
            title = " ".join("".join(map(unescape, parts[told:place:2])).split())
            start, end = place + 1, None
        elif tag and tag not in _VOID and end is None:
            depth += -1 if closing else 1
    yield from _make_section(title, parts[start:end])


def _make_section(title: str, parts: Iterable[str]) -> Iterator[Section]:
    html = "".join(parts)
    if title or html.strip():
        yield Section(heading=title, html=Markup(html))  # noqa: S704 - pieces of a Markup
