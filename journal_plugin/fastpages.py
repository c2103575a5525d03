"""Generated pages inside MkDocs without the work that a Markdown file needs.

A generated page has no Markdown, so no parser is made for it, and its front matter is known, so it
is not read again. All events of plugins run for it as for any page. Its place in the theme is
filled in where `shells` can prove that nothing is lost.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from mkdocs.structure.pages import Page as MkDocsPage
from mkdocs.structure.toc import TableOfContents

from journal_plugin.pages.plain import make_meta
from journal_plugin.shells import Shells

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from jinja2 import Environment
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import File, Files
    from mkdocs.structure.nav import Navigation

    from journal_plugin.pages.page import Page

_ANCHOR = re.compile(r'<[^<>]*?\s(?:id|name)="([^"]*)"')


class GeneratedPage(MkDocsPage):
    """A page whose content comes from the journal and not from its file."""

    def __init__(self, meta: Mapping[str, Any], file: File, config: MkDocsConfig) -> None:
        super().__init__(None, file, config)
        self._front_matter = meta

    def read_source(self, config: MkDocsConfig) -> None:
        """Take the front matter as it was made, unless a plugin wants to read the file."""
        if config.plugins.events["page_read_source"]:
            super().read_source(config)
        else:
            self.markdown, self.meta = "", dict(self._front_matter)

    def render(self, config: MkDocsConfig, files: Files) -> None:
        """Make no HTML of no Markdown, unless a plugin put some in."""
        if self.markdown:
            super().render(config, files)
            return
        self.content = ""
        self.toc = TableOfContents([])
        self.links_to_anchors = {}

    @property
    def present_anchor_ids(self) -> set[str]:
        """The anchors that links from other pages may lead to."""
        return set(_ANCHOR.findall(self.content or ""))

    @present_anchor_ids.setter
    def present_anchor_ids(self, value: set[str] | None) -> None:
        """Ignore what MkDocs finds in Markdown: the content comes later."""


def adopt_pages(
    generated: Mapping[str, Page],
    files: Files,
    nav: Navigation,
    config: MkDocsConfig,
) -> None:
    """Give each generated page outside of the navigation a `GeneratedPage`.

    Pages of the navigation stay MkDocs' own: other pages and plugins hold on to them.
    """
    placed = {page.file.src_uri for page in nav.pages}
    for uri, page in generated.items():
        file = files.get_file_from_path(uri)
        if file is None or uri in placed or type(file.page) not in (MkDocsPage, type(None)):
            continue
        if file.page and (file.page.parent or file.page.markdown is not None):
            continue
        GeneratedPage(make_meta(page), file, config)


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
