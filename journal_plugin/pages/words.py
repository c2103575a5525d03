"""The words of the pages in the site's language.

English is the text in the templates and modules themselves. A further language is one file,
`locale/<language>/LC_MESSAGES/journal.po`; what it lacks stays English. Values of the vocabularies
are words as well: `word` translates those that `LABELS` announces and leaves others as they are.
`say_phrase` translates what is computed below the pages. Numbers have the language's decimal sign;
dates stay ISO 8601 (2026-01-31) in every language, as authors write and sort them.
"""

from __future__ import annotations

import io
import re
from enum import StrEnum
from functools import cache
from gettext import GNUTranslations, NullTranslations
from importlib.resources import files
from typing import TYPE_CHECKING, TypeVar

from journal_plugin.catalogue import CATALOGUE
from journal_plugin.phrases import Phrase, show_value

if TYPE_CHECKING:
    from collections.abc import Iterator
    from importlib.resources.abc import Traversable

    from journal_plugin.errors import Diagnostic
    from journal_plugin.phrases import Value

_Text = TypeVar("_Text", bound=str)

ENGLISH = NullTranslations()
"""Gives every text back as it is."""


def mark(text: _Text) -> _Text:
    """Announce a text to the catalogue, where it is translated elsewhere."""
    return text


LABELS = (
    # status
    mark("planned"), mark("running"), mark("complete"), mark("abandoned"), mark("superseded"),
    mark("ongoing"),
    # outcome
    mark("success"), mark("failure"), mark("mixed"), mark("inconclusive"),
    # state
    mark("open"), mark("closed"), mark("merged"), mark("draft"),
    # who is behind a login
    mark("bot"),
    # what became of a metric
    mark("better"), mark("worse"), mark("same"),
    # a relation between posts
    mark("follows"), mark("supersedes"), mark("corrects"), mark("replicates"),
    # a relation to a record
    mark("closes"), mark("implements"), mark("tests"), mark("mentions"), mark("part of"),
    # what happened to a record or result
    mark("corrected"), mark("deleted"), mark("transferred"),
    # what a tracker of runs keeps
    mark("run"), mark("sweep"), mark("report"), mark("artifact"), mark("project"),
    mark("experiment"), mark("dashboard"), mark("job"), mark("dataset"), mark("space"),
    mark("collection"), mark("model"), mark("training job"), mark("pipeline run"),
    # a severity
    mark("error"), mark("warning"), mark("info"),
)  # fmt: skip
"""Words of the vocabularies, in the form in which `word` looks them up."""


RULES = (
    mark("declared in the post"), mark("closing link on GitHub"),
    mark("cross-reference on GitHub"), mark("sub-issue on GitHub"), mark("stated in the text"),
    mark("mentioned in the text"), mark("a post reports on a result"),
    mark("a pull request implements"), mark("the first issue of the problem"),
    mark("the issue states that it tests"), mark("a further issue of the problem"),
    mark("reported on by a post"), mark("addressed by a pull request, reported by a post"),
    mark("its opening words"),
)  # fmt: skip
"""Why something belongs where it stands, in the graph's own words."""

_RULE_FORMS = (
    (re.compile(r"label (.+)"), mark("label %(name)s")),
    (re.compile(r"declared in (.+)"), mark("declared in %(name)s")),
    (re.compile(r"its section “(.+)”"), mark("its section “%(name)s”")),
)


def load_words(language: str) -> NullTranslations:
    """The catalogue of a language such as `de`, `de-CH` or `pt_BR`; English if there is none."""
    for name in _names_of(language):
        catalogue = files("journal_plugin") / "locale" / name / "LC_MESSAGES" / "journal.po"
        if catalogue.is_file():
            return _read_catalogue(catalogue)
    return ENGLISH


def word(words: NullTranslations, value: object) -> str:
    """A value of a vocabulary in the language of `words`."""
    text = str(value).replace("-", " ")
    return words.gettext(text) if text in LABELS else text


def say_phrase(words: NullTranslations, text: str) -> str:
    """A phrase in the language of `words`; a text that is none stays as it is."""
    if not isinstance(text, Phrase):
        return text
    if text.plural is None:
        form = words.gettext(text.form)
    else:
        form = words.ngettext(text.form, text.plural, text.number)
    if not text.values:
        return form
    return form % {name: _say_value(words, value) for name, value in text.values.items()}


def say_finding(words: NullTranslations, finding: Diagnostic) -> str:
    """What a finding says in the language of `words`; where nobody translated it, what it is."""
    if isinstance(finding.message, Phrase) or words is ENGLISH:
        return say_phrase(words, finding.message)
    return say_phrase(words, CATALOGUE[finding.code].title)


def upper_first(text: str) -> str:
    """A text that starts a sentence; the rest stays, because other languages have their nouns."""
    return text[:1].upper() + text[1:]


def localize_number(text: str, words: NullTranslations) -> str:
    """A number, as Python writes it, with the decimal sign of the language of `words`."""
    sign = _find_decimal(words.info().get("language", "en"))
    return text if sign == "." else text.replace(".", sign)


def explain(words: NullTranslations, rule: str) -> str:
    """A rule of the graph in the language of `words`; one that is not known stays English."""
    head, colon, tail = rule.partition(": ")
    if head in RULES:
        kind, _, target = tail.partition(" ")
        said = " ".join(filter(None, (word(words, kind), target)))
        return words.gettext(head) + (f": {said}" if colon else "")
    for pattern, form in _RULE_FORMS:
        if match := pattern.fullmatch(rule):
            return words.gettext(form) % {"name": match[1]}
    return rule


def _say_value(words: NullTranslations, value: Value) -> str:
    if isinstance(value, Phrase):
        return say_phrase(words, value)
    if isinstance(value, tuple):
        return ", ".join(say_phrase(words, item) for item in value)
    return word(words, value) if isinstance(value, StrEnum) else show_value(value)


@cache
def _find_decimal(language: str) -> str:
    if language == "en":
        return "."
    # Here, because an English site does not need it.
    from babel.numbers import get_decimal_symbol  # noqa: PLC0415

    return get_decimal_symbol(language)


def _names_of(language: str) -> Iterator[str]:
    """The names to try: the language with its region, then without."""
    parts = language.replace("-", "_").split("_")
    if all(part.isalnum() for part in parts):
        head = parts[0].lower()
        if len(parts) > 1:
            yield "_".join((head, *parts[1:]))
        yield head


def _read_catalogue(catalogue: Traversable) -> NullTranslations:
    # Here, because an English site needs neither.
    from babel.messages.mofile import write_mo  # noqa: PLC0415
    from babel.messages.pofile import read_po  # noqa: PLC0415

    compiled = io.BytesIO()
    with catalogue.open("rb") as file:
        write_mo(compiled, read_po(file))
    compiled.seek(0)
    return GNUTranslations(compiled)
