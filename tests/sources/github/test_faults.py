"""Whatever goes wrong: a clear message, the last good snapshot, and a sync that then works."""

from __future__ import annotations

import json
import logging
import threading
import traceback
from typing import TYPE_CHECKING, Any

import pytest
from github import Consts

from journal_plugin.errors import (
    AuthError,
    ConfigError,
    GitHubError,
    JournalError,
    NotFound,
    RateLimited,
    Unavailable,
)
from journal_plugin.sources.github import sync_snapshot, transport, waiting
from tests.fake_github.rest import Response, refuse
from tests.fake_github.rig import REPO, Rig
from tests.fake_github.server import TOKEN
from tests.fake_github.world import make_item

if TYPE_CHECKING:
    from tests.fake_github.server import Request

HTML = b"<html><body><h1>Unicorn!</h1></body></html>"
SSO = {"X-GitHub-SSO": "required; url=https://github.com/orgs/acme/sso"}

FAULTS: dict[str, tuple[dict[str, Any], type[GitHubError], str]] = {
    "bad token": ({"response": refuse(401, "Bad credentials")}, AuthError, "GITHUB_TOKEN"),
    "no permission": (
        {"response": refuse(403, "Resource not accessible by integration")},
        AuthError,
        "permissions: issues: read",
    ),
    "single sign-on": (
        {"response": Response(status=403, data={"message": "SAML"}, headers=SSO)},
        AuthError,
        "single sign-on",
    ),
    "not found": ({"response": refuse(404, "Not Found")}, NotFound, "check the option `repo`"),
    "gone": ({"response": refuse(410, "Issues are disabled")}, NotFound, "switched off"),
    "unprocessable": (
        {"response": refuse(422, "Validation Failed")},
        Unavailable,
        "journal sync --full",
    ),
    "error with html": (
        {"response": Response(status=500), "raw": HTML},
        Unavailable,
        "githubstatus",
    ),
    "unavailable": ({"response": Response(status=503), "raw": HTML}, Unavailable, "githubstatus"),
    "html as a success": ({"raw": HTML}, Unavailable, "not JSON"),
    "dropped": ({"drop": True}, Unavailable, "dropped"),
    "cut off": ({"cut": True}, Unavailable, "dropped"),
    "another answer": ({"raw": b'{"hello": "world"}'}, Unavailable, "GitHub"),
    "another type": ({"raw": b'"hello"'}, Unavailable, "GitHub"),
    "truncated json": ({"truncate": True}, Unavailable, "cut off or not JSON"),
}
PLACES = {
    "first request": lambda request: request.path.endswith(REPO),
    "second page": lambda request: bool(request.body.get("variables", {}).get("after")),
    "list of changes": lambda request: request.path.endswith("/issues"),
}


@pytest.fixture
def full(rig: Rig) -> Rig:
    """Two pages of issues, once synced, then all edited."""
    rig.items.update({number: make_item(number) for number in range(1, 121)})
    rig.sync()
    for item in rig.items.values():
        item.updated = rig.fake.world.tick()
        item.title = "New title"
    return rig


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("name", FAULTS)
def test_fault(full: Rig, name: str, place: str) -> None:
    if (name, place) == ("gone", "list of changes"):
        pytest.skip("no fault: that list is gone where issues are switched off")
    fault, error, message = FAULTS[name]
    before = full.files()
    if place == "first request":
        (full.root / REPO / "sync.json").unlink()  # else the answer is "not modified" and empty
    active = full.fake.fail(PLACES[place], times=99, **fault)
    with pytest.raises(error) as caught:
        full.sync(full=True)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)
    assert "Unicorn" not in str(caught.value)
    changed = {key for key, content in full.files().items() if content != before.get(key)}
    assert len(changed) == {"first request": 0, "second page": 100, "list of changes": 120}[place]
    assert set(full.records()) == set(range(1, 121))
    active.times = 0
    full.sync()
    assert {record.title for record in full.records().values()} == {"New title"}


def test_an_answer_of_another_server(full: Rig) -> None:
    """The message names the repository, what was wrong, and what was fetched before."""
    full.fake.fail(PLACES["list of changes"], times=99, raw=b'[{"hello": "world"}]')
    with pytest.raises(Unavailable) as caught:
        full.sync(full=True)
    assert str(caught.value) == (
        "GitHub's answer for acme/lab is not what its documentation says (KeyError('number')); if "
        "a proxy or another server answers in its place, check GITHUB_API_URL (120 records of "
        "acme/lab were fetched before that and are kept; the next sync goes on from there)"
    )


@pytest.mark.parametrize(
    ("kind", "error", "message"),
    [
        ("NOT_FOUND", NotFound, "check the option `repo`"),
        ("FORBIDDEN", AuthError, "permissions: issues: read"),
        ("INSUFFICIENT_SCOPES", AuthError, "permissions: issues: read"),
        ("RATE_LIMITED", RateLimited, "rate limit is used up; run `journal sync` again later"),
        ("OTHER", Unavailable, "422: No."),
    ],
)
def test_refusal_of_graphql(rig: Rig, kind: str, error: type[GitHubError], message: str) -> None:
    """GraphQL refuses in an answer with status 200."""
    rig.items[1] = make_item(1)
    refused = {"data": {"repository": None}, "errors": [{"type": kind, "message": "No."}]}
    rig.fake.fail("graphql", times=99, raw=json.dumps(refused).encode())
    with pytest.raises(error) as caught:
        rig.sync()
    assert message in str(caught.value)
    assert rig.records() == {}


def test_refusal_without_a_token(rig: Rig) -> None:
    rig.token = None
    rig.fake.fail(times=99, response=refuse(403, "Resource not accessible"))
    with pytest.raises(AuthError, match=r"refuses acme/lab without a token .*: set GITHUB_TOKEN"):
        rig.sync()


@pytest.mark.parametrize("name", FAULTS)
def test_fault_in_a_first_sync(rig: Rig, name: str) -> None:
    """There is no snapshot yet; the next sync makes one."""
    rig.items[1] = make_item(1)
    fault, error, _ = FAULTS[name]
    active = rig.fake.fail(times=99, **fault)
    with pytest.raises(error):
        rig.sync()
    assert rig.records() == {}
    active.times = 0
    rig.sync()
    assert set(rig.records()) == {1}


@pytest.mark.parametrize("name", ["error with html", "unavailable", "dropped"])
def test_passing_faults_are_survived(full: Rig, name: str) -> None:
    full.fake.fail(PLACES["list of changes"], times=2, **FAULTS[name][0])
    report = full.sync()
    assert report.requests == len(full.log)
    assert full.records()[120].title == "New title"


def test_no_answer(full: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transport, "TIMEOUT", 1)
    monkeypatch.setattr(transport, "TRIES", 1)
    full.fake.fail(PLACES["list of changes"], times=2, delay=1.5)
    with pytest.raises(Unavailable, match="no answer came in time"):
        full.sync()
    assert len(full.records()) == 120


def test_proxy_that_refuses(full: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(Unavailable, match="the proxy refuses the connection"):
        full.sync()


def sync_from(rig: Rig, api_url: str, graphql_url: str) -> None:
    """Sync with a server at other addresses."""
    sync_snapshot(
        rig.settings(),
        rig.root,
        token=TOKEN,
        now=rig.fake.world.now,
        api_url=api_url,
        graphql_url=graphql_url,
    )


def test_server_that_speaks_no_https(full: Rig) -> None:
    url = full.fake.api_url.replace("http:", "https:")
    with pytest.raises(Unavailable, match="is not trusted, or it speaks no https"):
        sync_from(full, url, full.fake.graphql_url)


def test_no_server(full: Rig) -> None:
    with pytest.raises(Unavailable, match="connection failed"):
        sync_from(full, "http://127.0.0.1:9", "http://127.0.0.1:9/graphql")
    assert len(full.records()) == 120


def test_redirect_to_another_server(full: Rig) -> None:
    """It would receive the token."""
    away = {"Location": "http://localhost:1/repos/acme/lab"}
    response = Response(status=301, data={"message": "Moved Permanently"}, headers=away)
    full.fake.fail(PLACES["first request"], response=response)
    with pytest.raises(Unavailable, match="redirects to another server"):
        full.sync(full=True)


def test_redirects_without_end(full: Rig) -> None:
    for path, other in (("lab", "labs"), ("labs", "lab")):
        away = {"Location": f"{full.fake.api_url}/repos/acme/{other}"}
        response = Response(status=301, data={"message": "Moved Permanently"}, headers=away)
        full.fake.fail(
            lambda request, path=path: request.path.endswith(f"/repos/acme/{path}"),
            times=999, response=response,
        )  # fmt: skip
    with pytest.raises(Unavailable, match="without end"):
        full.sync(full=True)
    assert len(full.log) == waiting.MAX_ANSWERS + 1


def test_put_off_without_end(full: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Consts, "PROCESSING_202_WAIT_TIME", 0)
    full.fake.fail(PLACES["list of changes"], times=999, response=Response(status=202, data=[]))
    with pytest.raises(Unavailable, match="without end"):
        full.sync()
    assert len(full.records()) == 120


def test_an_answer_without_end(full: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transport, "MAX_ANSWER", 500_000)
    full.fake.fail(PLACES["list of changes"], raw=b"[" + b" " * 1_000_000)
    with pytest.raises(Unavailable, match="it is larger than"):
        full.sync()
    assert len(full.records()) == 120


def test_a_page_that_is_too_large_is_read_in_parts(
    full: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    sizes = [request.size for request in full.log if request.path.endswith("/graphql")]
    monkeypatch.setattr(transport, "MAX_ANSWER", max(sizes) // 3)
    full.sync(full=True)
    assert {record.title for record in full.records().values()} == {"New title"}


def test_wrong_address(full: Rig) -> None:
    with pytest.raises(ConfigError, match="GITHUB_API_URL"):
        sync_snapshot(
            full.settings(), full.root, token=None, now=full.fake.world.now, api_url="ftp://x.org"
        )


@pytest.mark.parametrize(
    "url", ["http://github.example.org/api/v3", "http://10.0.0.1/api/v3", "http://127.evil.org/"]
)
@pytest.mark.parametrize("variable", ["api_url", "graphql_url"])
def test_a_token_never_crosses_the_network_in_clear_text(
    full: Rig, url: str, variable: str
) -> None:
    with pytest.raises(ConfigError, match="use https"):
        sync_snapshot(
            full.settings(), full.root, token=TOKEN, now=full.fake.world.now, **{variable: url}
        )


def test_an_address_with_a_password_is_not_quoted(full: Rig) -> None:
    url = "ftp://user:s3cret@x.org"
    with pytest.raises(ConfigError) as caught:
        sync_snapshot(full.settings(), full.root, token=None, now=full.fake.world.now, api_url=url)
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize("token", ["s3cret\u2026", "s3cret\nX-Other: 1", "s3cret \u0439"])
def test_a_token_with_strange_signs_is_one_clear_error(full: Rig, token: str) -> None:
    full.token = token
    with pytest.raises(GitHubError) as caught:
        full.sync()
    assert "s3cret" not in "".join(traceback.format_exception(caught.value))


@pytest.mark.parametrize("way", ["full", "changes"])
@pytest.mark.parametrize("with_token", [True, False])
def test_renamed_repository(real: Rig, way: str, *, with_token: bool) -> None:
    """The redirect is followed, the snapshot stays where it is, and the reader is told."""
    real.token = real.token if with_token else None
    real.sync()
    before = real.files()
    real.fake.world.rename(REPO, "acme/renamed")
    item = real.fake.world.repos["acme/renamed"].items[2]
    item.updated, item.title = real.fake.world.tick(), "After the move"
    report = real.sync(full=way == "full")
    assert report.notices == (
        "acme/lab is now called acme/renamed on GitHub; change the option `repo` or `repos`",
    )
    assert set(real.files()) == set(before)
    assert real.records()[2].title == "After the move"
    references = [r for record in real.records().values() for r in record.cross_references]
    assert {reference.source.repo for reference in references} <= {REPO}
    real.sync()
    assert len(real.log) == 3
    assert real.sync().notices == report.notices


def test_renamed_repository_without_changes(real: Rig) -> None:
    real.sync()
    real.fake.world.rename(REPO, "acme/renamed")
    assert "acme/renamed" in real.sync().notices[0]


def test_private_repository_is_refused(rig: Rig) -> None:
    rig.items[1] = make_item(1)
    rig.fake.world.repos[REPO].private = True
    with pytest.raises(GitHubError, match="allow_private: true"):
        rig.sync()
    assert rig.records() == {}
    rig.sync(allow_private=True)
    assert set(rig.records()) == {1}
    with pytest.raises(GitHubError, match="allow_private: true"):
        rig.sync()


@pytest.mark.parametrize("changes", [0, 1])
def test_repository_turns_private(full: Rig, changes: int) -> None:
    full.sync()
    before = full.files()
    full.fake.world.repos[REPO].private = True
    if changes:
        full.items[1].updated = full.fake.world.tick()
        full.items[1].title = "Secret"
    with pytest.raises(GitHubError, match="allow_private: true"):
        full.sync()
    assert full.files() == before
    full.token = None
    with pytest.raises(NotFound, match="without a token"):
        full.sync()
    assert full.files() == before


def test_other_repositories_go_on(rig: Rig) -> None:
    """One that cannot be found does not keep the others from being synced."""
    rig.items[1] = make_item(1)
    rig.options["repos"] = ["acme/typo", "acme/other"]
    rig.fake.world.add("acme/other", [make_item(5)])
    with pytest.raises(NotFound, match="acme/typo"):
        rig.sync()
    assert set(rig.records()) == {1}
    assert set(rig.records("acme/other")) == {5}


def test_no_repository(rig: Rig) -> None:
    rig.options = {}
    with pytest.raises(ConfigError) as caught:
        rig.sync()
    assert str(caught.value).endswith(
        "repo: not set, and `repo_url` is no repository on GitHub; set it to owner/name"
    )


def test_partial_errors(real: Rig) -> None:
    """A source that the token may not see comes as null, with an error beside the data."""
    real.sync()
    for number in (2, 13):
        real.items[number].updated = real.fake.world.tick()
        real.items[number].title = "Edited"
    real.items[13].deleted = True

    def list_it_still(request: Request) -> None:
        real.items[13].deleted = request.path.endswith("/graphql")

    real.fake.hooks.append(list_it_still)
    real.sync()
    assert real.records()[2].title == "Edited"
    assert real.records()[13].title != "Edited"


def test_two_syncs_at_once(real: Rig) -> None:
    asked, go = threading.Event(), threading.Event()

    def hold(_: Request) -> None:
        asked.set()
        go.wait(10)

    real.fake.hooks.append(hold)
    first = threading.Thread(target=real.sync)
    first.start()
    assert asked.wait(10)
    other = Rig(real.fake, real.root)
    with pytest.raises(GitHubError, match=r"another sync of \.journal is running"):
        other.sync()
    go.set()
    first.join()
    assert len(real.records()) == 85
    other.sync()


@pytest.mark.parametrize("name", FAULTS)
def test_the_token_appears_nowhere(
    full: Rig, name: str, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    """Not in files, messages, tracebacks or the most talkative logs, even if GitHub echoes it."""
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.DEBUG, logger="github")
    echo = {"response": refuse(403, f"The token {TOKEN} is bad")}
    for fault in (FAULTS[name][0], echo):
        active = full.fake.fail(PLACES["second page"], times=99, **fault)
        with pytest.raises(JournalError) as caught:
            full.sync(full=True)
        active.times = 0
        text = "".join(traceback.format_exception(caught.value)) + repr(caught.value)
        assert TOKEN not in text
    full.sync()
    written = [path.read_bytes() for path in full.root.rglob("*") if path.is_file()]
    assert written
    assert not any(TOKEN.encode() in content for content in written)
    ours = [r.getMessage() for r in caplog.records if not r.name.startswith("github.Requester")]
    assert not any(TOKEN in line for line in ours)
    sent = [r.getMessage() for r in caplog.records if r.name.startswith("github.Requester")]
    assert sent
    assert not any(TOKEN in line for line in sent if "is bad" not in line)
    assert TOKEN not in "".join(capfd.readouterr())


def test_state_holds_no_secret(real: Rig) -> None:
    real.sync()
    state = json.loads((real.root / REPO / "sync.json").read_bytes())
    assert set(state) == {
        *("schemaVersion", "cursor", "etags", "repositoryId", "name", "private", "source"),
        *("records", "started", "syncedAt", "fullSyncedAt", "unfinished"),
    }


@pytest.mark.parametrize("with_token", [True, False])
def test_place_in_a_list_that_github_forgot(full: Rig, *, with_token: bool) -> None:
    """The next sync begins anew instead of asking for the same place for ever."""
    full.token = full.token if with_token else None
    full.sync(full=True)
    path = full.root / REPO / "sync.json"
    state = json.loads(path.read_bytes())
    state["unfinished"] = {
        "mode": "graphql" if with_token else "rest",
        "started": "2026-08-01T00:00:00Z",
        "step": "issues",
        "after": "nonsense" if with_token else f"/repos/{REPO}/issues?page=999&state=all",
    }
    path.write_text(json.dumps(state))
    with pytest.raises(Unavailable, match="422"):
        full.sync()
    report = full.sync(full=True)
    assert report.repos[0].fetched == 120


@pytest.mark.parametrize("with_token", [True, False])
def test_a_written_state_leads_to_no_other_repository(full: Rig, *, with_token: bool) -> None:
    """Whoever can write `sync.json` must not choose whose records are shown."""
    full.token = full.token if with_token else None
    full.sync(full=True)
    full.fake.world.add("evil/other", [make_item(number) for number in range(1, 201)])
    path = full.root / REPO / "sync.json"
    state = json.loads(path.read_bytes())
    other = full.fake.world.repos["evil/other"].id
    state |= {"name": "evil/other", "repositoryId": other}
    state["unfinished"] = {
        "mode": "graphql" if with_token else "rest",
        "started": state["started"],
        "step": "issues",
        "after": None if with_token else f"{full.fake.api_url}/repos/evil/other/issues?page=2",
    }
    path.write_text(json.dumps(state))
    full.sync()
    assert {record.title for record in full.records().values()} == {"New title"}
    assert not any("evil" in f"{request.path} {request.body}" for request in full.log)


@pytest.mark.parametrize("key", ["cursor", "syncedAt", "fullSyncedAt"])
def test_a_time_to_come_hides_no_changes(full: Rig, key: str) -> None:
    """A clock that is wrong, or a state that somebody wrote."""
    full.sync()
    path = full.root / REPO / "sync.json"
    path.write_text(json.dumps(json.loads(path.read_bytes()) | {key: "2999-01-01T00:00:00Z"}))
    full.items[1].updated, full.items[1].title = full.fake.world.tick(), "Newer"
    full.sync()
    assert full.records()[1].title == "Newer"
    assert "2999" not in path.read_text()


@pytest.mark.parametrize("key", ["name", "repositoryId", "source", "cursor", "etags"])
def test_a_state_of_wrong_types_counts_as_none(full: Rig, key: str) -> None:
    full.sync()
    path = full.root / REPO / "sync.json"
    path.write_text(json.dumps(json.loads(path.read_bytes()) | {key: ["nonsense"]}))
    full.sync()
    assert full.sync().requests == 2


def test_lost_record_files_are_read_again(full: Rig) -> None:
    """Such as after a wrong merge: "nothing changed" must not hide that they are missing."""
    full.sync()
    (full.root / REPO / "7.json").unlink()
    assert full.sync().repos[0].full
    assert set(full.records()) == set(range(1, 121))
    assert full.sync().requests == 2
