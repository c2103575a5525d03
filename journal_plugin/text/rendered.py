"""What was made of a text: the HTML that pages show, and what the journal needs to know of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from journal_plugin.text.markup import find_text

if TYPE_CHECKING:
    from markupsafe import Markup

    from journal_plugin.model import Heading
    from journal_plugin.text.refs import Reference
    from journal_plugin.text.trackers import TrackerLink


class Body(NamedTuple):
    """A rendered text."""

    html: Markup
    """Safe HTML with markers for references; see `refs.fill_references`."""
    references: tuple[Reference, ...]
    """None in a post, whose outline has them with their lines."""
    headings: tuple[Heading, ...] = ()
    """Its headings with their anchors, in order, for a table of contents."""
    omitted: int = 0
    """Characters at the end that were too many to show."""
    is_source: bool = False
    """Whether the Markdown is shown as it is, because it makes more than `body.MAX_TAGS` tags."""

    @property
    def plain(self) -> str:
        """The text without markup, white space folded; made anew at each call."""
        return find_text(self.html)


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
