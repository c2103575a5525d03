"""The table of contents beside a page: of generated ones, and of posts with what was added."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mkdocs.structure.toc import AnchorLink, TableOfContents

from journal_plugin.model import Heading
from journal_plugin.text.escape import escape_html

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from journal_plugin.pages.page import Page

TOP = "journal-title"
"""The anchor of a generated page's own heading: where Material's link past the menus leads."""

_OWN = "journal-"


def make_contents(page: Page) -> TableOfContents:
    """The headings of a generated page, below its title."""
    return _nest(map(_link, list_headings(page)))


def list_headings(page: Page) -> tuple[Heading, ...]:
    """The title of a generated page, and its headings."""
    return (Heading(level=1, anchor=TOP, title=page.title), *page.headings)


def make_label(heading: Heading) -> str:
    """A heading as themes print it in a table of contents."""
    return str(escape_html(heading.title))


def extend_contents(contents: TableOfContents, headings: Sequence[Heading]) -> TableOfContents:
    """The author's headings and those that the journal added, in the order of the page.

    Args:
        contents: The headings as MkDocs or another plugin found them; they stay as they are.
        headings: All headings of the page; anchors of the journal begin with `journal-`.
    """
    known = {link.id: link for link in _flatten(contents)}
    if all(h.anchor in known or not h.anchor.startswith(_OWN) for h in headings):
        return contents
    ordered = [
        known.pop(heading.anchor) if heading.anchor in known else _link(heading)
        for heading in headings
        if heading.anchor in known or heading.anchor.startswith(_OWN)
    ]
    # An entry without a heading of its own, made by another plugin, keeps its place at the start.
    return _nest((*known.values(), *ordered))


def _link(heading: Heading) -> AnchorLink:
    return AnchorLink(make_label(heading), heading.anchor, heading.level)


def _flatten(links: Iterable[AnchorLink]) -> Iterator[AnchorLink]:
    for link in links:
        yield link
        yield from _flatten(link.children)


def _nest(links: Iterable[AnchorLink]) -> TableOfContents:
    top: list[AnchorLink] = []
    stack: list[AnchorLink] = []
    for link in links:
        link.children = []
        while stack and stack[-1].level >= link.level:
            stack.pop()
        (stack[-1].children if stack else top).append(link)
        stack.append(link)
    if top:
        top[0].active = True  # type: ignore[attr-defined]  # as MkDocs' `get_toc` does
    return TableOfContents(top)
