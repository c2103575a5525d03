"""Frozen data as JSON holds it, and back: what one build computed and the next can recall."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

from journal_plugin.phrases import Phrase, count_phrase, phrase

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

_PLAIN = frozenset({str, int, float, bool, type(None)})
_PHRASE, _TIME, _MAPPING, _LIST = "%", "@", "{}", "[]"
"""Stand where else the name of a class does."""
_BUILT_IN = {_LIST: list, _MAPPING: dict}


class Recall(Protocol):
    """Gives plain data by mark, of which only what is not known from an earlier build is made."""

    def __call__(
        self, name: str, marks: Iterable[str], make: Callable[[list[str]], Iterable[object]], /
    ) -> Iterator[tuple[str, Any]]:
        """Each of `marks` once with its data, in their order.

        Args:
            name: What all of it is called, because it is kept together.
            marks: The marks of all that each piece is made from.
            make: Makes the pieces of some marks, in their order.
        """


def make_each(
    name: str, marks: Iterable[str], make: Callable[[list[str]], Iterable[object]]
) -> Iterator[tuple[str, Any]]:
    """Make all data, where nothing is known."""
    del name
    wanted = list(dict.fromkeys(marks))
    return zip(wanted, make(wanted), strict=True)


class Packing:
    """Packs data of some classes: data classes, named tuples and vocabularies."""

    def __init__(self, *classes: type) -> None:
        """Know `classes`, and besides: plain values, tuples, lists, mappings, phrases, times."""
        self._classes = {made.__name__: made for made in classes}
        self._names = {made: names for made in classes if (names := _find_names(made))}

    def pack(self, value: Any) -> Any:
        """Plain values and lists; anything else as a mapping of one name to what it holds.

        Raises:
            TypeError: the data holds something that `unpack` could not give back.
        """
        kind = type(value)
        if kind in _PLAIN:
            return value
        if kind is tuple:
            return [item if type(item) in _PLAIN else self.pack(item) for item in value]
        if kind is dict:
            name, held = _MAPPING, [self.pack(pair) for pair in value.items()]
        elif kind is list:
            name, held = _LIST, self.pack(tuple(value))
        elif kind is Phrase:
            values = self.pack(dict(value.values))
            name, held = _PHRASE, [value.form, value.plural, value.number, values]
        elif kind is datetime:
            name, held = _TIME, value.isoformat()
        elif self._classes.get(kind.__name__) is kind:
            names = self._names.get(kind)
            held = [self.pack(getattr(value, n)) for n in names] if names else value.value
            name = kind.__name__
        else:
            msg = f"{kind.__name__} cannot be packed"
            raise TypeError(msg)
        return {name: held}

    def unpack(self, data: Any) -> Any:
        """What was packed.

        Raises:
            LookupError, TypeError, ValueError: it is something else.
        """
        kind = type(data)
        if kind in _PLAIN:
            return data
        if kind is list:
            return tuple([i if type(i) in _PLAIN else self.unpack(i) for i in data])
        ((name, held),) = data.items()
        if name in _BUILT_IN:
            return _BUILT_IN[name](self.unpack(held))
        if name == _TIME:
            return datetime.fromisoformat(held)
        if name == _PHRASE:
            return self._unpack_phrase(*held)
        made = self._classes[name]
        names = self._names.get(made)
        return made(**dict(zip(names, self.unpack(held), strict=True))) if names else made(held)

    def _unpack_phrase(self, form: str, plural: str | None, number: int, packed: Any) -> Phrase:
        values = self.unpack(packed)
        if plural is None:
            return phrase(form, **values)
        del values["num"]  # the number again
        return count_phrase(form, plural, number, **values)


def _find_names(made: type) -> tuple[str, ...]:
    """The fields of a class; none of a vocabulary."""
    if is_dataclass(made):
        return tuple(field.name for field in fields(made))
    return tuple(getattr(made, "_fields", ()))
