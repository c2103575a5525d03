"""Next steps and open questions, and what took them up."""

from __future__ import annotations

import re
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import unquote

from journal_plugin.dates import date_of
from journal_plugin.model import Post, RecordKind, State
from journal_plugin.phrases import phrase
from journal_plugin.post_names import PostNames
from journal_plugin.remarks import age_of, find_listed, name_of
from journal_plugin.restated import Restatements

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from journal_plugin.journal import Journal
    from journal_plugin.model import Node, Record
    from journal_plugin.phrases import Phrase
    from journal_plugin.text.items import Item
    from journal_plugin.text.sections import Section


STEP_HEADINGS = ("next steps", "next step", "future work", "what next", "follow ups", "todo")
QUESTION_HEADINGS = ("open questions", "open question", "questions", "unknowns")
_TOLD = frozenset(STEP_HEADINGS + QUESTION_HEADINGS)


class Taken(NamedTuple):
    """Evidence that somebody took up a step."""

    node: str | None
    """The later artifact; None where only the author ticked the box."""
    why: Phrase


class Step(NamedTuple):
    """A next step or open question that a text names."""

    node: str
    text: str
    ticked: bool
    """Whether the author ticked its box."""
    taken: tuple[Taken, ...]

    @property
    def is_open(self) -> bool:
        """Whether nothing shows that anybody took it up."""
        return not self.ticked and not self.taken


def find_steps(
    journal: Journal,
    sections: Mapping[str, Sequence[Section]],
    headings: Mapping[str, Sequence[str]] | None = None,
) -> tuple[Step, ...]:
    """Next steps and open questions of all posts and records: open ones first, the newest first.

    Args:
        journal: The journal.
        sections: The sections of the text of each node.
        headings: Their headings, if these are known without the sections.
    """
    worthy: Iterable[Node] = journal.nodes.values()
    if headings is not None:
        each = set(chain.from_iterable(headings.values()))  # many texts have the same
        told = {heading for heading in each if name_of(heading) in _TOLD}
        worthy = [n for n in worthy if not told.isdisjoint(headings.get(n.node, ()))]
    if not worthy:
        return ()
    taker = _Taker(journal)
    nodes = sorted(worthy, key=age_of, reverse=True)
    steps = [
        Step(
            node=node.node,
            text=item.text,
            ticked=bool(item.ticked),
            taken=tuple(taker.find(node, item)),
        )
        for node in nodes
        for item in _find_told(sections.get(node.node, ()))
    ]
    return (*(step for step in steps if step.is_open), *(s for s in steps if not s.is_open))


def _find_told(sections: Sequence[Section]) -> Iterator[Item]:
    """What stands under open questions, then what stands under next steps."""
    named = [(name_of(section.heading), section) for section in sections]
    for names in (QUESTION_HEADINGS, STEP_HEADINGS):
        for name, section in named:
            if name in names:
                yield from find_listed(section)


class _Taker:
    """Finds what took up a step: a later artifact that the step names, or that states the step."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._restatements = Restatements(journal)
        self._names = PostNames(journal.posts)
        self._files = re.compile(
            rf"https://{re.escape(journal.host)}/{re.escape(journal.repo or '')}"
            r"/(?:blob|tree)/[^/?#]+/(?P<path>[^?#]+)"
        )

    def find(self, node: Node, item: Item) -> Iterator[Taken]:
        """The evidence that somebody took up a step of `node`."""
        named = list(self._find_named(node, item))
        yield from named
        known = {taken.node for taken in named}
        for later, words, follows in self._restatements.find(node, item.text):
            if later.node not in known:
                yield Taken(node=later.node, why=_explain(words, follows=follows))

    def _find_named(self, node: Node, item: Item) -> Iterator[Taken]:
        begun = date_of(node)
        for target in item.targets:
            record = self._journal.records.get(target)
            if record and record.node != node.node and begun:
                yield from _find_record_evidence(record, begun)
        for link in item.links:
            later = self._find_post(node, link)
            if later and later.node != node.node and _is_later(later.date, begun):
                yield Taken(node=later.node, why=phrase("a later post, which the step names"))

    def _find_post(self, node: Node, link: str) -> Post | None:
        """The post whose file a link names; where a text is rendered, all links are addresses."""
        match = self._files.match(link)
        if match is None:
            return None
        path = unquote(match["path"])
        beside = node.path if isinstance(node, Post) else ""
        return self._names.find_linked(path, near=beside) or self._names.find_linked(path)


def _explain(words: Sequence[str], *, follows: bool) -> Phrase:
    said = ", ".join(words)
    if follows:
        return phrase("follows it and states it: same words %(words)s", words=said)
    return phrase("has a later title that states it: same words %(words)s", words=said)


def _find_record_evidence(record: Record, begun: datetime) -> Iterator[Taken]:
    ended = record.merged_at or record.closed_at
    if _is_later(record.created_at, begun):
        yield Taken(node=record.node, why=phrase("opened later, and the step names it"))
    elif _is_later(ended, begun) and record.kind is RecordKind.PULL and record.merged_at:
        yield Taken(node=record.node, why=phrase("merged later, and the step names it"))
    elif _is_later(ended, begun) and record.state is State.CLOSED:
        yield Taken(node=record.node, why=phrase("closed later, and the step names it"))


def _is_later(time: datetime | None, than: datetime | None) -> bool:
    """Whether something happened on the same day or later: a post has only a day."""
    return time is not None and than is not None and time.date() >= than.date()
