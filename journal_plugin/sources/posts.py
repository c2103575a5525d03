"""Experiment posts: Markdown files with front matter, with inline `**Status**:` lines, or logs."""

from __future__ import annotations

from dataclasses import replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from journal_plugin.errors import Diagnostic, Severity
from journal_plugin.packing import make_each
from journal_plugin.post_names import is_folder_page, stem_of
from journal_plugin.slugs import slugify
from journal_plugin.sources import fields
from journal_plugin.sources.drafts import Draft, Drafts, Reading, mark_file
from journal_plugin.sources.frontmatter import load_front_matter
from journal_plugin.sources.keys import find_nested, is_experiment_key, rename_keys
from journal_plugin.sources.logbook import find_entries, is_logbook, place_entries
from journal_plugin.sources.names import Claim, assign_slugs, slug_of_path
from journal_plugin.sources.prose import find_fields
from journal_plugin.sources.reader import PostReader

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from journal_plugin.model import Heading, Post
    from journal_plugin.packing import Recall
    from journal_plugin.sources.frontmatter import FrontMatter
    from journal_plugin.vocabulary import Vocabulary

_MARKS = ("status", "outcome", "type", "problem", "issues", "prs", "hypothesis", "metrics", "date")
_MARKING_FIELDS = frozenset({"status", "outcome", "type", "problem", "issues", "prs", "date"})

FindHeadings: TypeAlias = "Callable[[str], Sequence[Heading]]"
"""Gives the headings of a Markdown text with the anchors that the site's Markdown gives them."""


def url_outside(slug: str) -> str:
    """The default address of a post that lies outside `docs_dir`."""
    return f"journal/posts/{slug}/"


class PostFile(NamedTuple):
    """A Markdown file that may be a post, as an adapter found it."""

    path: str
    """Path below the project's root, with forward slashes."""
    text: str
    src_uri: str | None
    """Path below `docs_dir`, or None outside of it."""
    url: str
    """Address of its page, relative to the site's root; empty outside of `docs_dir`."""
    matched: bool
    """Whether a `posts` or `post_sources` glob names it."""
    error: str | None = None
    """Why the file could not be read, or None."""
    error_line: int = 1


class _Reader(NamedTuple):
    """Reads files, one at a time."""

    repo: str | None
    vocabulary: Vocabulary
    find_headings: FindHeadings | None

    def read(self, file: PostFile) -> Reading:
        parts = load_front_matter(file.text, file.path)
        is_stated = _states_post(file, parts)
        if not is_stated and not file.matched:
            return Reading()
        if is_logbook(file.path, parts):
            reading = self._read_log(file, parts)
        else:
            reading = self._read_post(file, parts)
        return reading._replace(
            diagnostics=(*parts.diagnostics, *reading.diagnostics), is_stated=is_stated
        )

    def _read_post(self, file: PostFile, parts: FrontMatter) -> Reading:
        reader = PostReader(file, parts, self.repo, self.vocabulary)
        post = reader.read()
        declared = slugify(fields.read_text(parts.meta.get("slug")) or "")
        claim = Claim(
            wanted=declared or slug_of_path(file.path),
            path=file.path,
            line=parts.lines.get("slug", 1),
            declared=bool(declared),
            date=post.date,
            prefix=_folder(file.path),
        )
        drafts = (Draft(claim=claim, post=post),)
        return Reading(drafts=drafts, diagnostics=tuple(reader.diagnostics))

    def _read_log(self, file: PostFile, parts: FrontMatter) -> Reading:
        drafts = []
        entries, findings = find_entries(file.path, parts, self.vocabulary)
        anchors = place_entries(parts.content, entries, self.find_headings)
        if file.src_uri is None:
            name = slug_of_path(file.path)
            claim = Claim(wanted=name, path=file.path, prefix=_folder(file.path), declared=True)
            drafts.append(Draft(claim=claim, post=None))
        for entry, anchor in zip(entries, anchors, strict=True):
            reader = PostReader(file, entry.parts, self.repo, self.vocabulary)
            post = reader.read()
            findings = (*findings, *reader.diagnostics)
            claim = Claim(
                wanted=slugify(entry.title) or slugify(f"{stem_of(file.path)} {entry.day}"),
                path=file.path,
                line=entry.line,
                date=post.date,
                prefix=entry.day,
            )
            drafts.append(Draft(claim=claim, post=post, anchor=anchor))
        return Reading(drafts=tuple(drafts), diagnostics=findings, is_log=True)


def load_posts(  # noqa: PLR0913 - what posts are read with, mostly by name
    files: Iterable[PostFile],
    *,
    repo: str | None,
    vocabulary: Vocabulary,
    url_of: Callable[[str], str] = url_outside,
    find_headings: FindHeadings | None = None,
    recall: Recall = make_each,
) -> tuple[tuple[Post, ...], tuple[Diagnostic, ...]]:
    """Read the posts among `files`.

    Args:
        files: All Markdown files that may be posts.
        repo: The repository that bare numbers belong to.
        vocabulary: The words in force.
        url_of: The address of a post outside `docs_dir`, given its slug.
        find_headings: How the site's Markdown names headings; by default as Python-Markdown does
            without options.
        recall: Knows what an earlier build read with the same `repo` and `vocabulary`.

    Returns:
        The posts sorted by path and line, each with a unique slug, and the diagnostics.
    """
    ordered = sorted(files, key=lambda file: file.path)
    matched = frozenset(file.path for file in ordered if file.matched)
    readable = [file for file in ordered if file.error is None]
    drafts: list[Draft] = []
    diagnostics = [_unreadable(file) for file in ordered if file.error is not None]
    for file, reading in _read_all(readable, _Reader(repo, vocabulary, find_headings), recall):
        if reading.is_stated or not _is_list(file.path, matched):
            drafts += reading.drafts
            diagnostics += reading.diagnostics
    slugs, collisions = assign_slugs([draft.claim for draft in drafts])
    return _place(drafts, slugs, url_of), (*diagnostics, *collisions)


def _read_all(
    files: Iterable[PostFile], reader: _Reader, recall: Recall
) -> Iterator[tuple[PostFile, Reading]]:
    """What stands in each file; one that has not changed is not read again."""
    packed, new = Drafts(), {}
    marked = {mark_file(file): file for file in files}

    def make(marks: Iterable[str]) -> Iterator[object]:
        for mark in marks:
            new[mark] = reader.read(marked[mark])
            yield packed.pack(new[mark])

    for mark, data in recall("posts", marked, make):
        file = marked[mark]
        yield file, new.get(mark) or packed.unpack(data, file) or reader.read(file)


def is_post(file: PostFile, parts: FrontMatter) -> bool:
    """Whether a file is a post: named by a glob, or by its own front matter.

    The page of a folder that holds further posts is one only if it says something about an
    experiment, because lists of posts stand there. Whether there are such posts is not asked here.
    """
    if file.error is not None:
        return False
    return _states_post(file, parts) or (file.matched and not _is_list(file.path, frozenset()))


def _states_post(file: PostFile, parts: FrontMatter) -> bool:
    """Whether a file says itself that it is a post."""
    meta = parts.meta
    nested = find_nested(meta)
    if meta.get("type") == "experiment" or any(is_experiment_key(key) for key, _ in nested):
        return True
    if not file.matched:
        return False
    marks = nested or rename_keys(meta).keys() & set(_MARKS)
    return bool(marks or _MARKING_FIELDS & find_fields(parts.content).keys())


def _is_list(path: str, matched: frozenset[str]) -> bool:
    """Whether a folder page has posts beside or below it."""
    if not is_folder_page(path):
        return False
    folder = PurePosixPath(path).parent
    others = [PurePosixPath(other) for other in matched if other != path]
    if PurePosixPath(path).stem.casefold() == "index" and not others:
        return True
    return any(
        folder in other.parents
        and (other.parent != folder or PurePosixPath(path).stem.casefold() == "index")
        for other in others
    )


def _folder(path: str) -> str:
    """The folder that tells a post from another of the same name."""
    parents = PurePosixPath(path).parent
    return parents.parent.name if is_folder_page(path) else parents.name


def _place(
    drafts: Sequence[Draft], slugs: Sequence[str], url_of: Callable[[str], str]
) -> tuple[Post, ...]:
    """The posts with their slugs and final addresses."""
    pages = {
        draft.claim.path: slug
        for draft, slug in zip(drafts, slugs, strict=True)
        if draft.post is None
    }
    posts = []
    for draft, slug in zip(drafts, slugs, strict=True):
        if draft.post is None:
            continue
        outside = draft.post.src_uri is None
        url = url_of(pages.get(draft.post.path, slug)) if outside else draft.post.url
        posts.append(replace(draft.post, slug=slug, url=f"{url}{draft.anchor}"))
    return tuple(posts)


def _unreadable(file: PostFile) -> Diagnostic:
    return Diagnostic(
        path=file.path,
        line=file.error_line,
        code="unreadable-file",
        message=f"the file cannot be read ({file.error}); the journal goes on without it",
        severity=Severity.ERROR,
    )
