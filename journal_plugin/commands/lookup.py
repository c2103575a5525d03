"""Look-ups in a finished journal, as plain data for tools. Pure."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from journal_plugin.model import Post, Record, RecordId
from journal_plugin.pages.data import render_data
from journal_plugin.sources.record_form import format_record
from journal_plugin.text.escape import shorten

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from journal_plugin.model import Node
    from journal_plugin.pages.book import Book
    from journal_plugin.problems import Problem

_SNIPPET = 200
_AROUND = 60
_TITLE_WEIGHT = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A result of a search."""

    node: str
    title: str
    score: int
    snippet: str
    """Where the first word stands in the text, or its start."""


class Lookup:
    """Answers questions about one journal; never changes anything."""

    def __init__(self, book: Book) -> None:
        self._book = book
        data = json.loads(render_data(book).content)
        self._posts: dict[str, dict[str, object]] = {p["slug"]: p for p in data["posts"]}
        self._problems: dict[str, dict[str, object]] = {p["slug"]: p for p in data["problems"]}

    @property
    def problems(self) -> list[dict[str, object]]:
        """Slug, title, status, outcome and address of each problem."""
        keys = ("slug", "title", "status", "outcome", "url")
        return [{key: problem[key] for key in keys} for problem in self._problems.values()]

    @property
    def experiments(self) -> list[dict[str, object]]:
        """All posts as in `journal.json`."""
        return list(self._posts.values())

    def find_problem(self, slug: str) -> Problem | None:
        """The problem itself."""
        return next((p for p in self._book.journal.problems if p.slug == slug), None)

    def problem(self, slug: str) -> dict[str, object] | None:
        """A problem as in `journal.json`, with its phases and gaps."""
        return self._problems.get(slug)

    def experiment(self, slug: str) -> dict[str, object] | None:
        """A post as in `journal.json`, with its text and the reasons around it."""
        found = self._posts.get(slug)
        post = self._book.journal.nodes.get(f"post:{slug}")
        if found is None or not isinstance(post, Post):
            return None
        return {
            **found,
            "hypothesis": post.hypothesis,
            "successCriteria": list(post.success_criteria),
            "params": {name: str(value) for name, value in post.params.items()},
            "text": post.body,
        }

    def record(self, reference: str) -> dict[str, object] | None:
        """An issue or pull request as in the snapshot, by `18`, `#18` or `owner/name#18`."""
        target = RecordId.parse(reference, self._book.journal.repo)
        record = self._book.journal.records.get(target) if target else None
        if record is None:
            return None
        slugs = [problem.slug for problem, _ in self._book.journal.find_problems(record.node)]
        return {**format_record(record), "problems": slugs}

    def search(self, words: str, *, limit: int) -> list[Hit]:
        """Posts and records that hold every word, the best first; titles count most."""
        wanted = [word.casefold() for word in words.split()]
        if not wanted:
            return []
        hits = (_score(node, wanted) for node in self._book.journal.nodes.values())
        found = sorted((hit for hit in hits if hit), key=lambda hit: (-hit.score, hit.node))
        return found[:limit]


def _score(node: Node, wanted: Iterable[str]) -> Hit | None:
    title = node.title if isinstance(node, Post) else f"#{node.id.number} {node.title}"
    text = _text(node)
    folded_title, folded = title.casefold(), text.casefold()
    score = 0
    for word in wanted:
        found = _TITLE_WEIGHT * folded_title.count(word) + folded.count(word)
        if not found:
            return None
        score += found
    first = folded.find(next(iter(wanted)))
    start = max(0, first - _AROUND)
    snippet = shorten(text[start:], _SNIPPET)
    return Hit(node=node.node, title=title, score=score, snippet=snippet)


def _text(node: Node) -> str:
    if isinstance(node, Record):
        return "\n".join([node.body, *(comment.body for comment in node.comments)])
    fields: Mapping[str, object] = {"hypothesis": node.hypothesis, "tags": " ".join(node.tags)}
    return "\n".join([node.body, *(str(value) for value in fields.values() if value)])
