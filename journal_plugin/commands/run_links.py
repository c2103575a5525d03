"""Ask the servers of run links whether they still know the run; only when somebody asks for it.

The addresses stand in issues and posts, so strangers may have written them. Nothing is sent but the
question itself: no token, no cookie, no password from a file, no proxy of the environment. Only
public addresses are asked; each name is looked up once for each connection, and the connection goes
to the address that was looked at. Redirects are followed by hand, a few of them, by the same rules.
"""

from __future__ import annotations

import ipaddress
import socket
import time
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urljoin, urlsplit

import urllib3
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import HTTPError, LocationParseError, NameResolutionError

from journal_plugin import __version__
from journal_plugin.errors import Diagnostic, Severity
from journal_plugin.model import Post

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from journal_plugin.build import Build
    from journal_plugin.config import Project
    from journal_plugin.model import Node

MAX_ADDRESSES = 200
"""Addresses that one check asks for; the rest are counted as not asked."""
PAUSE = 1.0
"""Seconds between two questions to one host."""
TIMEOUT = urllib3.Timeout(connect=5.0, read=10.0)
MAX_REDIRECTS = 5

_GONE = (404, 410)
_TRY_GET = (400, 403, 405, 501)
_LIMITED = (429, 503)
_LEAST_PORT = 1024
_AGENT = f"mkdocs-experiment-journal/{__version__} (checks links)"


class Result(StrEnum):
    """What became of a question."""

    FOUND = "found"
    GONE = "gone"
    """The server answers that there is nothing, or the host has no address any more."""
    UNKNOWN = "unknown"
    """Nobody can tell: no answer, an answer to signed-in people only, an address not asked."""


class NotPublicError(HTTPError):
    """An address that belongs to a machine or a network of its own, which is never asked."""


class Answer(NamedTuple):
    """The answer about one address."""

    result: Result
    why: str
    """In words, to follow the address."""


def check_run_links(
    project: Project, build: Build, is_wanted: Callable[[str], bool]
) -> tuple[list[Diagnostic], int, int]:
    """Findings for links to runs that no longer resolve.

    Args:
        project: The project.
        build: Its journal.
        is_wanted: Whether to look at the post or record of a path.

    Returns:
        The findings, how many addresses were looked at, and of how many nobody can tell.
    """
    places = _find_places(project, build)
    places = {
        url: [place for place in found if is_wanted(place[0])] for url, found in places.items()
    }
    answers = Asker().ask_all(url for url, found in places.items() if found)
    findings = [
        Diagnostic(
            path=path,
            line=line,
            code="dead-run-link",
            message=f"the link to {url} no longer resolves: {answer.why}",
            severity=Severity.WARNING,
        )
        for url, answer in answers.items()
        if answer.result is Result.GONE
        for path, line in places[url]
    ]
    unknown = sum(answer.result is Result.UNKNOWN for answer in answers.values())
    return sorted(findings), len(answers), unknown


def is_public(address: str) -> bool:
    """Whether an IP address is one of the public internet, whatever it is wrapped in."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if ip in ipaddress.ip_network("64:ff9b::/96"):
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if inner is not None:
            return inner.is_global and not inner.is_multicast
    return ip.is_global and not ip.is_multicast


class _PublicOnly(HTTPConnection):
    """A connection that goes to a public address or nowhere."""

    def _new_conn(self) -> socket.socket:
        # The name is looked up here and nowhere else: a second look-up could give another address.
        name = self._dns_host
        try:
            found = socket.getaddrinfo(name, self.port, type=socket.SOCK_STREAM)
        except (socket.gaierror, UnicodeError) as error:
            reason = error if isinstance(error, socket.gaierror) else socket.gaierror(str(error))
            raise NameResolutionError(name, self, reason) from error
        addresses = [str(item[4][0]) for item in found]
        if not addresses or not all(map(is_public, addresses)):
            message = "not a public address"
            raise NotPublicError(message)
        self._dns_host = addresses[0]
        try:
            return super()._new_conn()
        finally:
            self._dns_host = name


class _PublicOnlySecure(_PublicOnly, HTTPSConnection):
    """The same with TLS; the certificate is checked against the name."""


class _Pool(HTTPConnectionPool):
    ConnectionCls = _PublicOnly


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = _PublicOnlySecure


@dataclass(slots=True)
class Asker:
    """Asks for addresses one after the other."""

    sleep: Callable[[float], None] = time.sleep
    _last: dict[str, float] = field(default_factory=dict)
    _tired: set[str] = field(default_factory=set)
    _client: urllib3.PoolManager = field(init=False)

    def __post_init__(self) -> None:
        self._client = urllib3.PoolManager(retries=False, timeout=TIMEOUT)
        self._client.pool_classes_by_scheme = {"http": _Pool, "https": _SecurePool}

    def ask_all(self, addresses: Iterable[str]) -> dict[str, Answer]:
        """An answer for each address."""
        answers: dict[str, Answer] = {}
        for address in dict.fromkeys(addresses):
            if len(answers) < MAX_ADDRESSES:
                answers[address] = self.ask(address)
            else:
                answers[address] = Answer(result=Result.UNKNOWN, why="not asked: too many links")
        return answers

    def ask(self, address: str) -> Answer:
        """The answer for one address, redirects followed."""
        seen: set[str] = set()
        while address not in seen and len(seen) <= MAX_REDIRECTS:
            seen.add(address)
            if reason := _find_obstacle(address, self._tired):
                return Answer(result=Result.UNKNOWN, why=reason)
            try:
                status, location = self._ask_once(address)
            except NotPublicError:
                return Answer(result=Result.UNKNOWN, why="not asked: not a public address")
            except NameResolutionError:
                return Answer(result=Result.GONE, why="its host has no address")
            except (HTTPError, OSError, ValueError) as error:
                return Answer(result=Result.UNKNOWN, why=f"no answer: {type(error).__name__}")
            if not location:
                return _judge(status)
            address = urljoin(address, location)
        return Answer(result=Result.UNKNOWN, why="it redirects without end")

    def _ask_once(self, address: str) -> tuple[int, str | None]:
        """Status and, of a redirect, where it leads; the body is never read."""
        for method in ("HEAD", "GET"):
            self._wait(address)
            answer = self._client.request(
                method,
                address.partition("#")[0],
                headers={"User-Agent": _AGENT, "Accept": "*/*"},
                redirect=False,
                preload_content=False,
            )
            answer.close()
            if answer.status in _LIMITED:
                self._tired.add(urlsplit(address).netloc)
            if answer.status not in _TRY_GET:
                break
        return answer.status, answer.get_redirect_location() or None

    def _wait(self, address: str) -> None:
        host = urlsplit(address).netloc
        left = self._last.get(host, float("-inf")) + PAUSE - time.monotonic()
        if left > 0:
            self.sleep(left)
        self._last[host] = time.monotonic()


def _find_obstacle(address: str, tired: set[str]) -> str | None:
    """Why an address is not asked, judged by its looks alone."""
    try:
        parts = urlsplit(address)
        port = parts.port
        urllib3.util.parse_url(address)
    except (ValueError, LocationParseError):
        return "not asked: no address"
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return "not asked: no address of the web"
    if parts.username is not None or parts.password is not None:
        return "not asked: it holds a password"
    if port is not None and port < _LEAST_PORT and port not in (80, 443):
        return "not asked: no port of the web"
    return "not asked: its host wants fewer questions" if parts.netloc in tired else None


def _judge(status: int) -> Answer:
    if status in _GONE:
        why = f"it answers {status} to somebody who is not signed in"
        return Answer(result=Result.GONE, why=why)
    if status < min(_TRY_GET):
        return Answer(result=Result.FOUND, why=f"it answers {status}")
    return Answer(result=Result.UNKNOWN, why=f"it answers {status}")


def _find_places(project: Project, build: Build) -> dict[str, list[tuple[str, int]]]:
    """Every address of a run, and the files and lines that name it."""
    places: dict[str, list[tuple[str, int]]] = {}
    for node, outline in build.book.outlines.items():
        for link in outline.trackers:
            if link.url:
                found = _find_place(project, build.journal.nodes[node], link.url)
                places.setdefault(link.url, []).append(found)
    return places


def _find_place(project: Project, node: Node, url: str) -> tuple[str, int]:
    if isinstance(node, Post):
        path = node.path
    else:
        path = f"{project.settings.snapshot}/{node.id.repo}/{node.id.number}.json"
    return path, next(_find_lines(project, path, url), 1)


def _find_lines(project: Project, path: str, text: str) -> Iterator[int]:
    try:
        lines = (project.root / path).read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return
    yield from (number for number, line in enumerate(lines, start=1) if text in line)
