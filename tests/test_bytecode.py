"""Compiled templates save time and decide nothing: whatever is wrong with them, pages are right."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from jinja2 import DictLoader, Environment, nodes
from jinja2.compiler import CodeGenerator
from jinja2.filters import FILTERS

from journal_plugin.bytecode import TemplateCache
from journal_plugin.pages.environment import make_environment

if TYPE_CHECKING:
    from pathlib import Path

_TEMPLATES = {"page": "{% include 'part' %} {{ 2 * n }}", "part": "<b>{{ 'a' | upper }}</b>"}


class _Counting(Environment):
    """Counts what is compiled."""

    compiled = 0

    def _generate(self, *arguments: object, **named: object) -> str:
        self.compiled += 1
        return str(super()._generate(*arguments, **named))  # type: ignore[arg-type]


class _Generator(CodeGenerator):
    """Compiles as another plugin may want it."""


def _make(templates: dict[str, str] = _TEMPLATES, **options: object) -> _Counting:
    return _Counting(loader=DictLoader(templates), **options)  # type: ignore[arg-type]


def _render(folder: Path, environment: _Counting, *, save: bool = True) -> tuple[str, int]:
    """The page, and how many templates were compiled for it."""
    cache = TemplateCache(folder / "some.templates")
    cache.attach(environment)
    html = environment.get_template("page").render(n=21)
    assert not save or cache.save()
    return html, environment.compiled


def test_the_second_build_compiles_nothing(tmp_path: Path) -> None:
    assert _render(tmp_path, _make()) == ("<b>A</b> 42", 2)
    assert _render(tmp_path, _make()) == ("<b>A</b> 42", 0)


def test_a_changed_template_is_compiled_again(tmp_path: Path) -> None:
    _render(tmp_path, _make())
    changed = _make({**_TEMPLATES, "part": "<i>new</i>"})
    assert _render(tmp_path, changed) == ("<i>new</i> 42", 1)
    assert _render(tmp_path, _make({**_TEMPLATES, "part": "<i>new</i>"}))[1] == 0


def test_what_the_compiler_uses_is_part_of_the_key(tmp_path: Path) -> None:
    _render(tmp_path, _make())
    other = _make()
    other.filters["upper"] = FILTERS["title"]
    assert _render(tmp_path, other) == ("<b>A</b> 42", 2)
    assert _render(tmp_path, _make(autoescape=True))[1] == 2
    third = _make()
    third.code_generator_class = _Generator
    assert _render(tmp_path, third)[1] == 2
    cache, environment = TemplateCache(tmp_path / "some.templates", "other code of ours"), _make()
    cache.attach(environment)
    environment.get_template("page")
    assert environment.compiled == 1


_OWN = {"filters": "{{ 'a' | own }}", "tests": "{% if 'a' is own %}1{% endif %}"}


@pytest.mark.parametrize("kind", _OWN)
def test_what_a_site_brings_along_may_change_each_time(tmp_path: Path, kind: str) -> None:
    """Jinja calls it with a constant while it compiles."""
    for answer in ("1", ""):
        environment = _make({"page": _OWN[kind]})
        getattr(environment, kind)["own"] = lambda _, answer=answer: answer
        assert _render(tmp_path, environment)[0] == answer


def _read(environment: Environment, name: str) -> str:
    assert environment.loader
    return environment.loader.get_source(environment, name)[0]


def test_no_template_passes_a_constant_through_a_filter_of_ours() -> None:
    """Jinja would keep what came out, though words depend on the language."""
    environment = make_environment()
    known = Environment()  # noqa: S701 - for its names
    found = [
        f"{name}:{node.lineno} {node.name}"
        for name in environment.list_templates()
        for kind, of_jinja in ((nodes.Filter, known.filters), (nodes.Test, known.tests))
        for node in environment.parse(_read(environment, name)).find_all(kind)
        if node.name not in of_jinja and isinstance(node.node, nodes.Const)
    ]
    assert found == []


@pytest.mark.parametrize("harm", ["cut", "changed", "empty", "foreign"])
def test_a_broken_file_is_ignored_and_replaced(tmp_path: Path, harm: str) -> None:
    _render(tmp_path, _make())
    (file,) = tmp_path.iterdir()
    content = file.read_bytes()
    middle = len(content) // 2
    changed = content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]
    harmed = {"cut": content[:-9], "changed": changed, "empty": b"", "foreign": b"x" * 9999}
    file.write_bytes(harmed[harm])
    assert _render(tmp_path, _make()) == ("<b>A</b> 42", 2)
    assert file.read_bytes() == content
    assert _render(tmp_path, _make())[1] == 0


def test_a_folder_that_cannot_be_written_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    cache = TemplateCache(tmp_path / "file" / "some.templates")
    environment = _make()
    cache.attach(environment)
    assert environment.get_template("page").render(n=1) == "<b>A</b> 2"
    assert not cache.save()


def test_the_next_build_of_one_process_compiles_nothing(tmp_path: Path) -> None:
    """As in `mkdocs serve`, where each build has an environment of its own."""
    cache = TemplateCache(tmp_path / "some.templates")
    for expected in (2, 0, 0):
        environment = _make()
        cache.attach(environment)
        environment.get_template("page").render(n=1)
        assert environment.compiled == expected
    assert cache.save()
    assert _render(tmp_path, _make())[1] == 0


def test_what_is_no_longer_used_is_dropped(tmp_path: Path) -> None:
    _render(tmp_path, _make())
    (file,) = tmp_path.iterdir()
    long = file.stat().st_size
    _render(tmp_path, _make({"page": "short"}))
    assert file.stat().st_size < long


def test_without_a_file_nothing_is_taken_or_left() -> None:
    cache, environment = TemplateCache(None), _make()
    cache.attach(environment)
    assert environment.get_template("page").render(n=21) == "<b>A</b> 42"
    assert not cache.save()
