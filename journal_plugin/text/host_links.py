"""Rewriting links while the site's own Markdown renders a page.

Both Markdown links and those in raw HTML are seen after the renderer has parsed them, so nothing
here guesses what a link is.
"""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING
from urllib.parse import quote

from markdown.extensions import Extension
from markdown.treeprocessors import Treeprocessor

from journal_plugin.text.destinations import ATTRIBUTES, decode
from journal_plugin.text.escape import escape_html
from journal_plugin.text.markup import find_tokens

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from xml.etree.ElementTree import Element

    from markdown import Markdown

_PRIORITY = 5
"""After inline patterns (20) have made the links, before MkDocs checks them (0)."""


class LinkExtension(Extension):
    """A Python-Markdown extension that sends links to where their targets were published."""

    def __init__(self, href: Callable[[str, str], str]) -> None:
        super().__init__()
        self._href = href
        self.page = ""
        """`src_uri` of the page that is being rendered."""
        self.links: Mapping[str, Mapping[str, str]] = {}
        """By page, the `src_uri` that each written address leads to."""

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 - Python-Markdown's name
        """Register the processor."""
        md.treeprocessors.register(_LinkProcessor(md, self), "journal-links", _PRIORITY)

    def find_source(self, written: str) -> str | None:
        """Relative path from the page's Markdown file to the target's, or None to leave it."""
        target = self._find(written)
        if target is None:
            return None
        uri, sign, fragment = target.partition("#")
        return quote(posixpath.relpath(uri, posixpath.dirname(self.page))) + sign + fragment

    def find_url(self, written: str) -> str | None:
        """Relative address from the built page to the built target, or None to leave it."""
        target = self._find(written)
        return quote(self._href(self.page, target), safe="/#%") if target else None

    def _find(self, written: str) -> str | None:
        return self.links.get(self.page, {}).get(decode(written))


class _LinkProcessor(Treeprocessor):
    def __init__(self, md: Markdown, owner: LinkExtension) -> None:
        super().__init__(md)
        self._owner = owner

    def run(self, root: Element) -> None:
        if self._owner.page not in self._owner.links:
            return
        for element in root.iter():
            name = ATTRIBUTES.get(str(element.tag))
            written = element.get(name) if name else None
            if name and written and (found := self._owner.find_source(written)):
                element.set(name, found)
        stash = self.md.htmlStash.rawHtmlBlocks
        stash[:] = [self._raw(raw) if isinstance(raw, str) else raw for raw in stash]

    def _raw(self, html: str) -> str:
        """Raw HTML, which MkDocs leaves alone, with final addresses."""
        out = []
        for token in find_tokens(html):
            name = ATTRIBUTES.get(token.tag or "")
            written = token.attributes.get(name) if name and not token.closing else None
            found = self._owner.find_url(written) if written else None
            raw = token.raw
            if found and written:
                raw = raw.replace(f'"{written}"', f'"{escape_html(found)}"')
                raw = raw.replace(f"'{written}'", f"'{escape_html(found)}'")
            out.append(raw)
        return "".join(out)
