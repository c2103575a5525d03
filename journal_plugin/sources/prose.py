"""Markdown by lines, as far as reading a post needs it: what is code, titles, inline fields."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

_FENCE = re.compile(r"[\s>]*(?:[-*+]\s+)?(`{3,}|~{3,})(.*)$")
_HEADING = re.compile(r" {0,3}(#{1,6})\s++(.+)")
_UNDERLINE = re.compile(r"=+\s*$")
_ATTRIBUTES = re.compile(r"\{[^{}]*+\}$")
_MARKUP = re.compile(
    r"!?\[([^\]]{0,500}+)\]\([^)]{0,1000}+\)|\*\*|__|`|(?<!\w)[*_](?=\S)|(?<=\S)[*_](?!\w)"
)
_INLINE_LINES = 60

_KEYS = (
    r"Status|Outcome|Type|Date|Updated|Last updated|Problem|Builds on|Follows|Supersedes|Corrects"
    r"|Replicates|Issues?|PRs?|Pull requests?|Phase|Hypothesis|Authors?|Tags|Commit|Hardware"
)
_LABEL = re.compile(
    rf"(?:\*\*|__)\W{{0,4}}(?P<key>{_KEYS})\s*(?:[:\uff1a]\s*(?:\*\*|__)|(?:\*\*|__)\s*[:\uff1a])",
    re.IGNORECASE,
)
_ROW = re.compile(
    rf"\s*+\|\s*+(?:\*\*|__)?\W{{0,4}}(?P<key>{_KEYS})"
    r"\s*+:?\s*+(?:\*\*|__)?\s*+:?\s*+\|(?P<value>[^|]++)\|\s*+$",
    re.IGNORECASE,
)
_LEAD = re.compile(r"(?:\W|\d+[.)])*$")
_TRIM = " \t|\u00b7\u2022,;\\"
_BREAK = re.compile(r"<br\s?/?>$")
_TAIL = re.compile(r"(?:\A|\w)(?P<signs>\W*+)\Z")
_SEPARATOR = re.compile(r"[|\u00b7\u2022]")
_NAMES = {
    "builds on": "follows",
    "issue": "issues",
    "pr": "prs",
    "pull request": "prs",
    "pull requests": "prs",
    "author": "authors",
    "last updated": "updated",
}


class Line(NamedTuple):
    """A line outside code and comments."""

    offset: int
    """Its index in the text, counted from 0."""
    text: str


class HeadingLine(NamedTuple):
    """A heading of the `#` form."""

    offset: int
    level: int
    text: str
    """As written, without the signs and without an attribute list."""


class Field(NamedTuple):
    """An inline field such as `**Status**: running`."""

    value: str
    """As written; only signs that separate it from its neighbours are gone."""
    offset: int


def find_prose(text: str) -> Iterator[Line]:
    """The lines outside fenced code and HTML comments, in order."""
    fence = ""
    comment = False
    for offset, line in enumerate(text.split("\n")):
        match = _FENCE.match(line)
        if fence:
            if match and match[1].startswith(fence) and not match[2].strip():
                fence = ""
        elif comment:
            comment = "-->" not in line
        elif match and not (match[1][0] == "`" and "`" in match[2]):
            fence = match[1]
        elif "<!--" in line and "-->" not in line.partition("<!--")[2]:
            comment = True
        else:
            yield Line(offset, line)


def find_headings(text: str) -> Iterator[HeadingLine]:
    """The `#` headings outside code, in order."""
    for line in find_prose(text):
        if found := _find_heading(line.text):
            yield HeadingLine(line.offset, *found)


def find_title(text: str) -> str | None:
    """The first heading of the first level as plain text, or None."""
    before = ""
    for line in find_prose(text):
        level, title = _find_heading(line.text) or (0, "")
        if level == 1:
            return plain_text(title) or None
        if _UNDERLINE.match(line.text) and before.strip():
            return plain_text(before) or None
        before = line.text
    return None


def find_fields(text: str) -> dict[str, Field]:
    """The inline fields near the top, by the journal's names; the first of a name counts."""
    found: dict[str, Field] = {}
    for offset, line in find_prose(text):
        if offset >= _INLINE_LINES:
            break
        for key, value in _line_fields(line):
            name = " ".join(key.casefold().split())
            if value:
                found.setdefault(_NAMES.get(name, name), Field(value, offset))
    return found


def plain_text(text: str) -> str:
    """One line of Markdown without emphasis, code marks and link targets."""
    return " ".join(_MARKUP.sub(lambda match: match[1] or "", text).split())


def _line_fields(line: str) -> Iterator[tuple[str, str]]:
    if row := _ROW.match(line):
        yield row["key"], row["value"].strip(_TRIM)
        return
    labels = list(_LABEL.finditer(line))
    if not labels or not _LEAD.match(line[: labels[0].start()]):
        return
    ends = [label.start() for label in labels[1:]] + [len(line)]
    for label, end in zip(labels, ends, strict=True):
        yield label["key"], _trim(line[label.end() : end].strip(_TRIM))


def _find_heading(line: str) -> tuple[int, str] | None:
    """Level and text of a `#` heading, without closing signs and without an attribute list."""
    match = _HEADING.match(line.rstrip())
    if not match:
        return None
    text = match[2]
    bare = text.rstrip("#")
    if bare != text and bare[-1:].isspace():
        text = bare.rstrip()
    listed = _ATTRIBUTES.search(text)
    if listed and not {"#", ".", "="}.isdisjoint(listed[0]):
        text = text[: listed.start()].rstrip()
    return len(match[1]), text


def _trim(value: str) -> str:
    """A field's value without line breaks and separators at its end."""
    while found := _BREAK.search(value, max(0, len(value) - 6)):
        value = value[: found.start()].rstrip()
    tail = _TAIL.search(value)
    if tail and (sign := _SEPARATOR.search(value, tail.start("signs"))):
        value = value[: sign.start()]
    return value.strip(_TRIM)
