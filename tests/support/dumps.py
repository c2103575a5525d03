"""The real dumps of `../shared/data/issues` as records.

The dumps lack what GitHub's timeline knows, so those fields stay empty; nothing is guessed.
"""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from journal_plugin.formats import parse_time
from journal_plugin.model import Author, Comment, Label, Record, RecordId, RecordKind, State
from journal_plugin.sources.snapshot import save_record
from tests.support.needs import require

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"

_STATES = {"open": State.OPEN, "closed": State.CLOSED, "merged": State.MERGED}


def find_data(name: str) -> Path:
    """A file of the shared test data, which lies beside the checkout and is not part of it."""
    return require(DATA / name, "the shared test data belongs beside the checkout")


def load_dump(name: str) -> tuple[str, list[Record]]:
    """The repository and all records of one dump, such as `tls13-spec`."""
    raw = json.loads(gzip.decompress(find_data(f"issues/{name}.json.gz").read_bytes()))
    return raw["repo"], list(_records(raw))


def save_dump(name: str, root: Path) -> tuple[str, list[Record]]:
    """Write one dump as a snapshot below `root`; return what was written."""
    repo, records = load_dump(name)
    for record in records:
        save_record(root, record)
    return repo, records


def _records(raw: dict[str, Any]) -> Iterator[Record]:
    colors = {label["name"]: label["color"] for label in raw.get("labels", [])}
    for kind, items in ((RecordKind.ISSUE, raw["issues"]), (RecordKind.PULL, raw["pulls"])):
        for item in items:
            yield _record(raw["repo"], kind, item, colors)


def _record(repo: str, kind: RecordKind, item: dict[str, Any], colors: dict[str, str]) -> Record:
    reviews = [
        {"author": review["author"], **entry}
        for review in item.get("reviews", [])
        for entry in (review, *review.get("comments", []))
        if entry["body"]
    ]
    return Record(
        id=RecordId(repo, item["number"]),
        kind=kind,
        title=item["title"],
        body=_lf(item["body"]),
        state=_STATES[item["state"].lower()],
        author=_author(item["author"]),
        labels=tuple(Label(name=name, color=colors.get(name)) for name in item["labels"]),
        assignees=tuple(item.get("assignees", ())),
        created_at=_time(item.get("createdAt") or item.get("created")),
        updated_at=_time(item.get("updatedAt") or item.get("updated")),
        closed_at=_time(item.get("closedAt")),
        merged_at=_time(item.get("mergedAt") or item.get("merged")),
        url=item["url"],
        comments=tuple(_comment(comment) for comment in (*item["comments"], *reviews)),
        head_ref=item.get("headRefName") or item.get("source") or None,
        base_ref=item.get("baseRefName") or item.get("target") or None,
    )


def _comment(item: dict[str, Any]) -> Comment:
    return Comment(
        author=_author(item["author"]),
        body=_lf(item["body"]),
        created_at=_time(item.get("createdAt") or item.get("created")),
        updated_at=_time(item.get("updatedAt")),
    )


def _author(login: str | None) -> Author | None:
    return Author(login=login) if login and login != "ghost" else None


def _time(text: str | None) -> datetime | None:
    return parse_time(text) if text else None


def _lf(text: str | None) -> str:
    return (text or "").replace("\r\n", "\n").replace("\r", "\n")
