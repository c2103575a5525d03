"""A language that nobody speaks: every translated text stands between ⟦ and ⟧.

What a page shows outside of the brackets was not translated. It must come from the data.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from functools import cached_property
from gettext import NullTranslations
from html import unescape
from html.parser import HTMLParser
from typing import TYPE_CHECKING

from markupsafe import Markup

from journal_plugin.attribution import BRANCH_PREFIXES
from journal_plugin.pages.words import LABELS
from journal_plugin.phrases import Phrase
from journal_plugin.text.trackers import Tracker

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from journal_plugin.build import Build

OPEN, CLOSE = "⟦⟧"
SHOWN_ATTRIBUTES = ("alt", "aria-label", "content", "data-help", "label", "placeholder", "title")
"""Attributes that a reader sees or hears."""
DATA_CLASSES = ("journal-text", "journal-label", "journal-quote", "journal-backlinks")
"""Elements that hold what authors and GitHub's users wrote."""
UNITS = ("s", "min", "h", "d", "e", "MiB")
"""Signs of SI units, and of powers of ten."""
NAMES = {*BRANCH_PREFIXES.values(), *Tracker}
"""Names of products."""
_SHORT, _LONG, _FEW = 200, 12, 2
_ANNOUNCED = re.compile(r"{%-? trans .*?endtrans -?%}|{%-? trans %}.*?endtrans -?%}", re.DOTALL)
_ATTRIBUTE = re.compile(r'[\w-]+="[^"]*">?')
"""What a macro that writes attributes, or a tag whose name is a variable, leaves outside of tags."""
_TAG = re.compile(r"{#.*?#}|{{.*?}}|{%.*?%}", re.DOTALL)
_LATIN = re.compile("[A-Za-zÀ-ž]")
"""A letter of English; the journals of the tests are written in Greek where they can be."""
_NO_WORD = re.compile(r"\d(?:[.,]\d+)?e[-+]\d+|\S+/\S+")
"""A number with a power of ten, or a path."""
_STATED = re.compile(r"status:\s*(\w+)", re.IGNORECASE)
_DIAGRAM = re.compile(r'<pre class="mermaid"[^>]*>(.*?)</pre>', re.DOTALL)
_UNSEEN = ("script", "style", "template")
_VOID = ("br", "hr", "img", "input", "link", "meta", "path", "rect", "circle", "col", "wbr")
_ENTITY = re.compile(r"#(\d+);")
_MERMAID_LABEL = re.compile(
    r'"([^"]*)"|^\s*acc(?:Title|Descr):(.*)$|^\s*section (.*)$', re.MULTILINE
)


class Pseudo(NullTranslations):
    """The catalogue of that language."""

    def gettext(self, message: str) -> str:
        return f"{OPEN}{message}{CLOSE}"

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return f"{OPEN}{msgid1 if n == 1 else msgid2}{CLOSE}"


def outside(text: str, depth: int = 0) -> tuple[str, int]:
    """What stands outside of the brackets, and how many are open at the end."""
    kept = []
    for sign in text:
        if sign == OPEN:
            depth += 1
        elif sign == CLOSE:
            depth -= 1
        elif not depth:
            kept.append(sign)
    return "".join(kept), depth


class _Reader(HTMLParser):
    """Collects what a reader sees outside of the brackets."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.depth = 0
        self._before = 0
        self._stack: list[tuple[str, bool]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        classes = values.get("class", "").split()
        above = bool(self._stack) and self._stack[-1][1]
        skipped = above or tag in _UNSEEN or any(name in DATA_CLASSES for name in classes)
        if not skipped:
            shown = [values[name] for name in SHOWN_ATTRIBUTES if name in values]
            shown += json.loads(values.get("data-words") or "{}").values()
            self.found += [outside(text)[0] for text in shown]
        if tag == "text":
            self._before = self.depth
        if tag not in _VOID:
            self._stack.append((tag, skipped or tag == "code"))

    def handle_endtag(self, tag: str) -> None:
        if tag == "text":
            self.depth = self._before  # a label of a chart may be cut
        while self._stack and self._stack.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        text, self.depth = outside(data, self.depth)
        if not (self._stack and self._stack[-1][1]):
            self.found.append(text)


@dataclass(frozen=True, kw_only=True)
class Data:
    """What authors and GitHub's users wrote, which no language translates."""

    values: frozenset[str]
    """Titles, names, labels and the like."""
    text: str
    """All texts, in one line."""

    def find_strange(self, texts: Iterable[str]) -> list[str]:
        """Those of the texts that hold letters, and are not data."""
        return [line for line in (" ".join(t.split()) for t in texts) if not self._has(line)]

    def _has(self, line: str) -> bool:
        rest = _NO_WORD.sub(" ", self._pattern.sub(" ", line))
        if not _LATIN.search(rest):
            return True
        words = line.rsplit(": ", maxsplit=1)[-1].split(", ")
        if len(words) > _FEW and all(word in self._words for word in words):
            return True  # what two texts have in common
        quoted = line.strip(" …,.;:·→()—-#0123456789")
        return (len(quoted) >= _LONG or "#" in line) and quoted in self.text

    @cached_property
    def _words(self) -> frozenset[str]:
        return frozenset(re.findall(r"\w+", self.text.casefold()))

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        values = sorted(self.values, key=len, reverse=True)
        return re.compile("|".join(rf"(?<!\w){re.escape(value)}(?!\w)" for value in values))


def read_data(build: Build) -> Data:
    """The data of a journal: every text that its posts and records hold, words apart."""
    strings = {text for node in build.journal.nodes.values() for text in _strings(asdict(node))}
    texts = [
        str(body.html)
        for found in build.book.texts.values()
        for body in (found.body, *found.comments)
    ]
    headings = {s.heading for found in build.book.texts.values() for s in found.sections}
    plots = {text for found in build.book.plots.values() for text in _strings(asdict(found))}
    problems = {text for p in build.journal.problems for text in (p.title, p.slug)}
    short = {text for text in strings | headings | plots | problems if text and len(text) < _SHORT}
    plain = (Markup(text).striptags() for text in texts)  # noqa: S704 - only to strip its tags
    text = " ".join([*strings, *plain])
    stated = set(_STATED.findall(text))
    named = {name for post in build.journal.posts for name in (post.type or "", *post.tags)}
    values = (
        ((short | stated | {build.book.links.site.name}) - set(LABELS)) | set(UNITS) | named | NAMES
    )
    return Data(values=frozenset(filter(None, values)), text=" ".join(text.split()))


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, Phrase):
        return
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield from (*_strings(key), *_strings(item))
    elif isinstance(value, list | tuple | frozenset):
        for item in value:
            yield from _strings(item)
    elif isinstance(value, str) and not isinstance(value, StrEnum):
        yield value


def find_untranslated(html: str) -> list[str]:
    """The texts of a page that stand outside of the brackets."""
    reader = _Reader()
    diagrams = _DIAGRAM.findall(html)
    reader.feed(_DIAGRAM.sub("", html))
    assert not reader.depth, "a translated text was cut"
    return [
        *reader.found,
        *(label for diagram in diagrams for label in _find_labels(unescape(diagram))),
    ]


def _find_labels(source: str) -> Iterator[str]:
    """The texts of a Mermaid diagram."""
    decoded = _ENTITY.sub(lambda entity: chr(int(entity[1])), source)
    for match in _MERMAID_LABEL.finditer(decoded):
        label = next(filter(None, match.groups()), "")
        if not re.fullmatch(r"#\w+|\S*/", label):  # an address
            yield from (outside(line)[0] for line in label.split("<br>"))


def find_literals(template: str) -> list[str]:
    """The texts of a template that stand there as they are, announced to no catalogue."""
    bare = _ANNOUNCED.sub("", template)
    reader = _Reader()
    reader.feed(_TAG.sub("", bare))
    texts = (_ATTRIBUTE.sub("", text).strip() for text in reader.found)
    return [text for text in texts if _LATIN.search(text)]
