"""Who did what: shares by phase and problem, the method's roles, a page for each name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from journal_plugin.attribution import Share
from journal_plugin.pages.book import PHASE_TITLES
from journal_plugin.pages.facets import slug_of
from journal_plugin.pages.insights.overview import STYLE
from journal_plugin.pages.insights.words import SHARE_NAMES, format_share
from journal_plugin.slugs import slugify

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from journal_plugin.attribution import Attribution
    from journal_plugin.contributors import Attributions, Person, Role, Split
    from journal_plugin.model import Node
    from journal_plugin.pages.book import Book
    from journal_plugin.pages.page import Page


@dataclass(frozen=True, slots=True, kw_only=True)
class _SplitRow:
    name: str
    anchor: str
    split: Split
    shares: tuple[tuple[Share, float, str], ...]
    """Each share that is not zero: as a number, and in words."""
    role: Role | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _PersonRow:
    person: Person
    name: str
    """Page below the journal's path."""
    weight: str
    comments: int


def render_people(book: Book, found: Attributions) -> Iterator[Page]:
    """The page of all people, then one for each."""
    uri = book.links.uri_of("insights/people/index")
    rows = list(_people(found))
    yield book.page(
        uri,
        "Who did what",
        "insights_people.html",
        description="Human and AI shares by phase, problem and role, with the evidence",
        style=book.place(uri).href(STYLE),
        names=SHARE_NAMES,
        whole=_split("All artifacts", "all", found.whole),
        roles=[
            _split(role.name, f"role-{slugify(role.name)}", role.split, role)
            for role in found.roles
        ],
        phases=[
            _split(book.title_of_phase(phase), f"phase-{phase}", split)
            for phase, split in found.by_phase.items()
        ],
        problems=[
            (
                problem,
                _split(problem.title, f"problem-{problem.slug}", found.by_problem[problem.slug]),
            )
            for problem in book.journal.problems
            if problem.slug in found.by_problem
        ],
        people=rows,
        artifacts=[
            (book.journal.nodes[item.node], item, _shares_of(item)) for item in found.whole.items
        ],
        anchors={item.node: f"artifact-{n}" for n, item in enumerate(found.whole.items, start=1)},
    )
    for row in rows:
        yield _render_person(book, row)


def _render_person(book: Book, row: _PersonRow) -> Page:
    uri = book.links.uri_of(row.name)
    by_phase: dict[str, list[tuple[Node, str, tuple[str, ...]]]] = {}
    for deed in row.person.deeds:
        node = book.journal.nodes[deed.node]
        item = (node, format_share(deed.weight), tuple(dict.fromkeys(deed.evidence)))
        for title in [book.title_of_phase(phase) for phase in deed.phases] or [
            "Outside of any problem"
        ]:
            by_phase.setdefault(title, []).append(item)
    return book.page(
        uri,
        row.person.name,
        "insights_person.html",
        description=f"What {row.person.name} did, with the evidence",
        style=book.place(uri).href(STYLE),
        person=row.person,
        kind=SHARE_NAMES[row.person.share],
        weight=row.weight,
        by_phase=[(title, by_phase[title]) for title in _ordered(book, by_phase)],
        comments=[(book.journal.nodes[node], count) for node, count in row.person.comments],
    )


def _ordered(book: Book, titles: Iterable[str]) -> list[str]:
    order = [*(book.title_of_phase(phase) for phase in PHASE_TITLES), "Outside of any problem"]
    return sorted(titles, key=order.index)


def _split(name: str, anchor: str, split: Split, role: Role | None = None) -> _SplitRow:
    shares = [(share, split.find_share(share)) for share in Share]
    return _SplitRow(
        name=name,
        anchor=anchor,
        split=split,
        shares=tuple((share, value, format_share(value)) for share, value in shares if value > 0),
        role=role,
    )


def _shares_of(item: Attribution) -> tuple[tuple[Share, float, str], ...]:
    shares = [(share, item.find_share(share)) for share in Share]
    return tuple((share, value, format_share(value)) for share, value in shares if value > 0)


def _people(found: Attributions) -> Iterator[_PersonRow]:
    """Each person, at the same last part of the address as their page of posts."""
    for person in sorted(found.people, key=lambda p: p.name.casefold()):
        weight = sum(deed.weight for deed in person.deeds)
        yield _PersonRow(
            person=person,
            name=f"insights/people/{slug_of(person.name)}",
            weight=f"{round(weight, 1):g}",
            comments=sum(count for _, count in person.comments),
        )
