"""`journal check --run-links`: what is asked, what is never asked, and what the answers mean."""

from __future__ import annotations

import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

import pytest

from journal_plugin.commands import run_links
from journal_plugin.commands.run_links import Asker, Result, is_public
from tests.support.project import run

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

STATUSES = {"/ok": 200, "/gone": 404, "/410": 410, "/private": 403, "/broken": 500, "/busy": 429}
REDIRECTS = {
    "/moved": "/gone",
    "/loop": "/loop",
    "/ping": "/pong",
    "/pong": "/ping",
    "/inside": "http://10.0.0.1/",
    "/metadata": "http://169.254.169.254/latest/meta-data/",
    "/file": "file:///etc/passwd",
    "/password": "http://me:secret@127.0.0.1/",
}


class Server(ThreadingHTTPServer):
    """Answers by path and remembers every question."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.asked: list[tuple[str, str, dict[str, str]]] = []


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_HEAD(self) -> None:
        self.server.asked.append((self.command, self.path, dict(self.headers)))
        status = STATUSES.get(self.path, 404)
        if self.path == "/get-only":
            status = 405 if self.command == "HEAD" else 200
        if self.path.startswith("/far/"):
            step = int(self.path.rpartition("/")[2]) + 1
            return self.redirect(f"/far/{step}")
        if self.path in REDIRECTS:
            return self.redirect(REDIRECTS[self.path])
        self.send_response(status)
        self.end_headers()
        return None

    do_GET = do_HEAD  # noqa: N815 - the name that http.server looks for

    def redirect(self, where: str) -> None:
        self.send_response(302)
        self.send_header("Location", where)
        self.send_header("Set-Cookie", "session=1")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as made:
        thread = threading.Thread(target=made.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        yield made
        made.shutdown()
        thread.join()


@pytest.fixture
def base(server: Server, monkeypatch: pytest.MonkeyPatch) -> str:
    """The server's address, which counts as public in this test alone."""
    monkeypatch.setattr(run_links, "is_public", lambda a: a == "127.0.0.1" or is_public(a))
    monkeypatch.setattr(run_links, "PAUSE", 0.0)
    return f"http://127.0.0.1:{server.server_port}"


@pytest.mark.parametrize(
    ("path", "result"),
    [
        ("/ok", Result.FOUND),
        ("/get-only", Result.FOUND),
        ("/gone", Result.GONE),
        ("/410", Result.GONE),
        ("/moved", Result.GONE),
        ("/private", Result.UNKNOWN),
        ("/broken", Result.UNKNOWN),
        ("/busy", Result.UNKNOWN),
        ("/loop", Result.UNKNOWN),
        ("/ping", Result.UNKNOWN),
        ("/far/1", Result.UNKNOWN),
        ("/inside", Result.UNKNOWN),
        ("/metadata", Result.UNKNOWN),
        ("/file", Result.UNKNOWN),
        ("/password", Result.UNKNOWN),
    ],
)
def test_answers(base: str, server: Server, path: str, result: Result) -> None:
    assert Asker().ask(base + path).result is result
    assert 0 < len(server.asked) <= 6


def test_nothing_but_the_question_is_sent(
    base: str, server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither tokens, nor a password file, nor a cookie of the answer before, nor a proxy."""
    netrc = tmp_path / ".netrc"
    netrc.write_text("machine 127.0.0.1 login me password secret\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    monkeypatch.setenv("GITHUB_TOKEN", "ghp_secret")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    asker = Asker()
    asker.ask(base + "/moved?x=1")
    asker.ask(base + "/moved#/experiments/1")
    asker.ask(base + "/gone")
    assert len(server.asked) == 4
    for _, path, headers in server.asked:
        assert "#" not in path
        assert set(headers) <= {"Host", "User-Agent", "Accept", "Accept-Encoding"}
        assert "secret" not in repr(headers)


def test_a_server_of_this_machine_is_never_asked(server: Server) -> None:
    """By number, by name, wrapped into IPv6: without the patch none of them is public."""
    port = server.server_port
    for host in ("127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "2130706433", "0.0.0.0"):  # noqa: S104 - as an address to ask
        answer = Asker().ask(f"http://{host}:{port}/gone")
        assert answer.result is not Result.FOUND
        assert answer.why in ("not asked: not a public address", "its host has no address")
    assert server.asked == []


@pytest.mark.usefixtures("base")
def test_the_connection_goes_to_the_address_that_was_looked_at(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name that gives another address the second time cannot lead inside."""
    looked_up = []

    def look_up(host: str, port: int, *_: object, **__: object) -> list[object]:
        looked_up.append(host)
        address = "127.0.0.1" if looked_up.count("rebind.test") <= 1 else "10.0.0.1"
        host = address if host == "rebind.test" else host
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (host, port))]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    answer = Asker().ask(f"http://rebind.test:{server.server_port}/ok")
    assert answer.result is Result.FOUND
    assert looked_up.count("rebind.test") == 1
    assert server.asked[0][2]["Host"].startswith("rebind.test")


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "0.0.0.0",  # noqa: S104 - not bound
        "100.64.0.1", "224.0.0.1", "255.255.255.255", "::1", "::", "fe80::1", "fe80::1%eth0",
        "fc00::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::",
        "ff02::1",
    ],
)  # fmt: skip
def test_addresses_that_are_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8"])
def test_public_addresses(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    ["ftp://a.example/x", "https://a.example:22/", "http://[::1", "https://", "http://a:b@c.example"],
)  # fmt: skip
def test_addresses_that_are_not_even_looked_up(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: pytest.fail("looked up"))
    assert Asker().ask(address).result is Result.UNKNOWN


def test_one_host_is_not_pressed(
    base: str, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run_links, "PAUSE", 1.0)
    waited: list[float] = []
    asker = Asker(sleep=waited.append)
    asker.ask_all([f"{base}/ok", f"{base}/busy", f"{base}/gone"])
    assert len(waited) == 1
    assert 0.5 < waited[0] <= 1
    assert [path for _, path, _ in server.asked] == ["/ok", "/busy"]


def test_the_number_of_questions_is_limited(
    base: str, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run_links, "MAX_ADDRESSES", 2)
    answers = Asker().ask_all(f"{base}/ok?{n}" for n in range(4))
    assert len(server.asked) == 2
    assert [answer.result for answer in answers.values()][2:] == [Result.UNKNOWN] * 2


def write_post(project: Path, base: str) -> None:
    post = project / "docs" / "posts" / "a.md"
    post.parent.mkdir(exist_ok=True)
    post.write_text(
        f"---\ntitle: A\ndate: 2026-01-09\n---\n\n# A\n\n"
        f"- {base}/ok#/experiments/1/runs/2\n- <{base}/gone#/experiments/1/runs/3>\n"
    )


def test_the_command_names_file_and_line(project: Path, base: str) -> None:
    write_post(project, base)
    done = run("check", "--run-links")
    assert done.exit_code == 1
    assert [line for line in done.stdout.splitlines() if line.startswith("docs/")] == [
        (
            f"docs/posts/a.md:9: the link to {base}/gone#/experiments/1/runs/3 no longer resolves: "
            "it answers 404 to somebody who is not signed in [dead-run-link]"
        )
    ]
    assert "looked at 2 addresses of runs; of 0 nobody can tell" in done.stderr


def test_without_the_flag_nobody_is_asked(project: Path, base: str, server: Server) -> None:
    write_post(project, base)
    assert run("check").exit_code == 0
    assert run("check", "--run-links", "docs/index.md").exit_code == 0
    assert server.asked == []
