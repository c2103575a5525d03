"""How commands come to a finished journal."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from mkdocs.structure.files import get_files

from journal_plugin.build import build_journal
from journal_plugin.config import find_build_time, load_project
from journal_plugin.project_files import find_all_files
from journal_plugin.sources.frontmatter import load_front_matter
from journal_plugin.sources.posts import is_post

if TYPE_CHECKING:
    from collections.abc import Iterator

    from journal_plugin.build import Build
    from journal_plugin.config import Project, Sources
    from journal_plugin.sources.posts import PostFile


def load_build(config_file: Path | None) -> tuple[Project, Build]:
    """Read the project and build its journal, without writing anything.

    Raises:
        ConfigError: `mkdocs.yml` is missing or wrong.
    """
    project = load_project(config_file)
    return project, make_build(project)


def make_build(project: Project) -> Build:
    """Build the journal of a project as it is on the disk now."""
    return build_from(project, project.load_sources())


def build_from(project: Project, sources: Sources) -> Build:
    """Build the journal from what was read."""
    return build_journal(
        project.settings,
        sources.posts,
        sources.snapshot,
        site=project.site,
        runs=sources.runs,
        diagnostics=sources.diagnostics,
        now=find_build_time(os.environ),
    )


def find_posts(project: Project) -> Iterator[PostFile]:
    """The files of all posts, as they are on the disk now."""
    for file in find_all_files(project.settings, project.config, get_files(project.config))[0]:
        if is_post(file, load_front_matter(file.text, file.path)):
            yield file


def find_prefix(root: Path) -> str:
    """The way from the root of the repository to the project, such as `site/`; empty without one.

    GitHub resolves annotations and SARIF results from the root of the repository.
    """
    for folder in (root, *root.parents):
        if (folder / ".git").exists():  # a file in a worktree or a submodule
            below = root.relative_to(folder).as_posix()
            return "" if below == "." else f"{below}/"
    return ""


def shown_as(path: str, project: Project) -> str:
    """A path as findings call it, from a path as somebody typed it."""
    full = Path(path.replace("\\", "/")).resolve()
    return full.relative_to(project.root).as_posix() if full.is_relative_to(project.root) else path
