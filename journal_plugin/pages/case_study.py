"""The case study of each problem, and the list of problems."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from journal_plugin.dates import date_of
from journal_plugin.model import EdgeKind, Post, Record, RecordKind
from journal_plugin.pages.badges import render_snippet
from journal_plugin.pages.benchmarks import find_summaries
from journal_plugin.pages.book import people_of, title_of
from journal_plugin.pages.charts import render_plot_block
from journal_plugin.pages.diagrams import find_flow, render_flow, render_schedule
from journal_plugin.pages.notices import find_notices
from journal_plugin.pages.summaries import CONCLUSIONS
from journal_plugin.pages.words import mark
from journal_plugin.problems import find_results
from journal_plugin.rounds import find_rounds
from journal_plugin.text.escape import shorten
from journal_plugin.text.sections import find_section
from journal_plugin.vocabulary import Phase

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from markupsafe import Markup

    from journal_plugin.model import Author, Metric, Node
    from journal_plugin.pages.book import Book
    from journal_plugin.pages.page import Page
    from journal_plugin.pages.place import Place
    from journal_plugin.problems import Artifact, Problem
    from journal_plugin.text.sections import Section

_QUOTED: Mapping[Phase, tuple[str, ...]] = {
    Phase.PROBLEM: ("problem", "problem statement", "summary", "description", "what happens"),
    Phase.ANALYSIS: ("root cause", "root causes", "analysis", "diagnosis"),
    Phase.DESIGN: ("solution", "roadmap", "solution design", "proposed solution", "plan", "design"),
    Phase.ITERATION: ("next step", "next steps", "what next"),
}
_EMPTY: Mapping[Phase, str] = {
    Phase.PROBLEM: mark("Nobody has stated the problem yet."),
    Phase.ANALYSIS: mark("No analysis yet."),
    Phase.DESIGN: mark("No solution is designed yet."),
    Phase.IMPLEMENTATION: mark("No pull request yet."),
    Phase.EXPERIMENTATION: mark("No validation experiment yet."),
    Phase.ITERATION: mark("No result is written up yet."),
}
_SUCCESSION = (EdgeKind.FOLLOWS, EdgeKind.REPLICATES, EdgeKind.SUPERSEDES, EdgeKind.CORRECTS)
_SENTENCE = re.compile(r"(.+?[.!?])(?:\s|$)", re.DOTALL)


class Conclusion(NamedTuple):
    """What a problem or an experiment came to."""

    text: str
    """One sentence, plain text."""
    post: Post
    """The post that says so."""


class _Quote(NamedTuple):
    heading: str
    html: Markup
    node: Node


class _Item(NamedTuple):
    node: Node
    artifact: Artifact
    date: datetime | None
    ended: datetime | None
    people: tuple[Author | str, ...]
    size: str
    metrics: tuple[tuple[str, Metric], ...]
    leads_to: tuple[str, ...]


class _PhaseView(NamedTuple):
    name: Phase
    artifacts: tuple[_Item, ...]
    quotes: tuple[_Quote, ...]
    empty: str


class ProblemRow(NamedTuple):
    """A problem in a list."""

    problem: Problem
    reached: Phase | None
    """The last phase that has an artifact."""
    changed: datetime | None
    """The date of its latest artifact."""


def render_case_studies(book: Book) -> Iterator[Page]:
    """The list of problems, then a case study for each, sorted by slug."""
    yield book.page(
        book.links.uri_of("problems/index"),
        book.words.gettext("Problems"),
        "problems.html",
        in_nav=True,
        description=book.words.gettext(
            "The research problems of this journal and where each stands"
        ),
        rows=find_rows(book),
    )
    for problem in book.journal.problems:
        yield render_case_study(book, problem)


def find_rows(book: Book) -> tuple[ProblemRow, ...]:
    """All problems, the one that changed last first."""
    rows = [
        ProblemRow(
            problem=problem,
            reached=problem.artifacts[-1].phase if problem.artifacts else None,
            changed=max(filter(None, (_date(book, a) for a in problem.artifacts)), default=None),
        )
        for problem in book.journal.problems
    ]
    rows.sort(key=lambda row: row.problem.slug)
    return tuple(
        sorted(rows, key=lambda row: row.changed.timestamp() if row.changed else 0, reverse=True)
    )


def render_case_study(book: Book, problem: Problem) -> Page:
    """The page that tells one problem from its artifacts."""
    uri = book.links.uri_of_problem(problem.slug)
    place = book.place(uri)
    conclusion = find_conclusion(book, (book.journal.nodes[a.node] for a in problem.artifacts))
    flow: dict[str, list[str]] = {}
    for step in find_flow(book, problem):
        flow.setdefault(step.source, []).append(step.target)
    return book.page(
        uri,
        problem.title,
        "problem.html",
        node=problem.node,
        description=shorten(conclusion.text if conclusion else problem.title, 160),
        problem=problem,
        conclusion=conclusion,
        diagram=render_flow(book, problem, place),
        schedule=render_schedule(book, problem),
        gaps=book.journal.audit.by_problem.get(problem.slug, ()),
        rounds=find_rounds(problem, book.journal.nodes),
        after=_what_came_after(book, problem),
        notices_found=find_notices(book, [a.node for a in problem.artifacts]),
        phases=[_phase_view(book, problem, phase, place, flow) for phase in Phase],
        plots=render_plot_block(
            book,
            problem.node,
            place,
            heading=mark("Metrics over the experiments"),
            shelf=book.shelf,
        ),
        benchmarks=find_summaries(book, problem),
        related=[book.journal.nodes[node] for node in problem.related],
        badge_code=render_snippet(place, problem.node),
    )


def _date(book: Book, artifact: Artifact) -> datetime | None:
    return date_of(book.journal.nodes[artifact.node])


def _phase_view(
    book: Book, problem: Problem, phase: Phase, place: Place, flow: Mapping[str, Sequence[str]]
) -> _PhaseView:
    return _PhaseView(
        name=phase,
        artifacts=tuple(
            _item(book, a, flow) for a in problem.find_phase(phase) if a.section is None
        ),
        quotes=tuple(_quotes(book, problem, phase, place)),
        empty=book.words.gettext(_EMPTY[phase]),
    )


def _item(book: Book, artifact: Artifact, flow: Mapping[str, Sequence[str]]) -> _Item:
    node = book.journal.nodes[artifact.node]
    metrics = node.metrics if isinstance(node, Post) else {}
    return _Item(
        node=node,
        artifact=artifact,
        date=date_of(node),
        ended=None if isinstance(node, Post) else node.merged_at or node.closed_at,
        people=people_of(node),
        size=_size(book, node),
        metrics=tuple((name, m) for name, m in metrics.items() if m.value is not None),
        leads_to=tuple(
            title_of(book.journal.nodes[target])
            for target in sorted(set(flow.get(artifact.node, ())))
        ),
    )


def _size(book: Book, node: Node) -> str:
    if not isinstance(node, Record) or node.kind is not RecordKind.PULL:
        return ""
    _ = book.words.gettext
    parts = []
    if node.merged_at:
        parts.append(_("merged on %(date)s") % {"date": f"{node.merged_at:%Y-%m-%d}"})
    if node.additions is not None and node.deletions is not None:
        size = f"+{node.additions} −{node.deletions}"  # noqa: RUF001 - a minus sign
        parts.append(_("%(size)s lines") % {"size": size})
    return " · ".join(parts)


def _quotes(book: Book, problem: Problem, phase: Phase, place: Place) -> Iterator[_Quote]:
    """The section of an issue that speaks of this phase, or the latest result's next steps."""
    names = _QUOTED.get(phase)
    if names is None:
        return
    if phase is Phase.ITERATION:
        sources: Sequence[Node] = find_results(
            book.journal.nodes[a.node] for a in problem.artifacts
        )
    else:
        sources = [book.journal.nodes[root] for root in problem.roots]
    for node in sources:
        section = find_section(book.texts[node.node].sections, names)
        if section is None and phase is Phase.PROBLEM:
            section = next((s for s in book.texts[node.node].sections if not s.is_empty), None)
        if section:
            heading = section.heading or book.words.gettext("Opening")
            yield _Quote(heading=heading, html=place.section(section), node=node)
            return


def _what_came_after(book: Book, problem: Problem) -> list[Post]:
    """Posts outside of the problem that build on one of its artifacts."""
    members = {artifact.node for artifact in problem.artifacts}
    found = {
        edge.source
        for node in members
        for edge in book.journal.graph.find_incoming(node)
        if edge.kind in _SUCCESSION and edge.source not in members
    }
    nodes = (book.journal.nodes.get(node) for node in sorted(found))
    return [node for node in nodes if isinstance(node, Post)]


def find_conclusion(book: Book, nodes: Iterable[Node]) -> Conclusion | None:
    """The first sentence of the latest result's conclusion, if one of `nodes` is a result."""
    for post in find_results(nodes):
        section = find_section(book.texts[post.node].sections, CONCLUSIONS)
        if section and (text := _first_sentence(section)):
            return Conclusion(text=text, post=post)
    return None


def _first_sentence(section: Section) -> str:
    text = " ".join(section.html.striptags().split())
    match = _SENTENCE.match(text)
    return shorten(match[1] if match else text, 300)
