"""The journal's section in the navigation of a site."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from mkdocs.structure.files import InclusionLevel
from mkdocs.structure.nav import Link, Navigation, Section
from mkdocs.structure.pages import Page as MkDocsPage

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure import StructureItem
    from mkdocs.structure.files import Files

    from journal_plugin.pages.page import Page

_ORDER = ("index", "problems", "experiments", "timeline", "workflow", "ledger", "issues", "pulls")
_AWESOME = "awesome-nav"
"""A plugin that makes a navigation of the files that may be in one, ordered by `.nav.yml`."""


def show_dashboard(path: str, files: Files, config: MkDocsConfig) -> None:
    """Let awesome-nav see that there is a journal, so that authors can place it."""
    dashboard = files.get_file_from_path(f"{path}/index.md")
    if dashboard and _AWESOME in config.plugins:
        dashboard.inclusion = InclusionLevel.INCLUDED


def place_journal(  # noqa: PLR0913 - what a navigation is made from, mostly by name
    pages: Mapping[str, Page],
    path: str,
    title: str,
    *,
    nav: Navigation,
    files: Files,
    config: MkDocsConfig,
) -> None:
    """Add a section for the journal, unless the author placed its pages."""
    uris = list(_find_uris(path, pages))
    placed = [page for page in nav.pages if page.file.src_uri in pages]
    if not placed:
        section = Section(title, [])
        nav.items.append(section)
        _add_pages(section, _make_pages(uris, files, config), nav, len(nav.pages))
    elif len(placed) == 1 and _AWESOME in config.plugins:
        _complete(placed[0], uris, nav=nav, files=files, config=config)


def fold_sections(nav: Navigation) -> Navigation:
    """The top level of a navigation: a section is one link, to its first page.

    There may be thousands of records, and a theme prints the navigation on each of their pages.
    Material's `navigation.prune` does the same with all sections that a page is not in.
    """
    return Navigation([_fold(item) for item in nav.items], nav.pages)


def _fold(item: StructureItem) -> StructureItem:
    first = _find_first(item) if isinstance(item, Section) else None
    return Link(str(item.title), first.url) if first else item


def _find_first(item: StructureItem) -> MkDocsPage | None:
    """The first page of a section, which may be a page itself (section-index)."""
    if isinstance(item, MkDocsPage):
        return item
    children = item.children if isinstance(item, Section) else ()
    return next(filter(None, map(_find_first, children)), None)


def _complete(
    dashboard: MkDocsPage,
    uris: Collection[str],
    *,
    nav: Navigation,
    files: Files,
    config: MkDocsConfig,
) -> None:
    """Add the other pages to a section that awesome-nav made for the journal's folder."""
    section = dashboard.parent
    if section and section.children == [dashboard]:
        rest = [uri for uri in uris if uri != dashboard.file.src_uri]
        _add_pages(section, _make_pages(rest, files, config), nav, nav.pages.index(dashboard) + 1)


def _find_uris(path: str, pages: Mapping[str, Page]) -> Iterator[str]:
    """The pages of the navigation, the dashboard first."""
    first = [f"{path}/{name}.md" for name in ("index", *(f"{n}/index" for n in _ORDER[1:]))]
    rest = [uri for uri, page in pages.items() if page.in_nav and uri not in first]
    return (uri for uri in (*first, *rest) if uri in pages)


def _make_pages(uris: Iterable[str], files: Files, config: MkDocsConfig) -> list[MkDocsPage]:
    found = (files.get_file_from_path(uri) for uri in uris)
    return [MkDocsPage(None, file, config) for file in found if file]


def _add_pages(section: Section, pages: list[MkDocsPage], nav: Navigation, at: int) -> None:
    """Do for added pages what MkDocs does for its own: parents, previous and next."""
    chain = [*nav.pages[:at][-1:], *pages, *nav.pages[at:][:1]]
    for earlier, later in pairwise(chain):
        earlier.next_page, later.previous_page = later, earlier
    for page in pages:
        page.parent = section
    section.children.extend(pages)
    nav.pages[at:at] = pages
