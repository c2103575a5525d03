"""Run one fuzz target for some minutes; see the package's docstring."""

from __future__ import annotations

import sys
import time

import click
from hypothesis import HealthCheck, seed, settings

from tests.fuzz.test_inputs import TARGETS, make_target

ROUND = 50
"""Examples between two looks at the clock."""


@click.command()
@click.argument("target", type=click.Choice(sorted(TARGETS)))
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


def run_round(target: str, number: int) -> None:
    """`ROUND` examples from a seed of their own, so that a failure can be repeated."""
    quiet = settings(
        max_examples=ROUND, deadline=None, database=None, suppress_health_check=list(HealthCheck)
    )
    try:
        seed(number)(quiet(make_target(target)))()
    except Exception:
        click.echo(f"{target}: failed with seed {number}", err=True)
        raise


def run_guided(target: str, minutes: float) -> None:
    """Let libFuzzer choose the bytes that Hypothesis makes a text of."""
    import atheris  # noqa: PLC0415 - optional, and only for this

    fuzz = make_target(target).hypothesis.fuzz_one_input  # type: ignore[attr-defined]  # set by @given
    atheris.instrument_all()
    seconds = f"-max_total_time={int(60 * minutes)}"
    atheris.Setup([sys.argv[0], seconds, "-rss_limit_mb=4096", "-timeout=20"], fuzz)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
