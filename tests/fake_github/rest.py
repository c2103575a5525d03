"""REST: which address gives what, page by page."""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode

from tests.fake_github.shapes import Shapes

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.fake_github.world import Item, Note, Repo, Review, World

DEEPEST_PAGE = 100
"""Beyond this, a page is only given to those who followed `Link`."""

_PATH = re.compile(r"/(?:repos/(?P<name>[^/]+/[^/]+)|repositories/(?P<id>\d+))(?P<rest>/.*)?")
_ONE = re.compile(r"/(issues|pulls)/(\d+)(?:/(comments|reviews|commits))?")

Listed = tuple[Any, ...]


@dataclass(slots=True, kw_only=True)
class Response:
    """What goes back; `data` is what the description of the API is held against."""

    status: int = 200
    data: Any = None
    headers: dict[str, str] = field(default_factory=dict)


def refuse(status: int, message: str, **more: Any) -> Response:
    """An error in GitHub's form."""
    docs = "https://docs.github.com/rest"
    data = {"message": message, "documentation_url": docs, "status": str(status), **more}
    return Response(status=status, data=data)


class Rest:
    """Answers GET requests."""

    def __init__(self, world: World, api: str) -> None:
        self._world = world
        self._api = api

    def answer(self, path: str, query: str, *, may_see_private: bool) -> Response:
        """The response to a path below the API's address."""
        match = _PATH.fullmatch(path)
        if not match:
            return refuse(404, "Not Found")
        repo = self._find(match)
        if repo is None and match["name"] and (moved := self._world.find_former(match["name"])):
            # The real API names the repository by id, too, when it redirects.
            return self._redirect(f"/repositories/{moved.id}{match['rest'] or ''}")
        if repo is None or (repo.private and not may_see_private):
            return refuse(404, "Not Found")
        return self._repo_answer(repo, match["rest"] or "", dict(parse_qsl(query)))

    def _find(self, match: re.Match[str]) -> Repo | None:
        if match["name"]:
            return self._world.find(match["name"])
        repos = self._world.repos.values()
        return next((repo for repo in repos if repo.id == int(match["id"])), None)

    def _redirect(self, path: str) -> Response:
        url = f"{self._api}{path}"
        return Response(
            status=301,
            data={"message": "Moved Permanently", "url": url, "documentation_url": url},
            headers={"Location": url},
        )

    def _repo_answer(self, repo: Repo, rest: str, query: dict[str, str]) -> Response:
        shapes = Shapes(repo, self._api)
        if not rest:
            return Response(data=shapes.repository())
        lists: dict[str, Callable[[], Response]] = {
            "/issues": lambda: self._issues(repo, shapes, query),
            "/pulls": lambda: self._pulls(repo, shapes, query),
            "/issues/comments": lambda: self._comments(repo, shapes, query),
            "/pulls/comments": lambda: self._review_comments(repo, shapes, query),
        }
        if rest.startswith("/issues") and not repo.has_issues:
            return refuse(410, "Issues are disabled for this repo")
        if rest in lists:
            return lists[rest]()
        match = _ONE.fullmatch(rest)
        return self._one(repo, shapes, match, query) if match else refuse(404, "Not Found")

    def _issues(self, repo: Repo, shapes: Shapes, query: dict[str, str]) -> Response:
        items = self._matching(repo.present, query)
        return self._page(repo, "/issues", [shapes.issue(item) for item in items], query)

    def _pulls(self, repo: Repo, shapes: Shapes, query: dict[str, str]) -> Response:
        # The list of pull requests does not know `since`.
        wanted = {key: value for key, value in query.items() if key != "since"}
        items = self._matching([item for item in repo.present if item.is_pull], wanted)
        return self._page(repo, "/pulls", [shapes.pull(item) for item in items], query)

    def _matching(self, items: list[Item], query: dict[str, str]) -> list[Item]:
        state = query.get("state", "open")
        if state != "all":
            items = [item for item in items if (item.state == "OPEN") == (state == "open")]
        items = [item for item in items if item.updated >= query.get("since", "")]
        key = "updated" if query.get("sort") == "updated" else "created"
        reverse = query.get("direction", "desc") == "desc"
        return sorted(items, key=lambda i: (getattr(i, key), i.number), reverse=reverse)

    def _comments(self, repo: Repo, shapes: Shapes, query: dict[str, str]) -> Response:
        found = [(item, note) for item in repo.present for note in item.comments]
        notes = self._notes(found, query)
        return self._page(repo, "/issues/comments", [shapes.comment(*n) for n in notes], query)

    def _review_comments(self, repo: Repo, shapes: Shapes, query: dict[str, str]) -> Response:
        found: list[tuple[Item, Review, Note]] = [
            (item, review, note)
            for item in repo.present
            for review in item.reviews
            if review.state != "PENDING"
            for note in review.comments
        ]
        notes = self._notes(found, query)
        data = [shapes.review_comment(*entry) for entry in notes]
        return self._page(repo, "/pulls/comments", data, query)

    def _notes(self, found: list[Any], query: dict[str, str]) -> list[Any]:
        found = [entry for entry in found if entry[-1].updated >= query.get("since", "")]
        by_update = query.get("sort") == "updated"
        found.sort(key=lambda entry: (entry[-1].updated if by_update else "", entry[-1].id))
        return found[::-1] if query.get("direction") == "desc" else found

    def _one(
        self, repo: Repo, shapes: Shapes, match: re.Match[str], query: dict[str, str]
    ) -> Response:
        kind, number, part = match.groups()
        item = repo.items.get(int(number))
        if item is None or (kind == "pulls" and not item.is_pull):
            return refuse(404, "Not Found")
        if item.deleted:
            return refuse(410, "This issue was deleted")
        if item.moved_to:
            target = self._world.repos[item.moved_to[0]]
            return self._redirect(f"/repositories/{target.id}/issues/{item.moved_to[1]}")
        if part is None:
            whole = shapes.issue(item) if kind == "issues" else shapes.pull(item, whole=True)
            return Response(data=whole)
        data = self._parts(shapes, item, f"{kind}/{part}")
        return self._page(repo, match[0], data, query) if data is not None else refuse(404, "?")

    def _parts(self, shapes: Shapes, item: Item, part: str) -> list[Any] | None:
        if part == "issues/comments":
            return [shapes.comment(item, note) for note in item.comments]
        if part == "pulls/reviews":
            return [shapes.review(item, review) for review in item.reviews]
        if part == "pulls/comments":
            reviews = item.reviews
            return [shapes.review_comment(item, r, note) for r in reviews for note in r.comments]
        return None

    def _page(self, repo: Repo, path: str, data: list[Any], query: dict[str, str]) -> Response:
        """One page, with `Link` naming the repository by its id as GitHub does."""
        size = max(1, min(int(query.get("per_page", "30")), 100))
        number = int(query.get("page", "1"))
        start = (number - 1) * size
        if "after" in query:
            start = int(base64.b64decode(query["after"]))
        elif number > DEEPEST_PAGE:
            return refuse(422, "Pagination is limited for this resource.", errors=[])
        headers = {}
        if start + size < len(data):
            after = base64.b64encode(str(start + size).encode()).decode()
            following = urlencode({**query, "page": number + 1, "after": after})
            url = f"{self._api}/repositories/{repo.id}{path}?{following}"
            headers["Link"] = f'<{url}>; rel="next"'
        return Response(data=data[start : start + size], headers=headers)
