"""What `journal init` would write, decided from what a repository holds. Pure."""

from __future__ import annotations

import re
from importlib.resources import files
from typing import TYPE_CHECKING, NamedTuple

import yaml

from journal_plugin.scaffold.config_file import add_plugin, format_plugins, read_config
from journal_plugin.scaffold.workflows import WORKFLOWS, find_pages_url, render_workflow

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

WORKFLOW_DIR = ".github/workflows"
FORMS = ".github/ISSUE_TEMPLATE"
PULL_TEMPLATE = ".github/PULL_REQUEST_TEMPLATE.md"
IGNORED = ("/site/", "/.cache/")
"""What a build leaves behind."""

_PULL_TEMPLATES = re.compile(
    r"(?:\.github/|docs/)?pull_request_template(?:\.(?:md|txt)|/.+)", re.IGNORECASE
)


class Repository(NamedTuple):
    """What a repository holds, as an adapter found it."""

    name: str
    """Name of its directory."""
    repo: str | None
    """`owner/name`, from its remote."""
    branch: str
    """The branch that is published."""
    config_name: str
    """Name of the configuration file, such as `mkdocs.yml`."""
    config: str | None
    """Text of that file, or None without one."""
    ignore: str | None
    """Text of `.gitignore`, or None without one."""
    paths: frozenset[str]
    """All files that git would track, below the root, with forward slashes."""


class Change(NamedTuple):
    """A file to write."""

    path: str
    text: str
    reason: str
    """What it is for, in a few words."""
    extends: bool = False
    """Whether the file exists and only grows."""


class Plan(NamedTuple):
    """What `journal init` would do."""

    changes: tuple[Change, ...]
    kept: tuple[str, ...]
    """Files that exist and stay as they are."""
    options: Mapping[str, object]
    """The options of the plugin that were found."""


def make_plan(found: Repository) -> Plan:
    """Decide what to write; nothing that exists is replaced.

    Raises:
        ConfigError: an existing configuration cannot be extended.
    """
    docs_dir = _docs_dir(found)
    options = _find_options(found, docs_dir)
    wanted = (
        _config(found, options),
        *_docs(found, docs_dir),
        *_github(found),
        _ignore(found),
    )
    changes = tuple(
        change for change in wanted if change and (change.extends or change.path not in found.paths)
    )
    new = {change.path for change in changes}
    kept = (change.path for change in wanted if change and change.path not in new)
    return Plan(changes=changes, kept=tuple(sorted(kept)), options=options)


def _docs_dir(found: Repository) -> str:
    if found.config is None:
        return "docs"
    config = read_config(found.config, found.config_name)
    return config.values.get("docs_dir", "docs").strip("/")


def _find_options(found: Repository, docs_dir: str) -> dict[str, object]:
    options: dict[str, object] = {"repo": found.repo} if found.repo else {}
    inside = [path for path in found.paths if path.startswith(f"{docs_dir}/")]
    posts = sorted(_find_post_globs(inside, docs_dir))
    if posts:
        options["posts"] = ["**/posts/**/*.md", *posts]
    if sources := sorted(_find_readmes(found.paths, docs_dir)):
        options["post_sources"] = sources
    return options


def _find_post_globs(inside: list[str], docs_dir: str) -> Iterator[str]:
    """Folders of dated Markdown files, or called experiments, that the default does not cover."""
    folders: dict[str, int] = {}
    for path in inside:
        folder, _, name = path.removeprefix(f"{docs_dir}/").rpartition("/")
        if not folder or "posts" in folder.split("/") or not name.endswith(".md"):
            continue
        is_dated = re.match(r"\d{4}-\d{2}-\d{2}-", name)
        if is_dated or folder.rpartition("/")[2] in ("experiments", "experiment", "runs"):
            folders[folder] = folders.get(folder, 0) + 1
    yield from (f"{folder}/*.md" for folder in folders)


def _find_readmes(paths: frozenset[str], docs_dir: str) -> Iterator[str]:
    """Globs of directories outside the docs that hold a README for each experiment."""
    children: dict[str, set[str]] = {}
    for path in paths:
        parts = path.split("/")
        if len(parts) == 3 and parts[2].casefold() == "readme.md" and parts[0] != docs_dir:  # noqa: PLR2004 - parent, experiment, README
            children.setdefault(parts[0], set()).add(parts[2])
    named = re.compile(r"experiments?|exps?|runs|studies|trials", re.IGNORECASE)
    for parent, names in children.items():
        if named.fullmatch(parent):
            yield from (f"{parent}/*/{name}" for name in names)


def _config(found: Repository, options: Mapping[str, object]) -> Change | None:
    if found.config is None:
        text = _template("mkdocs.yml").format(
            site_name=_scalar(_site_name(found)),
            urls=_urls(found.repo),
            plugins=format_plugins(options),
        )
        return Change(path=found.config_name, text=text, reason="the site and the plugin")
    text = add_plugin(found.config, options, found.config_name)
    return Change(
        path=found.config_name,
        text=text,
        reason="adds the plugin",
        extends=text != found.config,
    )


def _urls(repo: str | None) -> str:
    if repo is None:
        return ""
    return f"site_url: {find_pages_url(repo)}\nrepo_url: https://github.com/{repo}\n"


def _docs(found: Repository, docs_dir: str) -> Iterator[Change]:
    """A home page, where the docs have none."""
    homes = (f"{docs_dir}/index.md", f"{docs_dir}/README.md")
    if not any(home in found.paths for home in homes):
        text = _template("index.md").format(site_name=_site_name(found))
        yield Change(path=homes[0], text=text, reason="the home page")


def _github(found: Repository) -> Iterator[Change]:
    for name, reason in WORKFLOWS.items():
        text = render_workflow(name, found.branch)
        yield Change(path=f"{WORKFLOW_DIR}/{name}", text=text, reason=reason)
    for name, reason in (
        ("problem-analysis.yml", "the form that states a problem"),
        ("experiment.yml", "the form that tracks an experiment"),
    ):
        yield Change(path=f"{FORMS}/{name}", text=_template(name), reason=reason)
    existing = next((path for path in sorted(found.paths) if _PULL_TEMPLATES.fullmatch(path)), None)
    yield Change(
        path=existing or PULL_TEMPLATE,
        text=_template("pull_request_template.md"),
        reason="the sections that a case study reads",
    )


def _ignore(found: Repository) -> Change | None:
    present = {line.strip().strip("/") for line in (found.ignore or "").splitlines()}
    missing = [line for line in IGNORED if line.strip("/") not in present]
    if not missing:
        return None
    text = found.ignore or ""
    gap = "" if not text or text.endswith("\n") else "\n"
    return Change(
        path=".gitignore",
        text=f"{text}{gap}" + "".join(f"{line}\n" for line in missing),
        reason="keeps built files out of git",
        extends=found.ignore is not None,
    )


def _site_name(found: Repository) -> str:
    name = found.repo.rpartition("/")[2] if found.repo else found.name
    return name.replace("-", " ").replace("_", " ").strip().capitalize() or "Journal"


def _scalar(text: str) -> str:
    return yaml.safe_dump(text, allow_unicode=True, width=10_000).split("\n")[0]


def _template(name: str) -> str:
    return (files("journal_plugin.scaffold") / "files" / name).read_text(encoding="utf-8")
