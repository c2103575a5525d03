"""The comment on a pull request: found by its commit, written once, made of escaped data."""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.deploy.actions import ROOT, Job
from tests.deploy.test_summary import read

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

COMMENT = ROOT / "action" / "comment" / "action.yml"
TOKEN = "ghs_" + "c" * 36
SHA = "1" * 40


@dataclass(slots=True, kw_only=True)
class Talk:
    """Pull requests and comments on a GitHub."""

    url: str = ""
    pulls: list[dict[str, Any]] = field(default_factory=list)
    comments: list[dict[str, Any]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    status: int = 200
    """Of answers to what writes."""

    def add_pull(self, number: int, head: str, sha: str) -> None:
        base = f"{self.url}/repos/acme/lab"
        self.pulls.append(
            {
                "number": number,
                "url": f"{base}/pulls/{number}",
                "issue_url": f"{base}/issues/{number}",
                "head": {"sha": sha, "label": head},
            }
        )

    def add_comment(self, body: str, kind: str) -> dict[str, Any]:
        number = len(self.comments) + 1
        url = f"{self.url}/repos/acme/lab/issues/comments/{number}"
        self.comments.append({"id": number, "url": url, "body": body, "user": {"type": kind}})
        return self.comments[-1]

    def answer(self, method: str, path: str, query: str, body: dict[str, Any]) -> tuple[int, Any]:
        self.asked.append(f"{method} {path}")
        if method == "GET" and path == "/repos/acme/lab/pulls":
            head = parse_qs(query)["head"][0]
            return 200, [pull for pull in self.pulls if pull["head"]["label"] == head]
        if method == "GET":
            return 200, self.comments
        if self.status != 200:
            return self.status, {"message": "Resource not accessible by integration"}
        if method == "POST":
            return 201, self.add_comment(body["body"], "Bot")
        number = int(path.rpartition("/")[2])
        self.comments[number - 1]["body"] = body["body"]
        return 200, self.comments[number - 1]


@pytest.fixture
def talk() -> Iterator[Talk]:
    made = Talk()

    class Handler(BaseHTTPRequestHandler):
        def handle_one(self) -> None:
            assert self.headers["Authorization"] == f"token {TOKEN}"
            address = urlsplit(self.path)
            raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            status, data = made.answer(
                self.command, address.path, address.query, json.loads(raw or "{}")
            )
            content = json.dumps(data).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_PATCH = handle_one  # noqa: N815 - the parent's names

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield made
    server.shutdown()
    server.server_close()
    thread.join()


def journal(*titles: str) -> dict[str, Any]:
    posts = [
        {"slug": f"post-{number}", "title": title, "status": "running", "outcome": None}
        for number, title in enumerate(titles)
    ]
    return {"posts": posts, "problems": [], "records": [], "edges": [], "diagnostics": []}


def run(talk: Talk, root: Path, files: dict[str, Any], branch: str = "topic") -> Job:
    """The steps of the action after the download, but for the install, which has its own test."""
    temp = root / "temp"
    preview = temp / "journal-preview"
    preview.mkdir(parents=True, exist_ok=True)
    for name, data in files.items():
        text = data if isinstance(data, str) else json.dumps(data)
        (preview / name).write_text(text, encoding="utf-8")
    event = {
        "workflow_run": {
            "head_sha": SHA,
            "head_branch": branch,
            "head_repository": {"owner": {"login": "stranger"}},
            "html_url": "https://github.com/acme/lab/actions/runs/7",
        }
    }
    (root / "event.json").write_text(json.dumps(event))
    environment = {
        "GITHUB_API_URL": talk.url,
        "GITHUB_REPOSITORY": "acme/lab",
        "GITHUB_EVENT_PATH": str(root / "event.json"),
        "PIP_NO_INDEX": "1",
    }
    (root / "empty").mkdir(exist_ok=True)
    job = Job(workspace=root / "empty", temp=temp, cache=root, token=TOKEN, environment=environment)
    return job.run(COMMENT, run_id="7", only="Write the comment")


def test_fork_gets_one_comment_that_is_updated(talk: Talk, tmp_path: Path) -> None:
    talk.add_pull(5, "stranger:topic", SHA)
    job = run(talk, tmp_path, {"previous.json": journal("A"), "journal.json": journal("A", "B")})
    assert job.ok, job.log
    assert len(talk.comments) == 1
    assert "gains 1 post" in talk.comments[0]["body"]
    assert "[this run](https://github.com/acme/lab/actions/runs/7)" in talk.comments[0]["body"]
    run(talk, tmp_path, {"journal.json": journal("A", "B", "C")})
    assert len(talk.comments) == 1
    assert "gains 2 posts" in talk.comments[0]["body"]


def test_same_comment_is_not_sent_again(talk: Talk, tmp_path: Path) -> None:
    talk.add_pull(5, "stranger:topic", SHA)
    for _ in range(2):
        run(talk, tmp_path, {"previous.json": journal("A"), "journal.json": journal("B")})
    assert sum(not asked.startswith("GET") for asked in talk.asked) == 1


def test_first_preview_has_nothing_to_compare_with(talk: Talk, tmp_path: Path) -> None:
    talk.add_pull(5, "stranger:topic", SHA)
    run(talk, tmp_path, {"journal.json": journal("A")})
    assert "no earlier build" in talk.comments[0]["body"]


def test_older_commit_says_nothing(talk: Talk, tmp_path: Path) -> None:
    talk.add_pull(5, "stranger:topic", "2" * 40)
    job = run(talk, tmp_path, {"journal.json": journal("A")})
    assert job.ok, job.log
    assert talk.comments == []


def test_comment_of_a_person_with_the_mark_is_left_alone(talk: Talk, tmp_path: Path) -> None:
    talk.add_pull(5, "stranger:topic", SHA)
    talk.add_comment("<!-- journal-preview -->\nmine", "User")
    run(talk, tmp_path, {"journal.json": journal("A")})
    assert talk.comments[0]["body"] == "<!-- journal-preview -->\nmine"
    assert len(talk.comments) == 2


@pytest.mark.parametrize("branch", ["a&head=ada:main", "$(touch pwned)", "ü/ñ #1"])
def test_hostile_branch(talk: Talk, tmp_path: Path, branch: str) -> None:
    talk.add_pull(5, f"stranger:{branch}", SHA)
    job = run(talk, tmp_path, {"journal.json": journal("A")}, branch)
    assert job.ok, job.log
    assert len(talk.comments) == 1
    assert not list(tmp_path.rglob("pwned"))


def test_hostile_titles_cannot_mention_link_or_format(talk: Talk, tmp_path: Path) -> None:
    talk.add_pull(5, "stranger:topic", SHA)
    title = "@ada #3 <img src=x> [x](https://evil.example) https://evil.example </details>"
    run(talk, tmp_path, {"previous.json": journal(), "journal.json": journal(title)})
    found = read(talk.comments[0]["body"])
    assert set(found.tags) == {"h3", "p", "strong", "details", "summary", "ul", "li", "a"}
    assert found.tags.count("a") == 1, "the link to the run"
    assert "@ada" not in found.text
    assert "#3" not in found.text
    assert "</details>" in found.text


@pytest.mark.parametrize(
    "files",
    [
        {},
        {"journal.json": "nonsense", "previous.json": journal()},
        {"journal.json": "[" * 100_000, "previous.json": journal()},
        {"journal.json": [], "previous.json": journal()},
        {"journal.json": {"posts": 7}, "previous.json": "7"},
    ],
    ids=["nothing", "no JSON", "deep", "list", "wrong types"],
)
def test_broken_artifact_makes_no_comment(
    talk: Talk, tmp_path: Path, files: dict[str, Any]
) -> None:
    talk.add_pull(5, "stranger:topic", SHA)
    job = run(talk, tmp_path, files)
    assert not job.ok
    assert "::error::" in job.log
    assert talk.comments == []


def test_link_out_of_the_artifact_is_refused(talk: Talk, tmp_path: Path) -> None:
    talk.add_pull(5, "stranger:topic", SHA)
    preview = tmp_path / "temp" / "journal-preview"
    preview.mkdir(parents=True)
    (tmp_path / "secret.json").write_text(json.dumps(journal("secret")))
    (preview / "previous.json").symlink_to(tmp_path / "secret.json")
    job = run(talk, tmp_path, {"journal.json": journal("A")})
    assert not job.ok
    assert talk.comments == []


def test_refusal_is_told_without_the_token(talk: Talk, tmp_path: Path) -> None:
    talk.add_pull(5, "stranger:topic", SHA)
    talk.status = 403
    job = run(talk, tmp_path, {"journal.json": journal("A")})
    assert not job.ok
    assert "::error::GitHub refused the comment (status 403)" in job.log
    assert TOKEN not in job.log


def test_long_change_fits_into_a_comment(talk: Talk, tmp_path: Path) -> None:
    talk.add_pull(5, "stranger:topic", SHA)
    data = journal("A")
    kinds = ("posts", "problems", "records", "edges", "diagnostics")
    for kind in kinds:
        data[kind] = [
            {
                "slug": f"{n}",
                "title": "<" * 200,
                "status": "x",
                "number": n,
                "repo": "<" * 300,
                "source": "<" * 300,
                "kind": "mentions",
                "target": f"{n}",
                "path": "<" * 300,
                "message": "m",
                "code": f"{n}",
            }
            for n in range(200)
        ]
    run(talk, tmp_path, {"previous.json": journal(), "journal.json": data})
    body = talk.comments[0]["body"]
    assert 50_000 < len(body) < 65_536
    assert body.count("<details>") == body.count("</details>")
