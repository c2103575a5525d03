"""Links of exported pages: where they lead now, and references in posts as links of Markdown."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote, unquote, urlsplit

from journal_plugin.text.escape import escape_html
from journal_plugin.text.markup import find_tokens
from journal_plugin.text.portable import make_portable
from journal_plugin.text.refs import find_references, mark_references

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from journal_plugin.build import Build
    from journal_plugin.model import Post
    from journal_plugin.pages.page import Page
    from journal_plugin.text.markup import Token
    from journal_plugin.text.refs import Found

_ADDRESS = re.compile(r"\]\(\s*<?$|\]:\s*<?$")
_PAGE_LINK = re.compile(
    r"(?P<before>\]\(\s*<?|\]:\s*<?)(?P<path>[^\s()<>#?]+)(?P<anchor>#[^\s()<>]*)?"
)
_OPAQUE = frozenset({"code", "pre", "script", "style", "textarea", "svg", "math", "kbd", "samp"})


class Export(NamedTuple):
    """A build on its way to files."""

    build: Build
    render: Callable[[str], str]
    """The site's own Markdown. What it takes for code, or for a link, stays as it is in posts."""
    files: Mapping[str, str]
    """The file of each page of the site, by the page's address."""
    moved: Mapping[str, str]
    """Where each generated page lies, by the file that it has under MkDocs."""
    written: Mapping[str, Mapping[str, str]]
    """By page, the file that an address written in it leads to, where it is not that address."""

    def locate(self, uri: str, post: Post, address: str) -> str:
        """The address of a link in the file `uri`, as Markdown needs it: relative to the file."""
        parts = urlsplit(address)
        if parts.scheme or parts.netloc or not parts.path:
            return address
        page = post.url.partition("#")[0]
        base = page if page.endswith("/") else posixpath.dirname(page)
        url = posixpath.normpath(f"/{base}/{unquote(parts.path)}").strip("/")
        url += "/" if parts.path.endswith("/") else ""
        file = self.files.get(url, url)
        anchor = f"#{parts.fragment}" if parts.fragment else ""
        return posixpath.relpath(f"/{file}", f"/{posixpath.dirname(uri)}") + anchor


def make_export(
    build: Build,
    render: Callable[[str], str],
    own: Mapping[str, str],
    written: Mapping[str, Mapping[str, str]],
) -> Export:
    """Prepare an export.

    Args:
        build: The journal.
        render: The site's own Markdown.
        own: The file of each of the author's pages, by address.
        written: By page, the file that an address written in it leads to.
    """
    links = build.book.links
    files = {links.url_of(page.uri): uri_of(build, page) for page in build.pages}
    moved = {page.uri: uri_of(build, page) for page in build.pages}
    files |= own
    return Export(build=build, render=render, files=files, moved=moved, written=written)


def uri_of(build: Build, page: Page) -> str:
    """File of a generated page.

    With directory addresses, each page is the index of a folder: so its links are right both for
    engines that take them relative to the file and for those that take them relative to the page.
    """
    if not build.book.links.site.use_directory_urls or posixpath.basename(page.uri) == "index.md":
        return page.uri
    return f"{page.uri.removesuffix('.md')}/index.md"


def link_references(export: Export, uri: str, post: Post, body: str) -> str:
    """Turn references in a post's Markdown into links.

    Each reference is replaced by a word of its own and rendered once: only where that word comes
    out as plain text, or as the address of a link, was the reference one.
    """
    repo = export.build.journal.repo
    found = list(_widen(body, find_references(body, repo, export.build.journal.host)))
    if not found:
        return body
    words = _make_words(body, len(found))
    trial = _replace(body, dict(zip(found, words, strict=True)))
    texts, addresses = _find_words(export.render(trial), frozenset(words))
    links = {}
    for (start, end), word in zip(found, words, strict=True):
        written = body[start:end].strip("<>")
        if word in texts:
            links[start, end] = _link(export, uri, post, written)
        elif word in addresses and _ADDRESS.search(body[:start][-8:]):
            links[start, end] = _local_address(export, uri, post, written)
    return _replace(body, links)


def relocate_links(export: Export, uri: str, text: str) -> str:
    """An author's Markdown with its links to generated pages leading to where those are now."""
    folder = posixpath.dirname(uri)
    written = export.written.get(uri, {})

    def relocate(match: re.Match[str]) -> str:
        path, anchor = match["path"], match["anchor"] or ""
        target = posixpath.normpath(posixpath.join(folder, unquote(path)))
        moved = export.moved.get(target)
        if known := written.get(f"{path}{anchor}") or written.get(path):
            known, _, fragment = known.partition("#")
            moved = export.moved.get(known, known)
            anchor = anchor or (f"#{fragment}" if fragment else "")
        if moved is None:
            return match[0]
        return f"{match['before']}{posixpath.relpath(moved, folder or '.')}{anchor}"

    return _PAGE_LINK.sub(relocate, text)


def _link(export: Export, uri: str, post: Post, written: str) -> str:
    """A reference as a Markdown link with the words that it was written in."""
    journal = export.build.journal
    marked, _ = mark_references(str(escape_html(written)), journal.repo, journal.host)
    html = export.build.book.place_of(post).fill(marked)
    return make_portable(html, lambda address: export.locate(uri, post, address))


def _local_address(export: Export, uri: str, post: Post, written: str) -> str:
    """Where a link to GitHub leads on this site."""
    journal = export.build.journal
    link = f'<a href="{escape_html(written)}">x</a>'
    marked, _ = mark_references(link, journal.repo, journal.host)
    for token in find_tokens(export.build.book.place_of(post).fill(marked)):
        if token.tag == "a" and not token.closing:
            address = export.locate(uri, post, token.attributes.get("href", written))
            return quote(address, safe="/._-~#?=&%:")
    return written


def _widen(body: str, found: Iterator[Found]) -> Iterator[tuple[int, int]]:
    """Places of references; one in angle brackets goes with its brackets."""
    for one in found:
        wide = body[one.start - 1 : one.start] == "<" and body[one.end : one.end + 1] == ">"
        yield (one.start - 1, one.end + 1) if wide else (one.start, one.end)


def _make_words(body: str, number: int) -> list[str]:
    """Words of letters and digits that the body does not hold."""
    stem = "journalref"
    while stem in body.casefold():
        stem += "x"
    return [f"{stem}{index}z" for index in range(number)]


def _replace(body: str, by_place: dict[tuple[int, int], str]) -> str:
    out, position = [], 0
    for (start, end), new in sorted(by_place.items()):
        out += [body[position:start], new]
        position = end
    return "".join([*out, body[position:]])


def _find_words(html: str, words: frozenset[str]) -> tuple[set[str], set[str]]:
    """The words that stand as text outside code and links, and those that links lead to."""
    pattern = re.compile("|".join(sorted(words, key=len, reverse=True)))
    texts: set[str] = set()
    addresses: set[str] = set()
    opaque: list[str] = []
    for token in find_tokens(html):
        _track(token, opaque)
        if token.is_text and not opaque:
            texts.update(pattern.findall(token.raw))
        elif token.tag == "a" and not token.closing:
            address = token.attributes.get("href", "")
            addresses.update({address} & words)
    return texts, addresses


def _track(token: Token, opaque: list[str]) -> None:
    if token.tag in _OPAQUE or token.tag == "a":
        if not token.closing:
            opaque.append(token.tag)
        elif token.tag in opaque:
            del opaque[opaque.index(token.tag) :]
