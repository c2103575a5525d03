"""Few requests, waits as GitHub asks, pages as large as it can bear."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from journal_plugin.errors import RateLimited, Unavailable
from journal_plugin.sources.github import transport
from tests.fake_github.rest import Response
from tests.fake_github.rig import REPO, Rig
from tests.fake_github.server import serve
from tests.fake_github.world import load_large, make_item, make_note

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.fake_github.server import Request

LARGE = "acme/large"


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    """1,000 records with 4,000 comments; tests sync it but do not change it."""
    with serve(load_large(LARGE)) as fake:
        fake.validate = False  # as slow as it is useful; smaller worlds have every shape
        rig = Rig(fake, tmp_path_factory.mktemp("large"))
        rig.options = {"repo": LARGE}
        yield rig


def test_cold_sync_with_token(large: Rig, tmp_path: Path) -> None:
    large.root = tmp_path
    report = large.sync()
    assert len(large.files()) == 1000
    found = [note for record in large.records(LARGE).values() for note in record.comments]
    assert len([note for note in found if "#pullrequestreview-" not in str(note.url)]) > 3900
    assert report.requests <= 30
    assert report.requests == len(large.log)
    assert large.fake.cost < 200
    large.sync()
    assert [(r.status, r.conditional) for r in large.log] == [(304, True)] * 2


def test_cold_sync_without_token(large: Rig, tmp_path: Path) -> None:
    large.root = tmp_path
    token, large.token = large.token, None
    try:
        report = large.sync()
        assert len(large.files()) == 1000
        assert report.requests <= 60
        assert {request.method for request in large.log} == {"GET"}
    finally:
        large.token = token


def test_five_changes_of_a_thousand(tmp_path: Path) -> None:
    with serve(load_large(REPO)) as fake:
        rig = Rig(fake, tmp_path)
        fake.validate = False
        rig.sync()
        for number in (3, 300, 699, 701, 1000):
            rig.items[number].body += "\n\nEdited, see #7."
            rig.items[number].updated = fake.world.tick()
        report = rig.sync()
        assert report.requests <= 3
        assert rig.records()[1000].body.endswith("Edited, see #7.")


def test_pygithub_does_not_pause(real: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    """It would wait 0.25 s between requests, and 1 s between queries."""

    def refuse(seconds: float) -> None:
        msg = f"slept {seconds} s"
        raise AssertionError(msg)

    monkeypatch.setattr(time, "sleep", refuse)
    assert real.sync().requests == 4


def limit(status: int, message: str = "Slow down.", **headers: str) -> Response:
    return Response(
        status=status,
        data={"message": message},
        headers={name.replace("_", "-"): value for name, value in headers.items()},
    )


def spent(rig: Rig, status: int, seconds: int, message: str = "API rate limit exceeded") -> Any:
    reset = int((rig.fake.world.now + timedelta(seconds=60 + seconds)).timestamp())
    return limit(status, message, X_RateLimit_Remaining="0", X_RateLimit_Reset=str(reset))


@pytest.mark.parametrize("status", [403, 429])
def test_a_limit_that_does_not_end(real: Rig, waits: list[float], status: int) -> None:
    """After three repetitions the sync says when GitHub would like to be asked again."""
    real.fake.fail("/repos/", times=99, response=limit(status, Retry_After="7"))
    with pytest.raises(RateLimited, match="again in 7 s"):
        real.sync()
    assert waits == [7, 7, 7]


def test_waits_as_long_as_asked(real: Rig, waits: list[float]) -> None:
    secondary = "You have exceeded a secondary rate limit."
    cases = [
        (limit(403, Retry_After="7"), 7),
        (limit(429, Retry_After="8"), 8),
        (limit(503, Retry_After="9"), 9),
        (spent(real, 403, 10), 11),
        (spent(real, 429, 11, "Too many"), 12),
        (limit(403, secondary), 60),
    ]
    for response, seconds in cases:
        for path in ("/repos/", "graphql"):
            waits.clear()
            real.fake.fail(path, response=response)
            report = real.sync(full=True, later=0 if waits else 60)
            real.fake.world.now -= timedelta(seconds=60)
            assert waits == [seconds], (response, path)
            assert report.waited == seconds
            assert len(real.records()) == 85


def test_waits_for_the_quota_of_graphql(real: Rig, waits: list[float]) -> None:
    """It says so in an answer with status 200."""
    real.fake.quota["graphql"] = 5
    real.fake.reset_in = 30

    def refill(_: Request) -> None:
        if waits:
            real.fake.quota["graphql"] = 5000

    real.fake.hooks.append(refill)
    real.sync()
    assert waits == [31]
    assert len(real.records()) == 85


@pytest.mark.parametrize("path", ["/repos/", "graphql", "/issues"])
@pytest.mark.parametrize(
    ("status", "headers", "error"),
    [
        (403, {"Retry_After": "61"}, RateLimited),
        (429, {"Retry_After": "3600"}, RateLimited),
        (503, {"Retry_After": "3600"}, Unavailable),
    ],
)
def test_waits_no_longer_than_max_wait(  # noqa: PLR0913, PLR0917 - a table and two fixtures
    real: Rig, waits: list[float], path: str, status: int, headers: dict[str, str], error: type
) -> None:
    fault = real.fake.fail(path, response=limit(status, **headers), times=99)
    with pytest.raises(error, match="run `journal sync` again"):
        real.sync()
    assert waits == []
    fault.times = 0
    real.sync()
    assert len(real.records()) == 85


def test_max_wait_bounds_the_whole_sync(real: Rig, waits: list[float]) -> None:
    real.fake.fail("graphql", response=limit(403, Retry_After="25"), times=99)
    with pytest.raises(RateLimited):
        real.sync()
    assert waits == [25, 25]


def test_rate_limit_keeps_what_was_fetched(rig: Rig, waits: list[float]) -> None:
    """Half of the records are there afterwards, and the next sync reads the others."""
    rig.items.update({number: make_item(number) for number in range(1, 301)})
    rig.fake.quota["graphql"] = 11
    with pytest.raises(RateLimited, match=r"200 records of acme/lab were fetched before that"):
        rig.sync()
    assert waits == []
    assert set(rig.records()) == set(range(1, 201))
    rig.fake.quota["graphql"] = 5000
    report = rig.sync()
    assert report.repos[0].fetched == 100
    assert set(rig.records()) == set(range(1, 301))


def test_anonymous_quota(real: Rig, waits: list[float]) -> None:
    real.token = None
    real.fake.quota["core"] = 3
    with pytest.raises(RateLimited, match="set GITHUB_TOKEN for more"):
        real.sync()
    assert len(real.records()) == 85
    assert waits == []
    real.fake.quota["core"] = 60
    real.sync()
    assert "page=2" not in real.log[0].query
    assert sum(len(record.comments) for record in real.records().values()) > 300


def sizes(rig: Rig) -> list[int]:
    """The page sizes that were asked for, in order."""
    variables = [request.body.get("variables", {}) for request in rig.log]
    return [one["first"] for one in variables if "first" in one]


def too_large(limit: int) -> Any:
    return lambda request: request.body.get("variables", {}).get("first", 0) > limit


@pytest.mark.parametrize("kind", ["502", "504", "resources", "gave up"])
def test_pages_shrink_and_grow(rig: Rig, kind: str) -> None:
    rig.items.update({number: make_item(number) for number in range(1, 401)})
    message = {
        "resources": {"type": "RESOURCE_LIMITS_EXCEEDED", "message": "Too much"},
        "gave up": {"message": "Something went wrong while executing your query."},
    }
    answer = {
        "502": Response(status=502, data={"message": "Server Error"}),
        "504": Response(status=504, data=None),
    }.get(kind) or Response(data={"data": None, "errors": [message[kind]]})
    rig.fake.fail(too_large(30), times=2, response=answer)
    rig.sync()
    assert set(rig.records()) == set(range(1, 401))
    assert sizes(rig) == [100, 50, 25, 25, 50, 50, 100, 100, 100, 100]


def test_batches_shrink_too(rig: Rig) -> None:
    """Those of single records and of further pages, which are not asked for by `first`."""
    for number in range(1, 61):
        notes = [make_note(1000 * number + index) for index in range(60)]
        rig.items[number] = make_item(number, comments=notes)
    bad = Response(status=502)
    rig.fake.fail(lambda r: r.body.get("query", "").count("node(id:") > 10, times=9, response=bad)
    rig.sync()
    assert all(len(record.comments) == 60 for record in rig.records().values())
    for item in rig.items.values():
        item.updated = rig.fake.world.tick()
        item.title = "New"
    rig.fake.fail(
        lambda r: r.body.get("query", "").count("issueOrPull") > 20, times=9, response=bad
    )
    rig.sync()
    assert {record.title for record in rig.records().values()} == {"New"}


def test_record_that_vanishes_between_its_pages(rig: Rig) -> None:
    rig.items[1] = make_item(1, comments=[make_note(index) for index in range(60)])

    def delete(request: Request) -> None:
        rig.items[1].deleted |= "node(id:" in request.body.get("query", "")

    rig.fake.hooks.append(delete)
    rig.sync()
    assert len(rig.records()[1].comments) == 50
    rig.sync(full=True)
    assert rig.records()[1].removed == "deleted"


def test_page_shrinks_after_a_timeout(real: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transport, "TIMEOUT", 1)
    real.fake.fail(too_large(50), delay=1.5)
    real.sync()
    assert sizes(real)[:2] == [100, 50]
    assert len(real.records()) == 85


def test_gives_up_on_a_page_of_one(rig: Rig) -> None:
    rig.items[1] = make_item(1)
    rig.fake.fail("graphql", times=99, response=Response(status=502), raw=b"<html>no</html>")
    with pytest.raises(Unavailable, match="502") as caught:
        rig.sync()
    assert "<html>" not in str(caught.value)
    assert sizes(rig) == [100, 50, 25, 12, 6, 3, 1]


def test_queries_keep_to_the_limits(real: Rig) -> None:
    """Nodes, page lengths and points are checked by the fake; this is what a page costs."""
    real.sync()
    costs = [request.cost for request in real.log if request.method == "POST"]
    assert costs == [5, 22]


def test_progress(rig: Rig) -> None:
    """Records, requests and quota, after each request of a list."""
    from journal_plugin.sources.github import sync_snapshot  # noqa: PLC0415 - as a caller would

    rig.items.update({number: make_item(number) for number in range(1, 151)})
    seen: list[Any] = []
    fake = rig.fake
    sync_snapshot(
        rig.settings(),
        rig.root,
        token=rig.token,
        now=fake.world.now,
        api_url=fake.api_url,
        graphql_url=fake.graphql_url,
        progress=seen.append,
    )
    steps = [(p.repo, p.step, p.records, p.total, p.requests, p.quota_left) for p in seen]
    assert steps == [
        (REPO, "issues", 100, 150, 2, 4995),
        (REPO, "issues", 150, 150, 3, 4990),
        (REPO, "pullRequests", 0, 0, 4, 4968),
    ]
