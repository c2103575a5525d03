"""The fake keeps to GitHub's own descriptions and habits, and would notice if it did not."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
import requests

from journal_plugin.sources.github import queries
from tests.fake_github import relaxations, validation
from tests.fake_github.graph import Graph, read_query
from tests.fake_github.rig import REPO
from tests.fake_github.server import TOKEN, serve
from tests.fake_github.shapes import Shapes
from tests.fake_github.world import Repo, Review, World, make_item, make_note

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.fake_github.rig import Rig

NESTED = (
    "issues(first: 99) { nodes { comments(first: 99) "
    "{ nodes { reactions(first: 99) { totalCount } } } } }"
)
API = "https://api.github.com"


@pytest.fixture
def fresh_schemas() -> Iterator[None]:
    """Forget the validators made with other relaxations, before and after."""
    validation.forget()
    yield
    validation.forget()


def pull() -> dict[str, Any]:
    item = make_item(1, is_pull=True, labels=[("bug", "ffffff")])
    return Shapes(Repo(name=REPO, id=7), API).pull(item)


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: data.pop("number"),
        lambda data: data.update(number="1"),
        lambda data: data["user"].pop("type"),
        lambda data: data["base"].update(repo=None),
        lambda data: data["labels"][0].update(name=None),
    ],
)
def test_a_wrong_answer_is_noticed(damage: Any) -> None:
    data = pull()
    validation.check_answer("/repos/acme/lab/pulls", 200, [data])
    damage(data)
    with pytest.raises(AssertionError, match="GET /repos/acme/lab/pulls -> 200"):
        validation.check_answer("/repos/acme/lab/pulls", 200, [data])


def test_an_unknown_address_is_noticed() -> None:
    with pytest.raises(AssertionError, match="not in GitHub's description"):
        validation.check_answer("/repos/acme/lab/colours", 200, [])


def test_a_wrong_answer_fails_the_test_that_got_it(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World()
    world.add(REPO, [make_item(1)])
    monkeypatch.setattr(Shapes, "issue", lambda *_: {"number": 1})
    with pytest.raises(AssertionError, match="is a required property"), serve(world) as fake:
        requests.get(f"{fake.api_url}/repos/{REPO}/issues", timeout=5)


@pytest.mark.usefixtures("fresh_schemas")
@pytest.mark.parametrize(
    ("name", "value", "path"),
    [
        ("NULLABLE_ENUMS", False, "issues"),
        ("NULLABLE_PROPERTIES", {}, "pulls/comments"),
        ("NULLABLE_LABEL_OF", (), "pulls"),
        ("NULLABLE_BRANCH", (), "pulls"),
    ],
)
def test_each_relaxation_is_needed(
    monkeypatch: pytest.MonkeyPatch, name: str, value: object, path: str
) -> None:
    """One that is not needed any more should go."""
    shapes = Shapes(Repo(name=REPO, id=7), API)
    note = make_note(1)
    review = Review(id=1, author=None, body="", state="COMMENTED", created=note.created)
    data = {
        "issues": shapes.issue(make_item(1)),
        "pulls": pull(),
        "pulls/comments": shapes.review_comment(make_item(1, is_pull=True), review, note),
    }[path]
    validation.check_answer(f"/repos/{REPO}/{path}", 200, [data])
    validation.forget()
    monkeypatch.setattr(relaxations, name, value)
    with pytest.raises(AssertionError, match="is not"):
        validation.check_answer(f"/repos/{REPO}/{path}", 200, [data])


def get(rig: Rig, path: str, token: str | None = TOKEN, **headers: str) -> requests.Response:
    if token:
        headers["Authorization"] = f"Bearer {token}"
    url = path if path.startswith("http") else f"{rig.fake.api_url}{path}"
    return requests.get(url, headers=headers, timeout=5, allow_redirects=False)


def test_links_name_the_repository_by_its_id(rig: Rig) -> None:
    rig.items.update({number: make_item(number) for number in range(1, 6)})
    first = get(rig, f"/repos/{REPO}/issues?per_page=2&state=all&direction=asc")
    link = first.links["next"]["url"]
    repo = rig.fake.world.repos[REPO]
    assert f"/repositories/{repo.id}/issues?" in link
    found = [item["number"] for item in first.json()]
    while link:
        page = get(rig, link)
        found += [item["number"] for item in page.json()]
        link = page.links.get("next", {}).get("url")
    assert found == [1, 2, 3, 4, 5]


def test_deep_pages_are_refused_unless_followed(rig: Rig) -> None:
    rig.items.update({number: make_item(number) for number in range(1, 210)})
    assert get(rig, f"/repos/{REPO}/issues?page=101&per_page=2").status_code == 422
    link = f"/repos/{REPO}/issues?per_page=2"
    for _ in range(102):
        page = get(rig, link)
        assert page.status_code == 200
        link = page.links["next"]["url"]


def test_not_modified_is_free_only_with_a_token(rig: Rig) -> None:
    for token, price in ((TOKEN, 0), (None, 1)):
        etag = get(rig, f"/repos/{REPO}", token).headers["ETag"]
        before = rig.fake.quota["core"]
        assert get(rig, f"/repos/{REPO}", token, **{"If-None-Match": etag}).status_code == 304
        assert before - rig.fake.quota["core"] == price


def test_pull_requests_have_no_since(rig: Rig) -> None:
    rig.items.update({1: make_item(1, is_pull=True), 2: make_item(2)})
    later = "since=2030-01-01T00:00:00Z&state=all"
    assert get(rig, f"/repos/{REPO}/issues?{later}").json() == []
    assert [item["number"] for item in get(rig, f"/repos/{REPO}/pulls?{later}").json()] == [1]


def test_transferred_deleted_and_private(rig: Rig) -> None:
    rig.fake.world.add("acme/other", [make_item(9)])
    rig.fake.world.add("acme/secret", [make_item(1)], private=True)
    rig.items.update({1: make_item(1, moved_to=("acme/other", 9)), 2: make_item(2, deleted=True)})
    assert get(rig, f"/repos/{REPO}/issues/1").status_code == 301
    assert get(rig, f"/repos/{REPO}/issues/2").status_code == 410
    assert get(rig, f"/repos/{REPO}/issues?state=all").json() == []
    assert get(rig, "/repos/acme/secret", None).status_code == 404
    assert get(rig, "/repos/acme/secret").status_code == 200
    assert get(rig, "/repos/acme/secret", "wrong").status_code == 401


def ask(text: str, **variables: Any) -> dict[str, Any]:
    world = World()
    world.add(REPO, [make_item(1)])
    return Graph(world).answer(text, variables, may_see_private=True)[0]


@pytest.mark.parametrize(
    ("selection", "error"),
    [
        ("issues { totalCount }", "MISSING_PAGINATION_BOUNDARIES"),
        ("issues(first: 101) { totalCount }", "EXCESSIVE_PAGINATION"),
        ("issues(first: 1) { colour }", "Cannot query field 'colour'"),
        (
            NESTED,
            "MAX_NODE_LIMIT_EXCEEDED",
        ),
    ],
)
def test_queries_are_limited(selection: str, error: str) -> None:
    owner, name = REPO.split("/")
    answer = ask(f'{{ repository(owner: "{owner}", name: "{name}") {{ {selection} }} }}')
    assert error in json.dumps(answer["errors"])


def test_a_field_that_the_fake_lacks_is_noticed() -> None:
    with pytest.raises(NotImplementedError, match=r"Repository\.stargazerCount"):
        ask('{ repository(owner: "acme", name: "lab") { stargazerCount } }')


@pytest.mark.parametrize(
    "query",
    [
        queries.page_query("issues"),
        queries.page_query("pullRequests"),
        queries.numbers_query([1, 2]),
        queries.rest_query(
            [(kind, name) for kind, lists in queries.LISTS.items() for name in lists]
        ),
    ],
)
def test_our_queries_follow_the_schema(query: str) -> None:
    assert read_query(query)[1] == ()
