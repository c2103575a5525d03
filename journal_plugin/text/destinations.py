"""Where the links and images of a Markdown text lead."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import unquote, urlsplit

from journal_plugin.text.markup import find_tokens

if TYPE_CHECKING:
    from collections.abc import Iterator

ATTRIBUTES = {
    "a": "href",
    "img": "src",
    "source": "src",
    "video": "src",
    "audio": "src",
    "iframe": "src",
    "object": "data",
    "embed": "src",
}
"""The attribute that holds the address, by element."""


class Destination(NamedTuple):
    """A relative link or image."""

    written: str
    """The address, with percent signs decoded."""
    path: str
    """Its path alone, with forward slashes."""
    fragment: str
    """What follows `#`, or an empty text."""
    line: int
    """Line in the text, counted from 1."""


_POSSIBLE = re.compile(r"\]\(|\]:|<")
"""A link, a definition of one, or raw HTML; bare addresses are never relative."""


def may_lead(source: str) -> bool:
    """Whether `source` may have relative links or images: only then it is worth rendering."""
    return bool(_POSSIBLE.search(source))


def find_destinations(source: str) -> Iterator[Destination]:
    """The relative links and images of `source`, in order, raw HTML included."""
    if not may_lead(source):
        return
    from journal_plugin.text.body import render_markdown  # noqa: PLC0415 - texts are seldom read

    line = 1
    for token in find_tokens(render_markdown(source, positions=True)):
        if token.tag is None or token.closing:
            continue
        attributes = token.attributes
        if position := attributes.get("data-sourcepos"):
            line = int(position.split(":")[0])
        address = attributes.get(ATTRIBUTES.get(token.tag, ""), "")
        if parts := split_relative(address):
            yield Destination(decode(address), parts[0], parts[1], line)


def split_relative(address: str) -> tuple[str, str] | None:
    """Path and fragment of a relative address, decoded; None for any other."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    if parts.scheme or parts.netloc or not parts.path or parts.path.startswith(("/", "\\")):
        return None
    return unquote(parts.path), parts.fragment


def decode(address: str) -> str:
    """An address in the form in which two renderers agree on it."""
    return unquote(address.strip())
