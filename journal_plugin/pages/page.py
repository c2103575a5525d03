"""What a generated page is, where it lives, and how pages link to each other."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, Protocol

from markupsafe import Markup

from journal_plugin.model import Post, RecordKind
from journal_plugin.pages.digests import digest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from journal_plugin.model import Heading, Record

_FOLDERS = {RecordKind.ISSUE: "issues", RecordKind.PULL: "pulls"}


class Entry(NamedTuple):
    """What a search finds of a page."""

    title: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """What rendering makes of a page."""

    html: Markup
    headings: tuple[Heading, ...] = ()
    head: Markup | None = None
    """The metadata of its head; None where they are made when they are needed."""
    entry: Entry | None = None
    """What a search finds of it; None where that is found when it is needed."""

    @property
    def mark(self) -> str:
        """The mark of all of it."""
        return digest(map(repr, (str(self.html), self.headings, self.head, self.entry)))

    def load(self) -> Finished:
        """Itself: it is here already."""
        return self


class Content(Protocol):
    """A finished page that may lie elsewhere until it is needed."""

    @property
    def mark(self) -> str:
        """Equal marks, equal pages; known without loading the page."""

    def load(self) -> Finished:
        """The page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A generated page: plain data, for any engine."""

    uri: str
    """Its Markdown file's path below the docs directory, such as `journal/issues/18.md`."""
    title: str
    """Plain text without control characters."""
    content: Content = Finished(html=Markup())
    description: str = ""
    """Plain text for search engines and feeds."""
    in_nav: bool = False
    """Whether the page belongs into the site's navigation."""
    node: str | None = None
    """Node id of the record or problem that the page is about, or None."""
    is_wide: bool = False
    """Whether the page needs the room of the theme's table of contents."""

    @property
    def html(self) -> Markup:
        """The content, safe, without the page's own `h1`."""
        return self.content.load().html

    @property
    def headings(self) -> tuple[Heading, ...]:
        """The table of contents."""
        return self.content.load().headings


class Asset(NamedTuple):
    """A generated file that is not a page."""

    uri: str
    content: bytes


class Site(NamedTuple):
    """What the pages need to know of the site around them."""

    name: str = "Journal"
    url: str = ""
    """Address of the site's root with a trailing slash, or empty."""
    use_directory_urls: bool = True
    """Whether `a.md` is served as `a/` rather than `a.html`, as in MkDocs."""
    language: str = "en"
    """The site's language, such as `de` or `pt-BR`."""
    image: str = ""
    """Address below `url` of a picture that stands for the site; empty if there is none that
    social networks take, which is not SVG."""


class Links(NamedTuple):
    """The addresses of everything in one journal."""

    path: str
    """Where the journal lives below the site's root, such as `journal`."""
    repo: str | None
    """The main repository, whose records have the short addresses."""
    site: Site
    pages: frozenset[str]
    """Nodes of the records that have a page."""

    def uri_of(self, name: str) -> str:
        """File of a generated page, such as `journal/problems/index.md` of `problems/index`."""
        return f"{self.path}/{name}.md"

    def uri_of_problem(self, slug: str) -> str:
        """File of a case study."""
        return self.uri_of(f"problems/{slug}")

    def uri_of_record(self, record: Record) -> str:
        """File of a record's page, whether or not it is written."""
        folder = _FOLDERS[record.kind]
        prefix = "" if record.id.repo == self.repo else f"{record.id.repo}/"
        return self.uri_of(f"{prefix}{folder}/{record.id.number}")

    def url_of(self, uri: str) -> str:
        """Address of a Markdown file's page relative to the site's root, as MkDocs makes it."""
        return url_of_uri(uri, self.site)

    def url_of_node(self, node: Post | Record) -> str | None:
        """Address of a post's or record's page relative to the site's root, or None without one."""
        if isinstance(node, Post):
            return node.url
        return self.url_of(self.uri_of_record(node)) if node.node in self.pages else None


def url_of_uri(uri: str, site: Site) -> str:
    """Address of a Markdown file's page relative to the site's root; any other file's is itself."""
    if not uri.endswith(".md"):
        return uri
    stem = uri.removesuffix(".md")
    folder, _, name = stem.rpartition("/")
    if name == "index":
        return (f"{folder}/" if folder else "") + ("" if site.use_directory_urls else "index.html")
    return f"{stem}/" if site.use_directory_urls else f"{stem}.html"


def href(from_url: str, to_url: str) -> str:
    """The relative link from one page of the site to another, or to a file of it.

    Args:
        from_url: Address of the page with the link, relative to the site's root.
        to_url: Address of the target, likewise; it may end in `#anchor`.
    """
    path, hash_sign, anchor = to_url.partition("#")
    base = from_url if from_url.endswith("/") or not from_url else posixpath.dirname(from_url)
    relative = _relate(path.split("/"), base.split("/"))
    if (path.endswith("/") or not path) and not relative.endswith("/"):
        relative += "/"
    return f"{relative}{hash_sign}{anchor}"


def _relate(path: Sequence[str], base: Sequence[str]) -> str:
    """What `posixpath.relpath` says, which asks the system for its directory each time."""
    parts = [part for part in path if part and part != "."]
    folders = [part for part in base if part and part != "."]
    if ".." in parts or ".." in folders:
        return posixpath.relpath("/" + "/".join(parts), "/" + "/".join(folders))
    shared = 0
    for part, folder in zip(parts, folders, strict=False):
        if part != folder:
            break
        shared += 1
    return "/".join([".."] * (len(folders) - shared) + parts[shared:]) or "."
