"""Makes the outline of a rendered text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from journal_plugin.text.escape import shorten
from journal_plugin.text.markup import find_blocks, split_tags
from journal_plugin.text.metrics import find_report
from journal_plugin.text.rendered import Outline
from journal_plugin.text.trackers import find_trackers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from journal_plugin.text.rendered import Body
    from journal_plugin.text.sections import Section

_CORRECTION = re.compile(
    r"(?:correction|erratum|corrected)\b[^:]{0,40}:\s*(.+)", re.IGNORECASE | re.DOTALL
)
_TELLING = ("correct", "erratum")
"""One of these stands in every correction; looking for them takes a fraction of the time."""
_LONGEST = 400


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
    plain = "".join(split_tags(html)[::2]).casefold()
    if not any(map(plain.__contains__, _TELLING)):
        return ()
    found = (_CORRECTION.match(block) for block in find_blocks(html))
    return tuple(shorten(match[1], _LONGEST) for match in found if match)
