"""Headings of a rendered text, and the anchors in it: each unique, with the prefix of the text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from journal_plugin.model import Heading
from journal_plugin.text.markup import find_attributes, find_text

if TYPE_CHECKING:
    from collections.abc import Iterator

ID_PREFIX = "user-content-"
"""What the sanitizer put before each `id`."""
_MAX_ID = 100
_BAD_ID = re.compile(r"[^\w.:-]")
_NOT_SLUG = re.compile(r"[^\w\- ]")
_HEADING = re.compile(
    r"<h([1-6])((?:\s(?:[^<>\"']++|\"[^\"]*+\"|'[^']*+')*+)?)>(.*?)</h\1>", re.DOTALL
)


def find_headings(html: str) -> Iterator[Heading]:
    """The headings in a page's HTML that have an anchor, in order."""
    for level, attributes, inner in _HEADING.findall(html):
        if anchor := find_attributes(f"<h{attributes}>").get("id"):
            yield Heading(level=int(level), anchor=anchor, title=find_text(inner))


class Anchors:
    """The anchors of one text."""

    def __init__(self, prefix: str) -> None:
        self._prefix = prefix
        self._used: set[str] = set()
        self._slugs: dict[str, int] = {}

    def name(self, wanted: str) -> str:
        """The `id` that stands for an author's anchor."""
        name = _BAD_ID.sub("", wanted.removeprefix(ID_PREFIX))[:_MAX_ID]
        return f"{self._prefix}{name}"

    def claim(self, wanted: str) -> str:
        """An `id` attribute with a space before it; empty if it is taken or not wanted."""
        name = self.name(wanted)
        if name == self._prefix or name in self._used:
            return ""
        self._used.add(name)
        return f' id="{name}"'

    def claim_title(self, title: str) -> str:
        """The `id` attribute of a heading, numbered as on GitHub where titles repeat."""
        slug = _NOT_SLUG.sub("", title.lower()).replace(" ", "-")[:_MAX_ID]
        count = self._slugs.get(slug, 0)
        self._slugs[slug] = count + 1
        return self.claim(f"{slug}-{count}" if count else slug or "section")
