"""What the journal has learned: failures that recur, what is alike, what is open, which metrics."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from journal_plugin.membership import date_of
from journal_plugin.model import Post, Record, RecordKind, State
from journal_plugin.problems import fold_heading
from journal_plugin.similar import find_alike
from journal_plugin.text.items import find_items
from journal_plugin.matching import fold_text
from journal_plugin.vocabulary import Outcome, Status

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from journal_plugin.journal import Journal
    from journal_plugin.model import Metric, Node
    from journal_plugin.similar import Likeness
    from journal_plugin.text.items import Item
    from journal_plugin.text.sections import Section

CAUSE_HEADINGS = ("root cause", "root causes", "cause", "causes")
LEARNING_HEADINGS = ("key learnings", "key learning", "learnings", "lessons learned", "lessons")
STEP_HEADINGS = ("next steps", "next step", "future work", "what next", "follow ups", "todo")
QUESTION_HEADINGS = ("open questions", "open question", "questions", "unknowns")

_FAILED = (Outcome.FAILURE, Outcome.MIXED, Outcome.INCONCLUSIVE)
_CAUSE = re.compile(r"root causes?\b(?:\s*[:.\u2013\u2014-]|\s+(?:is|was)\b)", re.IGNORECASE)
_PLAIN_LABELS = frozenset(
    {
        "bug", "documentation", "duplicate", "enhancement", "good first issue", "help wanted",
        "invalid", "question", "wontfix", "problem", "experiment", "dependencies",
    }
)  # fmt: skip
"""Labels that say what kind of record it is, not what it is about; most are GitHub's own."""
_RECURS = 2
_ALIKE = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """What a text says under a heading."""

    node: str
    heading: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Recurrence:
    """A theme under which more than one experiment did not succeed."""

    names: tuple[str, ...]
    """Tags and labels; several where the same experiments carry them all."""
    failed: tuple[str, ...]
    """Posts, the oldest first."""
    causes: tuple[Remark, ...]
    learnings: tuple[Remark, ...]
    remedies: tuple[str, ...]
    """Later posts with the same tag or label that succeeded, the oldest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """Evidence that somebody took up a step."""

    node: str | None
    """The later artifact; None where only the author ticked the box."""
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A next step or open question that a text names."""

    node: str
    text: str
    is_question: bool
    ticked: bool
    """Whether the author ticked its box."""
    taken: tuple[Taken, ...]

    @property
    def is_open(self) -> bool:
        """Whether nothing shows that anybody took it up."""
        return not self.ticked and not self.taken


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A metric as one post reports it."""

    post: Post
    metric: Metric
    is_best: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """A metric of the journal, and everything that reports it."""

    name: str
    units: tuple[str, ...]
    better: str | None
    """`higher` or `lower`; None where no post says so, or posts contradict each other."""
    readings: tuple[Reading, ...]
    """The oldest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Echo:
    """A text that is like an older one."""

    node: str
    like: str
    likeness: Likeness


@dataclass(frozen=True, slots=True, kw_only=True)
class Knowledge:
    """All of it."""

    recurrences: tuple[Recurrence, ...]
    echoes: tuple[Echo, ...]
    can_compare: bool
    """Whether this Python has the full-text search that comparing needs."""
    steps: tuple[Step, ...]
    """Open ones first, then the newest first."""
    glossary: tuple[Term, ...]
    """Sorted by name."""


def find_knowledge(journal: Journal, sections: Mapping[str, Sequence[Section]]) -> Knowledge:
    """What the posts, and the records of their problems, have to say.

    Args:
        journal: The journal.
        sections: The sections of the text of each node.
    """
    alike = find_alike(_texts(journal))
    return Knowledge(
        recurrences=tuple(find_recurrences(journal, sections)),
        echoes=tuple(_find_echoes(journal, alike or ())),
        can_compare=alike is not None,
        steps=find_steps(journal, sections),
        glossary=tuple(find_glossary(journal.posts)),
    )


def find_recurrences(
    journal: Journal, sections: Mapping[str, Sequence[Section]]
) -> Iterator[Recurrence]:
    """Themes of at least two experiments without success, those with most failures first."""
    themes: dict[str, tuple[str, list[Post]]] = {}
    for post in sorted(journal.posts, key=_age):
        for name in _themes_of(journal, post):
            themes.setdefault(fold_text(name), (name, []))[1].append(post)
    merged: dict[tuple[str, ...], tuple[list[str], list[Post]]] = {}
    for name, posts in (themes[key] for key in sorted(themes)):
        if sum(post.outcome in _FAILED for post in posts) >= _RECURS:
            key = tuple(post.node for post in posts)
            merged.setdefault(key, ([], posts))[0].append(name)
    for names, posts in sorted(merged.values(), key=lambda m: (-_count_failed(m[1]), m[0])):
        yield _recurrence(journal, sections, names, posts)


def find_steps(journal: Journal, sections: Mapping[str, Sequence[Section]]) -> tuple[Step, ...]:
    """Next steps and open questions of all posts, and of the records of problems."""
    taker = _Taker(journal)
    nodes = [
        n for n in journal.nodes.values() if isinstance(n, Post) or journal.find_problems(n.node)
    ]
    nodes.sort(key=_age, reverse=True)
    steps = [
        Step(
            node=node.node,
            text=item.text,
            is_question=names is QUESTION_HEADINGS,
            ticked=bool(item.ticked),
            taken=tuple(taker.find(node, item)),
        )
        for node in nodes
        for names in (QUESTION_HEADINGS, STEP_HEADINGS)
        for _, item in _find_named(sections.get(node.node, ()), names)
    ]
    return (*(step for step in steps if step.is_open), *(s for s in steps if not s.is_open))


def find_glossary(posts: Iterable[Post]) -> Iterator[Term]:
    """Every metric by name, whatever its case, with its best value where a post says what is better."""
    found: dict[str, list[tuple[str, Post, Metric]]] = {}
    for post in sorted(posts, key=_age):
        for name, metric in post.metrics.items():
            found.setdefault(fold_text(name), []).append((name, post, metric))
    for key in sorted(found):
        entries = found[key]
        stated = {metric.better for _, _, metric in entries if metric.better}
        better = stated.pop() if len(stated) == 1 else None
        best = _find_best([metric for _, _, metric in entries], better)
        yield Term(
            name=entries[0][0],
            units=tuple(dict.fromkeys(m.unit for _, _, m in entries if m.unit)),
            better=better,
            readings=tuple(
                Reading(post=post, metric=metric, is_best=best is not None and metric.value == best)
                for _, post, metric in entries
            ),
        )


def _find_best(metrics: Sequence[Metric], better: str | None) -> float | None:
    """The best value of at least two with one unit; numbers of different units have no order."""
    values = [metric.value for metric in metrics if metric.value is not None]
    if better is None or len(values) < _RECURS or len({metric.unit for metric in metrics}) > 1:
        return None
    return max(values) if better == "higher" else min(values)


def _age(node: Node) -> tuple[float, str]:
    date = date_of(node)
    return date.timestamp() if date else 0.0, node.node


def _count_failed(posts: Iterable[Post]) -> int:
    return sum(post.outcome in _FAILED for post in posts)


def _themes_of(journal: Journal, post: Post) -> tuple[str, ...]:
    """Its tags, and the labels of the records that it declares; each once, whatever its case."""
    labels = (
        label.name.strip()
        for link in (*post.issues, *post.prs)
        if (record := journal.records.get(link.target))
        for label in record.labels
    )
    telling = (
        name for name in labels
        if fold_text(name) not in _PLAIN_LABELS and ":" not in name
    )  # fmt: skip
    return tuple({fold_text(name): name for name in (*telling, *post.tags)}.values())


def _recurrence(
    journal: Journal,
    sections: Mapping[str, Sequence[Section]],
    names: Sequence[str],
    posts: Sequence[Post],
) -> Recurrence:
    failed = [post for post in posts if post.outcome in _FAILED]
    won = [
        post for post in posts if post.outcome is Outcome.SUCCESS and _age(post) > _age(failed[0])
    ]
    declared = (
        record.node
        for post in posts
        for link in (*post.issues, *post.prs)
        if (record := journal.records.get(link.target))
    )
    nodes = dict.fromkeys([*(post.node for post in posts), *declared])
    return Recurrence(
        names=tuple(names),
        failed=tuple(post.node for post in failed),
        causes=tuple(r for node in nodes for r in _find_causes(node, sections.get(node, ()))),
        learnings=tuple(
            Remark(node=post.node, heading=heading, text=item.text)
            for post in failed
            for heading, item in _find_named(sections.get(post.node, ()), LEARNING_HEADINGS)
            if not _CAUSE.match(item.text)
        ),
        remedies=tuple(post.node for post in won),
    )


def _find_causes(node: str, sections: Sequence[Section]) -> Iterator[Remark]:
    """What stands under `Root cause`, and items anywhere that begin with these words."""
    for section in sections:
        named = fold_heading(section.heading) in CAUSE_HEADINGS
        if named:
            found = _find_listed(section)
        elif "oot cause" in section.html:
            found = [item for item in find_items(section.html) if _CAUSE.match(item.text)]
        else:
            continue
        yield from (Remark(node=node, heading=section.heading, text=item.text) for item in found)


def _find_listed(section: Section) -> list[Item]:
    """The list items of a section; its paragraphs where it has no list."""
    items = find_items(section.html)
    return [item for item in items if item.is_listed] or list(items)


def _find_named(sections: Iterable[Section], names: Sequence[str]) -> Iterator[tuple[str, Item]]:
    """What stands under such a heading."""
    for section in sections:
        if fold_heading(section.heading).replace("-", " ").rstrip(":") in names:
            yield from ((section.heading, item) for item in _find_listed(section))


class _Taker:
    """Finds what took up a step: a later artifact that the step names."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._posts: dict[str, list[Post]] = {}
        for post in journal.posts:
            path = PurePosixPath(post.path)
            stem = path.parent.name if path.stem.casefold() in ("index", "readme") else path.stem
            self._posts.setdefault(stem.casefold(), []).append(post)

    def find(self, node: Node, item: Item) -> Iterator[Taken]:
        begun = date_of(node)
        for target in item.targets:
            record = self._journal.records.get(target)
            if record and record.node != node.node and begun:
                yield from _find_record_evidence(record, begun)
        for link in item.links:
            later = self._find_post(link)
            if later and later.node != node.node and _is_later(later.date, begun):
                yield Taken(node=later.node, why="a later post, which the step names")

    def _find_post(self, link: str) -> Post | None:
        """The post whose file a link names, if there is just one of that name."""
        path = PurePosixPath(unquote(urlsplit(link).path))
        stem = path.parent.name if path.stem.casefold() in ("index", "readme") else path.stem
        found = self._posts.get(stem.casefold(), [])
        return found[0] if len(found) == 1 else None


def _find_record_evidence(record: Record, begun: datetime) -> Iterator[Taken]:
    ended = record.merged_at or record.closed_at
    if _is_later(record.created_at, begun):
        yield Taken(node=record.node, why="opened later, and the step names it")
    elif _is_later(ended, begun) and record.kind is RecordKind.PULL and record.merged_at:
        yield Taken(node=record.node, why="merged later, and the step names it")
    elif _is_later(ended, begun) and record.state is State.CLOSED:
        yield Taken(node=record.node, why="closed later, and the step names it")


def _is_later(time: datetime | None, than: datetime | None) -> bool:
    """Whether something happened on the same day or later: a post has only a day."""
    return time is not None and than is not None and time.date() >= than.date()


def _texts(journal: Journal) -> dict[str, str]:
    """What each issue and post is about; the title counts twice."""
    texts = {
        record.node: f"{record.title}\n{record.title}\n{record.body}"
        for record in journal.records.values()
        if record.kind is RecordKind.ISSUE
    }
    return texts | {
        post.node: f"{post.title}\n{post.title}\n{post.hypothesis or ''}\n{post.body}"
        for post in journal.posts
    }


def _find_echoes(journal: Journal, alike: Iterable[Likeness]) -> Iterator[Echo]:
    """Pairs that nobody linked: the newer one is unfinished, or the older one part of a problem."""
    found = 0
    for pair in alike:
        older, newer = sorted((pair.node, pair.other), key=lambda n: _age(journal.nodes[n]))
        worthy = _is_unfinished(journal.nodes[newer]) or journal.find_problems(older)
        if worthy and not _are_tied(journal, older, newer):
            yield Echo(node=newer, like=older, likeness=pair)
            found += 1
        if found == _ALIKE:
            return


def _is_unfinished(node: Node) -> bool:
    if isinstance(node, Post):
        return node.status in (Status.PLANNED, Status.RUNNING)
    return node.state in (State.OPEN, State.DRAFT)


def _are_tied(journal: Journal, one: str, other: str) -> bool:
    """Whether a reader of one finds the other anyway."""
    graph = journal.graph
    edges = (*graph.find_outgoing(one), *graph.find_incoming(one))
    slugs = {problem.slug for problem, _ in journal.find_problems(one)}
    return any(other in (edge.source, edge.target) for edge in edges) or any(
        problem.slug in slugs for problem, _ in journal.find_problems(other)
    )
