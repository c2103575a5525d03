"""What readers narrow the journal down by: status, outcome, type, tag and person, each with a page.

A facet's address depends on its own words only, never on which other facets there are.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from journal_plugin.logins import BOT, matches_login
from journal_plugin.matching import fold_text
from journal_plugin.model import AuthorKind, Post, Record
from journal_plugin.slugs import slugify
from journal_plugin.vocabulary import Outcome, Status

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from journal_plugin.journal import Journal
    from journal_plugin.model import Node

_DIGITS = 6


class Axis(StrEnum):
    """A way to narrow down; its value is the folder of its pages."""

    STATUS = "status"
    OUTCOME = "outcomes"
    TYPE = "types"
    TAG = "tags"
    PERSON = "people"


class Facet(NamedTuple):
    """One value of an axis, and what has it."""

    axis: Axis
    slug: str
    """Unique on its axis."""
    name: str
    """The spelling that most posts use; of two equally frequent ones the first in the alphabet."""
    posts: tuple[Post, ...] = ()
    """Latest first."""
    records: tuple[Record, ...] = ()
    """What a person opened, latest first; empty on the other axes."""
    kind: AuthorKind | None = None
    """Who is behind a person's name; None on the other axes, and where nobody knows."""

    @property
    def page(self) -> str:
        """The page below the journal's path, such as `tags/rounding`."""
        return f"{self.axis}/{self.slug}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Facets:
    """All facets of a journal."""

    by_axis: Mapping[Axis, tuple[Facet, ...]] = field(default_factory=dict)
    """Statuses and outcomes in the order of their vocabulary and all of them; the rest by name."""
    by_name: Mapping[tuple[str, str], Facet] = field(default_factory=dict)
    """By axis and folded name."""

    def find(self, axis: str, name: str | None) -> Facet | None:
        """The facet of a name in any spelling, or None."""
        return self.by_name.get((axis, _fold(name))) if name else None

    def of(self, axis: str) -> tuple[Facet, ...]:
        """The facets of an axis that a post or record has."""
        found = self.by_axis.get(Axis(axis), ())
        return tuple(facet for facet in found if facet.posts or facet.records)


def find_facets(journal: Journal, ai_authors: Sequence[str] = ()) -> Facets:
    """All facets of a journal.

    Args:
        journal: The journal.
        ai_authors: Patterns of names that belong to assistants, for those that no record tells.
    """
    posts = sorted(journal.posts, key=_recency)
    by_axis = {
        Axis.STATUS: _members(Axis.STATUS, Status, posts),
        Axis.OUTCOME: _members(Axis.OUTCOME, Outcome, posts),
        Axis.TYPE: _gather(Axis.TYPE, ((post, (post.type or "",)) for post in posts)),
        Axis.TAG: _gather(Axis.TAG, ((post, post.tags) for post in posts)),
        Axis.PERSON: _people(journal, posts, ai_authors),
    }
    every = (facet for found in by_axis.values() for facet in found)
    by_name = {(facet.axis.value, _fold(facet.name)): facet for facet in every}
    return Facets(by_axis=by_axis, by_name=by_name)


def slug_of(name: str) -> str:
    """The address of a facet's name in any spelling.

    Names that differ only in what an address cannot show, such as `C` and `C++`, stay apart: where
    the address says less than the name, some digits of the name's hash follow.
    """
    folded = _fold(name)
    slug = slugify(folded)
    if slug == folded.replace(" ", "-") and slug != "index":
        return slug
    digits = hashlib.sha256(folded.encode()).hexdigest()[:_DIGITS]
    return f"{slug}-{digits}" if slug else digits


def _fold(name: str) -> str:
    return fold_text(" ".join(name.split()).removeprefix("@"))


def _recency(post: Post) -> tuple[float, str]:
    return (-post.date.timestamp() if post.date else 0.0, post.slug)


def _members(
    axis: Axis, members: Iterable[Status | Outcome], posts: Sequence[Post]
) -> tuple[Facet, ...]:
    """Every word of a vocabulary, so that a link to a page that is empty today stays right."""
    return tuple(
        Facet(
            axis=axis,
            slug=member.value,
            name=member.value,
            posts=tuple(post for post in posts if member in (post.status, post.outcome)),
        )
        for member in members
    )


def _gather(axis: Axis, named: Iterable[tuple[Node, Iterable[str]]]) -> tuple[Facet, ...]:
    """One facet for each name, whatever its spelling."""
    spellings: dict[str, Counter[str]] = {}
    nodes: dict[str, dict[str, Node]] = {}
    for node, names in named:
        for name in names:
            if key := _fold(name):
                spellings.setdefault(key, Counter())[" ".join(name.split())] += 1
                nodes.setdefault(key, {})[node.node] = node
    return tuple(
        Facet(
            axis=axis,
            slug=slug_of(key),
            name=min(spellings[key].items(), key=lambda item: (-item[1], item[0]))[0],
            posts=tuple(node for node in nodes[key].values() if isinstance(node, Post)),
            records=tuple(node for node in nodes[key].values() if isinstance(node, Record)),
        )
        for key in sorted(spellings)
    )


def _people(journal: Journal, posts: Sequence[Post], patterns: Sequence[str]) -> tuple[Facet, ...]:
    """Authors of posts, and of the records that belong to a problem."""
    records = [
        record
        for record in journal.records.values()
        if record.author and journal.find_problems(record.node)
    ]
    records.sort(key=lambda r: (-r.created_at.timestamp() if r.created_at else 0.0, r.id))
    named: list[tuple[Node, tuple[str, ...]]] = [
        *((post, post.authors) for post in posts),
        *((record, (record.author.login,)) for record in records if record.author),
    ]
    kinds = {_fold(login): kind for login, kind in journal.accounts.items()}
    return tuple(
        Facet(
            axis=facet.axis,
            slug=facet.slug,
            name=facet.name.removeprefix("@"),
            posts=facet.posts,
            records=facet.records,
            kind=kinds.get(_fold(facet.name)) or _guess_kind(facet.name, patterns),
        )
        for facet in _gather(Axis.PERSON, named)
    )


def _guess_kind(name: str, patterns: Sequence[str]) -> AuthorKind | None:
    """The kind of a name that no record tells: by GitHub's suffix, or by the option's patterns."""
    if matches_login(name, patterns):
        return AuthorKind.AI
    return AuthorKind.BOT if name.casefold().endswith(BOT) else None
