"""What is due for one repository: a full pass, an incremental one, or both.

A full pass reads records oldest first and remembers after each page where it is. An incremental
pass follows it and so catches what was edited meanwhile.

Whether the repository may be shown is checked before anything is saved: by asking REST for the
repository, or in the query for changed records, which saves a request.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from journal_plugin.errors import NotFound
from journal_plugin.sources.github import graphql, rest
from journal_plugin.sources.github.changes import Changes, find_cursor
from journal_plugin.sources.github.failures import RejectedError, private_repository
from journal_plugin.sources.sync_state import SyncState, Unfinished, is_due

if TYPE_CHECKING:
    from datetime import datetime

    from journal_plugin.sources.github.run import Run

MAX_PROBES = 25
"""Records that are looked up one by one, at most, because a full pass did not meet them."""


class RepoSync:
    """Brings the snapshot of one repository up to date."""

    def __init__(self, run: Run, *, now: datetime, full: bool) -> None:
        self._run = run
        self._store = run.store
        self._now = now
        self._wants_full = full
        self._has_looked = False
        self.was_full = False
        self.removed = 0
        self.notices: list[str] = []

    def run(self) -> None:
        """Do what is due.

        Raises:
            GitHubError: one of its kinds; what was fetched is kept.
            OutputError: the disk refuses.
        """
        if not self._has_looked and (self._is_unknown or self._is_full_due()):
            self._look_at_repository()
        if self._is_full_due():
            self._read_all()
        changes = Changes(self._run, self._now)
        changes.read_list()
        if changes.is_ahead and not self.was_full:
            self._wants_full = True
            self.run()
            return
        asks = self._run.client.has_token and not changes.changed
        if not self._has_looked and (asks or changes.is_elsewhere):
            known = self._identity
            self._look_at_repository()
            if self._identity != known:
                self.run()
                return
        changes.take()
        self._note_what_is_missing()
        if self._run.name.casefold() != self._run.repo.casefold():
            self.notices.append(
                f"{self._run.repo} is now called {self._run.name} on GitHub; "
                "change the option `repo` or `repos`"
            )

    def _note_what_is_missing(self) -> None:
        run = self._run
        if not run.has_issues:
            self.notices.append(
                f"issues of {run.repo} are switched off on GitHub; its pull requests were read"
            )
        if run.lacks:
            names = ", ".join(sorted(run.lacks))
            self.notices.append(
                f"this GitHub Enterprise server does not know {names}; everything else was read"
            )

    @property
    def _is_unknown(self) -> bool:
        """Whether GitHub has to say which repository this is.

        `sync.json` may be anybody's, so a name that it has for a repository counts for nothing.
        """
        state = self._store.state
        return state.repository_id is None or (state.name or "") != self._run.name

    @property
    def _identity(self) -> tuple[int | None, str]:
        return self._store.state.repository_id, self._run.name

    def _is_full_due(self) -> bool:
        state = self._store.state
        if self.was_full:
            return False
        unfinished = state.unfinished is not None and state.unfinished.mode != "changes"
        interval = self._run.settings.full_sync_interval
        outdated = is_due(state.full_synced_at, interval, self._now)
        # Only GraphQL knows what REST had to leave out.
        incomplete = state.source != "graphql" and self._run.client.has_token
        lost = self._store.count_files() < state.records
        return self._wants_full or unfinished or outdated or incomplete or lost

    def _look_at_repository(self) -> None:
        """Check that the repository is there, is the same one, and may be shown."""
        self._has_looked = True
        url = f"/repos/{self._run.name}"
        state = self._store.state
        allowed = self._run.settings.allow_private or not state.private
        etag = state.etags.get(url) if allowed else None
        answer = self._run.client.get(url, etag=etag, what=self._run.repo)
        self._run.note_time(answer.date)
        if not answer.modified:
            return
        data = answer.data
        if data["private"] and not self._run.settings.allow_private:
            raise private_repository(self._run.repo)
        self._run.name = data["full_name"]
        if state.repository_id not in {None, data["id"]}:
            self.notices.append(f"{self._run.repo} is another repository than before; reading all")
            state = SyncState()
        self._store.save_state(
            replace(
                state,
                repository_id=data["id"],
                name=data["full_name"],
                private=data["private"],
                etags={**state.etags, f"/repos/{data['full_name']}": answer.etag or ""},
            )
        )

    def _read_all(self) -> None:
        run, state = self._run, self._store.state
        unfinished = state.unfinished
        if unfinished is None or unfinished.mode != run.source:
            known = (number for number, item in self._store.records.items() if not item.removed)
            steps = graphql.STEPS if run.source == "graphql" else rest.STEPS
            unfinished = Unfinished(
                mode=run.source,
                started=run.started or self._now,
                step=steps[0],
                unseen=tuple(sorted(known)),
            )
        reader = graphql.GraphQLReader(run) if run.source == "graphql" else rest.RestReader(run)
        try:
            unfinished = reader.read_all(unfinished)
        except RejectedError:
            self._store.save_unfinished(None)
            raise
        self._mark_removed(unfinished.unseen)
        self.was_full = True
        self._store.save_state(
            replace(
                self._store.state,
                cursor=find_cursor(self._store, unfinished.started),
                etags=run.etags(),
                source=run.source,
                started=unfinished.started,
                full_synced_at=self._now,
                records=self._store.count_files(),
                unfinished=None,
            )
        )

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
