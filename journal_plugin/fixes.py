"""Safe repairs of a post's front matter, line by line.

Only the lines that are wrong change. Everything else, such as comments, order, quotes, line ends
and a byte order mark, stays as the author wrote it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from journal_plugin.sources.keys import find_misspelt
from journal_plugin.vocabulary import find_suggestion

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from journal_plugin.vocabulary import Vocabulary

_LINE = re.compile(
    r"(?P<indent> *)(?P<key>[A-Za-z][\w-]*+(?: ++[\w-]++)*+)(?P<colon> *+:)(?P<value>(?: .*)?)"
)
_NUMBERS = re.compile(r"\s*+\[?\s*+#\d++(?:\s*+,\s*+#?\d++)*+\s*+\]?\s*+")
_ITEM = re.compile(r"(?P<dash>\s*-\s+)#(?P<number>\d+)\s*")
_WORD = re.compile(
    r"(?P<space>\s*)(?P<quote>['\"]?)(?P<word>[^\s'\"#]+)(?P=quote)(?P<rest>(?:\s+#.*)?)\s*"
)
_LINES = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
_FENCE = "---"
_HASH = "hash-in-front-matter"
_RECORD_KEYS = ("issues", "prs")


class Fix(NamedTuple):
    """One line that was repaired."""

    line: int
    code: str
    """The diagnostic that the repair removes."""
    before: str
    after: str


class Fixed(NamedTuple):
    """A text after its repairs."""

    text: str
    fixes: tuple[Fix, ...]
    """In the order of their lines; empty if `text` is as it was."""


def fix_post(text: str, vocabulary: Vocabulary) -> Fixed:
    """Repair what is certainly meant otherwise.

    Misspelt keys, a misspelt single word as status or outcome, and `#18` where YAML would see a
    comment. `text` must have its original line ends.
    """
    lines = _LINES.findall(text)
    block = _find_block(lines)
    repair = _Repair(vocabulary, lines, block)
    return Fixed(text="".join(repair.lines), fixes=tuple(repair.fixes))


def _find_block(lines: list[str]) -> range:
    """Indexes of the lines between the fences; empty without front matter."""
    if not lines or lines[0].removeprefix("\ufeff").rstrip() != _FENCE:
        return range(0)
    ends = (i for i, line in enumerate(lines[1:], start=1) if line.rstrip() == _FENCE)
    return range(1, next(ends, 1))


class _Repair:
    """One pass over the front matter."""

    def __init__(self, vocabulary: Vocabulary, lines: list[str], block: range) -> None:
        self.lines = lines
        self.fixes: list[Fix] = []
        self._words: Mapping[str, Mapping[str, str]] = {
            "status": vocabulary.statuses,
            "outcome": vocabulary.outcomes,
        }
        self._vocabulary = vocabulary
        keys = list(self._find_keys(block))
        self._misspelt = find_misspelt(key for _, key in keys)
        self._places = dict(keys)
        self._current = ""
        for index in block:
            self._line(index)

    def _find_keys(self, block: range) -> Iterator[tuple[int, str]]:
        """Lines with a top-level key, or with a key directly below `experiment:`."""
        inner: str | None = None
        nested = False
        for index in block:
            match = _LINE.fullmatch(self.lines[index].rstrip("\r\n"))
            if not match:
                continue
            if not match["indent"]:
                nested = match["key"] == "experiment" and not match["value"].strip()
                inner = None
                yield index, match["key"]
            elif nested and inner in (None, match["indent"]):
                inner = match["indent"]
                yield index, match["key"]

    def _line(self, index: int) -> None:
        full = self.lines[index]
        body = full.rstrip("\r\n")
        if index in self._places:
            self._keyed(index, body, full[len(body) :])
        elif self._current in _RECORD_KEYS and (item := _ITEM.fullmatch(body)):
            fixed = f"{item['dash']}{item['number']}"
            self._replace(index, _HASH, body, fixed, full[len(body) :])

    def _keyed(self, index: int, body: str, end: str) -> None:
        match = _LINE.fullmatch(body)
        if match is None:
            return
        key = self._misspelt.get(match["key"], match["key"])
        self._current = key
        if key != match["key"]:
            fixed = f"{match['indent']}{key}{match['colon']}{match['value']}"
            self._replace(index, "unknown-key", body, fixed, end)
            body = fixed
        value = match["value"]
        if code_and_value := self._value(key, value):
            code, new = code_and_value
            self._replace(index, code, body, body[: len(body) - len(value)] + new, end)

    def _value(self, key: str, value: str) -> tuple[str, str] | None:
        if key in _RECORD_KEYS and _NUMBERS.fullmatch(value):
            return _HASH, f" [{', '.join(re.findall(r'[0-9]+', value))}]"
        match = _WORD.fullmatch(value) if key in self._words else None
        if match is None or self._is_known(match["word"]):
            return None
        hint = find_suggestion(match["word"], self._words[key])
        if hint is None:
            return None
        return f"unknown-{key}", f"{match['space']}{self._words[key][hint]}{match['rest']}"

    def _is_known(self, word: str) -> bool:
        vocabulary = self._vocabulary
        return bool(vocabulary.find_status(word) or vocabulary.find_outcome(word))

    def _replace(self, index: int, code: str, before: str, after: str, end: str) -> None:
        self.lines[index] = after + end
        self.fixes.append(
            Fix(line=index + 1, code=code, before=before.strip(), after=after.strip())
        )
