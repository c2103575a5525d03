"""The JSON objects of REST."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from zlib import crc32

from tests.fake_github.world import BOTS

if TYPE_CHECKING:
    from tests.fake_github.world import Item, Note, Repo, Review

_USER_URLS = (
    "avatar events followers following gists html organizations received_events repos starred "
    "subscriptions"
)
_REPO_URLS = (
    "archive assignees blobs branches clone collaborators comments commits compare contents "
    "contributors deployments downloads events forks git git_commits git_refs git_tags hooks "
    "html issue_comment issue_events issues keys labels languages merges milestones notifications "
    "pulls releases ssh stargazers statuses subscribers subscription svn tags teams trees"
)
_REPO_COUNTS = (
    "forks forks_count open_issues open_issues_count size stargazers_count subscribers_count "
    "watchers watchers_count network_count"
)
_REPO_FLAGS = "archived disabled fork has_discussions has_downloads has_pages has_projects has_wiki"
_LINKS = "comments commits html issue review_comment review_comments self statuses"


@dataclass(slots=True)
class Shapes:
    """Makes the objects of one repository."""

    repo: Repo
    api: str
    """Address of the API."""

    @property
    def url(self) -> str:
        return f"{self.api}/repos/{self.repo.name}"

    @property
    def html(self) -> str:
        return f"https://github.com/{self.repo.name}"

    def user(self, login: str | None) -> dict[str, Any] | None:
        """An account; REST shows `ghost` for a deleted one."""
        login = login or "ghost"
        shown = f"{login}[bot]" if login in BOTS else login
        return {
            "login": shown,
            "id": crc32(login.encode()),
            "node_id": f"U_{login}",
            "gravatar_id": "",
            "url": f"{self.api}/users/{shown}",
            "type": "Bot" if login in BOTS else "User",
            "site_admin": False,
            **{f"{name}_url": f"https://github.com/{shown}/{name}" for name in _USER_URLS.split()},
        }

    def repository(self) -> dict[str, Any]:
        owner, _, name = self.repo.name.partition("/")
        return {
            "id": self.repo.id,
            "node_id": f"R_{self.repo.id}",
            "name": name,
            "full_name": self.repo.name,
            "owner": self.user(owner),
            "private": self.repo.private,
            "url": self.url,
            **{f"{part}_url": f"{self.url}/{part}" for part in _REPO_URLS.split()},
            **dict.fromkeys(_REPO_COUNTS.split(), 0),
            **dict.fromkeys(_REPO_FLAGS.split(), False),
            "has_issues": self.repo.has_issues,
            **dict.fromkeys(("description", "homepage", "language", "license", "mirror_url")),
            "default_branch": "main",
            "pushed_at": "2026-01-01T00:00:00Z",
            "created_at": "2016-01-01T00:00:00Z",
            "updated_at": "2026-01-01T00:00:00Z",
        }

    def issue(self, item: Item) -> dict[str, Any]:
        """An item of the list of issues, which has pull requests too."""
        url = f"{self.url}/issues/{item.number}"
        data = self._common(item, url) | {
            "repository_url": self.url,
            "labels_url": f"{url}/labels",
            "events_url": f"{url}/events",
            "timeline_url": f"{url}/timeline",
            "comments": len(item.comments),
            "state_reason": item.state_reason and item.state_reason.lower(),
        }
        if item.is_pull:
            page = f"{self.html}/pull/{item.number}"
            data["draft"] = item.draft
            data["pull_request"] = {
                "url": f"{self.url}/pulls/{item.number}",
                "html_url": page,
                "diff_url": f"{page}.diff",
                "patch_url": f"{page}.patch",
                "merged_at": item.merged,
            }
        return data

    def pull(self, item: Item, *, whole: bool = False) -> dict[str, Any]:
        """A pull request; `whole` as its own address gives it, with sizes."""
        url = f"{self.url}/pulls/{item.number}"
        names = ("commits", "diff", "issue", "patch", "review_comments", "statuses")
        data = self._common(item, url) | {
            **{f"{name}_url": f"{url}/{name}" for name in names},
            "review_comment_url": f"{self.url}/pulls/comments{{/number}}",
            "draft": item.draft,
            "merged_at": item.merged,
            "merge_commit_sha": None,
            "auto_merge": None,
            "head": {
                "label": None,
                "ref": item.head,
                "sha": item.commits[0].sha if item.commits else "0" * 40,
                "repo": None,
                "user": self.user(item.author),
            },
            "base": {
                "label": f"o:{item.base}",
                "ref": item.base,
                "sha": "0" * 40,
                "repo": self.repository(),
                "user": self.user(self.repo.name.partition("/")[0]),
            },
            "_links": {name: {"href": f"{url}/{name}"} for name in _LINKS.split()},
        }
        return data | self._sizes(item) if whole else data

    def comment(self, item: Item, note: Note) -> dict[str, Any]:
        return {
            **self._note(note),
            "url": f"{self.url}/issues/comments/{note.id}",
            "html_url": self.comment_page(item, note),
            "issue_url": f"{self.url}/issues/{item.number}",
            "author_association": "NONE",
        }

    def review_comment(self, item: Item, review: Review, note: Note) -> dict[str, Any]:
        url = f"{self.url}/pulls/comments/{note.id}"
        pull = f"{self.url}/pulls/{item.number}"
        return {
            **self._note(note),
            "url": url,
            "html_url": self.review_comment_page(item, note),
            "pull_request_url": pull,
            "pull_request_review_id": review.id,
            "diff_hunk": "@@ -1 +1 @@",
            "path": "README.md",
            "commit_id": "0" * 40,
            "original_commit_id": "0" * 40,
            "original_line": None,
            "author_association": "NONE",
            "_links": {name: {"href": url} for name in ("self", "html", "pull_request")},
        }

    def review(self, item: Item, review: Review) -> dict[str, Any]:
        page = f"{self.html}/pull/{item.number}#pullrequestreview-{review.id}"
        pull = f"{self.url}/pulls/{item.number}"
        return {
            "id": review.id,
            "node_id": f"PRR_{review.id}",
            "user": self.user(review.author),
            "body": review.body,
            "state": review.state,
            "commit_id": "0" * 40,
            "submitted_at": review.created,
            "html_url": page,
            "pull_request_url": pull,
            "author_association": "NONE",
            "_links": {"html": {"href": page}, "pull_request": {"href": pull}},
        }

    def comment_page(self, item: Item, note: Note) -> str:
        return f"{self.page(item)}#issuecomment-{note.id}"

    def review_comment_page(self, item: Item, note: Note) -> str:
        return f"{self.page(item)}#discussion_r{note.id}"

    def page(self, item: Item) -> str:
        return f"{self.html}/{'pull' if item.is_pull else 'issues'}/{item.number}"

    def _common(self, item: Item, url: str) -> dict[str, Any]:
        assignees = [self.user(login) for login in item.assignees]
        return {
            "id": self.repo.id * 10**5 + item.number,
            "node_id": f"I_{self.repo.id}_{item.number}",
            "url": url,
            "comments_url": f"{url}/comments",
            "html_url": self.page(item),
            "number": item.number,
            "title": item.title,
            "body": item.body or None,
            "state": "open" if item.state == "OPEN" else "closed",
            "locked": False,
            "user": self.user(item.author),
            "labels": [self._label(*label) for label in item.labels],
            "assignee": assignees[0] if assignees else None,
            "assignees": assignees,
            "milestone": self._milestone(item.milestone),
            "author_association": "NONE",
            "created_at": item.created,
            "updated_at": item.updated,
            "closed_at": item.closed,
        }

    def _note(self, note: Note) -> dict[str, Any]:
        return {
            "id": note.id,
            "node_id": f"IC_{note.id}",
            "user": self.user(note.author),
            "body": note.body,
            "created_at": note.created,
            "updated_at": note.updated,
        }

    def _label(self, name: str, color: str) -> dict[str, Any]:
        number = crc32(name.encode())
        return {
            "id": number,
            "node_id": f"LA_{number}",
            "url": f"{self.url}/labels/{number}",
            "name": name,
            "color": color,
            "default": False,
            "description": None,
        }

    def _milestone(self, title: str | None) -> dict[str, Any] | None:
        if title is None:
            return None
        url = f"{self.url}/milestones/1"
        return {
            "id": 1,
            "node_id": "MI_1",
            "number": 1,
            "title": title,
            "state": "open",
            "url": url,
            "html_url": url,
            "labels_url": f"{url}/labels",
            **dict.fromkeys(("description", "due_on", "closed_at", "creator")),
            "open_issues": 1,
            "closed_issues": 0,
            **dict.fromkeys(("created_at", "updated_at"), "2026-01-01T00:00:00Z"),
        }

    def _sizes(self, item: Item) -> dict[str, Any]:
        return {
            "additions": item.additions,
            "deletions": item.deletions,
            "changed_files": item.changed_files,
            "commits": len(item.commits),
            "comments": len(item.comments),
            "review_comments": sum(len(review.comments) for review in item.reviews),
            "maintainer_can_modify": False,
            "mergeable": None,
            "mergeable_state": "unknown",
            "merged": item.merged is not None,
            "merged_by": None,
        }
