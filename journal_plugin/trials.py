"""Whether the theme would make the pages of the last build today as it made them then.

Pages with one form differ in nothing but their values, so a form is tried once, with one page. The
tables of contents of a large journal have many shapes, and each has a form of its own. Forms of one
*family* differ only in how often a heading of some kind follows another: of these, the shortest and
the longest are tried. A theme may still count headings. It does so in its templates, by what stands
in the configuration, and where one of those has changed, all forms are tried; so they are where a
hook or plugin brings functions that templates may ask.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from jinja2 import TemplateNotFound

from journal_plugin.bytecode import is_steady
from journal_plugin.pages.digests import digest

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

    from jinja2 import Environment
    from mkdocs.config.defaults import MkDocsConfig

    from journal_plugin.generated_files import GeneratedFile
    from journal_plugin.standing import Note

_INHERITS = "INHERIT"
_OPTIONS = ""
"""Stands for the configuration among the names of templates."""


class Candidate(NamedTuple):
    """A page that may stand, and what the last build noted of it."""

    file: GeneratedFile
    note: Note


class Trials:
    """What was found out in one build."""

    def __init__(self, try_form: Callable[[Candidate], bool], *, is_steady: bool) -> None:
        """Start without any.

        Args:
            try_form: Whether a page has the same form today.
            is_steady: Whether templates and configuration are those of the last build.
        """
        self._try_form = try_form
        self.is_steady = is_steady
        self._same: dict[str, bool] = {}

    @property
    def passed(self) -> Collection[str]:
        """The forms that are the same, by their marks."""
        return {form for form, is_same in self._same.items() if is_same}

    def has_passed(self, form: str) -> bool:
        """Whether the form of a mark is the same."""
        return self._same.get(form, False)

    def run(self, candidates: Iterable[Candidate]) -> None:
        """Try the forms of pages, with the first page of each."""
        examples: dict[str, Candidate] = {}
        for candidate in candidates:
            if candidate.note.form:
                examples.setdefault(candidate.note.form, candidate)
        families: dict[str, list[Candidate]] = defaultdict(list)
        for candidate in examples.values():
            families[candidate.note.family].append(candidate)
        for members in families.values():
            self._try_family(members)

    def _try_family(self, members: Sequence[Candidate]) -> None:
        lengths = [note.length for _, note in members]
        ends = (min(lengths), max(lengths)) if self.is_steady else lengths
        for one in members:
            if one.note.length in ends:
                self._same[one.note.form] = self._try_form(one)
        are_same = all(self._same[note.form] for _, note in members if note.form in self._same)
        for one in members:
            if one.note.length not in ends:
                self._same[one.note.form] = are_same or self._try_form(one)


def find_sources(
    environment: Environment, config: MkDocsConfig, names: Iterable[str]
) -> Mapping[str, str]:
    """Marks of the templates called `names`, as far as there are any, and of the configuration.

    Returns:
        Them by name. Nothing where templates may decide by more than that, if no template is named,
        or if the configuration stands in several files: then nobody knows what was used.
    """
    names = list(filter(None, names))
    written = _read(config.config_file_path)
    is_known = bool(names) and bool(written) and _INHERITS not in written
    if not is_known or not all(map(is_steady, _list_functions(environment))):
        return {}
    found = {_OPTIONS: digest((written, *_list_values(environment, config)))}
    for name in names:
        try:
            source = environment.loader and environment.loader.get_source(environment, name)[0]
        except TemplateNotFound:
            continue
        found[name] = digest((source or "",))
    return found


def list_loaded(environment: Environment) -> Sequence[str]:
    """Names of the templates that were used so far; none where Jinja may have forgotten some."""
    cache = environment.cache
    if cache is None or len(cache) >= getattr(cache, "capacity", sys.maxsize):
        return ()
    return sorted(name for _, name in cache)


def _list_functions(environment: Environment) -> Iterator[object]:
    """What templates may ask."""
    yield from environment.filters.values()
    yield from environment.tests.values()
    yield from filter(callable, environment.globals.values())
    yield from map(type, environment.extensions.values())


def _list_values(environment: Environment, config: MkDocsConfig) -> list[str]:
    """What plugins and authors give to templates."""
    given = {name: v for name, v in environment.globals.items() if not callable(v)}
    plain = {name: v for name, v in config.items() if isinstance(v, str | int | None)}
    return list(map(repr, (plain, config["extra"], dict(config["theme"]), given)))


def _read(path: str | None) -> str:
    """What stands in a file; nothing without one."""
    try:
        return Path(path).read_text(encoding="utf-8", errors="replace") if path else ""
    except OSError:
        return ""
