"""The house rules of the architecture, checked on the imports themselves."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

import journal_plugin

ROOT = Path(journal_plugin.__file__).parent

MODEL = {
    "model",
    "vocabulary",
    "matching",
    "settings",
    "errors",
    "catalogue",
    "formats",
    "hosts",
    "phrases",
    "series",
    "slugs",
    "logins",
}
GRAPH = {"graph", "membership", "phases", "problems", "audit", "corrections", "rounds", "journal"}
INTAKE = {"reading", "outside", "fixes"}
"""What turns files into posts and back into pages: it needs the sources and the texts."""
INSIGHTS = {
    "figures", "courses", "velocity", "attribution", "contributors", "logged", "quality",
    "similar", "remarks", "restated", "steps", "knowledge", "tracking", "comparisons", "benchmarks", "trends", "changes",
    "benchmark_lists",
}  # fmt: skip
"""What is computed from the resolved journal and its rendered texts, for pages to show."""
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


def layer_of(module: str) -> str:
    """The layer of a module, its name below the package given."""
    head = module.split(".", maxsplit=1)[0]
    if head in {"sources", "writer", "cache", "bytecode"}:
        return "edges"
    if head in {
        "plugin",
        "contents",
        "fastpages",
        "watching",
        "shells",
        "slots",
        "config",
        "cli",
        "commands",
        "host_files",
        "kept",
        "navigation",
        "neighbours",
        "project_files",
    }:
        return "adapters"
    if head in {"text", "pages"}:
        return head
    layers = {"model": MODEL, "insights": INSIGHTS, "intake": INTAKE, "graph": GRAPH}
    return next((layer for layer, heads in layers.items() if head in heads), "compose")


def modules() -> list[str]:
    return [
        path.relative_to(ROOT).with_suffix("").as_posix().replace("/", ".")
        for path in sorted(ROOT.rglob("*.py"))
        if path.name != "__init__.py"
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


@pytest.mark.parametrize("module", [m for m in modules() if layer_of(m) != "adapters"])
def test_only_adapters_know_the_host(module: str) -> None:
    heads = {name.split(".")[0] for name in imports_of(module)}
    forbidden = set(FORBIDDEN_BELOW_ADAPTERS)
    if not module.startswith("sources.github"):
        forbidden |= {"github", "requests"}
    assert heads & forbidden == set()


@pytest.mark.parametrize("module", [m for m in modules() if layer_of(m) != "adapters"])
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


def test_the_docs_say_where_each_module_lies() -> None:
    docs = (ROOT.parent / "docs" / "architecture.md").read_text(encoding="utf-8")
    table = docs.partition("## What lies where")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| (\w+) \| [^|]+ \| ([^|]+) \|$", table, re.MULTILINE)
    told = {layer: set(re.findall(r"`(\w+)`", names)) for layer, names in rows if layer in LAYERS}
    heads: dict[str, set[str]] = {layer: set() for layer in LAYERS}
    for module in modules():
        heads[layer_of(module)].add(module.split(".", maxsplit=1)[0])
    assert told == heads


def test_the_options_are_the_same_everywhere() -> None:
    """`Settings`, its checks and the MkDocs options name the same options."""
    from dataclasses import fields  # noqa: PLC0415 - only this test needs them

    from journal_plugin.config import JournalConfig  # noqa: PLC0415 - same
    from journal_plugin.settings import CHECKS, Settings  # noqa: PLC0415 - same

    names = {field.name for field in fields(Settings)}
    assert names == set(CHECKS)
    assert names == {name for name, _ in JournalConfig._schema}  # noqa: SLF001 - MkDocs has no public way
