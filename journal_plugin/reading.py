"""From Markdown files to posts, with everything that can be said about them before the records.

This is the one way in which posts come into being: the plugin, the command line and the golden
tests all call `read_posts`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from journal_plugin.near_links import find_near_links
from journal_plugin.packing import make_each
from journal_plugin.sources.posts import load_posts, url_outside

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from journal_plugin.errors import Diagnostic
    from journal_plugin.model import Post
    from journal_plugin.packing import Recall
    from journal_plugin.sources.posts import FindHeadings, PostFile
    from journal_plugin.vocabulary import Vocabulary


class Reading(NamedTuple):
    """Posts and findings."""

    posts: tuple[Post, ...]
    """Sorted by path and line; drafts are among them."""
    diagnostics: tuple[Diagnostic, ...]


def read_posts(  # noqa: PLR0913 - what posts are read with, mostly by name
    files: Iterable[PostFile],
    *,
    repo: str | None,
    vocabulary: Vocabulary,
    url_of: Callable[[str], str] = url_outside,
    find_headings: FindHeadings | None = None,
    recall: Recall = make_each,
) -> Reading:
    """Read the posts among `files` and check their links; the arguments are `load_posts`'s."""
    known = tuple(files)
    posts, findings = load_posts(
        known,
        repo=repo,
        vocabulary=vocabulary,
        url_of=url_of,
        find_headings=find_headings,
        recall=recall,
    )
    near = find_near_links(posts, [file.path for file in known], recall)
    return Reading(posts=posts, diagnostics=(*findings, *near))
