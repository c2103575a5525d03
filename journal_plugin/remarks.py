"""What texts say under headings of a given name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from journal_plugin.dates import date_of
from journal_plugin.problems import fold_heading
from journal_plugin.text.items import find_items

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from journal_plugin.model import Node
    from journal_plugin.text.items import Item
    from journal_plugin.text.sections import Section


def age_of(node: Node) -> tuple[float, str]:
    """When a node begins, to sort by; what has no date comes first."""
    date = date_of(node)
    return date.timestamp() if date else 0.0, node.node


def find_listed(section: Section) -> list[Item]:
    """The list items of a section; its paragraphs where it has no list."""
    items = find_items(section.html)
    return [item for item in items if item.is_listed] or list(items)


def find_named(sections: Iterable[Section], names: Sequence[str]) -> Iterator[tuple[str, Item]]:
    """What stands under such a heading."""
    for section in sections:
        if name_of(section.heading) in names:
            yield from ((section.heading, item) for item in find_listed(section))


def name_of(heading: str) -> str:
    """What a heading is called, whatever its case and signs."""
    return fold_heading(heading).replace("-", " ").rstrip(":")
