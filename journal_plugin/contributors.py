"""Who did what in the whole journal: shares by phase, problem and role, the work of each name."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from journal_plugin.attribution import (
    UNNAMED,
    Attribution,
    Kinds,
    Share,
    attribute,
    merge_parts,
    sign,
)
from journal_plugin.model import Post
from journal_plugin.phrases import phrase
from journal_plugin.vocabulary import Phase

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from journal_plugin.attribution import Part
    from journal_plugin.journal import Journal
    from journal_plugin.phrases import Phrase


class Split(NamedTuple):
    """The shares in a group of artifacts, such as all of one phase."""

    items: tuple[Attribution, ...]

    def find_share(self, share: Share) -> float:
        """The mean over the artifacts, each counted equally."""
        return sum(item.find_share(share) for item in self.items) / len(self.items)


class Role(NamedTuple):
    """A part that the method gives to one side, and how it went."""

    name: Phrase
    meant: Share
    measured_by: Phrase
    """Which artifacts stand for the role, in words."""
    split: Split


class Deed(NamedTuple):
    """One artifact that somebody had a part in."""

    node: str
    phases: tuple[Phase, ...]
    """Its phases in the problems that it belongs to."""
    weight: float
    evidence: tuple[Phrase, ...]


class Person(NamedTuple):
    """A person, assistant or bot, and their work."""

    name: str
    share: Share
    deeds: tuple[Deed, ...]
    comments: tuple[tuple[str, int], ...]
    """Records of the journal's problems that they commented on, and how often."""


class Attributions(NamedTuple):
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
        (phrase("strategy"), Share.HUMAN, sorted(roots),
         phrase("the issues that state a problem")),
        (phrase("experimental design"), Share.HUMAN, [*designed[0], *designed[1]],
         phrase("the artifacts of the phases design and experimentation")),
        (phrase("implementation"), Share.AI, _nodes_in(journal, Phase.IMPLEMENTATION),
         phrase("the artifacts of the phase implementation")),
        (phrase("analysis"), Share.AI, analysed,
         phrase("the further issues of the phase analysis")),
        (phrase("documentation"), Share.AI, [post.node for post in journal.posts],
         phrase("the posts")),
    )  # fmt: skip
    talk = tuple(_attribute_comments(journal, kinds))
    for name, meant, nodes, measured_by in measured:
        if split := _split(found, dict.fromkeys(nodes)):
            yield Role(name=name, meant=meant, measured_by=measured_by, split=split)
        if name == "strategy" and talk:
            yield Role(
                name=phrase("domain knowledge"),
                meant=Share.HUMAN,
                measured_by=phrase("the comments and reviews on a problem's records, bots apart"),
                split=Split(items=talk),
            )


def _attribute_comments(journal: Journal, kinds: Kinds) -> Iterator[Attribution]:
    """Whose the comments of each record of a problem are, every comment an equal part."""
    for record in journal.records.values():
        if not journal.find_problems(record.node):
            continue
        logins = (comment.author.login if comment.author else None for comment in record.comments)
        signed = [sign(login, phrase("commented"), kinds) for login in logins]
        signed = [part for part in signed if part.share is not Share.BOT]
        if signed:
            yield Attribution(node=record.node, parts=merge_parts(signed, len(signed)))


def _people(found: Mapping[str, Attribution], journal: Journal, kinds: Kinds) -> Iterator[Person]:
    deeds: dict[str, list[Deed]] = {}
    names: dict[str, str] = {}
    shares: dict[str, Share] = {}
    for node, item in found.items():
        own: dict[str, list[Part]] = {}
        for part in item.parts:
            if part.name is not None and part.name != UNNAMED:
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
