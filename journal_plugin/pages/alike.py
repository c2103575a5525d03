"""What an unfinished issue or post looks like, for its own page."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from journal_plugin.pages.insights.words import format_share

if TYPE_CHECKING:
    from collections.abc import Iterable

    from journal_plugin.knowledge import Echo
    from journal_plugin.model import Node
    from journal_plugin.pages.book import Book

_SHOWN = 3


class Alike(NamedTuple):
    """An older text that one looks like."""

    node: Node
    share: str
    """How alike the two are, for readers."""
    words: tuple[str, ...]
    """The words that decided."""


def find_alike_nodes(book: Book, node: str) -> tuple[Alike, ...]:
    """What an unfinished node looks like, the most alike first; empty without insights."""
    echoes = book.echoes.get(node)
    if not echoes:  # as on most pages
        return ()
    return tuple(
        Alike(
            node=book.journal.nodes[echo.like],
            share=format_share(echo.likeness.score, book.words),
            words=echo.likeness.words,
        )
        for echo in echoes[:_SHOWN]
    )


def place_echoes(echoes: Iterable[Echo]) -> dict[str, tuple[Echo, ...]]:
    """The echoes of what is unfinished, by its node; of what is finished nobody needs a hint."""
    found: dict[str, tuple[Echo, ...]] = {}
    for echo in echoes:
        if echo.is_unfinished:
            found[echo.node] = (*found.get(echo.node, ()), echo)
    return found
