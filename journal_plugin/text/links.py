"""Addresses and names in GitHub text: where they lead from here, and how GitHub shortens them."""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from journal_plugin.hosts import GITHUB
from journal_plugin.text.emoji import SHORT_CODE, find_table
from journal_plugin.text.grammar import NAME, OWNER

if TYPE_CHECKING:
    from collections.abc import Collection

    from journal_plugin.model import RecordId

IMAGE_HOSTS = ("github.com", ".githubusercontent.com", ".githubassets.com")
"""Hosts whose images are shown; a leading dot stands for any host below it. GitHub fetches others
through a proxy so that their owners cannot watch readers; a static site has none, so elsewhere an
image becomes a link."""
REL = "nofollow noopener noreferrer"

_LOGIN = r"[a-z0-9][a-z0-9-]{0,29}\[bot\]|[A-Za-z0-9](?:-?[A-Za-z0-9]){0,38}(?:_[a-z0-9]{1,20})?"
_WORDS = re.compile(
    rf"(?<![\w@/.`-])@(?P<login>{_LOGIN})(?![\w/@-])"
    rf"|(?<![\w/@.#:+=%&-])(?:(?P<sha_repo>{OWNER}/{NAME})@)?"
    r"(?P<sha>[0-9a-f]{7,40})(?![\w@/.-]?\w)"
    rf"|(?P<emoji>{SHORT_CODE})"
)
_MIXED = re.compile(r"(?=[0-9a-f]*[0-9])(?=[0-9a-f]*[a-f])")
_FULL_SHA = 40
_SHORT = 7
_COMMIT_PATH = re.compile(
    rf"/(?P<repo>{OWNER}/{NAME})/(?:pull/[0-9]{{1,10}}/)?commits?/"
    r"(?P<sha>[0-9a-f]{7,40})(?P<tail>[#?][\w=&#-]*)?"
)
_CODE_PATH = re.compile(
    rf"/(?P<repo>{OWNER}/{NAME})/(?:blob|tree)/(?P<sha>[0-9a-f]{{7,40}})/"
    r"(?P<path>[^?#\s]{1,500})(?:\?[\w=&-]*)?(?P<lines>#[LC0-9-]{1,40})?"
)
_LOCAL = re.compile(r"(?![A-Za-z][A-Za-z0-9+.-]*:)")


class Linker:
    """Turns names and addresses into links, for texts of one repository."""

    __slots__ = ("host", "image_hosts", "logins", "repo")

    def __init__(
        self,
        repo: str | None,
        *,
        host: str = GITHUB,
        logins: Collection[str] | None = None,
        image_hosts: tuple[str, ...] = IMAGE_HOSTS,
    ) -> None:
        self.repo = repo
        self.host = host
        """Where the repository is."""
        self.logins = logins
        """Accounts that a mention links to, in lower case; None links any well-formed login."""
        self.image_hosts = image_hosts

    @property
    def _site(self) -> str:
        return f"https://{self.host}"

    def find_words(self, text: str) -> str:
        """HTML for plain text, with mentions, SHAs and emoji short codes filled in."""
        made: list[str] = []
        position = 0
        for match in _WORDS.finditer(text):
            if html := self._word(match):
                made += [escape(text[position : match.start()], quote=False), html]
                position = match.end()
        made.append(escape(text[position:], quote=False))
        return "".join(made)

    def find_address(self, href: str) -> str:
        """An absolute address; what is relative on GitHub does not become a page of this site."""
        if href.startswith("//"):
            return f"https:{href}"
        if not _LOCAL.match(href):
            return href
        if href.startswith("/"):
            return self._site + href
        if self.repo is None:
            return self._site
        return f"{self._site}/{self.repo}/blob/HEAD/{href.removeprefix('./')}"

    def find_label(self, href: str) -> str | None:
        """The short form of an address of a commit or of code, as HTML, or None."""
        if not href.startswith(f"{self._site}/"):
            return None
        path = href.removeprefix(self._site)
        if match := _COMMIT_PATH.fullmatch(path):
            where = "" if match["repo"] == self.repo else f"{escape(match['repo'])}@"
            return f"{where}<code>{match['sha'][:_SHORT]}</code>"
        if match := _CODE_PATH.fullmatch(path):
            where = "" if match["repo"] == self.repo else f"{match['repo']}/"
            shown = escape(where + unquote(match["path"]) + (match["lines"] or ""))
            return f"<code>{shown}</code> at <code>{match['sha'][:_SHORT]}</code>"
        return None

    def format_record(self, target: RecordId, tail: str) -> str:
        """What GitHub shows in the place of a record's address."""
        where = f"#{target.number}" if target.repo == self.repo else str(target)
        if tail.partition("#")[2].startswith(("issuecomment-", "discussion_r")):
            return f"{where} (comment)"
        return f"{where} (review)" if "#pullrequestreview-" in tail else where

    def is_shown(self, source: str) -> bool:
        """Whether an image may be loaded from there."""
        try:
            parts = urlsplit(source)
            host, port = parts.hostname or "", parts.port
        except ValueError:
            return False
        return (
            parts.scheme == "https"
            and port is None
            and parts.username is None
            and any(
                host == known or (known.startswith(".") and host.endswith(known))
                for known in self.image_hosts
            )
        )

    def _word(self, match: re.Match[str]) -> str | None:
        if login := match["login"]:
            return self._mention(login)
        if sha := match["sha"]:
            return self._commit(sha, match["sha_repo"])
        character = find_table().get(match["emoji"])
        return escape(character) if character else None

    def _mention(self, login: str) -> str | None:
        if self.logins is not None and login.lower() not in self.logins:
            return None
        name = login.removesuffix("[bot]")
        path = name if name == login else f"apps/{name}"
        return f'<a class="user-mention" href="{self._site}/{path}" rel="{REL}">@{login}</a>'

    def _commit(self, sha: str, repo: str | None) -> str | None:
        where = repo or self.repo
        if where is None or not (repo or len(sha) == _FULL_SHA or _MIXED.match(sha)):
            return None
        shown = f"{repo}@" if repo else ""
        return (
            f'<a class="commit-link" href="{self._site}/{where}/commit/{sha}" rel="{REL}">'
            f"{shown}<code>{sha[:_SHORT]}</code></a>"
        )
