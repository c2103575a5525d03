"""From settings, posts and a snapshot to a finished journal: pages, files and findings. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache, partial
from operator import call
from typing import TYPE_CHECKING

from journal_plugin.audit import Evidence, audit_journal
from journal_plugin.collector import paused_collector
from journal_plugin.dates import find_latest
from journal_plugin.errors import Diagnostic, Severity
from journal_plugin.graph import extend_graph, resolve
from journal_plugin.hosts import find_host
from journal_plugin.journal import index_nodes, make_journal
from journal_plugin.memory import Memory, Same
from journal_plugin.model import Edge, EdgeKind, Statement
from journal_plugin.pages.alike import place_echoes
from journal_plugin.pages.badges import find_badges, render_badges
from journal_plugin.pages.book import Book
from journal_plugin.pages.case_study import render_case_studies
from journal_plugin.pages.charts import render_plot_assets
from journal_plugin.pages.dashboard import render_dashboard
from journal_plugin.pages.data import render_data
from journal_plugin.pages.digests import Digests, digest
from journal_plugin.pages.environment import make_environment
from journal_plugin.pages.events import count_months, find_events
from journal_plugin.pages.experiments import render_experiments
from journal_plugin.pages.facet_pages import render_facets
from journal_plugin.pages.facets import find_facets
from journal_plugin.pages.feeds import render_feeds
from journal_plugin.pages.insights import Inputs, find_facts, place_run_logs, render_insights
from journal_plugin.pages.ledger import render_ledger
from journal_plugin.pages.llms import render_llms
from journal_plugin.pages.page import Links
from journal_plugin.pages.recent import Recent
from journal_plugin.pages.records import render_records
from journal_plugin.pages.related import RelatedPosts
from journal_plugin.pages.shelf import Shelf
from journal_plugin.pages.timeline import render_timeline
from journal_plugin.pages.words import load_words
from journal_plugin.pages.workflow import render_workflow
from journal_plugin.phrases import phrase
from journal_plugin.post_names import PostNames, find_shared_names
from journal_plugin.problems import fold_heading, resolve_problems
from journal_plugin.runlog import (
    find_journal_plots,
    find_packing,
    find_record_charts,
    may_have_charts,
)
from journal_plugin.text.post_links import Mention, find_mentions, find_post_edges, may_mention
from journal_plugin.texts import Renderer
from journal_plugin.trends import KEY, find_trends
from journal_plugin.velocity import find_velocity

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from journal_plugin.journal import Journal
    from journal_plugin.model import Node, Post, Snapshot
    from journal_plugin.pages.environment import Compiled
    from journal_plugin.pages.insights import Facts
    from journal_plugin.pages.page import Asset, Page, Site
    from journal_plugin.pages.shelf import Store
    from journal_plugin.problems import Problem
    from journal_plugin.runlog import Charts
    from journal_plugin.series import Run
    from journal_plugin.settings import Settings
    from journal_plugin.text.rendered import Outline
    from journal_plugin.texts import Library

_NO_TIME = datetime(1970, 1, 1, tzinfo=UTC)
"""Stands for "now" in a journal without a single date, where nothing can be overdue."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Build:
    """A finished journal, as plain data."""

    journal: Journal
    book: Book
    """What the adapters need to decorate posts."""
    pages: tuple[Page, ...]
    assets: tuple[Asset, ...]

    @property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """All findings, sorted by path and line."""
        return self.journal.diagnostics


def build_journal(  # noqa: PLR0913 - what a journal is made from, mostly by name
    settings: Settings,
    posts: Sequence[Post],
    snapshot: Snapshot,
    *,
    site: Site,
    runs: Mapping[str, tuple[Run, ...]] | None = None,
    diagnostics: Iterable[Diagnostic] = (),
    now: datetime | None = None,
    renderer: Renderer | None = None,
    pages: Store | None = None,
    compiled: Compiled | None = None,
    memory: Memory | None = None,
    later: Callable[[Callable[[], object]], object] = call,
) -> Build:
    """Resolve everything and render every page.

    Args:
        settings: The options.
        posts: All posts; drafts are left out here.
        snapshot: All records.
        site: The site around the journal.
        runs: Logged runs by node id of the post.
        diagnostics: What reading the sources found already.
        now: The time of the build, for what is overdue; by default the latest date in the data.
        renderer: Renders texts, or knows them from an earlier build.
        pages: Where finished pages outlive the build.
        compiled: Knows compiled templates from an earlier build.
        memory: What the last build of the same process made.
        later: Does what no page waits for, now or after the build.
    """
    memory = memory or Memory()
    host = find_host(snapshot.records.values(), settings.repo)
    published = tuple(sorted((p for p in posts if not p.draft), key=lambda post: post.path))
    nodes: tuple[Node, ...] = (*snapshot.records.values(), *published)
    texts = (renderer or Renderer()).render(nodes, settings.repo, host, digests=snapshot.digests)
    outlines = texts.outlines
    about = repr((settings.path, settings.repo, site, host))
    shelf = memory.recall(
        "shelf", (about,), lambda: Shelf(pages, about, remembers=memory.remembers)
    )
    names = PostNames(published)
    faces = {post.node: repr(replace(post, body="")) for post in published}
    mentions = _find_mentions(shelf, published, names)
    found = tuple(diagnostics)
    journal = memory.recall(
        "journal",
        (repr(settings), faces, Same(snapshot), outlines, mentions, found, now),
        lambda: _resolve(
            settings, published, snapshot, outlines, mentions=mentions, found=found, now=now
        ),
    )
    cover = _find_cover(memory, (about, repr(settings), faces, Same(snapshot)), journal)
    journal = _place_posts(journal, published)
    charts = memory.recall(
        "charts",
        (about, Same(snapshot)),
        lambda: _find_charts(shelf, snapshot, texts),
    )
    words = load_words(site.language)
    facets = find_facets(journal, settings.ai_authors)
    links = Links(
        path=settings.path,
        repo=settings.repo,
        site=site,
        pages=frozenset(_find_written(settings.records, journal)),
    )
    book = Book(
        journal=journal,
        links=links,
        texts=texts,
        outlines=outlines,
        plots=find_journal_plots(journal, charts, runs or {}),
        benchmarks={n: found.benchmarks for n, found in charts.items() if found.benchmarks},
        badges=find_badges(journal, words) if settings.badges else {},
        templates=make_environment(words, compiled),
        words=words,
        facets=facets,
        related=RelatedPosts(journal, facets),
        digests=Digests(journal, links, facets, snapshot.digests, faces) if pages else None,
        shelf=shelf,
        recent=memory.recall("recent", (), Recent) if memory.remembers and pages else None,
        post_names=names,
    )
    inputs = Inputs(runs=runs or {}, ai_authors=settings.ai_authors, vocabulary=settings.vocabulary)
    facts = _find_facts(memory, cover, book, inputs) if settings.insights else None
    if facts:
        trends = memory.recall("trends", (cover,), partial(find_trends, journal, facts.velocity))
        book = replace(
            book,
            has_insights=True,
            run_logs=place_run_logs(facts.run_logs),
            echoes=place_echoes(facts.knowledge.echoes),
            plots={**book.plots, KEY: trends} if trends.plots else book.plots,
        )
    if book.recent:
        book.recent.turn_to(cover, book)
    find = cache(partial(find_events, journal))
    months = memory.recall("months", (cover,), lambda: count_months(find()))
    rendered = (
        render_dashboard(book, months),
        *render_experiments(book),
        *render_timeline(book, find),
        *render_facets(book),
        render_workflow(book),
        *(render_insights(book, facts) if facts else ()),
        *render_ledger(book),
        *render_case_studies(book),
        *render_records(book),
    )
    assets = (
        render_data(book, memory, cover),
        *render_plot_assets(book),
        *render_badges(book),
        *(render_feeds(book) if settings.feeds else ()),
        render_llms(book),
    )
    later(book.shelf.finish)
    if book.digests:
        book.digests.forget()
    return Build(
        journal=journal,
        book=book,
        pages=tuple(sorted(rendered, key=lambda page: page.uri)),
        assets=assets,
    )


@paused_collector()
def _find_facts(memory: Memory, cover: object, book: Book, inputs: Inputs) -> Facts:
    velocity = memory.recall("velocity", (cover,), lambda: find_velocity(book.journal))
    return find_facts(book, inputs, velocity)


def _find_cover(memory: Memory, about: tuple[object, ...], journal: Journal) -> object:
    """The same object as in the last build if the journal looks the same.

    It does while nothing changes but the texts of posts, and in which line something stands.
    """
    if not memory.remembers:
        return None

    def compare() -> object:
        stated = tuple(e._replace(line=None) if e.line else e for e in journal.graph.edges)
        gaps = {
            slug: tuple(gap._replace(line=1) for gap in found)
            for slug, found in (*journal.audit.by_problem.items(), ("", journal.audit.gaps))
        }
        return memory.recall("cover", (*about, stated, gaps, journal.problems), object)

    return memory.recall("compared", (*about, journal), compare)


def _place_posts(journal: Journal, posts: tuple[Post, ...]) -> Journal:
    """A journal with posts of which only the texts may be others."""
    if all(one is other for one, other in zip(journal.posts, posts, strict=True)):
        return journal
    return replace(journal, posts=posts, nodes=index_nodes(posts, journal.records.values()))


@paused_collector()
def _resolve(  # noqa: PLR0913 - same
    settings: Settings,
    posts: tuple[Post, ...],
    snapshot: Snapshot,
    outlines: Mapping[str, Outline],
    *,
    mentions: Mapping[str, Iterable[Mention]],
    found: tuple[Diagnostic, ...],
    now: datetime | None,
) -> Journal:
    host = find_host(snapshot.records.values(), settings.repo)
    statements = (
        *_post_statements(posts, outlines),
        *_record_statements(snapshot, outlines),
    )
    graph, findings = resolve(posts, snapshot, statements, repos=settings.all_repos)
    graph = extend_graph(graph, find_post_edges(posts, graph.edges, mentions))
    problems = resolve_problems(
        posts,
        snapshot,
        graph,
        vocabulary=settings.vocabulary,
        infer=settings.infer_problems,
        headings={node: outline.filled for node, outline in outlines.items()},
    )
    nodes = index_nodes(posts, snapshot.records.values())
    evidence = Evidence(
        nodes=nodes,
        graph=graph,
        headings={
            node: tuple(fold_heading(heading) for heading, _ in outline.headings)
            for node, outline in outlines.items()
        },
        snapshot=settings.snapshot,
        now=now or find_latest(nodes.values()) or _NO_TIME,
    )
    graph = extend_graph(graph, _problem_edges(problems))
    return make_journal(
        repo=settings.repo,
        host=host,
        posts=posts,
        records=snapshot.records,
        graph=graph,
        problems=problems,
        audit=audit_journal(problems, evidence),
        diagnostics=(
            *found,
            *findings,
            *find_shared_names(posts),
            *_missing_records(settings, posts, snapshot),
        ),
    )


def _find_charts(shelf: Shelf, snapshot: Snapshot, library: Library) -> dict[str, Charts]:
    """The charts of records, by node; a record without any is left out."""
    worthy = [r for r in snapshot.records.values() if may_have_charts(library.outlines[r.node])]
    marks = {f"{r.node} {snapshot.digests.get(r.id) or repr(r)}": r for r in worthy}

    def make(new: Iterable[str]) -> Iterator[object]:
        for mark in new:
            texts = library[marks[mark].node]
            htmls = [str(body.html) for body in (texts.body, *texts.comments)]
            charts = find_record_charts(marks[mark], htmls)
            yield find_packing().pack(charts) if charts else None

    found = shelf.recall_each("charts", marks, make)
    return {marks[mark].node: find_packing().unpack(data) for mark, data in found if data}


def _find_mentions(
    shelf: Shelf, posts: Iterable[Post], names: PostNames
) -> dict[str, list[Mention]]:
    """Where posts refer to others, by node; a text that has not changed is not searched again."""
    meanings = digest(names.list_meanings())
    marks = {
        digest((meanings, post.slug, post.path, post.body)): post
        for post in posts
        if may_mention(post, names)
    }
    make = partial(map, lambda mark: find_mentions(marks[mark], names))
    found = shelf.recall_each("mentions", marks, make)
    return {marks[mark].node: [Mention(*one) for one in data] for mark, data in found}


def _post_statements(posts: Iterable[Post], outlines: Mapping[str, Outline]) -> Iterator[Statement]:
    for post in posts:
        for _, reference in outlines[post.node].references:
            yield Statement(
                source=post.node,
                target=reference.target,
                relation=reference.relation,
                reverse=reference.reverse,
                path=post.path,
                line=(reference.line or 1) + post.body_line - 1,
                section=None if reference.section == post.title else reference.section,
                sentence=reference.sentence,
                written=reference.text,
            )


def _record_statements(snapshot: Snapshot, outlines: Mapping[str, Outline]) -> Iterator[Statement]:
    for record in snapshot.records.values():
        for number, reference in outlines[record.node].references:
            yield Statement(
                source=record.node,
                target=reference.target,
                relation=reference.relation,
                reverse=reference.reverse,
                section=f"comment {number}" if number else reference.section,
                sentence=reference.sentence,
                written=reference.text,
            )


def _problem_edges(problems: Iterable[Problem]) -> Iterator[Edge]:
    for problem in problems:
        for artifact in (a for a in problem.artifacts if a.section is None):
            yield Edge(
                source=artifact.node,
                target=problem.node,
                kind=EdgeKind.PART_OF,
                rule=artifact.membership,
            )


def _missing_records(
    settings: Settings, posts: Sequence[Post], snapshot: Snapshot
) -> Iterator[Diagnostic]:
    """Say once that there are no records, where posts refer to some."""
    refers = any(post.issues or post.prs for post in posts)
    if refers and not snapshot.records:
        yield Diagnostic(
            path=settings.snapshot,
            code="empty-snapshot",
            message=phrase("posts refer to issues, but there are no records; run `journal sync`")
            if settings.repo
            else phrase(
                "posts refer to issues, but no repository is known; set `repo` or `repo_url`"
            ),
            severity=Severity.INFO,
        )


def _find_written(mode: str, journal: Journal) -> Iterator[str]:
    """Nodes of the records that get a page."""
    for record in journal.records.values():
        if mode == "all" or (mode == "linked" and _is_linked(journal, record)):
            yield record.node


def _is_linked(journal: Journal, record: Node) -> bool:
    near = journal.graph.find_incoming(record.node)
    return bool(journal.find_problems(record.node)) or any(
        edge.source.startswith("post:") for edge in near
    )
