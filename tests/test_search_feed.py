"""Entries in Material's search are those that its plugin finds itself."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup
from material.plugins.search import plugin as material
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.contrib.search import SearchPlugin as OwnSearch
from mkdocs.contrib.search.search_index import SearchIndex as OwnIndex
from mkdocs.structure.nav import Navigation

from journal_plugin.pages.page import Entry
from journal_plugin.pages.plain import theme_title
from journal_plugin.search_feed import SearchFeed

if TYPE_CHECKING:
    from collections.abc import Iterable

NAV = Navigation([], [])
ENTRIES = (
    Entry("First", "Words."),
    None,
    Entry("", ""),
    Entry(' <b>Bold</b> & "quoted" ', "a < b && c > d\n &amp; &lt;p&gt; 'x' "),
    Entry("模式崩溃", "模式 collapse"),
    Entry("HTML", Markup("<p>Two</p> <em>parts</em>")),
)


def make_plugin() -> Any:
    plugin: Any = material.SearchPlugin()
    plugin.load_config({})
    plugin.search_index = material.SearchIndex()
    return plugin


def feed(plugin: Any, entries: Iterable[Entry | None]) -> list[dict[str, Any]]:
    """What the plugin's index holds after it was fed with `entries`."""
    found = SearchFeed(plugin, MkDocsConfig(), NAV)
    for number, entry in enumerate(entries):
        found.add(f"journal/issues/{number}/", f"#{number} A <title>", entry)
    return list(plugin.search_index.entries)


def find_by_plugin(entries: Iterable[Entry | None]) -> list[dict[str, Any]]:
    """The same, where the plugin meets each entry: one feed each, as the first is handed over."""
    found = []
    for number, entry in enumerate(entries):
        plugin = make_plugin()
        feed_of_one = SearchFeed(plugin, MkDocsConfig(), NAV)
        feed_of_one.add(f"journal/issues/{number}/", f"#{number} A <title>", entry)
        found += plugin.search_index.entries
    return found


@pytest.fixture
def met(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The addresses of pages that Material's plugin parses."""
    seen: list[str] = []
    parse = material.Parser.feed

    def count(self: Any, data: str) -> None:
        seen.append(data)
        parse(self, data)

    monkeypatch.setattr(material.Parser, "feed", count)
    return seen


def test_entries_are_those_of_the_plugin(met: list[str]) -> None:
    expected = find_by_plugin(ENTRIES)
    met.clear()
    found = feed(make_plugin(), ENTRIES)
    assert json.dumps(found) == json.dumps(expected)
    assert len(met) == 2, "the first entry, and the one of HTML"


@given(st.lists(st.builds(Entry, st.text(), st.text()), min_size=1))
def test_any_text_gives_the_entry_of_the_plugin(entries: list[Entry]) -> None:
    assert json.dumps(feed(make_plugin(), entries)) == json.dumps(find_by_plugin(entries))


def test_words_of_chinese_are_found_by_the_plugin(
    monkeypatch: pytest.MonkeyPatch, met: list[str]
) -> None:
    monkeypatch.setattr(material, "jieba", SimpleNamespace())
    monkeypatch.setattr(material.SearchIndex, "_segment_chinese", lambda _, text: f"<{text}>")
    found = feed(make_plugin(), ENTRIES)
    assert [entry["title"] for entry in found][:2] == ["<First>", "<>"]
    assert len(met) == len(ENTRIES) - 1


@pytest.mark.parametrize("name", ["add_entry_from_context", "create_entry_for_section"])
def test_a_changed_plugin_meets_all_pages(
    monkeypatch: pytest.MonkeyPatch, met: list[str], name: str
) -> None:
    own = getattr(material.SearchIndex, name)

    def changed(*args: object) -> None:
        own(*args)

    monkeypatch.setattr(material.SearchIndex, name, changed)
    feed(make_plugin(), ENTRIES)
    assert len(met) == len(ENTRIES) - 1


def test_a_plugin_that_finds_something_else_meets_all_pages(
    monkeypatch: pytest.MonkeyPatch, met: list[str]
) -> None:
    monkeypatch.setattr(material, "escape", lambda text, **_: text.upper())
    found = feed(make_plugin(), ENTRIES)
    assert found[0]["text"] == "WORDS."
    assert len(met) == len(ENTRIES) - 1


def test_a_search_that_is_off_gets_nothing() -> None:
    plugin = make_plugin()
    del plugin.search_index
    plugin.load_config({"enabled": False})
    SearchFeed(plugin, MkDocsConfig(), NAV).add("a/", "A", ENTRIES[0])
    assert not hasattr(plugin, "search_index")


def test_the_search_of_mkdocs_meets_all_pages() -> None:
    plugin: Any = OwnSearch()
    plugin.search_index = OwnIndex(indexing="full", prebuild_index=False)
    found = SearchFeed(plugin, MkDocsConfig(), NAV)
    for entry in ENTRIES[:2]:
        found.add("a/", "A <title>", entry)
    index = json.loads(plugin.search_index.generate_search_index())
    titles = [entry["title"] for entry in index["docs"]]
    assert titles == ["First", theme_title("A <title>")]
