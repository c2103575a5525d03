"""Which forms of the last build are tried again, and what is concluded from them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from jinja2 import DictLoader, Environment
from mkdocs.config.defaults import MkDocsConfig

from journal_plugin.standing import Note
from journal_plugin.trials import Candidate, Trials, find_sources, list_loaded

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

_FORMS = {"one": 1, "two": 2, "too": 2, "three": 3, "five": 5}


def _run(changed: Collection[str] = (), *, is_steady: bool = True) -> tuple[list[str], list[str]]:
    """The forms that were tried, and those that passed, where some have changed."""
    tried: list[str] = []

    def try_form(candidate: Candidate) -> bool:
        tried.append(candidate.note.form)
        return candidate.note.form not in changed

    trials = Trials(try_form, is_steady=is_steady)
    notes = [_make_note(form, length) for form, length in _FORMS.items()]
    files: Any = None
    trials.run(Candidate(files, note) for note in (*notes, *notes, _make_note("", 0)))
    assert all(trials.has_passed(form) is (form in trials.passed) for form in _FORMS)
    return tried, sorted(trials.passed)


def _make_note(form: str, length: int) -> Note:
    return Note("mark", form, "", 1, 1, family="family" if form else "", length=length)


def test_the_shortest_and_the_longest_of_a_family_are_tried_once() -> None:
    assert _run() == (["one", "five"], sorted(_FORMS))


def test_all_are_tried_where_templates_or_configuration_have_changed() -> None:
    assert _run(["too"], is_steady=False) == (
        [*_FORMS],
        ["five", "one", "three", "two"],
    )


@pytest.mark.parametrize("end", ["one", "five"])
def test_all_are_tried_where_one_has_changed(end: str) -> None:
    tried, passed = _run([end, "too"])
    assert tried == ["one", "five", "two", "too", "three"]
    assert passed == sorted({*_FORMS} - {end, "too"})


def _find(
    sources: dict[str, str],
    names: Collection[str],
    path: Path,
    **around: Any,
) -> dict[str, str]:
    """What is found where `around` stand a value of the configuration, or a part of Jinja's."""
    if not path.exists():
        path.write_text("site_name: A")
    config = MkDocsConfig(config_file_path=str(path))
    config.load_dict({"site_name": "A", "theme": {"name": "mkdocs"}})
    config.validate()
    environment = Environment(loader=DictLoader(sources), autoescape=True)
    for kind, value in around.items():
        owner = environment if hasattr(environment, kind) else config
        part = getattr(owner, kind)
        if isinstance(part, str):
            config[kind] = value
        else:
            part["own"] = value
    return dict(find_sources(environment, config, names))


def test_a_changed_template_shows(tmp_path: Path) -> None:
    config, names = tmp_path / "mkdocs.yml", ["main.html", "part.html"]
    templates = {"main.html": "one", "part.html": "two", "other.html": "three"}
    known = _find(templates, names, config)
    assert _find(templates, known, config) == known
    assert _find({**templates, "other.html": "new"}, known, config) == known
    assert _find({**templates, "part.html": "new"}, known, config) != known
    assert _find({"main.html": "one"}, known, config) != known
    config.write_text("plugins: [search]")
    assert _find(templates, known, config) != known


@pytest.mark.parametrize("what", ["extra", "theme", "globals", "site_name"])
def test_a_changed_value_shows(tmp_path: Path, what: str) -> None:
    """A theme may count headings by it, whoever has set it."""
    found = [
        _find({"main.html": ""}, ["main.html"], tmp_path / "mkdocs.yml", **{what: value})
        for value in ("one", "two", "one")
    ]
    assert found[0] == found[2] != found[1]
    assert found[1]


@pytest.mark.parametrize("kind", ["globals", "filters", "tests"])
def test_functions_of_a_hook_may_decide_by_anything(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "mkdocs.yml"
    assert _find({"main.html": ""}, ["main.html"], path)
    assert _find({"main.html": ""}, ["main.html"], path, **{kind: lambda: 1}) == {}


def test_nothing_is_known_of_a_configuration_in_several_files(tmp_path: Path) -> None:
    config = tmp_path / "mkdocs.yml"
    for text in ("INHERIT: base.yml", ""):
        config.write_text(text)
        assert _find({"main.html": "one"}, ["main.html"], config) == {}


@pytest.mark.parametrize(
    ("size", "found"),
    [(-1, ["main.html", "part.html"]), (3, ["main.html", "part.html"]), (2, []), (1, []), (0, [])],
)
def test_what_was_loaded_is_known_unless_jinja_forgets(size: int, found: list[str]) -> None:
    sources = {"main.html": "{% include 'part.html' %}", "part.html": "", "other.html": ""}
    environment = Environment(loader=DictLoader(sources), autoescape=True, cache_size=size)
    assert list(list_loaded(environment)) == []
    environment.get_template("main.html").render()
    assert list(list_loaded(environment)) == found


def test_nothing_is_known_where_no_template_is(tmp_path: Path) -> None:
    assert _find({"main.html": "one"}, [], tmp_path / "mkdocs.yml") == {}
