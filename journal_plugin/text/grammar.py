"""What counts as a reference in plain text, and what the words before it state.

The grammar is GitHub's (docs.github.com, "Autolinked references and URLs" and "Linking a pull
request to an issue"): `#18`, `GH-18`, `owner/name#18`, and addresses of issues and pull requests on
the host that the records come from, github.com or a GitHub Enterprise server. A word before a
reference may state a relation: GitHub's closing keywords, and a few of the method's own. Every
repetition in the patterns is bounded or possessive, so that no text takes more than linear time.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from journal_plugin.hosts import GITHUB
from journal_plugin.model import EdgeKind, RecordId

if TYPE_CHECKING:
    from collections.abc import Iterator

OWNER = r"[A-Za-z0-9][A-Za-z0-9_-]{0,38}"
"""An account or organisation; the underscore belongs to enterprise-managed accounts."""
NAME = r"(?!\.{1,2}(?![A-Za-z0-9_.-]))[A-Za-z0-9_.-]{1,100}"
"""A repository's name; never `.` or `..`, since it becomes part of paths."""
_NUMBER = r"[1-9][0-9]{0,9}"

_PATH = (
    rf"/(?P<url_repo>{OWNER}/{NAME})/"
    rf"(?:issues|pull)/(?P<url_number>{_NUMBER})(?![\w-])"
    r"(?P<url_tail>(?:[/?#][A-Za-z0-9_=&/#?.%-]*[A-Za-z0-9_=/])?)"
)
_BARE = (
    rf"|(?<![\w./#&@-])(?P<repo>{OWNER}/{NAME})#(?P<repo_number>{_NUMBER})\b"
    rf"|(?<![\w./#&-])(?:\#|[Gg][Hh]-)(?P<number>{_NUMBER})\b"
)
_WORDS_BEFORE_NOUN = r"(?:\s+(?:issue|pr|pull request|experiment))?:?\s*\Z"
_RELATIONS = (
    (EdgeKind.CLOSES, r"close[sd]?|fix(?:e[sd])?|resolve[sd]?"),
    (EdgeKind.IMPLEMENTS, r"implement(?:s|ed|ing)?|address(?:es|ed)?|solve[sd]?"),
    (EdgeKind.TESTS, r"tests?|tested|validat(?:e|es|ed|ion of)|evaluates?|tracks?"),
    (EdgeKind.FOLLOWS, r"builds? (?:up)?on|follows(?: up)?(?: on)?|follow-up to|continues"),
    (EdgeKind.SUPERSEDES, r"supersedes?|replaces?"),
    (EdgeKind.CORRECTS, r"corrects?|correction (?:to|of)"),
    (EdgeKind.REPLICATES, r"replicates?|replication of|reproduces?"),
    (EdgeKind.PART_OF, r"part of|sub-issue of|parent(?: issue)?"),
)
_PASSIVES = (
    (EdgeKind.IMPLEMENTS, r"(?:fixed|closed|resolved|implemented|addressed|solved) (?:by|in|with)"),
    (EdgeKind.TESTS, r"(?:tested|validated|evaluated|tracked) (?:by|in|with)"),
    (EdgeKind.FOLLOWS, r"(?:followed(?: up)?|continued) (?:by|in|with)"),
    (EdgeKind.SUPERSEDES, r"(?:superseded|replaced) (?:by|with)"),
    (EdgeKind.CORRECTS, r"corrected (?:by|in)"),
    (EdgeKind.REPLICATES, r"(?:replicated|reproduced) (?:by|in)"),
)
_LOOK_BACK = 40


class Found(NamedTuple):
    """A reference's place in a run of plain text."""

    start: int
    end: int
    target: RecordId
    tail: str
    """The part of an address that points into the page, such as `#issuecomment-1`."""


def find_references(text: str, repo: str | None, host: str = GITHUB) -> Iterator[Found]:
    """The references in plain text, in order.

    Args:
        text: Plain text.
        repo: The repository that bare numbers belong to.
        host: Where the records come from; addresses elsewhere are none of theirs.
    """
    for match in _find_patterns(host)[0].finditer(text):
        if target := _target(match, repo):
            yield Found(match.start(), match.end(), target, match["url_tail"] or "")


def find_relation(before: str, end: int | None = None) -> EdgeKind:
    """The relation that the words right before a reference state; a mention if none.

    Args:
        before: Text that ends where the reference starts, or text around it.
        end: Where in `before` the reference starts; its end by default.
    """
    stop = len(before) if end is None else end
    match = _find_wordings()[0].search(before, max(0, stop - _LOOK_BACK), stop)
    return EdgeKind[match.lastgroup] if match and match.lastgroup else EdgeKind.MENTIONS


def find_passive_relation(before: str, end: int) -> EdgeKind | None:
    """What the words right before a reference say that its target does, as in `fixed by #19`.

    Args:
        before: Text around the reference.
        end: Where in `before` the reference starts.
    """
    match = _find_wordings()[1].search(before, max(0, end - _LOOK_BACK), end)
    return EdgeKind[match.lastgroup] if match and match.lastgroup else None


def find_url_target(url: str, host: str = GITHUB) -> tuple[RecordId, str] | None:
    """The record on `host` that an address leads to, and the rest of the address, or None."""
    match = _find_patterns(host)[1].fullmatch(url)
    return (
        (RecordId(match["url_repo"], int(match["url_number"])), match["url_tail"])
        if match
        else None
    )


@cache
def _find_patterns(host: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """What references and addresses look like where the records come from `host`."""
    www = r"(?:www\.)?" if host == GITHUB else ""
    url = rf"https?://{www}{re.escape(host)}{_PATH}"
    return re.compile(rf"(?<![\w/]){url}{_BARE}"), re.compile(url)


@cache
def _find_wordings() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """How relations are said before a reference; compiling both takes long, and few builds read."""
    active, passive = (
        "|".join(f"(?P<{kind.name}>{words})" for kind, words in stated)
        for stated in (_RELATIONS, _PASSIVES)
    )
    return (
        re.compile(rf"(?<!\w)(?:{active}){_WORDS_BEFORE_NOUN}", re.IGNORECASE),
        re.compile(rf"(?<!\w)(?:{passive}){_WORDS_BEFORE_NOUN}", re.IGNORECASE),
    )


def _target(match: re.Match[str], repo: str | None) -> RecordId | None:
    if match["url_repo"]:
        return RecordId(match["url_repo"], int(match["url_number"]))
    if match["repo"]:
        return RecordId(match["repo"], int(match["repo_number"]))
    return RecordId(repo, int(match["number"])) if repo else None
