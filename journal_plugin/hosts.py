"""Where records come from: github.com, or a GitHub Enterprise server."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from journal_plugin.model import Record

GITHUB = "github.com"

_ADDRESS = re.compile(r"https?://(?P<host>[A-Za-z0-9.-]{1,253}(?::[0-9]{1,5})?)/(?P<path>.*)")


def host_of(record: Record) -> str:
    """The host of a record's own address, with its port; github.com where it has none.

    A record without a trustworthy address, or with one that is no record's, belongs to github.com.
    """
    match = _ADDRESS.fullmatch(record.url or "")
    if match is None or not match["path"].startswith(f"{record.id.repo}/"):
        return GITHUB
    return match["host"].lower().removeprefix("www.")


def find_host(records: Iterable[Record], repo: str | None) -> str:
    """The host of the first record of `repo` that has an address; github.com without one."""
    own = (record for record in records if record.id.repo == repo and record.url)
    return next((host_of(record) for record in own), GITHUB)
