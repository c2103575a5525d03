"""The style sheets and scripts that the journal brings along."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING

from journal_plugin.pages.page import Asset

if TYPE_CHECKING:
    from collections.abc import Iterator


def load_own_assets(folder: str) -> Iterator[Asset]:
    """All own files, addressed below `folder`, in a fixed order."""
    waiting = [(files("journal_plugin") / "assets", folder)]
    while waiting:
        directory, uri = waiting.pop()
        for item in sorted(directory.iterdir(), key=lambda item: item.name):
            if item.is_dir():
                waiting.append((item, f"{uri}/{item.name}"))
            else:
                yield Asset(uri=f"{uri}/{item.name}", content=item.read_bytes())
