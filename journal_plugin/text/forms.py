"""The sections of an issue form: GitHub writes each field as a `###` heading and its value."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_HEADING = re.compile(r"#{2,4}\s++(.+)")
_FENCE = re.compile(r"\s{0,3}(`{3,}|~{3,})")
_EMPTY = "_no response_"
_ITEM = re.compile(r"\s*(?:[-*+]|\d+[.)])\s+(?:\[[ xX]\]\s+)?(.+)")
_PARAMETER = re.compile(r"(?:[-*+]\s++)?[`*]{0,2}([\w. /-]{1,60}?)[`*]{0,2}\s*+[:=]\s*+`?(.+?)`?")
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")
_SIGNS = re.compile(r"[^\w\s]+")
_MAX_PARAMETERS = 100


class Form(NamedTuple):
    """The fields of a form by folded name, as written, without those left empty."""

    fields: Mapping[str, str]

    def find(self, names: Iterable[str]) -> str | None:
        """The value of the first of `names` that the form has."""
        return next((self.fields[name] for name in names if name in self.fields), None)


def read_form(body: str) -> Form:
    """The sections of an issue's body; headings inside code do not count."""
    fields: dict[str, list[str]] = {}
    current: list[str] = []
    fence = ""
    for line in body.split("\n"):
        if mark := _FENCE.match(line):
            fence = "" if fence and mark[1].startswith(fence) else fence or mark[1]
        if not fence and (heading := _HEADING.fullmatch(line)):
            current = fields.setdefault(_fold(heading[1].rstrip().rstrip("#")), [])
        else:
            current.append(line)
    texts = {name: "\n".join(lines).strip() for name, lines in fields.items()}
    return Form(fields={n: t for n, t in texts.items() if t and t.casefold() != _EMPTY})


def read_items(text: str) -> list[str]:
    """The items of a list, or the lines of a text."""
    lines = [line for line in _without_fences(text) if line.strip()]
    items = [match[1].strip() for line in lines if (match := _ITEM.fullmatch(line))]
    return items or [line.strip() for line in lines]


def read_parameters(text: str) -> dict[str, object]:
    """`name = value` or `name: value` lines, in a list or code block or not."""
    found: dict[str, object] = {}
    for line in _without_fences(text):
        match = _PARAMETER.fullmatch(line.strip())
        if match and len(found) < _MAX_PARAMETERS:
            found.setdefault(match[1].strip(), _scalar(match[2]))
    return found


def _without_fences(text: str) -> list[str]:
    return [line for line in text.split("\n") if not _FENCE.match(line)]


def _scalar(text: str) -> object:
    """A number or a truth value where the text is one; numbers of absurd length stay text."""
    bare = text.strip().strip("'\"")
    if bare.casefold() in ("true", "false"):
        return bare.casefold() == "true"
    if len(bare) <= 20 and _NUMBER.fullmatch(bare):  # noqa: PLR2004 - more digits than a float has
        return float(bare) if re.search(r"[.eE]", bare) else int(bare)
    return bare


def _fold(heading: str) -> str:
    return " ".join(_SIGNS.sub(" ", heading).casefold().split())
