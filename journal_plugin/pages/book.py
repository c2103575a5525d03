"""What every page module reads: the journal, its rendered texts, its links and its templates."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, NoReturn

from markupsafe import Markup

from journal_plugin.hosts import GITHUB
from journal_plugin.model import EdgeKind, Post, Record, RecordKind
from journal_plugin.pages.digests import ask_facet, ask_reference
from journal_plugin.pages.facets import Facets
from journal_plugin.pages.page import Finished, Heading, Page, href
from journal_plugin.pages.related import find_stated
from journal_plugin.pages.shelf import Shelf
from journal_plugin.pages.words import ENGLISH, localize_number, mark, say_phrase, word
from journal_plugin.text.escape import escape_html
from journal_plugin.text.markup import find_attributes
from journal_plugin.text.post_links import PostNames
from journal_plugin.text.refs import Placed, fill_references
from journal_plugin.vocabulary import Phase

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from gettext import NullTranslations

    from jinja2 import Environment

    from journal_plugin.benchmarks import Benchmarks
    from journal_plugin.journal import Journal
    from journal_plugin.model import Author, Node, RecordId
    from journal_plugin.pages.badges import Badge
    from journal_plugin.pages.digests import Digests
    from journal_plugin.pages.facets import Facet
    from journal_plugin.pages.page import Links
    from journal_plugin.pages.related import RelatedPosts
    from journal_plugin.problems import Artifact, Problem
    from journal_plugin.series import Plots
    from journal_plugin.text.body import Body
    from journal_plugin.text.outline import Outline
    from journal_plugin.text.sections import Section

PHASE_TITLES: Mapping[Phase, str] = {
    Phase.PROBLEM: mark("Problem"),
    Phase.ANALYSIS: mark("Analysis"),
    Phase.DESIGN: mark("Solution design"),
    Phase.IMPLEMENTATION: mark("Implementation"),
    Phase.EXPERIMENTATION: mark("Experimentation"),
    Phase.ITERATION: mark("Analysis and iteration"),
}
"""Phases in order, as English readers see them."""

_PAGE_FIELDS = ("description", "in_nav", "is_wide", "node")
_KIND_NAMES = {RecordKind.ISSUE: mark("Issue"), RecordKind.PULL: mark("Pull request")}
_HEADING = re.compile(
    r"<h([23])((?:\s(?:[^<>\"']++|\"[^\"]*+\"|'[^']*+')*+)?)>(.*?)</h\1>", re.DOTALL
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Texts:
    """The rendered texts of one record or post."""

    body: Body
    sections: tuple[Section, ...]
    """The sections of the body, then those with a heading in the comments."""
    comments: tuple[Body, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Book:
    """The journal on its way to pages."""

    journal: Journal
    links: Links
    texts: Mapping[str, Texts]
    """By node id."""
    outlines: Mapping[str, Outline]
    """What the texts are about, by node id."""
    templates: Environment
    plots: Mapping[str, Plots] = field(default_factory=dict)
    """Charts by node id."""
    benchmarks: Mapping[str, Benchmarks] = field(default_factory=dict)
    """What the benchmark tables of a record show, by node id."""
    badges: Mapping[str, Badge] = field(default_factory=dict)
    """By node id; empty where they are switched off."""
    words: NullTranslations = ENGLISH
    """The catalogue of the site's language."""
    facets: Facets = field(default_factory=Facets)
    """The tags, types and people that have a page."""
    related: RelatedPosts | None = None
    """Finds related experiments; None where nobody asks."""
    post_names: PostNames = field(default_factory=PostNames)
    """The posts that texts can mean."""
    has_insights: bool = False
    """Whether there is an insights page."""
    run_logs: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    """Page and anchor of the run log of each tracking issue that has one, by node id."""
    digests: Digests | None = None
    """The marks of nodes; None where no page is kept."""
    shelf: Shelf = field(default_factory=Shelf)
    """Finished pages of earlier builds."""

    def word(self, value: object) -> str:
        """A value of a vocabulary in the site's language."""
        return word(self.words, value)

    def say(self, text: str) -> str:
        """A phrase in the site's language; a text that is none stays as it is."""
        return say_phrase(self.words, text)

    def title_of_phase(self, phase: Phase) -> str:
        """A phase's title in the site's language."""
        return self.words.gettext(PHASE_TITLES[phase])

    def numbered_title(self, phase: Phase) -> str:
        """A phase's title with its number, in the site's language."""
        return numbered_title(phase, self.words)

    def describe(self, record: Record) -> str:
        """A record in one line, such as `Issue #18: Mode collapse (closed)`."""
        return describe(record, self.words)

    def render(self, template: str, place: Place, **values: object) -> Markup:
        """Render a template at `place`; values are escaped unless they are `Markup`."""
        html = self.templates.get_template(template).render(
            p=place,
            journal=place.journal,
            titles={phase: self.title_of_phase(phase) for phase in PHASE_TITLES},
            facets=place.facets,
            **values,
        )
        return Markup(html)  # noqa: S704 - templates escape by themselves

    def page(self, uri: str, title: str, template: str, **values: object) -> Page:
        """A page whose content is a rendered template."""
        page_values = {key: values.pop(key) for key in _PAGE_FIELDS if key in values}
        html = self.render(template, self.place(uri), **values)
        return Page(
            uri=uri,
            title=title,
            content=Finished(html=html, headings=find_headings(html)),
            **page_values,  # type: ignore[arg-type]  # the fields above
        )

    def keep(
        self,
        page: Page,
        template: str,
        *,
        view: tuple[object, ...],
        values: Callable[[], Mapping[str, object]],
        more: Callable[[Finished], Finished] = lambda finished: finished,
    ) -> Page:
        """A page that is rendered only if it was not rendered before.

        Args:
            page: The page without its content.
            template: What it is rendered by.
            view: All that `values` and `more` are made from. Of a node the template may show all
                but a post's text; the node need not be part of the view if the template asks its
                place for a link to it.
            values: Makes the values for the template.
            more: Adds what else is kept of the page.
        """

        def render(asked: set[str]) -> Finished:
            place = AskingPlace(book=self, url=self.links.url_of(page.uri), asked=asked)
            html = self.render(template, place, **values())
            return more(Finished(html=html, headings=find_headings(html)))

        if self.digests is None:
            return replace(page, content=render(set()))
        mark = self.digests.of(template, page.uri, page.title, page.description, *view)
        return replace(page, content=self.shelf.find(mark, self.digests.answer, render))

    def place(self, uri: str) -> Place:
        """The page of `uri` as the place that links start from."""
        return Place(book=self, url=self.links.url_of(uri))

    def place_of(self, post: Post) -> Place:
        """A post's page as the place that links start from."""
        return Place(book=self, url=post.url.partition("#")[0])


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

    @property
    def facets(self) -> Any:
        """What templates see of tags, types and people."""
        return self.book.facets

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

    def related(self, post: Post, kind: str) -> tuple[Post, ...]:
        """The posts that a post states a relation to."""
        return find_stated(self.book.journal, post, EdgeKind(kind))

    def node(self, node_id: str) -> Node:
        """The post or record of a node id."""
        return self.book.journal.nodes[node_id]

    def body(self, body: Body) -> Markup:
        """A rendered text with its references as links from here."""
        return Markup(fill_references(body.html, self._reference))  # noqa: S704 - safe already

    def section(self, section: Section) -> Markup:
        """A section of a rendered text with its references as links from here."""
        return Markup(fill_references(section.html, self._reference))  # noqa: S704 - same

    def reference(self, target: RecordId, label: str) -> Markup:
        """A link to a record, written as `label`."""
        safe = escape_html(label)
        return Markup(self._reference(Placed(target, "", None, str(safe))))  # noqa: S704 - escaped

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

    @property
    def facets(self) -> Any:
        """What can be noted of tags, types and people."""
        return _AskingFacets(self.book.facets, self.asked)

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

    def related(self, post: Post, kind: str) -> NoReturn:
        """Not for pages that are kept: the answer stands in the graph.

        Raises:
            TypeError: always.
        """
        msg = f"a page that is kept asks what {post.slug} {kind}"
        raise TypeError(msg)

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


class _AskingFacets:
    """The facets for templates of pages that are kept."""

    def __init__(self, facets: Facets, asked: set[str]) -> None:
        self._facets = facets
        self._asked = asked

    def find(self, axis: str, name: str | None) -> Facet | None:
        """The facet of a name in any spelling, or None."""
        if name:
            self._asked.add(ask_facet(axis, name))
        return self._facets.find(axis, name)


def numbered_title(phase: Phase, words: NullTranslations = ENGLISH) -> str:
    """A phase's title with its number; the problem itself is what the five phases start from."""
    number = list(PHASE_TITLES).index(phase)
    title = words.gettext(PHASE_TITLES[phase])
    return f"{number}. {title}" if number else title


def describe(record: Record, words: NullTranslations = ENGLISH) -> str:
    """A record in one line, such as `Issue #18: Mode collapse (closed)`."""
    kind = words.gettext(_KIND_NAMES[record.kind])
    return f"{kind} #{record.id.number}: {record.title} ({word(words, record.state)})"


def github_url(record: Record) -> str:
    """The record's address on GitHub; only http addresses are taken from the data."""
    if record.url and record.url.startswith(("https://", "http://")):
        return record.url
    kind = "pull" if record.kind is RecordKind.PULL else "issues"
    return f"https://{GITHUB}/{record.id.repo}/{kind}/{record.id.number}"


def format_day(time: datetime | None) -> str:
    """A date for readers, such as `2026-01-31`; empty without one."""
    return time.strftime("%Y-%m-%d") if time else ""


def format_number(value: float, words: NullTranslations = ENGLISH) -> str:
    """A number without needless digits: `0.711`, `1200`, `1.5e-05`."""
    text = f"{value:,.6g}".replace(",", "\u202f") if abs(value) >= 10_000 else f"{value:.6g}"  # noqa: PLR2004 - five digits and more are grouped
    return localize_number(text, words)


def format_param(value: object) -> str:
    """A parameter, whatever its type in YAML."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping):
        return ", ".join(f"{key}: {format_param(item)}" for key, item in value.items())
    if isinstance(value, Sequence) and not isinstance(value, str):
        return ", ".join(format_param(item) for item in value)
    return "" if value is None else str(value)


def format_signed(value: float, words: NullTranslations = ENGLISH) -> str:
    """A number with its sign, such as `+0.5`; a minus is typographic."""
    sign = "+" if value > 0 else "−" if value < 0 else ""  # noqa: RUF001 - a minus sign
    return f"{sign}{format_number(abs(value), words)}"


def title_of(node: Node) -> str:
    """The title of a post, or the number and title of a record."""
    return node.title if isinstance(node, Post) else f"#{node.id.number} {node.title}"


def people_of(node: Node) -> tuple[Author | str, ...]:
    """Who wrote a post or opened a record."""
    if isinstance(node, Post):
        return node.authors
    return (node.author,) if node.author else ()


def find_headings(html: Markup) -> tuple[Heading, ...]:
    """The `h2` and `h3` headings of a page that have an anchor."""
    return tuple(
        Heading(level=int(level), anchor=anchor, title=Markup(inner).striptags())  # noqa: S704 - only to strip its tags
        for level, attributes, inner in _HEADING.findall(html)
        if (anchor := find_attributes(f"<h{attributes}>").get("id"))
    )


def _comment_anchor(record: Record, tail: str) -> str:
    """The anchor of the comment that an address points to, if the page has it."""
    _, hash_sign, wanted = tail.partition("#")
    if not hash_sign:
        return ""
    for number, comment in enumerate(record.comments, start=1):
        if comment.url and comment.url.endswith(f"#{wanted}"):
            return f"#comment-{number}"
    return ""
