"""Shortcuts of our files tell what MkDocs and mkdocs-gen-files would find."""

from __future__ import annotations

import gc
import weakref
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File
from mkdocs_gen_files.editor import file_sort_key

from journal_plugin.fastpages import Host
from journal_plugin.generated_files import GeneratedFile, Home, find_order
from journal_plugin.pages.page import Page

URIS = (
    *("a-b/c.md", "a/b/c.md", "a/b.md/c.md", "a!/b.md", "a/bc/d.md", "a/readme.md"),
    *("index.md", "a.md", "README.md", "a/index.md", "a/b.md", "b/README.md", "index/a.md"),
    *("journal/issues/18.md", "journal/issues/page-2.md", "é ü/ä.md", "a.b/.c", "x.css"),
)


@pytest.mark.parametrize("uri", URIS)
def test_files_have_the_order_of_mkdocs_gen_files(uri: str) -> None:
    file, *others = (
        File(name, src_dir="docs", dest_dir="site", use_directory_urls=True)
        for name in (uri, *URIS)
    )
    for other in others:
        ours, theirs = find_order(file), file_sort_key(file)
        assert (ours < find_order(other)) is (theirs < file_sort_key(other))


@pytest.mark.parametrize("uri", [*URIS, "a//b.md", "./a.md"])
def test_a_generated_page_has_the_names_of_any_file(uri: str) -> None:
    config = MkDocsConfig()
    config.load_dict({"site_name": "Test"})
    ours = GeneratedFile(Page(uri=uri, title="a"), Home(config=config, folder=Path("docs")))
    file = File(uri, src_dir="docs", dest_dir="site", use_directory_urls=True)
    assert (ours.src_uri, ours.src_path) == (file.src_uri, file.src_path)
    ours.src_path = file.src_path = "b//c.md"
    assert (ours.src_uri, ours.src_path) == (file.src_uri, file.src_path)


def test_a_generated_page_counts_as_one() -> None:
    config = MkDocsConfig()
    config.load_dict({"site_name": "Test"})
    file = GeneratedFile(
        Page(uri="journal/issues/18.md", title="#18"), Home(config=config, folder=Path("docs"))
    )
    assert file.is_documentation_page() is File.is_documentation_page(file) is True


class Knot:
    """Stands for the journal, to which each page leads."""


def test_the_files_of_a_past_build_do_not_hold_its_journal() -> None:
    """Files and pages hold each other, and a navigation holds both until the collector comes."""
    config = MkDocsConfig()
    config.load_dict({"site_name": "Test"})
    content: Any = Knot()
    maker: Any = SimpleNamespace(find_date=lambda _: None, journal=content)
    home = Home(config=config, folder=Path("docs"))
    home.host = Host(maker=maker, is_watched=False, is_apart=True)
    file = GeneratedFile(Page(uri="journal/a.md", title="A", content=content), home)
    page = file.page
    assert page
    assert page.file is file
    knot = weakref.ref(content)
    del content, maker, home
    gc.disable()
    try:
        assert knot() is not None
        file.let_go()
        assert knot() is None
    finally:
        gc.enable()
