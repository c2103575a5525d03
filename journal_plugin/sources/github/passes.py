"""The passes over one repository: everything, or what changed.

A full pass reads records oldest first and remembers after each page where it is. An incremental
pass asks REST for what was updated since the cursor, with an `ETag`, and reads those records. It
also follows each full pass and so catches what was edited meanwhile.

The cursor is the newest update that the snapshot knows, or GitHub's time at the start of the pass
if that is earlier. It stays where it is while few records changed since, because an address that
stays the same can be answered with "not modified".
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from journal_plugin.errors import GitHubError, NotFound
from journal_plugin.sources.github import graphql, rest
from journal_plugin.sources.snapshot import format_time, parse_time
from journal_plugin.sources.sync_state import SyncState, Unfinished

if TYPE_CHECKING:
    from datetime import datetime

    from journal_plugin.sources.github.run import Run

OVERLAP = timedelta(seconds=60)
"""How far an incremental pass looks back: GitHub's lists may lag behind its records."""
MAX_LIST = 50
"""Changed records after which the cursor moves on."""
MAX_PROBES = 25
"""Records that are looked up one by one, at most, because a full pass did not meet them."""

Item = dict[str, Any]


class RepoSync:
    """Brings the snapshot of one repository up to date."""

    def __init__(self, run: Run, *, now: datetime, full: bool) -> None:
        self._run = run
        self._store = run.store
        self._now = now
        self._wants_full = full
        self._started: datetime = now
        self.was_full = False
        self.removed = 0
        self.notices: list[str] = []

    def run(self) -> None:
        """Do what is due.

        Raises:
            GitHubError: one of its kinds; what was fetched is kept.
            OutputError: the disk refuses.
        """
        if self._run.client.has_token or not self._knows_repository():
            self._look_at_repository()
        if self._is_full_due():
            self._read_all()
        self._read_changes()

    @property
    def _source(self) -> str:
        return "graphql" if self._run.client.has_token else "rest"

    def _knows_repository(self) -> bool:
        """Whether an anonymous sync, which can only see public data, may save a request."""
        return self._store.state.repository_id is not None and not self._is_full_due()

    def _is_full_due(self) -> bool:
        state = self._store.state
        if self.was_full:
            return False
        unfinished = state.unfinished is not None and state.unfinished.mode != "changes"
        outdated = (
            state.full_synced_at is None
            or self._now - state.full_synced_at >= self._run.settings.full_sync_interval
        )
        # Only GraphQL knows what REST had to leave out.
        incomplete = state.source != "graphql" and self._run.client.has_token
        return self._wants_full or unfinished or outdated or incomplete

    def _look_at_repository(self) -> None:
        """Check that the repository is there, is the same one, and may be shown."""
        url = f"/repos/{self._run.repo}"
        state = self._store.state
        allowed = self._run.settings.allow_private or not state.private
        etag = state.etags.get(url) if allowed else None
        answer = self._run.client.get(url, etag=etag, what=self._run.repo)
        self._started = answer.date or self._now
        if not answer.modified:
            return
        data = answer.data
        if data["private"] and not self._run.settings.allow_private:
            msg = (
                f"{self._run.repo} is a private repository, whose records would be published: set "
                "`allow_private: true` if the site is private too, or take it out of the options"
            )
            raise GitHubError(msg)
        self._run.name = data["full_name"]
        if state.repository_id not in {None, data["id"]}:
            self.notices.append(f"{self._run.repo} is another repository than before; reading all")
            state = SyncState()
        if data["full_name"].casefold() != self._run.repo.casefold():
            self.notices.append(
                f"{self._run.repo} is now called {data['full_name']} on GitHub; "
                "change the option `repo` or `repos`"
            )
        etags = {**state.etags, **({url: answer.etag} if answer.etag else {})}
        self._store.save_state(
            replace(
                state,
                repository_id=data["id"],
                name=data["full_name"],
                private=data["private"],
                etags=etags,
            )
        )

    def _read_all(self) -> None:
        reader = self._reader()
        state = self._store.state
        unfinished = state.unfinished
        if unfinished is None or unfinished.mode != self._source:
            known = (number for number, item in self._store.records.items() if not item.removed)
            unfinished = Unfinished(
                mode=self._source,
                started=self._started,
                step=self._steps()[0],
                unseen=tuple(sorted(known)),
            )
        unfinished = reader.read_all(unfinished)
        self._mark_removed(unfinished.unseen)
        self.was_full = True
        self._store.save_state(
            replace(
                self._store.state,
                cursor=self._find_cursor(unfinished.started),
                etags=self._etags(),
                source=self._source,
                started=unfinished.started,
                full_synced_at=self._now,
                unfinished=None,
            )
        )

    def _read_changes(self) -> None:
        """Read what was updated since the cursor; nothing is read if nothing changed."""
        url, parameters = f"/repos/{self._run.name}/issues", self._list_parameters()
        key = f"{url}?since={parameters['since']}"
        etag = self._store.state.etags.get(key)
        answer = self._run.client.get(url, parameters, etag=etag, what=self._run.repo)
        if not self._run.client.has_token:
            self._started = answer.date or self._now
        items: list[Item] = list(answer.data or ())
        first_etag, next_url = answer.etag, answer.next_url
        while next_url:
            answer = self._run.client.get(next_url, etag=None, what=self._run.repo)
            items.extend(answer.data)
            next_url = answer.next_url
        self._check_moved(items)
        taken = self._take_changes(items)
        self._finish(items, key, first_etag, taken=taken)

    def _list_parameters(self) -> dict[str, str]:
        cursor = self._store.state.cursor
        since = format_time(cursor - OVERLAP) if cursor else None
        return {
            "state": "all",
            "sort": "updated",
            "direction": "asc",
            "per_page": "100",
            "since": since or "1970-01-01T00:00:00Z",
        }

    def _take_changes(self, items: list[Item]) -> bool:
        """Read the records among `items` that changed; return whether there were any."""
        unfinished = self._store.state.unfinished
        changed = [item for item in items if self._is_changed(item)]
        if not changed and not unfinished:
            return False
        self._store.save_unfinished(unfinished or Unfinished(mode="changes", started=self._started))
        if self._source == "graphql":
            reader = graphql.GraphQLReader(self._run)
            reader.read_numbers([item["number"] for item in changed])
        else:
            cursor = self._store.state.cursor
            since = cursor - OVERLAP if cursor else None
            rest.RestReader(self._run).read_changes(changed, since)
        return True

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

    def _finish(self, items: list[Item], key: str, etag: str | None, *, taken: bool) -> None:
        state = self._store.state
        started = state.unfinished.started if state.unfinished else self._started
        moves = len(items) > MAX_LIST
        self._store.save_state(
            replace(
                state,
                cursor=self._find_cursor(started) if moves else state.cursor,
                etags=self._etags(**({key: etag} if etag and not moves else {})),
                source=self._source if taken else state.source,
                started=started,
                synced_at=self._now,
                unfinished=None,
            )
        )

    def _find_cursor(self, started: datetime) -> datetime:
        times = [item.updated_at for item in self._store.records.values() if item.updated_at]
        return min(max(times), started) if times else started

    def _etags(self, **lists: str) -> dict[str, str]:
        """The `ETag` of the repository, and those of `lists`."""
        url = f"/repos/{self._run.repo}"
        known = self._store.state.etags
        return {**({url: known[url]} if url in known else {}), **lists}

    def _reader(self) -> graphql.GraphQLReader | rest.RestReader:
        if self._source == "graphql":
            return graphql.GraphQLReader(self._run)
        return rest.RestReader(self._run)

    def _steps(self) -> tuple[str, ...]:
        return graphql.STEPS if self._source == "graphql" else rest.STEPS

    def _check_moved(self, items: list[Item]) -> None:
        """Refuse a list of a renamed repository: the redirect lost what was asked for."""
        for item in items:
            if not item["repository_url"].casefold().endswith(f"/{self._run.name.casefold()}"):
                msg = f"{self._run.repo} was renamed on GitHub; run `journal sync --full`"
                raise NotFound(msg)

    def _mark_removed(self, unseen: tuple[int, ...]) -> None:
        """Ask for records that the lists did not have, and mark those that are gone."""
        for number in unseen[:MAX_PROBES]:
            how = self._probe(number)
            if how:
                self._store.mark_removed(number, how)
                self.removed += 1
        if len(unseen) > MAX_PROBES:
            self.notices.append(
                f"{len(unseen) - MAX_PROBES} more records of {self._run.repo} seem to be gone; "
                "they stay until a later `journal sync --full` has looked at them"
            )

    def _probe(self, number: int) -> str | None:
        """`deleted` or `transferred`, or None for a record that is there after all."""
        url = f"/repos/{self._run.name}/issues/{number}"
        try:
            data = self._run.client.get(url, etag=None, what=f"{self._run.repo}#{number}").data
        except NotFound:
            return "deleted"
        here = f"/{self._run.name}/issues/{number}".casefold()
        return None if str(data.get("url", "")).casefold().endswith(here) else "transferred"
