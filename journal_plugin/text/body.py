"""GitHub Markdown, written by strangers, to HTML that shows it and can do nothing.

`cmarkgfm` is GitHub's own renderer; `nh3` sanitizes with an allow-list. References are marked only
after sanitizing, so no author can forge a marker.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import nh3
from cmarkgfm import cmark
from markupsafe import Markup

from journal_plugin.text.refs import mark_references

if TYPE_CHECKING:
    from journal_plugin.text.refs import Reference

_EXTENSIONS = ("table", "autolink", "strikethrough", "tasklist")
_OPTIONS = cmark.Options.CMARK_OPT_UNSAFE | cmark.Options.CMARK_OPT_FOOTNOTES

_ATTRIBUTES = {
    "a": {"href", "title"},
    "img": {"src", "alt", "title", "width", "height"},
    "td": {"align"},
    "th": {"align"},
    "ol": {"start"},
    "input": {"type", "checked", "disabled"},
    "details": {"open"},
    "pre": set(),
    "code": set(),
}
_TAGS = frozenset(
    {
        "a", "b", "blockquote", "br", "code", "dd", "del", "details", "dl", "dt", "em", "h1",
        "h2", "h3", "h4", "h5", "h6", "hr", "i", "img", "ins", "kbd", "li", "ol", "p", "pre",
        "q", "s", "samp", "small", "strike", "strong", "sub", "summary", "sup", "table",
        "tbody", "td", "tfoot", "th", "thead", "tr", "tt", "ul", "var", "div", "span",
    },
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """A rendered text."""

    html: Markup
    """Safe HTML with markers for references; see `refs.fill_references`."""
    references: tuple[Reference, ...]


def render_body(source: str, repo: str | None) -> Body:
    """Render one body or comment; bare references belong to `repo`."""
    html = nh3.clean(
        render_markdown(source),
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        url_schemes={"http", "https", "mailto"},
        link_rel="nofollow noopener noreferrer",
    )
    marked, references = mark_references(html, repo)
    return Body(html=Markup(marked), references=references)  # noqa: S704 - sanitized above


def render_markdown(source: str, *, positions: bool = False) -> str:
    """GitHub Flavored Markdown to HTML that is *not* safe yet.

    Args:
        source: Markdown.
        positions: Give each block a `data-sourcepos` attribute.
    """
    options = _OPTIONS | (cmark.Options.CMARK_OPT_SOURCEPOS if positions else 0)
    return str(
        cmark.markdown_to_html_with_extensions(source, options=options, extensions=_EXTENSIONS),
    )
