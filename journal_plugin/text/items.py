"""The items of a text: what its lists and paragraphs say, and which boxes are ticked."""

from __future__ import annotations

from dataclasses import dataclass, field
from html import unescape
from typing import TYPE_CHECKING, NamedTuple

from journal_plugin.model import RecordId
from journal_plugin.text.markup import find_attributes, find_name, find_tokens, split_tags

if TYPE_CHECKING:
    from collections.abc import Iterator

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
    for place, part in enumerate(split_tags(html)):
        if place % 2 == 0:
            if stack and not skipped:
                stack[-1].words.append(unescape(part))
            continue
        tag, closing = find_name(part) or ("", False)
        if tag in _SKIPPED:
            skipped += -1 if closing else 1
        elif skipped:
            continue
        elif tag == "li" or (tag == "p" and not stack):
            _step_block(tag, stack, found, closing=closing)
        elif tag == "p" and closing and stack[-1].tag == "p":
            stack.pop()
        elif stack:
            _fill(stack[-1], tag, part)
    return iter(found)


def _step_block(tag: str, stack: list[_Draft], found: list[_Draft], *, closing: bool) -> None:
    if not closing:
        draft = _Draft(tag=tag)
        stack.append(draft)
        found.append(draft)
    elif stack:
        stack.pop()


def _fill(draft: _Draft, tag: str, raw: str) -> None:
    """Note what a tag says."""
    if tag == "input" and draft.ticked is None:
        draft.ticked = " checked" in raw
    elif tag == "a":
        attributes = find_attributes(raw)  # an end tag has none
        repo, _, number = attributes.get("data-ref", "").rpartition("#")
        if repo and number.isdecimal():
            draft.targets.append(RecordId(repo, int(number)))
        elif href := attributes.get("href"):
            draft.links.append(href)
    elif tag in ("br", "p"):
        draft.words.append(" ")
