"""What a journal is made of: records from GitHub, posts, and the edges between them.

Everything here is frozen data. Times are aware UTC datetimes, to the second, as in GitHub's API.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from journal_plugin.stored_text import may_store

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from journal_plugin.vocabulary import Outcome, Phase, Status

SCHEMA_VERSION = 1
"""Version of the record files and of `journal.json`."""

_REFERENCE = re.compile(
    r"(?:(?P<repo>[\w.-]+/[\w.-]+)?\#|GH-)?(?P<number>\d{1,10})"
    r"|https?://[\w.-]+(?::\d+)?/(?P<url_repo>[\w.-]+/[\w.-]+)/(?:issues|pull)/(?P<url_number>\d{1,10})"
    r"(?:[/?#].*)?",
    re.ASCII | re.IGNORECASE,
)


class RecordKind(StrEnum):
    """What kind of thing a number on GitHub is."""

    ISSUE = "issue"
    PULL = "pull"


class State(StrEnum):
    """GitHub's own state of a record; never mixed with status or outcome."""

    OPEN = "open"
    CLOSED = "closed"
    MERGED = "merged"
    DRAFT = "draft"


class AuthorKind(StrEnum):
    """Who is behind a login."""

    HUMAN = "human"
    BOT = "bot"
    AI = "ai"


class EdgeKind(StrEnum):
    """How one node relates to another; the source does it to the target."""

    MENTIONS = "mentions"
    CLOSES = "closes"
    IMPLEMENTS = "implements"
    TESTS = "tests"
    FOLLOWS = "follows"
    SUPERSEDES = "supersedes"
    CORRECTS = "corrects"
    REPLICATES = "replicates"
    PART_OF = "part-of"


class RecordId(NamedTuple):
    """The identity of an issue or pull request; sorts by repository, then number."""

    repo: str
    """`owner/name`."""
    number: int

    def __str__(self) -> str:
        return f"{self.repo}#{self.number}"

    @classmethod
    def parse(cls, text: str, repo: str | None) -> RecordId | None:
        """The record that one reference names, or None.

        Args:
            text: `18`, `#18`, `GH-18`, `owner/name#18`, or the address of an issue or pull request.
            repo: The repository that a bare number belongs to.
        """
        match = _REFERENCE.fullmatch(text.strip())
        if not match:
            return None
        owner = match["repo"] or match["url_repo"] or repo
        number = int(match["number"] or match["url_number"])
        return cls(owner, number) if owner and number else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Author:
    """An account that wrote something."""

    login: str
    kind: AuthorKind | None = None
    """None where the snapshot does not say."""


class Label(NamedTuple):
    """A label of an issue or pull request."""

    name: str
    color: str | None = None
    """Six hex digits without `#`, as GitHub gives them, or None."""


@may_store("body", "url")
@dataclass(frozen=True, slots=True, kw_only=True)
class Comment:
    """One comment, or the text of one review."""

    author: Author | None
    """None for a deleted account."""
    body: str
    created_at: datetime | None = None
    updated_at: datetime | None = None
    url: str | None = None


class CrossReference(NamedTuple):
    """GitHub's own event that another record refers to this one."""

    source: RecordId
    kind: str = "mention"
    """`mention`, `closes` or `sub-issue`; other words count as a mention."""
    created_at: datetime | None = None


class Commit(NamedTuple):
    """A commit of a pull request."""

    sha: str
    message: str
    author: Author | None = None
    co_authors: tuple[Author, ...] = ()


@may_store("body")
@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """An issue or a pull request. Absent data is None, never guessed."""

    id: RecordId
    kind: RecordKind
    title: str
    body: str
    """Markdown with LF line ends."""
    state: State
    state_reason: str | None = None
    author: Author | None = None
    labels: tuple[Label, ...] = ()
    milestone: str | None = None
    assignees: tuple[str, ...] = ()
    created_at: datetime | None = None
    updated_at: datetime | None = None
    closed_at: datetime | None = None
    merged_at: datetime | None = None
    url: str | None = None
    comments: tuple[Comment, ...] = ()
    cross_references: tuple[CrossReference, ...] = ()
    closes: tuple[RecordId, ...] = ()
    """Issues that merging this pull request closes, by GitHub's own account."""
    head_ref: str | None = None
    base_ref: str | None = None
    additions: int | None = None
    deletions: int | None = None
    changed_files: int | None = None
    commits: tuple[Commit, ...] = ()
    removed: str | None = None
    """`deleted` or `transferred` once GitHub no longer has the record here, else None."""
    unknown: frozenset[str] = field(default=frozenset(), compare=False)
    """Lists that the source could not give, by their names in the format, such as `closes`. They
    are empty here and null in the snapshot, which tells "none" from "not known"."""
    node: str = field(init=False, repr=False, compare=False)
    """The node id, such as `issue:owner/name#18`; made once, because everything asks for it."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "node", f"{self.kind}:{self.id}")


class Metric(NamedTuple):
    """A number that a post reports."""

    value: float | None
    unit: str | None = None
    baseline: float | None = None
    better: str | None = None
    """`higher`, `lower`, or None where the author does not say."""


class Link(NamedTuple):
    """A record that a post declares in its front matter."""

    target: RecordId
    phase: Phase | None = None
    """The phase that the post gives to that record, or None."""
    line: int = 1
    """Line of the declaring key."""
    rule: str | None = None
    """Why the link exists, where it is not declared, such as `named in the path: exp166`."""


class Heading(NamedTuple):
    """A heading of a text or of a page."""

    level: int
    """From 1 to 6."""
    anchor: str
    """Its `id`, unique on its page."""
    title: str
    """Plain text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """A Markdown file that reports on an experiment."""

    slug: str
    """Unique in the journal."""
    path: str
    """Path of the file below the project's root, with forward slashes."""
    src_uri: str | None
    """Path below `docs_dir`; None when the file lies outside of it."""
    url: str
    """Address of the page, relative to the site's root."""
    title: str
    body: str
    """Markdown after the front matter, with LF line ends."""
    body_line: int = 1
    """Line of the file at which the body starts."""
    date: datetime | None = None
    updated: datetime | None = None
    status: Status | None = None
    status_raw: str | None = None
    outcome: Outcome | None = None
    outcome_raw: str | None = None
    type: str | None = None
    problems: tuple[str, ...] = ()
    issues: tuple[Link, ...] = ()
    prs: tuple[Link, ...] = ()
    phase: Phase | None = None
    relations: tuple[tuple[EdgeKind, str], ...] = ()
    """Stated relations to other posts, as (kind, slug or path), in the author's order."""
    hypothesis: str | None = None
    success_criteria: tuple[str, ...] = ()
    metrics: Mapping[str, Metric] = field(default_factory=dict)
    params: Mapping[str, object] = field(default_factory=dict)
    data: tuple[str, ...] = ()
    commit: str | None = None
    command: str | None = None
    hardware: str | None = None
    cost: str | None = None
    authors: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    draft: bool = False
    names: tuple[str, ...] = ()
    """Names from the path that texts may use for the post, such as `E012` and `E012_name`."""
    lines: Mapping[str, int] = field(default_factory=dict)
    """Line of each front matter key, for diagnostics."""

    @property
    def node(self) -> str:
        """The node id, such as `post:learned-rounding`."""
        return f"post:{self.slug}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """All records that were read from a snapshot directory."""

    records: Mapping[RecordId, Record] = field(default_factory=dict)
    """Sorted by id."""
    digests: Mapping[RecordId, str] = field(default_factory=dict, compare=False)
    """A hash of what each record was read from, as far as that is known."""


class Statement(NamedTuple):
    """A reference to a record that stands in a text, before anybody checked that it exists."""

    source: str
    """Node id of the post or record that holds the text."""
    target: RecordId
    relation: EdgeKind
    reverse: bool = False
    """Whether the target does it to the source, as in `fixed by #19`."""
    path: str | None = None
    line: int | None = None
    section: str | None = None
    sentence: str | None = None
    written: str = ""
    """The reference as it stands in the text."""


class Edge(NamedTuple):
    """A statement that one node relates to another, and where it is made."""

    source: str
    """Node id of the side that states or causes the relation."""
    target: str
    """Node id of the other side."""
    kind: EdgeKind
    path: str | None = None
    """File that states it; None for what comes from GitHub."""
    line: int | None = None
    section: str | None = None
    """Heading under which it is stated, or `comment N`, or None for the top."""
    sentence: str | None = None
    """The sentence around a reference in a text, as plain text; None for front matter."""
    rule: str = ""
    """Why the edge exists, in words for a reader."""


Node: TypeAlias = Record | Post
"""What an edge can start or end at, problems apart."""
