"""Small pieces of finished HTML as Markdown that every engine reads the same way.

In a page of the author's own, a link must be one of Markdown: some engines resolve the address of a
raw link against the file, others against the page. So blocks become paragraphs and lists, links
become Markdown links, and only inline elements such as badges stay HTML. Texts are made inert, so
nothing in a title or a name can act as Markdown.
"""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING
from urllib.parse import quote

from journal_plugin.text.inert import make_inert, make_inert_text
from journal_plugin.text.markup import find_tokens

if TYPE_CHECKING:
    from collections.abc import Callable

    from journal_plugin.text.markup import Token

_LISTS = frozenset({"ul", "ol", "dl"})
_BLOCKS = frozenset(
    {
        "address", "article", "aside", "blockquote", "caption", "details", "div", "dl",
        "figcaption", "figure", "footer", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr",
        "li", "main", "nav", "ol", "p", "pre", "section", "summary", "ul",
    },
)  # fmt: skip
_INLINE = frozenset(
    {
        "abbr", "b", "bdi", "br", "cite", "code", "del", "em", "i", "ins", "kbd", "mark", "q", "s",
        "samp", "small", "span", "strong", "sub", "sup", "time", "var",
    },
)  # fmt: skip
_TABLE = frozenset({"table", "tr", "td", "th"})
_SPACE = re.compile(r"\s+")
_SAFE_PATH = "/._-~#?=&%:+,;@!$"


def make_portable(html: str, locate: Callable[[str], str]) -> str:
    """`html` as Markdown blocks without blank lines at the ends.

    Args:
        html: Paragraphs, lists, definitions, headings, quotes, tables and inline elements. Other
            elements lose their tags and keep their text.
        locate: Turns the address of a link into the one that Markdown of this page needs.
    """
    writer = _Writer(locate)
    for token in find_tokens(html):
        writer.step(token)
    return writer.finish()


def make_link(label: str, address: str, title: str = "") -> str:
    """A Markdown link; `label` is Markdown already, the rest plain text."""
    shown = f' "{make_inert_text(title)}"' if title else ""
    return f"[{label}]({quote(address, safe=_SAFE_PATH)}{shown})"


class _Writer:
    """One pass over the tokens, writing blocks."""

    def __init__(self, locate: Callable[[str], str]) -> None:
        self._locate = locate
        self._blocks: list[str] = []
        self._line: list[str] = []
        self._depth = 0
        self._prefix = ""
        self._link: tuple[int, dict[str, str]] | None = None
        self._cells: list[str] = []
        self._rows = 0

    def finish(self) -> str:
        self._flush()
        return "\n".join(self._blocks).strip("\n")

    def step(self, token: Token) -> None:
        if token.is_text:
            self._line.append(make_inert_text(_SPACE.sub(" ", unescape(token.raw))))
        elif token.tag == "a":
            self._anchor(token)
        elif token.tag in _INLINE:
            self._line.append(str(make_inert(token.raw)))
        elif token.tag in ("dt", "dd"):
            self._definition(token, token.tag)
        elif token.tag in _TABLE:
            self._table(token, token.tag)
        elif token.tag in _BLOCKS and not self._cells_open:
            self._block(token, token.tag)

    @property
    def _cells_open(self) -> bool:
        """Whether a table is being written, in which a block would end a row."""
        return self._rows > 0

    def _table(self, token: Token, tag: str) -> None:
        """A table of pipes; its first row is the head, as Markdown wants it."""
        if tag == "table":
            self._flush()
            self._blocks.append("")
            self._rows = 0 if token.closing else 1
        elif tag == "tr":
            if token.closing:
                self._row()
            self._cells = []
            self._line = []
        elif token.closing:
            self._cells.append(" ".join("".join(self._line).split()))
            self._line = []

    def _row(self) -> None:
        self._blocks.append(f"| {' | '.join(self._cells)} |")
        if self._rows == 1:
            self._blocks.append(f"|{' --- |' * len(self._cells)}")
        self._rows += 1

    def _block(self, token: Token, tag: str) -> None:
        self._flush()
        if tag in _LISTS or tag == "blockquote":
            self._depth += -1 if token.closing else 1
            if not self._depth:
                self._blocks.append("")
        if token.closing:
            return
        if tag in ("li", "blockquote"):
            self._prefix = "- "
        elif len(tag) == 2 and tag[1].isdigit():  # noqa: PLR2004 - h1 to h6
            self._prefix = f"{'#' * int(tag[1])} "

    def _definition(self, token: Token, tag: str) -> None:
        if tag == "dt":
            if not token.closing:
                self._flush()
                self._prefix = "- "
            self._line.append("</strong> " if token.closing else "<strong>")
        elif token.closing:
            self._flush()

    def _anchor(self, token: Token) -> None:
        """A link; what the style sheets know it by goes around it."""
        if not token.closing:
            self._link = (len(self._line), token.attributes)
        elif self._link is not None:
            start, attributes = self._link
            label = "".join(self._line[start:]).strip()
            address = self._locate(attributes.get("href", ""))
            link = make_link(label, address, attributes.get("title", "")) if label else ""
            if known := make_inert_text(attributes.get("class", "")).replace("&#45;", "-"):
                link = f'<span class="{known.replace("&#95;", "_")}">{link}</span>'
            self._line[start:] = [link]
            self._link = None

    def _flush(self) -> None:
        """End the current block; list items stay together, other blocks get blank lines."""
        text = " ".join("".join(self._line).split())
        prefix, self._prefix = (self._prefix, "") if text else ("", self._prefix)
        self._line = []
        if not text:
            return
        indent = "    " * (self._depth - 1)
        item = bool(self._depth)
        self._blocks += [f"{indent}{prefix}{text}"] if item else ["", f"{prefix}{text}", ""]
