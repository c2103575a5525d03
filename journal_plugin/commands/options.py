"""Options that several commands share, and the exit codes of all."""

from __future__ import annotations

import inspect
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

EXIT_FINDINGS = 1
"""The command ran and found something, or could not write."""
EXIT_USAGE = 2
"""A wrong option, or a wrong configuration."""
EXIT_GITHUB = 3
"""GitHub failed."""

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")

config_file_option = click.option(
    "--config-file",
    "-f",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The mkdocs.yml to use; by default the one in this directory.",
)

json_option = click.option("--json", "as_json", is_flag=True, help="Print data as JSON.")


def examples(*lines: str) -> Callable[[Any], Any]:
    """Add examples below the help of a command; Click prints them as they are."""

    def add(function: Any) -> Any:
        shown = "\n".join(f"  {line}" for line in lines)
        function.__doc__ = f"{inspect.cleandoc(function.__doc__ or '')}\n\n\b\nExamples:\n{shown}\n"
        return function

    return add


def clean(text: str) -> str:
    """Text by strangers for a terminal: no control sequences, no turned direction of writing."""
    return _CONTROL.sub("", text)


def print_data(text: str) -> None:
    """Print data as UTF-8 with LF, whatever the terminal's own encoding is."""
    click.echo(clean(text).encode("utf-8", "replace"), nl=bool(text) and text[-1] != "\n")


def print_note(text: str) -> None:
    """Print something for people, apart from data."""
    click.echo(clean(text), err=True)


def is_interactive() -> bool:
    """Whether somebody sits at the terminal and can answer."""
    return sys.stdin.isatty() and sys.stderr.isatty()
