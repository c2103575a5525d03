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
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

try:
    import sqlite3
except ImportError:  # pragma: no cover - a Python that was built without SQLite
    sqlite3 = None  # type: ignore[assignment]

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable, Mapping, Sequence

LIKE = 0.2
"""From which value on two texts count as alike."""
LENGTH = 3000
"""Characters of a text that are read: what something is about stands at its start."""
DECIDING = 6
"""Words that are named for a pair; a pair with fewer than `MIN_WORDS` in common is none."""
MIN_WORDS = 3
SHORT = 12
"""A text with fewer words than this needs one more in common: of a few words, some are chance."""

# As in SQLite's fts5_aux.c.
_K1, _B, _LEAST = 1.2, 0.75, 1e-6
_COMMON = 2
_MOST = 30
_REPEATED = 3
_MIN_LENGTH = 3
_WORD = re.compile(r"[^\W_]{2,40}")
# Each alternative begins with a character: `re` finds it faster than the start of a line.
_NO_PROSE = re.compile(
    r"`(?<=^`)(?P<ticks>`{2,})[^\n]*\n.*?(?:^`(?P=ticks)|\Z)"
    r"|~(?<=^~)(?P<tildes>~{2,})[^\n]*\n.*?(?:^~(?P=tildes)|\Z)"
    r"|https?://\S+|<!--.*?-->",
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


Terms: TypeAlias = "tuple[int, Mapping[str, tuple[int, str]]]"
"""How many words a text has; and for each stem how often, and the shortest word that has it. The
word is empty where it has no meaning of its own."""


class Likeness(NamedTuple):
    """Two texts that are alike."""

    node: str
    other: str
    score: float
    """Between 0 and 1."""
    words: tuple[str, ...]
    """Words that both have, those first that decided most."""


def find_alike(
    texts: Mapping[str, str],
    wanted: Container[str] | None = None,
    *,
    least: float = LIKE,
    count: Callable[[Sequence[str]], Iterable[Terms]] | None = None,
) -> tuple[Likeness, ...] | None:
    """Pairs of texts that are alike, the most alike first; `node` sorts before `other`.

    Args:
        texts: What to compare, by node.
        wanted: Nodes of which each pair must have one; all by default.
        least: From which value on two count as alike.
        count: Counts the words of texts, or knows them; `count_terms` by default.

    Returns:
        None where this Python has no full-text search.
    """
    try:
        weights, written = _weigh((count or count_terms)(list(clean_texts(texts).values())))
    except (AttributeError, _sqlite_error()):  # pragma: no cover - SQLite or its FTS5 is missing
        return None
    names = list(texts)
    is_wanted = [wanted is None or name in wanted for name in names]
    lengths, sizes = [0.0] * len(names), [0] * len(names)
    telling: dict[int, dict[str, float]] = defaultdict(dict)
    later: dict[int, list[list[int]]] = defaultdict(list)
    for stem, (rows, values) in weights.items():
        for row, weight in zip(rows, values, strict=True):
            lengths[row] += weight * weight
            sizes[row] += 1
        known = [row for row in rows if is_wanted[row]] if len(rows) <= _MOST else []
        if known:
            for place, (row, weight) in enumerate(zip(rows, values, strict=True), start=1):
                telling[row][stem] = weight
                near = rows[place:] if is_wanted[row] else [other for other in known if other > row]
                later[row].append(near)
    del weights
    pairs = (
        Likeness(
            node=min(names[row], names[other]),
            other=max(names[row], names[other]),
            score=sum(value for value, _ in found) / math.sqrt(lengths[row] * lengths[other]),
            words=tuple(word for _, word in sorted(found, key=lambda v: (-v[0], v[1]))[:DECIDING]),
        )
        for row in list(later)
        # Text by text, as there are far more pairs than texts.
        for other, shared in Counter(chain.from_iterable(later.pop(row))).items()
        if shared >= MIN_WORDS  # at once, because most pairs end here
        and shared >= MIN_WORDS + (min(sizes[row], sizes[other]) < SHORT)
        for found in [_find_shared(telling[row], telling[other], written)]
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
    counts: Counter[str] = Counter()
    for lines in prose.values():
        counts.update(set(map(_fold, lines)))
    forms = {fold for fold, times in counts.items() if times >= _REPEATED}
    return {
        key: "\n".join([line for line in lines if _fold(line) not in forms])[:LENGTH]
        for key, lines in prose.items()
    }


def _fold(line: str) -> str:
    return line.strip().casefold()


def _sqlite_error() -> type[Exception]:
    return sqlite3.OperationalError if sqlite3 else AttributeError


def count_terms(texts: Sequence[str]) -> list[Terms]:
    """How often each text has which stem; what a text has does not depend on the others."""
    with closing(sqlite3.connect(":memory:")) as database:
        words = [set(_WORD.findall(text.casefold())) for text in texts]
        stems = _find_stems(database, sorted(STOP_WORDS.union(*words)))
        stops = {stem for word in STOP_WORDS for stem in stems[word]}
        sizes = [0] * len(texts)
        counts: list[dict[str, tuple[int, str]]] = [{} for _ in texts]
        for stem, row, times in _count_stems(database, texts):
            sizes[row] += times
            if stem not in stops:
                counts[row][stem] = times, ""
        for found, in_text in zip(counts, words, strict=True):
            # The shortest comes last, and stays.
            for word in sorted(filter(_is_worthy, in_text), key=_size, reverse=True):
                for stem in stems[word]:
                    if stem not in stops:
                        found[stem] = found.get(stem, (0, ""))[0], word
        return list(zip(sizes, counts, strict=True))


def _count_stems(
    database: sqlite3.Connection, texts: Sequence[str]
) -> Iterable[tuple[str, int, int]]:
    """Each stem of each text, by its place, and how often it stands there."""
    database.execute("CREATE VIRTUAL TABLE texts USING fts5(text, tokenize='porter unicode61')")
    database.executemany("INSERT INTO texts(rowid, text) VALUES (?, ?)", enumerate(texts))
    database.execute("CREATE VIRTUAL TABLE found USING fts5vocab(texts, 'instance')")
    return database.execute("SELECT term, doc, count(*) FROM found GROUP BY term, doc")


def _find_stems(database: sqlite3.Connection, words: Sequence[str]) -> dict[str, list[str]]:
    """The stems of some words; a sign that SQLite does not know cuts a word in two."""
    database.execute("CREATE VIRTUAL TABLE words USING fts5(word, tokenize='porter unicode61')")
    database.executemany("INSERT INTO words(rowid, word) VALUES (?, ?)", enumerate(words))
    database.execute("CREATE VIRTUAL TABLE stems USING fts5vocab(words, 'instance')")
    stems: dict[str, list[str]] = defaultdict(list)
    for stem, row in database.execute("SELECT term, doc FROM stems"):
        stems[words[row]].append(stem)
    return stems


def _is_worthy(word: str) -> bool:
    return len(word) >= _MIN_LENGTH and not word.isdigit()


def _weigh(
    terms: Iterable[Terms],
) -> tuple[dict[str, tuple[list[int], list[float]]], dict[str, str]]:
    """For each stem the texts that have it, by their place, with its weights; how it is written.

    The weights are those of SQLite's `bm25()`. Words in more than half of the texts are left out:
    they say nothing about what differs.
    """
    sizes: list[int] = []
    counts: dict[str, list[int]] = defaultdict(list)  # place and count in turns: there are many
    written: dict[str, str] = {}
    for row, (size, found) in enumerate(terms):
        sizes.append(size)
        for stem, (times, word) in found.items():
            if times:
                counts[stem] += (row, times)
            known = written.get(stem)
            if word and word != known and (known is None or _size(word) < _size(known)):
                written[stem] = word
    mean = sum(sizes) / len(sizes) if sizes else 0
    lengths = [_K1 * (1 - _B + _B * size / mean) if mean else 0 for size in sizes]
    most = max(len(sizes) // _COMMON, 2)
    weights: dict[str, tuple[list[int], list[float]]] = {}
    for stem in sorted(written):
        rows, times_in = counts[stem][::2], counts.pop(stem)[1::2]
        if len(rows) <= most:
            rarity = math.log((len(sizes) - len(rows) + 0.5) / (len(rows) + 0.5))
            weight = rarity if rarity > 0 else _LEAST
            weights[stem] = (
                rows,
                [
                    weight * (times * (_K1 + 1) / (times + lengths[row]))
                    for row, times in zip(rows, times_in, strict=True)
                ],
            )
    return weights, written


def _size(word: str) -> tuple[int, str]:
    return len(word), word
