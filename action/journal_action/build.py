"""The step `build`: the site, with the engine that the workflow names."""

from __future__ import annotations

import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

from journal_action.pages import find_site_url
from journal_action.runner import StepError, annotate, stop_for
from journal_action.zensical import write_config
from journal_plugin.config import load_project
from journal_plugin.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from journal_action.runner import Runner
    from journal_plugin.config import Project

_QUIET = {"NO_MKDOCS_2_WARNING": "1", "DISABLE_MKDOCS_2_WARNING": "true"}
"""Banners of the engines about each other."""
_NO_SYNC = {"JOURNAL_SYNC": "never"}
"""The step before has synced, or was told not to; without a token a build would only lose."""


def build(runner: Runner) -> None:
    """Build the site into `runner.site`, and keep its data apart for the later steps.

    Raises:
        StepError: the engine failed, or what it built has no journal.
    """
    try:
        project = load_project(runner.config)
    except ConfigError as error:
        raise stop_for(error) from error
    shutil.rmtree(runner.site, ignore_errors=True)
    engine = runner.engine()
    if engine == "zensical":
        _build_zensical(runner, project)
    else:
        strict = ["--strict"] if runner.flag("STRICT") else []
        _run(runner, [sys.executable, "-m", engine, "build", *strict, "--site-dir", *_site(runner)])
    _keep_data(runner, project)
    _set_addresses(runner, project)


def _site(runner: Runner) -> list[str]:
    return [str(runner.site)]


def _build_zensical(runner: Runner, project: Project) -> None:
    """Export plain files and build those: Zensical runs no MkDocs plugins."""
    # It takes only directories below the project.
    work = runner.cache / "zensical"
    _run(runner, ["journal", "export", "--out", str(work / "docs")])
    config = write_config(project, docs=work / "docs", site=work / "site")
    strict = ["--strict"] if runner.flag("STRICT") else []
    try:
        _run(runner, ["zensical", "build", *strict, "--config-file", config.name])
        shutil.move(work / "site", runner.site)
    finally:
        config.unlink()
        shutil.rmtree(work)


def _run(runner: Runner, command: Sequence[str]) -> None:
    done = subprocess.run(  # noqa: S603 - fixed arguments, no shell
        command, cwd=runner.project, env={**runner.environment, **_QUIET, **_NO_SYNC}, check=False
    )
    if done.returncode:
        msg = "the site was not built; the engine's message is above"
        raise StepError(msg, code=done.returncode)


def _keep_data(runner: Runner, project: Project) -> None:
    """This build's `journal.json`, and beside it the one of the last build that was kept."""
    built = runner.site / project.settings.path / "journal.json"
    if not built.is_file():
        msg = f"the site has no {project.settings.path}/journal.json: is the plugin enabled?"
        raise StepError(msg)
    runner.data.mkdir(parents=True, exist_ok=True)
    kept = runner.cache / "journal.json"
    if kept.is_file():
        shutil.copyfile(kept, runner.data / "previous.json")
    shutil.copyfile(built, runner.data / "journal.json")
    kept.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(built, kept)
    runner.set_output("site-dir", runner.site)
    runner.set_output("data-dir", runner.data)


def _set_addresses(runner: Runner, project: Project) -> None:
    site_url = find_site_url(project.config.site_url, runner.environment)
    runner.set_output("page-url", site_url)
    runner.set_output("journal-url", f"{site_url}{project.settings.path}/")
    if not project.config.site_url:
        annotate(
            "notice",
            f"mkdocs.yml has no site_url, so feeds and the page for missing addresses cannot link "
            f"properly. Add: site_url: {site_url}",
        )
