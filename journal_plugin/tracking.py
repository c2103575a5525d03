"""Tracking issues as run logs: what each update said, how far the run is, and whether it stalls."""

from __future__ import annotations

import re
import statistics
from datetime import timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from journal_plugin.membership import EXPERIMENT_LABEL, has_label
from journal_plugin.model import RecordKind, State
from journal_plugin.text.items import count_boxes
from journal_plugin.text.trackers import find_attachments, find_trackers
from journal_plugin.vocabulary import Phase

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from journal_plugin.journal import Journal
    from journal_plugin.model import Author, Record
    from journal_plugin.text.tables import Reading
    from journal_plugin.text.trackers import TrackerLink
    from journal_plugin.vocabulary import Status, Vocabulary

STALL_FACTOR = 3
"""A run stalls once it is silent for this many times its usual pause between updates..."""
STALL_LEAST = timedelta(days=1)
"""... and at least for this long."""
_ENOUGH = 3
_STATUS = re.compile(r"\W*(?:status|state)\W*[:=]\W*(?P<words>\S.*)", re.IGNORECASE)
_MAX_STATUS = 80


class Update(NamedTuple):
    """One comment of a tracking issue, or its opening."""

    number: int
    """Of the comment, counted from 1; 0 is the issue itself."""
    author: Author | None
    time: datetime | None
    readings: Mapping[str, Reading]
    """The numbers that it reports, by name."""
    status: Status | None = None
    status_raw: str | None = None
    ticked: int = 0
    boxes: int = 0
    attachments: tuple[str, ...] = ()
    trackers: tuple[TrackerLink, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether it says nothing that a run log shows."""
        parts = (self.status_raw, self.readings, self.boxes, self.attachments, self.trackers)
        return not any(parts)


class RunLog(NamedTuple):
    """A tracking issue, read as the log of a run."""

    record: Record
    updates: tuple[Update, ...]
    """The opening and every comment that says something of the run, in order."""
    pauses: tuple[timedelta, ...]
    """Between one dated text and the next, comments that say nothing of the run included."""
    silent: timedelta | None
    """Since the last dated text, up to the latest date in the data; None once it is closed."""

    @property
    def elapsed(self) -> timedelta:
        """From the opening to the last dated text."""
        return sum(self.pauses, timedelta())

    @property
    def usual_pause(self) -> timedelta | None:
        """The median pause; None for fewer than three, which tell nothing usual."""
        if len(self.pauses) < _ENOUGH:
            return None
        return timedelta(seconds=statistics.median(p.total_seconds() for p in self.pauses))

    @property
    def is_stalled(self) -> bool:
        """Whether it is open, and silent for much longer than usual."""
        usual = self.usual_pause
        return (
            self.silent is not None
            and usual is not None
            and self.silent > max(STALL_FACTOR * usual, STALL_LEAST)
        )

    @property
    def progress(self) -> tuple[int, int]:
        """Ticked boxes and all boxes, those of the issue and of its comments together."""
        updates = self.updates
        return sum(update.ticked for update in updates), sum(update.boxes for update in updates)

    @property
    def changes(self) -> tuple[Update, ...]:
        """The updates that state another status than the one before."""
        stated = [update for update in self.updates if update.status_raw]
        same = (b for a, b in pairwise(stated) if _status_of(a) != _status_of(b))
        return (*stated[:1], *same)


def find_run_logs(
    journal: Journal, texts: Mapping[str, Sequence[str]], vocabulary: Vocabulary
) -> tuple[RunLog, ...]:
    """The run log of every tracking issue that says something of its run, the newest first.

    Args:
        journal: The journal.
        texts: The rendered HTML of each record's body, then of its comments, by node id.
        vocabulary: Holds the words for a status.
    """
    now = journal.latest
    logs = [
        _make_log(record, texts[record.node], vocabulary, now)
        for record in journal.records.values()
        if is_tracking(journal, record)
    ]
    told = [log for log in logs if any(not update.is_empty for update in log.updates)]
    return tuple(reversed(told))


def is_tracking(journal: Journal, record: Record) -> bool:
    """Whether an issue follows a run: in the phase experimentation, or labelled so."""
    if record.kind is not RecordKind.ISSUE:
        return False
    phases = {artifact.phase for _, artifact in journal.find_problems(record.node)}
    return Phase.EXPERIMENTATION in phases or has_label(record, EXPERIMENT_LABEL)


def find_stated_status(html: str) -> str | None:
    """What the last line such as `status: running` says, in the words of its author."""
    if "stat" not in html.casefold():
        return None
    from journal_plugin.text.metrics import find_lines  # noqa: PLC0415 - texts are seldom read

    lines = (line for line in find_lines(html) if len(line) <= _MAX_STATUS)
    found = [match["words"] for line in lines if (match := _STATUS.fullmatch(line))]
    return found[-1] if found else None


def _make_log(
    record: Record, texts: Sequence[str], vocabulary: Vocabulary, now: datetime | None
) -> RunLog:
    times = [
        time
        for time in (record.created_at, *(comment.created_at for comment in record.comments))
        if time
    ]
    is_open = record.state in (State.OPEN, State.DRAFT)
    return RunLog(
        record=record,
        updates=tuple(_find_updates(record, texts, vocabulary)),
        pauses=tuple(max(later - time, timedelta()) for time, later in pairwise(times)),
        silent=now - times[-1] if is_open and now and times else None,
    )


def _find_updates(record: Record, texts: Sequence[str], vocabulary: Vocabulary) -> Iterator[Update]:
    sources = [(record.author, record.created_at)]
    sources += [(comment.author, comment.created_at) for comment in record.comments]
    for number, ((author, time), html) in enumerate(zip(sources, texts, strict=True)):
        raw = find_stated_status(html)
        ticked, boxes = count_boxes(html)
        update = Update(
            number=number,
            author=author,
            time=time,
            status=vocabulary.find_status(raw) if raw else None,
            status_raw=raw,
            readings=_find_readings(html),
            ticked=ticked,
            boxes=boxes,
            attachments=find_attachments(html),
            trackers=find_trackers(html),
        )
        if number == 0 or not update.is_empty:
            yield update


def _find_readings(html: str) -> dict[str, Reading]:
    """The numbers of a status update; tables are charted, not listed."""
    from journal_plugin.text.metrics import find_report  # noqa: PLC0415 - texts are seldom read

    report = find_report(html)
    return {
        name: reading
        for line in (*report.lines[-1:], report.loose)
        for name, reading in line.items()
    }


def _status_of(update: Update) -> str:
    return update.status or (update.status_raw or "").casefold()


class NamedRun(NamedTuple):
    """A run, job or model, and everything that names it."""

    link: TrackerLink
    """With the shortest of its addresses."""
    nodes: tuple[str, ...]


def find_named_runs(named: Mapping[str, Sequence[TrackerLink]]) -> tuple[NamedRun, ...]:
    """Every run, job or model that a text names, sorted by tracker, kind and name.

    Args:
        named: What the texts of each node name, by node id.
    """
    links: dict[tuple[str, str, str, str], set[TrackerLink]] = {}
    nodes: dict[tuple[str, str, str, str], dict[str, None]] = {}
    for node, found in named.items():
        for link in found:
            # Addresses may lead to several places of one run, but two servers have two runs.
            host = urlsplit(link.url or "").netloc.casefold()
            key = (link.tracker, link.kind, link.name, host)
            links.setdefault(key, set()).add(link)
            nodes.setdefault(key, {})[node] = None
    return tuple(
        NamedRun(
            link=min(links[key], key=lambda link: (len(link.url or ""), link.url or "")),
            nodes=tuple(nodes[key]),
        )
        for key in sorted(links)
    )
