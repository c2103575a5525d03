"""Knowledge: recurring failures, texts that are alike, what is open, and the metrics."""

from __future__ import annotations

from typing import TYPE_CHECKING

from journal_plugin.pages.insights.overview import STYLE
from journal_plugin.pages.insights.words import format_share
from journal_plugin.similar import LIKE
from journal_plugin.text.escape import shorten

if TYPE_CHECKING:
    from collections.abc import Sequence

    from journal_plugin.knowledge import Echo, Knowledge, Remark
    from journal_plugin.model import Node
    from journal_plugin.pages.book import Book
    from journal_plugin.pages.page import Page
    from journal_plugin.problems import Problem
    from journal_plugin.steps import Step, Taken

_LENGTH = 320
_SHOWN = 50
_ALIKE = 30


def render_knowledge(book: Book, knowledge: Knowledge) -> Page:
    """The page of knowledge."""
    _ = book.words.gettext
    uri = book.links.uri_of("insights/knowledge")
    nodes = book.journal.nodes
    steps = [_step(book, step) for step in knowledge.steps]
    echoes = [_echo(book, echo) for echo in knowledge.echoes]
    still_open = [row for row in steps if row[1].is_open]
    return book.page(
        uri,
        _("Knowledge"),
        "insights_knowledge.html",
        description=_("Recurring failures and remedies, open steps and a glossary of metrics"),
        style=book.place(uri).href(STYLE),
        recurrences=[
            (
                found,
                [nodes[node] for node in found.failed],
                _remarks(book, found.causes),
                _remarks(book, found.learnings),
                [nodes[node] for node in found.remedies],
            )
            for found in knowledge.recurrences
        ],
        echoes=echoes[:_ALIKE],
        echoes_more=echoes[_ALIKE:],
        can_compare=knowledge.can_compare,
        least=format_share(LIKE, book.words),
        steps_open=still_open[:_SHOWN],
        steps_more=still_open[_SHOWN:],
        steps_done=[row for row in steps if not row[1].is_open],
        glossary=knowledge.glossary,
    )


def _remarks(book: Book, remarks: Sequence[Remark]) -> list[tuple[Node, str, list[str]]]:
    """Remarks by where they stand: the node, the heading, and what it says."""
    found: dict[tuple[str, str], list[str]] = {}
    for remark in remarks:
        found.setdefault((remark.node, remark.heading), []).append(shorten(remark.text, _LENGTH))
    return [(book.journal.nodes[node], heading, texts) for (node, heading), texts in found.items()]


def _step(book: Book, step: Step) -> tuple[Node, Step, str, list[tuple[Node | None, Taken]]]:
    taken = [(book.journal.nodes[t.node] if t.node else None, t) for t in step.taken]
    return book.journal.nodes[step.node], step, shorten(step.text, _LENGTH), taken


def _echo(book: Book, echo: Echo) -> tuple[Node, Node, list[Problem], str, tuple[str, ...]]:
    nodes = book.journal.nodes
    problems = [problem for problem, _ in book.journal.find_problems(echo.like)]
    return (
        nodes[echo.node],
        nodes[echo.like],
        problems,
        format_share(echo.likeness.score, book.words),
        echo.likeness.words,
    )
