"""The environment in which templates are rendered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from jinja2 import Environment, PackageLoader, StrictUndefined

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
from journal_plugin.text.escape import find_color, shorten

if TYPE_CHECKING:
    from gettext import NullTranslations


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
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.install_gettext_translations(words, newstyle=True)  # type: ignore[attr-defined]  # added by the extension
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
    environment.globals["decimal"] = localize_number(".", words)
    environment.tests |= {
        "post": lambda node: isinstance(node, Post),
        "pull": lambda node: isinstance(node, Record) and node.kind is RecordKind.PULL,
    }
    if compiled:
        compiled.attach(environment)
    return environment
