"""`journal check`: what is wrong in posts and records."""

from __future__ import annotations

import sys
from collections import Counter
from dataclasses import replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

import click

from journal_plugin import __version__
from journal_plugin.catalogue import CATALOGUE
from journal_plugin.commands.load import find_posts, find_prefix, make_build, shown_as
from journal_plugin.commands.options import (
    EXIT_FINDINGS,
    config_file_option,
    examples,
    print_data,
    print_note,
)
from journal_plugin.config import load_project
from journal_plugin.errors import Severity, show
from journal_plugin.fixes import fix_post
from journal_plugin.reports import counts, format_github, format_json, format_sarif
from journal_plugin.writer import save_file

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from journal_plugin.build import Build
    from journal_plugin.config import Project
    from journal_plugin.errors import Diagnostic

_COLORS = {Severity.INFO: "blue", Severity.WARNING: "yellow", Severity.ERROR: "red"}


@click.command()
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "github", "sarif"]),
    default="text",
    show_default=True,
    help="How findings are printed; `github` makes annotations on a pull request.",
)
@click.option("--strict", is_flag=True, help="Let notes fail the check, too.")
@click.option("--fix", is_flag=True, help="Repair what is safe to repair first.")
@click.option(
    "--run-links",
    is_flag=True,
    help="Ask over the network whether links to runs, jobs and models still resolve.",
)
@click.option(
    "--explain",
    metavar="CODE",
    type=click.Choice(sorted(CATALOGUE)),
    help="Explain one kind of finding, and stop.",
)
@config_file_option
@click.argument("paths", nargs=-1, type=click.Path(exists=True))
@examples(
    "journal check",
    "journal check docs/posts/a.md",
    "journal check --fix",
    "journal check --run-links",
    "journal check --format sarif > journal.sarif",
    "journal check --explain unknown-record",
)
def check(  # noqa: PLR0913 - one parameter for each option
    *,
    form: str,
    strict: bool,
    fix: bool,
    run_links: bool,
    explain: str | None,
    config_file: Path | None,
    paths: tuple[str, ...],
) -> None:
    """Report what is wrong in posts and records.

    Each finding names its file, line and code. With PATHS, only findings in those files and
    directories are reported. The exit code is 1 if there are warnings or errors, with --strict
    also for notes.
    """
    if explain:
        _explain(explain)
        return
    project = load_project(config_file)
    wanted = tuple(shown_as(path, project) for path in paths)
    if fix:
        _fix(project, wanted)
    build = make_build(project)
    findings = [finding for finding in build.diagnostics if _is_wanted(finding.path, wanted)]
    if run_links:
        findings = sorted([*findings, *_ask_run_links(project, build, wanted)])
    _print(findings, form, prefix=find_prefix(project.root))
    if counts(findings, strict=strict):
        sys.exit(EXIT_FINDINGS)


def _is_wanted(path: str, wanted: Sequence[str]) -> bool:
    """Whether a file was named, or lies in a directory that was; nothing named means all."""
    named = (PurePosixPath(path), *PurePosixPath(path).parents)
    return not wanted or any(PurePosixPath(name) in named for name in wanted)


def _ask_run_links(project: Project, build: Build, wanted: Sequence[str]) -> list[Diagnostic]:
    # Only here, because a check without it needs no network.
    from journal_plugin.commands.run_links import check_run_links  # noqa: PLC0415

    found, asked, unknown = check_run_links(project, build, lambda path: _is_wanted(path, wanted))
    print_note(f"looked at {asked} addresses of runs; of {unknown} nobody can tell")
    return found


def _fix(project: Project, wanted: Sequence[str]) -> None:
    """Repair the posts on the disk; say what changed."""
    for file in find_posts(project):
        if not _is_wanted(file.path, wanted):
            continue
        try:
            original = (project.root / file.path).read_bytes().decode("utf-8")
        except (OSError, UnicodeDecodeError):
            continue  # the check itself will say so
        fixed = fix_post(original, project.settings.vocabulary)
        for repair in fixed.fixes:
            change = f"fixed `{repair.before}` to `{repair.after}`"
            print_note(f"{file.path}:{repair.line}: {change} [{repair.code}]")
        if fixed.fixes:
            save_file(project.root, file.path, fixed.text.encode("utf-8"))


def _print(findings: Sequence[Diagnostic], form: str, *, prefix: str) -> None:
    """Print the findings; what GitHub reads names files from the root of the repository."""
    placed = [replace(finding, path=f"{prefix}{finding.path}") for finding in findings]
    if form == "json":
        print_data(format_json(findings))
    elif form == "sarif":
        print_data(format_sarif(placed, version=__version__))
    elif form == "github":
        for finding in placed:
            print_data(format_github(finding))
    else:
        for finding in findings:
            click.echo(_line(finding))
        _summarize(findings)


def _line(finding: Diagnostic) -> str:
    place = click.style(f"{show(finding.path)}:{finding.line}:", bold=True)
    code = click.style(f"[{finding.code}]", fg=_COLORS[finding.severity])
    return f"{place} {show(finding.message)} {code}"


def _summarize(findings: Sequence[Diagnostic]) -> None:
    if not findings:
        print_note("No findings.")
        return
    number = Counter(finding.severity for finding in findings)
    words = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
    parts = [
        f"{number[s]} {w}{'' if number[s] == 1 else 's'}" for s, w in words.items() if number[s]
    ]
    print_note(f"{', '.join(parts)}; `journal check --explain {findings[0].code}` tells more")
    if any(CATALOGUE[finding.code].fixable for finding in findings):
        print_note("`journal check --fix` repairs what is safe to repair")


def _explain(code: str) -> None:
    kind = CATALOGUE[code]
    click.echo(f"{click.style(kind.code, bold=True)} ({kind.severity}): {kind.title}\n")
    click.echo(click.wrap_text(kind.explanation, 88))
    click.echo(f"\n{click.wrap_text(kind.fix, 88)}")
    for title, text in (("Instead of", kind.wrong), ("Write", kind.right)):
        shown = "\n".join(f"    {line}" for line in text.splitlines())
        click.echo(f"\n{title}:\n\n{shown}")
    if kind.fixable:
        click.echo("\n`journal check --fix` repairs it where it is safe.")
