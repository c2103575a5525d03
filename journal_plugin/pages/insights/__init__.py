"""What the journal knows: time, people, quality, knowledge, runs; each number has its evidence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache, partial
from itertools import chain
from typing import TYPE_CHECKING

from journal_plugin.contributors import find_attributions
from journal_plugin.knowledge import find_knowledge
from journal_plugin.model import Record
from journal_plugin.pages.digests import digest, digest_texts
from journal_plugin.pages.insights.benchmarks import render_benchmark_list
from journal_plugin.pages.insights.counted import Counted, render_counted
from journal_plugin.pages.insights.knowledge import render_knowledge
from journal_plugin.pages.insights.overview import Facts, render_overview
from journal_plugin.pages.insights.people import render_people
from journal_plugin.pages.insights.quality import render_quality
from journal_plugin.pages.insights.runs import place_run_logs, render_runs
from journal_plugin.quality import find_qualities
from journal_plugin.similar import Likeness, count_terms, find_alike
from journal_plugin.tracking import find_named_runs, find_run_logs, is_tracking
from journal_plugin.velocity import find_velocity
from journal_plugin.vocabulary import Vocabulary

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from journal_plugin.pages.book import Book, Texts
    from journal_plugin.pages.page import Page
    from journal_plugin.pages.shelf import Shelf
    from journal_plugin.series import Run
    from journal_plugin.similar import Terms
    from journal_plugin.text.sections import Section
    from journal_plugin.velocity import Velocity

__all__ = ["Facts", "Inputs", "find_facts", "place_run_logs", "render_insights"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """What the insights need besides the journal."""

    runs: Mapping[str, tuple[Run, ...]] = field(default_factory=dict)
    """Logged runs by node id of the post."""
    ai_authors: tuple[str, ...] = ()
    """Logins and patterns of assistants."""
    vocabulary: Vocabulary = field(default_factory=Vocabulary)


def render_insights(book: Book, facts: Facts) -> Iterator[Page]:
    """The insights page, and a page for each part that has anything to say."""
    counted = cache(lambda: Counted(book, facts.velocity.figures))
    yield render_overview(book, facts, counted)
    yield from render_counted(book, counted)
    if facts.attributions:
        yield from render_people(book, facts.attributions)
    if facts.qualities:
        yield from render_quality(book, facts.qualities)
    if facts.has_knowledge:
        yield render_knowledge(book, facts.knowledge)
    yield from render_benchmark_list(book)
    if facts.has_runs:
        yield render_runs(book, facts.run_logs, facts.named_runs)


def find_facts(book: Book, inputs: Inputs, velocity: Velocity | None = None) -> Facts:
    """Everything that the pages show; `velocity` if it is known."""
    journal = book.journal
    headings = {node: outline.filled for node, outline in book.outlines.items()}
    named = {node: outline.trackers for node, outline in book.outlines.items()}
    htmls = {
        record.node: [str(body.html) for body in (texts.body, *texts.comments)]
        for record in journal.records.values()
        if is_tracking(journal, record) and (texts := book.texts[record.node])
    }
    return Facts(
        velocity=velocity or find_velocity(journal),
        attributions=find_attributions(journal, inputs.ai_authors),
        qualities=find_qualities(journal, headings, inputs.runs),
        knowledge=find_knowledge(
            journal, _Sections(book.texts), headings, partial(_find_alike_once, book)
        ),
        run_logs=find_run_logs(journal, htmls, inputs.vocabulary),
        named_runs=find_named_runs(named),
    )


def _find_alike_once(
    book: Book, texts: Mapping[str, str], wanted: Collection[str]
) -> tuple[Likeness, ...] | None:
    """The pairs that are alike, from the shelf while no record and no post has changed."""

    def compare() -> list[list[object]] | None:
        found = find_alike(texts, set(wanted), count=partial(_count_once, book.shelf))
        return None if found is None else [[p.node, p.other, p.score, p.words] for p in found]

    marks = chain(_mark_texts(book, texts), ("",), wanted)
    pairs = book.shelf.recall(digest_texts(marks), compare)
    if pairs is None:
        return None
    return tuple(
        Likeness(node=node, other=other, score=score, words=tuple(words))
        for node, other, score, words in pairs
    )


def _mark_texts(book: Book, texts: Mapping[str, str]) -> Iterator[str]:
    """What tells the texts from others; those of records with a mark need not be read."""
    for name in texts:
        yield name
        is_record = isinstance(book.journal.nodes[name], Record)
        yield book.digests.answer(name) if book.digests and is_record else texts[name]


def _count_once(shelf: Shelf, texts: Sequence[str]) -> Iterator[Terms]:
    """The words of each text, from the shelf while the text has not changed."""
    marks = [digest((text,)) for text in texts]
    known = dict(zip(marks, texts, strict=True))
    counted = shelf.recall_each(
        "terms", marks, lambda new: count_terms([known[mark] for mark in new])
    )
    times = Counter(marks)
    several: dict[str, Terms] = {}
    for mark in marks:  # one after the other, because all words of all texts are many
        terms = several.get(mark) or next(counted)[1]
        if times[mark] > 1:
            several[mark] = terms
        yield terms


class _Sections(Mapping[str, "tuple[Section, ...]"]):
    """The sections of the text of each node, read when they are needed."""

    def __init__(self, texts: Mapping[str, Texts]) -> None:
        self._texts = texts

    def __getitem__(self, node: str) -> tuple[Section, ...]:
        return self._texts[node].sections

    def __iter__(self) -> Iterator[str]:
        return iter(self._texts)

    def __len__(self) -> int:
        return len(self._texts)
