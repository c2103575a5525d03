"""The fields of a post: from whatever an author wrote to typed values, with findings.

Each reader takes the raw value and returns the typed one; what cannot be read goes to `report` as a
message, and the post loads without that field.
"""

from __future__ import annotations

import difflib
import math
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from numbers import Real
from typing import Any, TypeAlias

from journal_plugin.model import Link, Metric, RecordId
from journal_plugin.vocabulary import Phase

Report: TypeAlias = Callable[[str, str], None]
"""Called with a diagnostic code and a message."""

_UPDATED_KEYS = ("updated", "modified", "date-modified", "last_modified")
_DYNAMIC_DATES = frozenset({"today", "now", "last-modified"})
"""Quarto's words for a date that only its own build knows."""
_WRITTEN_DATES = (
    "%B %d, %Y", "%b %d, %Y", "%B %d %Y", "%d %B %Y", "%d %B, %Y", "%d %b %Y", "%d. %B %Y",
    "%Y/%m/%d", "%Y.%m.%d", "%Y-%m-%d %H:%M", "%a, %d %b %Y",
)  # fmt: skip
_DAY_FIRST = re.compile(r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})")
_MONTHS = 12
_FLAGS = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}
_NEAR = 0.6
_PERCENT = re.compile(r"([-+]?[\d.]+(?:e[-+]?\d+)?)\s*(%?)", re.IGNORECASE)
_WRITTEN = re.compile(
    r"https?://[^\s)>\]]+|[\w.-]{1,100}/[\w.-]{1,100}#\d+|(?<![\w#])(?:#|GH-)?\d{1,10}(?![\w.])",
    re.IGNORECASE,
)
_LINKED = re.compile(r"\[[^\]]{0,300}+\]\(<?(https?://[^)\s>]{1,1000}+)[^)]{0,300}+\)")
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


def read_people(value: object) -> tuple[str, ...]:
    """Names of people: texts, or mappings with a `name`, as Quarto has them."""
    items = value if _is_list(value) else [value]
    names: list[str] = []
    for item in items:  # type: ignore[attr-defined]  # a list, by construction
        name = item.get("name") if isinstance(item, Mapping) else item
        if isinstance(name, Mapping):
            name = name.get("literal") or f"{name.get('given', '')} {name.get('family', '')}"
        names += read_names(name)
    return tuple(dict.fromkeys(names))


def read_flag(value: object, report: Report, *, key: str) -> bool:
    """A yes or no; a misspelt yes counts as yes, so that nothing is published by mistake."""
    if value is None or isinstance(value, bool):
        return bool(value)
    text = str(value).strip().casefold()
    if text in _FLAGS:
        return _FLAGS[text]
    near = difflib.get_close_matches(text, _FLAGS, n=1, cutoff=_NEAR)
    advice = f"did you mean '{near[0]}'?" if near else "write true or false"
    report(f"invalid-{key}", f"{key} is {value!r}; {advice}")
    return _FLAGS[near[0]] if near else True


def read_time(value: object, report: Report) -> datetime | None:
    """A date in YAML's or ISO 8601 form, or with the month as a word, as an aware UTC time."""
    if isinstance(value, datetime):
        try:
            return (value if value.tzinfo else value.replace(tzinfo=UTC)).astimezone(UTC)
        except OverflowError:
            report("invalid-date", f"date is {value}; write it as 2026-01-31")
            return None
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day, tzinfo=UTC)
    text = read_text(value)
    if text is None or text.casefold() in _DYNAMIC_DATES:
        return None
    time = _parse_time(text)
    if time is None:
        report("invalid-date", f"date is {text!r}; write it as 2026-01-31")
    return time


def read_dates(
    meta: Mapping[str, object], report: Report
) -> tuple[datetime | None, datetime | None]:
    """Created and updated, from Material's two forms, a date or `{created, updated}`.

    Without the second form, the keys `updated` and Quarto's `date-modified` count.
    """
    value = meta.get("date")
    if isinstance(value, Mapping):
        return read_time(value.get("created"), report), _updated(value, report)
    return read_time(value, report), _updated(meta, report)


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


def find_targets(text: str) -> tuple[str, ...]:
    """The references in an inline field such as `#18 (tracking), owner/name#3`, as written."""
    bare = _LINKED.sub(lambda link: f" {link[1]} ", text)
    return tuple(dict.fromkeys(match[0] for match in _WRITTEN.finditer(bare)))


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
    value, unit = _number(fields.get("value"))
    if value is None and fields.get("value") is not None:
        report("invalid-metric", f"metric {name!r} is {fields['value']!r}, which is not a number")
        return None
    baseline, _ = _number(fields.get("baseline"))
    if baseline is None and fields.get("baseline") is not None:
        shown = f"{fields['baseline']!r}, which is not a number"
        report("invalid-metric", f"metric {name!r}: baseline is {shown}")
    better = (read_text(fields.get("better")) or "").casefold() or None
    if better not in (None, "higher", "lower"):
        report(
            "invalid-metric", f"metric {name!r}: better is {better!r}; allowed is higher or lower"
        )
        better = None
    return Metric(
        value=value, unit=read_text(fields.get("unit")) or unit, baseline=baseline, better=better
    )


def _number(value: object) -> tuple[float | None, str | None]:
    """A finite number and its unit; YAML leaves `1e-3` and `71 %` as texts."""
    unit = None
    number: float | None = None
    if isinstance(value, Real) and not isinstance(value, bool):
        number = float(value)
    elif isinstance(value, str) and (match := _PERCENT.fullmatch(value.strip())):
        unit = match[2] or None
        try:
            number = float(match[1])
        except ValueError:
            number = None
    return (number, unit) if number is not None and math.isfinite(number) else (None, None)


def _updated(meta: Mapping[Any, object], report: Report) -> datetime | None:
    value = next((meta[key] for key in _UPDATED_KEYS if key in meta), None)
    return read_time(value, report)


def _parse_time(text: str) -> datetime | None:
    """A written date; `03/04/2026` is left open, because nobody knows which one is the month."""
    try:
        return read_time(datetime.fromisoformat(text), lambda *_: None)
    except ValueError:
        pass
    for form in _WRITTEN_DATES:
        try:
            return datetime.strptime(text, form).replace(tzinfo=UTC)
        except ValueError:
            continue
    match = _DAY_FIRST.fullmatch(text)
    if not match:
        return None
    first, second, year = (int(part) for part in match.groups())
    if first == second or (first > _MONTHS) != (second > _MONTHS):
        day, month = (first, second) if first > _MONTHS else (second, first)
        try:
            return datetime(year, month, day, tzinfo=UTC)
        except ValueError:
            return None
    return None
