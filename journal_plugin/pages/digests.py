"""Short marks of what pages show: equal for equal data, in every process.

Two texts share a mark only by an accident that nobody will live to see (128 bits of BLAKE2).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from hashlib import blake2b
from typing import TYPE_CHECKING

from journal_plugin.model import Post, Record, RecordId

if TYPE_CHECKING:
    from collections.abc import Iterable

    from journal_plugin.journal import Journal
    from journal_plugin.model import Node
    from journal_plugin.pages.facets import Facets
    from journal_plugin.pages.page import Links

_SIZE = 16
_REFERENCE = "#"
_FACET = "~"
_POST = "post:"


def digest(parts: Iterable[str]) -> str:
    """The mark of some texts in a row."""
    text = "".join([f"{len(part)}:{part}" for part in parts])
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=_SIZE).hexdigest()


def digest_texts(texts: Iterable[str]) -> str:
    """The mark of many long texts in a row, of which one at a time is in memory."""
    mark = blake2b(digest_size=_SIZE)
    for text in texts:
        content = text.encode("utf-8", "surrogatepass")
        mark.update(b"%d:" % len(content))
        mark.update(content)
    return mark.hexdigest()


def ask_reference(target: RecordId) -> str:
    """The question whether there is a record, and what it looks like."""
    return f"{_REFERENCE}{target}"


def ask_facet(axis: str, name: str) -> str:
    """The question which page a tag, type or person has."""
    return f"{_FACET}{axis}/{name}"


class Digests:
    """The marks of one journal, and its answers to what a page asked while it was rendered.

    A question is a node id, or comes from `ask_reference` or `ask_facet`.
    """

    def __init__(
        self,
        journal: Journal,
        links: Links,
        facets: Facets,
        sources: Mapping[RecordId, str],
        faces: Mapping[str, str] | None = None,
    ) -> None:
        """Start with nothing.

        Args:
            journal: The journal.
            links: The addresses.
            facets: The tags, types and people that have a page.
            sources: Marks of records, as far as whoever read them knows.
            faces: All of a post but its text, by node, as far as that is known.
        """
        self._journal = journal
        self._links = links
        self._facets = facets
        self._sources = sources
        self._faces = faces or {}
        self._known: dict[str, str] = {}

    def answer(self, question: str) -> str:
        """The mark of the answer; empty for what does not exist."""
        known = self._known.get(question)
        if known is None:
            known = self._known[question] = self._find(question)
        return known

    def of(self, *values: object) -> str:
        """The mark of plain data and nodes."""
        parts: list[str] = []
        self._collect(values, parts)
        return digest(parts)

    def forget(self) -> None:
        """Drop the marks of records, because their pages are found; those of posts come last."""
        self._known = {q: mark for q, mark in self._known.items() if q.startswith(_POST)}

    def _find(self, question: str) -> str:
        if question.startswith(_REFERENCE):
            repo, _, number = question.removeprefix(_REFERENCE).rpartition("#")
            record = self._journal.records.get(RecordId(repo, int(number)))
            return self.answer(record.node) if record else ""
        if question.startswith(_FACET):
            axis, _, name = question.removeprefix(_FACET).partition("/")
            facet = self._facets.find(axis, name)
            return f"{facet.page} {facet.kind}" if facet else ""
        node = self._journal.nodes.get(question)
        return self._mark(node) if node else ""

    def _mark(self, node: Node) -> str:
        """The mark of all that pages show of a node: a post's text stands on its own page only."""
        if isinstance(node, Post):
            source = self._faces.get(node.node) or repr(replace(node, body=""))
        else:
            source = self._sources.get(node.id) or repr(node)
        problems = (
            f"{problem.slug} {artifact.phase} {problem.title}"
            for problem, artifact in self._journal.find_problems(node.node)
        )
        return digest((node.node, source, str(self._links.url_of_node(node)), *problems))

    def _collect(self, value: object, parts: list[str]) -> None:
        """Add a value to the parts of a mark."""
        if isinstance(value, str):
            parts.append(f"={value}")
        elif isinstance(value, (tuple, list)):
            parts.append(f"{type(value).__name__}({len(value)}")
            for item in value:
                # At once, because most are one of these.
                if type(item) is str:
                    parts.append(f"={item}")
                elif type(item) is Record:
                    parts.append(self.answer(item.node))
                else:
                    self._collect(item, parts)
        elif isinstance(value, Record | Post):
            parts.append(self.answer(value.node))
        elif isinstance(value, Mapping):
            self._collect(tuple(value.items()), parts)
        elif is_dataclass(value):
            parts.append(type(value).__name__)
            for field in fields(value):
                self._collect(getattr(value, field.name), parts)
        else:
            parts.append(repr(value))
