"""Who did what: the shares of humans and assistants, and the evidence for each.

An artifact is one unit of work. Where the commits of a pull request are known, each commit is an
equal part of it, shared equally by its author and co-authors. Otherwise the unit belongs to those
who signed: the author of an issue, the declared authors of a post. A branch or a label that names
an assistant counts as one more signature where no commit names an assistant. What nobody can tell
stays unknown: neither is it guessed, nor shared out among the others.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from journal_plugin.model import Author, AuthorKind, Post, Record
from journal_plugin.vocabulary import Phase

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from journal_plugin.journal import Journal
    from journal_plugin.model import Node

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
    r"|agent[-_ ](?:generated|authored)|(?P<name>copilot|claude|codex|devin|cursor|gemini|jules|aider)",
    re.IGNORECASE,
)
_UNNAMED = "an assistant"


class Share(StrEnum):
    """Whose work it is."""

    HUMAN = "human"
    AI = "ai"
    BOT = "bot"
    """Automation that writes by rule, such as a build server."""
    UNKNOWN = "unknown"


_KINDS = {AuthorKind.HUMAN: Share.HUMAN, AuthorKind.AI: Share.AI, AuthorKind.BOT: Share.BOT}


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One signature under an artifact."""

    name: str | None
    """A login or declared name; None for a deleted account."""
    share: Share
    weight: float
    """Its part of the artifact; the parts of one artifact add up to 1."""
    evidence: str
    """What says so, in words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribution:
    """Whose work one artifact is."""

    node: str
    parts: tuple[Part, ...]

    def find_share(self, share: Share) -> float:
        """The part of the artifact that is the work of humans, assistants, bots or nobody known."""
        return sum(part.weight for part in self.parts if part.share is share)


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """The shares in a group of artifacts, such as all of one phase."""

    items: tuple[Attribution, ...]

    def find_share(self, share: Share) -> float:
        """The mean over the artifacts, each counted equally."""
        return sum(item.find_share(share) for item in self.items) / len(self.items)

    def find_items(self, share: Share) -> tuple[Attribution, ...]:
        """The artifacts in which a share is not zero."""
        return tuple(item for item in self.items if item.find_share(share) > 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """A part that the method gives to one side, and how it went."""

    name: str
    meant: Share
    measured_by: str
    """Which artifacts stand for the role, in words."""
    split: Split


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """One artifact that somebody had a part in."""

    node: str
    phases: tuple[Phase, ...]
    """Its phases in the problems that it belongs to."""
    weight: float
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A person, assistant or bot, and their work."""

    name: str
    share: Share
    deeds: tuple[Deed, ...]
    comments: tuple[tuple[str, int], ...]
    """Records of the journal's problems that they commented on, and how often."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attributions:
    """Who did what in the whole journal."""

    whole: Split
    by_phase: Mapping[Phase, Split]
    by_problem: Mapping[str, Split]
    """By slug."""
    roles: tuple[Role, ...]
    people: tuple[Person, ...]
    """Those with the most work first."""


def find_attributions(journal: Journal, ai_authors: Sequence[str] = ()) -> Attributions | None:
    """Who did what in the artifacts of the problems and in all posts; None if there are none.

    Args:
        journal: The journal.
        ai_authors: Logins and patterns of assistants, for names that no record tells.
    """
    kinds = Kinds(journal, ai_authors)
    nodes = [
        n for n in journal.nodes.values() if isinstance(n, Post) or journal.find_problems(n.node)
    ]
    found = {node.node: attribute(node, kinds) for node in nodes}
    if not found:
        return None
    by_phase = {
        phase: split for phase in Phase if (split := _split(found, _nodes_in(journal, phase)))
    }
    by_problem = {
        problem.slug: split
        for problem in journal.problems
        if (split := _split(found, dict.fromkeys(a.node for a in problem.artifacts)))
    }
    return Attributions(
        whole=Split(items=tuple(found.values())),
        by_phase=by_phase,
        by_problem=by_problem,
        roles=tuple(_roles(found, journal, kinds)),
        people=tuple(_people(found, journal, kinds)),
    )


class Kinds:
    """Tells who is behind a name, and by what evidence."""

    def __init__(self, journal: Journal, ai_authors: Sequence[str]) -> None:
        self._patterns = [pattern.casefold() for pattern in ai_authors]
        self._known = {
            author.login.casefold(): author
            for record in journal.records.values()
            for author in _find_authors(record)
            if author.kind
        }

    def find(self, name: str | None) -> tuple[Share, str]:
        """Whose work a name stands for, and why."""
        if name is None:
            return Share.UNKNOWN, "the account was deleted"
        folded = name.removeprefix("@").casefold()
        if known := self._known.get(folded):
            return _KINDS[known.kind or AuthorKind.HUMAN], "the kind of the account in the snapshot"
        if any(fnmatchcase(folded, pattern) for pattern in self._patterns):
            return Share.AI, "a name of the option ai_authors"
        if folded.endswith("[bot]"):
            return Share.BOT, "a name that ends in [bot]"
        return Share.UNKNOWN, "nothing says who is behind the name"


def attribute(node: Node, kinds: Kinds) -> Attribution:
    """Whose work an artifact is."""
    if isinstance(node, Post):
        signed = [_sign(name, "declared in the front matter", kinds) for name in node.authors]
    else:
        signed = [*_sign_commits(node, kinds)] or [
            _sign(node.author.login if node.author else None, "opened it", kinds)
        ]
        if not any(part.share is Share.AI for part in signed):
            total = sum(part.weight for part in signed)
            named = list(_find_assistants(node))
            signed += [
                Part(name=name, share=Share.AI, weight=total / len(named), evidence=evidence)
                for name, evidence in named
            ]
    if not signed:
        signed = [Part(name=None, share=Share.UNKNOWN, weight=1, evidence="no author is named")]
    total = sum(part.weight for part in signed)
    return Attribution(node=node.node, parts=_merge(signed, total))


def _merge(signed: Iterable[Part], total: float) -> tuple[Part, ...]:
    """Equal signatures as one, scaled to a sum of 1, the largest first."""
    merged: dict[tuple[str | None, Share, str], float] = {}
    for part in signed:
        key = (part.name, part.share, part.evidence)
        merged[key] = merged.get(key, 0.0) + part.weight / total
    parts = (
        Part(name=name, share=share, weight=weight, evidence=evidence)
        for (name, share, evidence), weight in merged.items()
    )
    return tuple(sorted(parts, key=lambda part: (-part.weight, part.name or "", part.evidence)))


def _sign(name: str | None, act: str, kinds: Kinds, weight: float = 1.0) -> Part:
    share, why = kinds.find(name)
    return Part(name=name, share=share, weight=weight, evidence=f"{act}; {why}")


def _sign_commits(record: Record, kinds: Kinds) -> Iterator[Part]:
    for commit in record.commits:
        signers = [
            (commit.author, "wrote a commit"),
            *((a, "Co-authored-by") for a in commit.co_authors),
        ]
        unique = {author.login if author else None: act for author, act in reversed(signers)}
        for name, act in reversed(unique.items()):
            yield _sign(name, act, kinds, 1 / len(unique))


def _find_assistants(record: Record) -> Iterator[tuple[str, str]]:
    """Assistants that the branch or a label names."""
    head = re.split(r"[/_-]", record.head_ref or "", maxsplit=1)
    if len(head) > 1 and (name := BRANCH_PREFIXES.get(head[0].casefold())):
        yield name, f"branch {record.head_ref}"
        return
    for label in record.labels:
        if match := _LABEL.fullmatch(label.name.strip()):
            name = (match["name"] or "").casefold()
            yield BRANCH_PREFIXES.get(name, _UNNAMED), f"label {label.name}"
            return


def _find_authors(record: Record) -> Iterator[Author]:
    yield from (author for author in (record.author,) if author)
    yield from (comment.author for comment in record.comments if comment.author)
    for commit in record.commits:
        yield from (author for author in (commit.author, *commit.co_authors) if author)


def _nodes_in(journal: Journal, phase: Phase) -> tuple[str, ...]:
    """What stands in a phase of any problem, issues included that tell it in a section."""
    found = (a.node for problem in journal.problems for a in problem.find_phase(phase))
    return tuple(dict.fromkeys(found))


def _phases(journal: Journal, node: str) -> tuple[Phase, ...]:
    found = {
        artifact.phase
        for problem, _ in journal.find_problems(node)
        for artifact in problem.artifacts
        if artifact.node == node
    }
    return tuple(phase for phase in Phase if phase in found)


def _split(found: Mapping[str, Attribution], nodes: Iterable[str]) -> Split | None:
    items = tuple(found[node] for node in nodes if node in found)
    return Split(items=items) if items else None


def _roles(found: Mapping[str, Attribution], journal: Journal, kinds: Kinds) -> Iterator[Role]:
    """The roles of the method against what happened, where anything stands for them."""
    problems = journal.problems
    roots = {root for problem in problems for root in problem.roots}
    designed = [_nodes_in(journal, phase) for phase in (Phase.DESIGN, Phase.EXPERIMENTATION)]
    analysed = [node for node in _nodes_in(journal, Phase.ANALYSIS) if node not in roots]
    measured = (
        ("strategy", Share.HUMAN, sorted(roots), "the issues that state a problem"),
        ("experimental design", Share.HUMAN, [*designed[0], *designed[1]],
         "the artifacts of the phases design and experimentation"),
        ("implementation", Share.AI, _nodes_in(journal, Phase.IMPLEMENTATION),
         "the artifacts of the phase implementation"),
        ("analysis", Share.AI, analysed, "the further issues of the phase analysis"),
        ("documentation", Share.AI, [post.node for post in journal.posts], "the posts"),
    )  # fmt: skip
    talk = tuple(_attribute_comments(journal, kinds))
    for name, meant, nodes, measured_by in measured:
        if split := _split(found, dict.fromkeys(nodes)):
            yield Role(name=name, meant=meant, measured_by=measured_by, split=split)
        if name == "strategy" and talk:
            yield Role(
                name="domain knowledge",
                meant=Share.HUMAN,
                measured_by="the comments and reviews on a problem's records, bots apart",
                split=Split(items=talk),
            )


def _attribute_comments(journal: Journal, kinds: Kinds) -> Iterator[Attribution]:
    """Whose the comments of each record of a problem are, every comment an equal part."""
    for record in journal.records.values():
        if not journal.find_problems(record.node):
            continue
        logins = (comment.author.login if comment.author else None for comment in record.comments)
        signed = [_sign(login, "commented", kinds) for login in logins]
        signed = [part for part in signed if part.share is not Share.BOT]
        if signed:
            yield Attribution(node=record.node, parts=_merge(signed, len(signed)))


def _people(found: Mapping[str, Attribution], journal: Journal, kinds: Kinds) -> Iterator[Person]:
    deeds: dict[str, list[Deed]] = {}
    names: dict[str, str] = {}
    shares: dict[str, Share] = {}
    for node, item in found.items():
        own: dict[str, list[Part]] = {}
        for part in item.parts:
            if part.name is not None and part.name != _UNNAMED:
                key = part.name.removeprefix("@").casefold()
                names.setdefault(key, part.name.removeprefix("@"))
                shares[key] = part.share if shares.get(key) is not Share.AI else Share.AI
                own.setdefault(key, []).append(part)
        for key, parts in own.items():
            deed = Deed(
                node=node,
                phases=_phases(journal, node),
                weight=sum(part.weight for part in parts),
                evidence=tuple(part.evidence for part in parts),
            )
            deeds.setdefault(key, []).append(deed)
    talk = _count_comments(journal)
    for key, name in talk:
        names.setdefault(key, name)
        shares.setdefault(key, kinds.find(name)[0])
    comments = {key: tuple(counts.items()) for (key, _), counts in talk.items()}
    order = sorted(names, key=lambda k: (-sum(d.weight for d in deeds.get(k, ())), k))
    for key in order:
        yield Person(
            name=names[key],
            share=shares[key],
            deeds=tuple(deeds.get(key, ())),
            comments=comments.get(key, ()),
        )


def _count_comments(journal: Journal) -> dict[tuple[str, str], Counter[str]]:
    """How often each account commented on each record of a problem."""
    counted: dict[tuple[str, str], Counter[str]] = {}
    spellings: dict[str, str] = {}
    for record in journal.records.values():
        if journal.find_problems(record.node):
            for comment in record.comments:
                if comment.author:
                    key = comment.author.login.casefold()
                    name = spellings.setdefault(key, comment.author.login)
                    counted.setdefault((key, name), Counter())[record.node] += 1
    return counted
