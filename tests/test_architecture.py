"""The house rules of the architecture, checked on the imports themselves."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

import journal_plugin

ROOT = Path(journal_plugin.__file__).parent

LAYERS = ("model", "edges", "graph", "text", "insights", "pages", "compose", "intake", "adapters")
"""From the bottom up. Edges stand beside the others: they import only the model."""

ALLOWED = {
    "model": {"model"},
    "edges": {"model", "edges"},
    "graph": {"model", "graph"},
    "text": {"model", "text"},
    "insights": {"model", "graph", "text", "insights"},
    "pages": {"model", "graph", "text", "insights", "pages"},
    "compose": {"model", "graph", "text", "insights", "pages", "compose"},
    "intake": {"model", "edges", "text", "compose", "intake"},
    "adapters": set(LAYERS),
}
FORBIDDEN_BELOW_ADAPTERS = {"mkdocs", "mkdocs_gen_files", "logging", "click"}
CLOCK = {"now", "utcnow", "today", "time_ns", "monotonic"}


def read_layers() -> dict[str, str]:
    """The layer of each module and package, as the table in the docs says."""
    docs = (ROOT.parent / "docs" / "architecture.md").read_text(encoding="utf-8")
    table = docs.partition("## What lies where")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| (\w+) \| [^|]+ \| ([^|]+) \|$", table, re.MULTILINE)
    told = {layer: re.findall(r"`(\w+)`", names) for layer, names in rows if layer in LAYERS}
    assert set(told) == set(LAYERS)
    heads = [head for names in told.values() for head in names]
    assert len(heads) == len(set(heads))
    return {head: layer for layer, names in told.items() for head in names}


LAYER_OF = read_layers()


def layer_of(module: str) -> str:
    """The layer of a module, its name below the package given."""
    return LAYER_OF[module.split(".", maxsplit=1)[0]]


def modules() -> list[str]:
    return [
        path.relative_to(ROOT).with_suffix("").as_posix().replace("/", ".")
        for path in sorted(ROOT.rglob("*.py"))
        if path.name != "__init__.py"
    ]


BELOW_ADAPTERS = [
    module for module in modules() if LAYER_OF.get(module.partition(".")[0]) != "adapters"
]


def imports_of(module: str) -> set[str]:
    """Everything that a module imports, types included."""
    tree = ast.parse((ROOT / f"{module.replace('.', '/')}.py").read_text(encoding="utf-8"))
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
    return found


@pytest.mark.parametrize("module", modules())
def test_imports_point_down_only(module: str) -> None:
    prefix = "journal_plugin."
    own = {name.removeprefix(prefix) for name in imports_of(module) if name.startswith(prefix)}
    allowed = ALLOWED[layer_of(module)]
    assert {name for name in own if layer_of(name) not in allowed} == set()


@pytest.mark.parametrize("module", BELOW_ADAPTERS)
def test_only_adapters_know_the_host(module: str) -> None:
    heads = {name.split(".")[0] for name in imports_of(module)}
    forbidden = set(FORBIDDEN_BELOW_ADAPTERS)
    if not module.startswith("sources.github"):
        forbidden |= {"github", "requests"}
    assert heads & forbidden == set()


@pytest.mark.parametrize("module", BELOW_ADAPTERS)
def test_nothing_pure_reads_the_clock_or_the_environment(module: str) -> None:
    if module.startswith("sources.github"):
        pytest.skip("the edge to GitHub waits and measures")
    tree = ast.parse((ROOT / f"{module.replace('.', '/')}.py").read_text(encoding="utf-8"))
    called = {
        node.func.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    }
    read = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    assert called & CLOCK == set()
    assert read & {"environ", "getenv"} == set()


def test_the_docs_name_all_modules_and_nothing_else() -> None:
    assert {module.split(".", maxsplit=1)[0] for module in modules()} == set(LAYER_OF)


def test_the_options_are_the_same_everywhere() -> None:
    """`Settings`, its checks and the MkDocs options name the same options."""
    from dataclasses import fields  # noqa: PLC0415 - only this test needs them

    from journal_plugin.config import JournalConfig  # noqa: PLC0415 - same
    from journal_plugin.settings import CHECKS, Settings  # noqa: PLC0415 - same

    names = {field.name for field in fields(Settings)}
    assert names == set(CHECKS)
    assert names == {name for name, _ in JournalConfig._schema}  # noqa: SLF001 - MkDocs has no public way
