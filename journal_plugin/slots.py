"""Stand-ins for a page's values that show how a theme uses them.

A page is rendered once with stand-ins instead of its values. What the theme prints, it prints as a
mark, so the places of each value are known afterwards. What the theme *decides* by a value becomes
a condition, which must hold for each page that is filled in later. Any other use of a value, such
as cutting or comparing it, is a reason to leave the page to the theme.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import wraps
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, NoReturn, Self
from urllib.parse import quote

from markupsafe import Markup, escape

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, MutableMapping

# Every printable sign of ASCII stands in a mark, so a filter that changes one shows in the output.
_SIGNS = '<b title="x">A z</b> &amp;!#$%\'()*+,-./:;=?@[]^_`{|}~ é \\'
_START, _END = "jrnlSlot{}x", "xtolSlnrj{}y"
_MARK = re.compile(r"jrnlSlot(\d+)x.*?xtolSlnrj\1y", re.DOTALL)
_FOUND = "jrnlSlot"

Operation = Literal["true", "holds", "equals"]


class UnfillableError(Exception):
    """The theme uses a value in a way that cannot be filled in; the message says which."""


class Condition(NamedTuple):
    """Something a theme decides by a value."""

    slot: int
    operation: Operation
    argument: str
    answer: bool

    def is_met(self, values: list[str]) -> bool:
        """Whether a page with these values takes the same way through the theme."""
        return decide(values[self.slot], self.operation, self.argument) is self.answer


def decide(value: str, operation: Operation, argument: str) -> bool:
    """The answer that a value gives to a theme's question."""
    if operation == "true":
        return bool(value)
    return argument in value if operation == "holds" else value == argument


@dataclass(slots=True)
class Watch:
    """What happened to the stand-ins of one rendering."""

    conditions: dict[Condition, None] = field(default_factory=dict)
    reason: str = ""
    """Why the page cannot be filled in; empty while it can. Some uses hide an exception."""

    def refuse(self, reason: str) -> NoReturn:
        """Give up, and note why: what asked may swallow the exception.

        Raises:
            UnfillableError: always.
        """
        self.reason = self.reason or reason
        raise UnfillableError(reason)


class Slot(str):
    """A stand-in for a text: it prints as a mark and reports whatever else is done to it."""

    __slots__ = ("_number", "_real", "_watch")

    _number: int
    _real: str
    _watch: Watch

    def __new__(cls, number: int, real: str, watch: Watch) -> Self:
        """A stand-in with a number of its own for the value `real`."""
        slot = super().__new__(cls, make_mark(number))
        slot._number, slot._real, slot._watch = number, real, watch
        return slot

    def __getattribute__(self, name: str) -> Any:
        if not name.startswith("_"):
            self._watch.refuse(f"the theme calls {name}() of a value")
        return super().__getattribute__(name)

    def _ask(self, operation: Operation, argument: object = "") -> bool:
        if isinstance(argument, Slot) or not isinstance(argument, str):
            self._watch.refuse("the theme compares values")
        answer = decide(self._real, operation, argument)
        condition = Condition(self._number, operation, str(argument), answer)
        self._watch.conditions[condition] = None
        return answer

    def _refuse(self, *_: object) -> Any:
        self._watch.refuse("the theme takes a value apart")

    def __bool__(self) -> bool:
        return self._ask("true")

    def __contains__(self, item: object) -> bool:
        return self._ask("holds", item)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, str) and self._ask("equals", other)

    def __ne__(self, other: object) -> bool:
        return not self == other

    __hash__ = _refuse
    __len__ = __iter__ = __getitem__ = __mod__ = __mul__ = __rmul__ = __format__ = _refuse
    __lt__ = __le__ = __gt__ = __ge__ = _refuse


class Trap:
    """A stand-in for a value that must not be used at all."""

    __slots__ = ("_name", "_watch")

    def __init__(self, name: str, watch: Watch) -> None:
        self._name = name
        self._watch = watch

    def _refuse(self, *_: object) -> Any:
        self._watch.refuse(f"the theme uses {self._name}")

    __getattr__ = __str__ = __repr__ = __bool__ = __len__ = __iter__ = __getitem__ = _refuse
    __call__ = __contains__ = __eq__ = __ne__ = __hash__ = __format__ = _refuse


def make_mark(number: int) -> str:
    """The mark of a slot: a start, all kinds of signs, and an end."""
    return f"{_START.format(number)}{_SIGNS}{_END.format(number)}"


def _strip_tags(text: str) -> str:
    return Markup(text).striptags()  # noqa: S704 - what Jinja's filter does


def _escape(text: str) -> str:
    return str(escape(text))


TRANSFORMS: Mapping[str, Callable[[str], str]] = {
    "plain": str,
    "escape": _escape,
    "striptags": _strip_tags,
    "striptags escape": lambda text: _escape(_strip_tags(text)),
    "urlencode": lambda text: quote(text.encode(), safe="/"),
}
"""What themes do to a value before they print it, and the same as a function."""

_HARMLESS = frozenset({"e", "escape", "forceescape", "striptags", "urlencode", "d", "default"})
"""Filters whose effect is one of `TRANSFORMS`, or none."""


def find_pieces(html: str, watch: Watch) -> tuple[tuple[str, ...], tuple[tuple[int, str], ...]]:
    """Cut a page that was rendered with stand-ins at its marks.

    Returns:
        The texts between the marks, and for each mark its slot and the name of its transform.

    Raises:
        UnfillableError: a mark was changed in an unknown way.
    """
    texts, marks, position = [], [], 0
    for match in _MARK.finditer(html):
        number = int(match[1])
        texts.append(html[position : match.start()])
        marks.append((number, _find_transform(number, match[0], watch)))
        position = match.end()
    texts.append(html[position:])
    if any(_FOUND.casefold() in text.casefold() for text in texts):
        watch.refuse("the theme changes a value before it prints it")
    return tuple(texts), tuple(marks)


def _find_transform(number: int, printed: str, watch: Watch) -> str:
    mark = make_mark(number)
    found = next((n for n, transform in TRANSFORMS.items() if transform(mark) == printed), None)
    return found or watch.refuse("the theme changes a value before it prints it")


def is_safe(value: str, transform: str) -> bool:
    """Whether a transform of `value` is the same with other text around it."""
    return not transform.startswith("striptags") or (value == value.strip() and "<" not in value)


class GuardedFilters:
    """While open, filters of a Jinja environment refuse stand-ins, a few harmless ones apart."""

    def __init__(
        self,
        filters: MutableMapping[str, Callable[..., Any]],
        watch: Watch,
        replaced: dict[str, Callable[..., Any]],
    ) -> None:
        """Guard `filters`; those in `replaced` are exchanged for a function that knows slots."""
        self._filters = filters
        self._own = dict(filters)
        self._watch = watch
        self._replaced = replaced

    def __enter__(self) -> None:
        guarded = {n: self._guard(n, f) for n, f in self._own.items() if n not in _HARMLESS}
        self._filters.update(guarded | self._replaced)

    def __exit__(self, *_: object) -> None:
        self._filters.update(self._own)

    def _guard(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(function)
        def guarded(*arguments: Any, **named: Any) -> Any:
            if any(holds_mark(item) for item in (*arguments, *named.values())):
                self._watch.refuse(f"the theme passes a value through the filter {name}")
            return function(*arguments, **named)

        return guarded


def holds_mark(item: object) -> bool:
    """Whether a stand-in or something made from one is `item`."""
    return isinstance(item, (Slot, Trap)) or (isinstance(item, str) and _FOUND in item)
