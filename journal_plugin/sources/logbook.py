"""One file with many experiments: a log whose dated headings each start an entry."""

from __future__ import annotations

import re
from datetime import date
from html import unescape
from typing import TYPE_CHECKING, NamedTuple

import markdown

from journal_plugin.errors import Diagnostic, Severity
from journal_plugin.matching import fold_text
from journal_plugin.model import Heading
from journal_plugin.post_names import stem_of
from journal_plugin.sources.frontmatter import FrontMatter
from journal_plugin.sources.keys import find_nested, rename_keys
from journal_plugin.sources.prose import find_fields, find_headings, plain_text
from journal_plugin.vocabulary import find_suggestion

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from journal_plugin.sources.posts import FindHeadings
    from journal_plugin.sources.prose import HeadingLine
    from journal_plugin.vocabulary import Vocabulary

_DATED = re.compile(
    r"[\[(*_]*(\d{4})-(\d{1,2})-(\d{1,2})\b[\])*_]*\s*(?:[:\u2013\u2014|-]+\s*|$|\s)(.*)$"
)
_SUFFIX = re.compile(r"[(\[]([^()\[\]]{1,60})[)\]]$")
_LONGEST_SUFFIX = 62
_LOG_NAMES = frozenset(
    {"log", "logs", "logbook", "labbook", "lab log", "lab notes", "labnotes", "notebook",
     "lab notebook", "journal", "diary", "research log", "experiment log", "experiments"},
)  # fmt: skip
_SINGLE_MARKS = frozenset(
    {"date", "status", "outcome", "issues", "prs", "hypothesis", "metrics", "phase", "slug"}
)
_SHARED = ("authors", "tags", "categories", "problem", "type", "draft")
_LEVELS = (1, 2, 3)


class Entry(NamedTuple):
    """One dated heading and what stands under it."""

    day: str
    """The date as written."""
    title: str
    line: int
    """Line of the heading in the file."""
    offset: int
    """Line of the heading in the text after the front matter, counted from 0."""
    parts: FrontMatter
    """The entry as if it were a file of its own."""


def is_logbook(path: str, parts: FrontMatter) -> bool:
    """Whether a post file is a log.

    A file that calls itself one needs a single dated heading. Any other needs two, and nothing else
    on their level, and no front matter that makes it one experiment.
    """
    meta = rename_keys(parts.meta)
    if meta.keys() & _SINGLE_MARKS or find_nested(parts.meta) or "status" in _top_fields(parts):
        return False
    headings = _dated_level(parts.content)
    dated = [heading for heading in headings if _DATED.match(heading.text)]
    if fold_text(stem_of(path)) in _LOG_NAMES:
        return bool(dated)
    return len(dated) > 1 and len(dated) == len(headings)


def find_entries(
    path: str, parts: FrontMatter, vocabulary: Vocabulary
) -> tuple[tuple[Entry, ...], tuple[Diagnostic, ...]]:
    """The entries of a log in the order of the file, and what is wrong with their headings."""
    lines = parts.content.split("\n")
    headings = _dated_level(parts.content)
    starts = [heading for heading in headings if _DATED.match(heading.text)]
    stops = [
        h.offset for h in find_headings(parts.content) if starts and h.level <= starts[0].level
    ]
    shared = {k: v for k, v in rename_keys(parts.meta).items() if k in _SHARED}
    entries, findings = [], []
    for heading in starts:
        stop = min((offset for offset in stops if offset > heading.offset), default=len(lines))
        body = "\n".join(lines[heading.offset + 1 : stop]).strip("\n")
        skipped = _blank_lines(lines[heading.offset + 1 : stop])
        line = parts.content_line + heading.offset
        entry_meta, title, found = _read_heading(heading, body, path, line, vocabulary)
        findings += found
        entries.append(
            Entry(
                day=_day_text(heading),
                title=title,
                line=line,
                offset=heading.offset,
                parts=FrontMatter(
                    meta={**shared, **entry_meta},
                    content=body,
                    content_line=line + 1 + skipped,
                    lines=dict.fromkeys(entry_meta, line),
                ),
            ),
        )
    return tuple(entries), tuple(findings)


def place_entries(
    content: str, entries: Sequence[Entry], find_anchors: FindHeadings | None
) -> tuple[str, ...]:
    """The anchor of each entry's heading with its `#`; empty where it cannot be told."""
    found = (find_anchors or find_default_anchors)(content)
    anchors = [heading.anchor for heading in found if _DATED.match(heading.title)]
    offsets = [heading.offset for heading in find_headings(content) if _DATED.match(heading.text)]
    if len(anchors) != len(offsets):
        return _place_by_title(content, entries, found)
    by_offset = dict(zip(offsets, anchors, strict=True))
    return tuple(f"#{by_offset[entry.offset]}" for entry in entries)


def _place_by_title(
    content: str, entries: Sequence[Entry], found: Sequence[Heading]
) -> tuple[str, ...]:
    """Anchors by the words of the headings, where an extension adds or hides some of them."""
    waiting: dict[str, list[str]] = {}
    for heading in found:
        waiting.setdefault(heading.title, []).append(heading.anchor)
    titles = {heading.offset: plain_text(heading.text) for heading in find_headings(content)}
    queues = (waiting.get(titles[entry.offset], []) for entry in entries)
    return tuple(f"#{queue.pop(0)}" if queue else "" for queue in queues)


def find_default_anchors(content: str) -> tuple[Heading, ...]:
    """The headings of a text as Python-Markdown names them without options."""
    converter = markdown.Markdown(extensions=["toc", "fenced_code", "attr_list"])
    converter.convert(content)
    return flatten_toc(converter.toc_tokens)  # type: ignore[attr-defined]  # set by `toc`


def flatten_toc(tokens: Sequence[Mapping[str, object]]) -> tuple[Heading, ...]:
    """Python-Markdown's nested `toc_tokens` in the order of the text."""
    found: list[Heading] = []
    for token in tokens:
        title = unescape(str(token["name"]))
        found.append(Heading(level=int(str(token["level"])), anchor=str(token["id"]), title=title))
        found += flatten_toc(token["children"])  # type: ignore[arg-type]  # tokens again
    return tuple(found)


def _dated_level(content: str) -> list[HeadingLine]:
    """The headings of the highest level that has a dated one."""
    headings = list(find_headings(content))
    for level in _LEVELS:
        same = [heading for heading in headings if heading.level == level]
        if any(_DATED.match(heading.text) for heading in same):
            return same
    return []


def _top_fields(parts: FrontMatter) -> frozenset[str]:
    """Inline fields before the first dated heading."""
    headings = [h for h in _dated_level(parts.content) if _DATED.match(h.text)]
    lines = parts.content.split("\n")
    return frozenset(find_fields("\n".join(lines[: headings[0].offset] if headings else [])))


def _blank_lines(lines: Sequence[str]) -> int:
    return next((number for number, line in enumerate(lines) if line), 0)


def _day_text(heading: HeadingLine) -> str:
    match = _DATED.match(heading.text)
    return "-".join(match.groups()[:3]) if match else ""


def _read_heading(
    heading: HeadingLine, body: str, path: str, line: int, vocabulary: Vocabulary
) -> tuple[dict[str, object], str, list[Diagnostic]]:
    """What a heading says, its title without date and verdict, and findings."""
    match = _DATED.match(heading.text)
    assert match  # noqa: S101 - only dated headings come here
    meta: dict[str, object] = {}
    findings = []
    try:
        meta["date"] = date(*(int(part) for part in match.groups()[:3]))
    except ValueError:
        message = f"date is '{_day_text(heading)}', which no calendar has; write it as 2026-01-31"
        findings.append(_finding(path, line, "invalid-date", message))
    title = match[4].strip()
    suffix = _SUFFIX.search(title, max(0, len(title) - _LONGEST_SUFFIX))
    if suffix:
        status, outcome = vocabulary.find_axes(suffix[1])
        if status or outcome:
            title = title[: suffix.start()].rstrip()
            meta |= _verdict(suffix[1], body, has_outcome=bool(outcome))
        elif hint := _near_word(suffix[1], vocabulary):
            message = f"status {suffix[1]!r} is not known; did you mean '{hint}'?"
            findings.append(_finding(path, line, "unknown-status", message))
    title = plain_text(title)
    meta["title"] = title or _day_text(heading)
    return meta, title, findings


def _verdict(text: str, body: str, *, has_outcome: bool) -> dict[str, object]:
    """The word in brackets as status and outcome; inline fields of the entry say more."""
    inline = find_fields(body)
    verdict: dict[str, object] = {}
    if "status" not in inline:
        verdict["status"] = text
    if has_outcome and "outcome" not in inline:
        verdict["outcome"] = text
    return verdict


def _near_word(text: str, vocabulary: Vocabulary) -> str | None:
    """A known word that a single word in brackets nearly is; `(lr)` is nearly none."""
    words = [
        w for w in (*vocabulary.statuses, *vocabulary.outcomes) if abs(len(w) - len(text)) <= 1
    ]
    return find_suggestion(text, words) if text.isalpha() and len(text) > 5 else None  # noqa: PLR2004 - shorter words are near to everything


def _finding(path: str, line: int, code: str, message: str) -> Diagnostic:
    return Diagnostic(path=path, line=line, code=code, message=message, severity=Severity.WARNING)
