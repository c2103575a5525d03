"""Badges for a README: the journal, each problem and each post, as SVG and as shields endpoint.

The format of the endpoint is described at https://shields.io/badges/endpoint-badge.
"""

from __future__ import annotations

import math
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from markupsafe import Markup

from journal_plugin.formats import dump_json
from journal_plugin.pages.page import Asset
from journal_plugin.pages.widths import measure_text
from journal_plugin.pages.words import ENGLISH, say_phrase, word
from journal_plugin.phrases import count_phrase, phrase
from journal_plugin.text.escape import escape_html, escape_inline, shorten
from journal_plugin.vocabulary import Outcome, Status

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from gettext import NullTranslations

    from journal_plugin.journal import Journal
    from journal_plugin.model import Post
    from journal_plugin.pages.book import Book
    from journal_plugin.pages.place import Place
    from journal_plugin.problems import Problem

JOURNAL = "journal"
"""Name of the journal's own badge, and its key among the badges."""

LABEL_COLOR = "#4b4f56"
STATUS_COLORS: Mapping[Status, str] = {
    Status.PLANNED: "#2f5fb3",
    Status.RUNNING: "#8a5a00",
    Status.COMPLETE: "#1a6b32",
    Status.ABANDONED: "#a1262d",
    Status.SUPERSEDED: "#57606a",
    Status.ONGOING: "#6639ba",
}
"""White text is readable on each, by WCAG 2.2 level AA."""
OUTCOME_COLORS: Mapping[Outcome, str] = {
    Outcome.SUCCESS: "#1a6b32",
    Outcome.FAILURE: "#a1262d",
    Outcome.MIXED: "#7d5200",
    Outcome.INCONCLUSIVE: "#4f5861",
}
"""Same."""

_NEUTRAL = "#57606a"
_LIMIT = 60
_SIZE = 11
_PADDING = 6


class Badge(NamedTuple):
    """What one badge says."""

    name: str
    """Its file's name without a suffix; unique in the journal."""
    label: str
    message: str
    color: str
    """`#rrggbb`."""


class _Half(NamedTuple):
    """One side of a badge: its colour, its text, and where both stand."""

    text: str
    color: str
    x: int
    width: int
    middle: float
    length: float


def find_badges(journal: Journal, words: NullTranslations = ENGLISH) -> dict[str, Badge]:
    """The badges by node id, that of the journal under `JOURNAL`.

    A name belongs to the journal first, then to a problem, then to a post: a post with the slug of
    a problem gets `post-<slug>`, and a problem called `journal` gets `problem-journal`.
    """
    badges = {JOURNAL: _journal_badge(journal, words)}
    taken = {JOURNAL}
    for problem in journal.problems:
        badges[problem.node] = _problem_badge(problem, _name("problem", problem.slug, taken), words)
    for post in sorted(journal.posts, key=lambda post: post.slug):
        badges[post.node] = _post_badge(post, _name("post", post.slug, taken), words)
    return badges


def render_badges(book: Book) -> Iterator[Asset]:
    """The two files of each badge, sorted by name; what was written before is not written again."""
    badges = {repr(b): b for b in sorted(book.badges.values(), key=lambda badge: badge.name)}
    make = partial(map, lambda mark: (_write_data(badges[mark]), render_svg(book, badges[mark])))
    for mark, forms in book.shelf.recall_each("badges", badges, make):
        for suffix, form in zip(("json", "svg"), forms, strict=True):
            uri = f"{book.links.path}/badges/{badges[mark].name}.{suffix}"
            yield Asset(uri=uri, content=form.encode("utf-8", "replace"))


def _write_data(badge: Badge) -> str:
    """The data that shields.io makes a badge of."""
    label = shorten(badge.label, _LIMIT)
    data = {"schemaVersion": 1, "label": label, "message": badge.message, "color": badge.color}
    return dump_json(data).decode()


def render_svg(book: Book, badge: Badge) -> str:
    """A flat badge, 20 pixels high."""
    left = _half(shorten(badge.label, _LIMIT), LABEL_COLOR, 0)
    right = _half(badge.message, badge.color, left.width)
    return book.templates.get_template("badge.svg").render(
        title=escape_html(" ".join(f"{badge.label}: {badge.message}".split())),
        halves=(left, right),
        width=left.width + right.width,
    )


def render_snippet(place: Place, key: str) -> Markup:
    """The badge of a node with its Markdown to copy; empty where there is no badge."""
    badge = place.book.badges.get(key)
    if badge is None:
        return Markup()
    links = place.book.links
    address = f"{links.path}/badges/{badge.name}.svg"
    alt = escape_inline(badge.label)  # without the message, which changes while the README stays
    image, page = f"{links.site.url}{address}", f"{links.site.url}{place.url}"
    return place.book.render(
        "badge.html",
        place,
        badge=badge,
        image=place.href(address),
        endpoint=place.href(f"{links.path}/badges/{badge.name}.json"),
        markdown=f"[![{alt}]({image})]({page})",
        is_absolute=bool(links.site.url),
    )


def _name(kind: str, slug: str, taken: set[str]) -> str:
    name = slug if slug not in taken else f"{kind}-{slug}"
    base, number = name, 2
    while name in taken:
        name, number = f"{base}-{number}", number + 1
    taken.add(name)
    return name


def _journal_badge(journal: Journal, words: NullTranslations) -> Badge:
    running = sum(post.status is Status.RUNNING for post in journal.posts)
    message = count_phrase("%(num)s experiment", "%(num)s experiments", len(journal.posts))
    if running:
        message = phrase("%(experiments)s, %(count)s running", experiments=message, count=running)
    color = STATUS_COLORS[Status.RUNNING if running else Status.PLANNED]
    return Badge(
        name=JOURNAL,
        label=words.gettext("experiment journal"),
        message=say_phrase(words, message),
        color=color,
    )


def _problem_badge(problem: Problem, name: str, words: NullTranslations) -> Badge:
    message, color = _say(problem.status, problem.outcome, words)
    return Badge(name=name, label=problem.title, message=message, color=color)


def _post_badge(post: Post, name: str, words: NullTranslations) -> Badge:
    message, color = _say(post.status, post.outcome, words)
    return Badge(name=name, label=post.title, message=message, color=color)


def _say(
    status: Status | None, outcome: Outcome | None, words: NullTranslations
) -> tuple[str, str]:
    """Message and colour: an outcome says more than `complete`, every other status is named."""
    if outcome and status in (None, Status.COMPLETE):
        return word(words, outcome), OUTCOME_COLORS[outcome]
    if status is None:
        return words.gettext("no status"), _NEUTRAL
    message = ", ".join(word(words, value) for value in (status, outcome) if value)
    return message, STATUS_COLORS[status]


def _half(text: str, color: str, x: int) -> _Half:
    length = round(measure_text(text, _SIZE), 1)
    width = math.ceil(length) + 2 * _PADDING
    return _Half(
        text=escape_html(text), color=color, x=x, width=width, middle=x + width / 2, length=length
    )
