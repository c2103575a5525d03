"""The MkDocs plugin: reads the project, builds the journal, hands the pages to MkDocs.

Generated pages enter MkDocs through mkdocs-gen-files' `FilesEditor` over a cache directory, so that
each has a real file behind it. Their content is set after the host's Markdown ran, so nothing that
came from GitHub ever passes through the host's extensions.
"""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING

from markupsafe import escape
from mkdocs.exceptions import PluginError
from mkdocs.plugins import BasePlugin, CombinedEvent, event_priority, get_plugin_logger
from mkdocs.structure.files import InclusionLevel
from mkdocs_gen_files.editor import FilesEditor

from journal_plugin.build import build_journal
from journal_plugin.bytecode import TemplateCache
from journal_plugin.cache import make_fingerprint, make_page_fingerprint
from journal_plugin.collector import set_aside, take_back
from journal_plugin.config import (
    JournalConfig,
    find_build_time,
    load_sources,
    make_settings,
    make_site,
)
from journal_plugin.contents import TOP, extend_contents, make_contents
from journal_plugin.errors import GitHubError, JournalError, OutputError, Severity
from journal_plugin.fastpages import GeneratedPage, Host, adopt_pages, speed_up
from journal_plugin.host_files import add_outside, group_posts, make_links
from journal_plugin.kept import Kept, save_pages
from journal_plugin.navigation import fold_sections, place_journal, show_dashboard
from journal_plugin.neighbours import drop_git_dates, keep_out_of_rss
from journal_plugin.outside import Outside
from journal_plugin.own_assets import ASSETS, SCRIPTS, STYLES, frame, load_own_assets
from journal_plugin.pages.decoration import decorate
from journal_plugin.pages.metadata import find_updated, insert_head, render_head
from journal_plugin.pages.plain import format_page
from journal_plugin.pages.search import find_entry, restore, show_own_words, stand_in
from journal_plugin.project_files import find_source_folders, project_root
from journal_plugin.settings import Settings
from journal_plugin.texts import Renderer

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from jinja2 import Environment
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.livereload import LiveReloadServer
    from mkdocs.structure.files import File, Files
    from mkdocs.structure.nav import Navigation
    from mkdocs.structure.pages import Page as MkDocsPage
    from mkdocs.utils.templates import TemplateContext

    from journal_plugin.build import Build
    from journal_plugin.cache import Cache
    from journal_plugin.errors import Diagnostic
    from journal_plugin.journal import Journal
    from journal_plugin.model import Post
    from journal_plugin.pages.book import Book
    from journal_plugin.pages.page import Page
    from journal_plugin.pages.search import Original
    from journal_plugin.watching import FolderWatch

log = get_plugin_logger("journal")

_LEVELS = {Severity.INFO: log.info, Severity.WARNING: log.warning, Severity.ERROR: log.error}


class JournalPlugin(BasePlugin[JournalConfig]):  # type: ignore[no-untyped-call]  # same as JournalConfig
    """One instance for all rebuilds of `mkdocs serve`; what belongs to one build is reset."""

    def __init__(self) -> None:
        self._has_synced = False
        self._watch: FolderWatch | None = None
        self._renderer: Renderer | None = None
        self._finished: Cache | None = None
        self._compiled: tuple[TemplateCache, ...] = ()
        self._command = "build"
        self._reset()

    def _reset(self) -> None:
        self._settings: Settings | None = None
        self._build: Build | None = None
        self._pages: dict[str, Page] = {}
        self._posts: dict[str, list[Post]] = {}
        self._links = make_links()
        self._outside = Outside()
        self._original: Original | None = None
        self._undecorated: dict[str, str] = {}
        self._is_framed = False
        self._has_search = False
        self._seen: tuple[Files, MkDocsConfig] | None = None
        self._folded: Navigation | None = None

    def on_startup(self, *, command: str, dirty: bool) -> None:
        """Being there makes MkDocs keep this instance across rebuilds."""
        del dirty
        self._command = command

    @property
    def journal(self) -> Journal | None:
        """The finished journal, for user scripts; None before `on_files` and when disabled.

        Scripts of mkdocs-gen-files run before the journal's own turn, which comes after plugins
        that move posts. For them the journal is built from the files as they are at that moment.
        """
        if self._build is None and self._settings and self._seen:
            try:
                self._build = self._make_build(self._settings, *self._seen)
            except JournalError as error:
                raise PluginError(str(error)) from error
        return self._build.journal if self._build else None

    # Before others read their options.
    @event_priority(50)
    def _keep_out_of_rss(self, config: MkDocsConfig) -> MkDocsConfig:
        """Choose for mkdocs-rss-plugin what its author would."""
        if self.config.enabled is not False:
            keep_out_of_rss(config, str(self.config.path or Settings().path), log.debug)
        return config

    @event_priority(0)
    def _read_options(self, config: MkDocsConfig) -> MkDocsConfig:
        """Check the options, sync if it is time, and announce the plugin's own files."""
        self._reset()
        take_back()
        try:
            settings = make_settings(self.config, config)
        except JournalError as error:
            raise PluginError(str(error)) from error
        if settings.enabled:
            self._settings = settings
            self._sync(settings, project_root(config) / settings.snapshot)
            config.extra_css += [f"{ASSETS}/{name}" for name in STYLES]
            config.extra_javascript.extend(f"{ASSETS}/{name}" for name in SCRIPTS)
            self._is_framed = config.theme.name != "material"
            self._has_search = any(n.rpartition("/")[2] == "search" for n in config.plugins)
            self._links = make_links(config) if settings.post_sources else self._links
            if settings.feeds and not config.site_url:
                log.info("without site_url in mkdocs.yml, addresses in the feeds are relative")
        return config

    on_config = CombinedEvent(_keep_out_of_rss, _read_options)

    @event_priority(100)
    def _note_files(self, files: Files, config: MkDocsConfig) -> Files:
        """Remember the files, for scripts that ask for the journal early."""
        self._seen = (files, config)
        return files

    # After Material's blog (-50), which decides where posts live, and before literate-nav (-100),
    # which needs to see all pages.
    @event_priority(-75)
    def _add_journal(self, files: Files, config: MkDocsConfig) -> Files:
        """Read the sources, build the journal, add its pages."""
        if self._settings is None:
            return files
        try:
            self._build = self._make_build(self._settings, files, config)
            added = self._add_files(self._build, files, config)
            self._build = replace(self._build, assets=())  # they are files now
            add_outside(self._outside, added, config)
            self._follow_sources(config)
        except JournalError as error:
            raise PluginError(str(error)) from error
        self._report(self._build.diagnostics)
        return added

    on_files = CombinedEvent(_note_files, _add_journal)

    # Before awesome-nav (100), which makes a navigation of its own.
    @event_priority(150)
    def _show_dashboard(self, nav: Navigation, config: MkDocsConfig, files: Files) -> Navigation:
        """Let authors place the journal with that plugin, too."""
        if self._pages and self._settings:
            show_dashboard(self._settings.path, files, config)
        return nav

    # After awesome-nav, and before section-index (0), which turns sections into pages.
    @event_priority(50)
    def _place_journal(self, nav: Navigation, config: MkDocsConfig, files: Files) -> Navigation:
        """Add a section for the journal, unless the author placed its pages."""
        if self._pages and self._settings:
            title = self._book.words.gettext("Journal")
            path = self._settings.path
            place_journal(self._pages, path, title, nav=nav, files=files, config=config)
        return nav

    @event_priority(-100)
    def _finish_nav(self, nav: Navigation, config: MkDocsConfig, files: Files) -> Navigation:
        """Place the journal again where a plugin made a new navigation; make its pages fast."""
        self._place_journal(nav, config, files)
        host = Host(
            make_content=self._make_content,
            make_toc=make_contents,
            is_watched=self._is_watched(config),
        )
        adopt_pages(self._pages, files, nav, host)
        return nav

    on_nav = CombinedEvent(_show_dashboard, _place_journal, _finish_nav)

    def _is_watched(self, config: MkDocsConfig) -> bool:
        """Whether another plugin asks for the content of pages while they are read."""
        listeners = config.plugins.events["page_content"]
        return any(getattr(listener, "__self__", None) is not self for listener in listeners)

    # After all others: what they do to the environment is what the pages must look like.
    @event_priority(-100)
    def on_env(self, env: Environment, config: MkDocsConfig, files: Files) -> Environment:
        """Render the theme once for each kind of generated page."""
        del config, files
        if not self._pages:
            return env
        self._compiled[1].attach(env)
        set_aside()
        return speed_up(env, log.debug)

    def on_page_markdown(
        self, markdown: str, *, page: MkDocsPage, config: MkDocsConfig, files: Files
    ) -> str:
        """Keep the host's Markdown away from generated pages."""
        del config, files
        self._links.page = page.file.src_uri
        return "" if page.file.src_uri in self._pages else markdown

    # Before all others, which see a generated page as they see any other.
    @event_priority(100)
    def _fill_page(
        self, html: str, *, page: MkDocsPage, config: MkDocsConfig, files: Files
    ) -> str | None:
        """Put in the content of a generated page."""
        del html, config, files
        generated = self._pages.get(page.file.src_uri)
        if generated is None:
            return None
        if updated := find_updated(self._book, generated):
            page.update_date = f"{updated:%Y-%m-%d}"
        if isinstance(page, GeneratedPage):
            return None
        page.toc = make_contents(generated)
        return self._make_content(generated)

    def _make_content(self, generated: Page) -> str:
        html = f'<h1 id="{TOP}">{escape(generated.title)}</h1>\n{generated.html}'
        return frame(html) if self._is_framed else html

    # After most others, so that the links that they make are seen.
    @event_priority(-50)
    def _decorate_post(
        self, html: str, *, page: MkDocsPage, config: MkDocsConfig, files: Files
    ) -> str | None:
        """Decorate a post."""
        del config, files
        if page.file.src_uri in self._pages or page.file.src_uri in self._outside.pages:
            drop_git_dates(page.meta)
        posts = self._posts.get(page.file.src_uri)
        if not (posts and self._build and self._settings):
            return None
        if self._has_search:
            self._undecorated[page.file.src_uri] = html
        html = decorate(html, self._build.book, posts, self._settings.repo)
        return frame(html) if self._is_framed else html

    on_page_content = CombinedEvent(_fill_page, _decorate_post)

    # Around the search plugins, which read a page's content at the default priority.
    @event_priority(50)
    def _before_search(
        self, context: TemplateContext, *, page: MkDocsPage, config: MkDocsConfig, **_: object
    ) -> None:
        """Let the search see one entry for a generated page, and what a post is."""
        del context, config
        if not self._has_search:
            return
        uri = page.file.src_uri
        if generated := self._pages.get(uri):
            self._original = stand_in(page, find_entry(self._book, generated))  # type: ignore[arg-type]  # its title can be set
        elif (html := self._undecorated.pop(uri, None)) is not None:
            posts = self._posts[uri]
            self._original = show_own_words(page, html, posts, self._book.words)  # type: ignore[arg-type]  # its title can be set

    @event_priority(-50)
    def _after_search(self, context: TemplateContext, *, page: MkDocsPage, **_: object) -> None:
        """Give the page its own content back, for the theme, with all of its headings."""
        del context
        if self._original:
            restore(page, self._original)  # type: ignore[arg-type]  # its title can be set
            self._original = None
        if self._posts.get(page.file.src_uri):
            page.toc = extend_contents(page.toc, page.content or "")

    @event_priority(50)
    def _fold_nav(
        self, context: TemplateContext, *, page: MkDocsPage, nav: Navigation, **_: object
    ) -> None:
        """Show the top level of the navigation on the page of a record, which is in none."""
        generated = self._pages.get(page.file.src_uri)
        if generated and generated.node in self._book.links.pages:
            self._folded = self._folded or fold_sections(nav)
            context["nav"] = self._folded

    on_page_context = CombinedEvent(_before_search, _fold_nav, _after_search)

    # After social (50), which writes tags of its own, and before plugins that shorten the page.
    @event_priority(49)
    def on_post_page(self, output: str, *, page: MkDocsPage, config: MkDocsConfig) -> str:
        """Add metadata and the addresses of the feeds to the head."""
        del config
        if self._build is None or self._settings is None:
            return output
        uri = page.file.src_uri
        head = render_head(
            self._book,
            page.url,
            about=self._pages.get(uri) or self._posts.get(uri),
            feeds=self._settings.feeds,
        )
        if isinstance(page, GeneratedPage):
            page.forget()
        return insert_head(output, head)

    def on_post_build(self, *, config: MkDocsConfig) -> None:
        """Keep compiled templates for the next build."""
        del config
        for compiled in self._compiled:
            compiled.save()

    def on_serve(
        self, server: LiveReloadServer, *, config: MkDocsConfig, builder: object
    ) -> LiveReloadServer:
        """Rebuild when the snapshot changes, and when a post outside `docs_dir` does or is new."""
        del builder
        if self._settings:
            root = project_root(config)
            snapshot = root / self._settings.snapshot
            if snapshot.is_dir():
                server.watch(str(snapshot))
            if self._settings.post_sources:
                from journal_plugin.watching import FolderWatch  # noqa: PLC0415 - builds watch nothing

                self._watch = FolderWatch(server)
                self._watch.start(find_source_folders(self._settings, config))
                self._follow_sources(config)
        return server

    def on_shutdown(self) -> None:
        """Stop watching."""
        if self._watch:
            self._watch.stop()

    def _follow_sources(self, config: MkDocsConfig) -> None:
        if self._watch:
            root = project_root(config)
            self._watch.follow(root / source for source in sorted(self._outside.sources.values()))

    def _sync(self, settings: Settings, snapshot: Path) -> None:
        """Sync once: a rebuild of `mkdocs serve` must not change what the server watches."""
        is_asked = os.environ.get("JOURNAL_SYNC") or settings.sync != "never"
        if self._has_synced or not settings.all_repos or not is_asked:
            return
        from journal_plugin.commands.sync import is_sync_due, run_sync  # noqa: PLC0415 - few builds sync

        try:
            is_due = is_sync_due(settings, snapshot)
        except JournalError as error:
            raise PluginError(str(error)) from error
        if not is_due:
            return
        self._has_synced = True
        try:
            report = run_sync(settings, snapshot)
        except (GitHubError, OutputError) as error:
            log.warning("the snapshot stays as it was: %s", error)
            return
        for notice in report.notices:
            log.info("%s", notice)
        log.info("%s", report.summary)

    def _make_build(self, settings: Settings, files: Files, config: MkDocsConfig) -> Build:
        sources = load_sources(settings, config, files)
        set_aside()
        if self._renderer is None:
            kept = Kept(project_root(config))
            self._renderer = Renderer(
                kept.find_store("texts.sqlite", make_fingerprint()),
                remember=self._command == "serve",
            )
            self._finished = kept.find_store("pages.sqlite", make_page_fingerprint())
            self._compiled = _make_compiled(kept)
        build = build_journal(
            settings,
            sources.posts,
            sources.snapshot,
            site=make_site(config),
            runs=sources.runs,
            diagnostics=sources.diagnostics,
            now=find_build_time(os.environ),
            renderer=self._renderer,
            pages=self._finished,
            compiled=self._compiled[0],
        )
        self._posts = group_posts(build.journal.posts)
        self._outside, self._links.links = sources.outside, sources.outside.links
        return build

    def _add_files(self, build: Build, files: Files, config: MkDocsConfig) -> Files:
        """Write the generated files into the cache and register them."""
        contents = {page.uri: format_page(page) for page in build.pages}
        contents |= {asset.uri: asset.content for asset in (*build.assets, *load_own_assets())}
        contents |= self._outside.pages
        theirs = {uri for uri in contents if files.get_file_from_path(uri)}
        for uri in sorted(theirs):
            log.warning("%s is a page of yours, so the journal leaves it alone", uri)
        ours = {uri: content for uri, content in contents.items() if uri not in theirs}
        cache = save_pages(project_root(config), ours)
        editor = FilesEditor(files, config, str(cache))
        for uri in sorted(ours):
            editor.open(uri, "rb").close()
        added = editor.files
        self._pages = {page.uri: page for page in build.pages if page.uri in ours}
        for uri in self._pages:
            _require(added, uri).inclusion = InclusionLevel.NOT_IN_NAV
        return added

    def _report(self, findings: Iterable[Diagnostic]) -> None:
        for finding in findings:
            _LEVELS[finding.severity]("%s", finding)
        worst = any(finding.severity is not Severity.INFO for finding in findings)
        if worst and self._settings and self._settings.strict:
            msg = "the journal has findings, and its option 'strict' is on"
            raise PluginError(msg)

    @property
    def _book(self) -> Book:
        assert self._build  # noqa: S101 - pages and posts exist only with a build
        return self._build.book


def _make_compiled(kept: Kept) -> tuple[TemplateCache, TemplateCache]:
    """The compiled templates of the journal and of the theme."""
    names = ("journal.templates", "theme.templates")
    own, theme = (TemplateCache(kept.find(name)) for name in names)
    return own, theme


def _require(files: Files, uri: str) -> File:
    file = files.get_file_from_path(uri)
    if file is None:
        msg = f"{uri} was not registered"
        raise PluginError(msg)
    return file
