"""Tells people, bots and AI assistants apart.

The rules, in order:

1. An account is **ai** if its login matches `ai_authors`, with or without `[bot]`.
2. It is a **bot** if GitHub says so, or its login ends in `[bot]`.
3. Otherwise it is **human**.

The author of a pull request is also **ai** if an assistant took part in the work: the branch has
an assistant's prefix, or a commit was written or co-authored by one. Each commit keeps the kinds
of its own author and co-authors, so a person who worked with an assistant is **ai** on the pull
request and **human** on the commit. A bot stays a bot, whatever its branch is called.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from journal_plugin.logins import BOT, matches_login
from journal_plugin.model import Author, AuthorKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from journal_plugin.model import Commit

AI_BRANCHES = (
    "aider/",
    "claude/",
    "codex/",
    "copilot/",
    "cursor/",
    "devin/",
    "gemini/",
    "jules/",
    "sweep/",
)
"""Prefixes of the branches that assistants open pull requests from."""

_AI_DOMAINS = frozenset(
    {"aider.chat", "anthropic.com", "cognition.ai", "cursor.com", "devin.ai", "openai.com"}
)
_GHOST = "ghost"
_TRAILER = re.compile(
    r"^co-authored-by:([^<>\n]*+)<([^<>\n]*+)>[ \t]*+$", re.IGNORECASE | re.MULTILINE
)
_PRIVATE_EMAIL = re.compile(r"(?:\d+\+)?([^@]+)@users\.noreply\.github\.com", re.IGNORECASE)
_MAX_TRAILERS = 50


class AuthorKinds:
    """The rules with the options in force."""

    def __init__(self, ai_authors: Sequence[str]) -> None:
        self._patterns = tuple(ai_authors)

    def find_author(self, login: str | None, account_type: str | None) -> Author | None:
        """An account by its login and GitHub's type, or None for a deleted one.

        REST names deleted accounts `ghost` where GraphQL has null, and only REST appends `[bot]`;
        both come out the same.
        """
        if not login or login == _GHOST:
            return None
        is_bot = account_type == "Bot" or login.endswith(BOT)
        if account_type == "Bot" and not login.endswith(BOT) and login != "Copilot":
            login += BOT
        if matches_login(login, self._patterns):
            return Author(login=login, kind=AuthorKind.AI)
        return Author(login=login, kind=AuthorKind.BOT if is_bot else AuthorKind.HUMAN)

    def find_person(self, name: str, email: str, login: str | None = None) -> Author:
        """The author of a commit; without an account, the name stands for the login."""
        private = _PRIVATE_EMAIL.fullmatch(email.strip())
        account = self.find_author(login or (private[1] if private else None), None)
        if account:
            return account
        kind = AuthorKind.AI if self._is_assistant(name, email) else AuthorKind.HUMAN
        return Author(login=name.strip() or "unknown", kind=kind)

    def find_co_authors(self, message: str) -> tuple[Author, ...]:
        """The people of the `Co-authored-by` trailers, in order, each once."""
        trailers = _TRAILER.findall(message.replace("\r\n", "\n"))[:_MAX_TRAILERS]
        return tuple(dict.fromkeys(self.find_person(name, email) for name, email in trailers))

    def find_pull_author(
        self, author: Author | None, head_ref: str | None, commits: Iterable[Commit]
    ) -> Author | None:
        """The author of a pull request, **ai** if an assistant took part in it."""
        if author is None or author.kind is not AuthorKind.HUMAN:
            return author
        people = (person for commit in commits for person in (commit.author, *commit.co_authors))
        by_ai = (head_ref or "").casefold().startswith(AI_BRANCHES) or any(
            person is not None and person.kind is AuthorKind.AI for person in people
        )
        return replace(author, kind=AuthorKind.AI) if by_ai else author

    def _is_assistant(self, name: str, email: str) -> bool:
        """Whether free text names an assistant; a person may well be called Claude."""
        local, _, domain = email.strip().casefold().partition("@")
        is_automatic = local.replace("-", "") == "noreply"
        official = is_automatic or domain in _AI_DOMAINS
        # Assistants sign with their model, too: `Claude Opus 4.5`, `aider (gpt-5)`.
        first = name.split()[:1] if is_automatic else []
        texts = (name, local, *first)
        return any(matches_login(text, self._patterns, exact=not official) for text in texts)
