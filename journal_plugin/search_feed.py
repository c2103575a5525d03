"""Hands the entries of generated pages to search plugins.

A search plugin parses the content of each page to find what is to be searched. Of an entry that is
plain text, what Material's plugin finds is known, so it is put where the plugin puts it.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from html import escape
from typing import TYPE_CHECKING, Any

from journal_plugin.listeners import SEARCHES, name_class
from journal_plugin.pages.plain import theme_title
from journal_plugin.pages.search import stand_in
from journal_plugin.text.escape import clean_line, escape_html

if TYPE_CHECKING:
    from collections.abc import Iterator, MutableMapping

    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.nav import Navigation

    from journal_plugin.memory import Memory
    from journal_plugin.pages.page import Entry

_MODULE = "material.plugins.search.plugin"
_FINDERS = ("add_entry_from_context", "create_entry_for_section")


def find_feeds(config: MkDocsConfig, nav: Navigation, memory: Memory) -> Iterator[SearchFeed]:
    """A feed for each search plugin of a build; `memory` knows the entries of the last one."""
    made: dict[str, tuple[Entry, dict[str, Any]]] = memory.recall("search entries", (), dict)
    for plugin in config.plugins.values():
        if name_class(plugin) in SEARCHES:
            yield SearchFeed(plugin, config, nav, made if memory.remembers else None)


class SearchFeed:
    """The way of entries into one search plugin."""

    def __init__(
        self,
        plugin: Any,
        config: MkDocsConfig,
        nav: Navigation,
        made: dict[str, tuple[Entry, dict[str, Any]]] | None = None,
    ) -> None:
        """Start a build; in `made` is what was put into the index for an entry, by address."""
        self._plugin = plugin
        self._config = config
        self._nav = nav
        self._entries = _find_entries(plugin)
        self._is_tried = False
        self._made = made

    def add(self, url: str, title: str, entry: Entry | None) -> None:
        """Let the search find a page.

        Args:
            url: Its address.
            title: Its title.
            entry: What is searched instead of its content; None for a page without an entry.
        """
        known = self._make(url, entry) if entry and self._entries is not None else None
        if known is None or self._entries is None:
            self._hand_over(url, title, entry)
        elif self._is_tried:
            self._entries.append(known)
        else:
            self._is_tried = True
            self._hand_over(url, title, entry)
            if self._entries[-1:] != [known]:
                self._entries = None  # it is another version of the plugin

    def _make(self, url: str, entry: Entry) -> dict[str, Any] | None:
        made = self._made.get(url) if self._made is not None else None
        if made and made[0] == entry:
            return made[1].copy()
        known = _make_entry(url, entry)
        if known and self._made is not None:
            self._made[url] = entry, known.copy()
        return known

    def _hand_over(self, url: str, title: str, entry: Entry | None) -> None:
        found = _Found(url=url, title=theme_title(title))
        stand_in(found, entry)
        self._plugin.on_page_context({}, page=found, config=self._config, nav=self._nav)


def _find_entries(plugin: Any) -> list[dict[str, Any]] | None:
    """Where Material's plugin puts entries; None for any other, and where it does more with them.

    With the library jieba, it finds words in Chinese texts. It has no index while it is off.
    """
    index = getattr(plugin, "search_index", None)
    code = vars(sys.modules[_MODULE]) if _MODULE in sys.modules else {}
    if index is None or type(index) is not code.get("SearchIndex") or code["jieba"]:
        return None
    methods = [plugin.on_page_context, *(getattr(index, name) for name in _FINDERS)]
    is_own = all(getattr(method, "__globals__", None) is code for method in methods)
    return index.entries if is_own else None


def _make_entry(url: str, entry: Entry) -> dict[str, Any] | None:
    """What Material's plugin finds in what `stand_in` shows of an entry; None if it may be HTML."""
    if type(entry.text) is not str:
        return None
    text = escape(clean_line(entry.text).replace("\n", " "), quote=False).strip()
    return {"location": url, "title": str(escape_html(entry.title)).strip(), "text": text}


@dataclass(slots=True, kw_only=True)
class _Found:
    """A page as search plugins read it."""

    url: str
    title: str
    content: str | None = ""
    meta: MutableMapping[str, Any] = field(default_factory=dict)
    toc: tuple[()] = ()
