"""The JSON form of a record: written with every key, read with any of the optional ones missing.

The same record always gives the same form, and what is written is read back as it was. Records
stay in memory until a build ends, so those that are read share the values that many of them have.
"""

from __future__ import annotations

import sys
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING, TypeVar

from journal_plugin.formats import format_time, parse_time
from journal_plugin.model import (
    SCHEMA_VERSION,
    Author,
    AuthorKind,
    Comment,
    Commit,
    CrossReference,
    Label,
    Record,
    RecordId,
    RecordKind,
    State,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

UNKNOWN_LISTS = ("crossReferences", "closes", "commits")
"""Lists that some sources cannot give; null stands for "not known"."""

_MAX_INTEGER = 2**53
"""Beyond it, readers of JSON that count in floats disagree on the value."""
_T = TypeVar("_T")
_Enum = TypeVar("_Enum", bound=StrEnum)
_share_author = lru_cache(maxsize=1024)(Author)
_share_time = lru_cache(maxsize=1024)(parse_time)
_share_names: Callable[[tuple[str, ...]], frozenset[str]] = lru_cache(maxsize=8)(frozenset)


class BrokenRecordError(ValueError):
    """Data that cannot be a record; the message says why."""


def format_record(record: Record) -> dict[str, object]:
    """The JSON form of a record, with every key of the format present."""
    form = _format_known(record)
    return {**form, **{name: None for name in record.unknown if name in form}}


def _format_known(record: Record) -> dict[str, object]:
    return {
        "schemaVersion": SCHEMA_VERSION,
        "repo": record.id.repo,
        "number": record.id.number,
        "kind": record.kind.value,
        "title": record.title,
        "body": record.body,
        "state": record.state.value,
        "stateReason": record.state_reason,
        "author": _format_author(record.author),
        "labels": [{"name": label.name, "color": label.color} for label in record.labels],
        "milestone": record.milestone,
        "assignees": list(record.assignees),
        "createdAt": format_time(record.created_at),
        "updatedAt": format_time(record.updated_at),
        "closedAt": format_time(record.closed_at),
        "mergedAt": format_time(record.merged_at),
        "url": record.url,
        "comments": [_format_comment(comment) for comment in record.comments],
        "crossReferences": [
            {
                "source": str(reference.source),
                "kind": reference.kind,
                "createdAt": format_time(reference.created_at),
            }
            for reference in record.cross_references
        ],
        "closes": [str(target) for target in record.closes],
        **({"removed": record.removed} if record.removed else {}),
        **(_format_pull(record) if record.kind is RecordKind.PULL else {}),
    }


def _format_author(author: Author | None) -> dict[str, object] | None:
    return {"login": author.login, "kind": author.kind and author.kind.value} if author else None


def _format_comment(comment: Comment) -> dict[str, object]:
    return {
        "author": _format_author(comment.author),
        "body": comment.body,
        "createdAt": format_time(comment.created_at),
        "updatedAt": format_time(comment.updated_at),
        "url": comment.url,
    }


def _format_pull(record: Record) -> dict[str, object]:
    return {
        "headRef": record.head_ref,
        "baseRef": record.base_ref,
        "additions": record.additions,
        "deletions": record.deletions,
        "changedFiles": record.changed_files,
        "commits": [
            {
                "sha": commit.sha,
                "message": commit.message,
                "author": _format_author(commit.author),
                "coAuthors": [_format_author(author) for author in commit.co_authors],
            }
            for commit in record.commits
        ],
    }


def parse_record(data: object, repo: str) -> Record:
    """A record from its JSON form; `repo` is assumed where the data does not name one.

    Raises:
        BrokenRecordError: the data is not a record; the message says why.
    """
    raw = _mapping(data, "a record")
    version = raw.get("schemaVersion", SCHEMA_VERSION)
    if version != SCHEMA_VERSION:
        msg = f"schemaVersion is {version!r}, not {SCHEMA_VERSION}; run `journal sync --full`"
        raise BrokenRecordError(msg)
    kind = _member(RecordKind, raw, "kind")
    return Record(
        id=RecordId(sys.intern(_string(raw, "repo") or repo), _number(raw)),
        kind=kind,
        title=_lf(_string(raw, "title") or ""),
        body=_lf(_string(raw, "body") or ""),
        state=_member(State, raw, "state"),
        state_reason=_string(raw, "stateReason"),
        author=_author(raw.get("author")),
        labels=_items(raw, "labels", _label),
        milestone=_milestone(raw.get("milestone")),
        assignees=_items(raw, "assignees", _login),
        created_at=_time(raw, "createdAt"),
        updated_at=_time(raw, "updatedAt"),
        closed_at=_time(raw, "closedAt"),
        merged_at=_time(raw, "mergedAt"),
        url=_string(raw, "url"),
        comments=_items(raw, "comments", _comment),
        cross_references=_items(raw, "crossReferences", lambda item: _cross_reference(item, repo)),
        closes=_items(raw, "closes", lambda item: _record_id(item, repo)),
        head_ref=_string(raw, "headRef"),
        base_ref=_string(raw, "baseRef"),
        additions=_integer(raw, "additions"),
        deletions=_integer(raw, "deletions"),
        changed_files=_integer(raw, "changedFiles"),
        commits=_items(raw, "commits", _commit),
        removed=_string(raw, "removed"),
        unknown=_share_names(tuple(name for name in UNKNOWN_LISTS if raw.get(name) is None)),
    )


def _mapping(data: object, what: str) -> Mapping[str, object]:
    if not isinstance(data, dict):
        msg = f"{what} must be a mapping, not {type(data).__name__}"
        raise BrokenRecordError(msg)
    return data


def _string(raw: Mapping[str, object], key: str) -> str | None:
    value = raw.get(key)
    if value is None or isinstance(value, str):
        return value
    msg = f"{key} must be a text, not {type(value).__name__}"
    raise BrokenRecordError(msg)


def _integer(raw: Mapping[str, object], key: str) -> int | None:
    value = raw.get(key)
    if value is None:
        return None
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) <= _MAX_INTEGER:
        return value
    msg = f"{key} must be a whole number, not {value!r}"
    raise BrokenRecordError(msg)


def _number(raw: Mapping[str, object]) -> int:
    number = _integer(raw, "number")
    if number is None or number < 1:
        msg = f"number must be a positive whole number, not {number!r}"
        raise BrokenRecordError(msg)
    return number


def _member(kind: type[_Enum], raw: Mapping[str, object], key: str) -> _Enum:
    try:
        return kind(str(raw.get(key)))
    except ValueError:
        allowed = ", ".join(member.value for member in kind)
        msg = f"{key} is {raw.get(key)!r}; allowed is one of {allowed}"
        raise BrokenRecordError(msg) from None


def _time(raw: Mapping[str, object], key: str) -> datetime | None:
    if not (text := _string(raw, key)):
        return None
    try:
        return _share_time(text)
    except ValueError:
        msg = f"{key} is {text!r}, which is not an ISO 8601 time"
        raise BrokenRecordError(msg) from None


def _items(raw: Mapping[str, object], key: str, parse: Callable[[object], _T]) -> tuple[_T, ...]:
    value = raw.get(key)
    if value is None:
        return ()
    if not isinstance(value, list):
        msg = f"{key} must be a list, not {type(value).__name__}"
        raise BrokenRecordError(msg)
    return tuple(map(parse, value)) if value else ()


def _lf(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def _author(data: object) -> Author | None:
    if data is None or data == "":
        return None
    if isinstance(data, str):
        return Author(login=data)
    raw = _mapping(data, "an author")
    login = _string(raw, "login")
    kind = _member(AuthorKind, raw, "kind") if raw.get("kind") else None
    return _share_author(login=login, kind=kind) if login else None


def _login(data: object) -> str:
    author = _author(data)
    if author is None:
        msg = "an assignee must have a login"
        raise BrokenRecordError(msg)
    return author.login


def _label(data: object) -> Label:
    if isinstance(data, str):
        return Label(name=data)
    raw = _mapping(data, "a label")
    return Label(name=_string(raw, "name") or "", color=_string(raw, "color"))


def _milestone(data: object) -> str | None:
    return (
        _string(data, "title")
        if isinstance(data, dict)
        else _string({"milestone": data}, "milestone")
    )


def _comment(data: object) -> Comment:
    raw = _mapping(data, "a comment")
    return Comment(
        author=_author(raw.get("author")),
        body=_lf(_string(raw, "body") or ""),
        created_at=_time(raw, "createdAt"),
        updated_at=_time(raw, "updatedAt"),
        url=_string(raw, "url"),
    )


def _cross_reference(data: object, repo: str) -> CrossReference:
    raw = _mapping(data, "a cross-reference")
    return CrossReference(
        source=_record_id(raw.get("source"), repo),
        kind=_string(raw, "kind") or "mention",
        created_at=_time(raw, "createdAt"),
    )


def _record_id(data: object, repo: str) -> RecordId:
    """A record id from `owner/name#18`, `#18`, 18 or `{repo, number}`."""
    if isinstance(data, int) and not isinstance(data, bool):
        return RecordId(repo, data)
    if isinstance(data, dict):
        return RecordId(_string(data, "repo") or repo, _number(data))
    if parsed := RecordId.parse(str(data), repo):
        return parsed
    msg = f"{data!r} is not a reference such as owner/name#18"
    raise BrokenRecordError(msg)


def _commit(data: object) -> Commit:
    raw = _mapping(data, "a commit")
    return Commit(
        sha=_string(raw, "sha") or "",
        message=_lf(_string(raw, "message") or ""),
        author=_author(raw.get("author")),
        co_authors=_items(raw, "coAuthors", _co_author),
    )


def _co_author(data: object) -> Author:
    return _author(data) or Author(login="unknown")
