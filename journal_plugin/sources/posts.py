"""Experiment posts: Markdown files with front matter, or with inline `**Status**:` lines."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from journal_plugin.errors import Diagnostic, Severity
from journal_plugin.model import EdgeKind, Post
from journal_plugin.slugs import slugify
from journal_plugin.sources import fields
from journal_plugin.sources.frontmatter import load_front_matter
from journal_plugin.vocabulary import Phase, find_suggestion

if TYPE_CHECKING:
    from collections.abc import Iterable

    from journal_plugin.model import Link
    from journal_plugin.sources.frontmatter import FrontMatter
    from journal_plugin.vocabulary import Outcome, Status, Vocabulary

_INLINE = re.compile(
    r"^\s*(?:[-*]\s+)?\*\*(Status|Outcome|Type|Date|Problem|Builds on|Issues?|PRs?)"
    r"(?::\*\*|\*\*\s*:)\s*(.+?)\s*\\?$",
    re.IGNORECASE,
)
_INLINE_KEYS = {"builds on": "follows", "issue": "issues", "pr": "prs"}
_INLINE_LINES = 60
_TITLE = re.compile(r"^#\s+(.+?)\s*#*$", re.MULTILINE)
_DATED = re.compile(r"^\d{4}-\d{2}-\d{2}-(?=.)")
_LINK = re.compile(r"\[[^\]]*\]\(<?([^)\s>]+)")
_RELATIONS = (EdgeKind.FOLLOWS, EdgeKind.SUPERSEDES, EdgeKind.CORRECTS, EdgeKind.REPLICATES)

POST_KEYS = frozenset(
    {
        "title", "date", "status", "outcome", "type", "problem", "issues", "prs", "phase",
        "follows", "supersedes", "corrects", "replicates", "hypothesis", "success_criteria",
        "metrics", "params", "data", "commit", "command", "hardware", "cost", "authors", "tags",
        "draft", "experiment", "slug",
    },
)  # fmt: skip
"""Front matter keys that the journal reads."""

_MARKS = ("status", "outcome", "type", "problem", "issues", "prs", "hypothesis", "metrics", "date")


@dataclass(frozen=True, slots=True, kw_only=True)
class PostFile:
    """A Markdown file that may be a post, as an adapter found it."""

    path: str
    """Path below the project's root, with forward slashes."""
    text: str
    src_uri: str | None
    """Path below `docs_dir`, or None outside of it."""
    url: str
    """Address of its page, relative to the site's root."""
    matched: bool
    """Whether a `posts` or `post_sources` glob names it."""


def load_posts(
    files: Iterable[PostFile], *, repo: str | None, vocabulary: Vocabulary
) -> tuple[tuple[Post, ...], tuple[Diagnostic, ...]]:
    """Read the posts among `files`.

    Returns:
        The posts sorted by path, each with a unique slug, and the diagnostics.
    """
    posts: list[Post] = []
    diagnostics: list[Diagnostic] = []
    for file in sorted(files, key=lambda file: file.path):
        parts = load_front_matter(file.text, file.path)
        if not is_post(file, parts):
            continue
        reader = _Reader(file, parts, repo, vocabulary)
        posts.append(reader.read())
        diagnostics += (*parts.diagnostics, *reader.diagnostics)
    return _with_unique_slugs(posts), tuple(diagnostics)


def is_post(file: PostFile, parts: FrontMatter) -> bool:
    """Whether a file is a post: named by a glob, or by its own front matter.

    The index page of a folder is a post only if it says something about an experiment, because
    Material keeps the list of posts there.
    """
    meta = parts.meta
    if isinstance(meta.get("experiment"), Mapping) or meta.get("type") == "experiment":
        return True
    if not file.matched:
        return False
    is_index = PurePosixPath(file.path).stem.casefold() == "index"
    return not is_index or any(key in meta for key in _MARKS) or bool(_inline(parts))


def slug_of(path: str, meta: Mapping[str, object]) -> str:
    """The slug of a post: declared, else its file name, or its folder's for an index or README."""
    declared = fields.read_text(meta.get("slug"))
    pure = PurePosixPath(path)
    stem = pure.parent.name if pure.stem.casefold() in ("index", "readme") else pure.stem
    return slugify(declared or "") or slugify(_DATED.sub("", stem)) or "post"


def _with_unique_slugs(posts: list[Post]) -> tuple[Post, ...]:
    """Give the second post of a slug its folder's name in front, then a number."""
    taken: set[str] = set()
    unique = []
    for post in posts:
        slug = post.slug
        if slug in taken:
            slug = slugify(f"{PurePosixPath(post.path).parent.name}-{slug}") or slug
        base, number = slug, 2
        while slug in taken:
            slug, number = f"{base}-{number}", number + 1
        taken.add(slug)
        unique.append(post if slug == post.slug else replace(post, slug=slug))
    return tuple(unique)


def _inline(parts: FrontMatter) -> dict[str, tuple[str, int]]:
    """Inline `**Key**: value` lines near the top, outside code, with their line."""
    found: dict[str, tuple[str, int]] = {}
    fenced = False
    for offset, line in enumerate(parts.content.split("\n")[:_INLINE_LINES]):
        if line.lstrip().startswith(("```", "~~~")):
            fenced = not fenced
        if not fenced and (match := _INLINE.match(line)):
            key = match[1].casefold()
            found.setdefault(_INLINE_KEYS.get(key, key), (match[2], parts.content_line + offset))
    return found


class _Reader:
    """Reads one post; findings collect in `diagnostics`."""

    def __init__(
        self, file: PostFile, parts: FrontMatter, repo: str | None, vocabulary: Vocabulary
    ) -> None:
        self._file = file
        self._parts = parts
        self._repo = repo
        self._vocabulary = vocabulary
        nested = parts.meta.get("experiment")
        inner = nested if isinstance(nested, Mapping) else {}
        self._inline = _inline(parts)
        inline = {key: value for key, (value, _) in self._inline.items()}
        self._meta = {**inline, **parts.meta, **{str(key): value for key, value in inner.items()}}
        self.diagnostics: list[Diagnostic] = []

    def read(self) -> Post:
        meta = self._meta
        created, updated = fields.read_dates(meta.get("date"), self._reporter("date"))
        status_raw, outcome_raw = self._words("status"), self._words("outcome")
        return Post(
            slug=slug_of(self._file.path, meta),
            path=self._file.path,
            src_uri=self._file.src_uri,
            url=self._file.url,
            title=self._title(),
            body=self._parts.content,
            body_line=self._parts.content_line,
            date=created,
            updated=updated,
            status=self._status(status_raw),
            status_raw=status_raw,
            outcome=self._outcome(outcome_raw, status_raw),
            outcome_raw=outcome_raw,
            type=self._words("type"),
            problems=self._problems(),
            issues=self._links("issues"),
            prs=self._links("prs"),
            phase=self._phase(),
            relations=tuple(
                (kind, target) for kind in _RELATIONS for target in self._relation(kind.value)
            ),
            hypothesis=self._words("hypothesis"),
            success_criteria=fields.read_texts(meta.get("success_criteria")),
            metrics=fields.read_metrics(meta.get("metrics"), self._reporter("metrics")),
            params=fields.read_mapping(meta.get("params")),
            data=fields.read_texts(meta.get("data")),
            commit=self._words("commit"),
            command=self._words("command"),
            hardware=self._words("hardware"),
            cost=self._words("cost"),
            authors=fields.read_names(meta.get("authors")),
            tags=fields.read_names(meta.get("tags")),
            draft=meta.get("draft") is True,
            lines=self._lines(),
        )

    def _lines(self) -> dict[str, int]:
        return {key: line for key, (_, line) in self._inline.items()} | dict(self._parts.lines)

    def _report(self, key: str, code: str, message: str) -> None:
        line = self._lines().get(key, self._lines().get("experiment", 1))
        self.diagnostics.append(
            Diagnostic(
                path=self._file.path,
                line=line,
                code=code,
                message=message,
                severity=Severity.WARNING,
            ),
        )

    def _reporter(self, key: str) -> fields.Report:
        return lambda code, message: self._report(key, code, message)

    def _words(self, key: str) -> str | None:
        return fields.read_text(self._meta.get(key))

    def _title(self) -> str:
        heading = _TITLE.search(self._parts.content)
        stem = PurePosixPath(self._file.path).stem
        fallback = PurePosixPath(self._file.path).parent.name if stem == "index" else stem
        return self._words("title") or (heading[1] if heading else fallback.replace("-", " "))

    def _status(self, raw: str | None) -> Status | None:
        if raw is None:
            return None
        status = self._vocabulary.find_status(raw)
        if status is None and self._vocabulary.find_outcome(raw) is None:
            self._unknown("status", raw, self._vocabulary.statuses)
        return status

    def _outcome(self, raw: str | None, status_raw: str | None) -> Outcome | None:
        """The outcome; a status line may carry it, as in `Complete - did not work`."""
        if raw is None:
            return self._vocabulary.find_outcome(status_raw) if status_raw else None
        outcome = self._vocabulary.find_outcome(raw)
        if outcome is None:
            self._unknown("outcome", raw, self._vocabulary.outcomes)
        return outcome

    def _unknown(self, key: str, raw: str, words: Mapping[str, object]) -> None:
        hint = find_suggestion(raw, words)
        advice = f"did you mean '{hint}'?" if hint else f"add it to the option '{key}es'"
        advice = advice.replace("outcomees", "outcomes")
        self._report(key, f"unknown-{key}", f"{key} {raw!r} is not known; {advice}")

    def _problems(self) -> tuple[str, ...]:
        names = fields.read_names(self._meta.get("problem"))
        return tuple(dict.fromkeys(slug for name in names if (slug := slugify(name))))

    def _links(self, key: str) -> tuple[Link, ...]:
        return fields.read_links(
            self._meta.get(key),
            self._repo,
            self._reporter(key),
            key=key,
            line=self._lines().get(key, 1),
        )

    def _phase(self) -> Phase | None:
        raw = self._words("phase")
        if raw is None:
            return None
        try:
            return Phase(raw.casefold())
        except ValueError:
            hint = find_suggestion(raw, [phase.value for phase in Phase])
            advice = f"did you mean '{hint}'?" if hint else f"allowed is one of {', '.join(Phase)}"
            self._report("phase", "unknown-phase", f"phase {raw!r} is not known; {advice}")
            return None

    def _relation(self, key: str) -> tuple[str, ...]:
        names = fields.read_names(self._meta.get(key))
        return tuple(link[1] if (link := _LINK.search(name)) else name for name in names)
