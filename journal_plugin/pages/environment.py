"""The environment in which templates are rendered.

Everything that a template prints goes through `escape_html`, the values in its sentences too. The
escape that Jinja brings along would leave control characters in titles by strangers.
"""

from __future__ import annotations

import operator
import re
from typing import TYPE_CHECKING, Any, Protocol

from jinja2 import Environment, PackageLoader, StrictUndefined
from jinja2.compiler import CodeGenerator
from jinja2.runtime import Context
from markupsafe import Markup

from journal_plugin.model import Post, Record, RecordKind
from journal_plugin.pages.book import (
    classify,
    describe,
    format_day,
    format_number,
    format_param,
    format_signed,
    numbered_title,
)
from journal_plugin.pages.place import github_url
from journal_plugin.pages.verdicts import find_deciding, find_difference
from journal_plugin.pages.words import (
    ENGLISH,
    explain,
    localize_number,
    say_finding,
    say_phrase,
    upper_first,
    word,
)
from journal_plugin.problems import Problem
from journal_plugin.text.escape import escape_html, find_color, shorten

if TYPE_CHECKING:
    from collections.abc import Mapping
    from gettext import NullTranslations

    from jinja2.compiler import Frame
    from jinja2.nodes import Call, Expr, Filter, Getattr, Test


_HARMLESS = re.compile(r"[\w .,:/()#-]*", re.ASCII)
"""Text that is the same once it is escaped, as most of what templates print."""


class _Generator(CodeGenerator):
    """Makes templates do what Python does; Jinja would do more, which ours do not need.

    They print what `finalize` returns, which Jinja would pass to a second escape. A missing
    attribute is an error at once, and no key of a mapping.
    """

    def visit_Getattr(self, node: Getattr, frame: Frame) -> None:  # noqa: N802 - Jinja's name
        """Write the attribute of a value."""
        self.visit(node.node, frame)
        self.write(f".{node.attr}")

    def signature(
        self,
        node: Call | Filter | Test,
        frame: Frame,
        extra_kwargs: Mapping[str, Any] | None = None,
    ) -> None:
        """Write the arguments of a call; none of our functions wants the variables of a loop."""
        caller = {name: value for name, value in (extra_kwargs or {}).items() if name == "caller"}
        super().signature(node, frame, caller)

    def _output_child_pre(self, node: Expr, frame: Frame, finalize: Any) -> None:
        del node, frame
        self.write(finalize.src)

    def _output_child_post(self, node: Expr, frame: Frame, finalize: Any) -> None:
        del node, frame, finalize
        self.write(")")


class _Context(Context):
    """Calls functions as they are; Jinja would look at each call whether one wants the context."""

    call = staticmethod(operator.call)  # type: ignore[var-annotated, arg-type]  # takes anything


class Compiled(Protocol):
    """Where compiled templates wait for the next build."""

    def attach(self, environment: Environment) -> None:
        """Let `environment` take its templates from here, and leave new ones here."""


def make_environment(
    words: NullTranslations = ENGLISH, compiled: Compiled | None = None
) -> Environment:
    """The templates, with everything escaped and every missing name an error."""
    environment = Environment(
        loader=PackageLoader("journal_plugin"),
        extensions=["jinja2.ext.i18n"],
        autoescape=True,
        auto_reload=False,  # it lives for one build
        finalize=_finalize,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.newstyle_gettext = True  # type: ignore[attr-defined]  # added by the extension
    environment.code_generator_class = _Generator
    environment.context_class = _Context

    def gettext(text: str, /, **values: object) -> Markup:
        return _fill(words.gettext(text), values)

    environment.globals |= {
        "decimal": localize_number(".", words),
        "_": gettext,
        "gettext": gettext,
        "ngettext": lambda one, many, num, /, **values: _fill(
            words.ngettext(one, many, num), {"num": num, **values}
        ),
    }
    environment.filters |= {
        "day": format_day,
        "color": find_color,
        "shorten": shorten,
        "classify": lambda record: classify(record, words),
        "describe": lambda record: describe(record, words),
        "numbered": lambda phase: numbered_title(phase, words),
        "number": lambda value: format_number(value, words),
        "signed": lambda value: format_signed(value, words),
        "difference": find_difference,
        "deciding": find_deciding,
        "param": format_param,
        "word": lambda value: word(words, value),
        "say": words.gettext,
        "phrase": lambda text: say_phrase(words, text),
        "finding": lambda finding: say_finding(words, finding),
        "upfirst": upper_first,
        "explain": lambda rule: explain(words, rule),
        "github": github_url,
    }
    environment.tests |= {
        "post": lambda node: isinstance(node, Post),
        "problem": lambda item: isinstance(item, Problem),
        "pull": lambda node: isinstance(node, Record) and node.kind is RecordKind.PULL,
    }
    if compiled:
        compiled.attach(environment)
    return environment


def _finalize(value: object) -> str:
    """What a template prints of a value; it need not be `Markup`, as nothing escapes it again."""
    if type(value) is Markup:
        return value
    text = str(value)
    return text if _HARMLESS.fullmatch(text) else escape_html(value)


def _fill(form: str, values: Mapping[str, object]) -> Markup:
    """A sentence of the templates, which may hold tags, with its values escaped."""
    return Markup(form % {name: escape_html(value) for name, value in values.items()})  # noqa: S704 - our own words
