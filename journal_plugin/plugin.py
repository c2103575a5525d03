"""The MkDocs plugin: reads the project, builds the journal, hands the pages to MkDocs.

How generated pages go through MkDocs is told in `generated_site`. Their content is set after the
host's Markdown ran, so nothing that came from GitHub ever passes through the host's extensions.
"""

from __future__ import annotations

import os
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from mkdocs.exceptions import PluginError
from mkdocs.plugins import BasePlugin, CombinedEvent, event_priority, get_plugin_logger

from journal_plugin.collector import Remainder, paused_collector

with paused_collector():  # classes and functions stay, too
    from journal_plugin.author_pages import AuthorPages
    from journal_plugin.build import build_journal
    from journal_plugin.config import (
        JournalConfig,
        find_build_time,
        load_sources,
        make_settings,
        make_site,
    )
    from journal_plugin.contents import make_contents
    from journal_plugin.errors import JournalError, Severity
    from journal_plugin.fastpages import GeneratedPage
    from journal_plugin.generated_files import Progress
    from journal_plugin.generated_site import GeneratedSite
    from journal_plugin.host_files import add_outside, make_links
    from journal_plugin.host_pages import PageMaker, Profiles
    from journal_plugin.navigation import place_journal, show_dashboard
    from journal_plugin.neighbours import drop_git_dates, keep_from_git_dates, keep_out_of_rss
    from journal_plugin.outside import Outside
    from journal_plugin.own_assets import ASSETS, SCRIPTS, STYLES, load_own_assets
    from journal_plugin.pages.search import restore, stand_in
    from journal_plugin.project_files import find_source_folders, project_root
    from journal_plugin.settings import Settings
    from journal_plugin.sitemap import SITEMAP
    from journal_plugin.standing import clear_left_over
    from journal_plugin.stores import Stores
    from journal_plugin.syncing import sync_if_due

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from jinja2 import Environment
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.livereload import LiveReloadServer
    from mkdocs.structure.files import Files
    from mkdocs.structure.nav import Navigation
    from mkdocs.structure.pages import Page as MkDocsPage
    from mkdocs.utils.templates import TemplateContext

    from journal_plugin.build import Build
    from journal_plugin.errors import Diagnostic
    from journal_plugin.journal import Journal
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
        self._stores: Stores | None = None
        self._remainder = Remainder()
        self._command, self._is_dirty = "build", False
        self._reset()

    def _reset(self) -> None:
        self._settings: Settings | None = None
        self._build: Build | None = None
        self._links = make_links()
        self._outside = Outside()
        self._original: Original | None = None
        self._site: GeneratedSite | None = None
        self._authors: AuthorPages | None = None
        self._has_search = False
        self._seen: tuple[Files, MkDocsConfig] | None = None

    def on_startup(self, *, command: str, dirty: bool) -> None:
        """Being there makes MkDocs keep this instance across rebuilds."""
        self._command, self._is_dirty = command, dirty

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
        if self._stores:
            self._stores.idle.settle()
        if self._site:  # nothing was tidied up after the last build
            self._site.let_go()
        self._reset()
        self._remainder.start_build()
        try:
            settings = make_settings(self.config, config)
        except JournalError as error:
            raise PluginError(str(error)) from error
        if settings.enabled:
            self._settings = settings
            # Once: a rebuild of `mkdocs serve` must not change what the server watches.
            snapshot = project_root(config) / settings.snapshot
            self._has_synced = self._has_synced or sync_if_due(settings, snapshot)
            config.extra_css += [f"{ASSETS}/{name}" for name in STYLES]
            config.extra_javascript.extend(f"{ASSETS}/{name}" for name in SCRIPTS)
            self._has_search = any(n.rpartition("/")[2] == "search" for n in config.plugins)
            self._links = make_links(config) if settings.post_sources else self._links
            if settings.feeds and not config.site_url:
                log.info("without site_url in mkdocs.yml, addresses in the feeds are relative")
        return config

    on_config = CombinedEvent(_keep_out_of_rss, _read_options)

    def on_pre_build(self, *, config: MkDocsConfig) -> None:
        """Keep MkDocs from clearing what has not changed."""
        if self._settings and not self._is_dirty:
            standing = self._open_stores(config).standing
            standing.set_aside(config.site_dir, self._settings.path)
        else:
            clear_left_over(config.site_dir)

    def on_build_error(self, *, error: Exception) -> None:
        """Leave nothing hidden in the site."""
        del error
        if self._stores:
            self._stores.standing.put_back()
        self._end_build()

    @event_priority(100)
    def _note_files(self, files: Files, config: MkDocsConfig) -> Files:
        """Remember the files, for scripts that ask for the journal early."""
        self._seen = (files, config)
        if self._stores:
            self._stores.standing.check_clearing()
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
            stores = self._open_stores(config)
            memory, remembers = stores.memory, stores.memory.remembers
            maker = PageMaker(
                book=self._build.book,
                has_feeds=self._settings.feeds,
                is_framed=config.theme.name != "material",
                profiles=memory.recall("profiles", (), partial(Profiles, remembers=remembers)),
            )
            self._site = GeneratedSite(config, maker, stores.standing, memory)
            self._authors = AuthorPages(maker, stores.posts, has_search=self._has_search)
            self._save_assets(files, self._site, self._build)
            added = self._site.add_files(files, self._build.pages)
            add_outside(self._outside, added, config)
            keep_from_git_dates(config, self._settings.path, added)
            self._follow_sources(config)
        except JournalError as error:
            raise PluginError(str(error)) from error
        self._report(self._build.diagnostics)
        return added

    # After all others, right before MkDocs makes the navigation.
    @event_priority(-1000)
    def _start_nav(self, files: Files, config: MkDocsConfig) -> Files:
        """Let MkDocs make no page that the navigation does not hold."""
        del config
        if self._site:
            self._site.start(Progress.ARRANGE)
        return files

    on_files = CombinedEvent(_note_files, _add_journal, _start_nav)

    @event_priority(1000)
    def _open_nav(self, nav: Navigation, config: MkDocsConfig, files: Files) -> Navigation:
        """Let plugins meet pages as MkDocs makes them."""
        del config, files
        if self._site:
            self._site.start(Progress.PLACE)
        return nav

    # Before awesome-nav (100), which makes a navigation of its own.
    @event_priority(150)
    def _show_dashboard(self, nav: Navigation, config: MkDocsConfig, files: Files) -> Navigation:
        """Let authors place the journal with that plugin, too."""
        if self._site and self._settings:
            show_dashboard(self._settings.path, files, config)
        return nav

    # After awesome-nav, and before section-index (0), which turns sections into pages.
    @event_priority(50)
    def _place_journal(self, nav: Navigation, config: MkDocsConfig, files: Files) -> Navigation:
        """Add a section for the journal, unless the author placed its pages."""
        if self._site and self._site.pages and self._settings:
            title = self._site.maker.book.words.gettext("Journal")
            path = self._settings.path
            place_journal(self._site.pages, path, title, nav=nav, files=files, config=config)
        return nav

    @event_priority(-100)
    def _finish_nav(self, nav: Navigation, config: MkDocsConfig, files: Files) -> Navigation:
        """Place the journal again where a plugin made a new navigation; settle its pages."""
        self._place_journal(nav, config, files)
        if self._site:
            self._site.settle(nav, files, self, is_dirty=self._is_dirty)
        return nav

    on_nav = CombinedEvent(_open_nav, _show_dashboard, _place_journal, _finish_nav)

    # After all others: what they do to the environment is what the pages must look like.
    @event_priority(-100)
    def on_env(self, env: Environment, config: MkDocsConfig, files: Files) -> Environment:
        """Render the theme once for each kind of generated page."""
        del config
        if self._site and self._site.pages and self._stores:
            self._stores.theme_templates.attach(env)
            self._remainder.set_aside()
            self._site.fill(env, files)
        return env

    # After all others, which may ask the pages for more.
    @event_priority(-100)
    def on_template_context(
        self, context: TemplateContext, *, template_name: str, config: MkDocsConfig
    ) -> TemplateContext:
        """Make no page of MkDocs for the site map alone."""
        del config
        if self._site:
            self._site.list_pages(context, is_sitemap=template_name == SITEMAP)
        return context

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
        if generated is None or self._site is None:
            return None
        if isinstance(page, GeneratedPage):
            return None
        page.update_date = self._site.maker.find_date(generated) or page.update_date
        page.toc = make_contents(generated)
        return self._site.maker.make_content(generated)

    # After most others, so that the links that they make are seen.
    @event_priority(-50)
    def _decorate_post(
        self, html: str, *, page: MkDocsPage, config: MkDocsConfig, files: Files
    ) -> str | None:
        """Decorate a post."""
        del config, files
        uri = page.file.src_uri
        if uri in self._pages or uri in self._outside.pages:
            drop_git_dates(page.meta)
        return self._authors.decorate(uri, html) if self._authors else None

    on_page_content = CombinedEvent(_fill_page, _decorate_post)

    # Around the search plugins, which read a page's content at the default priority.
    @event_priority(50)
    def _before_search(
        self, context: TemplateContext, *, page: MkDocsPage, config: MkDocsConfig, **_: object
    ) -> None:
        """Let the search see one entry for a generated page, and what a post is."""
        del config
        uri = page.file.src_uri
        if not (self._site and self._authors):
            return
        self._site.turn_to(uri, context)
        generated = self._pages.get(uri)
        if generated is None:
            self._original = self._authors.show_own_words(page)
        elif self._has_search:
            self._original = stand_in(page, self._site.maker.find_entry(generated))  # type: ignore[arg-type]  # its title can be set

    @event_priority(-50)
    def _after_search(self, context: TemplateContext, *, page: MkDocsPage, **_: object) -> None:
        """Give the page its own content back, for the theme, with all of its headings."""
        del context
        if self._original:
            restore(page, self._original)  # type: ignore[arg-type]  # its title can be set
            self._original = None
        if self._authors:
            self._authors.extend_contents(page)

    @event_priority(50)
    def _fold_nav(
        self, context: TemplateContext, *, page: MkDocsPage, nav: Navigation, **_: object
    ) -> None:
        """Show the top level of the navigation on the page of a record, which is in none."""
        del nav
        generated = self._pages.get(page.file.src_uri)
        if generated and self._site and self._site.maker.is_record(generated):
            context["nav"] = self._site.folded

    on_page_context = CombinedEvent(_before_search, _fold_nav, _after_search)

    # After social (50), which writes tags of its own, and before plugins that shorten the page.
    @event_priority(49)
    def on_post_page(self, output: str, *, page: MkDocsPage, config: MkDocsConfig) -> str:
        """Add metadata and the addresses of the feeds to the head."""
        del config
        if self._site is None or self._authors is None:
            return output
        if isinstance(page, GeneratedPage):
            page.forget()
        uri = page.file.src_uri
        about = self._pages.get(uri) or self._authors.take(uri)
        return self._site.maker.finish(output, page.url, about)

    # Before the search plugins write what they have found.
    @event_priority(50)
    def _finish_pages(self, *, config: MkDocsConfig) -> None:
        """Let the search find all pages; keep posts and compiled templates for the next build."""
        del config
        if self._site:
            self._site.end()
        if self._authors:
            self._authors.finish()
        if self._stores:
            self._stores.finish()

    # After all others.
    @event_priority(-1000)
    def _leave_build(self, *, config: MkDocsConfig) -> None:
        """Do the rest when nobody waits."""
        del config
        self._end_build()

    on_post_build = CombinedEvent(_finish_pages, _leave_build)

    def _end_build(self) -> None:
        if self._stores and self._command == "serve":
            self._stores.idle.later(self._tidy)
            self._stores.idle.start()
        else:
            self._remainder.resume()

    def _tidy(self) -> None:
        """Let go of what MkDocs made in a build that is over."""
        if self._site:
            self._site.let_go()
        self._site = self._authors = self._seen = None
        self._remainder.tidy()

    def on_serve(
        self, server: LiveReloadServer, *, config: MkDocsConfig, builder: object
    ) -> LiveReloadServer:
        """Rebuild when the snapshot changes, and when a post outside `docs_dir` does or is new."""
        del builder
        if self._settings:
            from journal_plugin.watching import FolderWatch  # noqa: PLC0415 - builds watch nothing

            self._watch = FolderWatch(server)
            folders = find_source_folders(self._settings, config)
            snapshot = project_root(config) / self._settings.snapshot
            self._watch.start(Path(config.docs_dir), folders, snapshot)
            self._follow_sources(config)
        return server

    def on_shutdown(self) -> None:
        """Stop watching, and do what is left."""
        if self._stores:
            self._stores.idle.settle()
        if self._watch:
            self._watch.stop()

    def _follow_sources(self, config: MkDocsConfig) -> None:
        if self._watch:
            root = project_root(config)
            self._watch.follow(root / source for source in sorted(self._outside.sources.values()))

    def _make_build(self, settings: Settings, files: Files, config: MkDocsConfig) -> Build:
        stores = self._open_stores(config)
        sources = load_sources(settings, config, files, stores.records, stores.sources)
        self._remainder.set_aside()
        build = build_journal(
            settings,
            sources.posts,
            sources.snapshot,
            site=make_site(config),
            runs=sources.runs,
            diagnostics=sources.diagnostics,
            now=find_build_time(os.environ),
            renderer=stores.renderer,
            pages=stores.pages,
            compiled=stores.own_templates,
            memory=stores.memory,
            later=stores.idle.later,
        )
        self._outside, self._links.links = sources.outside, sources.outside.links
        return build

    def _save_assets(self, files: Files, site: GeneratedSite, build: Build) -> None:
        """Write what is no page. What the build made of it is only on the disk from then on."""
        self._build = replace(build, assets=())
        made = {asset.uri: asset.content for asset in build.assets}
        del build
        site.save_assets(files, {**made, **self._outside.pages})
        made.clear()
        site.save_assets(files, {asset.uri: asset.content for asset in load_own_assets()})

    def _open_stores(self, config: MkDocsConfig) -> Stores:
        if self._stores is None:
            self._stores = Stores.open(project_root(config), remember=self._command == "serve")
        return self._stores

    def _report(self, findings: Iterable[Diagnostic]) -> None:
        for finding in findings:
            _LEVELS[finding.severity]("%s", finding)
        worst = any(finding.severity is not Severity.INFO for finding in findings)
        if worst and self._settings and self._settings.strict:
            msg = "the journal has findings, and its option 'strict' is on"
            raise PluginError(msg)

    @property
    def _pages(self) -> Mapping[str, Page]:
        return self._site.pages if self._site else {}
