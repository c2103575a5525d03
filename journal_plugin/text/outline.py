"""What the journal needs to know of a text without reading it again."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from journal_plugin.text.escape import shorten
from journal_plugin.text.markup import find_blocks
from journal_plugin.text.metrics import find_report
from journal_plugin.text.trackers import find_trackers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from journal_plugin.text.body import Body
    from journal_plugin.text.refs import Reference
    from journal_plugin.text.sections import Section
    from journal_plugin.text.trackers import TrackerLink

_CORRECTION = re.compile(
    r"(?:correction|erratum|corrected)\b[^:]{0,40}:\s*(.+)", re.IGNORECASE | re.DOTALL
)
_LONGEST = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """What stands in the body and the comments of one record or post."""

    references: tuple[tuple[int, Reference], ...] = ()
    """In order, each with the number of its comment; 0 is the body. Those of a post have lines."""
    headings: tuple[tuple[str, bool], ...] = ()
    """The headings of all sections, and whether anything stands below each."""
    trackers: tuple[TrackerLink, ...] = ()
    """The runs, jobs and models that are named, each once."""
    has_rows: bool = False
    """Whether there is a table, or a line of numbers that tells an epoch or step."""
    updates: int = 0
    """Texts that report numbers without an epoch or step."""
    corrections: tuple[str, ...] = ()
    """What paragraphs say that begin with `Correction:`; looked for in posts only."""

    @property
    def reports(self) -> bool:
        """Whether there are any numbers."""
        return self.has_rows or bool(self.updates)

    @property
    def filled(self) -> tuple[str, ...]:
        """The headings that something stands below."""
        return tuple(heading for heading, is_filled in self.headings if is_filled)


def make_outline(bodies: Sequence[Body], sections: Sequence[Section]) -> Outline:
    """The outline of a body and its comments, and of their sections."""
    reports = [find_report(body.html) for body in bodies]
    return Outline(
        references=tuple(
            (number, reference)
            for number, body in enumerate(bodies)
            for reference in body.references
        ),
        headings=tuple((section.heading, not section.is_empty) for section in sections),
        trackers=tuple(dict.fromkeys(t for body in bodies for t in find_trackers(body.html))),
        has_rows=any(report.tables or report.lines for report in reports),
        updates=sum(bool(report.loose) for report in reports),
    )


def find_corrections(html: str) -> tuple[str, ...]:
    """What the paragraphs of a rendered text say that begin with `Correction:`."""
    found = (_CORRECTION.match(block) for block in find_blocks(html))
    return tuple(shorten(match[1], _LONGEST) for match in found if match)
