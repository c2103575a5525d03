"""What GitHub's site adds to rendered Markdown, added to HTML that is already safe.

Headings get their level and anchor, quotes with `[!NOTE]` become admonitions, code is coloured,
images are lazy and send no referrer, names and addresses become links. Every tag that carries an
attribute is written anew here from known parts; text by strangers enters only through `escape`.
"""

from __future__ import annotations

import re
from html import escape, unescape
from typing import TYPE_CHECKING
from urllib.parse import unquote

from journal_plugin.model import Heading
from journal_plugin.text.alerts import PARTS, find_alert
from journal_plugin.text.anchors import Anchors
from journal_plugin.text.diagram import find_safe_diagram
from journal_plugin.text.grammar import find_url_target
from journal_plugin.text.highlight import Highlighter
from journal_plugin.text.images import render_image
from journal_plugin.text.links import REL
from journal_plugin.text.markup import find_attributes, find_text
from journal_plugin.text.math import render_formula
from journal_plugin.text.refs import BLOCKS, OPAQUE, Walk, find_bare, find_references, format_marker

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from journal_plugin.model import RecordId
    from journal_plugin.text.links import Linker

MAX_HEADINGS = 400
"""Headings of one text that get an anchor."""
MAX_WORDS = 3000
"""Stretches of one text in which names, SHAs and emoji are looked for."""
_MAX_LEVEL = 6

# Starts with one set of characters, which the engine finds quickly: `#18` and `@name`, `:tada:`,
# `GH-18`, and a digit with enough hexadecimal company to be part of a SHA.
_SHA_AROUND = "|".join(
    rf"(?<=[0-9a-f]{{{before}}})[0-9a-f]{{{7 - before}}}" for before in range(1, 8)
)
_WORTHY = re.compile(
    rf"[#@:0-9-](?:(?<=[#@])|(?<=:)[a-z0-9_+-]+:|(?<=[Hh]-)[1-9]|(?<=[0-9])(?:{_SHA_AROUND}))"
)
_ALIGN = re.compile(r' align="(left|center|right|justify)"')
_ALIGN_CLASS = r' class="journal-align-\1"'
"""HTML has no `align` any more, and a style sheet of the site can change a class."""
_ID = re.compile(r'\bid="([^"]*)"')
_FORMULA = "data-math-style="
_LANGUAGE = "language-"
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_HANDLED = frozenset({"a", "blockquote", "li", "ol", "pre", "section", "ul", *_HEADINGS})


class Decorator(Walk):
    """One pass over sanitized HTML; see the module."""

    worthy = _WORTHY
    breaks = find_bare(BLOCKS - OPAQUE - _HANDLED) | {"</li>"}

    def __init__(
        self, html: str, linker: Linker, *, prefix: str, level: int, describe: bool
    ) -> None:
        super().__init__(html, linker.repo, linker.host, describe=describe)
        self.headings: list[Heading] = []
        self._linker = linker
        self._anchors = Anchors(prefix)
        self._level = level
        self._outline: list[int] = []
        self._open_headings: list[tuple[int, int]] = []
        self._quotes: list[bool] = []
        self._lists: list[int] = []
        self._code = Highlighter()
        self._words = 0
        self._boxes: set[int] = set()
        self._skip_to = 0

    def step_tag(self, place: int, name: str, closing: bool) -> None:  # noqa: FBT001 - as in Walk
        """Follow one tag and write it anew."""
        if place < self._skip_to:
            return
        if name in BLOCKS:
            self.step_block(place, name, closing=closing)
        if name in OPAQUE:
            self.step_opaque(place, name, closing=closing)
        if handler := _HANDLERS.get(name):
            handler(self, place, closing)
        elif not closing and "=" in self.parts[place]:
            self.out[place] = self._identify(_ALIGN.sub(_ALIGN_CLASS, self.parts[place]))

    def step_text(self, place: int, raw: str) -> None:
        """Fill in references, names, SHAs and emoji."""
        if place < self._skip_to or self._words >= MAX_WORDS:
            return
        self._words += 1
        plain = unescape(raw)
        made: list[str] = []
        position = 0
        for found in find_references(plain, self.repo, self.host):
            self._words += 1
            written = plain[found.start : found.end]
            if not self.wait(place, found.start, found.target, written):
                break
            made.append(self._linker.find_words(plain[position : found.start]))
            label = escape(written, quote=False)
            made.append(format_marker(found.target, found.tail, "", label))
            position = found.end
        made.append(self._linker.find_words(plain[position:]))
        self.out[place] = "".join(made)

    def step_anchor(self, place: int, closing: bool) -> None:  # noqa: FBT001 - a handler, here and below
        """Follow a link."""
        self.in_link = not closing
        if closing:
            return
        attributes = find_attributes(self.parts[place])
        href = attributes.get("href", "")
        if not self.opaque and (found := find_url_target(href, self.host)):
            self._record_link(place, href, *found)
            return
        own = self._anchors.claim(attributes.get("id") or attributes.get("name", ""))
        if not href:
            self.out[place] = f"<a{own}>"
        elif href.startswith("#"):
            self._fragment_link(place, unquote(href[1:]), own)
        else:
            self._outer_link(place, href, own, attributes.get("title"))

    def _record_link(self, place: int, href: str, target: RecordId, tail: str) -> None:
        if not self.wait(place, 0, target, href):
            self._outer_link(place, href, "", None)
        elif self._is_bare(place, href):
            self.out[place] = format_marker(target, tail, "")
            self.out[place + 1] = escape(self._linker.format_record(target, tail))
        else:
            self.out[place] = format_marker(target, tail, href)

    def _fragment_link(self, place: int, fragment: str, own: str) -> None:
        kind = ""
        if re.fullmatch(r"fn-[^\s\"]+", fragment):
            kind = ' class="footnote-ref"'
        elif fragment.startswith("fnref-"):
            kind = ' class="footnote-backref" aria-label="Back to the text"'
        self.out[place] = f'<a{own}{kind} href="#{self._anchors.name(fragment)}">'

    def _outer_link(self, place: int, href: str, own: str, title: str | None) -> None:
        address = self._linker.find_address(href)
        shown = f' title="{escape(title)}"' if title else ""
        self.out[place] = f'<a{own} href="{escape(address)}"{shown} rel="{REL}">'
        if self._is_bare(place, href) and (label := self._linker.find_label(address)):
            self.out[place + 1] = label

    def _is_bare(self, place: int, href: str) -> bool:
        """Whether a link shows nothing but its own address."""
        inner = self.parts[place + 1 : place + 3]
        return inner[1:] == ["</a>"] and unescape(inner[0]) == href

    def step_quote(self, place: int, closing: bool) -> None:  # noqa: FBT001
        """Follow a quote, which may be an alert."""
        if closing:
            if self._quotes and self._quotes.pop():
                self.out[place] = "</div>"
            return
        nested = self._quotes or self._lists
        alert = None if nested else find_alert(self.parts[place + 1 : place + 1 + PARTS])
        self._quotes.append(alert is not None)
        if alert:
            self.out[place] = alert.opening
            self.parts[place + 3] = self.out[place + 3] = alert.rest
            after = self.parts[place + 4]
            self.out[place + 2] = alert.title if after == "</p>" else f"{alert.title}<p>"
            if after in ("<br>", "</p>"):
                self.out[place + 4] = ""

    def step_inline_code(self, place: int, closing: bool) -> None:  # noqa: FBT001
        """Follow code, which loses its class."""
        self.out[place] = "</code>" if closing else "<code>"
        if not closing and _FORMULA in self.parts[place] and self._formula(place):
            self.opaque.pop()

    def step_span(self, place: int, closing: bool) -> None:  # noqa: FBT001
        """Follow a span, which may hold a formula."""
        if closing or (_FORMULA in self.parts[place] and self._formula(place)):
            return
        attributes = find_attributes(self.parts[place])
        self.out[place] = f"<span{self._anchors.claim(attributes.get('id', ''))}>"

    def _formula(self, place: int) -> bool:
        """Draw the formula of the element at `place`, if it holds text alone."""
        tag, text, end = (*self.parts[place : place + 3], "", "")[:3]
        if not end.startswith("</"):
            return False
        display = find_attributes(tag)["data-math-style"] == "display"
        around = self.parts[place - 2 : place] + self.parts[place + 3 : place + 5]
        alone = display and around == ["<p>", "", "", "</p>"]
        element = "div" if alone else "span"
        html = render_formula(unescape(text).strip(), is_display=display, element=element)
        self.out[place : place + 3] = [html, "", ""]
        if alone and html.startswith("<div"):
            self.out[place - 2] = self.out[place + 4] = ""
        self._skip_to = place + 3
        return True

    def step_code(self, place: int, closing: bool) -> None:  # noqa: FBT001
        """Follow a block of code."""
        if closing:
            self.out[place] = "</pre>"
            return
        self.out[place] = "<pre>"
        parts = self.parts[place : place + 7]
        shape = [parts[1:2], parts[4:5], parts[5:6], parts[6:7]]
        if shape != [[""], ["</code>"], [""], ["</pre>"]] or not parts[2].startswith("<code"):
            return
        language = find_attributes(parts[2]).get("class", "").removeprefix(_LANGUAGE)
        code = unescape(parts[3])
        self.out[place : place + 7] = [self._render_code(code, language), *[""] * 6]
        self._skip_to = place + 7
        self.opaque.pop()

    def _render_code(self, code: str, language: str) -> str:
        if language == "mermaid" and (diagram := find_safe_diagram(code)):
            return f'<pre class="mermaid"><code>{escape(diagram, quote=False)}</code></pre>'
        if language == "math":
            return render_formula(code.strip(), is_display=True, element="div")
        return self._code.render(code, language)

    def step_heading(self, place: int, closing: bool) -> None:  # noqa: FBT001
        """Follow a heading; its level skips none, whatever the author wrote."""
        if not closing:
            written = int(self.parts[place].lstrip("<h")[0])
            while self._outline and self._outline[-1] >= written:
                self._outline.pop()
            self._outline.append(written)
            level = min(self._level + len(self._outline) - 1, _MAX_LEVEL)
            self.out[place] = f"<h{level}>"
            self._open_headings.append((place, level))
        elif self._open_headings:
            start, level = self._open_headings.pop()
            self.out[place] = f"</h{level}>"
            self._finish_heading(start, place, level)

    def _finish_heading(self, start: int, end: int, level: int) -> None:
        inner = "".join(self.parts[start + 1 : end])
        title = find_text(inner)
        if not title and "<img" not in inner:
            self.out[start] = self.out[end] = ""
            return
        if len(self.headings) >= MAX_HEADINGS:
            return
        own = self._anchors.claim_title(title)
        if own:
            self.out[start] = f"<h{level}{own}>"
            anchor = own.removeprefix(' id="').removesuffix('"')
            self.headings.append(Heading(level=level, anchor=unescape(anchor), title=title))

    def step_image(self, place: int, closing: bool) -> None:  # noqa: FBT001, ARG002 - a handler
        """Show an image, or a link in its place."""
        attributes = find_attributes(self.parts[place])
        self.out[place] = render_image(attributes, self._linker, in_link=self.in_link)

    def step_input(self, place: int, closing: bool) -> None:  # noqa: FBT001, ARG002 - a handler
        """Drop an input that stands for no task; it would be a form's."""
        if place not in self._boxes:
            self.out[place] = ""

    def step_list(self, place: int, closing: bool) -> None:  # noqa: FBT001
        """Follow a list."""
        if not closing:
            self._lists.append(place)
            attributes = find_attributes(self.parts[place])
            start = attributes.get("start", "")
            number = f' start="{start}"' if re.fullmatch(r"-?[0-9]{1,9}", start) else ""
            name = "ol" if self.parts[place].startswith("<ol") else "ul"
            self.out[place] = f"<{name}{number}>"
        elif self._lists:
            self._lists.pop()

    def step_item(self, place: int, closing: bool) -> None:  # noqa: FBT001, ARG002 - its end is in `breaks`
        """Follow an item of a list, which may be a task."""
        own = ""
        if "id=" in self.parts[place]:
            own = self._anchors.claim(find_attributes(self.parts[place]).get("id", ""))
            self.out[place] = f"<li{own}>"
        at = place + 2 if self.parts[place + 2 : place + 3] != ["<p>"] else place + 4
        box = self.parts[at] if at < len(self.parts) else ""
        if not box.startswith("<input") or "".join(self.parts[place + 1 : at : 2]).strip():
            return
        is_done = " checked" in box
        state = "Done" if is_done else "To do"
        self.out[place] = f'<li{own} class="task-list-item">'
        self.out[at] = (
            '<label class="task-list-control"><input type="checkbox" disabled'
            f'{" checked" if is_done else ""} aria-label="{state}">'
            '<span class="task-list-indicator"></span></label>'
        )
        self._boxes.add(at)
        if self._lists:
            opening = self._lists[-1]
            if ">" in self.out[opening] and " class=" not in self.out[opening]:
                self.out[opening] = self.out[opening][:-1] + ' class="task-list">'

    def step_footnotes(self, place: int, closing: bool) -> None:  # noqa: FBT001
        """Follow the footnotes."""
        self.out[place] = "</div>" if closing else '<div class="footnote"><hr>'

    def _identify(self, tag: str) -> str:
        """A tag without special meaning, its `id` made unique."""
        match = _ID.search(tag)
        if not match:
            return tag
        own = self._anchors.claim(unescape(match[1]))
        return f"{tag[: match.start()].rstrip()}{own}{tag[match.end() :]}"


_HANDLERS: Mapping[str, Callable[[Decorator, int, bool], None]] = {
    "a": Decorator.step_anchor,
    "blockquote": Decorator.step_quote,
    "code": Decorator.step_inline_code,
    "img": Decorator.step_image,
    "input": Decorator.step_input,
    "li": Decorator.step_item,
    "ol": Decorator.step_list,
    "pre": Decorator.step_code,
    "section": Decorator.step_footnotes,
    "span": Decorator.step_span,
    "ul": Decorator.step_list,
    **dict.fromkeys(_HEADINGS, Decorator.step_heading),
}
"""What each element is given to; the method takes its place and whether it is an end tag."""
