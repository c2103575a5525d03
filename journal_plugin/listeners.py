"""Which plugins must see every page, so that none can be written without them.

A plugin that listens to an event of pages is one of them, unless what it does is known: the search
plugins are told what to find, and a few others turn to pages of their own only.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from mkdocs.config.defaults import MkDocsConfig

_EVENTS = (
    *("pre_page", "page_read_source", "page_markdown", "page_content"),
    *("page_context", "post_page"),
)
SEARCHES = frozenset(
    {
        "mkdocs.contrib.search.SearchPlugin",
        "properdocs.contrib.search.SearchPlugin",
        "material.plugins.search.plugin.SearchPlugin",
    }
)
"""Plugins that take an entry from each page and leave the page as it is."""


def name_class(plugin: object) -> str:
    """The full name of a plugin's class; a class derived from it has another."""
    return f"{type(plugin).__module__}.{type(plugin).__qualname__}"


def find_listener(config: MkDocsConfig, own: object, uris: Collection[str]) -> str:
    """What must see each generated page, in words; empty if nothing must.

    Args:
        config: The configuration with all plugins.
        own: The journal's plugin.
        uris: The generated pages.
    """
    for event in _EVENTS:
        for listener in config.plugins.events[event]:
            plugin = getattr(listener, "__self__", None)
            if plugin is not own and not _is_known(plugin, uris):
                return f"{_name(listener, plugin, config)} listens to on_{event}"
    return ""


def _is_known(plugin: Any, uris: Collection[str]) -> bool:
    name = name_class(plugin)
    if name in _OWN_PAGES:
        return _OWN_PAGES[name](plugin, uris)
    return name in SEARCHES


def _name(listener: object, plugin: object, config: MkDocsConfig) -> str:
    names = (name for name, known in config.plugins.items() if known is plugin)
    return next(names, getattr(listener, "__module__", "a hook"))


def _edits_none(plugin: Any, uris: Collection[str]) -> bool:
    """mkdocs-gen-files turns to pages for which a script has set an edit path."""
    edited: Mapping[str, object] = plugin._edit_paths  # noqa: SLF001 - what its on_page_content reads
    return edited.keys().isdisjoint(uris)


_OWN_PAGES: Mapping[str, Callable[[Any, Collection[str]], bool]] = {
    "mkdocs_gen_files.plugin.GenFilesPlugin": _edits_none,
}
"""Plugins that leave pages of others alone, and when that is so."""
