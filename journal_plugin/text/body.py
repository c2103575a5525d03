"""GitHub Markdown, written by strangers, to HTML that shows it and can do nothing.

`comrak` renders GitHub's dialect, `nh3` sanitizes with an allow-list. What GitHub's site adds
(anchors, alerts, colours, links of names) is added after the sanitizer, by `decorate`, so no author
can forge it and the sanitizer need not let it through. In order: cut and bound the source, render,
bound the HTML, sanitize, decorate.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

import comrak
import nh3
from markupsafe import Markup

from journal_plugin.hosts import GITHUB
from journal_plugin.text.anchors import ID_PREFIX
from journal_plugin.text.decorate import Decorator
from journal_plugin.text.escape import drop_controls
from journal_plugin.text.limits import bound_html, bound_source, cut_source
from journal_plugin.text.links import IMAGE_HOSTS, REL, Linker
from journal_plugin.text.rendered import Body

if TYPE_CHECKING:
    from collections.abc import Collection


MAX_TAGS = 16_000
"""Tags of one text. Of ten thousand real ones the densest has 2,909; what follows the renderer,
such as a site's search, takes time for each."""
_MAX_FOOTNOTES = 400
_MAX_ADDRESSES = 1000
_SHORT = 4000
_WIDE_TABLE = re.compile(r"^(?:[^|\n]*+\|){400}", re.MULTILINE)
_ALIGN = {"align": {"left", "center", "right", "justify"}}
_ATTRIBUTES = {
    "*": {"id"},
    "a": {"href", "title", "name"},
    "img": {"src", "alt", "title", "width", "height"},
    "ol": {"start"},
    "code": {"class", "data-math-style"},
    "span": {"data-math-style"},
    "input": {"checked"},
    "details": {"open"},
}
_VALUES = {
    "input": {"type": {"checkbox"}},
    **dict.fromkeys(("td", "th", "p", "div", "h1", "h2", "h3", "h4", "h5", "h6"), _ALIGN),
}
_TAGS = frozenset(
    "a b blockquote br caption cite code dd del details dfn div dl dt em figcaption figure "  # noqa: SIM905 - a word list
    "h1 h2 h3 h4 h5 h6 hr i img input ins kbd li mark ol p pre q rp rt ruby s samp section small "
    "span strike strong sub summary sup table tbody td tfoot th thead time tr tt ul var wbr".split()
)


def render_body(  # noqa: PLR0913 - each option stands for itself
    source: str,
    repo: str | None,
    *,
    host: str = GITHUB,
    anchor_prefix: str = ID_PREFIX,
    heading_level: int = 1,
    logins: Collection[str] | None = None,
    image_hosts: tuple[str, ...] = IMAGE_HOSTS,
    is_file: bool = False,
) -> Body:
    """Render one body or comment as GitHub would show it.

    Args:
        source: Markdown from anybody, of any length.
        repo: The repository that bare numbers and SHAs belong to, or None.
        host: Where the repository is: github.com, or a GitHub Enterprise server.
        anchor_prefix: What every `id` starts with; different for each text on one page.
        heading_level: The level that the text's first heading gets; deeper ones follow one by
            one, down to 6. Issue forms write third-level headings only, which would get lost
            otherwise.
        logins: Accounts, in lower case, that mentions link to; None links every well-formed one.
        image_hosts: Hosts whose images are shown; images from elsewhere become links.
        is_file: Whether it is a file, where a line end is a space and not a break. Its references
            are left to whoever knows their lines.
    """
    shown, omitted = cut_source(drop_controls(source))
    rendered = _render_comment(bound_source(shown), breaks=not is_file)
    if rendered.count("<") > MAX_TAGS:
        return Body(html=_show_source(shown), references=(), omitted=omitted, is_source=True)
    html = bound_html(rendered, shown, _TAGS)
    linker = Linker(repo, host=host, logins=logins, image_hosts=image_hosts)
    clean = _sanitizer().clean(html)
    walk = Decorator(clean, linker, prefix=anchor_prefix, level=heading_level, describe=not is_file)
    return Body(
        html=Markup(walk.run()),  # noqa: S704 - sanitized, and what was added is escaped
        references=tuple(walk.references),
        headings=tuple(walk.headings),
        omitted=omitted,
    )


def render_markdown(source: str, *, positions: bool = False) -> str:
    """GitHub Flavored Markdown, as in a file, to HTML that is *not* safe yet.

    Args:
        source: Markdown.
        positions: Give each block a `data-sourcepos` attribute.
    """
    extensions = _make_extensions()
    extensions.tagfilter = True
    rendering = _make_rendering()
    rendering.sourcepos = positions
    return comrak.render_markdown(source, extension_options=extensions, render_options=rendering)


def _show_source(source: str) -> Markup:
    return Markup('<div class="highlight"><pre><code>{}</code></pre></div>\n').format(source)


def _render_comment(source: str, *, breaks: bool) -> str:
    """Markdown as in an issue or comment, with formulas.

    The filter for tags is left to `bound_html`: the renderer's own is not linear.
    """
    wide = len(source) > _SHORT and _WIDE_TABLE.search(source) is not None
    extensions, rendering = _comment_options(
        # Each citation of a footnote gets a link back, so their number can grow out of bounds.
        footnotes=source.count("[^") <= _MAX_FOOTNOTES,
        autolink=source.count("@") <= _MAX_ADDRESSES,
        table=not wide,
        breaks=breaks,
    )
    return comrak.render_markdown(source, extension_options=extensions, render_options=rendering)


@cache
def _comment_options(
    *, footnotes: bool, autolink: bool, table: bool, breaks: bool
) -> tuple[comrak.ExtensionOptions, comrak.RenderOptions]:
    extensions = _make_extensions()
    extensions.footnotes = footnotes
    extensions.autolink = autolink
    extensions.table = table
    extensions.math_dollars = extensions.math_code = True
    rendering = _make_rendering()
    rendering.hardbreaks = breaks
    return extensions, rendering


def _make_extensions() -> comrak.ExtensionOptions:
    extensions = comrak.ExtensionOptions()
    for name in ("table", "autolink", "strikethrough", "tasklist", "footnotes"):
        setattr(extensions, name, True)
    return extensions


def _make_rendering() -> comrak.RenderOptions:
    rendering = comrak.RenderOptions()
    rendering.unsafe_ = True
    return rendering


@cache
def _sanitizer() -> nh3.Cleaner:
    return nh3.Cleaner(
        tags=set(_TAGS),
        attributes=_ATTRIBUTES,
        tag_attribute_values=_VALUES,
        url_schemes={"http", "https", "mailto"},
        link_rel=REL,
        id_prefix=ID_PREFIX,
    )
