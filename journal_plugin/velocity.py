"""How fast work moves: lead times, work in progress, throughput, outcomes, rounds to success.

Ages are counted up to the latest date in the data, never up to the clock. GitHub's times are exact,
a post has only a day; where two of them fall on one day, they count as in order, zero days apart.
"""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from journal_plugin.courses import (
    FIRST_NAMES,
    MEANINGS,
    NAMES,
    Milestone,
    days_between,
    find_course,
)
from journal_plugin.figures import Figure, Sample, Unit, sort_samples
from journal_plugin.formats import format_month
from journal_plugin.model import RecordKind, State
from journal_plugin.phrases import phrase
from journal_plugin.vocabulary import Outcome, Status

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from journal_plugin.courses import Course, Reached
    from journal_plugin.journal import Journal
    from journal_plugin.model import Node, Record
    from journal_plugin.phrases import Phrase
    from journal_plugin.problems import Problem

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_OPEN = (State.OPEN, State.DRAFT)


class Velocity(NamedTuple):
    """All figures about time; a figure without a value is left out."""

    now: datetime | None
    """The latest date in the data, up to which ages are counted."""
    courses: tuple[Course, ...]
    lead_times: tuple[Figure, ...]
    in_progress: tuple[Figure, ...]
    throughput: tuple[Figure, ...]
    """Grouped by month, such as `2026-01`."""
    outcomes: tuple[Figure, ...]
    """Grouped by outcome."""
    rounds: tuple[Figure, ...]

    @property
    def figures(self) -> tuple[Figure, ...]:
        """All of them."""
        return (
            *self.lead_times, *self.in_progress, *self.throughput, *self.outcomes, *self.rounds,
        )  # fmt: skip


def find_velocity(journal: Journal) -> Velocity:
    """Compute every figure about time."""
    now = journal.latest
    courses = tuple(find_course(problem, journal.nodes) for problem in journal.problems)
    return Velocity(
        now=now,
        courses=courses,
        lead_times=_known((*_steps(courses), *_record_times(journal))),
        in_progress=_known(_ages(journal, now)) if now else (),
        throughput=_known(_throughput(journal)),
        outcomes=_known(_outcomes(journal)),
        rounds=_known((_rounds(courses),)),
    )


def _known(figures: Iterable[Figure]) -> tuple[Figure, ...]:
    return tuple(figure for figure in figures if figure.samples)


def _steps(courses: Sequence[Course]) -> Iterator[Figure]:
    """From each milestone to the next, from the problem to the result, and to success."""
    order = list(Milestone)
    pairs = [*pairwise(order), (Milestone.PROBLEM, Milestone.RESULT)]
    for start, end in pairs:
        yield Figure(
            key=f"{start}-to-{end}",
            title=phrase("%(start)s to %(end)s", start=FIRST_NAMES[start], end=NAMES[end]),
            definition=phrase(
                "Days from %(start)s to %(end)s. Of each problem that reached both, the second "
                "not on a day before the first.",
                start=MEANINGS[start],
                end=MEANINGS[end],
            ),
            unit=Unit.DAYS,
            samples=sort_samples(
                _sample(course.reached[start], course.reached[end], course.problem)
                for course in courses
                if start in course.reached and end in course.reached
            ),
        )
    yield Figure(
        key="problem-to-success",
        title=phrase("Problem to success"),
        definition=phrase(
            "Days from %(start)s to the date of the first post whose outcome is success.",
            start=MEANINGS[Milestone.PROBLEM],
        ),
        unit=Unit.DAYS,
        samples=sort_samples(
            _sample(course.reached[Milestone.PROBLEM], course.success, course.problem)
            for course in courses
            if course.success
        ),
    )


def _sample(start: Reached, end: Reached, problem: Problem) -> Sample:
    nodes = tuple(dict.fromkeys((problem.node, start.node, end.node)))
    return Sample(value=days_between(start.time, end.time), nodes=nodes)


def _record_times(journal: Journal) -> Iterator[Figure]:
    issues = _of_kind(journal, RecordKind.ISSUE)
    pulls = _of_kind(journal, RecordKind.PULL)
    closed = [issue for issue in issues if issue.state is State.CLOSED]
    merged = [pull for pull in pulls if pull.state is State.MERGED]
    yield _duration(
        "issue-to-closed", phrase("Every issue: opened to closed"), closed,
        lambda record: record.closed_at,
        phrase("Days from the creation of an issue to its closing. Of every closed issue."),
    )  # fmt: skip
    yield _duration(
        "pull-to-merged", phrase("Every pull request: opened to merged"), merged,
        lambda record: record.merged_at,
        phrase(
            "Days from the creation of a pull request to its merge. Of every merged pull request."
        ),
    )  # fmt: skip


def _of_kind(journal: Journal, kind: RecordKind) -> list[Record]:
    return [record for record in journal.records.values() if record.kind is kind]


def _duration(
    key: str,
    title: Phrase,
    records: Sequence[Record],
    find_end: Callable[[Record], datetime | None],
    definition: Phrase,
) -> Figure:
    samples, missing = [], []
    for record in records:
        start, end = record.created_at, find_end(record)
        if start and end:
            samples.append(Sample(value=days_between(start, end), nodes=(record.node,)))
        else:
            missing.append(record.node)
    return Figure(
        key=key,
        title=title,
        definition=definition,
        unit=Unit.DAYS,
        samples=sort_samples(samples),
        missing=tuple(missing),
    )


def _ages(journal: Journal, now: datetime) -> Iterator[Figure]:
    """What is in progress, and how old it is."""
    open_records = [r for r in journal.records.values() if r.state in _OPEN and not r.removed]
    kinds = (
        (RecordKind.ISSUE, phrase("Open issues"),
         phrase("Every open issue, with its days from its creation to %(until)s.", until=now)),
        (RecordKind.PULL, phrase("Open pull requests"),
         phrase("Every open pull request, with its days from its creation to %(until)s.",
                until=now)),
    )  # fmt: skip
    for kind, title, definition in kinds:
        started = [(r.node, r.created_at) for r in open_records if r.kind is kind]
        yield _age(f"open-{kind}s", title, started, now, definition)
    running = [post for post in journal.posts if post.status is Status.RUNNING]
    yield _age(
        "running-posts", phrase("Running experiments"),
        [(post.node, post.date) for post in running], now,
        phrase(
            "Every post whose status is running, with the days from its date to %(until)s.",
            until=now,
        ),
    )  # fmt: skip
    courses = (find_course(problem, journal.nodes) for problem in journal.problems)
    live = [c for c in courses if c.problem.status in (Status.PLANNED, Status.RUNNING)]
    starts = [
        (course.problem.node, start.time if start else None)
        for course in live
        for start in (course.reached.get(Milestone.PROBLEM),)
    ]
    yield _age(
        "open-problems", phrase("Open problems"), starts, now,
        phrase(
            "Every problem that is planned or running, with the days from %(start)s to %(until)s.",
            start=MEANINGS[Milestone.PROBLEM], until=now,
        ),
    )  # fmt: skip


def _age(
    key: str,
    title: Phrase,
    started: Sequence[tuple[str, datetime | None]],
    now: datetime,
    definition: Phrase,
) -> Figure:
    return Figure(
        key=key,
        title=title,
        definition=definition,
        unit=Unit.DAYS,
        samples=sort_samples(
            Sample(value=days_between(start, now), nodes=(node,))
            for node, start in started
            if start
        ),
        missing=tuple(node for node, start in started if not start),
    )


def _throughput(journal: Journal) -> Iterator[Figure]:
    """What was opened and finished in each month."""
    issues = _of_kind(journal, RecordKind.ISSUE)
    pulls = _of_kind(journal, RecordKind.PULL)
    closed = [issue for issue in issues if issue.state is State.CLOSED]
    merged = [pull for pull in pulls if pull.state is State.MERGED]
    posts = [post for post in journal.posts if post.outcome]
    yield _monthly("issues-opened", phrase("Issues opened"), ((r, r.created_at) for r in issues))
    yield _monthly("issues-closed", phrase("Issues closed"), ((r, r.closed_at) for r in closed))
    yield _monthly(
        "pulls-opened", phrase("Pull requests opened"), ((r, r.created_at) for r in pulls)
    )
    yield _monthly(
        "pulls-merged", phrase("Pull requests merged"), ((r, r.merged_at) for r in merged)
    )
    yield _monthly("results", phrase("Results published"), ((post, post.date) for post in posts))


_COUNTED = {
    "issues-opened": phrase("Issues by the month of their creation. Months are in UTC."),
    "issues-closed": phrase("Closed issues by the month of their closing. Months are in UTC."),
    "pulls-opened": phrase("Pull requests by the month of their creation. Months are in UTC."),
    "pulls-merged": phrase("Merged pull requests by the month of their merge. Months are in UTC."),
    "results": phrase("Posts with an outcome by the month of their date. Months are in UTC."),
}


def _monthly(key: str, title: Phrase, dated: Iterable[tuple[Node, datetime | None]]) -> Figure:
    pairs = sorted(dated, key=lambda pair: (pair[1] or _EPOCH, pair[0].node))
    return Figure(
        key=key,
        title=title,
        definition=_COUNTED[key],
        unit=Unit.COUNT,
        samples=tuple(
            Sample(value=1, nodes=(node.node,), group=format_month(time))
            for node, time in pairs if time
        ),
        missing=tuple(node.node for node, time in pairs if not time),
    )  # fmt: skip


def _outcomes(journal: Journal) -> Iterator[Figure]:
    posts = [(post.node, post.outcome) for post in journal.posts if post.outcome]
    problems = [(problem.node, problem.outcome) for problem in journal.problems if problem.outcome]
    yield _by_outcome(
        "outcomes",
        phrase("Outcomes of experiments"),
        posts,
        phrase("Posts that state an outcome, by that outcome."),
    )
    yield _by_outcome(
        "problem-outcomes", phrase("Outcomes of problems"), problems,
        phrase("Problems by the outcome of their latest post that states one."),
    )  # fmt: skip


def _by_outcome(
    key: str, title: Phrase, found: Sequence[tuple[str, Outcome]], definition: Phrase
) -> Figure:
    return Figure(
        key=key,
        title=title,
        definition=definition,
        unit=Unit.COUNT,
        samples=tuple(
            Sample(value=1, nodes=(node,), group=outcome.value)
            for outcome in Outcome
            for node, has in found
            if has is outcome
        ),
    )


def _rounds(courses: Sequence[Course]) -> Figure:
    return Figure(
        key="rounds-to-success",
        title=phrase("Rounds to success"),
        definition=phrase(
            "The number of the first round of a problem that ended with a success. A round "
            "ends with a post that states an outcome; the case study lists the rounds."
        ),
        unit=Unit.ROUNDS,
        samples=sort_samples(
            Sample(value=course.won.number, nodes=(course.problem.node, course.won.result.node))
            for course in courses
            if course.won and course.won.result
        ),
    )
