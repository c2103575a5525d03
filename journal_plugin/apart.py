"""Writes generated pages that no other plugin must see, outside of the loops of MkDocs.

It does for each page what MkDocs' loops do for others: it makes a context, renders the template of
the theme, and writes the file. Search plugins, which would meet the pages there, are handed their
entries instead.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from mkdocs.commands.build import get_context
from mkdocs.plugins import get_plugin_logger

from journal_plugin.contents import list_headings, make_label
from journal_plugin.fastpages import find_addresses
from journal_plugin.generated_files import GeneratedFile
from journal_plugin.pages.digests import digest
from journal_plugin.pages.page import Entry
from journal_plugin.pages.plain import make_meta
from journal_plugin.search_feed import find_feeds
from journal_plugin.shells import make_look, split_url
from journal_plugin.standing import Note, write_page
from journal_plugin.trials import Candidate, Trials, find_sources, list_loaded

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from jinja2 import Environment
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import File
    from mkdocs.structure.nav import Navigation
    from mkdocs.utils.templates import TemplateContext

    from journal_plugin.host_pages import PageMaker
    from journal_plugin.memory import Memory
    from journal_plugin.shells import Look, Shells
    from journal_plugin.standing import Standing

log = get_plugin_logger("journal")


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

    def __init__(
        self,
        scene: Scene,
        maker: PageMaker,
        shells: Shells,
        standing: Standing,
        memory: Memory,
    ) -> None:
        """Write pages into `scene` as `maker` finishes them, filled into `shells`.

        Pages that are `standing` are left as they are where they would be the same today. What
        else is the same as in the last build, `memory` may know.
        """
        self._scene = scene
        self._maker = maker
        self._shells = shells
        self._standing = standing
        self._template: Any = scene.env.get_template("main.html")
        self._linked = _find_names((*scene.config.extra_css, *scene.config.extra_javascript))
        self._searches = list(find_feeds(scene.config, scene.nav, memory))
        self._notes: dict[str, Note] = {}
        known, today = standing.sources, find_sources(scene.env, scene.config, standing.sources)
        self._trials = Trials(self._try_form, is_steady=bool(known) and known == today)
        self._waiting: Iterator[File] = iter(scene.pages)

    @property
    def pages(self) -> Sequence[File]:
        """All pages of the site, for templates that list them."""
        return self._scene.pages

    def make_room(self, files: Iterable[GeneratedFile]) -> None:
        """Let pages of the last build stand where they may be those of `files`."""
        self._standing.sweep({file.abs_dest_path for file in files})

    def write(self, files: Sequence[GeneratedFile]) -> None:
        """Write the pages of `files`, but for those that stand."""
        notes = self._notes
        site_url = self._scene.config.site_url
        marks = [self._maker.mark(file.shows, file.url, site_url) for file in files]
        candidates = list(self._find_candidates(files, marks))
        self._trials.run(candidates)
        notes |= {file.src_uri: note for file, note in candidates if self._stands(file, note)}
        written = []
        for file, mark in zip(files, marks, strict=True):
            if file.src_uri not in notes:
                known = self._standing.find(file.abs_dest_path)
                notes[file.src_uri] = self._write(file, mark, known)
                written.append(file.src_uri)
        for uri in written:
            # The form of the first pages of a kind is known when others have been rendered.
            form, family, length = self._shells.imprint_of(uri)
            if form:
                notes[uri] = notes[uri]._replace(form=form, seal="", family=family, length=length)
        log.debug("%s generated pages stand from the last build", len(files) - len(written))
        self._standing.keep(
            {file.abs_dest_path: notes[file.src_uri] for file in files}, self._find_sources()
        )
        self._shells.forget()

    def _find_candidates(
        self, files: Iterable[GeneratedFile], marks: Iterable[str]
    ) -> Iterator[Candidate]:
        """The pages of which all is the same but, perhaps, the theme's part."""
        for file, mark in zip(files, marks, strict=True):
            note = self._standing.find(file.abs_dest_path)
            if note and note.mark == mark and self._is_simple(file):
                yield Candidate(file, note)

    def _find_sources(self) -> Mapping[str, str]:
        """Marks of all that the pages were made with, in this build or earlier."""
        if self._trials.is_steady:
            return self._standing.sources
        env = self._scene.env
        return find_sources(env, self._scene.config, list_loaded(env))

    def feed_search(self, before: str | None = None) -> None:
        """Hand over the entries of pages that come before another one, or of all that are left.

        So the index has the order that it has when the search plugins meet all pages.
        """
        for file in self._waiting:
            if file.src_uri == before:
                return
            if isinstance(file, GeneratedFile) and file.src_uri in self._notes:
                self._feed(file, self._notes.pop(file.src_uri))

    def _feed(self, file: GeneratedFile, note: Note) -> None:
        known = Entry(title=note.title, text=note.text) if note.title else None
        entry = known or self._maker.find_entry(file.shows)
        for search in self._searches:
            search.add(file.url, file.shows.title, entry)

    def _stands(self, file: GeneratedFile, note: Note) -> bool:
        """Whether the theme would make the same page of the same values today.

        It does where the form of the page is the same, and where it would have no other way with
        the page than with others whose forms are.
        """
        if note.form:
            return self._trials.has_passed(note.form)
        look = self._look_at(file) if self._trials.is_steady else None
        return look is not None and self._shells.has_kin(self._template, look, self._trials.passed)

    def _try_form(self, candidate: Candidate) -> bool:
        """Whether a page has the same form today."""
        file, note = candidate
        is_same = False
        if look := self._look_at(file):
            # It was tried on a page when it was learned, and the theme decides as it did then.
            proven = note.form if self._trials.is_steady else ""
            render = self._template.render_by_theme
            mark = self._shells.find_mark(self._template, look, render, proven=proven)
            is_same = mark == note.form
        self._leave(file)
        return is_same

    def _write(self, file: GeneratedFile, mark: str, known: Note | None) -> Note:
        """Render a page, and write it unless these are the bytes that stand there."""
        page = file.shows
        html = self._maker.finish(self._render(file), file.url, page)
        form, family, length = self._shells.imprint_of(file.src_uri)
        seal = "" if form else digest((html,))
        data = html.encode("utf-8", errors="xmlcharrefreplace")
        stamp = self._standing.stamp
        if known and seal and known.seal == seal:
            stamp = known.stamp
        else:
            write_page(file.abs_dest_path, data, stamp)
        entry = self._maker.find_entry(page) if self._maker.is_record(page) else None
        title, text = (entry.title, entry.text) if entry else ("", "")
        return Note(mark, form, seal, len(data), stamp, title, text, family, length)

    def _render(self, file: GeneratedFile) -> str:
        if look := self._look_at(file):
            html = self._shells.render(self._template, look, self._template.render_by_theme)
        else:
            html = self._template.render(self._make_context(file))
        self._leave(file)
        return html

    def _leave(self, file: GeneratedFile) -> None:
        """Nobody looks at the page of a file any more, if it has one."""
        if file.has_page:
            page: Any = file.page
            page.active = False
            page.forget()

    def _is_simple(self, file: GeneratedFile) -> bool:
        """Whether the theme sees no more of a page than what we would tell it.

        Only scripts and styles differ in the context from page to page, and those only where they
        lie below the page.
        """
        folder, name = split_url(file.url)
        is_asked = file.has_page or file.edit_uri is not None
        return bool(folder) and name not in self._linked and not is_asked

    def _look_at(self, file: GeneratedFile) -> Look | None:
        """What the theme can see of a page that nobody has asked for."""
        return self._find_look(file) if self._is_simple(file) else None

    def _find_look(self, file: GeneratedFile) -> Look | None:
        url, page = file.url, file.shows
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
            find_again=lambda: self._find_look(file),
        )

    def _make_context(self, file: GeneratedFile) -> TemplateContext:
        scene, page = self._scene, file.page
        if page:
            page.active = True
        nav = scene.folded if self._maker.is_record(file.shows) else scene.nav
        return get_context(nav, scene.pages, scene.config, page)


def _find_names(links: Iterable[object]) -> frozenset[str]:
    """All names of files and folders in links."""
    return frozenset(name for link in links for name in str(link).split("/"))
