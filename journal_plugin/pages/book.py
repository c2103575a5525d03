"""What every page module reads: the journal, its rendered texts, its links and its templates."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from journal_plugin.model import Post, Record, RecordKind
from journal_plugin.pages.page import Heading, Page, href
from journal_plugin.text.escape import escape_html, find_color, shorten
from journal_plugin.text.markup import find_tokens
from journal_plugin.text.refs import Placed, fill_references
from journal_plugin.vocabulary import Phase

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from journal_plugin.journal import Journal
    from journal_plugin.model import Author, Node, RecordId
    from journal_plugin.pages.badges import Badge
    from journal_plugin.pages.page import Links
    from journal_plugin.series import Plots
    from journal_plugin.text.body import Body
    from journal_plugin.text.sections import Section

PHASE_TITLES: Mapping[Phase, str] = {
    Phase.PROBLEM: "Problem",
    Phase.ANALYSIS: "Analysis",
    Phase.DESIGN: "Solution design",
    Phase.IMPLEMENTATION: "Implementation",
    Phase.EXPERIMENTATION: "Experimentation",
    Phase.ITERATION: "Analysis and iteration",
}
"""Phases in order, as readers see them."""

_PAGE_FIELDS = ("description", "in_nav", "node")
_KIND_NAMES = {RecordKind.ISSUE: "Issue", RecordKind.PULL: "Pull request"}


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
    templates: Environment
    plots: Mapping[str, Plots] = field(default_factory=dict)
    """Charts by node id."""
    badges: Mapping[str, Badge] = field(default_factory=dict)
    """By node id; empty where they are switched off."""

    def render(self, template: str, place: Place, **values: object) -> Markup:
        """Render a template at `place`; values are escaped unless they are `Markup`."""
        html = self.templates.get_template(template).render(
            p=place, journal=self.journal, titles=PHASE_TITLES, **values
        )
        return Markup(html)  # noqa: S704 - templates escape by themselves

    def page(self, uri: str, title: str, template: str, **values: object) -> Page:
        """A page whose content is a rendered template."""
        page_values = {key: values.pop(key) for key in _PAGE_FIELDS if key in values}
        html = self.render(template, self.place(uri), **values)
        return Page(
            uri=uri,
            title=title,
            html=html,
            headings=find_headings(html),
            **page_values,  # type: ignore[arg-type]  # the three fields
        )

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
                or f"https://github.com/{placed.target.repo}/issues/{placed.target.number}"
            )
            return f'<a href="{escape_html(url)}" rel="nofollow noopener">{placed.label}</a>'
        anchor = _comment_anchor(record, placed.tail)
        link = f"{self.to_node(record)}{anchor}"
        return (
            f'<a class="journal-ref" data-kind="{record.kind}" data-state="{record.state}" '
            f'href="{escape_html(link)}" title="{escape_html(describe(record))}">{placed.label}</a>'
        )


def make_environment() -> Environment:
    """The templates, with everything escaped and every missing name an error."""
    environment = Environment(
        loader=PackageLoader("journal_plugin"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "day": format_day,
        "iso": lambda time: time.isoformat() if time else "",
        "color": find_color,
        "shorten": shorten,
        "describe": describe,
        "number": format_number,
        "numbered": numbered_title,
        "github": github_url,
    }
    environment.tests |= {
        "post": lambda node: isinstance(node, Post),
        "pull": lambda node: isinstance(node, Record) and node.kind is RecordKind.PULL,
    }
    return environment


def numbered_title(phase: Phase) -> str:
    """A phase's title with its number; the problem itself is what the five phases start from."""
    number = list(PHASE_TITLES).index(phase)
    return f"{number}. {PHASE_TITLES[phase]}" if number else PHASE_TITLES[phase]


def describe(record: Record) -> str:
    """A record in one line, such as `Issue #18: Mode collapse (closed)`."""
    return f"{_KIND_NAMES[record.kind]} #{record.id.number}: {record.title} ({record.state})"


def github_url(record: Record) -> str:
    """The record's address on GitHub; only http addresses are taken from the data."""
    if record.url and record.url.startswith(("https://", "http://")):
        return record.url
    kind = "pull" if record.kind is RecordKind.PULL else "issues"
    return f"https://github.com/{record.id.repo}/{kind}/{record.id.number}"


def format_day(time: datetime | None) -> str:
    """A date for readers, such as `2026-01-31`; empty without one."""
    return time.strftime("%Y-%m-%d") if time else ""


def format_number(value: float) -> str:
    """A number without needless digits: `0.711`, `1200`, `1.5e-05`."""
    return f"{value:,.6g}".replace(",", "\u202f") if abs(value) >= 10_000 else f"{value:.6g}"  # noqa: PLR2004 - five digits and more are grouped


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
    found: list[Heading] = []
    current: tuple[int, str] | None = None
    words: list[Markup] = []
    for token in find_tokens(html):
        if token.tag in ("h2", "h3"):
            if token.closing and current:
                text = Markup("".join(words)).striptags()  # noqa: S704 - only to strip its tags
                found.append(Heading(level=current[0], anchor=current[1], title=text))
                current = None
            elif anchor := token.attributes.get("id"):
                current, words = (int(token.tag[1]), anchor), []
        elif current:
            words.append(Markup(token.raw))  # noqa: S704 - same
    return tuple(found)


def _comment_anchor(record: Record, tail: str) -> str:
    """The anchor of the comment that an address points to, if the page has it."""
    _, hash_sign, wanted = tail.partition("#")
    if not hash_sign:
        return ""
    for number, comment in enumerate(record.comments, start=1):
        if comment.url and comment.url.endswith(f"#{wanted}"):
            return f"#comment-{number}"
    return ""
