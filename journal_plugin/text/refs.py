"""References to issues and pull requests in text.

The grammar is GitHub's (docs.github.com, "Autolinked references and URLs"): `#18`, `GH-18`,
`owner/name#18`, and addresses of issues and pull requests. A reference inside code is none. A word
before a reference may state a relation: GitHub's closing keywords, and a few of the method's own.

References are found in HTML that a renderer has made, so that what counts as code, a heading or a
paragraph is the renderer's word, not a second reading of the Markdown. `mark_references` wraps each
in a marker; `fill_references` later turns the markers into links, once the whole journal is known.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import escape, unescape
from typing import TYPE_CHECKING, NamedTuple

from journal_plugin.model import EdgeKind, RecordId
from journal_plugin.text.markup import find_tokens

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from journal_plugin.text.markup import Token

_URL = (
    r"https?://(?:www\.)?github\.com/(?P<url_repo>[\w.-]+/[\w.-]+)/(?P<url_kind>issues|pull)/"
    r"(?P<url_number>\d{1,10})(?P<url_tail>[/?#][\w=&/#?.-]*)?"
)
_REFERENCE = re.compile(
    rf"(?<![\w/]){_URL}"
    r"|(?<![\w./#&-])(?P<repo>[A-Za-z0-9][A-Za-z0-9-]*/[\w.-]+)#(?P<repo_number>\d{1,10})\b"
    r"|(?<![\w/#&-])(?:\#|GH-)(?P<number>\d{1,10})\b",
)
_URL_ONLY = re.compile(_URL)

_RELATIONS: tuple[tuple[EdgeKind, re.Pattern[str]], ...] = tuple(
    (
        kind,
        re.compile(
            rf"(?<!\w)(?:{words})(?:\s+(?:issue|pr|pull request|experiment))?:?\s*$", re.IGNORECASE
        ),
    )
    for kind, words in (
        (EdgeKind.CLOSES, r"close[sd]?|fix(?:e[sd])?|resolve[sd]?"),
        (EdgeKind.IMPLEMENTS, r"implement(?:s|ed|ing)?|address(?:es|ed)?|solve[sd]?"),
        (EdgeKind.TESTS, r"tests?|tested|validat(?:e|es|ed|ion of)|evaluates?|tracks?"),
        (EdgeKind.FOLLOWS, r"builds? (?:up)?on|follows(?: up)?(?: on)?|follow-up to|continues"),
        (EdgeKind.SUPERSEDES, r"supersedes?|replaces?"),
        (EdgeKind.CORRECTS, r"corrects?|correction (?:to|of)"),
        (EdgeKind.REPLICATES, r"replicates?|replication of|reproduces?"),
        (EdgeKind.PART_OF, r"part of|sub-issue of|parent(?: issue)?"),
    )
)
_LOOK_BACK = 40

_OPAQUE = frozenset(
    {"code", "pre", "script", "style", "textarea", "svg", "math", "kbd", "samp", "title"}
)
_BLOCKS = frozenset(
    {
        "p",
        "li",
        "ul",
        "ol",
        "td",
        "th",
        "tr",
        "table",
        "dt",
        "dd",
        "div",
        "blockquote",
        "section",
        "details",
        "summary",
        "pre",
        "hr",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
    },
)
_HEADING = re.compile(r"h[1-6]")
_MARKER = re.compile(
    r'<a data-ref="([^"]*)" data-tail="([^"]*)" data-href="([^"]*)">(.*?)</a>', re.DOTALL
)
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[^\s])|\n{2,}")
_MAX_SENTENCE = 240


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """One reference in a text."""

    target: RecordId
    relation: EdgeKind = EdgeKind.MENTIONS
    text: str
    """The reference as written."""
    line: int | None = None
    """Line in the Markdown, counted from 1; None where the renderer gave no positions."""
    section: str | None = None
    """The heading above it, or None before the first."""
    sentence: str = ""
    """The sentence around it, as plain text."""


class Found(NamedTuple):
    """A reference's place in a run of plain text."""

    start: int
    end: int
    target: RecordId
    tail: str
    """The part of an address that points into the page, such as `#issuecomment-1`."""


class Placed(NamedTuple):
    """What a marker holds, for whoever turns it into a link."""

    target: RecordId
    tail: str
    href: str | None
    """The address that the author wrote, if it was a link."""
    label: str
    """The link's content, as safe HTML."""


def find_references(text: str, repo: str | None) -> Iterator[Found]:
    """The references in plain text, in order; bare numbers belong to `repo`."""
    for match in _REFERENCE.finditer(text):
        if target := _target(match, repo):
            yield Found(match.start(), match.end(), target, match["url_tail"] or "")


def find_relation(before: str) -> EdgeKind:
    """The relation that the words right before a reference state; a mention if none."""
    near = before[-_LOOK_BACK:]
    return next((kind for kind, words in _RELATIONS if words.search(near)), EdgeKind.MENTIONS)


def find_url_target(url: str) -> tuple[RecordId, str] | None:
    """The record that an address leads to, and the rest of the address, or None."""
    match = _URL_ONLY.fullmatch(url)
    return (
        (RecordId(match["url_repo"], int(match["url_number"])), match["url_tail"] or "")
        if match
        else None
    )


def mark_references(html: str, repo: str | None) -> tuple[str, tuple[Reference, ...]]:
    """Wrap each reference in `html` in a marker.

    Args:
        html: Serialized by a renderer or sanitizer. It must not contain markers yet: a sanitizer
            that drops `data-` attributes sees to that for text from strangers.
        repo: The repository that bare numbers belong to, or None if they belong to none.

    Returns:
        The HTML with markers, and the references in order.
    """
    walk = _Walk(repo)
    for token in find_tokens(html):
        walk.step(token)
    return walk.finish()


def fill_references(html: str, render: Callable[[Placed], str]) -> str:
    """Replace each marker in `html` by what `render` makes of it."""

    def replace(match: re.Match[str]) -> str:
        repo, _, number = match[1].rpartition("#")
        href = unescape(match[3]) or None
        return render(Placed(RecordId(repo, int(number)), unescape(match[2]), href, match[4]))

    return _MARKER.sub(replace, html)


def _target(match: re.Match[str], repo: str | None) -> RecordId | None:
    if match["url_repo"]:
        return RecordId(match["url_repo"], int(match["url_number"]))
    if match["repo"]:
        return RecordId(match["repo"], int(match["repo_number"]))
    number = int(match["number"])
    return RecordId(repo, number) if repo and number else None


@dataclass(slots=True)
class _Block:
    """The block that is being read: its text so far, and the references waiting for its end."""

    line: int | None = None
    text: list[str] = field(default_factory=list)
    waiting: list[tuple[int, Found, str]] = field(default_factory=list)

    @property
    def plain(self) -> str:
        return "".join(self.text)


class _Walk:
    """One pass over the tokens of a text."""

    def __init__(self, repo: str | None) -> None:
        self._repo = repo
        self._out: list[str] = []
        self._found: list[Reference] = []
        self._block = _Block()
        self._section: str | None = None
        self._opaque: list[str] = []
        self._link: tuple[RecordId, str, str] | None = None
        self._in_link = False

    def step(self, token: Token) -> None:
        if token.is_text:
            self._text(token.raw)
        elif token.tag is None:
            self._out.append(token.raw)
        else:
            self._tag(token, token.tag)

    def finish(self) -> tuple[str, tuple[Reference, ...]]:
        self._flush()
        return "".join(self._out), tuple(self._found)

    def _tag(self, token: Token, tag: str) -> None:
        if tag in _BLOCKS:
            self._flush()
            if token.closing and _HEADING.fullmatch(tag):
                self._section = " ".join(self._heading.split()) or None
            if not token.closing and "data-sourcepos" in token.raw:
                self._block.line = int(token.attributes["data-sourcepos"].split(":")[0])
        self._track_opaque(token, tag)
        if tag == "a" and not self._opaque:
            self._anchor(token)
        else:
            self._out.append(token.raw)

    def _track_opaque(self, token: Token, tag: str) -> None:
        if tag in _OPAQUE and not token.closing and not token.raw.endswith("/>"):
            self._opaque.append(tag)
        elif self._opaque and token.closing and tag == self._opaque[-1]:
            self._opaque.pop()

    def _anchor(self, token: Token) -> None:
        self._in_link = not token.closing
        if token.closing:
            self._link = None
            self._out.append(token.raw)
            return
        href = token.attributes.get("href", "")
        found = find_url_target(href)
        if found is None:
            self._out.append(token.raw)
            return
        target, tail = found
        self._wait(Found(0, 0, target, tail), href)
        self._out.append(_marker(target, tail, href))

    def _text(self, raw: str) -> None:
        plain = unescape(raw)
        if self._opaque or self._in_link:
            self._out.append(raw)
            self._block.text.append(plain)
            return
        position = 0
        for found in find_references(plain, self._repo):
            self._out.append(escape(plain[position : found.start], quote=False))
            self._block.text.append(plain[position : found.start])
            written = plain[found.start : found.end]
            self._wait(found, written)
            self._out.append(
                f"{_marker(found.target, found.tail, '')}{escape(written, quote=False)}</a>"
            )
            self._block.text.append(written)
            position = found.end
        self._out.append(escape(plain[position:], quote=False) if position else raw)
        self._block.text.append(plain[position:])

    def _wait(self, found: Found, written: str) -> None:
        self._block.waiting.append((len(self._block.plain), found, written))

    def _flush(self) -> None:
        block, self._block = self._block, _Block()
        self._heading = plain = block.plain
        for offset, found, written in block.waiting:
            self._found.append(
                Reference(
                    target=found.target,
                    relation=find_relation(plain[:offset]),
                    text=written,
                    line=None if block.line is None else block.line + plain.count("\n", 0, offset),
                    section=self._section,
                    sentence=_sentence(plain, offset),
                ),
            )


def _marker(target: RecordId, tail: str, href: str) -> str:
    return f'<a data-ref="{target}" data-tail="{escape(tail)}" data-href="{escape(href)}">'


def _sentence(text: str, offset: int) -> str:
    """The sentence at `offset`, with white space folded, cut to a readable length."""
    start, end = 0, len(text)
    for stop in _SENTENCE_END.finditer(text):
        if stop.end() <= offset:
            start = stop.end()
        elif stop.start() > offset:
            end = stop.start()
            break
    sentence = " ".join(text[start:end].split())
    return (
        sentence if len(sentence) <= _MAX_SENTENCE else sentence[: _MAX_SENTENCE - 1].rstrip() + "…"
    )
