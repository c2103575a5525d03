"""The order of a sync: look at the repository, read everything if that is due, read changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from journal_plugin.errors import ConfigError, GitHubError, NotFound, Unavailable
from journal_plugin.sources.github.authors import AuthorKinds
from journal_plugin.sources.github.client import Client
from journal_plugin.sources.github.passes import RepoSync
from journal_plugin.sources.github.report import RepoReport, SyncReport
from journal_plugin.sources.github.run import Run
from journal_plugin.sources.github.store import Store
from journal_plugin.sources.sync_state import lock_snapshot

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    from journal_plugin.settings import Settings
    from journal_plugin.sources.github.report import Progress
    from journal_plugin.sources.sync_state import Endpoint


def sync_all(  # noqa: PLR0913 - the arguments of `sync_snapshot`
    settings: Settings,
    root: Path,
    *,
    endpoint: Endpoint,
    now: datetime,
    full: bool,
    progress: Callable[[Progress], None],
) -> SyncReport:
    """Sync every repository of the options; see `sync_snapshot`."""
    if not settings.all_repos:
        option = "repo"
        message = "not set, and `repo_url` is no repository on GitHub; set it to owner/name"
        raise ConfigError(option, message)
    client = Client(endpoint, max_wait=settings.max_wait)
    job = _Job(client, settings, root, now, progress, full=full)
    try:
        with lock_snapshot(root):
            for repo in settings.all_repos:
                job.sync(repo)
    finally:
        client.close()
    if job.missing:
        raise job.missing[0]
    return job.report()


class _Job:
    """One call of `sync_all`."""

    def __init__(  # noqa: PLR0913 - it only carries the arguments of `sync_all`
        self,
        client: Client,
        settings: Settings,
        root: Path,
        now: datetime,
        progress: Callable[[Progress], None],
        *,
        full: bool,
    ) -> None:
        self._client = client
        self._settings = settings
        self._root = root
        self._now = now
        self._progress = progress
        self._full = full
        self._kinds = AuthorKinds(settings.ai_authors)
        self._reports: list[RepoReport] = []
        self._notices: list[str] = []
        self.missing: list[GitHubError] = []
        """Errors that concern one repository and need not stop the others."""

    def sync(self, repo: str) -> None:
        """Sync one repository.

        Raises:
            GitHubError: nothing more can be had from GitHub now.
            OutputError: the disk refuses.
        """
        store = Store(self._root, repo)
        store.remove_leftovers()
        run = Run(
            client=self._client,
            store=store,
            settings=self._settings,
            kinds=self._kinds,
            name=_name_of(repo, store.state.name),
            progress=self._progress,
        )
        job = RepoSync(run, now=self._now, full=self._full)
        try:
            job.run()
        except NotFound as error:
            self.missing.append(_with_kept(error, store))
        except GitHubError as error:
            raise _with_kept(error, store) from None
        except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
            msg = (
                f"GitHub's answer for {repo} is not what its documentation says ({error!r}); if a "
                "proxy or another server answers in its place, check GITHUB_API_URL"
            )
            raise _with_kept(Unavailable(msg), store) from error
        self._notices.extend(job.notices)
        self._reports.append(
            RepoReport(
                repo=repo,
                full=job.was_full,
                fetched=len(store.fetched),
                written=len(store.written),
                removed=job.removed,
            )
        )

    def report(self) -> SyncReport:
        """What was done."""
        return SyncReport(
            repos=tuple(self._reports),
            requests=self._client.requests,
            not_modified=self._client.not_modified,
            received=self._client.received,
            waited=self._client.waited,
            quota_left=self._client.quota_left,
            notices=tuple(self._notices),
        )


def _name_of(repo: str, known: str | None) -> str:
    """The name in the options, in GitHub's own spelling where that is known."""
    return known if known and known.casefold() == repo.casefold() else repo


def _with_kept(error: GitHubError, store: Store) -> GitHubError:
    """The same error, saying what was fetched before it."""
    if not store.fetched:
        return error
    kept = f"{len(store.fetched)} records of {store.repo} were fetched before that and are kept"
    return type(error)(f"{error} ({kept}; the next sync goes on from there)")
