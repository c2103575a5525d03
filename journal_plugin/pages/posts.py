"""What the journal adds to an author's own page: a header, and a footer with what refers to it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote

from markupsafe import Markup

from journal_plugin.hosts import GITHUB
from journal_plugin.model import EdgeKind, Post, RecordKind
from journal_plugin.pages.alike import find_alike_nodes
from journal_plugin.pages.backlinks import ACTIVE, find_backlinks
from journal_plugin.pages.badges import render_snippet
from journal_plugin.pages.charts import url_of_file
from journal_plugin.pages.notices import find_notices
from journal_plugin.pages.words import mark
from journal_plugin.series import Plots

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from journal_plugin.model import Edge, Node, Record
    from journal_plugin.pages.book import Book
    from journal_plugin.pages.place import Place
    from journal_plugin.pages.related import Related

_SUCCESSION = (EdgeKind.FOLLOWS, EdgeKind.SUPERSEDES, EdgeKind.CORRECTS, EdgeKind.REPLICATES)
_EARLIER: Mapping[EdgeKind, str] = {
    EdgeKind.FOLLOWS: mark("this one follows it"),
    EdgeKind.SUPERSEDES: mark("this one supersedes it"),
    EdgeKind.CORRECTS: mark("this one corrects it"),
    EdgeKind.REPLICATES: mark("this one replicates it"),
}
_SHA = re.compile(r"[0-9a-f]{7,64}", re.IGNORECASE)
_SHOWN_SHA = 10


class _Neighbour(NamedTuple):
    """An experiment beside this one in its line."""

    node: Node
    words: str
    """How the two relate, in English words of the catalogue."""


class _Commit(NamedTuple):
    """The state of the code that a post reports on."""

    name: str
    """The hash, shortened; or what else the author wrote, whole."""
    url: str | None
    """Its permanent address on GitHub; None where the repository or the hash is not known."""


def find_view(book: Book, post: Post) -> tuple[object, ...]:
    """All that is shown around a post, besides what its header and footer ask their place."""
    return (
        post,
        post.body,
        find_notices(book, [post.node]),
        repr(book.plots.get(post.node)),
        *_find_neighbours(book, post),
        *(
            (
                item.post,
                *(problem.slug for problem in item.problems),
                *(f"{tag.page} {tag.name}" for tag in item.tags),
                *item.records,
            )
            for item in _find_related(book, post)
        ),
        find_alike_nodes(book, post.node),
        find_backlinks(book.journal, post.node),
        book.badges.get(post.node),
    )


def render_header(place: Place, post: Post) -> Markup:
    """Status, outcome, dates, people, problems, records and metrics; empty if it has none."""
    book = place.book
    journal = book.journal
    # Asked of the place, because a record that is missing today may be there tomorrow.
    named = (place.record(link.target) for link in (*post.issues, *post.prs))
    declared = [record for record in named if record]
    known = (post.status, post.outcome, post.type, post.date, post.status_raw, declared)
    more = (post.metrics, post.authors, post.tags)
    problems = [problem for problem, _ in journal.find_problems(post.node)]
    notices = find_notices(book, [post.node])
    if not any((*known, *more, problems, notices)):
        return Markup()
    return book.render(
        "post_header.html",
        place,
        post=post,
        raw_status=_raw_status(post),
        problems=problems,
        issues=_of_kind(declared, RecordKind.ISSUE),
        pulls=_of_kind(declared, RecordKind.PULL),
        notices_found=notices,
    )


def render_footer(place: Place, post: Post) -> Markup:
    """How to do it again, the line of experiments, related ones, and who refers to the post."""
    book = place.book
    earlier, later = _find_neighbours(book, post)
    related = _find_related(book, post)
    alike = find_alike_nodes(book, post.node)
    links = find_backlinks(book.journal, post.node)
    commit = find_commit(post.commit, book.journal.repo, book.journal.host)
    recipe = (post.commit, post.command, post.params, post.hardware, post.data, post.cost)
    badge = render_snippet(place, post.node) if post.status or post.outcome else Markup()
    if not any((*recipe, earlier, later, related, alike, links, badge)):
        return Markup()
    return book.render(
        "post_footer.html",
        place,
        post=post,
        has_recipe=any(recipe),
        commit=commit,
        data_links=_find_data(place, post, commit),
        earlier=earlier,
        later=later,
        related=related,
        alike=alike,
        links=links,
        badge_code=badge,
    )


def find_commit(text: str | None, repo: str | None, host: str = GITHUB) -> _Commit | None:
    """What a post declares as its commit: a hash, `owner/name@hash`, or the address of one."""
    if text is None:
        return None
    words = text.strip()
    site = f"https://{host}"
    address = re.fullmatch(rf"{re.escape(site)}/([\w.-]+/[\w.-]+)/commit/([0-9a-f]{{7,64}})", words)
    named = re.fullmatch(r"([\w.-]+/[\w.-]+)@([0-9a-f]{7,64})", words)
    found = address or named
    owner, sha = (found[1], found[2]) if found else (repo, words)
    if not _SHA.fullmatch(sha):
        return _Commit(name=words, url=None)
    url = f"{site}/{owner}/commit/{sha.lower()}" if owner else None
    return _Commit(name=sha[:_SHOWN_SHA].lower(), url=url)


def _find_data(place: Place, post: Post, commit: _Commit | None) -> dict[str, str]:
    """Where the declared files can be had: on this site, else at the commit, else nowhere."""
    book = place.book
    plots = book.plots.get(post.node, Plots())
    files = {file.path: file for plot in plots.plots for file in plot.files}
    found: dict[str, str] = {}
    for declared in post.data:
        own = next((f for path, f in files.items() if path == declared), None) or next(
            (f for path, f in files.items() if path.endswith(f"/{declared.lstrip('./')}")), None
        )
        url = place.href(url_of_file(book, own)) if own else _permalink(declared, commit)
        if url:
            found[declared] = url
    return found


def _permalink(path: str, commit: _Commit | None) -> str | None:
    """A file's own address, or its address on GitHub at the commit."""
    if path.startswith(("https://", "http://")):
        return path
    if commit is None or commit.url is None or ".." in path or "/" not in path.strip("/"):
        return None
    return f"{commit.url.replace('/commit/', '/blob/')}/{quote(path.strip('/'))}"


def _find_neighbours(book: Book, post: Post) -> tuple[list[_Neighbour], list[_Neighbour]]:
    """The posts before and after this one."""
    graph = book.journal.graph
    return (
        _neighbours(book, graph.find_outgoing(post.node), later=False),
        _neighbours(book, graph.find_incoming(post.node), later=True),
    )


def _find_related(book: Book, post: Post) -> tuple[Related, ...]:
    return book.related.find(post) if book.related else ()


def _neighbours(book: Book, edges: Iterable[Edge], *, later: bool) -> list[_Neighbour]:
    """Posts before or after this one, each once, by the strongest relation that is stated."""
    words = ACTIVE if later else _EARLIER
    found: dict[str, _Neighbour] = {}
    ordered = [edge for kind in _SUCCESSION for edge in edges if edge.kind is kind]
    for edge in ordered:
        node = book.journal.nodes.get(edge.source if later else edge.target)
        if isinstance(node, Post):
            found.setdefault(node.node, _Neighbour(node=node, words=words[edge.kind]))
    return list(found.values())


def _raw_status(post: Post) -> str | None:
    """The author's own words, where the badge does not say the same."""
    raw = post.status_raw
    return raw if raw and raw.casefold() != (post.status or "") else None


def _of_kind(records: list[Record], kind: RecordKind) -> list[Record]:
    unique = {record.id: record for record in records if record.kind is kind}
    return [unique[key] for key in sorted(unique)]
