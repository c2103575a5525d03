"""The fields of a post: from whatever an author wrote to typed values, with findings.

Each reader takes the raw value and returns the typed one; what cannot be read goes to `report` as a
message, and the post loads without that field.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from numbers import Real
from typing import TypeAlias

from journal_plugin.model import Link, Metric, RecordId
from journal_plugin.vocabulary import Phase

Report: TypeAlias = Callable[[str, str], None]
"""Called with a diagnostic code and a message."""

_UPDATED_KEYS = ("updated", "modified")
_LIST = re.compile(r"\s*[,;\s]\s*")


def read_text(value: object) -> str | None:
    """A text, number or boolean as text; None for what has no plain text form."""
    if isinstance(value, str):
        return value.strip() or None
    if isinstance(value, (bool, int, float, date)):
        return str(value)
    return None


def read_texts(value: object) -> tuple[str, ...]:
    """A text or a list of texts."""
    items = value if _is_list(value) else [value]
    return tuple(text for item in items if (text := read_text(item)))  # type: ignore[attr-defined]


def read_names(value: object) -> tuple[str, ...]:
    """A comma-separated text, or a list of texts."""
    if isinstance(value, str):
        return tuple(name.strip() for name in value.split(",") if name.strip())
    return read_texts(value)


def read_time(value: object, report: Report) -> datetime | None:
    """A date in YAML's or ISO 8601 form, as an aware UTC time."""
    if isinstance(value, datetime):
        return (value if value.tzinfo else value.replace(tzinfo=UTC)).astimezone(UTC)
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day, tzinfo=UTC)
    text = read_text(value)
    if text is None:
        return None
    try:
        return read_time(datetime.fromisoformat(text), report)
    except ValueError:
        report("invalid-date", f"date is {text!r}; write it as 2026-01-31")
        return None


def read_dates(value: object, report: Report) -> tuple[datetime | None, datetime | None]:
    """Created and updated, from Material's two forms: a date, or `{created, updated}`."""
    if isinstance(value, Mapping):
        updated = next((value[key] for key in _UPDATED_KEYS if key in value), None)
        return read_time(value.get("created"), report), read_time(updated, report)
    return read_time(value, report), None


def read_links(
    value: object, repo: str | None, report: Report, *, key: str, line: int
) -> tuple[Link, ...]:
    """Records from numbers, `owner/name#n`, addresses, or a mapping of those to phases."""
    pairs = value.items() if isinstance(value, Mapping) else ((item, None) for item in _list(value))
    links = []
    for raw, raw_phase in pairs:
        targets = _targets(raw, repo)
        if not targets:
            report("invalid-reference", f"{key} has {raw!r}; write a number or owner/name#18")
        phase = _phase(raw_phase, report, key)
        links += [Link(target=target, phase=phase, line=line) for target in targets]
    return tuple(links)


def read_metrics(value: object, report: Report) -> dict[str, Metric]:
    """Metrics from `name: number` or `name: {value, unit, baseline, better}`."""
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        report("invalid-metric", "metrics must be a mapping of names to numbers")
        return {}
    return {
        str(name): metric
        for name, raw in value.items()
        if (metric := _metric(str(name), raw, report)) is not None
    }


def read_mapping(value: object) -> dict[str, object]:
    """A mapping with text keys; anything else is empty."""
    return {str(key): item for key, item in value.items()} if isinstance(value, Mapping) else {}


def _is_list(value: object) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, (str, bytes))


def _list(value: object) -> list[object]:
    if value is None:
        return []
    return list(value) if _is_list(value) else [value]  # type: ignore[call-overload]


def _targets(raw: object, repo: str | None) -> list[RecordId]:
    text = read_text(raw)
    if text is None or isinstance(raw, bool):
        return []
    found = [RecordId.parse(part, repo) for part in _LIST.split(text) if part]
    return [target for target in found if target] if all(found) else []


def _phase(raw: object, report: Report, key: str) -> Phase | None:
    if raw is None:
        return None
    try:
        return Phase(str(raw).strip().casefold())
    except ValueError:
        report("unknown-phase", f"{key} has phase {raw!r}; allowed is one of {', '.join(Phase)}")
        return None


def _metric(name: str, raw: object, report: Report) -> Metric | None:
    fields = raw if isinstance(raw, Mapping) else {"value": raw}
    value, baseline = _real(fields.get("value")), _real(fields.get("baseline"))
    if value is None and fields.get("value") is not None:
        report("invalid-metric", f"metric {name!r} is {fields['value']!r}, which is not a number")
        return None
    better = read_text(fields.get("better"))
    if better not in (None, "higher", "lower"):
        report(
            "invalid-metric", f"metric {name!r}: better is {better!r}; allowed is higher or lower"
        )
        better = None
    return Metric(value=value, unit=read_text(fields.get("unit")), baseline=baseline, better=better)


def _real(value: object) -> float | None:
    if isinstance(value, Real) and not isinstance(value, bool):
        return float(value)
    return None
