"""When posts and records begin, and the latest date in the data."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from journal_plugin.model import Post

if TYPE_CHECKING:
    from collections.abc import Iterable

    from journal_plugin.model import Node

NEVER = datetime.max.replace(tzinfo=UTC)
"""Sorts what has no date behind everything else."""


def date_of(node: Node) -> datetime | None:
    """When a post or record begins: its date, or GitHub's creation time."""
    return node.date if isinstance(node, Post) else node.created_at


def order_of(node: Node) -> tuple[datetime, str]:
    """When a node begins, to sort by; what has no date comes last."""
    return date_of(node) or NEVER, node.node


def find_latest(nodes: Iterable[Node]) -> datetime | None:
    """The latest date in the data: "now" for builds that are given no other time."""
    times = (
        time
        for node in nodes
        for time in (
            (node.date, node.updated)
            if isinstance(node, Post)
            else (node.created_at, node.updated_at, node.closed_at)
        )
    )
    return max((time for time in times if time), default=None)
