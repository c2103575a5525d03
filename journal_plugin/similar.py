"""Texts that are alike, and the words that decided.

SQLite's full-text search does the work: it cuts texts into words, reduces each to its stem (Porter)
and weighs it in every text (BM25). It comes with Python, needs no network, and gives the same
weights everywhere. Two texts are as alike as the cosine of their weights: 0 is nothing in common,
1 the same words in the same measure.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from contextlib import closing
from itertools import combinations
from typing import TYPE_CHECKING, NamedTuple

try:
    import sqlite3
except ImportError:  # pragma: no cover - a Python that was built without SQLite
    sqlite3 = None  # type: ignore[assignment]

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

LIKE = 0.2
"""From which value on two texts count as alike."""
LENGTH = 3000
"""Characters of a text that are read: what something is about stands at its start."""
DECIDING = 6
"""Words that are named for a pair; a pair with fewer than `MIN_WORDS` in common is none."""
MIN_WORDS = 3
SHORT = 12
"""A text with fewer words than this needs one more in common: of a few words, some are chance."""

_COMMON = 2
_MOST = 30
_REPEATED = 3
_MIN_LENGTH = 3
_WORD = re.compile(r"[^\W_]{2,40}")
_NO_PROSE = re.compile(
    r"^(?P<fence>`{3,}|~{3,})[^\n]*\n.*?(?:^(?P=fence)|\Z)|https?://\S+|<!--.*?-->",
    re.DOTALL | re.MULTILINE,
)
# SQLite brings no list of words without a meaning of their own.
_STOP = (
    "about above after again against all also although always among and another any anything "
    "are because been before being below between both but can cannot comment could did does "
    "doing done down during each either else enough even ever every few for from further get "
    "gets give given goes had has have having her here him his how however into issue its "
    "itself just know less let like made make makes many may maybe might more most much must "
    "near need needs never next nor not nothing now off often once one only onto other others "
    "our out over own per perhaps please quite rather really same sample say says see seem "
    "seems several shall she should show shows since some something still such take takes "
    "than that the their them then there these they thing things think this those though "
    "three through thus too try two under until upon use used uses using very via want was "
    "way well were what when where whether which while who whole whom whose why will with "
    "within without would yes yet you your "
)
STOP_WORDS = frozenset(_STOP.split())
"""Words without a meaning of their own."""


class Likeness(NamedTuple):
    """Two texts that are alike."""

    node: str
    other: str
    score: float
    """Between 0 and 1."""
    words: tuple[str, ...]
    """Words that both have, those first that decided most."""


def find_alike(texts: Mapping[str, str], *, least: float = LIKE) -> tuple[Likeness, ...] | None:
    """All pairs of texts that are alike, the most alike first; `node` sorts before `other`.

    Returns None where this Python has no full-text search.
    """
    try:
        weights, written = _weigh(clean_texts(texts))
    except (AttributeError, _sqlite_error()):  # pragma: no cover - SQLite or its FTS5 is missing
        return None
    lengths: dict[int, float] = defaultdict(float)
    sizes: Counter[int] = Counter()
    telling: dict[int, dict[str, float]] = defaultdict(dict)
    common: Counter[tuple[int, int]] = Counter()
    for stem, found in weights.items():
        for row, weight in found:
            lengths[row] += weight * weight
            sizes[row] += 1
        if len(found) <= _MOST:
            common.update(combinations((row for row, _ in found), 2))
            for row, weight in found:
                telling[row][stem] = weight
    names = list(texts)
    pairs = (
        Likeness(
            node=min(names[row], names[other]),
            other=max(names[row], names[other]),
            score=sum(value for value, _ in values) / math.sqrt(lengths[row] * lengths[other]),
            words=tuple(word for _, word in sorted(values, key=lambda v: (-v[0], v[1]))[:DECIDING]),
        )
        for (row, other), count in common.items()
        if count >= MIN_WORDS + (min(sizes[row], sizes[other]) < SHORT)
        for values in [_find_shared(telling[row], telling[other], written)]
    )
    alike = [pair for pair in pairs if pair.score >= least]
    return tuple(sorted(alike, key=lambda pair: (-round(pair.score, 9), pair.node, pair.other)))


def _find_shared(
    one: Mapping[str, float], other: Mapping[str, float], written: Mapping[str, str]
) -> list[tuple[float, str]]:
    """The words of both texts, each with what it adds to their likeness."""
    return [(one[stem] * other[stem], written[stem]) for stem in one if stem in other]


def clean_texts(texts: Mapping[str, str]) -> dict[str, str]:
    """Texts without code, addresses, comments, and lines that stand in three texts or more.

    Such lines come from the repository's own issue forms.
    """
    prose = {
        key: _NO_PROSE.sub(" ", text[: LENGTH * 2]).splitlines() for key, text in texts.items()
    }
    counts = Counter(line for lines in prose.values() for line in {_fold(line) for line in lines})
    return {
        key: "\n".join(line for line in lines if counts[_fold(line)] < _REPEATED)[:LENGTH]
        for key, lines in prose.items()
    }


def _fold(line: str) -> str:
    return line.strip().casefold()


def _sqlite_error() -> type[Exception]:
    return sqlite3.OperationalError if sqlite3 else AttributeError


def _weigh(
    texts: Mapping[str, str],
) -> tuple[dict[str, list[tuple[int, float]]], dict[str, str]]:
    """For each stem the texts that have it, by their place, with its weight; and how it is written.

    Words in more than half of the texts are left out: they say nothing about what differs.
    """
    with closing(sqlite3.connect(":memory:")) as database:
        database.execute("CREATE VIRTUAL TABLE texts USING fts5(text, tokenize='porter unicode61')")
        database.executemany(
            "INSERT INTO texts(rowid, text) VALUES (?, ?)",
            enumerate(texts.values()),
        )
        written = _find_written(database, list(texts.values()))
        most = max(len(texts) // _COMMON, 2)
        weights = {}
        for stem, word in written.items():
            found = database.execute(
                "SELECT rowid, -bm25(texts) FROM texts WHERE texts MATCH ? ORDER BY rowid",
                (f'"{word}"',),
            ).fetchall()
            if len(found) <= most:
                weights[stem] = found
        return weights, written


def _find_written(database: sqlite3.Connection, texts: Sequence[str]) -> dict[str, str]:
    """Each stem with the shortest word that has it, meaningless words left out; sorted."""
    stops = _STOP.split()
    found = {word for text in texts for word in _WORD.findall(text.casefold())}
    words = [*stops, *sorted(found - set(stops))]
    database.execute("CREATE VIRTUAL TABLE words USING fts5(word, tokenize='porter unicode61')")
    database.executemany("INSERT INTO words(rowid, word) VALUES (?, ?)", enumerate(words))
    database.execute("CREATE VIRTUAL TABLE stems USING fts5vocab(words, 'instance')")
    stems = database.execute("SELECT term, doc FROM stems ORDER BY term, doc").fetchall()
    dropped = {stem for stem, row in stems if row < len(stops)}
    written: dict[str, str] = {}
    for stem, row in stems:
        word = words[row]
        worthy = stem not in dropped and len(word) >= _MIN_LENGTH and not word.isdigit()
        if worthy and (stem not in written or (len(word), word) < _size(written[stem])):
            written[stem] = word
    return written


def _size(word: str) -> tuple[int, str]:
    return len(word), word
