"""The lineage: which experiment follows, replicates, supersedes or corrects which."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from journal_plugin.model import EdgeKind, Post
from journal_plugin.pages.backlinks import passive_words
from journal_plugin.pages.boxes import find_arrows, find_leads, make_count_box, make_post_box
from journal_plugin.pages.mermaid import DiagramGroup, render_block, render_flowchart
from journal_plugin.vocabulary import Phase

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markupsafe import Markup

    from journal_plugin.pages.book import Book
    from journal_plugin.pages.boxes import Lead
    from journal_plugin.pages.mermaid import DiagramNode
    from journal_plugin.pages.place import Place

ALL_GROUPS = 40
"""Boxes of the lineage before whole problems are gathered."""

_LINEAGE = (EdgeKind.FOLLOWS, EdgeKind.REPLICATES, EdgeKind.SUPERSEDES, EdgeKind.CORRECTS)


class Lineage(NamedTuple):
    """The lineage as a diagram and as text."""

    diagram: Markup
    lines: tuple[tuple[Post, tuple[tuple[str, Post], ...]], ...]
    """Each experiment that something came of, with what: in words, and the later one."""


class Descent(NamedTuple):
    """What the lineage is made from."""

    leads: tuple[Lead, ...]
    """Which experiment follows, replicates, supersedes or corrects which."""
    posts: tuple[Post, ...]
    """Those at either end of one, in the journal's order."""


def find_descent(book: Book) -> Descent:
    """What came of which experiment."""
    leads = find_leads(book, [post.node for post in book.journal.posts], _LINEAGE)
    linked = {node for lead in leads for node in (lead.source, lead.target)}
    posts = tuple(post for post in book.journal.posts if post.node in linked)
    return Descent(leads=leads, posts=posts)


def render_lineage(book: Book, descent: Descent, place: Place) -> Lineage | None:
    """The lineage on the page of `place`; None where nothing came of anything."""
    if not descent.leads:
        return None
    _ = book.words.gettext
    leads, posts = descent.leads, {post.node: post for post in descent.posts}
    shown = list(posts)
    keys: dict[str, str] = {}
    groups = _lineage_groups(book, shown, keys, place)
    source = render_flowchart(
        title=_("Lineage of the experiments"),
        description=_("%(count)s experiments and what came of each.") % {"count": len(shown)},
        groups=groups,
        arrows=find_arrows(book, leads, keys),
    )
    lines = tuple(
        (
            posts[node],
            tuple(
                (_(passive_words(lead.kind, lead.target)), posts[lead.target])
                for lead in leads
                if lead.source == node
            ),
        )
        for node in shown
    )
    return Lineage(diagram=render_block(source), lines=tuple(line for line in lines if line[1]))


def _lineage_groups(
    book: Book, shown: Sequence[str], keys: dict[str, str], place: Place
) -> list[DiagramGroup]:
    """One frame a problem; in a large journal one box a problem."""
    by_problem: dict[str, list[str]] = {}
    for node in shown:
        found = book.journal.find_problems(node)
        by_problem.setdefault(found[0][0].slug if found else "", []).append(node)
    gather = len(shown) > ALL_GROUPS
    groups = []
    for number, (slug, nodes) in enumerate(sorted(by_problem.items())):
        link = place.to_problem(slug) if slug else None
        title = _problem_title(book, slug)
        boxes = _lineage_boxes(book, nodes, number, place)
        if gather and len(nodes) > 1:
            key = f"p{number}"
            keys |= dict.fromkeys(nodes, key)
            boxes = (make_count_box(book, key, len(nodes), Phase.ITERATION, link),)
        else:
            keys |= {node: box.key for node, box in zip(nodes, boxes, strict=True)}
        groups.append(DiagramGroup(key=f"g{number}", label=title, nodes=boxes))
    return groups


def _lineage_boxes(
    book: Book, nodes: Sequence[str], number: int, place: Place
) -> tuple[DiagramNode, ...]:
    return tuple(
        make_post_box(post, f"p{number}_{index}", Phase.ITERATION, place)
        for index, node in enumerate(nodes)
        if isinstance(post := book.journal.nodes[node], Post)
    )


def _problem_title(book: Book, slug: str) -> str:
    titles = {problem.slug: problem.title for problem in book.journal.problems}
    return titles.get(slug, book.words.gettext("No problem named"))
