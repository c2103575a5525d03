"""Finding a known word in free text, without taking `not complete` for `complete`.

Text is cut into clauses, and the first clause that holds a known word decides: in
`Complete - the old run failed` it is the word before the dash. Within a clause words count before
signs such as ✅, then the earliest word, then the longest. A word that is denied or only hoped for
does not count.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

_CLAUSE_END = re.compile(
    r"\s+[-\u2010-\u2015|/~]+\s+|[\u2013\u2014]|\s*[(:;,.!?|\u3001\u3002\u2192\uff01\uff08\uff0c\uff1a\uff1b\uff1f]\s*"
)
_LONGEST = 1000
"""Characters of a text in which a word is looked for; a status is one line."""
_SEPARATORS = re.compile(r"[\s_\-\u2010-\u2015]+")
_SELECTORS = "\ufe0e\ufe0f\u200d\u2060"
_APOSTROPHES = str.maketrans({"\u2019": "'", "\u02bc": "'"})

_DENIED = re.compile(
    r"(?<!\w)(?:not|no|never|non|un|nor|without|cannot|hardly|barely|\w+n't|nicht|kein\w*|nie"
    r"|pas|sans|sin|nunca|não|nao|sem|n'est|to be|will be|would be|should be|could be|must be"
    r"|may be|might be|if|until|unless|before|almost|nearly|partly|partially|half|mostly|semi"
    r"|awaiting|pending|(?!100\s?%)\d+\s?%)"
    r"(?:\s+[\w']+){0,3}\s*$"
)
_DENIED_AFTER = re.compile(r"\s*(?:no more|nicht|pas|plus)(?!\w)")
_CJK_DENIED = re.compile(r"(?:[未没不非無]|没有|尚未|并未)[能有再]?$")
_CJK_DENIED_AFTER = re.compile(
    r"し?(?:て|で)?い?(?:ない|ません|なかった|ず)|(?:では|じゃ)(?:ない|ありません|なかった)|できな|できませ"
)


class FoundWord(NamedTuple):
    """A known word in a text."""

    word: str
    clause: int
    """Which clause it stands in, counted from 0."""


@lru_cache(maxsize=4096)
def fold_text(text: str) -> str:
    """Lower case, variation selectors dropped, separators as single spaces."""
    plain = "".join(c for c in unicodedata.normalize("NFC", text) if c not in _SELECTORS)
    return _SEPARATORS.sub(" ", plain.translate(_APOSTROPHES)).strip().casefold()


def is_sign(word: str) -> bool:
    """Whether a word is an emoji or another sign without letters."""
    return not any(c.isalnum() for c in word)


def find_word(text: str, words: Iterable[str]) -> FoundWord | None:
    """The word that `text` says, of folded `words`; None if it says none, or only denies them."""
    return _find_word(text, tuple(words))


@lru_cache(maxsize=1024)
def _find_word(text: str, known: tuple[str, ...]) -> FoundWord | None:
    for number, clause in enumerate(_clauses(text)):
        found = [
            (is_sign(word), start, -len(word), word)
            for word in known
            if word and (start := _find(clause, word)) is not None
        ]
        if found and not (min(found)[0] and _denies(clause, known)):
            return FoundWord(min(found)[3], number)
    return None


def denies_word(text: str, words: Iterable[str]) -> bool:
    """Whether `text` denies one of `words`, as `not complete` does."""
    known = tuple(words)
    return any(_denies(clause, known) for clause in _clauses(text))


def _denies(clause: str, words: Iterable[str]) -> bool:
    return any(word in clause and _find(clause, word) is None for word in words if word)


def _clauses(text: str) -> list[str]:
    return [folded for part in _CLAUSE_END.split(text[:_LONGEST]) if (folded := fold_text(part))]


def _find(clause: str, word: str) -> int | None:
    """Where `word` first stands in `clause` without being denied."""
    start = clause.find(word)
    while start >= 0:
        end = start + len(word)
        if _stands_alone(clause, word, start, end) and not _is_denied(clause, word, start, end):
            return start
        start = clause.find(word, start + 1)
    return None


def _stands_alone(clause: str, word: str, start: int, end: int) -> bool:
    """Whether no letter touches the word; scripts without spaces and signs have no such bounds."""
    if is_sign(word) or _is_cjk(word):
        return True
    before, after = clause[start - 1 : start], clause[end : end + 1]
    return not (_is_letter(before) or _is_letter(after))


def _is_letter(character: str) -> bool:
    return bool(character) and (character.isalnum() or character == "_") and not _is_cjk(character)


def _is_denied(clause: str, word: str, start: int, end: int) -> bool:
    if is_sign(word):
        return False
    if _is_cjk(word):
        before, after = clause[:start].rstrip(), clause[end:]
        return bool(_CJK_DENIED.search(before) or _CJK_DENIED_AFTER.match(after))
    return bool(_DENIED.search(clause[:start]) or _DENIED_AFTER.match(clause, end))


def _is_cjk(text: str) -> bool:
    return any("\u3040" <= c <= "\u30ff" or "\u3400" <= c <= "\u9fff" for c in text)
