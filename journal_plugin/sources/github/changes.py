"""The incremental pass: what was updated since the cursor.

The cursor is the newest update that the snapshot knows, or GitHub's time at the start of the pass
if that is earlier. It stays where it is while few records changed since, because an address that
stays the same can be answered with "not modified".

A record that is merely referred to is not updated by that. So records that a changed text names
are read as well, if the snapshot does not have the reference yet.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from journal_plugin.formats import format_time, parse_time
from journal_plugin.model import RecordId
from journal_plugin.sources.github import graphql, rest
from journal_plugin.sources.github.failures import GoneError
from journal_plugin.sources.sync_state import Unfinished

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from journal_plugin.sources.github.run import Run
    from journal_plugin.sources.github.store import Store

OVERLAP = timedelta(seconds=60)
"""How far an incremental pass looks back: GitHub's lists may lag behind its records."""
MAX_LIST = 50
"""Changed records after which the cursor moves on."""
MAX_TARGETS = 100
"""Records that are read, at most, because changed texts name them."""

Item = dict[str, Any]


class Changes:
    """One incremental pass over one repository."""

    def __init__(self, run: Run, now: datetime) -> None:
        self._run = run
        self._store = run.store
        self._now = now
        self._items: list[Item] = []
        self._etag: str | None = None
        self._key = ""
        self._is_empty = False
        # Too many are no harm here, such as those in code: each costs a place in a request.
        names = "|".join(re.escape(name) for name in sorted({run.repo, run.name}))
        self._named = re.compile(
            rf"(?:(?<![\w/])(?:#|GH-)|(?:{names})(?:#|/(?:issues|pull)/))(\d{{1,9}})", re.IGNORECASE
        )
        self.changed: list[Item] = []
        """Items of the list whose state the snapshot lacks, oldest update first."""

    @property
    def is_elsewhere(self) -> bool:
        """Whether the list may be that of a renamed repository.

        PyGithub follows the redirect but drops what was asked for. The list then has records of
        another name, or nothing, while one since the cursor has at least the newest record.
        """
        name = f"/{self._run.name}".casefold()
        names = {item["repository_url"].casefold() for item in self._items}
        return self._is_empty or any(not url.endswith(name) for url in names)

    @property
    def is_ahead(self) -> bool:
        """Whether the cursor is later than GitHub's own time, so that nothing would be newer."""
        cursor, started = self._store.state.cursor, self._run.started
        return cursor is not None and started is not None and cursor > started + OVERLAP

    def read_list(self) -> None:
        """Ask what was updated since the cursor."""
        url, parameters = f"/repos/{self._run.name}/issues", self._parameters()
        self._key = f"{url}?since={parameters['since']}"
        etag = self._store.state.etags.get(self._key)
        try:
            answer = self._run.client.get(url, parameters, etag=etag, what=self._run.repo)
        except GoneError:
            self._run.has_issues = False
            self._read_pulls(parameters["since"])
            return
        self._run.note_time(answer.date)
        self._etag = answer.etag
        self._items = list(answer.data or ())
        self._is_empty = answer.modified and not self._items
        while answer.next_url:
            answer = self._run.client.get(answer.next_url, etag=None, what=self._run.repo)
            self._items.extend(answer.data)
        self.changed = [item for item in self._items if self._is_changed(item)]

    def _read_pulls(self, since: str) -> None:
        """The same from the list of pull requests, where issues are switched off.

        That list does not know `since`, so it is read from its newest update back to there.
        """
        url: str | None = f"/repos/{self._run.name}/pulls"
        parameters = {"state": "all", "sort": "updated", "direction": "desc", "per_page": "100"}
        found: list[Item] = []
        while url:
            answer = self._run.client.get(url, parameters, etag=None, what=self._run.repo)
            self._run.note_time(answer.date)
            recent = [item for item in answer.data if item["updated_at"] >= since]
            found += map(rest.as_issue, recent)
            url = answer.next_url if len(recent) == len(answer.data) else None
            parameters = {}
        self._items = found[::-1]
        self.changed = [item for item in self._items if self._is_changed(item)]

    def take(self) -> None:
        """Read the changed records and note that the pass is over."""
        unfinished = self._store.state.unfinished
        if self.changed or unfinished:
            started = self._run.started or self._now
            self._store.save_unfinished(unfinished or Unfinished(mode="changes", started=started))
            if self._run.source == "graphql":
                self._read_graphql(self._items if unfinished else self.changed)
            else:
                since = self._store.state.cursor
                since = since - OVERLAP if since else None
                rest.RestReader(self._run).read_changes(self.changed, since)
        self._finish()

    def _read_graphql(self, sources: list[Item]) -> None:
        """Read changed records, those their texts name, and those their comments name."""
        reader = graphql.GraphQLReader(self._run)
        changed = [item["number"] for item in self.changed]
        texts = ((item["number"], item["body"] or "") for item in sources)
        named = dict.fromkeys(self._find_named(texts))
        reader.read_numbers(list(dict.fromkeys([*changed, *list(named)[:MAX_TARGETS]])))
        numbers = [item["number"] for item in sources]
        further = dict.fromkeys(self._find_named(self._said(numbers)))
        reader.read_numbers([n for n in further if n not in self._store.fetched][:MAX_TARGETS])

    def _said(self, numbers: Iterable[int]) -> Iterator[tuple[int, str]]:
        for number in numbers:
            record = self._store.records.get(number)
            for comment in record.comments if record else ():
                yield number, comment.body

    def _find_named(self, texts: Iterable[tuple[int, str]]) -> Iterator[int]:
        """Records of the snapshot that texts name, given as (number of the source, text)."""
        for number, text in texts:
            source = RecordId(self._run.repo, number)
            for found in self._named.finditer(text):
                target = self._store.records.get(int(found[1]))
                if (
                    target
                    and target.id != source
                    and all(reference.source != source for reference in target.cross_references)
                ):
                    yield target.id.number

    def _parameters(self) -> dict[str, str]:
        cursor = self._store.state.cursor
        since = format_time(cursor - OVERLAP) if cursor else None
        return {
            "state": "all",
            "sort": "updated",
            "direction": "asc",
            "per_page": "100",
            "since": since or "1970-01-01T00:00:00Z",
        }

    def _is_changed(self, item: Item) -> bool:
        """Whether the snapshot lacks this state of a record.

        An update within the second in which a pass began may have come after it, with the same
        time; so such a record counts as changed.
        """
        state = self._store.state
        known = self._store.records.get(item["number"])
        updated = parse_time(item["updated_at"])
        seen = state.unfinished.started if state.unfinished else state.started
        return (
            known is None
            or known.removed is not None
            or known.updated_at != updated
            or seen is None
            or updated >= seen
        )

    def _finish(self) -> None:
        state = self._store.state
        unfinished = state.unfinished
        started = unfinished.started if unfinished else self._run.started or self._now
        is_long = len(self._items) > MAX_LIST
        cursor = find_cursor(self._store, started) if is_long else state.cursor
        stays = cursor == state.cursor
        lists = {self._key: self._etag} if self._etag and stays else {}
        self._store.save_state(
            replace(
                state,
                cursor=cursor,
                etags=self._run.etags(**lists),
                source=self._run.source if unfinished else state.source,
                started=started,
                synced_at=self._now,
                records=self._store.count_files(),
                unfinished=None,
            )
        )


def find_cursor(store: Store, started: datetime) -> datetime:
    """The newest update in the snapshot, or `started` if that is earlier."""
    times = [item.updated_at for item in store.records.values() if item.updated_at]
    return min(max(times), started) if times else started
