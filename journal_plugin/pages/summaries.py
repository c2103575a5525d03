"""What a post or record says, in a few plain words: for feeds, search, metadata and `llms.txt`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from journal_plugin.text.escape import drop_controls, shorten
from journal_plugin.text.markup import find_blocks
from journal_plugin.text.sections import find_section

if TYPE_CHECKING:
    from markupsafe import Markup

    from journal_plugin.model import Node, Post
    from journal_plugin.pages.book import Book
    from journal_plugin.problems import Problem

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
    return shorten(drop_controls(" ".join(words)), limit)


def find_summary(book: Book, node: Node, limit: int) -> str:
    """What a post concludes, or how a text begins; headings and status lines are left out."""
    sections = book.texts[node.node].sections
    best = find_section(sections, CONCLUSIONS) if node.node.startswith("post:") else None
    for section in (best, *sections) if best else sections:
        kept = [block for block in find_blocks(section.html) if not _STATUS_LINE.match(block)]
        if text := shorten(drop_controls(" ".join(kept)), limit):
            return text
    return ""


def describe_post(post: Post) -> str:
    """Status and outcome in words, such as `Status: complete. Outcome: success.`; may be empty."""
    parts = (("Status", post.status), ("Outcome", post.outcome))
    return " ".join(f"{name}: {word}." for name, word in parts if word)


def describe_problem(problem: Problem) -> str:
    """Status and outcome of a problem in words."""
    outcome = f" Outcome: {problem.outcome}." if problem.outcome else ""
    return f"Status: {problem.status}.{outcome}"


def count_nouns(number: int, noun: str) -> str:
    """A number with its noun, such as `2 experiments`."""
    return f"{number} {noun}{'' if number == 1 else 's'}"
