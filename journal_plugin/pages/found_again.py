"""What many pages are made from together, without being in memory for as long as the pages are.

Each page that is kept knows how to make it once more, should it be lost until it is written. So
what it knows must be little.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

    from journal_plugin.pages.book import Book

_T = TypeVar("_T")


class FoundAgain(Generic[_T]):
    """A value that can be let go, and is found again by whoever asks for it afterwards."""

    def __init__(self, value: _T, find: Callable[[Book], _T]) -> None:
        """Hold a value; `find` gives an equal one of a book."""
        self._value: _T | None = value
        self._find = find

    def get(self, book: Book) -> _T:
        """The value; from now on it stays."""
        if self._value is None:
            self._value = self._find(book)
        return self._value

    def forget(self) -> None:
        """Let go of the value, as nobody is likely to ask again."""
        self._value = None
