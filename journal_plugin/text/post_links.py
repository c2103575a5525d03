"""How posts refer to each other in their texts: by a Markdown link, or by a short name.

A post in `E012_name/` may be called `E012`, one in `exp166_kind_name/` also `exp166`. Inside code
and inside links a short name means nothing. A name that posts in several files share means none of
them, and `find_shared_names` says so.
"""

from __future__ import annotations

import posixpath
import re
from collections import defaultdict
from dataclasses import dataclass, field
from html import unescape
from typing import TYPE_CHECKING

from journal_plugin.errors import Diagnostic, Severity
from journal_plugin.model import Edge, EdgeKind
from journal_plugin.phrases import phrase
from journal_plugin.text.body import render_markdown
from journal_plugin.text.destinations import split_relative
from journal_plugin.text.markup import find_tokens
from journal_plugin.text.refs import find_relation

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from journal_plugin.model import Post
    from journal_plugin.text.markup import Token

RULE_NAMED = "named in the text"
RULE_LINKED = "linked in the text"

_OPAQUE = frozenset(
    {"code", "pre", "script", "style", "textarea", "svg", "math", "kbd", "samp", "title"}
)
_BLOCKS = re.compile(
    r"p|li|[uod]l|t[dhr]|table|d[td]|div|blockquote|section|details|summary|pre|hr|h[1-6]"
)
_HEADING = re.compile(r"h[1-6]")
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+")
_MAX_SENTENCE = 240
_FOLDER_PAGES = ("README.md", "readme.md", "index.md")


@dataclass(frozen=True, slots=True, kw_only=True)
class PostNames:
    """The posts that texts can mean."""

    by_name: Mapping[str, Post] = field(default_factory=dict)
    """By short name in lower case; names that two posts share are left out."""
    by_path: Mapping[str, Post] = field(default_factory=dict)
    """By path; a log's entries have their page's path, so they are left out."""
    pattern: re.Pattern[str] | None = None
    """Finds short names, or None if there are none."""


def index_posts(posts: Iterable[Post]) -> PostNames:
    """Look up posts by short name and by path."""
    names: defaultdict[str, list[Post]] = defaultdict(list)
    paths: defaultdict[str, list[Post]] = defaultdict(list)
    for post in posts:
        paths[post.path].append(post)
        for name in post.names:
            names[name.casefold()].append(post)
    by_name = {name: found[0] for name, found in sorted(names.items()) if len(found) == 1}
    longest = sorted(by_name, key=lambda name: (-len(name), name))
    words = "|".join(re.escape(name) for name in longest)
    return PostNames(
        by_name=by_name,
        by_path={path: found[0] for path, found in paths.items() if len(found) == 1},
        pattern=re.compile(rf"(?<![\w/#.-])(?:{words})(?![\w/-])", re.IGNORECASE)
        if words
        else None,
    )


def find_shared_names(posts: Iterable[Post]) -> Iterator[Diagnostic]:
    """A finding for each short name of posts in several files; entries of one log may share one."""
    shared: defaultdict[str, dict[str, tuple[str, Post]]] = defaultdict(dict)
    for post in sorted(posts, key=lambda post: post.path):
        for name in post.names:
            shared[name.casefold()].setdefault(post.path, (name, post))
    for _, by_path in sorted(shared.items()):
        first, *others = by_path
        for name, post in (by_path[path] for path in others):
            yield Diagnostic(
                path=post.path,
                line=post.lines.get("id", 1),
                code="shared-name",
                message=phrase(
                    "the short name '%(name)s' also belongs to %(path)s, so texts that use it "
                    "link to neither",
                    name=name,
                    path=first,
                ),
                severity=Severity.INFO,
            )


def find_post_edges(posts: Sequence[Post], stated: Iterable[Edge] = ()) -> Iterator[Edge]:
    """An edge for each line on which a post refers to another one, unless `stated`."""
    names = index_posts(posts)
    seen = {_place(edge) for edge in stated}
    for post in posts:
        walk = _Walk(post, names)
        for token in find_tokens(render_markdown(post.body, positions=True)):
            walk.step(token)
        for edge in walk.finish():
            if _place(edge) not in seen:
                seen.add(_place(edge))
                yield edge


def _place(edge: Edge) -> tuple[object, ...]:
    return edge.source, edge.target, edge.kind, edge.path, edge.line


def link_names(
    html: str, names: PostNames, own: Iterable[Post], href: Callable[[Post], str]
) -> str:
    """Turn the short names in a page's HTML into links.

    Args:
        html: A page, as the site's renderer made it.
        names: The posts of the journal.
        own: The posts that stand on the page, whose names stay text.
        href: The address of a post from that page, escaped for an attribute.
    """
    pattern = names.pattern
    if pattern is None:
        return html
    here = {post.slug for post in own}

    def replace(match: re.Match[str]) -> str:
        post = names.by_name[match[0].casefold()]
        return match[0] if post.slug in here else f'<a href="{href(post)}">{match[0]}</a>'

    out = []
    depth = _Depth()
    for token in find_tokens(html):
        depth.step(token)
        replaceable = token.is_text and not depth.hidden
        out.append(pattern.sub(replace, token.raw) if replaceable else token.raw)
    return "".join(out)


@dataclass(slots=True)
class _Depth:
    """Whether the walk is inside code, a link or a heading."""

    opaque: list[str] = field(default_factory=list)
    in_link: bool = False

    @property
    def hidden(self) -> bool:
        return bool(self.opaque) or self.in_link

    def step(self, token: Token) -> None:
        tag = token.tag or ""
        if tag in _OPAQUE and not token.closing and not token.raw.endswith("/>"):
            self.opaque.append(tag)
        elif self.opaque and token.closing and tag == self.opaque[-1]:
            self.opaque.pop()
        elif tag == "a" and not self.opaque:
            self.in_link = not token.closing


@dataclass(slots=True)
class _Block:
    line: int = 1
    text: str = ""
    hits: list[tuple[int, Post, str]] = field(default_factory=list)


class _Walk:
    """One pass over one post."""

    def __init__(self, post: Post, names: PostNames) -> None:
        self._post = post
        self._names = names
        self._depth = _Depth()
        self._block = _Block()
        self._section: str | None = None
        self._edges: list[Edge] = []

    def step(self, token: Token) -> None:
        self._depth.step(token)
        if token.tag and _BLOCKS.fullmatch(token.tag):
            self._flush(token)
        elif token.tag == "a" and not token.closing and not self._depth.opaque:
            self._link(token)
        elif token.is_text:
            text = unescape(token.raw)
            if self._names.pattern and not self._depth.hidden:
                for match in self._names.pattern.finditer(text):
                    self._hit(match.start(), self._names.by_name[match[0].casefold()], RULE_NAMED)
            self._block.text += text

    def finish(self) -> list[Edge]:
        self._flush(None)
        return self._edges

    def _link(self, token: Token) -> None:
        parts = split_relative(token.attributes.get("href", ""))
        if parts is None:
            return
        folder = posixpath.dirname(self._post.path)
        path = posixpath.normpath(posixpath.join(folder, parts[0]))
        pages = (path, *(f"{path}/{page}" for page in _FOLDER_PAGES))
        found = next((self._names.by_path[p] for p in pages if p in self._names.by_path), None)
        if found:
            self._hit(0, found, RULE_LINKED)

    def _hit(self, offset: int, target: Post, rule: str) -> None:
        if target.slug != self._post.slug:
            self._block.hits.append((len(self._block.text) + offset, target, rule))

    def _flush(self, token: Token | None) -> None:
        block = self._block
        line = block.line
        if token and not token.closing and (place := token.attributes.get("data-sourcepos")):
            line = int(place.split(":")[0])
        self._block = _Block(line=line)
        for offset, target, rule in block.hits:
            self._edges.append(self._edge(block, offset, target, rule))
        if token and token.closing and token.tag and _HEADING.fullmatch(token.tag):
            title = " ".join(block.text.split())
            self._section = title if title and title != self._post.title else None

    def _edge(self, block: _Block, offset: int, target: Post, rule: str) -> Edge:
        line = self._post.body_line + block.line - 1 + block.text.count("\n", 0, offset)
        kind = find_relation(block.text[:offset])
        return Edge(
            source=self._post.node,
            target=target.node,
            kind=EdgeKind.MENTIONS if kind is EdgeKind.CLOSES else kind,
            path=self._post.path,
            line=line,
            section=self._section,
            sentence=_sentence(block.text, offset),
            rule=rule,
        )


def _sentence(text: str, offset: int) -> str:
    """The sentence at `offset` as one line, cut to a readable length."""
    start = max((end.end() for end in _SENTENCE_END.finditer(text, 0, offset)), default=0)
    stop = _SENTENCE_END.search(text, offset)
    sentence = " ".join(text[start : stop.start() if stop else len(text)].split())
    cut = sentence[: _MAX_SENTENCE - 1].rstrip()
    return sentence if len(sentence) <= _MAX_SENTENCE else f"{cut}…"
