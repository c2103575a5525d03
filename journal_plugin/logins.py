"""Logins and shell patterns of logins, as the option `ai_authors` lists them."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

BOT = "[bot]"
"""What GitHub puts behind the login of an app."""


def matches_login(login: str, patterns: Iterable[str], *, exact: bool = False) -> bool:
    """Whether a login is listed, whatever its case, with or without `[bot]` behind it.

    Args:
        login: A login, or another name of an account.
        patterns: Logins and shell patterns.
        exact: Leave the patterns out.
    """
    folded = login.strip().removeprefix("@").casefold()
    names = {folded, folded.removesuffix(BOT)}
    listed = [pattern.casefold() for pattern in patterns]
    # A login in brackets is no set of characters, so equality comes first.
    return any(
        name == pattern or (not exact and fnmatchcase(name, pattern))
        for name in names
        for pattern in listed
    )
