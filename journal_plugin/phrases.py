"""Sentences that are English text, and can still be said in the language of a page.

What computes something says it in English, as a `Phrase`: a text like any other for diagnostics,
JSON and the terminal. It remembers its form and values, so that a page can say it in its own
language (`pages.words.say`).
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping

Value: TypeAlias = str | int | datetime | tuple[str, ...]
"""What stands in a phrase. A phrase in it is translated too, a member of a vocabulary as a word."""


class Phrase(str):
    """An English sentence with its form and values."""

    __slots__ = ("form", "number", "plural", "values")

    form: str
    """With placeholders such as `%(name)s`; the key in the catalogue of a language."""
    plural: str | None
    """The form for other numbers than one; None for a phrase that counts nothing."""
    number: int
    """What it counts."""
    values: Mapping[str, Value]


def phrase(form: str, /, **values: Value) -> Phrase:
    """A sentence; babel extracts its form."""
    return _make(form, None, 1, values)


def count_phrase(form: str, plural: str, number: int, /, **values: Value) -> Phrase:
    """A sentence that counts something, which its forms call `%(num)s`."""
    return _make(form, plural, number, {"num": number, **values})


def show_value(value: Value) -> str:
    """A value of a phrase in English."""
    if isinstance(value, tuple):
        return ", ".join(value)
    return f"{value:%Y-%m-%d}" if isinstance(value, datetime) else str(value)


def _make(form: str, plural: str | None, number: int, values: Mapping[str, Value]) -> Phrase:
    chosen = form if plural is None or number == 1 else plural
    shown = {name: show_value(value) for name, value in values.items()}
    made = Phrase(chosen % shown if values else chosen)
    made.form, made.plural, made.number, made.values = form, plural, number, values
    return made
