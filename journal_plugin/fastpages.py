"""Generated pages inside MkDocs without the work that a Markdown file needs.

A generated page has no Markdown, so no parser is made for it, and its front matter is known, so it
is not read again. All events of plugins run for it as for any page. Its place in the theme is
filled in where `shells` can prove that nothing is lost.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any

from mkdocs.structure.pages import Page as MkDocsPage

from journal_plugin.pages.plain import make_meta
from journal_plugin.shells import Shells

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from jinja2 import Environment
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files
    from mkdocs.structure.nav import Navigation
    from mkdocs.structure.toc import TableOfContents

    from journal_plugin.pages.page import Page

_ANCHOR = re.compile(r'<[^<>]*?\s(?:id|name)="([^"]*)"')


class _Stage(Enum):
    """How far MkDocs is with a page."""

    NEW = "not rendered yet"
    SEEN = "other plugins read its content now"
    UNSEEN = "nobody but the journal reads its content now"
    READ = "waits to be built"


@dataclass(frozen=True, slots=True, kw_only=True)
class Host:
    """What generated pages need to know of the build that they are in."""

    make_content: Callable[[Page], str]
    make_toc: Callable[[Page], TableOfContents]
    is_watched: bool
    """Whether other plugins want to see the content of pages before all pages are known."""


class GeneratedPage(MkDocsPage):
    """A page whose content comes from the journal and not from its file.

    The content is made when somebody reads it and forgotten once the page is built, so that a
    thousand pages do not wait in memory for their turn. What a plugin puts in its place stays.
    """

    def __init__(self, plain: MkDocsPage, generated: Page, host: Host) -> None:
        # Far quicker than to work out the addresses again, and smaller than a copy of the mapping:
        # objects whose attributes are set one by one share their names.
        for name, value in vars(plain).items():
            if name not in ("content", "toc"):
                setattr(self, name, value)
        plain.file.page = self
        self._generated = generated
        self._host = host
        self._own_content: str | None = None
        self._made_content: str | None = None
        self._own_toc: TableOfContents | None = None
        self._made_toc: TableOfContents | None = None
        self._stage = _Stage.NEW

    @property
    def content(self) -> str | None:
        """The journal's content, or what a plugin made of it."""
        if self._own_content is not None or self._stage is _Stage.NEW:
            return self._own_content
        if self._stage is _Stage.UNSEEN:
            return ""
        if self._made_content is None:
            self._made_content = self._host.make_content(self._generated)
        return self._made_content

    @content.setter
    def content(self, value: str | None) -> None:
        stage, self._stage = self._stage, _Stage.READ
        if stage is _Stage.UNSEEN and not value:
            return
        self._own_content = None if value is self._made_content else value
        if stage is _Stage.SEEN:
            self._made_content = None

    @property
    def toc(self) -> TableOfContents:
        """The journal's table of contents, or what a plugin put in its place."""
        if self._own_toc is not None:
            return self._own_toc
        if self._made_toc is None:
            self._made_toc = self._host.make_toc(self._generated)
        return self._made_toc

    @toc.setter
    def toc(self, value: TableOfContents) -> None:
        self._own_toc = value

    def forget(self) -> None:
        """Drop what can be made again; whoever watches may have changed parts of the contents."""
        self._made_content = None
        if not self._host.is_watched:
            self._made_toc = None

    def read_source(self, config: MkDocsConfig) -> None:
        """Take the front matter as it was made, unless a plugin wants to read the file."""
        if config.plugins.events["page_read_source"]:
            super().read_source(config)
        else:
            self.markdown, self.meta = "", make_meta(self._generated)

    def render(self, config: MkDocsConfig, files: Files) -> None:
        """Make no HTML of no Markdown, unless a plugin put some in."""
        self.links_to_anchors = {}
        self._stage = _Stage.SEEN if self._host.is_watched else _Stage.UNSEEN
        if self.markdown:
            super().render(config, files)

    @property
    def present_anchor_ids(self) -> set[str]:
        """The anchors that links from other pages may lead to."""
        return set(_ANCHOR.findall(self.content or ""))

    @present_anchor_ids.setter
    def present_anchor_ids(self, value: set[str] | None) -> None:
        """Ignore what MkDocs finds in Markdown: the content comes later."""


def adopt_pages(generated: Mapping[str, Page], files: Files, nav: Navigation, host: Host) -> None:
    """Give each generated page outside of the navigation a `GeneratedPage`.

    Pages of the navigation stay MkDocs' own: other pages and plugins hold on to them.
    """
    placed = {page.file.src_uri for page in nav.pages}
    for uri, page in generated.items():
        file = files.src_uris.get(uri)
        if file is None or uri in placed or type(file.page) is not MkDocsPage:
            continue
        if file.page.parent is None and file.page.markdown is None:
            GeneratedPage(file.page, page, host)


def speed_up(env: Environment, report: Callable[[str], None]) -> Environment:
    """Let templates of `env` fill in generated pages; `report` is told what they cannot."""
    shells = Shells(report)

    class FillingTemplate(env.template_class):  # type: ignore[misc, name-defined]  # whatever the environment uses
        """A template that renders generated pages from a form."""

        def render(self, *args: Any, **kwargs: Any) -> str:
            context = args[0] if len(args) == 1 and not kwargs else None
            if not isinstance(context, dict) or not isinstance(context.get("page"), GeneratedPage):
                return str(super().render(*args, **kwargs))
            return shells.render(self, context, super().render)

    env.template_class = FillingTemplate
    if env.cache is not None:
        env.cache.clear()
    return env
