"""Stand-ins for a page's values that show how a theme uses them.

A page is rendered once with stand-ins instead of its values. What the theme prints, it prints as a
mark, so the places of each value are known afterwards. What the theme *decides* by a value becomes
a condition, which must hold for each page that is filled in later. Any other use of a value, such
as cutting or comparing it, is a reason to leave the page to the theme.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from functools import wraps
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, NoReturn, Self
from urllib.parse import quote

from jinja2.runtime import LoopContext, Macro
from markupsafe import Markup, escape

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator

    from jinja2 import Environment

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
_TESTS = frozenset(
    {"defined", "undefined", "none", "string", "number", "integer", "float", "boolean", "true"}
    | {"false", "mapping", "iterable", "sequence", "callable", "in", "eq", "equalto", "==", "ne"}
    | {"!="}
)
"""Tests whose answer is that for any text, or that compare, which a stand-in does itself."""


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


@contextmanager
def guarded_theme(
    environment: Environment,
    watch: Watch,
    filters: Mapping[str, Callable[..., Any]],
    calls: Calls | None = None,
) -> Iterator[None]:
    """While open, all functions that a theme has refuse stand-ins, a few harmless ones apart.

    Args:
        environment: The theme's environment.
        watch: Is told of what was refused.
        filters: Filters that are exchanged for a function that knows stand-ins.
        calls: Sees what templates call.
    """
    own_filters, own_tests = dict(environment.filters), dict(environment.tests)
    environment.filters.update({**_guard(own_filters, "filter", _HARMLESS, watch), **filters})
    environment.tests.update(_guard(own_tests, "test", _TESTS, watch))
    try:
        with calls.told_to(watch) if calls else nullcontext():
            yield
    finally:
        environment.filters.update(own_filters)
        environment.tests.update(own_tests)


def _guard(
    functions: Mapping[str, Any], kind: str, harmless: Collection[str], watch: Watch
) -> dict[str, Callable[..., Any]]:
    """The functions with a check of what they are handed, without those that are `harmless`."""

    def guard(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(function)
        def guarded(*arguments: Any, **named: Any) -> Any:
            if any(holds_mark(item) for item in (*arguments, *named.values())):
                watch.refuse(f"the theme passes a value through the {kind} {name}")
            return function(*arguments, **named)

        return guarded

    return {name: guard(name, f) for name, f in functions.items() if name not in harmless}


class Calls:
    """The functions that templates call, which must not be handed a stand-in.

    A function such as one that searches by regular expression reads a text without a stand-in's
    knowledge.
    """

    def __init__(self, holders: tuple[type, ...]) -> None:
        """Refuse objects of the classes `holders`, too, because they hold stand-ins."""
        self._holders = holders
        self._watch: Watch | None = None

    @contextmanager
    def told_to(self, watch: Watch) -> Iterator[None]:
        """While open, tell `watch` of calls; else the theme renders pages, and may do anything."""
        self._watch = watch
        try:
            yield
        finally:
            self._watch = None

    def check(self, function: object, arguments: Iterable[object]) -> None:
        """Refuse a call that could read a value.

        What a macro does with its arguments stands in templates, where stand-ins see it.
        """
        if self._watch is None or isinstance(function, (Macro, LoopContext)):
            return
        takes_context = getattr(function, "jinja_pass_arg", None) is not None
        if takes_context or any(map(self._holds, arguments)):
            name = getattr(function, "__name__", type(function).__name__)
            self._watch.refuse(f"the theme hands a value to {name}()")

    def _holds(self, item: object) -> bool:
        if isinstance(item, Mapping):
            return any(map(self._holds, (*item, *item.values())))
        if isinstance(item, (list, tuple)):
            return any(map(self._holds, item))
        return isinstance(item, self._holders) or holds_mark(item)


def holds_mark(item: object) -> bool:
    """Whether a stand-in or something made from one is `item`."""
    return isinstance(item, (Slot, Trap)) or (isinstance(item, str) and _FOUND in item)
