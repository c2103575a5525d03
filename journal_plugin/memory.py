"""What was made in the last build of the same process: most of it is made from the same again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

_T = TypeVar("_T")


class Same:
    """Stands for an object that must be the very same; an equal one would not do."""

    __slots__ = ("_value",)

    def __init__(self, value: object) -> None:
        self._value = value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Same) and other._value is self._value

    def __hash__(self) -> int:
        return id(self._value)


class Memory:
    """Results of steps, each for as long as what it was made from stays the same."""

    def __init__(self, *, remembers: bool = False) -> None:
        """Start with nothing; `remembers` says whether there is a next build."""
        self.remembers = remembers
        """Whether anything is kept."""
        self._known: dict[str, tuple[tuple[object, ...], Any]] = {}

    def recall(self, name: str, about: tuple[object, ...], make: Callable[[], _T]) -> _T:
        """The result of a step: the very object of the last build, or a new one.

        Args:
            name: What the step is called.
            about: All that the result depends on: texts, whose equality is beyond doubt, and
                objects that are the same from build to build, or equal in all that counts.
            make: Makes the result.
        """
        known = self._known.get(name)
        value: _T = known[1] if known and known[0] == about else make()
        if self.remembers:
            self._known[name] = about, value
        return value
