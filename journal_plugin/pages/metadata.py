"""What the head of a page tells machines: JSON-LD (https://schema.org), Open Graph, feeds.

Addresses are complete where `site_url` is set, else relative to the page. The JSON-LD is a data
block, which no Content-Security-Policy forbids. There may be thousands of records: the head of
their pages says nothing that the theme's own tags say already.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from markupsafe import Markup

from journal_plugin.formats import format_time
from journal_plugin.model import AuthorKind, Post, Record
from journal_plugin.pages.feeds import ATOM, JSON
from journal_plugin.pages.page import href
from journal_plugin.pages.place import github_url
from journal_plugin.pages.summaries import describe_problem, find_summary
from journal_plugin.pages.words import mark
from journal_plugin.text.escape import dump_script_json, escape_html

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import datetime

    from journal_plugin.model import Author
    from journal_plugin.pages.book import Book
    from journal_plugin.pages.page import Page, Site
    from journal_plugin.problems import Problem

_DESCRIPTION = 200
_PARTS = 100
_SECTIONS = {
    "problems": ("problems/index", mark("Problems")),
    "issues": ("issues/index", mark("Issues")),
    "pulls": ("pulls/index", mark("Pull requests")),
}
_FEEDS = ((ATOM, "application/atom+xml"), (JSON, "application/feed+json"))

_ABOUT = '<meta property="og:description"'

_Data = dict[str, object]


def render_head(book: Book, url: str, *, about: Page | None, feeds: bool) -> Markup:
    """Everything that the head of the page at `url` gets.

    Args:
        book: The journal.
        url: Address of the page, relative to the site's root.
        about: The generated page, or the finished page of posts, or None for another page.
        feeds: Whether the feeds are written. Pages of records do not name them.
    """
    known = about.content.load().head if about else None
    return make_head(book, url, about=about, feeds=feeds) if known is None else known


def make_head(book: Book, url: str, *, about: Page | None, feeds: bool) -> Markup:
    """The same for a page whose content does not bring its metadata along."""
    head = render_feed_links(book, url) if feeds else Markup()
    return head + render_page_head(book, about) if about else head


def render_page_head(book: Book, page: Page) -> Markup:
    """The metadata of a generated page."""
    url = book.links.url_of(page.uri)
    subject = _find_subject(book, page)
    if isinstance(subject, Record):
        return _render_record_head(book, page, subject)
    main: _Data = {"@type": "CollectionPage"}
    if subject is not None:
        main = _describe_problem(book, subject, url)
    main |= {
        "name" if subject is None else "headline": page.title,
        "description": page.description,
        "dateModified": format_time(find_updated(book, page)),
    }
    trail = (*_trail(book, page), (page.title, url))
    return _render(book, url, main, trail)


def _render_record_head(book: Book, page: Page, record: Record) -> Markup:
    site = book.links.site
    main = {**_describe_record(record), "headline": page.title}
    social = {
        "og:type": "article",
        "og:title": page.title,
        "og:description": page.description,
        "og:image": _find_image(site),
    }
    trail = _render_trail(book, book.links.url_of(page.uri), _trail(book, page))
    return _join(social, main, trail)


def render_post_head(book: Book, post: Post) -> Markup:
    """The metadata of a post."""
    experiments = book.links.url_of(book.links.uri_of("experiments/index"))
    section = book.words.gettext("Experiments")
    trail = ((book.links.site.name, ""), (section, experiments), (post.title, post.url))
    return _render(book, post.url, _describe_post(book, post), trail)


def render_feed_links(book: Book, url: str) -> Markup:
    """How a reader's software finds the feeds from the page at `url`."""
    title = book.words.gettext("%(site)s: experiments") % {"site": book.links.site.name}
    folder = escape_html(href(url, f"{book.links.path}/"))
    # Not "alternate" alone: for each of those Material asks for a sitemap of another language.
    lines = (
        f'<link rel="feed alternate" type="{kind}" '
        f'title="{escape_html(title)}" href="{folder}{file}">\n'
        for file, kind in _FEEDS
    )
    return Markup("".join(lines))  # noqa: S704 - each value is escaped


def insert_head(output: str, head: Markup) -> str:
    """Put `head` at the end of a finished page's head; a page without one stays as it is."""
    end = output.find("</head>")
    if end < 0:
        return output
    before = output[:end]
    lines = str(head).splitlines(keepends=True)
    added = "".join(line for line in lines if not _is_there(line, before))
    return f"{before}{added}{output[end:]}"


def find_updated(book: Book, page: Page) -> datetime | None:
    """When what a generated page shows last changed, by the data."""
    subject = _find_subject(book, page)
    if isinstance(subject, Record):
        return _changed(subject)
    if subject is not None:
        nodes = (book.journal.nodes[artifact.node] for artifact in subject.artifacts)
        return max(filter(None, map(_changed, nodes)), default=None)
    return book.journal.latest


def _is_there(line: str, before: str) -> bool:
    """Whether the theme or another plugin has written this Open Graph tag already.

    Previews take the description of a page without one of Open Graph's.
    """
    if line.startswith(_ABOUT):
        same = line.rstrip().replace(_ABOUT, '<meta name="description"')
        return same in before or 'og:description"' in before
    _, sign, rest = line.partition('"')  # some write `property`, others `name`
    return bool(sign) and f'="{rest.partition(sign)[0]}" content=' in before


def _changed(node: Record | Post) -> datetime | None:
    if isinstance(node, Post):
        return node.updated or node.date
    return node.updated_at or node.closed_at or node.created_at


def _find_subject(book: Book, page: Page) -> Record | Problem | None:
    if page.node is None:
        return None
    node = book.journal.nodes.get(page.node)
    if isinstance(node, Record):
        return node
    return next(problem for problem in book.journal.problems if problem.node == page.node)


def _describe_record(record: Record) -> _Data:
    changed = _changed(record)
    return {
        "@type": "DiscussionForumPosting",
        "author": _people([record.author] if record.author else []),
        "datePublished": format_time(record.created_at),
        "dateModified": format_time(changed) if changed != record.created_at else None,
        "creativeWorkStatus": record.state.value,
        "commentCount": len(record.comments),
        "keywords": [label.name for label in record.labels],
        "sameAs": github_url(record),
    }


def _describe_problem(book: Book, problem: Problem, url: str) -> _Data:
    nodes = dict.fromkeys(artifact.node for artifact in problem.artifacts)
    urls = (book.links.url_of_node(book.journal.nodes[node]) for node in nodes)
    return {
        "@type": "TechArticle",
        "abstract": describe_problem(problem, book.words),
        "creativeWorkStatus": problem.status.value,
        "hasPart": [
            {"@type": "WebPage", "url": _address(book, url, part)}
            for part in list(urls)[:_PARTS]
            if part is not None
        ],
    }


def _describe_post(book: Book, post: Post) -> _Data:
    problems = [problem for problem, _ in book.journal.find_problems(post.node)]
    summary = find_summary(book, post, _DESCRIPTION)
    return {
        "@type": "TechArticle",
        "headline": post.title,
        "description": summary,
        "author": _people(post.authors),
        "datePublished": format_time(post.date),
        "dateModified": format_time(post.updated or post.date),
        "creativeWorkStatus": post.status.value if post.status else None,
        "keywords": list(post.tags),
        "about": [{"@type": "Thing", "name": problem.title} for problem in problems],
        "hasPart": _dataset(book, post, summary),
    }


def _dataset(book: Book, post: Post, summary: str) -> _Data | None:
    """The numbers that a post reports, as a dataset."""
    measured = [
        {
            "@type": "PropertyValue",
            "name": name,
            "value": metric.value,
            **({"unitText": metric.unit} if metric.unit else {}),
        }
        for name, metric in post.metrics.items()
        if metric.value is not None
    ]
    if not measured:
        return None
    return {
        "@type": "Dataset",
        "name": book.words.gettext("Results: %(title)s") % {"title": post.title},
        "description": summary or post.title,
        "variableMeasured": measured,
    }


def _people(authors: Iterable[Author | str]) -> list[_Data]:
    """Who wrote it; schema.org has no word for bots."""
    return [
        {"@type": "Person", "name": author if isinstance(author, str) else author.login}
        for author in authors
        if isinstance(author, str) or author.kind not in (AuthorKind.BOT, AuthorKind.AI)
    ]


def _trail(book: Book, page: Page) -> Iterator[tuple[str, str]]:
    """Names and addresses of the pages above a generated page."""
    yield book.links.site.name, ""
    index = book.links.uri_of("index")
    if page.uri != index:
        yield book.words.gettext("Journal"), book.links.url_of(index)
    for part in page.uri.split("/")[:-1]:
        name, title = _SECTIONS.get(part, ("", ""))
        if name and page.uri != book.links.uri_of(name):
            yield book.words.gettext(title), book.links.url_of(book.links.uri_of(name))


def _render(book: Book, url: str, main: _Data, trail: Iterable[tuple[str, str]]) -> Markup:
    site = book.links.site
    address = _address(book, url, url)
    main |= {
        "url": address,
        "isPartOf": {"@type": "WebSite", "name": site.name, "url": _address(book, url, "")},
    }
    return _join(_find_social(main, site), main, _render_trail(book, url, trail))


def _render_trail(book: Book, url: str, trail: Iterable[tuple[str, str]]) -> _Data:
    return {
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": at, "name": name, "item": _address(book, url, target)}
            for at, (name, target) in enumerate(trail, start=1)
        ],
    }


def _find_social(main: _Data, site: Site) -> _Data:
    """What social networks show of a page (https://ogp.me)."""
    is_article = "headline" in main
    return {
        "og:type": "article" if is_article else "website",
        "og:title": main.get("headline") or main.get("name"),
        "og:description": main.get("description"),
        "og:site_name": site.name,
        "og:url": main["url"] if site.url else None,
        "og:image": _find_image(site),
        "article:published_time": main.get("datePublished") if is_article else None,
        "article:modified_time": main.get("dateModified") if is_article else None,
        "twitter:card": "summary",
    }


def _find_image(site: Site) -> str | None:
    return f"{site.url}{quote(site.image)}" if site.url and site.image else None


def _join(social: Mapping[str, object], main: _Data, trail: _Data) -> Markup:
    tags = "".join(
        f'<meta {"name" if name.startswith("twitter") else "property"}="{name}" '
        f'content="{_escape_line(value)}">\n'
        for name, value in social.items()
        if value
    )
    graph = [{key: value for key, value in main.items() if value not in (None, "", [])}, trail]
    data = dump_script_json({"@context": "https://schema.org", "@graph": graph})
    script = f'<script type="application/ld+json">{data}</script>\n'
    return Markup(tags + script)  # noqa: S704 - each value is escaped


def _escape_line(value: object) -> Markup:
    return escape_html(" ".join(str(value).split()))


def _address(book: Book, from_url: str, to_url: str) -> str:
    site = book.links.site
    return f"{site.url}{to_url}" if site.url else href(from_url, to_url)
