"""What the journal adds to an author's own page: a header, and a footer with what refers to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from markupsafe import Markup

from journal_plugin.model import EdgeKind, Post, RecordKind
from journal_plugin.pages.backlinks import find_backlinks
from journal_plugin.pages.badges import render_snippet
from journal_plugin.pages.notices import find_notices

if TYPE_CHECKING:
    from journal_plugin.model import Node, Record
    from journal_plugin.pages.book import Book

_SUCCESSION = {
    EdgeKind.FOLLOWS: "follows",
    EdgeKind.SUPERSEDES: "supersedes",
    EdgeKind.CORRECTS: "corrects",
    EdgeKind.REPLICATES: "replicates",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Follower:
    node: Node
    kind: str


def render_header(book: Book, post: Post) -> Markup:
    """Status, outcome, type, dates, problems and records of a post; empty if it has none."""
    journal = book.journal
    declared = [
        journal.records[link.target]
        for link in (*post.issues, *post.prs)
        if link.target in journal.records
    ]
    follows = [
        journal.nodes[edge.target]
        for edge in journal.graph.find_outgoing(post.node)
        if edge.kind is EdgeKind.FOLLOWS and isinstance(journal.nodes.get(edge.target), Post)
    ]
    known = (post.status, post.outcome, post.type, post.date, post.status_raw, declared, follows)
    problems = [problem for problem, _ in journal.find_problems(post.node)]
    notices = find_notices(book, [post.node])
    if not any((*known, problems, notices)):
        return Markup()
    return book.render(
        "post_header.html",
        book.place_of(post),
        post=post,
        raw_status=_raw_status(post),
        problems=problems,
        issues=_of_kind(declared, RecordKind.ISSUE),
        pulls=_of_kind(declared, RecordKind.PULL),
        follows=follows,
        notices_found=notices,
    )


def render_footer(book: Book, post: Post) -> Markup:
    """What follows a post, and who refers to it; empty if nothing does."""
    incoming = book.journal.graph.find_incoming(post.node)
    followers = [
        _Follower(node=book.journal.nodes[edge.source], kind=_SUCCESSION[edge.kind])
        for edge in incoming
        if edge.kind in _SUCCESSION and edge.source in book.journal.nodes
    ]
    links = find_backlinks(book.journal, post.node)
    place = book.place_of(post)
    badge = render_snippet(place, post.node) if post.status or post.outcome else Markup()
    if not followers and not links and not badge:
        return Markup()
    return book.render(
        "post_footer.html", place, followers=followers, links=links, badge_code=badge
    )


def _raw_status(post: Post) -> str | None:
    """The author's own words, where the badge does not say the same."""
    raw = post.status_raw
    return raw if raw and raw.casefold() != (post.status or "") else None


def _of_kind(records: list[Record], kind: RecordKind) -> list[Record]:
    unique = {record.id: record for record in records if record.kind is kind}
    return [unique[key] for key in sorted(unique)]
