"""The style sheets and scripts that the journal brings along."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING

from journal_plugin.pages.page import Asset

if TYPE_CHECKING:
    from collections.abc import Iterator

ASSETS = "assets/journal"
"""Where they live on the site."""

STYLES = ("journal.css",)
"""What each page links."""

SCRIPTS = ("journal.js",)
"""What each page runs; it loads the others when a page needs them."""


def frame(html: str) -> str:
    """What the journal adds, in a frame that the style sheets know outside of Material."""
    return f'<div class="journal-page md-typeset">{html}</div>'


def load_own_assets() -> Iterator[Asset]:
    """All own files, in a fixed order."""
    waiting = [(files("journal_plugin") / "assets", ASSETS)]
    while waiting:
        directory, uri = waiting.pop()
        for item in sorted(directory.iterdir(), key=lambda item: item.name):
            if item.is_dir():
                waiting.append((item, f"{uri}/{item.name}"))
            else:
                yield Asset(uri=f"{uri}/{item.name}", content=item.read_bytes())
