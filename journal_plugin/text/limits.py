"""Bounds on text by strangers, applied before the renderer and before the sanitizer.

Both are linear in the length of a text, but not in the depth to which it nests: 65,000 nested block
quotes keep a sanitizer busy for many seconds. Nobody reads more than a few levels.
"""

from __future__ import annotations

import re
from itertools import accumulate
from string import ascii_lowercase

from journal_plugin.text.markup import find_name, split_tags

MAX_LENGTH = 262_144
"""Characters of one text that are shown: GitHub's limit of 65,536 counts four-byte characters, and
some older or imported texts are longer."""
MAX_DEPTH = 48
"""Elements that may be open at one place."""

_CONTAINERS = 24
_SHORT = 4000
_DEEP_QUOTE = re.compile(rf"^((?:[ \t]*>){{{_CONTAINERS}}}[ \t]*)(?=>)[> \t]*+", re.MULTILINE)
_DEEP_LIST = re.compile(
    rf"^([ \t]*(?:(?:[-+*>]|[0-9]{{1,9}}[.)])[ \t]+){{{_CONTAINERS}}})(?=[-+*>0-9])",
    re.MULTILINE,
)
_RULE = re.compile(r"[ \t]*([-*])(?:[ \t]*\1)*[ \t]*")
_RAW = re.compile(r"<[A-Za-z/!?]")
_OPEN = re.compile(r"<(?!br|hr|img|input)[/a-z]")
_STEPS = {"</": -1, **{f"<{letter}": 1 for letter in ascii_lowercase}}
_VOID = frozenset({"br", "hr", "img", "input"})
_FILTERED = frozenset(
    "title textarea style xmp iframe noembed noframes script plaintext".split()  # noqa: SIM905 - a word list
)
_CLOSES_P = frozenset(
    "blockquote details div dl h1 h2 h3 h4 h5 h6 hr ol p pre section summary table ul".split()  # noqa: SIM905 - a word list
)
_MAX_TAG = 4096


def cut_source(source: str) -> tuple[str, int]:
    """The text up to `MAX_LENGTH`, cut at a line end, and the number of characters cut off."""
    if len(source) <= MAX_LENGTH:
        return source, 0
    end = source.rfind("\n", MAX_LENGTH // 2, MAX_LENGTH)
    end = MAX_LENGTH if end < 0 else end
    return source[:end], len(source) - end


def bound_source(source: str) -> str:
    """Markdown whose lines open at most a few dozen block quotes or lists.

    A short text cannot nest deep enough to keep the renderer busy and comes back as it is.
    """
    if len(source) < _SHORT:
        return source
    return _DEEP_LIST.sub(_escape_deep, _DEEP_QUOTE.sub(r"\1", source))


def bound_html(html: str, source: str, allowed: frozenset[str]) -> str:
    """Rendered HTML that is cheap to sanitize: few levels deep, well nested, only allowed tags.

    Not a sanitizer; it only keeps the one that follows fast. Where the Markdown holds no HTML, the
    renderer's own output is well nested and only its depth is checked.

    Args:
        html: What the renderer made.
        source: What it was made from.
        allowed: Elements that the sanitizer keeps.
    """
    if not _RAW.search(source) and (html.count("</") <= MAX_DEPTH or not _is_deep(html)):
        return html
    return _Nest(allowed).run(html)


def _escape_deep(match: re.Match[str]) -> str:
    line = match.string[match.start() : match.string.find("\n", match.end())]
    return match[0] if _RULE.fullmatch(line) else match[1] + "\\"


def _is_deep(html: str) -> bool:
    return max(accumulate(map(_STEPS.__getitem__, _OPEN.findall(html))), default=0) > MAX_DEPTH


class _Nest:
    """Rewrites tags so that they nest, at most `MAX_DEPTH` deep."""

    def __init__(self, allowed: frozenset[str]) -> None:
        self._allowed = allowed
        self._open: list[str] = []
        self._dropped: dict[str, int] = {}

    def run(self, html: str) -> str:
        parts = split_tags(html)
        # What is left of `<` in a text is no tag; as text it cannot start one for the sanitizer.
        parts[::2] = [part.replace("<", "&lt;") if "<" in part else part for part in parts[::2]]
        for place in range(1, len(parts), 2):
            named = find_name(parts[place])
            parts[place] = self._tag(parts[place], *named) if named else ""
        return "".join(parts) + self._close_to(0)

    def _tag(self, raw: str, name: str, closing: bool) -> str:  # noqa: FBT001 - from find_name
        if name not in self._allowed:
            # GitHub shows these as text; what else is not allowed just goes.
            return "&lt;" + raw[1:] if name in _FILTERED else ""
        if closing:
            return self._end(name)
        if name in _VOID:
            return _shorten_tag(raw, name)
        closed = self._end("p") if name in _CLOSES_P and "p" in self._open else ""
        if len(self._open) >= MAX_DEPTH:
            self._dropped[name] = self._dropped.get(name, 0) + 1
            return closed
        self._open.append(name)
        return closed + _shorten_tag(raw, name)

    def _end(self, name: str) -> str:
        if self._dropped.get(name):
            self._dropped[name] -= 1
            return ""
        if name not in self._open:
            return ""
        return self._close_to(len(self._open) - 1 - self._open[::-1].index(name))

    def _close_to(self, depth: int) -> str:
        closed = "".join(f"</{name}>" for name in reversed(self._open[depth:]))
        del self._open[depth:]
        return closed


def _shorten_tag(raw: str, name: str) -> str:
    """The tag itself, or without its attributes where they are beyond reason."""
    return raw if len(raw) <= _MAX_TAG else f"<{name}>"
