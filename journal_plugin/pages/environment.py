"""The environment in which templates are rendered.

Everything that a template prints goes through `escape_html`, the values in its sentences too. The
escape that Jinja brings along would leave control characters in titles by strangers.
"""

from __future__ import annotations

import operator
import re
from typing import TYPE_CHECKING, Any, Protocol

from jinja2 import Environment, PackageLoader, StrictUndefined, Template
from jinja2.compiler import CodeGenerator
from jinja2.runtime import Context
from jinja2.utils import missing
from markupsafe import Markup

from journal_plugin.model import Post, Record, RecordKind
from journal_plugin.pages.book import (
    PHASE_TITLES,
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
    from collections.abc import Callable, Mapping
    from gettext import NullTranslations

    from jinja2.compiler import Frame, MacroRef
    from jinja2.environment import TemplateModule
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

    def macro_def(self, macro_ref: MacroRef, frame: Frame) -> None:
        """Write a macro that takes nothing but its arguments as a function."""
        ref = macro_ref
        if ref.accesses_caller or ref.accesses_kwargs or ref.accesses_varargs:
            super().macro_def(macro_ref, frame)
        else:
            names = tuple(argument.name for argument in ref.node.args)
            self.write(f"environment.make_macro(macro, {names!r})")

    def _output_child_pre(self, node: Expr, frame: Frame, finalize: Any) -> None:
        del node, frame
        self.write(finalize.src)

    def _output_child_post(self, node: Expr, frame: Frame, finalize: Any) -> None:
        del node, frame, finalize
        self.write(")")


class _Context(Context):
    """Calls functions as they are; Jinja would look at each call whether one wants the context."""

    call = staticmethod(operator.call)  # type: ignore[var-annotated, arg-type]  # takes anything


class _Template(Template):
    """Is made once for all that import it; Jinja would look each time for globals of their own."""

    def _get_default_module(self, ctx: Context | None = None) -> TemplateModule:
        del ctx
        return super()._get_default_module()


class _Environment(Environment):
    """Jinja with what our templates are compiled to."""

    code_generator_class = _Generator
    context_class = _Context
    template_class = _Template

    @staticmethod
    def make_macro(function: Callable[..., str], names: tuple[str, ...]) -> Callable[..., Markup]:
        """A macro that is called by position and name; `function` fills in what is missing."""
        count = len(names)

        def call(*values: object, **named: object) -> Markup:
            if len(values) < count:
                values += tuple([named.pop(name, missing) for name in names[len(values) :]])
            return Markup(function(*values, **named))  # noqa: S704 - templates escape by themselves

        return call


class Compiled(Protocol):
    """Where compiled templates wait for the next build."""

    def attach(self, environment: Environment) -> None:
        """Let `environment` take its templates from here, and leave new ones here."""


def make_environment(
    words: NullTranslations = ENGLISH, compiled: Compiled | None = None
) -> Environment:
    """The templates, with everything escaped and every missing name an error."""
    environment = _Environment(
        loader=PackageLoader("journal_plugin"),
        extensions=["jinja2.ext.i18n"],
        autoescape=True,
        optimized=False,  # looking for constants takes a tenth of the compiler's time
        auto_reload=False,  # it lives for one build
        finalize=_finalize,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.newstyle_gettext = True  # type: ignore[attr-defined]  # added by the extension

    def gettext(text: str, /, **values: object) -> Markup:
        return _fill(words.gettext(text), values)

    environment.globals |= {
        "decimal": localize_number(".", words),
        "_": gettext,
        "gettext": gettext,
        "titles": {phase: words.gettext(title) for phase, title in PHASE_TITLES.items()},
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
