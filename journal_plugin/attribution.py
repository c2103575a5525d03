"""Who did what: the shares of humans and assistants, and the evidence for each.

An artifact is one unit of work. Where the commits of a pull request are known, each commit is an
equal part of it, shared equally by its author and co-authors. Otherwise the unit belongs to those
who signed: the author of an issue, the declared authors of a post. A branch or a label that names
an assistant counts as one more signature where no commit names an assistant. What nobody can tell
stays unknown: neither is it guessed, nor shared out among the others.
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from journal_plugin.logins import BOT, matches_login
from journal_plugin.model import AuthorKind, Post
from journal_plugin.phrases import phrase

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from journal_plugin.journal import Journal
    from journal_plugin.model import Node, Record
    from journal_plugin.phrases import Phrase

BRANCH_PREFIXES: Mapping[str, str] = {
    "copilot": "Copilot",
    "claude": "claude",
    "codex": "codex",
    "devin": "devin-ai-integration",
    "cursor": "cursoragent",
    "gemini": "gemini-code-assist",
    "jules": "google-labs-jules",
    "aider": "aider",
    "sweep": "sweep-ai",
    "openhands": "openhands-agent",
}
"""First parts of branch names that assistants give, and the login that stands behind each."""

_LABEL = re.compile(
    r"(?:ai|llm)[-_ :/]?(?:generated|assisted|authored|written)|(?:generated|written)[-_ ]by[-_ ]ai"
    r"|agent[-_ ](?:generated|authored)"
    r"|(?P<name>copilot|claude|codex|devin|cursor|gemini|jules|aider)",
    re.IGNORECASE,
)
UNNAMED = phrase("an assistant")
UNSIGNED = phrase("no author is named")
"""Evidence of what nobody signed, unlike what a deleted account did."""


class Share(StrEnum):
    """Whose work it is."""

    HUMAN = "human"
    AI = "ai"
    BOT = "bot"
    """Automation that writes by rule, such as a build server."""
    UNKNOWN = "unknown"


_KINDS = {AuthorKind.HUMAN: Share.HUMAN, AuthorKind.AI: Share.AI, AuthorKind.BOT: Share.BOT}


class Part(NamedTuple):
    """One signature under an artifact."""

    name: str | None
    """A login or declared name; None for a deleted account."""
    share: Share
    weight: float
    """Its part of the artifact; the parts of one artifact add up to 1."""
    evidence: Phrase
    """What says so, in words."""


class Attribution(NamedTuple):
    """Whose work one artifact is."""

    node: str
    parts: tuple[Part, ...]

    def find_share(self, share: Share) -> float:
        """The part of the artifact that is the work of humans, assistants, bots or nobody known."""
        return sum(part.weight for part in self.parts if part.share is share)


class Kinds:
    """Tells who is behind a name, and by what evidence."""

    def __init__(self, journal: Journal, ai_authors: Sequence[str]) -> None:
        self._patterns = tuple(ai_authors)
        self._known = {login.casefold(): kind for login, kind in journal.accounts.items()}

    def find(self, name: str | None) -> tuple[Share, Phrase]:
        """Whose work a name stands for, and why."""
        if name is None:
            return Share.UNKNOWN, phrase("the account was deleted")
        folded = name.removeprefix("@").casefold()
        if known := self._known.get(folded):
            why = phrase("the kind of the account in the snapshot")
            return _KINDS[known], why
        if matches_login(folded, self._patterns):
            return Share.AI, phrase("a name of the option ai_authors")
        if folded.endswith(BOT):
            return Share.BOT, phrase("a name that ends in [bot]")
        return Share.UNKNOWN, phrase("nothing says who is behind the name")


def attribute(node: Node, kinds: Kinds) -> Attribution:
    """Whose work an artifact is."""
    if isinstance(node, Post):
        act = phrase("declared in the front matter")
        signed = [sign(name, act, kinds) for name in node.authors]
    else:
        signed = [*_sign_commits(node, kinds)] or [
            sign(node.author.login if node.author else None, phrase("opened it"), kinds)
        ]
        if not any(part.share is Share.AI for part in signed):
            total = sum(part.weight for part in signed)
            named = list(_find_assistants(node))
            signed += [
                Part(name=name, share=Share.AI, weight=total / len(named), evidence=evidence)
                for name, evidence in named
            ]
    if not signed:
        signed = [Part(name=None, share=Share.UNKNOWN, weight=1, evidence=UNSIGNED)]
    total = sum(part.weight for part in signed)
    return Attribution(node=node.node, parts=merge_parts(signed, total))


def merge_parts(signed: Iterable[Part], total: float) -> tuple[Part, ...]:
    """Equal signatures as one, scaled to a sum of 1, the largest first."""
    merged: dict[tuple[str | None, Share, Phrase], float] = {}
    for part in signed:
        key = (part.name, part.share, part.evidence)
        merged[key] = merged.get(key, 0.0) + part.weight / total
    parts = (
        Part(name=name, share=share, weight=weight, evidence=evidence)
        for (name, share, evidence), weight in merged.items()
    )
    return tuple(sorted(parts, key=lambda part: (-part.weight, part.name or "", part.evidence)))


def sign(name: str | None, act: Phrase, kinds: Kinds, weight: float = 1.0) -> Part:
    """A signature under an artifact."""
    share, why = kinds.find(name)
    evidence = phrase("%(act)s; %(why)s", act=act, why=why)
    return Part(name=name, share=share, weight=weight, evidence=evidence)


def _sign_commits(record: Record, kinds: Kinds) -> Iterator[Part]:
    for commit in record.commits:
        signers = [
            (commit.author, phrase("wrote a commit")),
            *((a, phrase("Co-authored-by")) for a in commit.co_authors),
        ]
        unique = {author.login if author else None: act for author, act in reversed(signers)}
        for name, act in reversed(unique.items()):
            yield sign(name, act, kinds, 1 / len(unique))


def _find_assistants(record: Record) -> Iterator[tuple[str, Phrase]]:
    """Assistants that the branch or a label names."""
    head = re.split(r"[/_-]", record.head_ref or "", maxsplit=1)
    if len(head) > 1 and (name := BRANCH_PREFIXES.get(head[0].casefold())):
        yield name, phrase("branch %(name)s", name=record.head_ref or "")
        return
    for label in record.labels:
        if match := _LABEL.fullmatch(label.name.strip()):
            name = (match["name"] or "").casefold()
            yield BRANCH_PREFIXES.get(name, UNNAMED), phrase("label %(name)s", name=label.name)
            return
