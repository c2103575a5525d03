"""What a generated page is, where it lives, and how pages link to each other."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, Protocol

from markupsafe import Markup

from journal_plugin.model import Post, RecordKind
from journal_plugin.pages.digests import digest

if TYPE_CHECKING:
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
        return self.uri_of(self._name_record(record))

    def url_of(self, uri: str) -> str:
        """Address of a Markdown file's page relative to the site's root, as MkDocs makes it."""
        return url_of_uri(uri, self.site)

    def url_of_node(self, node: Post | Record) -> str | None:
        """Address of a post's or record's page relative to the site's root, or None without one."""
        if isinstance(node, Post):
            return node.url
        if node.node not in self.pages:
            return None
        # At once, because most links lead to records, and none is called `index`.
        end = "/" if self.site.use_directory_urls else ".html"
        return f"{self.path}/{self._name_record(node)}{end}"

    def _name_record(self, record: Record) -> str:
        prefix = "" if record.id.repo == self.repo else f"{record.id.repo}/"
        return f"{prefix}{_FOLDERS[record.kind]}/{record.id.number}"


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
    path = _normalize(path)
    shared = _normalize(from_url[: from_url.rfind("/") + 1])
    up = 0
    while not path.startswith(shared):
        shared = shared[: shared.rfind("/", 0, -1) + 1]
        up += 1
    relative = "../" * up + path[len(shared) :]
    return f"{relative or './'}{hash_sign}{anchor}"


def _normalize(path: str) -> str:
    """An address without empty parts, `.` and `..`; nearly all are without them."""
    if "//" not in f"/{path}" and "/." not in f"/{path}":
        return path
    plain = posixpath.normpath(f"/{path}").strip("/")
    return f"{plain}/" if plain and path.endswith("/") else plain
