"""References to issues and pull requests in rendered text.

References are found in HTML that a renderer has made, so that what counts as code, a heading or a
paragraph is the renderer's word, not a second reading of the Markdown. A reference inside code is
none. `mark_references` wraps each in a marker; `fill_references` later turns the markers into
links, once the whole journal is known. The grammar itself stands in `grammar`.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from html import escape, unescape
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from journal_plugin.hosts import GITHUB
from journal_plugin.model import EdgeKind, RecordId
from journal_plugin.text.grammar import (
    Found,
    find_passive_relation,
    find_references,
    find_relation,
    find_url_target,
)
from journal_plugin.text.markup import find_attributes, find_name, find_text, split_tags

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = [
    "BLOCKS",
    "HEADINGS",
    "OPAQUE",
    "Found",
    "Placed",
    "Reference",
    "Sentences",
    "Walk",
    "fill_references",
    "find_references",
    "find_relation",
    "find_url_target",
    "mark_references",
]

MAX_REFERENCES = 1000
"""References that are followed in one text; further ones stay plain text."""

OPAQUE = frozenset(
    "code pre script style textarea svg math kbd samp tt title".split()  # noqa: SIM905 - a word list
)
"""Elements whose text is shown as it is."""
BLOCKS = frozenset(
    "p li ul ol td th tr table dt dd dl div blockquote section details summary pre hr "  # noqa: SIM905 - same
    "h1 h2 h3 h4 h5 h6".split()
)
"""Elements that end a run of text."""
INLINE = frozenset(
    "b br del dfn em i ins mark q s small span strike strong sub sup tbody tfoot thead u "  # noqa: SIM905 - same
    "var".split()
)
"""Elements that mean nothing to references."""
HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
"""Elements whose text names the section that follows."""
_POSSIBLE = re.compile(r"#[1-9]|[Gg][Hh]-[1-9]|/(?:issues|pull)/[1-9]")
_MARKER = re.compile(
    r'<a data-ref="([^"]*)" data-tail="([^"]*)" data-href="([^"]*)">(.*?)</a>', re.DOTALL
)
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=\S)|\n{2,}")
_MAX_SENTENCE = 240


class Reference(NamedTuple):
    """One reference in a text."""

    target: RecordId
    text: str
    """The reference as written."""
    relation: EdgeKind = EdgeKind.MENTIONS
    reverse: bool = False
    """Whether the target does it to the text's owner, as in `fixed by #19`."""
    line: int | None = None
    """Line in the Markdown, counted from 1; None where the renderer gave no positions."""
    section: str | None = None
    """The heading that it stands in or below, or None before the first."""
    sentence: str = ""
    """The sentence around it, as plain text."""


class Placed(NamedTuple):
    """What a marker holds, for whoever turns it into a link."""

    target: RecordId
    tail: str
    href: str | None
    """The address that the author wrote, if it was a link."""
    label: str
    """The link's content, as safe HTML."""


class Sentences:
    """The sentences of a block of plain text."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._ends = [(stop.start(), stop.end()) for stop in _SENTENCE_END.finditer(text)]

    def find(self, offset: int) -> str:
        """The sentence at `offset`, white space folded, cut to a readable length around it."""
        text, ends = self._text, self._ends
        after = bisect_right(ends, offset, key=lambda end: end[1])
        start = ends[after - 1][1] if after else 0
        stop = ends[after][0] if after < len(ends) else len(text)
        cut_start = max(start, offset - _MAX_SENTENCE // 2)
        cut_stop = min(stop, cut_start + _MAX_SENTENCE)
        sentence = " ".join(text[cut_start:cut_stop].split())
        before, rest = "…" if cut_start > start else "", "…" if cut_stop < stop else ""
        return f"{before}{sentence}{rest}"


class _Waiting(NamedTuple):
    """A reference whose block has not ended yet."""

    part: int
    """Place of its text, or of its link's tag, among the parts."""
    start: int
    """Where it starts in that text, once unescaped."""
    target: RecordId
    written: str


def mark_references(
    html: str, repo: str | None, host: str = GITHUB, *, describe: bool = True
) -> tuple[str, tuple[Reference, ...]]:
    """Wrap each reference in `html` in a marker.

    Args:
        html: Serialized by a renderer or sanitizer. It must not contain markers yet: a sanitizer
            that drops `data-` attributes sees to that for text from strangers.
        repo: The repository that bare numbers belong to, or None if they belong to none.
        host: Where the records come from.
        describe: Whether anybody reads the references; finding their sentences takes most of the
            time.

    Returns:
        The HTML with markers, and the references in order, none if they are not described.
    """
    if not _POSSIBLE.search(html):
        return html, ()
    walk = Walk(html, repo, host, describe=describe)
    return walk.run(), tuple(walk.references)


def fill_references(html: str, render: Callable[[Placed], str]) -> str:
    """Replace each marker in `html` by what `render` makes of it."""

    def replace(match: re.Match[str]) -> str:
        repo, _, number = match[1].rpartition("#")
        href = unescape(match[3]) or None
        return render(Placed(RecordId(repo, int(number)), unescape(match[2]), href, match[4]))

    return _MARKER.sub(replace, html)


def format_marker(target: RecordId, tail: str, href: str, label: str = "") -> str:
    """The start of a marker, and with a label (safe HTML) the whole of it."""
    start = f'<a data-ref="{target}" data-tail="{escape(tail)}" data-href="{escape(href)}">'
    return f"{start}{label}</a>" if label else start


def find_bare(names: frozenset[str]) -> frozenset[str]:
    """The start and end tags of elements, as they stand without attributes."""
    return frozenset(tag for name in names for tag in (f"<{name}>", f"</{name}>"))


class Walk:
    """One pass over the parts of a text; texts have even places, tags odd ones."""

    worthy: ClassVar[re.Pattern[str]] = _POSSIBLE
    """What a text must hold to be looked at."""
    breaks: ClassVar[frozenset[str]] = find_bare(BLOCKS - HEADINGS - OPAQUE)
    """Tags that end a run of text and do nothing else."""
    idle: ClassVar[frozenset[str]] = find_bare(INLINE)
    """Tags that do nothing at all."""

    def __init__(
        self, html: str, repo: str | None, host: str = GITHUB, *, describe: bool = True
    ) -> None:
        self.parts = split_tags(html)
        self.out = self.parts.copy()
        self.repo = repo
        self.host = host
        self.references: list[Reference] = []
        self.opaque: list[str] = []
        self.in_link = False
        self._describes = describe
        self._waiting: list[_Waiting] = []
        self._count = 0
        self._block_start = 0
        self._positioned = ""
        """The tag of a block that tells its line; few are asked for it."""
        self._section: str | None = None

    def run(self) -> str:
        """Walk to the end; return the new HTML."""
        worthy, idle, breaks = self.worthy.search, self.idle, self.breaks
        for place, part in enumerate(self.parts):
            if place % 2 == 0:
                if len(part) > 1 and worthy(part) and not (self.opaque or self.in_link):
                    self.step_text(place, part)
            elif part in breaks:
                if self._waiting:
                    self.end_block(place)
                self._block_start = place
            elif part not in idle and (named := find_name(part)):
                self.step_tag(place, *named)
        self.end_block(len(self.parts))
        return "".join(self.out)

    def step_tag(self, place: int, name: str, closing: bool) -> None:  # noqa: FBT001 - from find_name
        """Follow one tag."""
        if name in BLOCKS:
            self.step_block(place, name, closing=closing)
        if name in OPAQUE:
            self.step_opaque(place, name, closing=closing)
        elif name == "a" and not self.opaque:
            self.step_link(place, closing=closing)

    def step_block(self, place: int, name: str, *, closing: bool) -> None:
        """End the block that was read so far."""
        if closing and name in HEADINGS:
            text = find_text("".join(self.parts[self._block_start : place]))
            self._section = text or None
        self.end_block(place)
        if not closing and "data-sourcepos" in self.parts[place]:
            self._positioned = self.parts[place]

    def step_opaque(self, place: int, name: str, *, closing: bool) -> None:
        """Enter or leave an element whose text is no prose."""
        if not closing and not self.parts[place].endswith("/>"):
            self.opaque.append(name)
        elif closing and self.opaque and self.opaque[-1] == name:
            self.opaque.pop()

    def step_link(self, place: int, *, closing: bool) -> None:
        """Mark a link whose address is a record's."""
        self.in_link = not closing
        if not closing:
            href = find_attributes(self.parts[place]).get("href", "")
            if (found := find_url_target(href, self.host)) and self.wait(place, 0, found[0], href):
                self.out[place] = format_marker(*found, href)

    def step_text(self, place: int, raw: str) -> None:
        """Mark the references in a text outside of code and links."""
        plain = unescape(raw)
        made, position = [], 0
        for found in find_references(plain, self.repo, self.host):
            written = plain[found.start : found.end]
            if not self.wait(place, found.start, found.target, written):
                break
            made.append(escape(plain[position : found.start], quote=False))
            label = escape(written, quote=False)
            made.append(format_marker(found.target, found.tail, "", label))
            position = found.end
        if made:
            made.append(escape(plain[position:], quote=False))
            self.out[place] = "".join(made)

    def wait(self, part: int, start: int, target: RecordId, written: str) -> bool:
        """Note a reference until its block ends; return False once there are too many."""
        if self._count >= MAX_REFERENCES:
            return False
        self._count += 1
        if self._describes:
            self._waiting.append(_Waiting(part, start, target, written))
        return True

    def end_block(self, place: int) -> None:
        """Describe the references of the block that ends before `place`."""
        if self._waiting:
            self._describe(place)
            self._waiting.clear()
        self._block_start = place

    def _describe(self, end: int) -> None:
        texts = [
            unescape(part) if place % 2 == 0 else ""
            for place, part in enumerate(self.parts[self._block_start : end], self._block_start)
        ]
        starts, length = [], 0
        for text in texts:
            starts.append(length)
            length += len(text)
        plain = "".join(texts)
        sentences = Sentences(plain)
        line, counted = _find_line(self._positioned), 0
        for part, start, target, written in self._waiting:
            offset = starts[part - self._block_start] + start
            if line is not None:
                line += plain.count("\n", counted, offset)
                counted = offset
            passive = find_passive_relation(plain, offset)
            self.references.append(
                Reference(
                    target=target,
                    relation=passive or find_relation(plain, offset),
                    reverse=passive is not None,
                    text=written,
                    line=line,
                    section=self._section,
                    sentence=sentences.find(offset),
                )
            )


def _find_line(tag: str) -> int | None:
    """The line that a block starts in, where the renderer tells it."""
    line = find_attributes(tag).get("data-sourcepos", "").partition(":")[0]
    return int(line) if re.fullmatch("[0-9]{1,9}", line) else None
