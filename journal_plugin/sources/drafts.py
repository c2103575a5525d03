"""What one Markdown file says as a post, and how it is kept for the next build.

The text of a post is not kept: it stands at the end of the file that the next build has read.
"""

from __future__ import annotations

from dataclasses import replace
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, NamedTuple

from journal_plugin.errors import Diagnostic, Severity
from journal_plugin.model import EdgeKind, Link, Metric, Post, RecordId
from journal_plugin.packing import Packing
from journal_plugin.sources.frontmatter import fold_lines
from journal_plugin.sources.names import Claim
from journal_plugin.vocabulary import Outcome, Phase, Status

if TYPE_CHECKING:
    from journal_plugin.sources.posts import PostFile


class Draft(NamedTuple):
    """A post, or the page of a log, before slugs are given out."""

    claim: Claim
    post: Post | None
    """None for the page of a log, which is no post itself but needs a name."""
    anchor: str = ""


class Reading(NamedTuple):
    """One file, read."""

    drafts: tuple[Draft, ...] = ()
    """Its posts; none if it holds none."""
    diagnostics: tuple[Diagnostic, ...] = ()
    is_stated: bool = True
    """Whether it would be a post even as the page of a folder that holds further posts."""
    is_log: bool = False
    """Whether its posts depend on the anchors that the site's Markdown gives to headings."""


_AGAIN = False
"""Stands for what cannot be kept."""


def mark_file(file: PostFile) -> str:
    """The mark of all that a file's reading is made from, but for the options and the code."""
    about = repr((file.path, file.src_uri, file.url, file.matched))
    source = f"{about}\n{file.text}".encode("utf-8", "surrogatepass")
    return blake2b(source, digest_size=16).hexdigest()


class Drafts:
    """Packs the readings of files."""

    def __init__(self) -> None:
        words = (EdgeKind, Outcome, Phase, Severity, Status)
        self._packing = Packing(Claim, Diagnostic, Link, Metric, Post, RecordId, *words)

    def pack(self, reading: Reading) -> object:
        """A reading as JSON holds it."""
        if reading.is_log:
            return _AGAIN
        if not reading.drafts:
            return None
        ((claim, post, _),) = reading.drafts
        assert post  # noqa: S101 - only a log has a page that is none
        rest = (claim, replace(post, body=""), reading.diagnostics, reading.is_stated)
        try:
            return [len(post.body), self._packing.pack(rest)]
        except TypeError:  # a parameter may be anything that YAML knows
            return _AGAIN

    def unpack(self, data: Any, file: PostFile) -> Reading | None:
        """The reading of a file as it was packed; None where it was not kept."""
        if data is None:
            return Reading()
        if data is _AGAIN:
            return None
        size, packed = data
        claim, post, diagnostics, is_stated = self._packing.unpack(packed)
        text = fold_lines(file.text)
        draft = Draft(claim=claim, post=replace(post, body=text[len(text) - size :]))
        return Reading(drafts=(draft,), diagnostics=diagnostics, is_stated=is_stated)
