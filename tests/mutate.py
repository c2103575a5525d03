"""Mutation testing: change one thing in a module, and see whether a test notices.

    python -m tests.mutate journal_plugin/graph.py tests/test_graph.py --sample 100

Each mutant is tried in a process of its own. Mutants that no test notices are printed: each either
shows a test that is missing, or a change that means nothing.
"""

from __future__ import annotations

import ast
import importlib.abc
import importlib.util
import io
import os
import random
import re
import signal
import sys
from collections import Counter
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING

import click
import hypothesis  # noqa: F401 - loaded once, for all children
import playwright.sync_api  # noqa: F401 - same
import pytest

import journal_plugin

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from types import CodeType, ModuleType

ROOT = Path(journal_plugin.__file__).parents[1]
SECONDS = 120
"""The longest that the tests of one mutant may take; an endless loop counts as noticed."""
_PROGRESS = 20
KILLED, SURVIVED, BROKEN, ENDLESS = "killed", "survived", "broken", "endless"
_LOADED = ("-W", "ignore::pytest.PytestAssertRewriteWarning")
"""What was loaded before pytest started is no mistake here."""
_SWAPS = {
    ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE,
    ast.GtE: ast.Gt, ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In,
    ast.And: ast.Or, ast.Or: ast.And, ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.FloorDiv,
    ast.FloorDiv: ast.Mult, ast.BitOr: ast.BitAnd, ast.BitAnd: ast.BitOr,
}  # fmt: skip
_REGEX = re.compile(
    r"\\[bwdsSAZ]|\(\?<?[!=][^()]*\)|[?*+]|\{\d+,?\d*\}|(?<=\|)[^|()]+\|?|[^|()]+\|"
)
_PATTERN = re.compile(r"[|?*+\\]")


class Mutant(ast.NodeTransformer):
    """Makes the change with one number, counted in the order of the source."""

    def __init__(self, wanted: int) -> None:
        self.wanted = wanted
        self.count = 0
        self.told = ""

    def choose(self, node: ast.AST, change: str) -> bool:
        """Whether this is the change that is wanted."""
        self.count += 1
        if self.count - 1 != self.wanted:
            return False
        self.told = f"{getattr(node, 'lineno', 0)}: {change}"
        return True

    def visit(self, node: ast.AST) -> ast.AST:
        """Leave types and docstrings alone."""
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            return node
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            return node
        if isinstance(node, ast.arg):
            return node
        if isinstance(node, ast.AnnAssign):
            if node.value:
                node.value = self.visit(node.value)
            return node
        return super().visit(node)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        node.body = [self.visit(item) for item in node.body]
        node.args = self.visit(node.args)
        return node

    def visit_Compare(self, node: ast.Compare) -> ast.AST:
        for place, op in enumerate(node.ops):
            new = _SWAPS.get(type(op))
            if new and self.choose(node, f"{type(op).__name__} -> {new.__name__}"):
                node.ops[place] = new()
        return self.generic_visit(node)

    def visit_BoolOp(self, node: ast.BoolOp) -> ast.AST:
        new = _SWAPS[type(node.op)]
        if self.choose(node, f"{type(node.op).__name__} -> {new.__name__}"):
            node.op = new()
        return self.generic_visit(node)

    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
        new = _SWAPS.get(type(node.op))
        if new and self.choose(node, f"{type(node.op).__name__} -> {new.__name__}"):
            node.op = new()
        return self.generic_visit(node)

    def visit_UnaryOp(self, node: ast.UnaryOp) -> ast.AST:
        if isinstance(node.op, ast.Not) and self.choose(node, "not x -> x"):
            return node.operand
        return self.generic_visit(node)

    def visit_If(self, node: ast.If) -> ast.AST:
        if self.choose(node, "if x -> if not x"):
            node.test = ast.UnaryOp(ast.Not(), node.test)
        return self.generic_visit(node)

    def visit_IfExp(self, node: ast.IfExp) -> ast.AST:
        if self.choose(node, "a if x else b -> b if x else a"):
            node.body, node.orelse = node.orelse, node.body
        return self.generic_visit(node)

    def visit_Expr(self, node: ast.Expr) -> ast.AST:
        if self.choose(node, f"leave out {ast.unparse(node)[:60]}"):
            return ast.Pass()
        return self.generic_visit(node)

    def visit_Return(self, node: ast.Return) -> ast.AST:
        if node.value and ast.unparse(node.value) != "None" and self.choose(node, "return None"):
            node.value = ast.Constant(None)
        return self.generic_visit(node)

    def visit_Constant(self, node: ast.Constant) -> ast.AST:
        value = node.value
        if isinstance(value, bool):
            if self.choose(node, f"{value} -> {not value}"):
                return ast.Constant(not value)
        elif isinstance(value, int) and self.choose(node, f"{value} -> {value + 1}"):
            return ast.Constant(value + 1)
        elif isinstance(value, str) and value:
            return self._text(node, value)
        return node

    def _text(self, node: ast.Constant, value: str) -> ast.AST:
        if _PATTERN.search(value):
            for match in _REGEX.finditer(value):
                new = value[: match.start()] + value[match.end() :]
                if self.choose(node, f"without {match[0]!r} at {match.start()} of {value[:60]!r}"):
                    return ast.Constant(new)
        elif self.choose(node, f"{value[:60]!r} -> other text"):
            return ast.Constant(f"{value}~")
        return node


class Injected(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Imports the mutant in place of the module."""

    def __init__(self, name: str, path: Path, code: CodeType) -> None:
        self._name, self._path, self._code = name, path, code

    def find_spec(self, fullname: str, path: object, target: object = None) -> object:
        del path, target
        if fullname != self._name:
            return None
        return importlib.util.spec_from_loader(fullname, self, origin=str(self._path))

    def exec_module(self, module: ModuleType) -> None:
        exec(self._code, module.__dict__)  # noqa: S102 - our own module, changed


def find_mutants(source: str) -> Iterator[tuple[str, ast.AST]]:
    """Every mutant of a module, with what was changed."""
    number = 0
    while True:
        mutant = Mutant(number)
        tree = mutant.visit(ast.parse(source))
        if not mutant.told:
            return
        yield mutant.told, ast.fix_missing_locations(tree)
        number += 1


def try_mutant(path: Path, tree: ast.AST, tests: Sequence[str]) -> str:
    """Run the tests against a mutant, in a child."""
    child = os.fork()
    if child == 0:
        os._exit(run_child(path, tree, tests))
    signal.signal(signal.SIGALRM, lambda *_: os.kill(child, signal.SIGKILL))
    signal.alarm(SECONDS)
    _, status = os.waitpid(child, 0)
    signal.alarm(0)
    if os.WIFSIGNALED(status):
        return ENDLESS
    code = os.WEXITSTATUS(status)
    return {0: SURVIVED, 1: KILLED}.get(code, BROKEN)


def run_child(path: Path, tree: ast.AST, tests: Sequence[str]) -> int:
    """Import the mutant and test it; the exit code of pytest."""
    name = path.relative_to(ROOT).with_suffix("").as_posix().replace("/", ".")
    silent = io.StringIO()
    with redirect_stdout(silent), redirect_stderr(silent):
        try:
            sys.meta_path.insert(0, Injected(name, path, compile(tree, str(path), "exec")))
            options = ["-x", "-q", "-p", "no:cacheprovider", "-m", "not browser", *_LOADED]
            return int(pytest.main([*options, *tests]))
        except BaseException:  # noqa: BLE001 - whatever it is, the mutant did not pass
            return 1


@click.command()
@click.argument("module", type=click.Path(exists=True, path_type=Path))
@click.argument("tests", nargs=-1, required=True)
@click.option("--sample", type=int, help="Try only so many mutants, chosen at random.")
@click.option("--seed", type=int, default=0, show_default=True)
def main(*, module: Path, tests: tuple[str, ...], sample: int | None, seed: int) -> None:
    """Try mutants of MODULE against TESTS; print those that survive."""
    path = module.resolve()
    source = path.read_text(encoding="utf-8")
    if try_mutant(path, ast.parse(source), tests) != SURVIVED:
        message = "the tests do not pass with the module as it is"
        raise click.ClickException(message)
    mutants = list(find_mutants(source))
    chosen = mutants
    if sample and sample < len(mutants):
        chosen = random.Random(seed).sample(mutants, sample)  # noqa: S311 - no secret
    results: Counter[str] = Counter()
    try:
        for told, tree in chosen:
            result = try_mutant(path, tree, tests)
            results[result] += 1
            if result == SURVIVED:
                click.echo(f"{module}:{told}")
            if not results.total() % _PROGRESS:
                click.echo(f"{results.total()} of {len(chosen)}", err=True)
    finally:  # so that a run that is stopped says how far it came
        parts = ", ".join(f"{number} {result}" for result, number in sorted(results.items()))
        click.echo(f"{module}: {len(mutants)} mutants, {results.total()} tried: {parts}")


if __name__ == "__main__":
    main()
