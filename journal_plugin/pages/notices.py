"""Banners on pages whose content was corrected or superseded, or relies on something that was."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from journal_plugin.model import EdgeKind

if TYPE_CHECKING:
    from collections.abc import Iterable

    from journal_plugin.corrections import Reliance
    from journal_plugin.model import Node
    from journal_plugin.pages.book import Book

_VERBS = {EdgeKind.CORRECTS: "corrected", EdgeKind.SUPERSEDES: "superseded"}


class Notice(NamedTuple):
    """One banner."""

    verb: str
    """`corrected` or `superseded`."""
    revised: Node
    by: Node
    path: tuple[Node, ...]
    """From the page's own node to the revised one, both included; one node if it is revised."""


def find_notices(book: Book, nodes: Iterable[str]) -> tuple[Notice, ...]:
    """The banners of a page that shows `nodes`; each revision once, by its shortest path."""
    found = [item for node in nodes for item in book.journal.reliances.get(node, ())]
    if not found:  # as on most pages
        return ()
    best: dict[tuple[str, str, EdgeKind], Reliance] = {}
    for reliance in found:
        revision = reliance.revision
        key = (revision.target, revision.source, revision.kind)
        if key not in best or len(reliance.path) < len(best[key].path):
            best[key] = reliance
    return tuple(
        Notice(
            verb=_VERBS[reliance.revision.kind],
            revised=book.journal.nodes[reliance.revision.target],
            by=book.journal.nodes[reliance.revision.source],
            path=tuple(book.journal.nodes[step] for step in reliance.path),
        )
        for _, reliance in sorted(best.items())
    )
