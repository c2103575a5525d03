"""The HTTP server: tokens, quotas, `ETag`s, faults on demand, and a log of what was asked."""

from __future__ import annotations

import json
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from email.utils import format_datetime
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from time import sleep
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from tests.fake_github.graph import Graph
from tests.fake_github.rest import Response, Rest, refuse
from tests.fake_github.validation import check_answer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.fake_github.world import World

TOKEN = "ghp_" + "fakefakefakefakefakefakefakefakefake"
"""The token that the fake accepts."""

PROBLEMS = "problems"


@dataclass(slots=True, kw_only=True)
class Request:
    """One line of the log."""

    method: str
    path: str
    query: str = ""
    body: dict[str, Any] = field(default_factory=dict)
    conditional: bool = False
    status: int = 0
    size: int = 0
    cost: int = 0
    """Requests or points taken from the quota."""


@dataclass(slots=True, kw_only=True)
class Fault:
    """What goes wrong, where, and how often."""

    when: Callable[[Request], bool] = lambda _: True
    times: int = 1
    response: Response | None = None
    """Goes out in place of the real answer."""
    raw: bytes | None = None
    """Goes out as the body, such as HTML."""
    drop: bool = False
    """Close the connection without an answer."""
    cut: bool = False
    """Promise the whole body and send half of it, then close."""
    truncate: bool = False
    """Send half of the body as if it were all."""
    delay: float = 0
    """Wait before answering."""


@dataclass(slots=True, kw_only=True)
class FakeGitHub:
    """A running server and the knobs to turn."""

    world: World
    url: str = ""
    log: list[Request] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    hooks: list[Callable[[Request], None]] = field(default_factory=list)
    """Called before each request is answered; may change the world."""
    quota: dict[str, int] = field(default_factory=lambda: {"core": 5000, "graphql": 5000})
    reset_in: float = 1800
    """Seconds until the quotas are full again."""
    latency: float = 0
    """Seconds that each answer takes at least."""
    validate: bool = True
    problems: list[str] = field(default_factory=list)
    """Faults of the fake itself, such as answers that break GitHub's description."""

    @property
    def api_url(self) -> str:
        return f"{self.url}/api/v3"

    @property
    def graphql_url(self) -> str:
        return f"{self.url}/api/graphql"

    @property
    def environment(self) -> dict[str, str]:
        """Variables that lead a command here."""
        return {
            "GITHUB_TOKEN": TOKEN,
            "GITHUB_API_URL": self.api_url,
            "GITHUB_GRAPHQL_URL": self.graphql_url,
        }

    @property
    def cost(self) -> int:
        return sum(request.cost for request in self.log)

    @property
    def paths(self) -> list[str]:
        return [request.path for request in self.log]

    def fail(self, when: str | Callable[[Request], bool] = "", **fault: Any) -> Fault:
        """Let requests go wrong whose path contains a text, or for which a test is true."""
        test = when if callable(when) else lambda request: when in request.path
        self.faults.append(Fault(when=test, **fault))
        return self.faults[-1]

    def handle(self, request: Request, *, token: str | None, etag: str | None) -> Response:
        """The answer to one request, without faults."""
        if token not in {None, TOKEN}:
            return refuse(401, "Bad credentials")
        if request.method == "POST":
            return self._handle_graphql(request, token)
        rest = Rest(self.world, self.api_url)
        path = request.path.removeprefix("/api/v3")
        response = rest.answer(path, request.query, may_see_private=token is not None)
        text = json.dumps(response.data)
        if response.status == 200:
            own = f'W/"{sha256((text + (token or "")).encode()).hexdigest()}"'
            response.headers["ETag"] = own
            if etag == own:
                response = Response(status=304, headers={"ETag": own})
        # "Not modified" is free for those who say who they are.
        free = response.status == 304 and token is not None
        return self._charge(request, response, "core", 0 if free else 1, path)

    def _handle_graphql(self, request: Request, token: str | None) -> Response:
        if request.path != "/api/graphql" or token is None:
            return refuse(401, "This endpoint requires you to be authenticated.")
        body = request.body
        data, points = Graph(self.world).answer(
            body["query"], body["variables"], may_see_private=True
        )
        if points > self.quota["graphql"]:
            data = {"errors": [{"type": "RATE_LIMITED", "message": "API rate limit exceeded"}]}
            self.quota["graphql"] = points = 0
        return self._charge(request, Response(data=data), "graphql", points, None)

    def _charge(
        self, request: Request, response: Response, kind: str, price: int, path: str | None
    ) -> Response:
        if price > self.quota[kind]:
            response, price = refuse(403, "API rate limit exceeded for user."), 0
        elif path is not None and self.validate and response.status != 304:
            check_answer(path, response.status, response.data)
        self.quota[kind] -= price
        request.cost = price
        reset = int((self.world.now + timedelta(seconds=self.reset_in)).timestamp())
        response.headers |= {
            "X-RateLimit-Limit": "5000",
            "X-RateLimit-Remaining": str(self.quota[kind]),
            "X-RateLimit-Reset": str(reset),
            "X-RateLimit-Resource": kind,
        }
        return response

    def find_fault(self, request: Request) -> Fault | None:
        for fault in self.faults:
            if fault.times > 0 and fault.when(request):
                fault.times -= 1
                return fault
        return None


@contextmanager
def serve(world: World) -> Iterator[FakeGitHub]:
    """Run a fake GitHub on loopback; fails at the end if it broke GitHub's own description."""
    fake = FakeGitHub(world=world)
    handler = type("Handler", (_Handler,), {"fake": fake, "lock": threading.Lock()})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    fake.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield fake
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
    assert not fake.problems, fake.problems[0]


class _Handler(BaseHTTPRequestHandler):
    fake: FakeGitHub
    lock: threading.Lock
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        self._answer({})

    def do_POST(self) -> None:
        self._answer(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))

    def _answer(self, body: dict[str, Any]) -> None:
        address = urlsplit(self.path)
        request = Request(
            method=self.command,
            path=address.path,
            query=address.query,
            body=body,
            conditional="If-None-Match" in self.headers,
        )
        sleep(self.fake.latency)
        with self.lock:
            try:
                fault, response = self._decide(request)
            except Exception as error:  # noqa: BLE001 - the test must see it, whatever it is
                self.fake.problems.append(f"{request.path}: {error!r}")
                fault, response = None, refuse(500, "the fake is broken")
            request.status = response.status
            self.fake.log.append(request)
        sleep(fault.delay if fault else 0)
        if fault and fault.drop:
            self.close_connection = True
            self.connection.close()
            return
        self._send(request, response, fault)

    def _decide(self, request: Request) -> tuple[Fault | None, Response]:
        for hook in self.fake.hooks:
            hook(request)
        fault = self.fake.find_fault(request)
        if fault and fault.response:
            return fault, fault.response
        # PyGithub writes `token x`; others write `Bearer x`.
        token = self.headers.get("Authorization", "").partition(" ")[2] or None
        etag = self.headers.get("If-None-Match")
        return fault, self.fake.handle(request, token=token, etag=etag)

    def _send(self, request: Request, response: Response, fault: Fault | None) -> None:
        content = b"" if response.status == 304 else json.dumps(response.data).encode()
        if fault and fault.raw is not None:
            content = fault.raw
        if fault and fault.truncate:
            content = content[: len(content) // 2]
        request.size = len(content)
        self.send_response_only(response.status)
        self.send_header("Date", format_datetime(self.fake.world.now, usegmt=True))
        self.send_header("Content-Type", "text/html" if fault and fault.raw else "application/json")
        self.send_header("Content-Length", str(len(content)))
        for name, value in response.headers.items():
            self.send_header(name, value)
        self.end_headers()
        if fault and fault.cut:
            content = content[: len(content) // 2]
            self.close_connection = True
        try:
            self.wfile.write(content)
        except OSError:
            self.close_connection = True

    def log_message(self, *_: Any) -> None:
        """Say nothing; the log is in `FakeGitHub.log`."""
