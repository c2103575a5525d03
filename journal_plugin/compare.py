"""What a journal gains and loses between two states, as data, text and Markdown. Pure."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from journal_plugin.errors import show
from journal_plugin.text.escape import shorten

if TYPE_CHECKING:
    from collections.abc import Callable

Data: TypeAlias = Mapping[str, object]
"""A journal in the form of `journal.json`."""

_LIMIT = 100
_SIGNS = re.compile(r"[\\`*_{}\[\]<>()#+.!|~@&:$-]")
_LIVE = re.compile(r"\\[@#]|\b[Gg][Hh]\\-(?=\d)")
_SHA = re.compile(r"(?<![0-9A-Za-z])[0-9a-f]{7,}(?![0-9A-Za-z])")
_NO_SHA = 6
"""Digits that are too few for a SHA."""
_JOINER = "\u2060"


class Change(NamedTuple):
    """One thing that is new, gone, or different."""

    kind: str
    """`post`, `problem`, `record`, `reference`, `gap` or `finding`."""
    name: str
    """What identifies it, such as a slug."""
    before: str | None = None
    """How it was; None for what is new."""
    after: str | None = None
    """How it is; None for what is gone."""
    title: str = ""
    field: str = "state"
    """What is different: `state`, or `title`, whose old and new words are then before and after."""


class Comparison(NamedTuple):
    """All changes, by kind and name."""

    changes: tuple[Change, ...]

    @property
    def gained(self) -> tuple[Change, ...]:
        """What is new."""
        return tuple(change for change in self.changes if change.before is None)

    @property
    def lost(self) -> tuple[Change, ...]:
        """What is gone."""
        return tuple(change for change in self.changes if change.after is None)

    @property
    def changed(self) -> tuple[Change, ...]:
        """What is there before and after, but different."""
        return tuple(c for c in self.changes if c.before is not None and c.after is not None)


_KINDS: Mapping[str, tuple[str, str]] = {
    "post": ("post", "posts"),
    "problem": ("problem", "problems"),
    "record": ("issue or pull request", "issues and pull requests"),
    "reference": ("reference", "references"),
    "gap": ("gap", "gaps"),
    "finding": ("finding", "findings"),
}


def compare(old: Data, new: Data) -> Comparison:
    """Compare two journals; lines may move without being a change."""
    changes: list[Change] = []
    for kind, find in _FINDERS.items():
        before, after = find(old), find(new)
        for name in sorted(before.keys() | after.keys()):
            was, now = before.get(name), after.get(name)
            if was is None or now is None or was[0] != now[0]:
                title = (now or was or ("", ""))[1]
                changes.append(
                    Change(
                        kind=kind,
                        name=name,
                        before=was and was[0],
                        after=now and now[0],
                        title=title,
                    )
                )
            if was and now and was[1] != now[1]:
                changes.append(
                    Change(kind=kind, name=name, before=was[1], after=now[1], field="title")
                )
    return Comparison(changes=tuple(changes))


def format_data(found: Comparison) -> list[dict[str, object]]:
    """The changes as JSON data."""
    return [
        {
            "kind": change.kind,
            "name": change.name,
            "field": change.field,
            "title": change.title,
            "before": change.before,
            "after": change.after,
        }
        for change in found.changes
    ]


def format_text(found: Comparison) -> str:
    """One line a change: `+` new, `-` gone, `~` different."""
    return "".join(f"{_sign(change)} {show(_line(change))}\n" for change in found.changes)


def format_markdown(found: Comparison) -> str:
    """A comment for a pull request; titles by strangers cannot mention, link or format."""
    if not found.changes:
        return "**Journal:** nothing changes.\n"
    lines = [f"**Journal:** {_summary(found)}.", ""]
    for kind, (_, plural) in _KINDS.items():
        group = [change for change in found.changes if change.kind == kind]
        if not group:
            continue
        lines += [f"<details><summary>{plural.capitalize()}: {len(group)}</summary>", ""]
        lines += [f"- {_WORDS[_sign(c)]} {_escape(_line(c, bare=True))}" for c in group[:_LIMIT]]
        if len(group) > _LIMIT:
            lines.append(f"- and {len(group) - _LIMIT} more")
        lines += ["", "</details>", ""]
    return "\n".join(lines)


_WORDS: Mapping[str, str] = {"+": "**new**", "-": "**gone**", "~": "**changed**"}


def _summary(found: Comparison) -> str:
    parts = []
    for word, changes in (
        ("gains", found.gained),
        ("loses", found.lost),
        ("changes", found.changed),
    ):
        counts = [
            f"{number} {one if number == 1 else many}"
            for kind, (one, many) in _KINDS.items()
            if (number := len({change.name for change in changes if change.kind == kind}))
        ]
        if counts:
            parts.append(f"{word} {', '.join(counts)}")
    return "; ".join(parts)


def _sign(change: Change) -> str:
    if change.before is None:
        return "+"
    return "-" if change.after is None else "~"


def _line(change: Change, *, bare: bool = False) -> str:
    head = "" if bare else f"{change.kind} "
    title = f" {shorten(change.title, 120)}" if change.title else ""
    if change.field == "title":
        before, after = (shorten(text or "", 120) for text in (change.before, change.after))
        state = f": title “{before}” to “{after}”"
    elif change.before and change.after:
        state = f": {change.before} to {change.after}"
    else:
        state = f" ({change.after or change.before})" if change.after or change.before else ""
    return f"{head}{change.name}{title}{state}"


def _escape(text: str) -> str:
    """Text that GitHub shows as it is: no mention, reference, link, tag or emphasis.

    A backslash does not stop `@name`, `#18`, `GH-18` and a SHA, so a word joiner stands in each.
    """
    escaped = _SIGNS.sub(lambda sign: f"\\{sign[0]}", " ".join(text.split()))
    live = _LIVE.sub(lambda start: f"{start[0]}{_JOINER}", escaped)
    return _SHA.sub(lambda sha: _JOINER.join(textwrap.wrap(sha[0], _NO_SHA)), live)


def _items(data: Data, key: str) -> Sequence[Mapping[str, object]]:
    value = data.get(key)
    items = value if isinstance(value, Sequence) and not isinstance(value, str) else ()
    return [item for item in items if isinstance(item, Mapping)]


_Found: TypeAlias = dict[str, tuple[str, str]]
"""State and title by name."""


def _words(item: Mapping[str, object], *keys: str) -> str:
    return ", ".join(str(item[key]) for key in keys if item.get(key)) or "no status"


def _posts(data: Data) -> _Found:
    return {
        str(item.get("slug")): (_words(item, "status", "outcome"), str(item.get("title") or ""))
        for item in _items(data, "posts")
    }


def _problems(data: Data) -> _Found:
    return {
        str(item.get("slug")): (_words(item, "status", "outcome"), str(item.get("title") or ""))
        for item in _items(data, "problems")
    }


def _records(data: Data) -> _Found:
    return {
        f"{item.get('repo')}#{item.get('number')}": (
            str(item.get("state")),
            str(item.get("title") or ""),
        )
        for item in _items(data, "records")
    }


def _references(data: Data) -> _Found:
    return {
        f"{item.get('source')} {item.get('kind')} {item.get('target')}": ("", "")
        for item in _items(data, "edges")
    }


def _gaps(data: Data) -> _Found:
    return {
        f"{problem.get('slug')}: {gap.get('message')} [{gap.get('code')}]": ("", "")
        for problem in _items(data, "problems")
        for gap in _items(problem, "gaps")
    }


def _findings(data: Data) -> _Found:
    return {
        f"{item.get('path')}: {item.get('message')} [{item.get('code')}]": ("", "")
        for item in _items(data, "diagnostics")
    }


_FINDERS: Mapping[str, Callable[[Data], _Found]] = {
    "post": _posts,
    "problem": _problems,
    "record": _records,
    "reference": _references,
    "gap": _gaps,
    "finding": _findings,
}
