"""Publishing posts that lie outside `docs_dir`: their pages, the files they show, their links.

The author's text stays Markdown for the site's own renderer. What it refers to inside the project
is published too, and every link leads where it led in the repository.
"""

from __future__ import annotations

import posixpath
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

import yaml

from journal_plugin.errors import Diagnostic, Severity
from journal_plugin.post_names import stem_of
from journal_plugin.sources.frontmatter import load_front_matter
from journal_plugin.sources.outside import SUFFIXES, is_hidden, resolve_inside
from journal_plugin.sources.prose import find_title
from journal_plugin.text.destinations import find_destinations

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from journal_plugin.model import Post
    from journal_plugin.sources.posts import PostFile
    from journal_plugin.text.destinations import Destination

_FOLDER_PAGES = ("README.md", "readme.md", "index.md", "Readme.md")


@dataclass(frozen=True, slots=True, kw_only=True)
class Outside:
    """What the posts outside `docs_dir` add to a site."""

    pages: Mapping[str, bytes] = field(default_factory=dict)
    """Markdown with front matter, by `src_uri`."""
    files: Mapping[str, Path] = field(default_factory=dict)
    """Files of the project to publish, by `src_uri`."""
    links: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """By page, the `src_uri` with fragment that each written address leads to."""
    sources: Mapping[str, str] = field(default_factory=dict)
    """The project's path of each page."""
    diagnostics: tuple[Diagnostic, ...] = ()


def publish_outside(
    posts: Sequence[Post], files: Iterable[PostFile], *, root: Path, path: str, docs: str = "docs"
) -> Outside:
    """Plan the pages of all posts outside `docs_dir`; nothing is written.

    Args:
        posts: All posts, with their final addresses; drafts get no page.
        files: All Markdown files of the project that were looked at.
        root: The project. Nothing outside of it is read.
        path: Where the journal lives below the site's root.
        docs: Path of `docs_dir` below the project's root.
    """
    read = {file.path: file for file in files}
    publisher = _Publisher(root=root, path=path, docs=docs)
    for file in read.values():
        if file.src_uri is not None:
            publisher.known[file.path] = file.src_uri
    for post in posts:
        if post.src_uri is None and not post.draft:
            publisher.known.setdefault(post.path, uri_of_url(post.url))
        elif post.src_uri is None:
            publisher.withheld.add(post.path)
    ours = {post.path for post in posts if post.src_uri is None} & publisher.known.keys()
    for name in sorted(ours):
        publisher.add_page(name, read[name].text)
    for file in sorted(read.values(), key=lambda file: file.path):
        if file.src_uri is not None:
            publisher.add_links(file)
    return publisher.finish()


def uri_of_url(url: str) -> str:
    """The Markdown file behind the address of a post outside `docs_dir`."""
    return f"{url.partition('#')[0].removesuffix('index.html').rstrip('/')}/index.md"


@dataclass(slots=True)
class _Publisher:
    """Follows links from page to page."""

    root: Path
    path: str
    docs: str
    known: dict[str, str] = field(default_factory=dict)
    """`src_uri` of every page by its path in the project."""
    withheld: set[str] = field(default_factory=set)
    """Paths of drafts."""
    pages: dict[str, bytes] = field(default_factory=dict)
    files: dict[str, Path] = field(default_factory=dict)
    links: dict[str, dict[str, str]] = field(default_factory=dict)
    sources: dict[str, str] = field(default_factory=dict)
    diagnostics: list[Diagnostic] = field(default_factory=list)

    def add_page(self, name: str, text: str) -> None:
        """Plan one page, and whatever it refers to."""
        uri = self.known[name]
        parts = load_front_matter(text, name)
        title = parts.meta.get("title") or find_title(parts.content) or stem_of(name)
        self.pages[uri] = _with_front_matter({**parts.meta, "title": str(title)}, parts.content)
        self.sources[uri] = name
        for found in find_destinations(parts.content):
            target = self._target(name, uri, found, line=parts.content_line + found.line - 1)
            if target:
                self.links.setdefault(uri, {})[found.written] = _with_fragment(target, found)

    def add_links(self, file: PostFile) -> None:
        """Let a page of the site link to published files as the repository does."""
        if file.src_uri is None or "](" not in file.text:
            return
        content = load_front_matter(file.text, file.path).content
        for found in find_destinations(content):
            target = self._find_known(_join(file.path, found.path))
            if target in self.sources:
                self.links.setdefault(file.src_uri, {})[found.written] = _with_fragment(
                    target, found
                )

    def finish(self) -> Outside:
        return Outside(
            pages=self.pages,
            files=self.files,
            links=self.links,
            sources=self.sources,
            diagnostics=tuple(dict.fromkeys(self.diagnostics)),
        )

    def _target(self, name: str, uri: str, found: Destination, *, line: int) -> str | None:
        wanted = _join(name, found.path)
        if wanted is None:
            self._report(name, line, "outside-root", f"{found.path!r} leads out of the project")
            return None
        known = self._find_known(wanted)
        if known is None and PurePosixPath(wanted).is_relative_to(self.docs):
            return PurePosixPath(wanted).relative_to(self.docs).as_posix()
        return known or self._publish(name, uri, wanted, line)

    def _find_known(self, wanted: str | None) -> str | None:
        """The page of a Markdown file, or of a folder's README."""
        if wanted is None:
            return None
        folder = (f"{wanted.rstrip('/')}/{page}" for page in _FOLDER_PAGES)
        return next((self.known[key] for key in (wanted, *folder) if key in self.known), None)

    def _publish(self, name: str, page_uri: str, wanted: str, line: int) -> str | None:
        full = resolve_inside(self.root, wanted)
        if wanted in self.withheld:
            self._report(name, line, "broken-link", f"{wanted!r} is a draft and has no page")
            return None
        if full is None or is_hidden(wanted) or not full.is_file():
            self._report(name, line, "broken-link", _refusal(self.root, wanted, full))
            return None
        uri = self._uri(name, page_uri, wanted)
        if PurePosixPath(wanted).suffix.casefold() not in SUFFIXES:
            self.files[uri] = full
            return uri
        uri = str(PurePosixPath(uri).with_suffix(".md"))
        try:
            text = full.read_bytes().decode("utf-8", "replace")
        except OSError as error:
            reason = f"{wanted!r} cannot be read ({error.strerror})"
            self._report(name, line, "broken-link", reason)
            return None
        self.known[wanted] = uri
        self.add_page(wanted, text)
        return uri

    def _uri(self, name: str, page_uri: str, wanted: str) -> str:
        """Beside the page for what lies below it; else in one place for all pages."""
        folder = PurePosixPath(name).parent
        below = folder.name and PurePosixPath(wanted).is_relative_to(folder)
        relative = PurePosixPath(wanted).relative_to(folder).as_posix() if below else ""
        if below and not relative.casefold().startswith("index."):
            return f"{posixpath.dirname(page_uri)}/{relative}"
        return f"{self.path}/files/{wanted}"

    def _report(self, path: str, line: int, code: str, message: str) -> None:
        self.diagnostics.append(
            Diagnostic(path=path, line=line, code=code, message=message, severity=Severity.WARNING)
        )


def _join(name: str, relative: str) -> str | None:
    """A relative path from a file of the project, below the root; None if it leads out."""
    joined = posixpath.normpath(posixpath.join(posixpath.dirname(name), relative))
    return None if joined.startswith("..") or joined in (".", "") else joined


def _with_fragment(uri: str, found: Destination) -> str:
    return f"{uri}#{found.fragment}" if found.fragment else uri


def _refusal(root: Path, wanted: str, full: Path | None) -> str:
    if full is not None and full.is_dir():
        return f"the folder {wanted!r} has no README that is a post, so it is not published"
    if full is None and (root / wanted).exists():
        return f"{wanted!r} leads out of the project or to a hidden file, so it is not published"
    if full is not None:
        return f"{wanted!r} is hidden, so it is not published"
    return f"there is no file {wanted!r}"


def _with_front_matter(meta: Mapping[str, object], content: str) -> bytes:
    block = yaml.safe_dump(dict(meta), sort_keys=False, allow_unicode=True)
    return f"---\n{block}---\n\n{content}".encode("utf-8", "replace")
