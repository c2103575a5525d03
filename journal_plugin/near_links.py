"""Links in posts to files that do not exist, but nearly do."""

from __future__ import annotations

import difflib
import posixpath
import re
from typing import TYPE_CHECKING

from journal_plugin.errors import Diagnostic, Severity
from journal_plugin.packing import make_each
from journal_plugin.pages.digests import digest
from journal_plugin.phrases import phrase
from journal_plugin.text.destinations import find_destinations, may_lead

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from journal_plugin.model import Post
    from journal_plugin.packing import Recall

_DATE = re.compile(r"^\d{4}-\d{1,2}-\d{1,2}[-_]?")
_PAGE = ".md"
_NEAR = 0.8
"""Similarity of two file names from which one is taken for a misspelling of the other."""


def find_near_links(
    posts: Iterable[Post], known: Collection[str], recall: Recall = make_each
) -> tuple[Diagnostic, ...]:
    """A finding for each link to a Markdown file that is missing while a like-named one exists.

    Args:
        posts: All posts.
        known: Paths of all Markdown files of the project.
        recall: Knows what an earlier build found.
    """
    paths = frozenset(known)
    linking = [(digest((post.body,)), post) for post in posts if may_lead(post.body)]
    texts = {mark: post.body for mark, post in linking}

    def find(marks: Iterable[str]) -> Iterator[object]:
        for mark in marks:
            found = find_destinations(texts[mark])
            yield [(link.path, link.line) for link in found if link.path.endswith(_PAGE)]

    links = dict(recall("links", texts, find))
    return tuple(near for mark, post in linking for near in _find_near(post, links[mark], paths))


def _find_near(
    post: Post, links: Iterable[tuple[str, int]], known: frozenset[str]
) -> Iterator[Diagnostic]:
    folder = posixpath.dirname(post.path)
    for path, line in links:
        wanted = posixpath.normpath(posixpath.join(folder, path))
        if wanted in known:
            continue
        near = find_near_path(wanted, known)
        if near is not None:
            meant = posixpath.relpath(near, folder or ".")
            yield Diagnostic(
                path=post.path,
                line=post.body_line + line - 1,
                code="near-miss-link",
                message=phrase(
                    "there is no file '%(path)s'; did you mean '%(meant)s'?",
                    path=path,
                    meant=meant,
                ),
                severity=Severity.WARNING,
            )


def find_near_path(wanted: str, known: Iterable[str]) -> str | None:
    """The known path that `wanted` was probably meant to be, or None.

    The same name with another date comes first, then the same name in another folder, then a name
    with a slip of the pen in the same folder.
    """
    folder, name = posixpath.split(wanted)
    paths = sorted(path for path in known if path != wanted)
    bare = _DATE.sub("", name)
    beside = [path for path in paths if posixpath.dirname(path) == folder]
    dated = [p for p in beside if _DATE.sub("", posixpath.basename(p)) == bare != ""]
    elsewhere = [path for path in paths if posixpath.basename(path) == name]
    if found := dated or (elsewhere if name.casefold() not in ("readme.md", "index.md") else []):
        return difflib.get_close_matches(wanted, found, n=1, cutoff=0.0)[0]
    names = {posixpath.basename(path): path for path in beside}
    close = difflib.get_close_matches(name, names, n=1, cutoff=_NEAR)
    if close:
        return names[close[0]]
    close = difflib.get_close_matches(wanted, paths, n=1, cutoff=0.9)
    return close[0] if close else None
