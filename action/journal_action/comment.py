"""The step `comment`: tell a pull request what the journal gains and loses.

It runs with rights that the pull request's own code must not have. What that code has built is only
read as data: two files of JSON, compared here, whose texts are escaped.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from github import Auth, Github, GithubException

from journal_action.runner import StepError
from journal_action.summary import compare

if TYPE_CHECKING:
    from github.IssueComment import IssueComment
    from github.PullRequest import PullRequest
    from github.Repository import Repository

    from journal_action.runner import Runner

MARK = "<!-- journal-preview -->"
"""Begins the comment, so that the next run finds it."""

_SIZE_LIMIT = 64 * 1024 * 1024


def comment(runner: Runner) -> None:
    """Write or update the one comment on the pull request that the run belongs to.

    Raises:
        StepError: the artifact is not what a preview uploads, or GitHub refuses.
    """
    event = json.loads(Path(runner.environment["GITHUB_EVENT_PATH"]).read_bytes())
    run = event["workflow_run"]
    folder = Path(runner.environment["PREVIEW_DIR"])
    old, new = _take(folder, "previous.json"), _take(folder, "journal.json")
    if new is None:
        msg = "the artifact has no journal.json"
        raise StepError(msg)
    change = compare(runner, old or folder / "previous.json", new)
    body = f"{MARK}\n### Journal preview\n\n{change}\n{_footer(run)}"
    try:
        pull = _find_pull(_open_repository(runner), run)
        _post(pull, body) if pull else None
    except GithubException as error:
        msg = f"GitHub refused the comment (status {error.status})"
        raise StepError(msg, code=3) from None


def _take(folder: Path, name: str) -> Path | None:
    """A plain file of the artifact; links and giants are refused."""
    path = folder / name
    if path.is_symlink():
        msg = f"the artifact's {name} is a link"
        raise StepError(msg)
    if not path.is_file():
        return None
    if path.stat().st_size > _SIZE_LIMIT:
        msg = f"the artifact's {name} is larger than a journal can be"
        raise StepError(msg)
    return path


def _open_repository(runner: Runner) -> Repository:
    environment = runner.environment
    client = Github(
        base_url=environment.get("GITHUB_API_URL") or "https://api.github.com",
        auth=Auth.Token(environment["GITHUB_TOKEN"]),
        retry=None,
    )
    return client.get_repo(environment["GITHUB_REPOSITORY"], lazy=True)


def _find_pull(repository: Repository, run: dict[str, Any]) -> PullRequest | None:
    """The open pull request whose newest commit the preview was built from.

    The event names none for a fork, so the pull request is looked for by its branch. The commit
    must match too: an older run says nothing of the branch as it is now.
    """
    owner = run["head_repository"]["owner"]["login"]
    pulls = repository.get_pulls(state="open", head=f"{owner}:{run['head_branch']}")
    matching = (pull for pull in pulls if pull.head.sha == run["head_sha"])
    return next(matching, None)


def _post(pull: PullRequest, body: str) -> None:
    ours = next((one for one in pull.get_issue_comments() if _is_ours(one)), None)
    if ours is None:
        pull.create_issue_comment(body)
    elif ours.body != body:
        ours.edit(body)


def _is_ours(one: IssueComment) -> bool:
    # Anybody can write the mark; only an app's comment can be the one of an earlier run.
    return one.body.startswith(MARK) and one.user.type == "Bot"


def _footer(run: dict[str, Any]) -> str:
    sha = str(run["head_sha"])[:10]
    return (
        f"Built from {sha} in [this run]({run['html_url']}), which holds the site as an artifact.\n"
    )
