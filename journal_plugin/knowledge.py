"""What the journal has learned: failures that recur, what is alike, what is open, which metrics."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from journal_plugin.matching import fold_text
from journal_plugin.model import Post, RecordKind, State
from journal_plugin.problems import fold_heading
from journal_plugin.remarks import age_of, find_listed, find_named
from journal_plugin.similar import find_alike
from journal_plugin.steps import find_steps
from journal_plugin.text.items import find_items
from journal_plugin.vocabulary import Outcome, Status

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

    from journal_plugin.journal import Journal
    from journal_plugin.model import Metric, Node
    from journal_plugin.similar import Likeness
    from journal_plugin.steps import Step
    from journal_plugin.text.sections import Section

CAUSE_HEADINGS = ("root cause", "root causes", "cause", "causes")
LEARNING_HEADINGS = ("key learnings", "key learning", "learnings", "lessons learned", "lessons")

_FAILED = (Outcome.FAILURE, Outcome.MIXED, Outcome.INCONCLUSIVE)
_CAUSE = re.compile(r"root causes?\b(?:\s*[:.\u2013\u2014-]|\s+(?:is|was)\b)", re.IGNORECASE)
_PLAIN_LABELS = frozenset(
    {
        "bug", "documentation", "duplicate", "enhancement", "good first issue", "help wanted",
        "invalid", "question", "wontfix", "problem", "experiment", "dependencies",
    }
)  # fmt: skip
"""Labels that say what kind of record it is, not what it is about; most are GitHub's own."""
_FIELD = re.compile(
    r"^[ \t>*-]*\*\*(?:status|type|date|problem|builds on|issues?|prs?|pull requests?)"
    r"(?::\*\*|\*\*[ \t]*:).*$",
    re.MULTILINE | re.IGNORECASE,
)
"""Lines such as `**Status**: running`, which tell nothing of the subject."""
_RECURS = 2


class Remark(NamedTuple):
    """What a text says under a heading."""

    node: str
    heading: str
    text: str


class Recurrence(NamedTuple):
    """A theme under which more than one experiment did not succeed."""

    names: tuple[str, ...]
    """Tags and labels; several where the same experiments carry them all."""
    failed: tuple[str, ...]
    """Posts, the oldest first."""
    causes: tuple[Remark, ...]
    learnings: tuple[Remark, ...]
    remedies: tuple[str, ...]
    """Later posts with the same tag or label that succeeded, the oldest first."""


class Reading(NamedTuple):
    """A metric as one post reports it."""

    post: Post
    metric: Metric
    is_best: bool = False


class Term(NamedTuple):
    """A metric of the journal, and everything that reports it."""

    name: str
    units: tuple[str, ...]
    better: str | None
    """`higher` or `lower`; None where no post says so, or posts contradict each other."""
    readings: tuple[Reading, ...]
    """The oldest first."""


class Echo(NamedTuple):
    """A text that is like an older one."""

    node: str
    like: str
    likeness: Likeness
    is_unfinished: bool
    """Whether somebody still works on the newer one."""


class Knowledge(NamedTuple):
    """All of it."""

    recurrences: tuple[Recurrence, ...]
    echoes: tuple[Echo, ...]
    """The most alike first."""
    can_compare: bool
    """Whether this Python has the full-text search that comparing needs."""
    steps: tuple[Step, ...]
    """Open ones first, then the newest first."""
    glossary: tuple[Term, ...]
    """Sorted by name."""


class _Subjects(Mapping[str, str]):
    """What each issue and post is about, put together when it is asked for; titles count twice."""

    def __init__(self, journal: Journal) -> None:
        records = journal.records.values()
        issues = {record.node: record for record in records if record.kind is RecordKind.ISSUE}
        self._nodes: dict[str, Node] = {**issues, **{post.node: post for post in journal.posts}}

    def __getitem__(self, name: str) -> str:
        node = self._nodes[name]
        if isinstance(node, Post):
            about, text = f"{node.title}\n{node.hypothesis or ''}", _FIELD.sub("", node.body)
        else:
            about, text = node.title, node.body
        return f"{node.title}\n{about}\n{text}"

    def __iter__(self) -> Iterator[str]:
        return iter(self._nodes)

    def __len__(self) -> int:
        return len(self._nodes)


def find_knowledge(
    journal: Journal,
    sections: Mapping[str, Sequence[Section]],
    headings: Mapping[str, Sequence[str]] | None = None,
    compare: Callable[[Mapping[str, str], Collection[str]], Sequence[Likeness] | None] = find_alike,
) -> Knowledge:
    """What the posts, and the records of their problems, have to say.

    Args:
        journal: The journal.
        sections: The sections of the text of each node.
        headings: Their headings, if these are known without the sections.
        compare: Finds pairs of texts that are alike, one of each among some, or knows them.
    """
    subjects = _Subjects(journal)
    alike = compare(subjects, [name for name in subjects if _may_echo(journal, name)])
    return Knowledge(
        recurrences=tuple(find_recurrences(journal, sections)),
        echoes=tuple(_find_echoes(journal, alike or ())),
        can_compare=alike is not None,
        steps=find_steps(journal, sections, headings),
        glossary=tuple(find_glossary(journal.posts)),
    )


def find_recurrences(
    journal: Journal, sections: Mapping[str, Sequence[Section]]
) -> Iterator[Recurrence]:
    """Themes of at least two experiments without success, those with most failures first."""
    themes: dict[str, tuple[str, list[Post]]] = {}
    for post in sorted(journal.posts, key=age_of):
        for name in _themes_of(journal, post):
            themes.setdefault(fold_text(name), (name, []))[1].append(post)
    merged: dict[tuple[str, ...], tuple[list[str], list[Post]]] = {}
    for name, posts in (themes[key] for key in sorted(themes)):
        if sum(post.outcome in _FAILED for post in posts) >= _RECURS:
            key = tuple(post.node for post in posts)
            merged.setdefault(key, ([], posts))[0].append(name)
    for names, posts in sorted(merged.values(), key=lambda m: (-_count_failed(m[1]), m[0])):
        yield _recurrence(journal, sections, names, posts)


def find_glossary(posts: Iterable[Post]) -> Iterator[Term]:
    """Every metric by name, whatever its case; the best value where posts say what is better."""
    found: dict[str, list[tuple[str, Post, Metric]]] = {}
    for post in sorted(posts, key=age_of):
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
        post
        for post in posts
        if post.outcome is Outcome.SUCCESS and age_of(post) > age_of(failed[0])
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
            for heading, item in find_named(sections.get(post.node, ()), LEARNING_HEADINGS)
            if not _CAUSE.match(item.text)
        ),
        remedies=tuple(post.node for post in won),
    )


def _find_causes(node: str, sections: Sequence[Section]) -> Iterator[Remark]:
    """What stands under `Root cause`, and items anywhere that begin with these words."""
    for section in sections:
        named = fold_heading(section.heading) in CAUSE_HEADINGS
        if named:
            found = find_listed(section)
        elif "oot cause" in section.html:
            found = [item for item in find_items(section.html) if _CAUSE.match(item.text)]
        else:
            continue
        yield from (Remark(node=node, heading=section.heading, text=item.text) for item in found)


def _find_echoes(journal: Journal, alike: Iterable[Likeness]) -> Iterator[Echo]:
    """Pairs that nobody linked: the newer one is unfinished, or the older one part of a problem."""
    for pair in alike:
        older, newer = sorted((pair.node, pair.other), key=lambda n: age_of(journal.nodes[n]))
        unfinished = _is_unfinished(journal.nodes[newer])
        worthy = unfinished or journal.find_problems(older)
        if worthy and not _are_tied(journal, older, newer):
            yield Echo(node=newer, like=older, likeness=pair, is_unfinished=unfinished)


def _may_echo(journal: Journal, node: str) -> bool:
    """Whether a pair with this node may be worthy."""
    return bool(journal.find_problems(node)) or _is_unfinished(journal.nodes[node])


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
