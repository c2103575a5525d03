"""Fields whose texts may lie elsewhere than in memory: whoever reads such a field gets the text.

A snapshot is mostly text, and a build needs little of it at a time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

_T = TypeVar("_T")


class StoredText(Protocol):
    """What gives the texts of an object's fields."""

    def read(self, name: str) -> str:
        """The text of one field, the same each time."""


def may_store(*names: str) -> Callable[[type[_T]], type[_T]]:
    """Let the texts of fields of a data class with slots lie elsewhere; a class decorator.

    An attribute of the class would do as well, but a data class takes it for the field's default.
    """

    def extend(kind: type[_T]) -> type[_T]:
        for name in names:
            setattr(kind, name, _make_field(name, vars(kind)[name]))
        return kind

    return extend


def _make_field(name: str, slot: Any) -> property:
    """A property that keeps what it is given in the slot of the field."""
    find = slot.__get__

    def read(owner: object) -> Any:
        text = find(owner)
        return text if text is None or isinstance(text, str) else text.read(name)

    return property(read, slot.__set__)


def store_text(owner: object, name: str, stored: StoredText) -> None:
    """Let go of the text of a field that `may_store` names; what the field says stays the same.

    Copies of the owner, and what is made of it by `pickle` or `dataclasses.replace`, hold the text.
    """
    object.__setattr__(owner, name, stored)
