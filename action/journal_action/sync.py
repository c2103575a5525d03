"""The steps `restore` and `sync`: bring in issues and pull requests, or keep the last good ones."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

from journal_action.runner import StepError, annotate, stop_for
from journal_action.snapshot import look_at, replace_tree, restore_newer
from journal_plugin.config import load_project
from journal_plugin.errors import ConfigError

if TYPE_CHECKING:
    from journal_action.runner import Runner
    from journal_plugin.config import Project

EXIT_GITHUB = 3
"""Exit code of `journal sync` when GitHub failed."""


def restore(runner: Runner) -> None:
    """Take the snapshot out of the restored cache where it is newer than the committed one."""
    project = _load(runner)
    repos = project.settings.all_repos
    restored = restore_newer(runner.cache / "snapshot", project.snapshot_dir, repos)
    print(f"Restored from the cache: {', '.join(restored) or 'nothing'}")  # noqa: T201 - the job's log


def sync(runner: Runner) -> None:
    """Run `journal sync`; if GitHub fails, go on with the snapshot of the last good run.

    Raises:
        StepError: the sync failed and there is nothing to publish, or not because of GitHub.
    """
    project = _load(runner)
    if project.settings.sync == "never":
        print("The option sync is never: the snapshot is used as it is.")  # noqa: T201 - the job's log
        return
    full = ["--full"] if runner.flag("FULL_SYNC") else []
    done = subprocess.run(  # noqa: S603 - fixed arguments, no shell
        ["journal", "sync", "--json", *full],  # noqa: S607 - as the job's Python installed it
        cwd=runner.project,
        env=dict(runner.environment),
        stdout=subprocess.PIPE,
        check=False,
    )
    (runner.work / "sync.json").write_bytes(done.stdout)
    # Also what a failed sync has read so far: the next run goes on from there.
    replace_tree(project.snapshot_dir, runner.cache / "snapshot")
    runner.set_output("result", _judge(done.returncode, runner, project))


def _judge(code: int, runner: Runner, project: Project) -> str:
    if code == 0:
        return "fresh"
    if code != EXIT_GITHUB:
        msg = "journal sync failed; its message is above"
        raise StepError(msg, code=code)
    if _is_private(runner) and not project.settings.allow_private:
        # It may have been public when the snapshot was made.
        msg = "the repository is private, and the option allow_private is not set"
        raise StepError(msg, code=code)
    copies = [look_at(project.snapshot_dir, repo) for repo in project.settings.all_repos]
    if not copies or not all(copy.is_usable for copy in copies):
        msg = (
            "GitHub failed, and there is no complete snapshot of an earlier run; nothing is "
            "published, so the site stays as it is"
        )
        raise StepError(msg, code=code)
    times = [copy.cursor for copy in copies if copy.cursor]
    since = f" of {min(times):%Y-%m-%d %H:%M} UTC" if times else ""
    annotate(
        "warning",
        f"GitHub failed; the journal is built from the snapshot{since} and may be out of date. "
        "The message of journal sync is in the log of this step.",
    )
    return "stale"


def _is_private(runner: Runner) -> bool:
    """Whether the repository of the job is private, as the event that started it says."""
    event = Path(runner.environment.get("GITHUB_EVENT_PATH", ""))
    if not event.is_file():
        return False
    repository = json.loads(event.read_bytes()).get("repository") or {}
    return repository.get("private") is True


def _load(runner: Runner) -> Project:
    try:
        return load_project(runner.config)
    except ConfigError as error:
        raise stop_for(error) from error
