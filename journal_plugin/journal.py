"""The finished journal: what pages are made from, and what user scripts may read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from journal_plugin.corrections import find_reliances
from journal_plugin.dates import find_latest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import datetime

    from journal_plugin.audit import Audit
    from journal_plugin.corrections import Reliance
    from journal_plugin.errors import Diagnostic
    from journal_plugin.graph import Graph
    from journal_plugin.model import Author, AuthorKind, Node, Post, Record, RecordId
    from journal_plugin.problems import Artifact, Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class Journal:
    """Everything that is known, resolved."""

    repo: str | None
    """The main repository."""
    host: str
    """Where its records come from: `github.com`, or a GitHub Enterprise server."""
    posts: tuple[Post, ...]
    """Sorted by path; drafts are left out."""
    records: Mapping[RecordId, Record]
    """Sorted by id."""
    graph: Graph
    problems: tuple[Problem, ...]
    """Sorted by slug."""
    diagnostics: tuple[Diagnostic, ...]
    """Sorted by path, line and code."""
    audit: Audit
    """Gaps and drift."""
    reliances: Mapping[str, tuple[Reliance, ...]]
    """For each node that was revised, or relies on one that was: how."""
    nodes: Mapping[str, Node]
    """Posts and records by node id."""
    latest: datetime | None
    """The latest date in the data."""
    memberships: Mapping[str, tuple[tuple[Problem, Artifact], ...]]
    """The problems that a node belongs to, with its place in each."""
    accounts: Mapping[str, AuthorKind]
    """Who is behind each login, as far as the records say."""

    def find_problems(self, node: str) -> tuple[tuple[Problem, Artifact], ...]:
        """The problems of a node and its place in each, sorted by slug."""
        return self.memberships.get(node, ())


def index_nodes(posts: Iterable[Post], records: Iterable[Record]) -> dict[str, Node]:
    """Posts and records by node id."""
    nodes: dict[str, Node] = {post.node: post for post in posts}
    return nodes | {record.node: record for record in records}


def make_journal(  # noqa: PLR0913 - the parts of a journal, all by name
    *,
    repo: str | None,
    host: str,
    posts: tuple[Post, ...],
    records: Mapping[RecordId, Record],
    graph: Graph,
    problems: tuple[Problem, ...],
    audit: Audit,
    diagnostics: tuple[Diagnostic, ...],
) -> Journal:
    """Put the parts together and index them."""
    nodes = index_nodes(posts, records.values())
    memberships: dict[str, tuple[tuple[Problem, Artifact], ...]] = {}
    for problem in problems:
        for artifact in (a for a in problem.artifacts if a.section is None):
            known = memberships.get(artifact.node, ())
            memberships[artifact.node] = (*known, (problem, artifact))
    return Journal(
        repo=repo,
        host=host,
        posts=posts,
        records=records,
        graph=graph,
        problems=problems,
        audit=audit,
        reliances=find_reliances(graph),
        diagnostics=tuple(sorted({*diagnostics, *(gap.diagnostic() for gap in audit.gaps)})),
        nodes=nodes,
        latest=find_latest(nodes.values()),
        memberships=memberships,
        accounts={
            author.login: author.kind
            for record in records.values()
            for author in _find_authors(record)
            if author.kind
        },
    )


def _find_authors(record: Record) -> Iterator[Author]:
    yield from (author for author in (record.author,) if author)
    yield from (comment.author for comment in record.comments if comment.author)
    for commit in record.commits:
        yield from (author for author in (commit.author, *commit.co_authors) if author)
