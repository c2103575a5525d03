"""The texts of posts and records, rendered, or taken from a store of what was rendered before."""

from __future__ import annotations

import json
from dataclasses import fields
from typing import TYPE_CHECKING, Any, Protocol

from markupsafe import Markup

from journal_plugin.model import EdgeKind, RecordId
from journal_plugin.pages.book import Texts
from journal_plugin.text.body import Body, Heading, render_body
from journal_plugin.text.refs import Reference
from journal_plugin.text.sections import Section, find_sections

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from journal_plugin.model import Post, Record

_REST = tuple(field.name for field in fields(Reference) if field.name not in {"target", "relation"})
"""The fields of a reference that JSON holds as they are."""


class Store(Protocol):
    """Where rendered texts wait for the next build."""

    def make_key(self, parts: Iterable[str]) -> str:
        """The key of what is made from `parts`."""

    def find(self, keys: Iterable[str]) -> Iterator[tuple[str, str]]:
        """The known ones among `keys`, with their values."""

    def save(self, new: Mapping[str, str], *, keep: Iterable[str]) -> bool:
        """Add `new` values and drop all that are not in `keep`."""


class Renderer:
    """Renders the texts of records, each only once while it does not change.

    What was rendered is remembered for the next build of the same process, and kept in the store
    for the next process.
    """

    def __init__(self, store: Store | None = None, *, remember: bool = True) -> None:
        """Start with nothing.

        Args:
            store: Where texts outlive the process.
            remember: Whether the same process will build again, which is worth some memory.
        """
        self._store = store
        self._remembers = remember
        self._remembered: dict[str, Texts] = {}
        self.rendered = 0
        """Records whose texts were rendered, in all builds together."""

    def render_records(self, records: Collection[Record]) -> dict[str, Texts]:
        """The texts of all records, by node."""
        if self._store is None:
            return {record.node: self._render(record) for record in records}
        keys = {record.node: self._store.make_key(_sources(record)) for record in records}
        wanted = set(keys.values())
        known = {key: texts for key, texts in self._remembered.items() if key in wanted}
        for key, value in self._store.find(wanted - known.keys()):
            if texts := parse_texts(value):
                known[key] = texts
        new = {}
        for record in records:
            key = keys[record.node]
            if key not in known:
                known[key] = self._render(record)
                if form := format_texts(known[key]):
                    new[key] = form
        if new:
            self._store.save(new, keep=wanted)
        self._remembered = known if self._remembers else {}
        return {node: known[key] for node, key in keys.items()}

    def _render(self, record: Record) -> Texts:
        self.rendered += 1
        return render_record_texts(record)


def render_record_texts(record: Record) -> Texts:
    """Render the body and the comments of a record."""
    prefix = f"{record.kind}{record.id.number}-"
    body = render_body(record.body, record.id.repo, anchor_prefix=prefix, heading_level=2)
    comments = tuple(
        render_body(
            comment.body, record.id.repo, anchor_prefix=f"{prefix}c{number}-", heading_level=3
        )
        for number, comment in enumerate(record.comments, start=1)
    )
    in_comments = (s for c in comments for s in find_sections(c.html) if s.heading)
    return Texts(body=body, sections=(*find_sections(body.html), *in_comments), comments=comments)


def render_post_texts(post: Post, repo: str | None) -> Texts:
    """Render the text of a post."""
    body = render_body(post.body, repo, anchor_prefix=f"{post.slug}-", is_file=True)
    return Texts(body=body, sections=find_sections(body.html))


def format_texts(texts: Texts) -> str | None:
    """Rendered texts as JSON; None where a section is no slice of a text, which should not be."""
    htmls = [str(body.html) for body in (texts.body, *texts.comments)]
    sections, at, start = [], 0, 0
    for section in texts.sections:
        found = htmls[at].find(section.html, start)
        while found < 0:
            at, start = at + 1, 0
            if at == len(htmls):
                return None
            found = htmls[at].find(section.html)
        start = found + len(section.html)
        sections.append([section.heading, at, found, start])
    bodies = [_format_body(body) for body in (texts.body, *texts.comments)]
    return json.dumps([bodies, sections], separators=(",", ":"))


def parse_texts(value: str) -> Texts | None:
    """Rendered texts from JSON; None where it cannot be that."""
    try:
        raw_bodies, raw_sections = json.loads(value)
        body, *comments = (_parse_body(raw) for raw in raw_bodies)
        htmls = [part.html for part in (body, *comments)]
        sections = tuple(
            Section(heading=heading, html=htmls[at][start:end])
            for heading, at, start, end in raw_sections
        )
    except (ValueError, TypeError, LookupError, RecursionError):
        return None
    return Texts(body=body, sections=sections, comments=tuple(comments))


def _sources(record: Record) -> tuple[str, ...]:
    """All that the rendered texts of a record are made from."""
    name = (record.id.repo, str(record.id.number), record.kind.value)
    return (*name, record.body, *(comment.body for comment in record.comments))


def _format_body(body: Body) -> list[Any]:
    references = [_format_reference(reference) for reference in body.references]
    headings = [[heading.level, heading.anchor, heading.title] for heading in body.headings]
    return [body.html, references, headings, body.omitted, body.is_source]


def _parse_body(raw: list[Any]) -> Body:
    html, references, headings, omitted, is_source = raw
    return Body(
        html=Markup(html),  # noqa: S704 - it was safe when it was kept, and the store checks it
        references=tuple(_parse_reference(item) for item in references),
        headings=tuple(
            Heading(level=level, anchor=anchor, title=title) for level, anchor, title in headings
        ),
        omitted=omitted,
        is_source=is_source,
    )


def _format_reference(reference: Reference) -> list[Any]:
    target = reference.target
    rest = [getattr(reference, name) for name in _REST]
    return [target.repo, target.number, reference.relation.value, *rest]


def _parse_reference(raw: list[Any]) -> Reference:
    repo, number, relation, *rest = raw
    return Reference(
        target=RecordId(repo, number),
        relation=EdgeKind(relation),
        **dict(zip(_REST, rest, strict=True)),
    )
