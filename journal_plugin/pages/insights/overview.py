"""The insights page itself: how fast work moves, and the way to everything else."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from journal_plugin.courses import FIRST_NAMES, Milestone, days_between
from journal_plugin.figures import SMALL, Unit
from journal_plugin.pages.benchmarks import find_summaries
from journal_plugin.pages.charts import STYLE as CHART_STYLE
from journal_plugin.pages.charts import render_plot_block
from journal_plugin.pages.insights.charts import render_rates, render_spreads
from journal_plugin.pages.insights.words import (
    find_shares,
    format_share,
    format_spread,
    format_value,
    name_shares,
)
from journal_plugin.phrases import count_phrase, phrase
from journal_plugin.trends import KEY

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from journal_plugin.contributors import Attributions
    from journal_plugin.courses import Course, Reached
    from journal_plugin.figures import Figure
    from journal_plugin.knowledge import Knowledge
    from journal_plugin.model import Node
    from journal_plugin.pages.book import Book
    from journal_plugin.pages.insights.counted import Counted
    from journal_plugin.pages.page import Page
    from journal_plugin.pages.place import Place
    from journal_plugin.phrases import Phrase
    from journal_plugin.quality import Quality
    from journal_plugin.tracking import NamedRun, RunLog
    from journal_plugin.velocity import Velocity

STYLE = "assets/journal/insights.css"
"""Address of the style sheet, which only these pages load."""

_OLDEST = 5


class Facts(NamedTuple):
    """Everything that the pages show."""

    velocity: Velocity
    attributions: Attributions | None
    qualities: tuple[Quality, ...]
    knowledge: Knowledge
    run_logs: tuple[RunLog, ...]
    named_runs: tuple[NamedRun, ...]

    @property
    def has_knowledge(self) -> bool:
        """Whether the page of knowledge has anything on it."""
        known = self.knowledge
        return any((known.recurrences, known.echoes, known.steps, known.glossary))

    @property
    def has_runs(self) -> bool:
        """Whether the page of runs has anything on it."""
        return bool(self.run_logs or self.named_runs)


class _FigureRow(NamedTuple):
    figure: Figure
    url: str
    """What it counts."""
    median: str
    spread: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Group:
    name: str
    count: int
    url: str
    share: str


class _Stop(NamedTuple):
    """A milestone of a problem."""

    reached: Reached
    node: Node
    after: str | None
    """Time since the milestone before."""


class _CourseRow(NamedTuple):
    course: Course
    stops: tuple[_Stop | None, ...]
    total: str | None


class _Month(NamedTuple):
    name: str
    counts: tuple[tuple[int, str] | None, ...]
    """For each figure how many, and the address of what is counted."""


def render_overview(book: Book, facts: Facts, counted: Callable[[], Counted]) -> Page:
    """The insights page."""
    parts = (*_find_parts(book, facts), *_find_benchmark_part(book))
    make = partial(_render, book, facts.velocity, counted, parts)
    return book.again_alone("insights", make, about=parts)


def _render(
    book: Book,
    velocity: Velocity,
    find_counted: Callable[[], Counted],
    parts: Sequence[tuple[str, str, str]],
) -> Page:
    counted = find_counted()
    uri = book.links.uri_of("insights/index")
    place = book.place(uri)
    return book.page(
        uri,
        book.words.gettext("Insights"),
        "insights.html",
        in_nav=True,
        description=book.words.gettext(
            "How fast work moves, who does what, how sound results are, what is known"
        ),
        style=place.href(STYLE),
        now=velocity.now,
        small=SMALL,
        lead_times=_figures(velocity.lead_times, place, counted),
        courses=[_course(book, course) for course in velocity.courses if course.reached],
        milestones=[
            (FIRST_NAMES[m], any(m in c.reached for c in velocity.courses)) for m in Milestone
        ],
        in_progress=_figures(velocity.in_progress, place, counted),
        oldest=_find_oldest(book, velocity),
        throughput=_figures(velocity.throughput, place, counted),
        months=_find_months(velocity.throughput, place, counted),
        chart_style=place.href(CHART_STYLE),
        lead_chart=render_spreads(book, velocity.lead_times, "lead-time-chart"),
        age_chart=render_spreads(book, velocity.in_progress, "age-chart"),
        outcome_chart=render_rates(book, velocity.outcomes, "outcome-chart"),
        trends=render_plot_block(book, KEY, place, heading="", shelf=book.shelf),
        outcomes=[(figure, _groups(figure, place, counted)) for figure in velocity.outcomes],
        rounds=_figures(velocity.rounds, place, counted),
        parts=parts,
    )


def _figures(figures: Iterable[Figure], place: Place, counted: Counted) -> list[_FigureRow]:
    return [
        _FigureRow(
            figure=figure,
            url=place.href(counted.url(figure)),
            median=format_value(figure.median, figure.unit, place.book.words),
            spread=format_spread(figure, place.book.words),
        )
        for figure in figures
    ]


def _groups(figure: Figure, place: Place, counted: Counted) -> list[_Group]:
    total = len(figure.samples)
    return [
        _Group(
            name=name,
            count=len(samples),
            url=place.href(counted.url(figure, name)),
            share=format_share(len(samples) / total, place.book.words),
        )
        for name, samples in figure.find_groups().items()
    ]


def _course(book: Book, course: Course) -> _CourseRow:
    stops: list[_Stop | None] = []
    before: Reached | None = None
    for milestone in Milestone:
        reached = course.reached.get(milestone)
        if reached is None:
            stops.append(None)
            continue
        stops.append(
            _Stop(
                reached=reached,
                node=book.journal.nodes[reached.node],
                after=_format_between(book, before, reached) if before else None,
            )
        )
        before = reached
    start, end = course.reached[Milestone.PROBLEM], course.reached.get(Milestone.RESULT)
    total = _format_between(book, start, end) if end else None
    return _CourseRow(course=course, stops=tuple(stops), total=total)


def _format_between(book: Book, start: Reached, end: Reached) -> str:
    return format_value(days_between(start.time, end.time), Unit.DAYS, book.words)


def _find_oldest(book: Book, velocity: Velocity) -> list[tuple[Figure, list[tuple[object, str]]]]:
    """For each kind of work in progress the oldest, with their ages."""
    problems = {problem.node: problem for problem in book.journal.problems}
    return [
        (
            figure,
            [
                (
                    problems.get(sample.nodes[0]) or book.journal.nodes[sample.nodes[0]],
                    format_value(sample.value, figure.unit, book.words),
                )
                for sample in figure.samples[:_OLDEST]
            ],
        )
        for figure in velocity.in_progress
    ]


def _find_months(figures: Sequence[Figure], place: Place, counted: Counted) -> list[_Month]:
    """The months in which anything happened, the latest first."""
    groups = [figure.find_groups() for figure in figures]
    names = sorted({name for found in groups for name in found}, reverse=True)
    return [
        _Month(
            name=name,
            counts=tuple(
                (len(found[name]), place.href(counted.url(figure, name))) if name in found else None
                for figure, found in zip(figures, groups, strict=True)
            ),
        )
        for name in names
    ]


def _find_parts(book: Book, facts: Facts) -> Iterator[tuple[str, str, str]]:
    """The other pages: name, title, and what stands there."""
    _ = book.words.gettext
    if found := facts.attributions:
        names = name_shares(book.words)
        shares = (
            f"{text} {names[share]}" for share, _value, text in find_shares(found.whole, book.words)
        )
        artifacts, people = len(found.whole.items), len(found.people)
        text = phrase(
            "%(shares)s in %(artifacts)s by %(names)s",
            shares=", ".join(shares),
            artifacts=count_phrase("%(num)s artifact", "%(num)s artifacts", artifacts),
            names=count_phrase("%(num)s name", "%(num)s names", people),
        )
        yield "insights/people/index", _("Who did what"), book.say(text)
    if facts.qualities:
        text = count_phrase(
            "%(met)s of %(total)s checks met in %(num)s experiment",
            "%(met)s of %(total)s checks met in %(num)s experiments",
            len(facts.qualities),
            met=sum(quality.met for quality in facts.qualities),
            total=sum(len(quality.checks) for quality in facts.qualities),
        )
        yield "insights/quality", _("Quality"), book.say(text)
    if facts.has_knowledge:
        yield "insights/knowledge", _("Knowledge"), _list_knowledge(book, facts.knowledge)
    if facts.has_runs:
        yield "insights/runs", _("Runs"), _list_runs(book, facts)


def _find_benchmark_part(book: Book) -> Iterator[tuple[str, str, str]]:
    """The page of benchmarks, if there are any."""
    if found := find_summaries(book):
        count = sum(len(lines) for _, lines in found)
        text = book.words.ngettext("%(num)s comparison", "%(num)s comparisons", count) % {
            "num": count
        }
        yield "insights/benchmarks", book.words.gettext("Benchmarks"), text


def _list_knowledge(book: Book, known: Knowledge) -> str:
    """The counts that are not zero, in words."""
    steps = sum(step.is_open for step in known.steps)
    return _list(
        book,
        count_phrase(
            "%(num)s recurring failure", "%(num)s recurring failures", len(known.recurrences)
        ),
        count_phrase("%(num)s similar text", "%(num)s similar texts", len(known.echoes)),
        count_phrase("%(num)s open step", "%(num)s open steps", steps),
        count_phrase("%(num)s metric", "%(num)s metrics", len(known.glossary)),
    )


def _list_runs(book: Book, facts: Facts) -> str:
    return _list(
        book,
        count_phrase("%(num)s run log", "%(num)s run logs", len(facts.run_logs)),
        count_phrase("%(num)s run or model", "%(num)s runs and models", len(facts.named_runs)),
    )


def _list(book: Book, *counts: Phrase) -> str:
    return ", ".join(book.say(count) for count in counts if count.number)
