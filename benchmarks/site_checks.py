"""Whether a fast site is a right one."""

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

SAMPLE = 20
_TAGS = re.compile(r"<[^>]*>")
_WORD = re.compile(r"\w+")
_HEADING = re.compile(r"<h[1-6][^>]*>(.*?)</h[1-6]>", re.DOTALL)
_MAIN = re.compile(r"<article class=\"md-content__inner.*?</article>\s*</div>", re.DOTALL)


def check_parity(sites: Sites) -> list[str]:
    """What is missing from the journal, in words; empty if nothing is."""
    assert ROOT.is_dir()  # noqa: S101 - a script
    return [*_check_theme(sites), *_check_words(sites), *_check_search(sites)]


def _check_theme(sites: Sites) -> Iterator[str]:
    """Some pages must be, byte for byte, what the theme makes of them."""
    reference = build_by_theme(sites.journal, sites.journal.parent / "by-theme")
    pages = sorted((sites.journal / "site" / "journal").glob("*/*/index.html"))
    for page in random.Random(1).sample(pages, min(SAMPLE, len(pages))):  # noqa: S311 - a sample
        name = page.relative_to(sites.journal / "site")
        if page.read_bytes() != (reference / name).read_bytes():
            yield f"{name} is not the theme's page"


def _check_words(sites: Sites) -> Iterator[str]:
    """The words and headings of plain pages must stand on the journal's pages too."""
    pages = sorted((sites.plain / "site" / "records").glob("*/*/index.html"))
    lost = 0
    for page in random.Random(2).sample(pages, min(SAMPLE, len(pages))):  # noqa: S311 - a sample
        name = page.relative_to(sites.plain / "site" / "records")
        ours = sites.journal / "site" / "journal" / name
        if not ours.is_file():
            yield f"{name} has no page"
            continue
        plain, journal = _words(page), _words(ours)
        lost += len(plain - journal) > max(3, len(plain) // 20)
        title = _headings(page)[:1]
        if title and not set(_WORD.findall(title[0])) <= journal:
            yield f"{name} lost its title"
    if lost > SAMPLE // 10:
        yield f"{lost} of {SAMPLE} pages lost words"


def _check_search(sites: Sites) -> Iterator[str]:
    """Each record must have its entry."""
    index = json.loads((sites.journal / "site" / "search" / "search_index.json").read_text())
    found = {entry["location"].partition("#")[0] for entry in index["docs"]}
    journal = json.loads((sites.journal / "site" / "journal" / "journal.json").read_text())
    missing = [record["page"] for record in journal["records"] if record["page"] not in found]
    if missing:
        yield f"{len(missing)} records are not in the search, such as {missing[0]}"


def _words(page: Path) -> set[str]:
    article = _MAIN.search(page.read_text(encoding="utf-8"))
    return set(_WORD.findall(unescape(_TAGS.sub(" ", article[0])))) if article else set()


def _headings(page: Path) -> list[str]:
    article = _MAIN.search(page.read_text(encoding="utf-8"))
    found = _HEADING.findall(article[0]) if article else []
    return [unescape(_TAGS.sub("", heading)) for heading in found]
