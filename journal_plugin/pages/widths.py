"""How wide a text is in a badge, where no browser can be asked.

The result need not be exact: the badge tells the browser the width it was given (`textLength`), and
the browser fits the glyphs of whichever font the reader has into it.
"""

from __future__ import annotations

import unicodedata

_ASCII = (
    32, 40, 46, 84, 64, 95, 78, 27, 39, 39, 50, 84, 32, 36, 32, 34,
    64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 34, 34, 84, 84, 84, 53,
    100, 68, 69, 70, 77, 63, 58, 77, 75, 29, 29, 66, 56, 86, 75, 79,
    60, 79, 69, 63, 61, 73, 68, 99, 69, 61, 69, 39, 34, 39, 84, 50,
    50, 61, 63, 55, 63, 62, 35, 63, 63, 28, 28, 58, 28, 97, 63, 61,
    63, 63, 41, 52, 39, 63, 59, 82, 59, 59, 52, 64, 34, 64, 84,
)  # fmt: skip
"""Widths of the characters from the space to the tilde in DejaVu Sans, in hundredths of an em;
those of Verdana are nearly the same."""

_NARROW = 69
"""Mean width of Greek and Cyrillic letters in DejaVu Sans."""
_RIGHT_TO_LEFT = {"AL": 42, "R": 55}
"""Mean widths of joined Arabic letters and of Hebrew ones there, by bidirectional class."""
_WIDE = 100
"""Chinese, Japanese and Korean characters fill a square."""
_PICTURE = 125
"""Width of an emoji in Noto Color Emoji; other emoji fonts are a little narrower."""


def measure_text(text: str, size: float) -> float:
    """The width of `text` in a sans-serif font of `size`, in the same unit as `size`."""
    if text.isascii() and text.isprintable():
        return sum(_ASCII[ord(sign) - 32] for sign in text) * size / 100
    from wcwidth import iter_graphemes, wcswidth  # noqa: PLC0415 - few badges need it

    return sum(_measure(part, wcswidth(part)) for part in iter_graphemes(text)) * size / 100


def _measure(cluster: str, cells: int) -> int:
    """The width of what a reader sees as one character, which takes `cells` in a terminal."""
    if cells <= 0:
        return 0
    first = unicodedata.normalize("NFD", cluster)[0]
    if cells > 1:
        is_picture = first.isascii() or unicodedata.category(first).startswith("S")
        return _PICTURE if is_picture else _WIDE
    if " " <= first <= "~":
        return _ASCII[ord(first) - 32]
    return _RIGHT_TO_LEFT.get(unicodedata.bidirectional(first), _NARROW)
