"""Long lists on several pages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from gettext import NullTranslations

_Item = TypeVar("_Item")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet(Generic[_Item]):
    """One page of a list."""

    name: str
    """The page below the journal's path, such as `timeline/page-2`."""
    number: int
    """Counted from 1."""
    names: tuple[str, ...]
    """All pages of the list, in order."""
    items: Sequence[_Item]

    @property
    def is_last(self) -> bool:
        """Whether the list ends here."""
        return self.number == len(self.names)

    def name_page(self, title: str, words: NullTranslations) -> str:
        """The title of this page of the list called `title`."""
        return name_page(title, self.number, words)

    @property
    def around(self) -> tuple[int | None, ...]:
        """The numbers to link: the first, the last, those near this one; None for a jump."""
        last = len(self.names)
        near = {1, last, *range(self.number - 2, self.number + 3)}
        shown: list[int | None] = []
        for number in sorted(n for n in near if 1 <= n <= last):
            before = shown[-1] if shown else None
            if before is not None and number - before > 1:
                shown.append(None)
            shown.append(number)
        return tuple(shown)


def split_sheets(
    items: Sequence[_Item], size: int, *, first: str, folder: str
) -> Iterator[Sheet[_Item]]:
    """Cut a list into pages; the first one exists even when there is nothing.

    Args:
        items: The list.
        size: Items of one page.
        first: Name of the first page, such as `timeline/index`.
        folder: Where the further pages lie, such as `timeline`.
    """
    starts = range(0, len(items), size) or range(1)
    names = (first, *(f"{folder}/page-{n}" for n in range(2, len(starts) + 1)))
    for number, (start, name) in enumerate(zip(starts, names, strict=True), start=1):
        chunk = items[start : start + size]
        yield Sheet(name=name, number=number, names=names, items=chunk)


def name_page(title: str, number: int, words: NullTranslations) -> str:
    """The title of a page of the list called `title`; the first one has no number."""
    if number == 1:
        return title
    return words.gettext("%(title)s, page %(number)s") % {"title": title, "number": number}
