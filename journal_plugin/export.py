"""The journal as plain files for any engine: Markdown, blocks of HTML, and assets. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

import yaml
from markupsafe import Markup

from journal_plugin.export_links import link_references, relocate_links, uri_of
from journal_plugin.own_assets import ASSETS, SCRIPTS, STYLES, frame
from journal_plugin.pages.page import Asset, href
from journal_plugin.pages.plain import theme_title
from journal_plugin.pages.posts import render_footer, render_header
from journal_plugin.pages.search import find_entry
from journal_plugin.text.inert import make_inert, make_inert_text
from journal_plugin.text.portable import make_portable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from journal_plugin.build import Build
    from journal_plugin.export_links import Export
    from journal_plugin.model import Post
    from journal_plugin.pages.page import Entry, Page

_FRONT = re.compile(r"---[ \t]*\n(?:.*?\n)?---[ \t]*(?:\n|\Z)", re.DOTALL)
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_HEADING = re.compile(r"#(?:[ \t]|$)")
_HEADING_TAG = re.compile(r"<(h[2-6])\b")
_UNDERLINE = re.compile(r"=+[ \t]*$")
_SIGNS = re.compile(r"[{}$`<>]")


def export_pages(build: Build) -> Iterator[Asset]:
    """All generated pages and files of a build, posts apart."""
    for page in build.pages:
        yield Asset(uri=uri_of(build, page), content=format_page(build, page))
    yield from build.assets


def format_page(build: Build, page: Page) -> bytes:
    """A generated page as front matter and one line of HTML with its own styles and scripts."""
    meta: dict[str, object] = {"title": _meta_text(page.title)}
    if page.description:
        meta["description"] = _meta_text(page.description)
    entry = find_entry(build.book, page)
    if entry is None:
        meta["search"] = {"exclude": True}
    front = yaml.safe_dump(meta, allow_unicode=True, sort_keys=True, width=10_000)
    content = make_inert(
        Markup("<h1>{}</h1>\n{}{}").format(page.title, *_for_search(entry, page.html))
    )
    here = build.book.links.url_of(page.uri)
    styles = "".join(
        f'<link rel="stylesheet" href="{href(here, f"{ASSETS}/{name}")}">' for name in STYLES
    )
    scripts = "".join(
        f'<script src="{href(here, f"{ASSETS}/{name}")}"></script>' for name in SCRIPTS
    )
    block = frame(f"{styles}{content}{scripts}")
    return f"---\n{front}---\n\n{block}\n".encode("utf-8", "replace")


def _for_search(entry: Entry | None, html: Markup) -> tuple[Markup, Markup]:
    """What a search is to find, and the page in marks that keep it from reading all of that.

    Material and Zensical know the mark; other engines find the whole page. A heading starts a
    result of its own, so each has the mark, too. For Material a marked element ends where any of
    the same name does, so this one has a name that no page uses.
    """
    found = Markup("<p hidden>{}</p>\n").format(entry.text) if entry and entry.text else Markup()
    marked = Markup(_HEADING_TAG.sub(r"<\1 data-search-exclude", str(html)))  # noqa: S704 - safe already
    whole = Markup("<journal-content data-search-exclude>{}</journal-content>").format(marked)
    return found, whole


def export_post(
    export: Export, uri: str, posts: Sequence[Post], text: str, meta: Mapping[str, object]
) -> bytes:
    """A page with headers, footers and references of its posts as links of Markdown.

    Args:
        export: The export.
        uri: The page's file.
        posts: The post of the page, or the entries of a log, in the order of the page.
        text: The page.
        meta: Its front matter, as read.
    """
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    front = match[0] if (match := _FRONT.match(text)) else ""
    body = relocate_links(export, uri, link_references(export, uri, posts[0], text[len(front) :]))
    if len(posts) == 1 and "#" not in posts[0].url:
        head, rest = _split_title(body)
        parts = [head, _header(export, uri, posts[0]), rest, _footer(export, uri, posts[0])]
    else:
        parts = list(_entries(export, uri, posts, body, front.count("\n")))
    content = "\n\n".join(part.strip("\n") for part in parts if part.strip())
    return f"{_portable(front, meta)}\n{content}\n".lstrip("\n").encode("utf-8", "replace")


def _entries(
    export: Export, uri: str, posts: Sequence[Post], body: str, before: int
) -> Iterator[str]:
    """The pieces of a log: each entry's header goes before its text, its footer behind it."""
    lines = body.split("\n")
    position = 0
    for post in posts:
        start = max(position, post.body_line - 1 - before)
        end = max(start, min(len(lines), start + post.body.rstrip("\n").count("\n") + 1))
        yield "\n".join(lines[position:start])
        yield _header(export, uri, post)
        yield "\n".join(lines[start:end])
        yield _footer(export, uri, post)
        position = end
    yield "\n".join(lines[position:])


def _header(export: Export, uri: str, post: Post) -> str:
    html = render_header(export.build.book.place_of(post), post)
    return make_portable(html, lambda address: export.locate(uri, post, address))


def _footer(export: Export, uri: str, post: Post) -> str:
    html = render_footer(export.build.book.place_of(post), post)
    return make_portable(html, lambda address: export.locate(uri, post, address))


def _portable(front: str, meta: Mapping[str, object]) -> str:
    """The front matter with texts as keys: some engines refuse `{18: analysis}`."""
    portable = _with_text_keys(meta)
    if portable == dict(meta):
        return front
    block = yaml.safe_dump(portable, allow_unicode=True, sort_keys=False, width=10_000)
    return f"---\n{block}---\n"


def _with_text_keys(value: object) -> object:
    if isinstance(value, Mapping):
        return {str(key): _with_text_keys(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_with_text_keys(item) for item in value]
    return value


def _split_title(body: str) -> tuple[str, str]:
    """The Markdown up to its first top heading, and the rest; the first is empty without one."""
    fence = ""
    lines = body.split("\n")
    for number, line in enumerate(lines):
        if mark := _FENCE.match(line):
            fence = "" if fence and mark[1].startswith(fence) else fence or mark[1]
        elif fence:
            continue
        elif _HEADING.match(line) or _is_underlined(lines, number):
            return "\n".join(lines[: number + 1]), "\n".join(lines[number + 1 :])
    return "", body


def _is_underlined(lines: list[str], number: int) -> bool:
    return bool(number and lines[number - 1].strip() and _UNDERLINE.match(lines[number]))


def _meta_text(text: str) -> str:
    """A title for themes that print it unescaped, and for engines that run macros over it."""
    return _SIGNS.sub(lambda sign: make_inert_text(sign[0]), theme_title(text))
