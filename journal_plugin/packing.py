"""Frozen data as JSON holds it, and back: what one build computed and the next can recall."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from datetime import datetime
from typing import Any

from journal_plugin.phrases import Phrase, count_phrase, phrase

_PLAIN = frozenset({str, int, float, bool, type(None)})
_PHRASE, _TIME, _MAPPING = "%", "@", "{}"
"""Stand where else the name of a class does."""


class Packing:
    """Packs data of some classes: data classes, named tuples and vocabularies."""

    def __init__(self, *classes: type) -> None:
        """Know `classes`, and besides these: plain values, tuples, mappings, phrases and times."""
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
            name, held = _MAPPING, [[key, self.pack(item)] for key, item in value.items()]
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
        if name == _MAPPING:
            return {key: self.unpack(item) for key, item in held}
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
