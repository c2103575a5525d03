"""Small records, posts and journals for tests; every argument by name has a sensible default."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from journal_plugin.build import build_journal
from journal_plugin.model import (
    Author,
    Comment,
    Label,
    Record,
    RecordId,
    RecordKind,
    Snapshot,
    State,
)
from journal_plugin.pages.page import Site
from journal_plugin.settings import Settings
from journal_plugin.sources.posts import PostFile, load_posts

if TYPE_CHECKING:
    from collections.abc import Iterable

    from journal_plugin.build import Build
    from journal_plugin.errors import Diagnostic
    from journal_plugin.model import (
        Post,
    )

REPO = "lab/model"


def day(month: int, number: int = 1, year: int = 2026) -> datetime:
    """Midnight UTC of a day of 2026."""
    return datetime(year, month, number, tzinfo=UTC)


def make_issue(number: int, title: str = "", body: str = "", **fields: Any) -> Record:
    """An open issue by mara."""
    return _record(RecordKind.ISSUE, number, title, body, fields)


def make_pull(number: int, title: str = "", body: str = "", **fields: Any) -> Record:
    """A merged pull request by mara."""
    return _record(RecordKind.PULL, number, title, body, {"state": State.MERGED, **fields})


def _record(kind: RecordKind, number: int, title: str, body: str, fields: dict[str, Any]) -> Record:
    labels = fields.pop("labels", ())
    comments = fields.pop("comments", ())
    return Record(
        id=RecordId(fields.pop("repo", REPO), number),
        kind=kind,
        title=title or f"Title of {number}",
        body=body,
        state=fields.pop("state", State.OPEN),
        author=fields.pop("author", Author(login="mara")),
        labels=tuple(Label(name=label) for label in labels),
        comments=tuple(Comment(author=Author(login="kit"), body=text) for text in comments),
        **fields,
    )


def make_snapshot(*records: Record) -> Snapshot:
    """A snapshot of `records`."""
    return Snapshot(records={record.id: record for record in sorted(records, key=lambda r: r.id)})


def make_posts(**texts: str) -> tuple[tuple[Post, ...], tuple[Diagnostic, ...]]:
    """Posts read from Markdown texts; the name `learned_rounding` becomes the file's name."""
    files = [
        PostFile(
            path=f"docs/posts/{name.replace('_', '-')}.md",
            text=text,
            src_uri=f"posts/{name.replace('_', '-')}.md",
            url=f"posts/{name.replace('_', '-')}/",
            matched=True,
        )
        for name, text in texts.items()
    ]
    return load_posts(files, repo=REPO, vocabulary=Settings().vocabulary)


def build(
    records: Iterable[Record] = (),
    *,
    now: datetime | None = None,
    settings: dict[str, object] | None = None,
    site: Site | None = None,
    **texts: str,
) -> Build:
    """A journal of `records` and posts from `texts`."""
    posts, findings = make_posts(**texts)
    return build_journal(
        Settings.from_mapping({"repo": REPO, **(settings or {})}),
        posts,
        make_snapshot(*records),
        site=site or Site(),
        diagnostics=findings,
        now=now,
    )


def page_of(built: Build, uri: str) -> str:
    """The HTML of a generated page, its path below `journal/` given."""
    return str(next(page.html for page in built.pages if page.uri == f"journal/{uri}.md"))


def codes_of(built: Build) -> list[tuple[str, int, str]]:
    """Path, line and code of every diagnostic."""
    return [(found.path, found.line, found.code) for found in built.diagnostics]
