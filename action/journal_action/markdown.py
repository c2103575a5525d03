"""Text by strangers on its way into Markdown that GitHub shows."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from journal_plugin.text.escape import shorten

if TYPE_CHECKING:
    from collections.abc import Sequence

_SIGNS = re.compile(r"""[!-/:-@\[-`{-~]""")
_LIMIT = 120


def escape(text: object) -> str:
    """Text that GitHub shows as it is: no tag, link, image, emphasis, table cell or mention.

    CommonMark allows a backslash before each ASCII sign. GitHub looks for `@name`, `#18` and
    `GH-18` in the finished text, where no backslash is left; an invisible word joiner splits those.
    """
    printable = "".join(c if c.isprintable() else " " for c in str(text))
    flat = shorten(printable, _LIMIT)
    split = re.sub(r"([@#]|\bgh-(?=\d))", "\\1\u2060", flat, flags=re.IGNORECASE)
    return _SIGNS.sub(lambda sign: f"\\{sign[0]}", split)


def make_table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    """A table of cells that are Markdown already."""
    lines = [head, tuple("---" for _ in head), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)
