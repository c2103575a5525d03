"""Who did what: shares by phase and problem, the method's roles, a page for each name."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from journal_plugin.attribution import UNSIGNED, Share
from journal_plugin.pages.book import PHASE_TITLES
from journal_plugin.pages.facets import slug_of
from journal_plugin.pages.insights.overview import STYLE
from journal_plugin.pages.insights.words import find_shares, format_share, name_shares
from journal_plugin.pages.words import localize_number, mark
from journal_plugin.slugs import slugify

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from journal_plugin.contributors import Attributions, Person, Role, Split
    from journal_plugin.model import Node
    from journal_plugin.pages.book import Book
    from journal_plugin.pages.page import Page


_OUTSIDE = mark("Outside of any problem")


class _SplitRow(NamedTuple):
    name: str
    anchor: str
    split: Split
    shares: tuple[tuple[Share, float, str], ...]
    """Each share that is not zero: as a number, and in words."""
    role: Role | None = None


class _PersonRow(NamedTuple):
    person: Person
    name: str
    """Page below the journal's path."""
    weight: str
    comments: int


def render_people(book: Book, found: Attributions) -> Iterator[Page]:
    """The page of all people, then one for each."""
    _ = book.words.gettext
    uri = book.links.uri_of("insights/people/index")
    rows = list(_people(book, found))
    is_known = any(found.whole.find_share(s) for s in Share if s is not Share.UNKNOWN)
    problems = found.by_problem if is_known else {}
    yield book.page(
        uri,
        _("Who did what"),
        "insights_people.html",
        description=_("Human and AI shares by phase, problem and role, with the evidence"),
        style=book.place(uri).href(STYLE),
        names=name_shares(book.words),
        whole=_split(book, _("All artifacts"), "all", found.whole),
        roles=[
            _split(book, book.say(role.name), f"role-{slugify(role.name)}", role.split, role)
            for role in found.roles
            if is_known
        ],
        phases=[
            _split(book, book.title_of_phase(phase), f"phase-{phase}", split)
            for phase, split in found.by_phase.items()
            if is_known
        ],
        problems=[
            (
                problem,
                _split(book, problem.title, f"problem-{problem.slug}", problems[problem.slug]),
            )
            for problem in book.journal.problems
            if problem.slug in problems
        ],
        people=rows,
        is_known=is_known,
        unsigned=UNSIGNED,
        artifacts=[
            (book.journal.nodes[item.node], item, find_shares(item, book.words))
            for item in found.whole.items
        ],
        anchors={item.node: f"artifact-{n}" for n, item in enumerate(found.whole.items, start=1)},
    )
    for row in rows:
        yield _render_person(book, row)


def _render_person(book: Book, row: _PersonRow) -> Page:
    _ = book.words.gettext
    uri = book.links.uri_of(row.name)
    by_phase: dict[str, list[tuple[Node, str, tuple[str, ...]]]] = {}
    for deed in row.person.deeds:
        node = book.journal.nodes[deed.node]
        evidence = dict.fromkeys(book.say(text) for text in deed.evidence)
        item = (node, format_share(deed.weight, book.words), tuple(evidence))
        for title in [book.title_of_phase(phase) for phase in deed.phases] or [_(_OUTSIDE)]:
            by_phase.setdefault(title, []).append(item)
    return book.page(
        uri,
        book.say(row.person.name),
        "insights_person.html",
        description=_("What %(name)s did, with the evidence") % {"name": row.person.name},
        style=book.place(uri).href(STYLE),
        person=row.person,
        kind=name_shares(book.words)[row.person.share],
        weight=row.weight,
        by_phase=[(title, by_phase[title]) for title in _ordered(book, by_phase)],
        comments=[(book.journal.nodes[node], count) for node, count in row.person.comments],
    )


def _ordered(book: Book, titles: Iterable[str]) -> list[str]:
    titles_of_phases = (book.title_of_phase(phase) for phase in PHASE_TITLES)
    order = [*titles_of_phases, book.words.gettext(_OUTSIDE)]
    return sorted(titles, key=order.index)


def _split(book: Book, name: str, anchor: str, split: Split, role: Role | None = None) -> _SplitRow:
    return _SplitRow(
        name=name, anchor=anchor, split=split, shares=find_shares(split, book.words), role=role
    )


def _people(book: Book, found: Attributions) -> Iterator[_PersonRow]:
    """Each person, at the same last part of the address as their page of posts."""
    for person in sorted(found.people, key=lambda p: p.name.casefold()):
        weight = sum(deed.weight for deed in person.deeds)
        yield _PersonRow(
            person=person,
            name=f"insights/people/{slug_of(person.name)}",
            weight=localize_number(f"{round(weight, 1):g}", book.words),
            comments=sum(count for _, count in person.comments),
        )
