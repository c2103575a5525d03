"""Generated pages inside MkDocs without the work that a Markdown file needs.

A generated page has no Markdown, so no parser is made for it, and its front matter is known, so it
is not read again. All events of plugins run for it as for any page. Its place in the theme is
filled in where `shells` can prove that nothing is lost.
"""

from __future__ import annotations

import re
from enum import Enum
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urljoin, urlsplit

from mkdocs.structure.pages import Page as MkDocsPage

from journal_plugin.contents import make_contents
from journal_plugin.pages.plain import make_meta
from journal_plugin.shells import look_at, split_url

if TYPE_CHECKING:
    from collections.abc import Mapping, MutableMapping

    from jinja2 import Environment
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import File, Files
    from mkdocs.structure.toc import TableOfContents

    from journal_plugin.host_pages import PageMaker
    from journal_plugin.pages.page import Page
    from journal_plugin.shells import Shells

_PLAIN_NAME = re.compile(r"\w+(?:\.html)?", re.ASCII)
"""The last part of an address, if it is the same in every address."""
_ANY = "x"
_ANCHOR = re.compile(r'<[^<>]*?\s(?:id|name)="([^"]*)"')


@cache
def _join(base: str, url: str) -> tuple[str, str]:
    address = urljoin(base, url)
    return address, urlsplit(address).path


def find_addresses(base: str | None, url: str) -> tuple[str | None, str | None]:
    """The complete address of a page, and its part that begins at the server's root.

    Args:
        base: `site_url`, or nothing.
        url: Address of the page, relative to the site's root.
    """
    if not base:
        return None, None
    base = base if base.endswith("/") else f"{base}/"
    folder, name = split_url(url)
    if not _PLAIN_NAME.fullmatch(name):
        return _join(base, url)
    # What comes before the name is the same for all pages of a folder.
    address, path = _join(base, f"{folder}{_ANY}")
    tail = url.removeprefix(folder)
    return address.removesuffix(_ANY) + tail, path.removesuffix(_ANY) + tail


class _Stage(Enum):
    """How far MkDocs is with a page."""

    NEW = "not rendered yet"
    SEEN = "other plugins read its content now"
    UNSEEN = "nobody but the journal reads its content now"
    READ = "waits to be built"


class Host(NamedTuple):
    """What generated pages need to know of the build that they are in."""

    maker: PageMaker
    is_watched: bool
    """Whether other plugins want to see the content of pages before all pages are known."""
    is_apart: bool
    """Whether pages outside of the navigation are written without the loops of MkDocs."""


class GeneratedPage(MkDocsPage):
    """A page whose content comes from the journal and not from its file.

    The content is made when somebody reads it and forgotten once the page is built, so that a
    thousand pages do not wait in memory for their turn. What a plugin puts in its place stays.
    """

    def __init__(self, file: File, config: MkDocsConfig, host: Host, generated: Page) -> None:
        self._generated = generated
        self._host = host
        self._made_content: str | None = None
        self._made_toc: TableOfContents | None = None
        self._stage = _Stage.NEW
        super().__init__(None, file, config)
        self._own_content: str | None = None
        self._own_toc: TableOfContents | None = None
        self._own_meta: MutableMapping[str, Any] | None = {}
        self._stage = _Stage.NEW
        self.update_date = host.maker.find_date(generated) or self.update_date
        if host.is_apart:  # nobody will read it in a loop
            self._take_meta()
            self._stage = _Stage.READ

    def _set_canonical_url(self, base: str | None) -> None:
        """The addresses that MkDocs would find, in less time."""
        self.canonical_url, self.abs_url = find_addresses(base, self.url)

    @property
    def meta(self) -> MutableMapping[str, Any]:
        """The front matter, made when somebody reads it."""
        if self._own_meta is None:
            self._own_meta = make_meta(self._generated)
        return self._own_meta

    @meta.setter
    def meta(self, value: MutableMapping[str, Any]) -> None:
        self._own_meta = value

    @property
    def content(self) -> str | None:
        """The journal's content, or what a plugin made of it."""
        if self._own_content is not None or self._stage is _Stage.NEW:
            return self._own_content
        if self._stage is _Stage.UNSEEN:
            return ""
        if self._made_content is None:
            self._made_content = self._host.maker.make_content(self._generated)
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
            self._made_toc = make_contents(self._generated)
        return self._made_toc

    @toc.setter
    def toc(self, value: TableOfContents) -> None:
        self._own_toc = value

    def forget(self) -> None:
        """Drop what can be made again; whoever watches may have changed parts of the contents."""
        self._made_content = None
        if not self._host.is_watched:
            self._made_toc = None

    def let_go(self) -> None:
        """Lead no more to the journal; the build is over."""
        del self._generated, self._host

    def read_source(self, config: MkDocsConfig) -> None:
        """Take the front matter as it was made, unless a plugin wants to read the file."""
        if config.plugins.events["page_read_source"]:
            super().read_source(config)
        else:
            self._take_meta()

    def render(self, config: MkDocsConfig, files: Files) -> None:
        """Make no HTML of no Markdown, unless a plugin put some in."""
        self.links_to_anchors = {}
        self._stage = _Stage.SEEN if self._host.is_watched else _Stage.UNSEEN
        if self.markdown:
            super().render(config, files)

    def _take_meta(self) -> None:
        self.markdown, self._own_meta = "", None

    @property
    def present_anchor_ids(self) -> set[str]:
        """The anchors that links from other pages may lead to."""
        return set(_ANCHOR.findall(self.content or ""))

    @present_anchor_ids.setter
    def present_anchor_ids(self, value: set[str] | None) -> None:
        """Ignore what MkDocs finds in Markdown: the content comes later."""


def fill_templates(env: Environment, shells: Shells) -> None:
    """Let the templates of `env` fill in generated pages."""

    class FillingTemplate(env.template_class):  # type: ignore[misc, name-defined]  # whatever the environment uses
        """A template that renders generated pages from a form."""

        def render(self, *args: Any, **kwargs: Any) -> str:
            context = args[0] if len(args) == 1 and not kwargs else None
            if not isinstance(context, dict) or not isinstance(context.get("page"), GeneratedPage):
                return str(super().render(*args, **kwargs))
            look = look_at(context)
            return shells.render(self, look, super().render) if look else super().render(context)

        def render_by_theme(self, context: Mapping[str, Any]) -> str:
            """The template as it would be without forms."""
            return str(super().render(context))

    class WatchedContext(env.context_class):  # type: ignore[misc, name-defined]  # same
        """A context that tells which functions a template calls, and with what."""

        def call(self, function: Any, /, *args: Any, **kwargs: Any) -> Any:
            shells.calls.check(function, (*args, *kwargs.values()))
            return super().call(function, *args, **kwargs)

    env.template_class, env.context_class = FillingTemplate, WatchedContext
    if env.cache is not None:
        env.cache.clear()
