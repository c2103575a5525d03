"""A configuration under which Zensical builds an exported journal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import yaml
from mkdocs.structure.files import InclusionLevel, get_files
from mkdocs.structure.nav import Section, get_navigation

from journal_plugin.own_assets import ASSETS, SCRIPTS, STYLES

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from mkdocs.structure import StructureItem

    from journal_plugin.config import Project

NAME = "mkdocs.journal-export.yml"

_JOURNAL = ("index", "problems/index", "experiments/index", "issues/index", "pulls/index")


def write_config(project: Project, *, docs: Path, site: Path) -> Path:
    """Write a configuration that inherits from `mkdocs.yml`; return its path, beside that file.

    The record pages stay out of the navigation, which would be slow and of no use with thousands.
    """
    config = project.config
    content = {
        "INHERIT": "mkdocs.yml",
        "docs_dir": docs.relative_to(project.root).as_posix(),
        "site_dir": site.relative_to(project.root).as_posix(),
        "extra_css": [*map(str, config.extra_css), *_addresses(STYLES)],
        "extra_javascript": [*map(_script, config.extra_javascript), *_addresses(SCRIPTS)],
        "nav": _nav(project, docs),
    }
    path = project.root / NAME
    path.write_text(yaml.safe_dump(content, sort_keys=False), encoding="utf-8")
    return path


def _addresses(names: Iterable[str]) -> list[str]:
    return [f"{ASSETS}/{name}" for name in names]


def _script(value: Any) -> Any:
    """A script as `mkdocs.yml` has it: an address, or a mapping with attributes."""
    if isinstance(value, str):
        return value
    attributes = {"type": value.type, "defer": value.defer, "async": value.async_}
    return {"path": value.path, **{name: given for name, given in attributes.items() if given}}


def _nav(project: Project, docs: Path) -> list[Any]:
    """The author's navigation, or the one that MkDocs would make; then the journal."""
    config = project.config
    folder = project.settings.path
    pages = [f"{folder}/{name}.md" for name in _JOURNAL]
    journal = {"Journal": [page for page in pages if (docs / page).is_file()]}
    if config.nav is not None:
        own = list(config.nav)
        return own if f"{folder}/" in repr(own) else [*own, journal]
    files = get_files(config)
    for file in files:
        if file.src_uri.startswith(f"{folder}/"):
            file.inclusion = InclusionLevel.NOT_IN_NAV
    return [*(_item(item) for item in get_navigation(files, config).items), journal]


def _item(item: StructureItem) -> Any:
    if isinstance(item, Section):
        return {item.title: [_item(child) for child in item.children]}
    return item.file.src_uri  # type: ignore[attr-defined]  # without a `nav` there are only pages
