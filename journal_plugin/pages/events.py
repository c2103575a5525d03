"""What happened when: everything with a date in the journal."""

from __future__ import annotations

from enum import StrEnum
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING, NamedTuple

from journal_plugin.formats import format_month
from journal_plugin.model import Post, RecordKind
from journal_plugin.pages.book import format_day
from journal_plugin.pages.words import mark

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from journal_plugin.journal import Journal
    from journal_plugin.model import Author, Node, Record

MONTHS = 24
"""The longest span of the activity chart."""


class Happening(StrEnum):
    """What can happen to a post or record."""

    WRITTEN = "written"
    UPDATED = "updated"
    OPENED = "opened"
    MERGED = "merged"
    CLOSED = "closed"
    COMMENTED = "commented"


SENTENCES: Mapping[Happening, str] = {
    Happening.WRITTEN: mark("Post written"),
    Happening.UPDATED: mark("Post updated"),
    Happening.OPENED: mark("Opened"),
    Happening.MERGED: mark("Merged"),
    Happening.CLOSED: mark("Closed"),
    Happening.COMMENTED: mark("Comment on"),
}
"""How each stands in front of a title."""


class Event(NamedTuple):
    """One thing that happened."""

    time: datetime
    happening: Happening
    node: Node
    comment: int | None = None
    """Number of the comment on the record's page, counted from 1."""

    @property
    def people(self) -> tuple[Author | str, ...]:
        """Who did it, as far as the data says."""
        if isinstance(self.node, Post):
            return self.node.authors
        if self.happening is Happening.OPENED:
            author = self.node.author
        else:
            author = self.node.comments[self.comment - 1].author if self.comment else None
        return (author,) if author else ()


class Entry(NamedTuple):
    """One event, or comments on the same record one after the other."""

    events: tuple[Event, ...]
    """In the order of time, so that comments count upwards; never empty."""

    @property
    def first(self) -> Event:
        """The event that stands for all."""
        return self.events[0]

    @property
    def people(self) -> tuple[Author | str, ...]:
        """Who took part, each once."""
        return tuple(dict.fromkeys(person for event in self.events for person in event.people))


class Day(NamedTuple):
    """What happened on one day, latest first."""

    name: str
    """Such as `2026-01-31`."""
    entries: tuple[Entry, ...]


class Month(NamedTuple):
    """How much happened in one month."""

    name: str
    """Such as `2026-01`."""
    posts: int
    issues: int
    pulls: int
    comments: int

    @property
    def total(self) -> int:
        """Everything together."""
        return self.posts + self.issues + self.pulls + self.comments


def find_events(journal: Journal) -> tuple[Event, ...]:
    """All events, latest first; of the same second in the order of the node ids."""
    found = [event for _, node in sorted(journal.nodes.items()) for event in _events_of(node)]
    return tuple(sorted(found, key=attrgetter("time"), reverse=True))


def count_undated(journal: Journal) -> int:
    """Posts, records and comments without a date, which no timeline can place."""
    missing = 0
    for node in journal.nodes.values():
        if isinstance(node, Post):
            missing += node.date is None
        else:
            missing += node.created_at is None
            missing += sum(comment.created_at is None for comment in node.comments)
    return missing


def group_days(events: Iterable[Event]) -> tuple[Day, ...]:
    """Events in the given order by their day in UTC."""
    return tuple(
        Day(name=name, entries=tuple(_gather(found)))
        for name, found in groupby(events, key=lambda event: format_day(event.time))
    )


def _gather(events: Iterable[Event]) -> Iterator[Entry]:
    for (_, happening), found in groupby(events, key=_entry_key):
        ordered = sorted(found, key=lambda event: (event.time, event.comment or 0))
        if happening is Happening.COMMENTED:
            yield Entry(events=tuple(ordered))
        else:
            yield from (Entry(events=(event,)) for event in ordered)


def _entry_key(event: Event) -> tuple[str, Happening]:
    return event.node.node, event.happening


def count_months(events: Sequence[Event]) -> tuple[Month, ...]:
    """The months up to the latest event, oldest first, without a gap and `MONTHS` at most."""
    if not events:
        return ()
    by_month: dict[str, list[Event]] = {}
    for event in events:
        by_month.setdefault(format_month(event.time), []).append(event)
    first, last = min(by_month), max(by_month)
    names = [name for name in _months_to(last) if name >= first]
    return tuple(_count_month(name, by_month.get(name, ())) for name in reversed(names))


def _events_of(node: Node) -> Iterator[Event]:
    """What happened to a node, in the order in which it stands where that was at once."""
    if isinstance(node, Post):
        if node.updated and node.updated != node.date:
            yield Event(node.updated, Happening.UPDATED, node)
        if node.date:
            yield Event(node.date, Happening.WRITTEN, node)
        return
    if node.merged_at:
        yield Event(node.merged_at, Happening.MERGED, node)
    elif node.closed_at:
        yield Event(node.closed_at, Happening.CLOSED, node)
    if node.created_at:
        yield Event(node.created_at, Happening.OPENED, node)
    yield from _comments_of(node)


def _comments_of(record: Record) -> Iterator[Event]:
    for number, comment in enumerate(record.comments, start=1):
        if comment.created_at:
            yield Event(comment.created_at, Happening.COMMENTED, record, number)


def _months_to(last: str) -> Iterator[str]:
    """`MONTHS` names of months, from `last` backwards."""
    year, month = map(int, last.split("-"))
    for back in range(MONTHS):
        index = year * 12 + month - 1 - back
        yield f"{index // 12:04d}-{index % 12 + 1:02d}"


def _count_month(name: str, events: Iterable[Event]) -> Month:
    listed = list(events)
    opened = [event.node for event in listed if event.happening is Happening.OPENED]
    pulls = sum(not isinstance(n, Post) and n.kind is RecordKind.PULL for n in opened)
    return Month(
        name=name,
        posts=sum(event.happening is Happening.WRITTEN for event in listed),
        issues=len(opened) - pulls,
        pulls=pulls,
        comments=sum(event.happening is Happening.COMMENTED for event in listed),
    )
