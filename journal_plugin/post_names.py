"""Which post a name means, wherever one is written: front matter, texts, next steps, commands.

The first of these that knows the name decides:

1. a slug, which only one post has;
2. a path: beside the file that names it, below the project's root, or below the docs directory;
   with or without its ending, and a folder stands for its README or index;
3. a short name such as `E012`, or the name of a file without its ending.

Case does not count. What several posts are called means none of them.
"""

from __future__ import annotations

import posixpath
import re
from collections import defaultdict
from functools import cached_property, lru_cache
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from journal_plugin.errors import Diagnostic, Severity
from journal_plugin.phrases import phrase

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from journal_plugin.model import Post

_FOLDER_PAGES = frozenset({"index", "readme"})
_SHARED = 12
"""Characters that names have in common at most before they are told apart one by one."""
_ENDING = re.compile(r"\.(?:md|markdown|qmd)$", re.IGNORECASE)


def is_folder_page(path: str) -> bool:
    """Whether a file stands for its folder, as `README.md` and `index.md` do."""
    return PurePosixPath(path).stem.casefold() in _FOLDER_PAGES


@lru_cache(maxsize=1024)
def stem_of(path: str) -> str:
    """The name that a path gives to its post: the file's, or the folder's for a folder page."""
    pure = PurePosixPath(path)
    return pure.parent.name if is_folder_page(path) and pure.parent.name else pure.stem


class PostNames:
    """The posts of a journal by all that they may be called."""

    def __init__(self, posts: Iterable[Post] = ()) -> None:
        known = tuple(posts)
        self.slugs = tuple(post.slug for post in known)
        self._slugs = {post.slug.casefold(): post for post in known}
        self._paths = _index((key, post) for post in known for key in _find_keys(post.path))
        self._uris = _index((key, post) for post in known for key in _find_keys(post.src_uri or ""))
        self._short = _index((name, post) for post in known for name in post.names)
        self._names = _index(
            (name, post) for post in known for name in {*post.names, stem_of(post.path)}
        )

    @cached_property
    def pattern(self) -> re.Pattern[str] | None:
        """Finds the short names that one post has in a text; None if there are none."""
        names = [name for name, found in self._short.items() if len(found) == 1]
        words = _format_any(names, _SHARED) if names else ""
        return re.compile(rf"(?<![\w/#.-])(?:{words})(?![\w/-])", re.IGNORECASE) if words else None

    def list_meanings(self) -> Iterator[str]:
        """What texts can mean by short names and paths, in lines that change with any of it."""
        for index in (self._short, self._paths):
            for name, found in index.items():
                yield f"{name} {' '.join(post.slug for post in found)}"

    def find(self, name: str, *, near: str = "") -> Post | None:
        """The post that a name means.

        Args:
            name: As somebody wrote it.
            near: Path of the file that has it.
        """
        name = name.strip()
        return (
            self._slugs.get(name.casefold())
            or self.find_linked(name, near=near)
            or self.find_linked(name)
            or _one(self._uris, posixpath.normpath(name))
            or self.find_named(_ENDING.sub("", name.removeprefix("./")))
        )

    def find_linked(self, path: str, *, near: str = "") -> Post | None:
        """The post that a relative path leads to.

        Args:
            path: With forward slashes.
            near: Path of the file that the way starts from; by default the project's root.
        """
        return _one(self._paths, posixpath.normpath(posixpath.join(posixpath.dirname(near), path)))

    def find_named(self, name: str) -> Post | None:
        """The only post with a short name, or in a file of that name."""
        return _one(self._short, name) or _one(self._names, name)

    def is_shared(self, name: str) -> bool:
        """Whether several posts are called that."""
        return len(self._names.get(_ENDING.sub("", name.strip()).casefold(), ())) > 1


def find_shared_names(posts: Iterable[Post]) -> Iterator[Diagnostic]:
    """A finding for each short name of posts in several files; entries of one log may share one."""
    shared: defaultdict[str, dict[str, tuple[str, Post]]] = defaultdict(dict)
    for post in sorted(posts, key=lambda post: post.path):
        for name in post.names:
            shared[name.casefold()].setdefault(post.path, (name, post))
    for _, by_path in sorted(shared.items()):
        first, *others = by_path
        for name, post in (by_path[path] for path in others):
            yield Diagnostic(
                path=post.path,
                line=post.lines.get("id", 1),
                code="shared-name",
                message=phrase(
                    "the short name '%(name)s' also belongs to %(path)s, so texts that use it "
                    "link to neither",
                    name=name,
                    path=first,
                ),
                severity=Severity.INFO,
            )


def _format_any(words: Collection[str], depth: int) -> str:
    """A pattern for any of `words`, of several that fit the longest.

    Words share up to `depth` characters at their start, so that a text is not compared with each.
    """
    if depth == 0 or len(words) == 1:
        longest = sorted(words, key=lambda word: (-len(word), word))
        return "|".join(map(re.escape, longest))
    rests: defaultdict[str, list[str]] = defaultdict(list)
    for word in words:
        rests[word[:1]].append(word[1:])
    return "|".join(
        f"{re.escape(start)}(?:{_format_any(rest, depth - 1)})" if start else ""
        for start, rest in sorted(rests.items(), reverse=True)
    )


def _find_keys(path: str) -> Iterable[str]:
    """The path of a file, and what it may be shortened to, each once."""
    bare = _ENDING.sub("", path)
    folder = posixpath.dirname(path) if is_folder_page(path) else ""
    return dict.fromkeys(key for key in (path, bare, folder) if key)


def _index(pairs: Iterable[tuple[str, Post]]) -> dict[str, list[Post]]:
    found: defaultdict[str, list[Post]] = defaultdict(list)
    for name, post in pairs:
        found[name.casefold()].append(post)
    return dict(found)


def _one(index: Mapping[str, list[Post]], name: str) -> Post | None:
    found = index.get(name.casefold(), ())
    return found[0] if len(found) == 1 else None
