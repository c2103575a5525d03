"""`journal init`: an existing repository becomes a journal."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import click

from journal_plugin.commands.options import EXIT_USAGE, examples, is_interactive, print_note
from journal_plugin.errors import ConfigError
from journal_plugin.scaffold.plan import Repository, make_plan
from journal_plugin.settings import CHECKS, repo_of_url
from journal_plugin.writer import save_file

if TYPE_CHECKING:
    from journal_plugin.scaffold.plan import Plan

_MAX_DEPTH = 6
_SKIPPED = frozenset({".git", ".cache", ".venv", "venv", "node_modules", "site", "__pycache__"})


@click.command()
@click.option("--repo", metavar="OWNER/NAME", help="The repository; by default git's remote.")
@click.option("--yes", "-y", is_flag=True, help="Write without asking.")
@click.option("--dry-run", is_flag=True, help="Show what would be written, and stop.")
@click.option(
    "--config-file",
    "-f",
    type=click.Path(dir_okay=False, path_type=Path),
    default=Path("mkdocs.yml"),
    show_default=True,
    help="The mkdocs.yml to write or extend; its directory is the project.",
)
@examples("journal init", "journal init --dry-run", "journal init --repo owner/name --yes")
def init(*, repo: str | None, yes: bool, dry_run: bool, config_file: Path) -> None:
    """Turn this repository into a journal.

    Finds the repository on GitHub, the docs and the posts; writes or extends mkdocs.yml; adds a
    workflow for GitHub Pages, issue forms and a template for pull requests. Shows what it will do,
    and asks. Files that exist are never replaced.
    """
    root = config_file.resolve().parent
    if repo:
        CHECKS["repo"]("--repo", repo)
    plan = make_plan(_look_at(root, config_file.name, repo))
    _show(plan)
    if not plan.changes or dry_run:
        return
    if not yes and not _agreed():
        raise click.Abort
    for change in plan.changes:
        save_file(root, change.path, change.text.encode("utf-8"))
    print_note(f"Wrote {len(plan.changes)} files.")
    _advise(plan, config_file)


def _agreed() -> bool:
    if not is_interactive():
        print_note("Nothing was written: nobody can answer here. Run it again with --yes.")
        click.get_current_context().exit(EXIT_USAGE)
    return click.confirm("Write these files?", default=True, err=True)


def _show(plan: Plan) -> None:
    if not plan.changes:
        click.echo("Everything is there already; nothing to do.")
    for change in plan.changes:
        verb = "extend" if change.extends else "create"
        shown = click.style(f"{verb}  {change.path}", fg="green")
        click.echo(f"  {shown}  ({change.reason})")
    for path in plan.kept:
        click.echo(f"  keep    {path}")
    for name, value in plan.options.items():
        click.echo(f"  option  {name}: {value}")


def _advise(plan: Plan, config_file: Path) -> None:
    print_note("Next:")
    if "repo" in plan.options:
        print_note("  journal sync      brings in issues and pull requests")
    else:
        print_note(f"  set `repo: owner/name` in {config_file.name}, for issues and pull requests")
    print_note("  journal new       writes a post")
    print_note("  mkdocs serve      shows the journal at http://127.0.0.1:8000/")


def _look_at(root: Path, config_name: str, repo: str | None) -> Repository:
    """What the directory holds."""
    if not root.is_dir():
        option = "--config-file"
        raise ConfigError(option, f"{root} is not a directory")
    remote = repo or repo_of_url(_git(root, "remote", "get-url", "origin"))
    return Repository(
        name=root.name,
        repo=remote,
        branch=_git(root, "symbolic-ref", "--short", "HEAD") or "main",
        config_name=config_name,
        config=_read(root / config_name),
        ignore=_read(root / ".gitignore"),
        paths=frozenset(_walk(root, root, 0)),
    )


def _git(root: Path, *arguments: str) -> str:
    """The output of git, or nothing where there is no git or no repository."""
    git = shutil.which("git")
    if git is None:
        return ""
    done = subprocess.run(  # noqa: S603 - fixed arguments, no shell
        [git, "-C", str(root), *arguments],
        capture_output=True,
        text=True,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    return done.stdout.strip() if done.returncode == 0 else ""


def _read(path: Path) -> str | None:
    """A text file with its own line ends, or None without one."""
    return path.read_bytes().decode("utf-8", "replace") if path.is_file() else None


def _walk(root: Path, folder: Path, depth: int) -> list[str]:
    """Files below `root`, not too deep, without what tools leave behind."""
    found = []
    for path in sorted(folder.iterdir()):
        if path.name in _SKIPPED or path.is_symlink():
            continue
        if path.is_file():
            found.append(path.relative_to(root).as_posix())
        elif path.is_dir() and depth < _MAX_DEPTH:
            found += _walk(root, path, depth + 1)
    return found
