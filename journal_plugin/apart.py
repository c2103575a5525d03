"""Writes generated pages that no other plugin must see, outside of the loops of MkDocs.

It does for each page what MkDocs' loops do for others: it makes a context, renders the template of
the theme, and writes the file. Search plugins, which would meet the pages there, are handed their
entries instead.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from mkdocs.commands.build import get_context

from journal_plugin.contents import list_headings, make_label
from journal_plugin.fastpages import find_addresses
from journal_plugin.generated_files import GeneratedFile
from journal_plugin.listeners import SEARCHES, name_class
from journal_plugin.pages.plain import make_meta, theme_title
from journal_plugin.pages.search import stand_in
from journal_plugin.shells import make_look, split_url

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, MutableMapping, Sequence

    from jinja2 import Environment
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import File
    from mkdocs.structure.nav import Navigation
    from mkdocs.utils.templates import TemplateContext

    from journal_plugin.host_pages import PageMaker
    from journal_plugin.pages.page import Entry
    from journal_plugin.shells import Look, Shells


class Scene(NamedTuple):
    """What stands around the pages of one build."""

    env: Environment
    nav: Navigation
    folded: Navigation
    """What pages of records show of it."""
    config: MkDocsConfig
    pages: Sequence[File]
    """All pages of the site, in their order."""


class PageWriter:
    """Writes the pages of one build, and lets the search find them."""

    def __init__(self, scene: Scene, maker: PageMaker, shells: Shells) -> None:
        """Write pages into `scene` as `maker` finishes them, filled into `shells`."""
        self._scene = scene
        self._maker = maker
        self._shells = shells
        self._template: Any = scene.env.get_template("main.html")
        self._folders: set[str] = set()
        self._linked = _find_names((*scene.config.extra_css, *scene.config.extra_javascript))
        self._searches = [
            plugin for plugin in scene.config.plugins.values() if name_class(plugin) in SEARCHES
        ]
        self._entries: dict[str, Entry | None] = {}
        self._waiting: Iterator[File] = iter(scene.pages)

    @property
    def pages(self) -> Sequence[File]:
        """All pages of the site, for templates that list them."""
        return self._scene.pages

    def write(self, files: Iterable[GeneratedFile]) -> None:
        """Render and write the pages of `files`."""
        for file in files:
            html = self._maker.finish(self._render(file), file.url, file.shows)
            self._save(file.abs_dest_path, html)
            if self._searches:
                self._entries[file.src_uri] = self._maker.find_entry(file.shows)
        self._shells.forget()

    def feed_search(self, before: str | None = None) -> None:
        """Hand over the entries of pages that come before another one, or of all that are left.

        So the index has the order that it has when the search plugins meet all pages.
        """
        for file in self._waiting:
            if file.src_uri == before:
                return
            if isinstance(file, GeneratedFile) and file.src_uri in self._entries:
                self._feed(file, self._entries.pop(file.src_uri))

    def _feed(self, file: GeneratedFile, entry: Entry | None) -> None:
        scene = self._scene
        for plugin in self._searches:
            found = _Found(url=file.url, title=theme_title(file.shows.title))
            stand_in(found, entry)
            plugin.on_page_context({}, page=found, config=scene.config, nav=scene.nav)

    def _render(self, file: GeneratedFile) -> str:
        look = None if file.has_page else self._look_at(file)
        if look:
            html = self._shells.render(self._template, look, self._template.render_by_theme)
        else:
            html = self._template.render(self._make_context(file))
        if file.has_page:
            page: Any = file.page
            page.active = False
            page.forget()
        return html

    def _look_at(self, file: GeneratedFile) -> Look | None:
        """What the theme can see of a page that nobody has asked for: what we would tell it.

        Only scripts and styles differ in their context from page to page, and those only where
        they lie below the page.
        """
        url, page = file.url, file.shows
        folder, name = split_url(url)
        if not folder or name in self._linked or file.edit_uri is not None:
            return None
        headings = list_headings(page)
        meta = make_meta(page)
        return make_look(
            name=file.src_uri,
            find_context=lambda: self._make_context(file),
            texts=[
                *(str(meta["title"]), self._maker.make_content(page), url),
                *find_addresses(self._scene.config.site_url, url),
            ],
            meta=meta,
            toc=((make_label(item), item.anchor) for item in headings),
            surroundings=(file.name == "index", self._maker.is_record(page)),
            shape=tuple(item.level for item in headings),
        )

    def _make_context(self, file: GeneratedFile) -> TemplateContext:
        scene, page = self._scene, file.page
        if page:
            page.active = True
        nav = scene.folded if self._maker.is_record(file.shows) else scene.nav
        return get_context(nav, scene.pages, scene.config, page)

    def _save(self, path: str, html: str) -> None:
        folder = path.rpartition(os.sep)[0]
        if folder not in self._folders:
            Path(folder).mkdir(parents=True, exist_ok=True)
            self._folders.add(folder)
        Path(path).write_bytes(html.encode("utf-8", errors="xmlcharrefreplace"))


def _find_names(links: Iterable[object]) -> frozenset[str]:
    """All names of files and folders in links."""
    return frozenset(name for link in links for name in str(link).split("/"))


@dataclass(slots=True, kw_only=True)
class _Found:
    """A page as search plugins read it."""

    url: str
    title: str
    content: str | None = ""
    meta: MutableMapping[str, Any] = field(default_factory=dict)
    toc: tuple[()] = ()
