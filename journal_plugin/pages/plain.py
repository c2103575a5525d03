"""A generated page as the Markdown file that stands behind it."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from journal_plugin.text.escape import escape_html

if TYPE_CHECKING:
    from journal_plugin.pages.page import Page

_ANGLES = str.maketrans({"<": "‹", ">": "›"})  # noqa: RUF001 - look-alikes, on purpose
# YAML 1.1, productions 1 and 22 to 27; line ends and the byte order mark are not kept as they are.
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]")


def make_meta(page: Page) -> dict[str, object]:
    """The front matter of a page."""
    meta: dict[str, object] = {"title": theme_title(page.title)}
    if page.description:
        meta["description"] = theme_title(page.description)
    if page.is_wide:
        meta["hide"] = ["toc"]
    return meta


def format_page(page: Page) -> bytes:
    """Front matter only: the content is put in after the host's Markdown ran.

    Front matter is always there, and with LF: without it MkDocs would take leading `key: value`
    lines of a page for metadata.
    """
    lines = (f"{key}: {quote_yaml(value)}\n" for key, value in sorted(make_meta(page).items()))
    return f"---\n{''.join(lines)}---\n".encode()


def quote_yaml(value: object) -> str:
    """A text, or a list of texts, as YAML on one line.

    JSON is YAML (1.2, section 1.3) but for the signs that YAML does not count as
    printable or takes for a line end. The YAML library's own writer takes fifty times as long.
    """
    return _UNPRINTABLE.sub(
        lambda sign: f"\\u{ord(sign[0]):04x}", json.dumps(value, ensure_ascii=False)
    )


def theme_title(title: str) -> str:
    """A title for the places where themes print it unescaped.

    MkDocs' templates do not escape, and Material's `striptags` even undoes an escape in `<title>`.
    So angle brackets become their typographic look-alikes there; the page's own heading shows the
    title as it is.
    """
    return str(escape_html(title.translate(_ANGLES)))
