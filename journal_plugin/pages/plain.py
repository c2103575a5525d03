"""A generated page as the Markdown file that stands behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import yaml

from journal_plugin.text.escape import escape_html

if TYPE_CHECKING:
    from journal_plugin.pages.page import Page

_ANGLES = str.maketrans({"<": "‹", ">": "›"})  # noqa: RUF001 - look-alikes, on purpose


def format_page(page: Page) -> bytes:
    """Front matter only: the content is put in after the host's Markdown ran.

    Front matter is always there, and with LF: without it MkDocs would take leading `key: value`
    lines of a page for metadata.
    """
    meta: dict[str, object] = {"title": theme_title(page.title)}
    if page.description:
        meta["description"] = theme_title(page.description)
    if page.is_wide:
        meta["hide"] = ["toc"]
    block = yaml.safe_dump(meta, allow_unicode=True, sort_keys=True, width=10_000)
    return f"---\n{block}---\n".encode()


def theme_title(title: str) -> str:
    """A title for the places where themes print it unescaped.

    MkDocs' templates do not escape, and Material's `striptags` even undoes an escape in `<title>`.
    So angle brackets become their typographic look-alikes there; the page's own heading shows the
    title as it is.
    """
    return str(escape_html(title.translate(_ANGLES)))
