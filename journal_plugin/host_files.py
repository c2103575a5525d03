"""Posts outside `docs_dir` inside MkDocs: their files, and the links to them."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from mkdocs.structure.files import File, InclusionLevel

from journal_plugin.outside import uri_of_url
from journal_plugin.pages.page import Site, href, url_of_uri
from journal_plugin.project_files import project_root
from journal_plugin.text.host_links import LinkExtension

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files

    from journal_plugin.model import Post
    from journal_plugin.outside import Outside


def make_links(config: MkDocsConfig | None = None) -> LinkExtension:
    """The Markdown extension that rewrites links; with a `config`, part of its Markdown."""
    site = Site(use_directory_urls=config.use_directory_urls if config else True)

    def find_href(page: str, target: str) -> str:
        uri, sign, fragment = target.partition("#")
        return href(url_of_uri(page, site), url_of_uri(uri, site)) + sign + fragment

    links = LinkExtension(find_href)
    if config is not None:
        config.markdown_extensions.append(links)  # type: ignore[arg-type]  # Python-Markdown takes both
    return links


def add_outside(outside: Outside, files: Files, config: MkDocsConfig) -> None:
    """Register what posts outside `docs_dir` show, and where the source of each page lies.

    The pages themselves are registered already, with the generated ones. Their files stay where
    they are; MkDocs copies them into the site from there.
    """
    for uri, name in outside.sources.items():
        if page := files.get_file_from_path(uri):
            page.inclusion = InclusionLevel.NOT_IN_NAV
            source = os.path.relpath(project_root(config) / name, config.docs_dir)
            page.edit_uri = source.replace(os.sep, "/")
    for uri, path in outside.files.items():
        if files.get_file_from_path(uri) is None:
            files.append(File.generated(config, uri, abs_src_path=str(path)))


def group_posts(posts: Iterable[Post]) -> dict[str, list[Post]]:
    """The posts of each page by its `src_uri`, in the order of the page."""
    pages: dict[str, list[Post]] = {}
    for post in sorted(posts, key=lambda post: (post.path, post.body_line)):
        pages.setdefault(post.src_uri or uri_of_url(post.url), []).append(post)
    return pages
