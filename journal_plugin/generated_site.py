"""The way of generated pages through a build of MkDocs, from their files to the finished site."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from mkdocs.plugins import get_plugin_logger
from mkdocs.structure.files import Files
from mkdocs_gen_files.editor import FilesEditor

from journal_plugin.apart import PageWriter, Scene
from journal_plugin.fastpages import Host, fill_templates
from journal_plugin.generated_files import (
    GeneratedAsset,
    GeneratedFile,
    Home,
    JournalFiles,
    is_small_asset,
)
from journal_plugin.kept import save_pages
from journal_plugin.listeners import find_listener
from journal_plugin.navigation import fold_sections
from journal_plugin.project_files import project_root
from journal_plugin.shells import Shells
from journal_plugin.sitemap import list_entries

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from jinja2 import Environment
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import File
    from mkdocs.structure.nav import Navigation
    from mkdocs.utils.templates import TemplateContext

    from journal_plugin.generated_files import Progress
    from journal_plugin.host_pages import PageMaker
    from journal_plugin.memory import Memory
    from journal_plugin.pages.page import Page
    from journal_plugin.standing import Standing

log = get_plugin_logger("journal")

_Found = TypeVar("_Found")


class GeneratedSite:
    """The generated pages of one build.

    Pages that no navigation holds are written apart from the loops of MkDocs, unless there is a
    reason against it, such as another plugin that listens to the events of pages.
    """

    def __init__(
        self, config: MkDocsConfig, maker: PageMaker, standing: Standing, memory: Memory
    ) -> None:
        """Start without pages.

        Args:
            config: The options of the site.
            maker: Makes what MkDocs is told of the pages.
            standing: The pages of the last build.
            memory: What else the last build of the same process made.
        """
        self.pages: dict[str, Page] = {}
        """The pages by their `src_uri`."""
        self.maker = maker
        self._config = config
        self._standing = standing
        self._memory = memory
        self._home: Home | None = None
        self._assets: list[File] = []
        self._nav: Navigation | None = None
        self._generated: Sequence[GeneratedFile] = ()
        self._files: JournalFiles | None = None
        self._writer: PageWriter | None = None

    def save_assets(self, files: Files, contents: Mapping[str, bytes]) -> None:
        """Write files that are no pages, and that `files` do not have.

        They come before the pages, and in parts, because some are megabytes.
        """
        ours = dict(self._leave_theirs(files, contents))
        small = {uri for uri, content in ours.items() if is_small_asset(uri, content)}
        real = {uri: content for uri, content in ours.items() if uri not in small}
        # `mkdocs serve` has another address than the build that may run beside it.
        site = (str(self._config.config_file_path), str(self._config.site_url))
        folder = save_pages(project_root(self._config), site, real)
        editor = FilesEditor(Files([]), self._config, str(folder))
        for uri in sorted(real):
            editor.open(uri, "rb").close()
        self._home = home = Home(config=self._config, folder=folder)
        self._assets += [*editor.files, *(GeneratedAsset(uri, ours[uri], home) for uri in small)]

    def add_files(self, files: Files, pages: Iterable[Page]) -> JournalFiles:
        """The files with our `pages`, and with what was saved before."""
        assert self._home  # noqa: S101 - assets come first
        self.pages = dict(self._leave_theirs(files, {page.uri: page for page in pages}))
        self.maker.profiles.keep(self.pages)
        self._generated = [GeneratedFile(page, self._home) for page in self.pages.values()]
        return JournalFiles((*files, *self._assets, *self._generated), self._home)

    def _leave_theirs(
        self, files: Files, found: Mapping[str, _Found]
    ) -> Iterator[tuple[str, _Found]]:
        """What the author has no file for."""
        for uri in sorted(found):
            if uri in files.src_uris:
                log.warning("%s is a page of yours, so the journal leaves it alone", uri)
        return ((uri, item) for uri, item in found.items() if uri not in files.src_uris)

    def start(self, progress: Progress) -> None:
        """MkDocs goes on to another step."""
        if self._home:
            self._home.progress = progress

    def settle(self, nav: Navigation, files: Files, plugin: object, *, is_dirty: bool) -> None:
        """Decide, with the navigation as it is, how pages are written.

        Args:
            nav: The finished navigation.
            files: All files.
            plugin: Our own plugin.
            is_dirty: Whether MkDocs builds only what changed.
        """
        reason = "only what changed is built" if is_dirty else self._find_reason(files, plugin)
        if reason:
            log.debug("generated pages go through the loops of MkDocs: %s", reason)
        watching = self._config.plugins.events["page_content"]
        host = Host(
            maker=self.maker,
            is_watched=any(getattr(item, "__self__", None) is not plugin for item in watching),
            is_apart=not reason,
        )
        if self._home:
            self._nav = nav
            self._home.settle(files, nav, host)

    def _find_reason(self, files: Files, plugin: object) -> str:
        if not isinstance(files, JournalFiles):
            return "a plugin has made another collection of files"
        return find_listener(self._config, plugin, self.pages)

    def fill(self, env: Environment, files: Files) -> None:
        """Fill pages into the templates of `env` from now on."""
        shells = Shells(log.debug)
        fill_templates(env, shells)
        if isinstance(files, JournalFiles) and files.apart and self._nav:
            self._files = files
            pages = files.documentation_pages()
            scene = Scene(
                env=env, nav=self._nav, folded=self.folded, config=self._config, pages=pages
            )
            self._writer = PageWriter(scene, self.maker, shells, self._standing, self._memory)
            files.writer = self._writer

    @cached_property
    def folded(self) -> Navigation:
        """The top level of the navigation, for pages of records, which are in none."""
        assert self._nav  # noqa: S101 - pages are built after it is made
        return fold_sections(self._nav)

    def turn_to(self, uri: str, context: TemplateContext) -> None:
        """MkDocs is about to build another page: it may list ours, and comes after some of them."""
        if self._files:
            self._files.listed = None
        if self._writer:
            context["pages"] = self._writer.pages
            self._writer.feed_search(before=uri)

    def list_pages(self, context: TemplateContext, *, is_sitemap: bool) -> None:
        """MkDocs is about to make a template that is no page.

        For the site map it asks, now and once more when it compresses it, for the date of each
        page. No other template is made in between.
        """
        if self._files:
            self._files.listed = None
            if is_sitemap:
                site_url = self._config.site_url
                self._files.listed = list_entries(context["pages"], self.maker, site_url)
                context["pages"] = self._files.listed

    def let_go(self) -> None:
        """The build is over: let go of the journal, so that no collector has to find it."""
        for file in self._generated:
            file.let_go()

    def end(self) -> None:
        """MkDocs has built its last page."""
        if self._files:
            self._files.listed = None
        if self._writer:
            self._writer.feed_search()
