"""Links in posts to files that do not exist, but nearly do."""

from __future__ import annotations

import difflib
import posixpath
import re
from typing import TYPE_CHECKING

from journal_plugin.errors import Diagnostic, Severity
from journal_plugin.phrases import phrase
from journal_plugin.text.destinations import find_destinations

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from journal_plugin.model import Post

_DATE = re.compile(r"^\d{4}-\d{1,2}-\d{1,2}[-_]?")
_NEAR = 0.8
"""Similarity of two file names from which one is taken for a misspelling of the other."""


def find_near_links(posts: Iterable[Post], known: Collection[str]) -> tuple[Diagnostic, ...]:
    """A finding for each link to a Markdown file that is missing while a like-named one exists.

    Args:
        posts: All posts.
        known: Paths of all Markdown files of the project.
    """
    paths = frozenset(known)
    return tuple(finding for post in posts for finding in _post_findings(post, paths))


def _post_findings(post: Post, known: frozenset[str]) -> Iterator[Diagnostic]:
    folder = posixpath.dirname(post.path)
    for found in find_destinations(post.body):
        wanted = posixpath.normpath(posixpath.join(folder, found.path))
        if not found.path.endswith(".md") or wanted in known:
            continue
        near = find_near_path(wanted, known)
        if near is not None:
            meant = posixpath.relpath(near, folder or ".")
            yield Diagnostic(
                path=post.path,
                line=post.body_line + found.line - 1,
                code="near-miss-link",
                message=phrase(
                    "there is no file '%(path)s'; did you mean '%(meant)s'?",
                    path=found.path,
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
