"""Run one fuzz target for some minutes; see the package's docstring."""

from __future__ import annotations

import importlib
import sys
import time
from typing import TYPE_CHECKING

import click
from hypothesis import HealthCheck, seed, settings

if TYPE_CHECKING:
    from collections.abc import Callable

ROUND = 50
"""Examples between two looks at the clock."""


@click.command()
@click.argument("target")
@click.option("--minutes", type=click.FloatRange(min=0.01), default=10.0, show_default=True)
@click.option("--guided", is_flag=True, help="Follow the branches of our code, with atheris.")
def main(*, target: str, minutes: float, guided: bool) -> None:
    """Search for a text that breaks TARGET; exit with 1 and show the smallest one found."""
    if guided:
        run_guided(target, minutes)
        return
    end = time.monotonic() + 60 * minutes
    examples = 0
    while time.monotonic() < end:
        run_round(target, examples)
        examples += ROUND
    click.echo(f"{target}: {examples} examples in {minutes:g} minutes, nothing found")


def load_target(name: str) -> Callable[[], None]:
    """The property test of a target, imported only now so that it can be instrumented."""
    inputs = importlib.import_module("tests.fuzz.test_inputs")
    if name not in inputs.TARGETS:
        message = f"there is no target {name!r}; there are {', '.join(inputs.TARGETS)}"
        raise click.UsageError(message)
    target: Callable[[], None] = inputs.make_target(name)
    return target


def run_round(target: str, number: int) -> None:
    """`ROUND` examples from a seed of their own, so that a failure can be repeated."""
    quiet = settings(
        max_examples=ROUND, deadline=None, database=None, suppress_health_check=list(HealthCheck)
    )
    test = seed(number)(quiet(load_target(target)))
    try:
        test()
    except Exception:
        click.echo(f"{target}: failed with seed {number}", err=True)
        raise


def run_guided(name: str, minutes: float) -> None:
    """Let libFuzzer choose the bytes that Hypothesis makes a text of."""
    import atheris  # noqa: PLC0415 - optional, and only for this

    with atheris.instrument_imports(include=["journal_plugin"]):
        target = load_target(name)
    fuzz = target.hypothesis.fuzz_one_input  # type: ignore[attr-defined]  # set by @given
    seconds = f"-max_total_time={max(1, int(60 * minutes))}"
    atheris.Setup([sys.argv[0], seconds, "-rss_limit_mb=4096", "-timeout=60"], fuzz)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
