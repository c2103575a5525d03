"""The step `check`: what is wrong in posts and records, as annotations."""

from __future__ import annotations

import json
import subprocess
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from journal_action.runner import StepError
from journal_plugin.errors import Diagnostic, Severity, show
from journal_plugin.reports import format_github

if TYPE_CHECKING:
    from journal_action.runner import Runner

MAX_ANNOTATIONS = 10
"""Annotations of one level that GitHub shows for one step."""

_ORDER = (Severity.ERROR, Severity.WARNING, Severity.INFO)
_FINDINGS = 1


def check(runner: Runner) -> None:
    """Run `journal check`, annotate what it finds, and count it.

    Raises:
        StepError: it could not run, or it found something and the input `strict` is true.
    """
    target = runner.work / "diagnostics.json"
    done = subprocess.run(
        ["journal", "check", "--format", "json"],  # noqa: S607 - as the job's Python installed it
        cwd=runner.project,
        env=dict(runner.environment),
        stdout=subprocess.PIPE,
        check=False,
    )
    if done.returncode not in (0, _FINDINGS):
        msg = "journal check failed; its message is above"
        raise StepError(msg, code=done.returncode)
    target.write_bytes(done.stdout)
    findings = [_parse(item) for item in json.loads(done.stdout)]
    for finding in _shown(findings):
        path, message = f"{runner.prefix}{show(finding.path)}", show(finding.message)
        print(format_github(replace(finding, path=path, message=message)))  # noqa: T201 - this is how steps annotate
    _set_outputs(runner, findings)
    if done.returncode and runner.flag("STRICT"):
        msg = "the journal has findings, and the input strict is true"
        raise StepError(msg)


def _shown(findings: list[Diagnostic]) -> list[Diagnostic]:
    """The findings of each level that GitHub would show, the worst level first."""
    by_level = ([one for one in findings if one.severity is level] for level in _ORDER)
    return [one for found in by_level for one in found[:MAX_ANNOTATIONS]]


def _set_outputs(runner: Runner, findings: list[Diagnostic]) -> None:
    counts = Counter(finding.severity for finding in findings)
    runner.set_output("diagnostics", runner.work / "diagnostics.json")
    for name, level in zip(("errors", "warnings", "notes"), _ORDER, strict=True):
        runner.set_output(name, counts[level])


def _parse(item: dict[str, object]) -> Diagnostic:
    return Diagnostic(
        path=str(item["path"]),
        line=int(str(item["line"])),
        code=str(item["code"]),
        message=str(item["message"]),
        severity=Severity(str(item["severity"])),
    )
