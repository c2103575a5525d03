"""The texts of posts and records, rendered, or taken from a store of what was rendered before."""

from __future__ import annotations

import json
from collections.abc import Mapping
from itertools import accumulate
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from markupsafe import Markup

from journal_plugin.collector import paused_collector
from journal_plugin.hosts import GITHUB, host_of
from journal_plugin.model import EdgeKind, Heading, Post, RecordId
from journal_plugin.pages.book import Texts
from journal_plugin.pages.digests import digest as make_key
from journal_plugin.text.refs import Reference
from journal_plugin.text.rendered import Body, Outline
from journal_plugin.text.sections import Section
from journal_plugin.text.trackers import Tracker, TrackerLink

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from journal_plugin.model import Node

_REST = tuple(name for name in Reference._fields if name not in {"target", "relation"})
"""The fields of a reference that JSON holds as they are."""
_OUTLINE = "outline"
_AT_ONCE = 500


class Store(Protocol):
    """Where rendered texts wait for the next build."""

    def make_key(self, parts: Iterable[str]) -> str:
        """The key of what is made from `parts`."""

    def find(self, keys: Iterable[str]) -> Iterator[tuple[str, str]]:
        """The known ones among `keys`, with their values."""

    def load(self, key: str) -> str | None:
        """The value of a key, or None."""

    def save(self, new: Mapping[str, str], *, keep: Iterable[str] | None = None) -> bool:
        """Add `new` values and drop all that are not in `keep`; return whether that worked."""


class Renderer:
    """Renders the texts of posts and records, each only once while it does not change.

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
        self._remembers = remember or store is None
        self._texts: dict[str, Texts] = {}
        self._outlines: dict[str, Outline] = {}
        self._can_save = True
        self.rendered = 0
        """Posts and records whose texts were rendered, in all builds together."""

    @paused_collector()
    def render(
        self,
        nodes: Collection[Node],
        repo: str | None = None,
        host: str = GITHUB,
        *,
        digests: Mapping[RecordId, str] | None = None,
    ) -> Library:
        """The texts of posts and records, by node.

        Args:
            nodes: All of them: what is kept of others is dropped.
            repo: The repository that bare references in posts belong to.
            host: Where it is.
            digests: Hashes of what records were read from, so that texts need no hash of theirs.
        """
        about = _About(repo, host, digests or {})
        sources = {node.node: _Source(node, about) for node in nodes}
        keys = {name: source.make_key() for name, source in sources.items()}
        self._forget(keys.values())
        outlines = self._find_outlines(keys)
        new: dict[str, str] = {}
        for name, source in sources.items():
            key = keys[name]
            if key not in outlines:
                # Not in the store: texts are kept together with their outlines.
                texts = self._texts.get(key) or self._render(source)
                outlines[key] = source.make_outline(texts)
                self._keep(key, texts, outlines[key], new)
        if new:
            # A rebuild changes little, and looking through all keys takes longer than it does; what
            # it leaves behind, the first build of the next process drops.
            is_rebuild = bool(self._outlines)
            self._flush(new, keep=None if is_rebuild else self._keys_of(keys.values()))
        self._outlines = outlines if self._remembers else {}
        library = {name: outlines[key] for name, key in keys.items()}
        return Library(self, {node.node: node for node in nodes}, about, library)

    def find(self, source: _Source, key: str) -> Texts:
        """The texts of a node that were rendered once already; what was lost is kept again."""
        if texts := self._load(key):
            return texts
        texts = self._render(source)
        form = format_texts(texts) if self._store and self._can_save else None
        if form and self._store:
            self._can_save = self._store.save({self._store.make_key((key,)): form})
        return texts

    def _render(self, source: _Source) -> Texts:
        self.rendered += 1
        return source.render()

    def _load(self, key: str) -> Texts | None:
        if known := self._texts.get(key):
            return known
        form = self._store.load(self._store.make_key((key,))) if self._store else None
        return parse_texts(form) if form else None

    def _find_outlines(self, keys: Mapping[str, str]) -> dict[str, Outline]:
        wanted = set(keys.values())
        known = {key: found for key, found in self._outlines.items() if key in wanted}
        if self._store:
            stored = {self._store.make_key((_OUTLINE, key)): key for key in wanted - known.keys()}
            parsed: dict[str, Outline | None] = {}  # many texts have the same, next to nothing
            for name, form in self._store.find(stored):
                if form not in parsed:
                    parsed[form] = parse_outline(form)
                if outline := parsed[form]:
                    known[stored[name]] = outline
        return known

    def _keep(self, key: str, texts: Texts, outline: Outline, new: dict[str, str]) -> None:
        """Put rendered texts where the pages will look for them."""
        form = format_texts(texts) if self._store else None
        if self._store and form:
            new[self._store.make_key((key,))] = form
            new[self._store.make_key((_OUTLINE, key))] = format_outline(outline)
        self._texts[key] = texts
        if len(new) > _AT_ONCE:
            self._flush(new)

    def _flush(self, new: dict[str, str], keep: Iterable[str] | None = None) -> None:
        """Write texts into the store; only what is safe there may leave the memory."""
        if self._store and self._can_save:
            self._can_save = self._store.save(new, keep=keep)
        if self._can_save and not self._remembers:
            self._texts.clear()
        new.clear()

    def _forget(self, keys: Iterable[str]) -> None:
        wanted = set(keys)
        self._texts = {key: texts for key, texts in self._texts.items() if key in wanted}

    def _keys_of(self, keys: Iterable[str]) -> Iterator[str]:
        for key in keys:
            if self._store:
                yield self._store.make_key((key,))
                yield self._store.make_key((_OUTLINE, key))


class Library(Mapping[str, Texts]):
    """The rendered texts of posts and records by node; each is read when it is needed."""

    def __init__(
        self,
        renderer: Renderer,
        nodes: Mapping[str, Node],
        about: _About,
        outlines: Mapping[str, Outline],
    ) -> None:
        self._renderer = renderer
        self._nodes = nodes
        self._about = about
        self._last: tuple[str, Texts] | None = None
        self.outlines = outlines
        """What the texts are about, by node."""

    def __getitem__(self, node: str) -> Texts:
        last = self._last
        if last is None or last[0] != node:
            source = _Source(self._nodes[node], self._about)
            last = self._last = (node, self._renderer.find(source, source.make_key()))
        return last[1]

    def __iter__(self) -> Iterator[str]:
        return iter(self._nodes)

    def __len__(self) -> int:
        return len(self._nodes)


class _About(NamedTuple):
    """What all texts depend on, and what is known of them."""

    repo: str | None
    host: str
    digests: Mapping[RecordId, str]


class _Source(NamedTuple):
    """All that the rendered texts of a post or record are made from."""

    node: Node
    about: _About

    def make_key(self) -> str:
        node, about = self
        if isinstance(node, Post):
            return make_key(("post", about.host, about.repo or "", node.slug, node.body))
        if digest := about.digests.get(node.id):
            return f"{node.node} {digest}"
        name = (host_of(node), node.id.repo, str(node.id.number), node.kind.value)
        return make_key((*name, node.body, *(comment.body for comment in node.comments)))

    def render(self) -> Texts:
        from journal_plugin.rendering import render_texts  # noqa: PLC0415 - most builds render nothing

        return render_texts(self.node, self.about.repo, self.about.host)

    def make_outline(self, texts: Texts) -> Outline:
        from journal_plugin.rendering import outline_texts  # noqa: PLC0415 - same

        return outline_texts(self.node, texts, self.about.repo, self.about.host)


def format_texts(texts: Texts) -> str | None:
    """Rendered texts as JSON in one line, and their HTML, which would only grow in JSON.

    None where a section is no slice of a text, which should not be.
    """
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
    about = json.dumps([bodies, sections], separators=(",", ":"))
    return "".join((about, "\n", *htmls))


def parse_texts(value: str) -> Texts | None:
    """Rendered texts from what `format_texts` made; None where it cannot be that."""
    about, _, html = value.partition("\n")
    try:
        raw_bodies, raw_sections = json.loads(about)
        ends = accumulate(raw[0] for raw in raw_bodies)
        body, *comments = (
            _parse_body(raw, html[end - raw[0] : end])
            for raw, end in zip(raw_bodies, ends, strict=True)
        )
        htmls = [part.html for part in (body, *comments)]
        sections = tuple(
            Section(heading=heading, html=htmls[at][start:end])
            for heading, at, start, end in raw_sections
        )
    except (ValueError, TypeError, LookupError, RecursionError):
        return None
    return Texts(body=body, sections=sections, comments=tuple(comments))


def format_outline(outline: Outline) -> str:
    """An outline as JSON."""
    form = [
        [[number, *_format_reference(reference)] for number, reference in outline.references],
        outline.headings,
        [[link.tracker, link.kind, link.name, link.url] for link in outline.trackers],
        outline.has_rows,
        outline.updates,
        outline.corrections,
    ]
    return json.dumps(form, separators=(",", ":"))


def parse_outline(value: str) -> Outline | None:
    """An outline from JSON; None where it cannot be that."""
    try:
        references, headings, trackers, has_rows, updates, corrections = json.loads(value)
        return Outline(
            references=tuple((number, _parse_reference(raw)) for number, *raw in references),
            headings=tuple((heading, is_filled) for heading, is_filled in headings),
            trackers=tuple(
                TrackerLink(tracker=Tracker(tracker), kind=kind, name=name, url=url)
                for tracker, kind, name, url in trackers
            ),
            has_rows=has_rows,
            updates=updates,
            corrections=tuple(corrections),
        )
    except (ValueError, TypeError, LookupError, RecursionError):
        return None


def _format_body(body: Body) -> list[Any]:
    references = [_format_reference(reference) for reference in body.references]
    headings = [[heading.level, heading.anchor, heading.title] for heading in body.headings]
    return [len(body.html), references, headings, body.omitted, body.is_source]


def _parse_body(raw: list[Any], html: str) -> Body:
    _, references, headings, omitted, is_source = raw
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
