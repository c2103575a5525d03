"""Whether a fast site is a right one: every record of the journal beside its plain page.

The journal shows some things as GitHub does and Python-Markdown does not. Each of these is named
here; a word that is missing for any other reason is an error.
"""

from __future__ import annotations

import json
import random
import re
from html import unescape
from typing import TYPE_CHECKING

from site_content import ROOT  # the path to the project comes with it

from tests.support.theme_site import build_by_theme

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from site_content import Sites

    from journal_plugin.model import Record

SAMPLE = 20
_TAGS = re.compile(r"<[^>]*>")
_WORD = re.compile(r"[^\W_]+(?:_+[^\W_]+)*")
_HEADING = re.compile(r"<h[1-6][^>]*>(.*?)</h[1-6]>", re.DOTALL)
_MAIN = re.compile(r"<article class=\"md-content__inner.*?</article>\s*</div>", re.DOTALL)
_ADDRESS = re.compile(r"(?:https?://)?(?:www\.)?github\.com/[^\s<]*")
"""Shown as a short reference."""
_MARKER = re.compile(r"^[\s>]*(\d+)[.)]", re.MULTILINE)
"""A list's number, which a list does not repeat as text."""
_RAW = re.compile(r"<!--.*?(?:-->|\Z)|<[^>]*>", re.DOTALL)
"""Comments and tags in a body, some of which Python-Markdown prints."""
_FENCE = re.compile(r"^[\s>]*(?:`{3,}|~{3,})(.*)", re.MULTILINE)
"""What stands behind the opening of a code block, which GitHub does not show."""
_NO_HEADING = re.compile(r"^[\s>*+-]*#{1,6}([^#\s].*)", re.MULTILINE)
"""A line such as `#12 is done`, which Python-Markdown takes for a heading."""
_RULED = re.compile(r"^(.+)\n[`~]{3,}\n-{3,}$", re.MULTILINE)
"""The last line of a code block above a rule, which Python-Markdown can take for a heading."""
_TARGET = re.compile(r"\]\(([^)\s]*)\)")
"""Where a link leads, which Python-Markdown prints where it does not see the link."""
_LEAK = "\x02"
"""Python-Markdown's own mark for a part of a text; where one is left, words around it are cut."""
_TASK = re.compile(r"\[([xX])\]")
"""A task that is done; nested ones Python-Markdown leaves as they are."""
_EMOJI = re.compile(r":([\w+-]+):")
_SHA = re.compile(r"[0-9a-f]{7,40}")
_SHORT = 7


def check_parity(sites: Sites) -> list[str]:
    """What is missing from the journal, in words; empty if nothing is."""
    assert ROOT.is_dir()  # noqa: S101 - a script
    return [*_check_theme(sites), *_check_records(sites), *_check_search(sites)]


def _check_theme(sites: Sites) -> Iterator[str]:
    """Some pages must be, byte for byte, what the theme makes of them."""
    reference = build_by_theme(sites.journal, sites.journal.parent / "by-theme")
    pages = sorted((sites.journal / "site" / "journal").glob("*/*/index.html"))
    for page in random.Random(1).sample(pages, min(SAMPLE, len(pages))):  # noqa: S311 - a sample
        name = page.relative_to(sites.journal / "site")
        if page.read_bytes() != (reference / name).read_bytes():
            yield f"{name} is not the theme's page"


def _check_records(sites: Sites) -> Iterator[str]:
    """All words and headings of the plain page of each record must be on the journal's page."""
    for record in sites.records:
        name = f"{record.kind}s/{record.id.number}"
        plain = _article(sites.plain / "site" / "records" / name / "index.html")
        ours = _article(sites.journal / "site" / "journal" / name / "index.html")
        title = _HEADING.search(ours)
        if not ours:
            yield f"{name} has no page"
        elif not title or _fold(_text(title[1], "")) != _fold(
            f"#{record.id.number} {record.title}"
        ):
            yield f"{name} lost its title"
        elif lost := _find_lost(record, plain, ours):
            yield f"{name} lost {', '.join(sorted(lost)[:5])}"
        elif gone := _find_headings(plain) - _find_headings(ours) - _own_headings(record):
            yield f"{name} lost the heading {min(gone)!r}"


def _find_lost(record: Record, plain: str, ours: str) -> set[str]:
    """Words of the plain page that the journal does not show, without those that have a reason.

    A tag may stand within a word or between two, so a word must be one either way.
    """
    shown = set(_WORD.findall(_text(ours, ""))) | set(_WORD.findall(_text(ours, " ")))
    views = (_ADDRESS.sub(" ", _text(plain, gap)) for gap in ("", " "))
    lost = set.intersection(*(set(_WORD.findall(view)) for view in views)) - shown - {"Comments"}
    if not lost:
        return lost
    source = _join_texts(record)
    told = {*_MARKER.findall(source)}
    for pattern in (_EMOJI, _RAW, _FENCE, _TARGET, _TASK):
        told.update(_WORD.findall(" ".join(pattern.findall(source))))
    if _LEAK in plain:
        lost &= set(_WORD.findall(source))
    return {word for word in lost - told if not _is_short(word, shown)}


def _is_short(word: str, shown: set[str]) -> bool:
    """Whether `word` is the id of a commit of which the first signs are shown."""
    return bool(_SHA.fullmatch(word)) and any(
        word.startswith(other) for other in shown if len(other) >= _SHORT
    )


def _find_headings(article: str) -> set[str]:
    """The words of each heading."""
    return {_fold(_text(heading, "")) for heading in _HEADING.findall(article)} - {""}


def _own_headings(record: Record) -> set[str]:
    """Headings that only the plain page has: its title, of comments, and of lines that are none."""
    logins = (comment.author.login if comment.author else "ghost" for comment in record.comments)
    source = _join_texts(record)
    lines = [*_NO_HEADING.findall(source), *_RULED.findall(source)]
    lines.append(f"{record.id.number} {record.title}")
    return {"Comments", *map(_fold, (*logins, *map(_as_shown, lines)))}


def _as_shown(line: str) -> str:
    """A line of Markdown without the signs of links, code and tags."""
    return _RAW.sub("", re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", line))


def _fold(text: str) -> str:
    """The words of a heading."""
    return " ".join(_WORD.findall(_ADDRESS.sub(" ", text)))


def _join_texts(record: Record) -> str:
    return "\n".join((record.body, *(comment.body for comment in record.comments)))


def _check_search(sites: Sites) -> Iterator[str]:
    """Each record must have one entry, with its title."""
    index = json.loads((sites.journal / "site" / "search" / "search_index.json").read_text())
    found: dict[str, list[str]] = {}
    for entry in index["docs"]:
        found.setdefault(entry["location"], []).append(entry["title"])
    for record in sites.records:
        titles = found.get(f"journal/{record.kind}s/{record.id.number}/", [])
        words = set(_WORD.findall(record.title))
        if len(titles) != 1 or not words <= set(_WORD.findall(unescape(titles[0]))):
            yield f"{record.id} has the search entries {titles}"


def _article(page: Path) -> str:
    found = _MAIN.search(page.read_text(encoding="utf-8")) if page.is_file() else None
    return found[0] if found else ""


def _text(html: str, gap: str) -> str:
    return unescape(_TAGS.sub(gap, html))
