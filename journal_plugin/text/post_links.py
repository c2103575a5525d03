"""How posts refer to each other in their texts: by a Markdown link, or by a short name.

A post in `E012_name/` may be called `E012`, one in `exp166_kind_name/` also `exp166`. Inside code
and inside links a short name means nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from html import unescape
from typing import TYPE_CHECKING, NamedTuple

from journal_plugin.model import Edge, EdgeKind
from journal_plugin.text.destinations import may_lead, split_relative
from journal_plugin.text.markup import find_tokens
from journal_plugin.text.refs import BLOCKS, HEADINGS, OPAQUE, Sentences, find_relation

if TYPE_CHECKING:
    import re
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from journal_plugin.model import Post
    from journal_plugin.post_names import PostNames
    from journal_plugin.text.markup import Token

RULE_NAMED = "named in the text"
RULE_LINKED = "linked in the text"


class Mention(NamedTuple):
    """A place in the text of a post that refers to another one; plain data, as JSON holds it."""

    target: str
    """Node id of the other post."""
    kind: str
    line: int
    """Line in the text, counted from 1."""
    section: str | None
    """The heading that it stands below."""
    sentence: str
    rule: str


def find_post_edges(
    posts: Iterable[Post],
    stated: Iterable[Edge],
    mentions: Mapping[str, Iterable[Mention]],
) -> Iterator[Edge]:
    """An edge for each line on which a post refers to another one, unless `stated`."""
    seen = {_place(edge) for edge in stated}
    for post in posts:
        for mention in mentions.get(post.node, ()):
            edge = _make_edge(post, mention)
            if _place(edge) not in seen:
                seen.add(_place(edge))
                yield edge


def may_mention(post: Post, names: PostNames) -> bool:
    """Whether the text of a post may refer to other posts: only then it is worth rendering."""
    return names.pattern is not None or may_lead(post.body)


def find_mentions(post: Post, names: PostNames) -> list[Mention]:
    """Where the text of a post refers to other posts, in order."""
    from journal_plugin.text.body import render_markdown  # noqa: PLC0415 - texts are seldom read

    walk = _Walk(post, names)
    for token in find_tokens(render_markdown(post.body, positions=True)):
        walk.step(token)
    return walk.finish()


def _make_edge(post: Post, mention: Mention) -> Edge:
    return Edge(
        source=post.node,
        target=mention.target,
        kind=EdgeKind(mention.kind),
        path=post.path,
        line=post.body_line + mention.line - 1,
        section=mention.section if mention.section != post.title else None,
        sentence=mention.sentence,
        rule=mention.rule,
    )


def _place(edge: Edge) -> tuple[object, ...]:
    return edge.source, edge.target, edge.kind, edge.path, edge.line


def find_names(html: str, names: PostNames) -> list[tuple[str, Post | None]]:
    """The short names that stand anywhere in `html`, even in code or links, sorted."""
    found = names.pattern.findall(html) if names.pattern else ()
    return [(name, names.find_named(name)) for name in sorted({name.casefold() for name in found})]


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
        post = names.find_named(match[0])
        if post is None or post.slug in here:
            return match[0]
        return f'<a href="{href(post)}">{match[0]}</a>'

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
        if tag in OPAQUE and not token.closing and not token.raw.endswith("/>"):
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
        self._mentions: list[Mention] = []

    def step(self, token: Token) -> None:
        self._depth.step(token)
        if token.tag in BLOCKS:
            self._flush(token)
        elif token.tag == "a" and not token.closing and not self._depth.opaque:
            self._link(token)
        elif token.is_text:
            text = unescape(token.raw)
            if self._names.pattern and not self._depth.hidden:
                for match in self._names.pattern.finditer(text):
                    self._hit(match.start(), self._names.find_named(match[0]), RULE_NAMED)
            self._block.text += text

    def finish(self) -> list[Mention]:
        self._flush(None)
        return self._mentions

    def _link(self, token: Token) -> None:
        parts = split_relative(token.attributes.get("href", ""))
        if parts is None:
            return
        self._hit(0, self._names.find_linked(parts[0], near=self._post.path), RULE_LINKED)

    def _hit(self, offset: int, target: Post | None, rule: str) -> None:
        if target and target.slug != self._post.slug:
            self._block.hits.append((len(self._block.text) + offset, target, rule))

    def _flush(self, token: Token | None) -> None:
        block = self._block
        line = block.line
        if token and not token.closing and (place := token.attributes.get("data-sourcepos")):
            line = int(place.split(":")[0])
        self._block = _Block(line=line)
        for offset, target, rule in block.hits:
            self._mentions.append(self._mention(block, offset, target, rule))
        if token and token.closing and token.tag in HEADINGS:
            title = " ".join(block.text.split())
            self._section = title or None

    def _mention(self, block: _Block, offset: int, target: Post, rule: str) -> Mention:
        kind = find_relation(block.text[:offset])
        return Mention(
            target=target.node,
            kind=EdgeKind.MENTIONS if kind is EdgeKind.CLOSES else kind,
            line=block.line + block.text.count("\n", 0, offset),
            section=self._section,
            sentence=Sentences(block.text).find(offset),
            rule=rule,
        )
