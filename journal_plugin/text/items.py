"""The items of a text: what its lists and paragraphs say, and which boxes are ticked."""

from __future__ import annotations

from dataclasses import dataclass, field
from html import unescape
from typing import TYPE_CHECKING, NamedTuple

from journal_plugin.model import RecordId
from journal_plugin.text.markup import find_tokens

if TYPE_CHECKING:
    from collections.abc import Iterator

    from journal_plugin.text.markup import Token
_SKIPPED = frozenset({"pre", "table", "svg", "math", "style", "script"})


class Item(NamedTuple):
    """A list item without the lists in it, or a paragraph outside of lists."""

    text: str
    """Plain text, white space folded."""
    ticked: bool | None = None
    """Whether its box is ticked; None without a box."""
    is_listed: bool = False
    targets: tuple[RecordId, ...] = ()
    """Records that it refers to, in order."""
    links: tuple[str, ...] = ()
    """Addresses that it links to, in order."""


@dataclass(slots=True)
class _Draft:
    tag: str
    words: list[str] = field(default_factory=list)
    ticked: bool | None = None
    targets: list[RecordId] = field(default_factory=list)
    links: list[str] = field(default_factory=list)

    def finish(self) -> Item | None:
        text = " ".join("".join(self.words).split())
        if not text:
            return None
        return Item(
            text=text,
            ticked=self.ticked,
            is_listed=self.tag == "li",
            targets=tuple(dict.fromkeys(self.targets)),
            links=tuple(dict.fromkeys(self.links)),
        )


def find_items(html: str) -> tuple[Item, ...]:
    """The items of a rendered text, in order; code and tables have none."""
    return tuple(item for draft in _walk(html) if (item := draft.finish()))


def count_boxes(html: str) -> tuple[int, int]:
    """How many boxes of a rendered text are ticked, and how many there are."""
    boxes = [t for t in find_tokens(html) if t.tag == "input"] if "<input" in html else []
    return sum(" checked" in box.raw for box in boxes), len(boxes)


def _walk(html: str) -> Iterator[_Draft]:
    """Each item as it was opened, filled once the walk is through."""
    found: list[_Draft] = []
    stack: list[_Draft] = []
    skipped = 0
    for token in find_tokens(html):
        if token.tag in _SKIPPED:
            skipped += -1 if token.closing else 1
        elif skipped:
            continue
        elif token.tag == "li" or (token.tag == "p" and not stack):
            _step_block(token, stack, found)
        elif token.tag == "p" and token.closing and stack[-1].tag == "p":
            stack.pop()
        elif stack:
            _fill(stack[-1], token)
    return iter(found)


def _step_block(token: Token, stack: list[_Draft], found: list[_Draft]) -> None:
    if not token.closing:
        draft = _Draft(tag=token.tag or "")
        stack.append(draft)
        found.append(draft)
    elif stack:
        stack.pop()


def _fill(draft: _Draft, token: Token) -> None:
    if token.is_text:
        draft.words.append(unescape(token.raw))
    elif token.tag == "input" and draft.ticked is None:
        draft.ticked = " checked" in token.raw
    elif token.tag == "a" and not token.closing:
        attributes = token.attributes
        repo, _, number = attributes.get("data-ref", "").rpartition("#")
        if repo and number.isdecimal():
            draft.targets.append(RecordId(repo, int(number)))
        elif href := attributes.get("href"):
            draft.links.append(href)
    elif token.tag in ("br", "p"):
        draft.words.append(" ")
