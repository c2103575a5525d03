"""What the fake GitHub knows: repositories with records, fed from public dumps."""

from __future__ import annotations

import gzip
import json
import re
import tarfile
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zlib import crc32

from tests.support.dumps import find_data

BOTS = frozenset({"dependabot", "github-actions", "copilot-swe-agent", "claude"})
"""Logins that belong to apps; REST shows them with `[bot]`."""

_REFERENCE = re.compile(r"(?<![\w/#])#(\d{1,5})\b")
_CLOSING = re.compile(r"\b(?:close|fix|resolve)[sd]?:? #(\d{1,5})\b", re.IGNORECASE)


@dataclass(slots=True, kw_only=True)
class Note:
    """A comment, on a record or on a line of a change."""

    id: int
    author: str | None
    body: str
    created: str
    updated: str


@dataclass(slots=True, kw_only=True)
class Review:
    """A review of a pull request."""

    id: int
    author: str | None
    body: str
    state: str
    created: str
    comments: list[Note] = field(default_factory=list)


@dataclass(slots=True, kw_only=True)
class Reference:
    """An event on the record that is referred to."""

    repo: str
    number: int
    created: str
    closes: bool = False


@dataclass(slots=True, kw_only=True)
class Commit:
    sha: str
    message: str
    name: str
    email: str
    login: str | None = None


@dataclass(slots=True, kw_only=True)
class Item:
    """An issue or pull request."""

    number: int
    is_pull: bool
    title: str
    body: str
    state: str
    author: str | None
    created: str
    updated: str
    state_reason: str | None = None
    closed: str | None = None
    merged: str | None = None
    draft: bool = False
    labels: list[tuple[str, str]] = field(default_factory=list)
    milestone: str | None = None
    assignees: list[str] = field(default_factory=list)
    comments: list[Note] = field(default_factory=list)
    reviews: list[Review] = field(default_factory=list)
    references: list[Reference] = field(default_factory=list)
    closes: list[tuple[str, int]] = field(default_factory=list)
    sub_issues: list[int] = field(default_factory=list)
    head: str = "topic"
    base: str = "main"
    additions: int = 0
    deletions: int = 0
    changed_files: int = 0
    commits: list[Commit] = field(default_factory=list)
    moved_to: tuple[str, int] | None = None
    """Where the issue was transferred; it is gone from every list here."""
    deleted: bool = False

    @property
    def gone(self) -> bool:
        return self.deleted or self.moved_to is not None


@dataclass(slots=True, kw_only=True)
class Repo:
    name: str
    id: int
    items: dict[int, Item] = field(default_factory=dict)
    private: bool = False
    former_names: list[str] = field(default_factory=list)
    has_issues: bool = True

    @property
    def present(self) -> list[Item]:
        """The records that lists show, oldest first."""
        items = (item for item in self.items.values() if not item.gone)
        return sorted(items, key=lambda item: (item.created, item.number))


@dataclass(slots=True, kw_only=True)
class World:
    """All of the fake GitHub's data, and its clock."""

    repos: dict[str, Repo] = field(default_factory=dict)
    now: datetime = datetime(2026, 8, 1, 12, tzinfo=UTC)
    unknown_fields: tuple[str, ...] = ()
    """Fields that an old Enterprise server's GraphQL does not know, in GitHub's words."""

    def add(self, name: str, items: list[Item], *, private: bool = False) -> Repo:
        repo = Repo(name=name, id=crc32(name.encode()), private=private)
        repo.items = {item.number: item for item in items}
        self.repos[name] = repo
        return repo

    def find(self, name: str) -> Repo | None:
        """The repository of that name, not one that only had it formerly."""
        wanted = name.casefold()
        return next((repo for repo in self.repos.values() if repo.name.casefold() == wanted), None)

    def find_former(self, name: str) -> Repo | None:
        wanted = name.casefold()
        return next((r for r in self.repos.values() if wanted in r.former_names), None)

    def tick(self, seconds: float = 60) -> str:
        """Let time pass; return the new time as GitHub writes it."""
        self.now += timedelta(seconds=seconds)
        return self.now.strftime("%Y-%m-%dT%H:%M:%SZ")

    def rename(self, old: str, new: str) -> None:
        repo = self.repos.pop(old)
        repo.former_names.append(old.casefold())
        repo.name = new
        self.repos[new] = repo


def load_dump(name: str) -> dict[str, Any]:
    """One of the shared dumps, such as `quic-datagram`."""
    return json.loads(gzip.decompress(find_data(f"issues/{name}.json.gz").read_bytes()))


def load_series() -> list[dict[str, Any]]:
    """The dumps of one repository over time, oldest first."""
    with tarfile.open(find_data("issues/oauth-v2-1-timeseries.tgz")) as archive:
        members = sorted((m for m in archive if m.isfile()), key=lambda m: m.name)
        return [json.load(archive.extractfile(member)) for member in members]  # type: ignore[arg-type]


def items_of(dump: dict[str, Any]) -> list[Item]:
    """The records of a dump, with events derived from their texts."""
    raw = [(data, False) for data in dump["issues"]] + [(data, True) for data in dump["pulls"]]
    items = {data["number"]: _item(data, is_pull=is_pull) for data, is_pull in raw}
    for item in items.values():
        _refer(item, items, dump["repo"])
    return list(items.values())


def _item(data: dict[str, Any], *, is_pull: bool) -> Item:
    number = data["number"]
    item = Item(
        number=number,
        is_pull=is_pull,
        title=data["title"],
        body=data["body"],
        state=data["state"],
        state_reason="COMPLETED" if data["state"] == "CLOSED" and not is_pull else None,
        author=data["author"],
        created=data["createdAt"],
        updated=data["updatedAt"],
        closed=data["closedAt"],
        labels=[(label, f"{crc32(label.encode()) & 0xFFFFFF:06x}") for label in data["labels"]],
        assignees=list(data["assignees"]),
        comments=[_note(note, number, i) for i, note in enumerate(data["comments"])],
    )
    if is_pull:
        _add_change(item, data)
    return item


def _add_change(item: Item, data: dict[str, Any]) -> None:
    seed = crc32(str(item.number).encode())
    item.merged = data["mergedAt"]
    item.head, item.base = data["headRefName"], data["baseRefName"]
    item.additions, item.deletions, item.changed_files = seed % 900, seed % 311, 1 + seed % 13
    item.commits = [
        Commit(
            sha=data["headRefOid"],
            message=f"{item.title}\n\nFor #{item.number}.",
            name=data["author"] or "Somebody",
            email=f"{data['author'] or 'somebody'}@users.noreply.github.com",
            login=data["author"],
        )
    ]
    item.reviews = [
        Review(
            id=_id(review["createdAt"], item.number, i),
            author=review["author"],
            body=review["body"],
            state=review["state"],
            created=review["createdAt"],
            comments=[
                _note({**note, "author": review["author"]}, item.number, 50 + i * 60 + j)
                for j, note in enumerate(review["comments"])
            ],
        )
        for i, review in enumerate(data["reviews"])
    ]


def _note(data: dict[str, Any], number: int, index: int) -> Note:
    return Note(
        id=_id(data["createdAt"], number, index),
        author=data["author"],
        body=data["body"],
        created=data["createdAt"],
        updated=data["updatedAt"],
    )


def _id(created: str, number: int, index: int) -> int:
    """An id that grows with time and is the same in a later dump."""
    seconds = int(datetime.fromisoformat(created).timestamp())
    return seconds * 10**8 + (number % 10**4) * 10**4 + index % 10**4


def _refer(source: Item, items: dict[int, Item], repo: str) -> None:
    """Add to others the events that the texts of `source` cause, each once."""
    closing = {int(n) for n in _CLOSING.findall(source.body)} if source.is_pull else set()
    source.closes = sorted((repo, n) for n in closing if n in items and not items[n].is_pull)
    seen = {source.number}
    texts = [(source.body, source.created), *((n.body, n.created) for n in source.comments)]
    for text, created in texts:
        for number in (int(n) for n in _REFERENCE.findall(text)):
            if number in items and number not in seen:
                seen.add(number)
                event = Reference(
                    repo=repo, number=source.number, created=created, closes=number in closing
                )
                items[number].references.append(event)


def make_item(number: int, *, is_pull: bool = False, **fields: Any) -> Item:
    """A record with defaults, for tests that need a certain one."""
    values: dict[str, Any] = {
        "title": f"Record {number}",
        "body": "",
        "state": "OPEN",
        "author": "ada",
        "created": f"2026-01-01T00:{number // 60 % 60:02}:{number % 60:02}Z",
        "updated": f"2026-01-01T00:{number // 60 % 60:02}:{number % 60:02}Z",
    }
    return Item(number=number, is_pull=is_pull, **(values | fields))


def make_note(index: int, body: str = "Noted.", **fields: Any) -> Note:
    """A comment that comes after those of a lower index."""
    created = f"2026-02-01T{index // 3600 % 24:02}:{index // 60 % 60:02}:{index % 60:02}Z"
    values: dict[str, Any] = {"author": "bob", "created": created, "updated": created}
    return Note(id=10**9 + index, body=body, **(values | fields))


def load_large(name: str = "acme/large") -> World:
    """700 issues and 300 pull requests with 4,000 comments, from real ones of several dumps.

    Comments in reviews count among the 4,000, as they do in a record.
    """
    sources = [load_dump(source) for source in ("tls13-spec", "hash-to-curve", "oauth-v2-1")]
    issues = [item for dump in sources for item in items_of(dump) if not item.is_pull][:700]
    pulls = [item for item in items_of(sources[1]) + items_of(sources[0]) if item.is_pull][:300]
    spare = [note for item in items_of(sources[0]) if item.is_pull for note in item.comments]
    items = [*issues, *pulls]
    for number, item in enumerate(items, start=1):
        item.number = number
        item.references = [
            Reference(repo=name, number=1 + number % 700, created=item.created)
            for _ in item.references[:1]
        ]
        item.closes = [(name, 1 + number % 700)] if item.closes else []
    _even_out(items, spare)
    world = World()
    world.add(name, items)
    return world


def _even_out(items: list[Item], spare: list[Note]) -> None:
    """Add or take comments until there are 4,000."""
    inline = sum(len(review.comments) for item in items for review in item.reviews)
    missing = 4000 - inline - sum(len(item.comments) for item in items)
    for index in range(max(missing, 0)):
        item = items[index % len(items)]
        note = spare[index % len(spare)]
        moment = int(datetime.fromisoformat(note.created).timestamp())
        item.comments.append(replace(note, id=moment * 10**8 + 10**7 + index))
    while missing < 0:
        longest = max(items, key=lambda item: len(item.comments))
        longest.comments.pop()
        missing += 1
