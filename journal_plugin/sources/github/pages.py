"""Turns answers of GraphQL into records."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from journal_plugin.formats import parse_time
from journal_plugin.model import (
    Comment,
    Commit,
    CrossReference,
    Label,
    Record,
    RecordId,
    RecordKind,
    State,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from journal_plugin.model import Author
    from journal_plugin.sources.github.authors import AuthorKinds

Node = dict[str, Any]


class Parser:
    """Makes records of one repository."""

    def __init__(self, repo: str, kinds: AuthorKinds, *, allow_private: bool) -> None:
        self._repo = repo
        self._kinds = kinds
        self._allow_private = allow_private
        self.names = {repo.casefold()}
        """All names that GitHub uses for the repository, in lower case."""

    def parse(self, node: Node) -> Record:
        """A record from a node whose lists are complete."""
        is_pull = node["__typename"] == "PullRequest"
        commits = tuple(self._commit(item["commit"]) for item in nodes_of(node, "commits"))
        author = self._author(node["author"])
        return Record(
            id=RecordId(self._repo, node["number"]),
            kind=RecordKind.PULL if is_pull else RecordKind.ISSUE,
            title=lf(node["title"]),
            body=lf(node["body"]),
            state=_state(node),
            state_reason=(node.get("stateReason") or "").lower() or None,
            author=self._kinds.find_pull_author(author, node.get("headRefName"), commits),
            labels=sort_labels(
                Label(name=item["name"], color=item["color"]) for item in nodes_of(node, "labels")
            ),
            milestone=(node["milestone"] or {}).get("title"),
            assignees=tuple(sorted(item["login"] for item in nodes_of(node, "assignees"))),
            created_at=time_of(node["createdAt"]),
            updated_at=time_of(node["updatedAt"]),
            closed_at=time_of(node["closedAt"]),
            merged_at=time_of(node.get("mergedAt")),
            url=node["url"],
            comments=self._comments(node),
            cross_references=self._cross_references(node),
            closes=self._closes(node),
            head_ref=node.get("headRefName"),
            base_ref=node.get("baseRefName"),
            additions=node.get("additions"),
            deletions=node.get("deletions"),
            changed_files=node.get("changedFiles"),
            commits=commits,
        )

    def _author(self, node: Node | None) -> Author | None:
        return self._kinds.find_author(node["login"], node["__typename"]) if node else None

    def _comments(self, node: Node) -> tuple[Comment, ...]:
        """Comments, texts of reviews and comments in reviews; drafts of reviews are private."""
        reviews = [item for item in nodes_of(node, "reviews") if item["state"] != "PENDING"]
        inline = (item for review in reviews for item in nodes_of(review, "comments"))
        return sort_comments(
            Comment(
                author=self._author(item["author"]),
                body=lf(item["body"]),
                created_at=time_of(item["createdAt"]),
                updated_at=time_of(item["updatedAt"]),
                url=item["url"],
            )
            for item in (*nodes_of(node, "comments"), *reviews, *inline)
            if item["body"].strip()
        )

    def _cross_references(self, node: Node) -> tuple[CrossReference, ...]:
        """Events and sub-issues, each source and kind once, the earliest event first."""
        found: dict[tuple[RecordId, str], CrossReference] = {}
        for event in nodes_of(node, "timelineItems"):
            source = self._target(event.get("source"))
            if source:
                kind = "closes" if event["willCloseTarget"] else "mention"
                at = time_of(event["createdAt"])
                known = found.get((source, kind))
                if known is None or (at and known.created_at and at < known.created_at):
                    reference = CrossReference(source=source, kind=kind, created_at=at)
                    found[source, kind] = reference
        for child in nodes_of(node, "subIssues"):
            if source := self._target(child):
                found[source, "sub-issue"] = CrossReference(source=source, kind="sub-issue")
        return tuple(
            sorted(found.values(), key=lambda item: (_key(item.created_at), item.source, item.kind))
        )

    def _closes(self, node: Node) -> tuple[RecordId, ...]:
        targets = (self._target(item) for item in nodes_of(node, "closingIssuesReferences"))
        return tuple(sorted({target for target in targets if target}))

    def _target(self, node: Node | None) -> RecordId | None:
        """The record at the other end, unless naming it would tell of a private repository."""
        repository = (node or {}).get("repository")
        if not node or not repository:
            return None
        name = repository["nameWithOwner"]
        if name.casefold() in self.names:
            return RecordId(self._repo, node["number"])
        if repository["isPrivate"] and not self._allow_private:
            return None
        return RecordId(name, node["number"])

    def _commit(self, node: Node) -> Commit:
        git = node["author"] or {}
        login = (git.get("user") or {}).get("login")
        message = lf(node["message"])
        return Commit(
            sha=node["oid"],
            message=message,
            author=self._kinds.find_person(git.get("name") or "", git.get("email") or "", login),
            co_authors=self._kinds.find_co_authors(message),
        )


def nodes_of(node: Mapping[str, Any], name: str) -> list[Node]:
    """The items of a list, without those that the token may not see."""
    return [item for item in (node.get(name) or {}).get("nodes") or () if item]


def lf(text: str | None) -> str:
    """The text with LF line ends; empty for None."""
    return (text or "").replace("\r\n", "\n").replace("\r", "\n")


def time_of(text: str | None) -> datetime | None:
    """The time, or None."""
    return parse_time(text) if text else None


def sort_labels(labels: Iterable[Label]) -> tuple[Label, ...]:
    """By name: REST and GraphQL give them in different orders."""
    return tuple(sorted(labels, key=lambda label: (label.name.casefold(), label.name)))


def sort_comments(comments: Iterable[Comment]) -> tuple[Comment, ...]:
    """Oldest first; those of one second by address."""
    return tuple(sorted(comments, key=lambda item: (_key(item.created_at), item.url or "")))


def _key(time: datetime | None) -> str:
    return time.isoformat() if time else ""


def _state(node: Node) -> State:
    state = node.get("issueState") or node["pullState"]
    if state == "OPEN" and node.get("isDraft"):
        return State.DRAFT
    return State(state.lower())
