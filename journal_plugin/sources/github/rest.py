"""Reads records through lists of REST that cover a whole repository, without a token.

What those lists do not tell stays as it is in the snapshot, or null: cross-references, closing
links, sizes and commits of pull requests, and the texts of reviews.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from journal_plugin.formats import format_time
from journal_plugin.model import Comment, Label, Record, RecordId, RecordKind, State
from journal_plugin.sources.github.failures import GoneError
from journal_plugin.sources.github.pages import lf, sort_comments, sort_labels, time_of
from journal_plugin.sources.record_form import UNKNOWN_LISTS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from journal_plugin.model import Author
    from journal_plugin.sources.github.run import Run
    from journal_plugin.sources.sync_state import Unfinished

STEPS = ("issues", "pulls", "issues/comments", "pulls/comments")
"""The lists of a full pass, in order; each is also the end of its address."""

_ALL = {"state": "all", "sort": "created", "direction": "asc", "per_page": "100"}
_NUMBER = re.compile(r"/(?:issues|pulls)/(\d+)$")
_IDS = {
    "issues/comments": re.compile(r"#issuecomment-(\d+)$"),
    "pulls/comments": re.compile(r"#discussion_r(\d+)$"),
}

Item = dict[str, Any]


class RestReader:
    """Reads one repository without a token."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._store = run.store

    def read_all(self, unfinished: Unfinished) -> Unfinished:
        """Read every list to its end; each page is durable before the next request."""
        read = 0
        if not self._is_own(unfinished.after, unfinished.step):
            unfinished = replace(unfinished, after=None, last_id=0)
        while unfinished.step in STEPS:
            step = unfinished.step
            parameters = {} if unfinished.after else _ALL
            url = unfinished.after or f"/repos/{self._run.name}/{step}"
            following = next(iter(STEPS[STEPS.index(step) + 1 :]), "end")
            try:
                answer = self._run.client.get(url, parameters, etag=None, what=self._run.repo)
            except GoneError:
                if not step.startswith("issues"):
                    raise
                unfinished = self._skip(unfinished, following)
                continue
            unfinished = self._save_page(answer.data, unfinished)
            if not answer.next_url:
                unfinished = replace(unfinished, step=following, last_id=0)
            unfinished = replace(unfinished, after=answer.next_url)
            self._store.save_unfinished(unfinished)
            read = read + len(answer.data) if answer.next_url else 0
            self._run.tell(step, read or len(answer.data))
        return unfinished

    def read_changes(self, items: Iterable[Item], since: datetime | None) -> None:
        """Take over changed records, and what was said since."""
        changed = [self.parse(item) for item in items]
        self._store.save(changed)
        records = self._store.records.values()
        if any(record.kind is RecordKind.PULL and record.head_ref is None for record in records):
            self._read_branches()
        self._read_comments("issues/comments", since)
        if any(record.kind is RecordKind.PULL for record in changed):
            self._read_comments("pulls/comments", since)

    def parse(self, item: Item) -> Record:
        """A record from an item of the list of issues, which has pull requests too."""
        number = item["number"]
        known = self._store.records.get(number)
        pull = item.get("pull_request")
        kind = RecordKind.PULL if pull else RecordKind.ISSUE
        author = self._author(item["user"])
        base = known or Record(
            id=RecordId(self._run.repo, number),
            kind=kind,
            title="",
            body="",
            state=State.OPEN,
            unknown=frozenset(UNKNOWN_LISTS),
        )
        return replace(
            base,
            kind=kind,
            title=lf(item["title"]),
            body=lf(item["body"]),
            state=_state(item),
            state_reason=item.get("state_reason"),
            author=self._run.kinds.find_pull_author(author, base.head_ref, base.commits),
            labels=sort_labels(_label(label) for label in item["labels"]),
            milestone=(item["milestone"] or {}).get("title"),
            assignees=tuple(sorted(user["login"] for user in item.get("assignees") or ())),
            created_at=time_of(item["created_at"]),
            updated_at=time_of(item["updated_at"]),
            closed_at=time_of(item["closed_at"]),
            merged_at=time_of((pull or {}).get("merged_at")),
            url=item["html_url"],
            removed=None,
        )

    def _is_own(self, address: str | None, step: str) -> bool:
        """Whether an address is one of the list of this repository: anybody may have written it."""
        number = self._store.state.repository_id
        own = (f"/repos/{self._run.name}/{step}", f"/repositories/{number}/{step}")
        return urlsplit(address or "").path.endswith(own)

    def _skip(self, unfinished: Unfinished, following: str) -> Unfinished:
        """Go on behind a list of issues where these are switched off."""
        self._run.has_issues = False
        after = replace(unfinished, step=following, after=None, last_id=0)
        self._store.save_unfinished(after)
        return after

    def _save_page(self, items: list[Item], unfinished: Unfinished) -> Unfinished:
        if unfinished.step in {"issues", "pulls"}:
            if unfinished.step == "pulls":
                # Where issues are switched off, no other list has the pull requests.
                new = [item for item in items if not self._run.has_issues or self._is_new(item)]
                self._store.save([self.parse(as_issue(item)) for item in new])
                self._save_branches(items)
            else:
                self._store.save([self.parse(item) for item in items])
            seen = {item["number"] for item in items}
            unseen = tuple(number for number in unfinished.unseen if number not in seen)
            return replace(unfinished, unseen=unseen)
        self._save_comments(items)
        last_id = max((item["id"] for item in items), default=unfinished.last_id)
        self._drop_deleted(items, unfinished.step, unfinished.last_id, last_id)
        return replace(unfinished, last_id=last_id)

    def _is_new(self, item: Item) -> bool:
        return item["number"] not in self._store.records

    def _read_branches(self) -> None:
        """Read the newest pull requests until none lacks its branches."""
        url, parameters = f"/repos/{self._run.name}/pulls", {**_ALL, "direction": "desc"}
        missing = {
            number
            for number, record in self._store.records.items()
            if record.kind is RecordKind.PULL and record.head_ref is None and not record.removed
        }
        while url and missing:
            answer = self._run.client.get(url, parameters, etag=None, what=self._run.repo)
            self._save_branches(answer.data)
            missing -= {item["number"] for item in answer.data}
            url, parameters = answer.next_url or "", {}
            self._run.tell("pulls", len(answer.data))

    def _read_comments(self, step: str, since: datetime | None) -> None:
        url, parameters = f"/repos/{self._run.name}/{step}", {**_ALL, "sort": "updated"}
        del parameters["state"]
        if since:
            parameters["since"] = format_time(since) or ""
        while url:
            try:
                answer = self._run.client.get(url, parameters, etag=None, what=self._run.repo)
            except GoneError:
                if step != "issues/comments":
                    raise
                return
            self._save_comments(answer.data)
            url, parameters = answer.next_url or "", {}
            self._run.tell(step, len(answer.data))

    def _save_branches(self, items: Iterable[Item]) -> None:
        for item in items:
            record = self._store.records.get(item["number"])
            if record:
                head, base = item["head"]["ref"], item["base"]["ref"]
                author = self._run.kinds.find_pull_author(record.author, head, record.commits)
                self._store.save([replace(record, head_ref=head, base_ref=base, author=author)])

    def _save_comments(self, items: Iterable[Item]) -> None:
        """Add comments to their records, in place of older texts of the same comments."""
        by_record: dict[int, list[Comment]] = {}
        for item in items:
            match = _NUMBER.search(item.get("issue_url") or item.get("pull_request_url") or "")
            if match and int(match[1]) in self._store.records and item["body"].strip():
                by_record.setdefault(int(match[1]), []).append(self._comment(item))
        for number, comments in by_record.items():
            record = self._store.records[number]
            new = {comment.url for comment in comments}
            kept = (comment for comment in record.comments if comment.url not in new)
            self._store.save([replace(record, comments=sort_comments((*kept, *comments)))])

    def _drop_deleted(self, items: Iterable[Item], step: str, first: int, last: int) -> None:
        """Drop comments that belong between two ids of the list but are not in it any more."""
        listed = {item["html_url"] for item in items}
        for record in list(self._store.records.values()):
            kept = tuple(
                comment
                for comment in record.comments
                if comment.url in listed or not first < _id(comment, step) <= last
            )
            if kept != record.comments:
                self._store.save([replace(record, comments=kept)])

    def _comment(self, item: Item) -> Comment:
        return Comment(
            author=self._author(item["user"]),
            body=lf(item["body"]),
            created_at=time_of(item["created_at"]),
            updated_at=time_of(item["updated_at"]),
            url=item["html_url"],
        )

    def _author(self, user: Item | None) -> Author | None:
        return self._run.kinds.find_author(user["login"], user.get("type")) if user else None


def as_issue(pull: Item) -> Item:
    """An item of the list of pull requests in the form of the list of issues."""
    return {
        **pull,
        "pull_request": {"merged_at": pull["merged_at"]},
        "repository_url": pull["base"]["repo"]["url"],
    }


def _id(comment: Comment, step: str) -> int:
    """The database id of a comment in the list of `step`; -1 for one of another list."""
    match = _IDS[step].search(comment.url or "")
    return int(match[1]) if match else -1


def _state(item: Item) -> State:
    if (item.get("pull_request") or {}).get("merged_at"):
        return State.MERGED
    if item["state"] == "open" and item.get("draft"):
        return State.DRAFT
    return State(item["state"])


def _label(item: str | Mapping[str, Any]) -> Label:
    if isinstance(item, str):
        return Label(name=item)
    return Label(name=item.get("name") or "", color=item.get("color"))
