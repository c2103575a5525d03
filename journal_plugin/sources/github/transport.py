"""The way to GitHub: PyGithub's requester, with bounds on addresses, waits and answers.

Whatever answers may be no GitHub at all, such as a proxy or a wrong address in the environment. So
an answer that does not end, and one that redirects or postpones without end, is given up.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import github
from github import Auth, Github
from github.Requester import HTTPRequestsConnectionClass, HTTPSRequestsConnectionClass, Requester

from journal_plugin import __version__
from journal_plugin.errors import ConfigError
from journal_plugin.sources.github.failures import TooLargeError
from journal_plugin.sources.github.waiting import PoliteRetry

if TYPE_CHECKING:
    from collections.abc import Iterator

    import requests

    from journal_plugin.sources.github.waiting import WaitBudget

TIMEOUT = 30
"""Seconds until an answer that does not come counts as lost; GitHub's own limit is 10."""
TRIES = 3
"""How often a request is repeated after a passing failure."""
BACKOFF = 1.0
"""Seconds before the second repetition; doubled for each further one."""
MAX_ANSWER = 64 * 1024 * 1024
"""Bytes of an answer, uncompressed; a hundred records with all their texts take a tenth of it."""

_PASSING = (429, 500, 503)
_TIMEOUTS = (502, 504)
_INFO, _WARNING = 20, 30
_LOOPBACK = re.compile(r"localhost|127(?:\.[0-9]{1,3}){3}|::1")


def connect(
    variable: str,
    url: str,
    *,
    token: str | None,
    budget: WaitBudget,
    repeat_timeouts: bool,
) -> Requester:
    """A requester for the server at `url`.

    Args:
        variable: What the address is called in the environment, for messages.
        url: The address of the server, with the path that its interface begins with.
        token: To show, or None.
        budget: What waits are taken from.
        repeat_timeouts: Whether to ask again where no answer came in time, as for other failures.

    Raises:
        ConfigError: the address is none, or would show the token to the network.
    """
    _check_address(variable, url, has_token=token is not None)
    # PyGithub prints each redirect and repetition to stderr unless told otherwise.
    if github.logger.level == _INFO:
        github.set_log_level(_WARNING)
    # A requester keeps the class that it finds when it is made; the others get PyGithub's own.
    Requester.injectConnectionClasses(_Connection, _SecureConnection)
    try:
        return Github(
            auth=Auth.Token(token) if token else None,
            base_url=url,
            timeout=TIMEOUT,
            user_agent=f"mkdocs-experiment-journal/{__version__}",
            retry=PoliteRetry(
                budget=budget,
                repeat_timeouts=repeat_timeouts,
                total=TRIES,
                backoff_factor=BACKOFF,
                status_forcelist=[*_PASSING, *(_TIMEOUTS if repeat_timeouts else ())],
                raise_on_status=False,
            ),
            # PyGithub's own pauses are for callers that send a request per record.
            seconds_between_requests=None,
            seconds_between_writes=None,
        ).requester
    finally:
        Requester.resetConnectionClasses()


def origin_of(url: str) -> str:
    """An address without its path."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


class _Connection(HTTPRequestsConnectionClass):
    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.session.hooks["response"].append(_bound)


class _SecureConnection(HTTPSRequestsConnectionClass):
    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.session.hooks["response"].append(_bound)


def _bound(response: requests.Response, **_: object) -> None:
    """Called by requests before it reads the body of an answer."""
    response.raw = _Bounded(response.raw)


class _Bounded:
    """The body of an answer, up to a limit."""

    def __init__(self, raw: Any) -> None:
        self._raw = raw

    def __getattr__(self, name: str) -> Any:
        return getattr(self._raw, name)

    def stream(self, amount: int, *, decode_content: bool) -> Iterator[bytes]:
        """Read piece by piece, as requests asks for it."""
        size = 0
        for piece in self._raw.stream(amount, decode_content=decode_content):
            size += len(piece)
            if size > MAX_ANSWER:
                msg = f"it is larger than {MAX_ANSWER // 1024**2} MiB"
                raise TooLargeError(msg)
            yield piece


def _check_address(variable: str, url: str, *, has_token: bool) -> None:
    """Refuse what is no address of a server, and to send a token across a network in clear text.

    The address itself may hold a password, so no message quotes it.
    """
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ConfigError(
            variable, "is no address of a server; allowed is an http or https address"
        )
    if has_token and parts.scheme == "http" and not _LOOPBACK.fullmatch(parts.hostname):
        message = "is an http address, which would show the token to the network; use https"
        raise ConfigError(variable, message)
