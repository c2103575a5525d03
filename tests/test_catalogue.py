"""The catalogue of findings is complete, and says nothing that the package cannot find."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

import journal_plugin
from journal_plugin.catalogue import CATALOGUE

ROOT = Path(journal_plugin.__file__).parent
CODE = re.compile(r"[a-z]+(?:-[a-z]+)+")


def find_codes() -> set[str]:
    """Codes in the package: `code="..."`, the middle of (line, code, message), or an argument of
    a function that reports.

    An f-string such as f"unknown-{key}" stands for every code that it can become.
    """
    found: set[str] = set()
    for path in ROOT.rglob("*.py"):
        if "catalogue" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                found |= _codes_of(node)
            elif isinstance(node, ast.Tuple) and len(node.elts) == 3:
                found |= _texts(node.elts[1])
            elif isinstance(node, ast.Assign) and _is_code(node.targets[0], path):
                found |= _texts(node.value)
    return found


def _is_code(target: ast.expr, path: Path) -> bool:
    """Whether a name is a code's: `code`, or a constant of a module that reads front matter."""
    name = getattr(target, "id", "")
    return name == "code" or (name.isupper() and path.stem == "frontmatter")


def _codes_of(call: ast.Call) -> set[str]:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    values = [keyword.value for keyword in call.keywords if keyword.arg == "code"]
    if "report" in name.casefold() or name.endswith("_gap") or "finding" in name.casefold():
        values += call.args
    return {code for value in values for code in _texts(value)}


def _texts(value: ast.expr) -> set[str]:
    if isinstance(value, ast.Constant) and isinstance(value.value, str):
        return {value.value} if CODE.fullmatch(value.value) else set()
    if isinstance(value, ast.IfExp):
        return _texts(value.body) | _texts(value.orelse)
    if isinstance(value, ast.JoinedStr):
        parts = [
            re.escape(str(part.value)) if isinstance(part, ast.Constant) else "[a-z-]+"
            for part in value.values
        ]
        return {code for code in CATALOGUE if re.fullmatch("".join(parts), code)}
    return set()


def test_every_code_of_the_package_is_explained() -> None:
    assert find_codes() - CATALOGUE.keys() == set()


def test_every_explained_code_exists_in_the_package() -> None:
    assert CATALOGUE.keys() - find_codes() == set()


@pytest.mark.parametrize("code", sorted(CATALOGUE))
def test_every_entry_is_complete(code: str) -> None:
    kind = CATALOGUE[code]
    assert CODE.fullmatch(code)
    assert not kind.title.endswith(".")
    assert kind.explanation.endswith(".")
    assert kind.fix.endswith(".")
    assert kind.wrong != kind.right
    assert kind.help == f"journal check --explain {code}"
