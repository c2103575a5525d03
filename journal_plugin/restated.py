"""Later artifacts that state a step of an earlier text in the same words.

A wrong tick hides work that nobody does, so a title counts only if it leaves nothing out and adds
next to nothing, and if numbers and words that turn the meaning are the same in both.
"""

from __future__ import annotations

import math
import re
from itertools import chain
from typing import TYPE_CHECKING

from journal_plugin.dates import date_of
from journal_plugin.model import EdgeKind, Post
from journal_plugin.similar import STOP_WORDS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from journal_plugin.journal import Journal
    from journal_plugin.model import Node

LEAST = 4
"""Words that tell what a step is about: `fix a typo` is said of many."""
MOST = 2
"""Artifacts that state one step, such as an issue and its pull request; more share a phrase."""
NEARLY = 0.8
"""Share of the longer text's words that the shorter one has."""

_WORD = re.compile(r"[^\W_]+(?:[.,-][^\W_]+)*")
_TURNS = (
    "no not never without cannot dont doesnt instead except avoid stop revert undo remove drop "
    "disable forbid skip less fewer more lower higher smaller larger before after against "
    "another again also question why "
)
_TURNING = frozenset(_TURNS.split())
"""Words that turn what a text says, most of which would otherwise count for nothing."""
_LITTLE = "a i an am as at be by do go he if in is it me my of on or so to up us we"
_EMPTY = STOP_WORDS.union(_LITTLE.split()) - _TURNING
"""Words that tell nothing."""


class Restatements:
    """The titles of a journal, and which posts follow which."""

    def __init__(self, journal: Journal) -> None:
        """Index the titles."""
        self._journal = journal
        self._titles = {node.node: find_words(node.title) for node in journal.nodes.values()}
        self._nodes: dict[str, list[str]] = {}
        for name, words in self._titles.items():
            for word in words:
                self._nodes.setdefault(word, []).append(name)

    def find(self, node: Node, text: str) -> Iterator[tuple[Node, tuple[str, ...], bool]]:
        """What states the step `text` of a node later: the words, and whether it follows the node.

        The words are those of the step, in its order.
        """
        words = find_words(text)
        begun = date_of(node)
        if len(words - _TURNING) < LEAST or begun is None:
            return
        same = self._find_same_titles(words) - {node.node}
        followers = self._find_followers(node)
        for name in sorted(same | followers):
            later = self._journal.nodes[name]
            date = date_of(later)
            if date is None or date < begun:
                continue
            shown = tuple(dict.fromkeys(w for w in _split(text) if w in words))
            if name in followers and _contains(later, words):
                yield later, shown, True
            elif name in same and len(same) <= MOST and date.date() > begun.date():
                yield later, tuple(w for w in shown if w in self._titles[name]), False

    def _find_same_titles(self, words: frozenset[str]) -> set[str]:
        """All titles that say the same, whenever they were written."""
        # Of these, a title that says the same has at least one.
        spare = len(words) - math.ceil(NEARLY * len(words))
        found = sorted((self._nodes.get(word, ()) for word in words), key=len)[: spare + 1]
        near = set(chain.from_iterable(found))
        return {name for name in near if is_same(words, self._titles[name])}

    def _find_followers(self, node: Node) -> set[str]:
        edges = self._journal.graph.find_incoming(node.node)
        return {edge.source for edge in edges if edge.kind is EdgeKind.FOLLOWS}


def find_words(text: str) -> frozenset[str]:
    """The words that tell what a text is about, its numbers, and words that turn its meaning."""
    return frozenset(_split(text)) - _EMPTY


def is_same(step: frozenset[str], title: frozenset[str]) -> bool:
    """Whether a title says what a step says: one adds a word or two to the other, nothing else."""
    shorter, longer = sorted((step, title), key=len)
    return (
        shorter <= longer
        and len(shorter - _TURNING) >= LEAST
        and len(shorter) >= NEARLY * len(longer)
        and _hard(shorter) == _hard(longer)
    )


def _contains(post: Node, words: frozenset[str]) -> bool:
    """Whether a post's title or hypothesis has all words of a step, and turns none."""
    if not isinstance(post, Post):
        return False
    texts = (find_words(text) for text in (post.title, post.hypothesis or ""))
    return any(words <= own and _hard(own) == _hard(words) for own in texts)


def _hard(words: frozenset[str]) -> frozenset[str]:
    """What must be the same in both: words that turn the meaning, and all with a digit."""
    return frozenset(w for w in words if w in _TURNING or any(map(str.isdigit, w)))


def _split(text: str) -> list[str]:
    plain = text.casefold().replace("'", "").replace("\N{RIGHT SINGLE QUOTATION MARK}", "")
    return _WORD.findall(plain)
