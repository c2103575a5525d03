"""The written forms of data: JSON files and times."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


def dump_json(data: object) -> bytes:
    """UTF-8, LF, sorted keys, two spaces: the one JSON form of the project's files."""
    text = json.dumps(data, ensure_ascii=False, indent=2, sort_keys=True)
    return (text + "\n").encode("utf-8", "replace")


def format_entry(entry: Mapping[str, object], margin: str = "") -> str:
    """A mapping of plain values and such mappings, as it stands in `dump_json` behind `margin`.

    None of them may be empty. The part of Python's JSON that is written in C knows no indent, and
    takes a third of the time.
    """
    line = f"\n{margin}  "
    inner = {key: value for key, value in entry.items() if isinstance(value, dict)}
    plain = {**entry, **dict.fromkeys(inner)}
    form = json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(f",{line}", ": "))
    form = f"{line}{form[1:-1]}"
    for key, value in inner.items():
        start = f"{line}{json.dumps(key, ensure_ascii=False)}: "  # no text in JSON goes over lines
        form = form.replace(f"{start}null", start + format_entry(value, f"{margin}  ").lstrip())
    return f"{margin}{{{form}\n{margin}}}"


def format_time(time: datetime | None) -> str | None:
    """GitHub's form of a time, such as `2026-01-31T12:00:00Z`."""
    return time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if time else None


def format_month(time: datetime) -> str:
    """The month of a time, such as `2026-01`."""
    return f"{time.year:04}-{time.month:02}"


def parse_time(text: str) -> datetime:
    """An aware UTC time from ISO 8601; a bare date or naive time counts as UTC.

    Raises:
        ValueError: the text is not ISO 8601, or before the first or after the last year.
    """
    time = datetime.fromisoformat(text)
    if time.tzinfo is UTC and not time.microsecond:  # as in nearly all data, and soon said
        return time
    aware = time if time.tzinfo else time.replace(tzinfo=UTC)
    try:
        return aware.astimezone(UTC).replace(microsecond=0)
    except OverflowError as error:
        raise ValueError(text) from error
