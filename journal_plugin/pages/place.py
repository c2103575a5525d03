"""One page as the place that links start from, and what it depends on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from journal_plugin.hosts import GITHUB
from journal_plugin.model import Record, RecordKind
from journal_plugin.pages.digests import ask_facet, ask_reference
from journal_plugin.pages.page import href
from journal_plugin.text.escape import escape_html
from journal_plugin.text.refs import fill_references

if TYPE_CHECKING:
    from collections.abc import Callable

    from journal_plugin.journal import Journal
    from journal_plugin.model import Node, RecordId
    from journal_plugin.pages.book import Book
    from journal_plugin.pages.facets import Facet
    from journal_plugin.pages.page import Finished
    from journal_plugin.problems import Artifact, Problem
    from journal_plugin.text.refs import Placed
    from journal_plugin.text.rendered import Body
    from journal_plugin.text.sections import Section


class Recipe:
    """How to make a page that is kept; there is one for each page, so it is small."""

    __slots__ = ("_holder", "_make", "_uri")

    def __init__(self, book: Book, uri: str, make: Callable[[Place], Finished]) -> None:
        # A page may outlive the build of its book.
        self._holder = book.recent or book
        self._uri = uri
        self._make = make

    def __call__(self, asked: set[str]) -> Finished:
        """The content; what it depends on is added to `asked`."""
        book = self._holder.latest
        url = book.links.url_of(self._uri)
        return self._make(AskingPlace(book=book, url=url, asked=asked))


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One page as the place that links start from; templates know it as `p`."""

    book: Book
    url: str
    """Address of the page relative to the site's root."""

    @property
    def journal(self) -> Any:
        """What templates see of the journal."""
        return self.book.journal

    def find_facet(self, axis: str, name: str | None) -> Facet | None:
        """The facet of a name in any spelling, or None."""
        return self.book.facets.find(axis, name)

    def href(self, url: str) -> str:
        """Relative link to an address of the site."""
        return href(self.url, url)

    def to(self, name: str) -> str:
        """Relative link to a generated page, such as `problems/index`."""
        return self.href(self.book.links.url_of(self.book.links.uri_of(name)))

    def to_problem(self, slug: str) -> str:
        """Relative link to a case study."""
        return self.to(f"problems/{slug}")

    def to_node(self, node: Node) -> str | None:
        """Relative link to a post or record, or its address on GitHub, or None."""
        url = self.book.links.url_of_node(node)
        if url is not None:
            return self.href(url)
        return github_url(node) if isinstance(node, Record) else None

    def to_comment(self, record: Record, number: int) -> str | None:
        """Relative link to a comment, or its address on GitHub, or the record's."""
        if self.book.links.url_of_node(record) is not None:
            return f"{self.to_node(record)}#comment-{number}"
        url = record.comments[number - 1].url or ""
        return url if url.startswith(("https://", "http://")) else self.to_node(record)

    def node(self, node_id: str) -> Node:
        """The post or record of a node id."""
        return self.book.journal.nodes[node_id]

    def record(self, target: RecordId) -> Record | None:
        """The record that a reference means, if there is one."""
        return self.book.journal.records.get(target)

    def body(self, body: Body) -> Markup:
        """A rendered text with its references as links from here."""
        return Markup(fill_references(body.html, self._reference))  # noqa: S704 - safe already

    def section(self, section: Section) -> Markup:
        """A section of a rendered text with its references as links from here."""
        return Markup(fill_references(section.html, self._reference))  # noqa: S704 - same

    def fill(self, html: str) -> str:
        """Turn the reference markers of a host's HTML into links from here."""
        return fill_references(html, self._reference)

    def _reference(self, placed: Placed) -> str:
        record = self.book.journal.records.get(placed.target)
        if record is None:
            url = (
                placed.href
                or f"https://{self.book.journal.host}/{placed.target.repo}/issues/{placed.target.number}"
            )
            return f'<a href="{escape_html(url)}" rel="nofollow noopener">{placed.label}</a>'
        anchor = _comment_anchor(record, placed.tail)
        link = f"{self.to_node(record)}{anchor}"
        title = escape_html(self.book.describe(record))
        return (
            f'<a class="journal-ref" data-kind="{record.kind}" data-state="{record.state}" '
            f'href="{escape_html(link)}" title="{title}">{placed.label}</a>'
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class AskingPlace(Place):
    """A place that notes which nodes and facets its page depends on.

    It offers templates only what can be noted. `super()` does not work in a class with slots that
    a decorator made, hence the calls by name.
    """

    asked: set[str]
    """Questions for `Digests.answer`."""

    @property
    def journal(self) -> Any:
        """What can be noted of the journal."""
        return _AskingJournal(self.book.journal, self.asked)

    def find_facet(self, axis: str, name: str | None) -> Facet | None:
        """The facet of a name in any spelling, or None."""
        if name:
            self.asked.add(ask_facet(axis, name))
        return Place.find_facet(self, axis, name)

    def to_node(self, node: Node) -> str | None:
        """Relative link to a post or record, or its address on GitHub, or None."""
        self.asked.add(node.node)
        return Place.to_node(self, node)

    def to_comment(self, record: Record, number: int) -> str | None:
        """Relative link to a comment, or its address on GitHub, or the record's."""
        self.asked.add(record.node)
        return Place.to_comment(self, record, number)

    def node(self, node_id: str) -> Node:
        """The post or record of a node id."""
        self.asked.add(node_id)
        return Place.node(self, node_id)

    def record(self, target: RecordId) -> Record | None:
        """The record that a reference means, if there is one."""
        self.asked.add(ask_reference(target))
        return Place.record(self, target)

    def _reference(self, placed: Placed) -> str:
        self.asked.add(ask_reference(placed.target))
        return Place._reference(self, placed)  # noqa: SLF001 - its own class


class _AskingJournal:
    """The journal for templates of pages that are kept."""

    def __init__(self, journal: Journal, asked: set[str]) -> None:
        self._journal = journal
        self._asked = asked
        self.repo = journal.repo

    def find_problems(self, node: str) -> tuple[tuple[Problem, Artifact], ...]:
        """The problems of a node and its place in each, sorted by slug."""
        self._asked.add(node)
        return self._journal.find_problems(node)


def github_url(record: Record) -> str:
    """The record's address on GitHub; only http addresses are taken from the data."""
    if record.url and record.url.startswith(("https://", "http://")):
        return record.url
    kind = "pull" if record.kind is RecordKind.PULL else "issues"
    return f"https://{GITHUB}/{record.id.repo}/{kind}/{record.id.number}"


def _comment_anchor(record: Record, tail: str) -> str:
    """The anchor of the comment that an address points to, if the page has it."""
    _, hash_sign, wanted = tail.partition("#")
    if not hash_sign:
        return ""
    for number, comment in enumerate(record.comments, start=1):
        if comment.url and comment.url.endswith(f"#{wanted}"):
            return f"#comment-{number}"
    return ""
