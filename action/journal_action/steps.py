"""The steps by name."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from journal_action.build import build
from journal_action.check import check
from journal_action.comment import comment
from journal_action.runner import Runner, StepError, annotate
from journal_action.summary import summarize
from journal_action.sync import restore, sync

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

STEPS: Mapping[str, Callable[[Runner], None]] = {
    "restore": restore,
    "sync": sync,
    "check": check,
    "build": build,
    "summarize": summarize,
    "comment": comment,
}
"""Each does one thing and hands on files and outputs."""


def run_step(arguments: Sequence[str], environment: Mapping[str, str]) -> int:
    """Run the step that `arguments` name; return the exit code."""
    if len(arguments) != 1 or arguments[0] not in STEPS:
        print(f"usage: python action {'|'.join(STEPS)}", file=sys.stderr)  # noqa: T201 - usage
        return 2
    try:
        STEPS[arguments[0]](Runner.from_environment(environment))
    except StepError as error:
        annotate("error", str(error))
        return error.code
    return 0
