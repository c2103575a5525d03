"""What every page module reads: the journal, its rendered texts, its links and its templates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, NamedTuple

from markupsafe import Markup

from journal_plugin.model import Post, RecordKind
from journal_plugin.pages.facets import Facets
from journal_plugin.pages.page import Finished, Page
from journal_plugin.pages.place import Place, Recipe
from journal_plugin.pages.shelf import Shelf
from journal_plugin.pages.words import ENGLISH, localize_number, mark, say_phrase, word
from journal_plugin.post_names import PostNames
from journal_plugin.text.anchors import find_headings
from journal_plugin.text.escape import clean_line
from journal_plugin.vocabulary import Phase

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime
    from gettext import NullTranslations

    from jinja2 import Environment

    from journal_plugin.benchmarks import Benchmarks
    from journal_plugin.journal import Journal
    from journal_plugin.knowledge import Echo
    from journal_plugin.model import Author, Node, Record
    from journal_plugin.pages.badges import Badge
    from journal_plugin.pages.digests import Digests
    from journal_plugin.pages.page import Content, Links
    from journal_plugin.pages.recent import Recent
    from journal_plugin.pages.related import RelatedPosts
    from journal_plugin.series import Plots
    from journal_plugin.text.rendered import Body, Outline
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

_LISTED = (2, 3)
"""Levels of the headings that a page's table of contents lists."""
_PAGE_FIELDS = ("description", "in_nav", "is_wide", "node")
_KIND_NAMES = {RecordKind.ISSUE: mark("Issue"), RecordKind.PULL: mark("Pull request")}


class Texts(NamedTuple):
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
    echoes: Mapping[str, tuple[Echo, ...]] = field(default_factory=dict)
    """What each unfinished record or post looks like, by node id; empty without insights."""
    digests: Digests | None = None
    """The marks of nodes; None where no page is kept."""
    shelf: Shelf = field(default_factory=Shelf)
    """Finished pages of earlier builds."""
    recent: Recent | None = None
    """Pages of the last build of this process; None where there is no next one."""

    @property
    def latest(self) -> Book:
        """Itself: the book of the build that goes on."""
        return self

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
            **values,
        )
        return Markup(html)  # noqa: S704 - templates escape by themselves

    def page(self, uri: str, title: str, template: str, **values: object) -> Page:
        """A page whose content is a rendered template."""
        page_values = {key: values.pop(key) for key in _PAGE_FIELDS if key in values}
        return Page(
            uri=uri,
            title=clean_line(title),
            content=self.finish(template, self.place(uri), **values),
            **page_values,  # type: ignore[arg-type]  # the fields above
        )

    def keep(
        self, page: Page, *, view: tuple[object, ...], make: Callable[[Place], Finished]
    ) -> Page:
        """A page that is made only if it was not made before.

        Args:
            page: The page without its content.
            view: All that `make` uses besides the page and what it asks its place. Of a node it
                may use all but a post's text. A node need not be part of the view if the template
                asks the place for a link to it.
            make: Makes the content for a place.
        """
        title, description = clean_line(page.title), clean_line(page.description)
        recipe = Recipe(self, page.uri, make)
        if self.digests is None:
            content: Content = recipe(set())
        else:
            mark = self.digests.of(page.uri, title, description, *view)
            content = self.shelf.find(mark, self.digests.answer, recipe)
        return replace(page, title=title, description=description, content=content)

    def again(
        self, name: str, make: Callable[[], Iterable[Page]], *, about: tuple[object, ...] = ()
    ) -> Iterable[Page]:
        """Pages that not even a view is found for if the journal looks as in the last build.

        Args:
            name: What they are called together.
            make: Makes them, all by `keep`. What it uses besides `about` and the journal must not
                come from the text of a post.
            about: What else they show, as texts.
        """
        return self.recent.find(name, about, make, self.shelf) if self.recent else make()

    def again_alone(
        self, name: str, make: Callable[[], Page], *, about: tuple[object, ...] = ()
    ) -> Page:
        """A page as `again` finds them, not by `keep`: it may wait in memory, as there are few."""
        found = self.recent.find(name, about, lambda: (make(),), None) if self.recent else [make()]
        return next(iter(found))

    def finish(self, template: str, place: Place, **values: object) -> Finished:
        """The content of a page that is a rendered template."""
        html = self.render(template, place, **values)
        headings = tuple(h for h in find_headings(html) if h.level in _LISTED)
        return Finished(html=html, headings=headings)

    def place(self, uri: str) -> Place:
        """The page of `uri` as the place that links start from."""
        return Place(book=self, url=self.links.url_of(uri))

    def place_of(self, post: Post) -> Place:
        """A post's page as the place that links start from."""
        return Place(book=self, url=post.url.partition("#")[0])


def numbered_title(phase: Phase, words: NullTranslations = ENGLISH) -> str:
    """A phase's title with its number; the problem itself is what the five phases start from."""
    number = list(PHASE_TITLES).index(phase)
    title = words.gettext(PHASE_TITLES[phase])
    return f"{number}. {title}" if number else title


def describe(record: Record, words: NullTranslations = ENGLISH) -> str:
    """A record in one line, such as `Issue #18: Mode collapse (closed)`."""
    kind = words.gettext(_KIND_NAMES[record.kind])
    return f"{kind} #{record.id.number}: {record.title} ({word(words, record.state)})"


def classify(record: Record, words: NullTranslations = ENGLISH) -> str:
    """What a record is, beside its title, such as `Issue (closed)`."""
    return f"{words.gettext(_KIND_NAMES[record.kind])} ({word(words, record.state)})"


def format_day(time: datetime | None) -> str:
    """A date for readers, such as `2026-01-31`; empty without one."""
    return time.date().isoformat() if time else ""


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
