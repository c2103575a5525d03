"""What a post or record says, in a few plain words: for feeds, search, metadata and `llms.txt`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from journal_plugin.pages.words import word
from journal_plugin.text.escape import clean_line, shorten
from journal_plugin.text.markup import find_blocks
from journal_plugin.text.sections import find_section

if TYPE_CHECKING:
    from gettext import NullTranslations

    from markupsafe import Markup

    from journal_plugin.model import Node, Post
    from journal_plugin.pages.book import Book
    from journal_plugin.problems import Problem
    from journal_plugin.vocabulary import Outcome, Status

CONCLUSIONS = ("conclusion", "conclusions", "results", "result", "summary", "tl dr")
"""Headings under which a post says what came out, the best one first."""

_STATUS_LINE = re.compile(
    r"(?:Status|Outcome|Type|Date|Problem|Builds on|Issues?|PRs?)\s*:", re.IGNORECASE
)


def find_text(html: Markup, limit: int) -> str:
    """The first `limit` characters of a rendered text as one line of plain text."""
    words: list[str] = []
    length = 0
    for block in find_blocks(html):
        words.append(block)
        length += len(block) + 1
        if length > limit:
            break
    return shorten(clean_line(" ".join(words)), limit)


def find_summary(book: Book, node: Node, limit: int) -> str:
    """What a post concludes, or how a text begins; headings and status lines are left out."""
    sections = book.texts[node.node].sections
    best = find_section(sections, CONCLUSIONS) if node.node.startswith("post:") else None
    for section in (best, *sections) if best else sections:
        kept = [block for block in find_blocks(section.html) if not _STATUS_LINE.match(block)]
        if text := shorten(clean_line(" ".join(kept)), limit):
            return text
    return ""


def describe_post(post: Post, words: NullTranslations) -> str:
    """Status and outcome in words, such as `Status: complete. Outcome: success.`; may be empty."""
    return _describe(post.status, post.outcome, words)


def describe_problem(problem: Problem, words: NullTranslations) -> str:
    """Status and outcome of a problem in words."""
    return _describe(problem.status, problem.outcome, words)


def _describe(status: Status | None, outcome: Outcome | None, words: NullTranslations) -> str:
    parts = []
    if status:
        parts.append(words.gettext("Status: %(name)s.") % {"name": word(words, status)})
    if outcome:
        parts.append(words.gettext("Outcome: %(name)s.") % {"name": word(words, outcome)})
    return " ".join(parts)
