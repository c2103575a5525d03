"""The front matter of a post as a JSON Schema (draft 2020-12), made from the code that reads it.

Editors complete and check front matter with it. Words come from the vocabularies in force and keys
from `sources.keys`, so that the schema cannot say anything else than the reader.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, TypeAlias

from journal_plugin.vocabulary import Outcome, Phase, Status

if TYPE_CHECKING:
    from collections.abc import Iterable

    from journal_plugin.vocabulary import Vocabulary

DIALECT = "https://json-schema.org/draft/2020-12/schema"
SCHEMA_ID = "urn:mkdocs-experiment-journal:front-matter:1"
"""Where the docs publish the schema."""

_Schema: TypeAlias = Mapping[str, object]

_TEXT: _Schema = {"type": ["string", "number", "boolean"]}
_TEXTS: _Schema = {"anyOf": [_TEXT, {"type": "array", "items": _TEXT}]}
_DAY = r"\d{4}|^(today|now|last-modified)$"
_NUMBER = r"^\s*[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?\s*%?\s*$"
_REFERENCE = (
    r"^\s*(((([\w.-]+/[\w.-]+)?#|[Gg][Hh]-)?\d{1,10}"
    r"|https?://[\w.-]+(:\d+)?/[\w.-]+/[\w.-]+/(issues|pull)/\d{1,10}([/?#]\S*)?)(\s*[,;\s]\s*|$))+$"
)

_WORDS_OF: Mapping[str, str] = {
    "title": "Title of the post; without it, the first heading counts.",
    "date": "Day of the post, as a date or as `created` and `updated`, the two forms of Material.",
    "status": "Where the experiment stands. Words such as `in progress` map to one of six.",
    "outcome": "What came out of it. Leave it away until there is a result.",
    "type": "What kind of post it is, in your own words. `experiment` makes any page a post.",
    "problem": "Slug of the research problem that the post belongs to, or a list of slugs.",
    "issues": "Issues that the post reports on: numbers without `#`, `owner/name#18`, addresses, "
    "or a mapping of those to phases.",
    "prs": "Pull requests that the post tests, written like `issues`.",
    "phase": "Phase of the post; without it, a post belongs to the iteration.",
    "follows": "Slug or path of the post that this one builds on.",
    "supersedes": "Slug or path of the post that this one replaces.",
    "corrects": "Slug or path of the post that this one corrects.",
    "replicates": "Slug or path of the post whose experiment was run again.",
    "hypothesis": "What you expect, written down before the run.",
    "success_criteria": "What must be true for the hypothesis to hold, as one text or a list.",
    "metrics": "Numbers that the experiment gave, by name.",
    "params": "Parameters of the run, by name.",
    "data": "Path of a CSV or JSON file with logged runs, or a list of paths.",
    "commit": "Commit of the code that ran.",
    "command": "Command that was run.",
    "hardware": "What it ran on.",
    "cost": "What it cost: hours, energy or money.",
    "authors": "Who wrote the post, as a list.",
    "tags": "Tags, as a list.",
    "draft": "Whether the post is left out of the journal.",
    "slug": "Name of the post in links; without it, the name of the file without its date.",
    "experiment": "All of these keys may also stand below this one.",
}


def make_schema(vocabulary: Vocabulary) -> _Schema:
    """The schema with the words that `vocabulary` knows.

    Further keys are allowed, because front matter also serves MkDocs, Material and other plugins.
    """
    fields = {key: _described(key, field) for key, field in _fields(vocabulary).items()}
    nested = {"type": ["object", "null"], "properties": fields, "description": ""}
    return {
        "$schema": DIALECT,
        "$id": SCHEMA_ID,
        "title": "Front matter of an experiment post",
        "description": "Read by mkdocs-experiment-journal. Every key is optional.",
        "type": "object",
        "properties": {**fields, "experiment": _described("experiment", nested)},
    }


def _described(key: str, field: _Schema) -> _Schema:
    return {**field, "description": _WORDS_OF[key]}


def _fields(vocabulary: Vocabulary) -> dict[str, _Schema]:
    words = (*vocabulary.statuses, *vocabulary.outcomes)
    relation = {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}
    return {
        "title": _TEXT,
        "date": _date(),
        "status": _vocabulary(Status, words),
        "outcome": _vocabulary(Outcome, vocabulary.outcomes),
        "type": _TEXT,
        "problem": _TEXTS,
        "issues": _references(),
        "prs": _references(),
        "phase": {"enum": [phase.value for phase in Phase]},
        "follows": relation,
        "supersedes": relation,
        "corrects": relation,
        "replicates": relation,
        "hypothesis": _TEXT,
        "success_criteria": _TEXTS,
        "metrics": {"type": ["object", "null"], "additionalProperties": _metric()},
        "params": {"type": ["object", "null"]},
        "data": _TEXTS,
        "commit": _TEXT,
        "command": _TEXT,
        "hardware": _TEXT,
        "cost": _TEXT,
        "authors": _TEXTS,
        "tags": _TEXTS,
        "draft": {"type": "boolean"},
        "slug": _TEXT,
    }


def _date() -> _Schema:
    day = {"type": "string", "pattern": _DAY}
    created = {
        "type": "object",
        "properties": {"created": day, "updated": day, "modified": day},
        "required": ["created"],
    }
    return {"anyOf": [day, created]}


def _references() -> _Schema:
    choices = [{"type": "integer", "minimum": 1}, {"type": "string", "pattern": _REFERENCE}]
    phases = {"enum": [*(phase.value for phase in Phase), None]}
    mapping = {
        "type": "object",
        "propertyNames": {"pattern": _REFERENCE},
        "additionalProperties": phases,
    }
    return {"anyOf": [*choices, {"type": "array", "items": {"anyOf": choices}}, mapping]}


def _metric() -> _Schema:
    number = {"type": ["number", "null", "string"], "pattern": _NUMBER}
    full = {
        "type": "object",
        "properties": {
            "value": {**number, "description": "The number."},
            "unit": {**_TEXT, "description": "Unit of the value and the baseline."},
            "baseline": {**number, "description": "The number to compare with."},
            "better": {"enum": ["higher", "lower"], "description": "Which way is better."},
        },
        "required": ["value"],
    }
    return {"anyOf": [number, full]}


def _vocabulary(kind: type[Status | Outcome], words: Iterable[str]) -> _Schema:
    """The canonical words, which editors complete, or any text that holds a known word."""
    canonical: _Schema = {"enum": [member.value for member in kind]}
    return {"anyOf": [canonical, {"type": "string", "pattern": _pattern(words)}]}


def _pattern(words: Iterable[str]) -> str:
    """A regular expression for any of `words`, whatever the case: JSON Schema has no flag for it.

    Spaces stand for what the reader takes for one: white space, hyphens, dashes and underscores.
    """
    known = sorted(set(words))
    whole = "|".join(_insensitive(word) for word in known if word[0].isalnum())
    signs = [_insensitive(word) for word in known if not word[0].isalnum()]
    return "|".join([rf"(^|[\W_])({whole})($|[\W_])", *signs])


def _insensitive(word: str) -> str:
    return "".join(_letter(letter) for letter in word)


def _letter(letter: str) -> str:
    if letter == " ":
        return r"[\s_\u2013\u2014-]+"
    if letter.lower() != letter.upper():
        return f"[{letter.upper()}{letter.lower()}]"
    return re.escape(letter)
