"""The journal's options inside `mkdocs.yml`, and how MkDocs' project becomes plain data."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pathspec
from mkdocs.config.base import BaseConfigOption, Config, ValidationError, load_config
from mkdocs.exceptions import ConfigurationError
from mkdocs.structure.files import InclusionLevel, get_files

from journal_plugin.errors import ConfigError, SourceError
from journal_plugin.pages.page import Site
from journal_plugin.settings import CHECKS, Settings
from journal_plugin.sources.posts import PostFile, load_posts
from journal_plugin.sources.runs import Places, load_runs
from journal_plugin.sources.snapshot import load_snapshot
from journal_plugin.vocabulary import find_suggestion

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from mkdocs.config.base import ConfigErrors, ConfigWarnings
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files

    from journal_plugin.errors import Diagnostic
    from journal_plugin.model import Post, Snapshot
    from journal_plugin.series import Run


class Option(BaseConfigOption[object]):
    """One option, checked by the same function as on the command line."""

    def __init__(self) -> None:
        super().__init__()
        self._option = ""

    def pre_validation(self, config: Config, key_name: str) -> None:
        """Learn the option's own name."""
        del config
        self._option = key_name

    def run_validation(self, value: object) -> object:
        """Check a value that is set; None stands for the default."""
        if value is None:
            return None
        try:
            return CHECKS[self._option](self._option, value)
        except ConfigError as error:
            raise ValidationError(str(error)) from error


class JournalConfig(Config):  # type: ignore[no-untyped-call]  # MkDocs' own metaclass hook
    """The options of the plugin; their meaning stands in `settings.Settings`."""

    enabled = Option()
    repo = Option()
    repos = Option()
    sync = Option()
    sync_interval = Option()
    full_sync_interval = Option()
    max_wait = Option()
    snapshot = Option()
    posts = Option()
    post_sources = Option()
    path = Option()
    records = Option()
    statuses = Option()
    outcomes = Option()
    phases = Option()
    ai_authors = Option()
    allow_private = Option()
    strict = Option()
    infer_problems = Option()
    feeds = Option()
    badges = Option()
    insights = Option()

    def validate(self) -> tuple[ConfigErrors, ConfigWarnings]:
        """Check all options; MkDocs only warns of unknown ones, so the warning helps."""
        failed, warnings = super().validate()
        return failed, [(key, self._advise(key, str(message))) for key, message in warnings]

    def _advise(self, key: str, message: str) -> str:
        if key in CHECKS:
            return message
        hint = find_suggestion(key, CHECKS)
        return f"unknown option; did you mean '{hint}'?" if hint else "unknown option"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """What was read from the disk."""

    posts: tuple[Post, ...]
    snapshot: Snapshot
    diagnostics: tuple[Diagnostic, ...]
    runs: Mapping[str, tuple[Run, ...]] = field(default_factory=dict)
    """Logged runs by node id of the post."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """A project as the command line sees it."""

    settings: Settings
    root: Path
    """Directory of `mkdocs.yml`."""
    site: Site
    config: MkDocsConfig

    @property
    def snapshot_dir(self) -> Path:
        """Directory of the records."""
        return self.root / self.settings.snapshot

    def load_sources(self) -> Sources:
        """Read posts and records."""
        return load_sources(self.settings, self.config, get_files(self.config))


def load_project(config_file: Path | None = None) -> Project:
    """Read `mkdocs.yml` and the journal's options in it.

    Raises:
        ConfigError: there is no such file, it is wrong, or it does not name the plugin.
    """
    try:
        config = load_config(str(config_file) if config_file else None)
    except ConfigurationError as error:
        raise ConfigError(str(config_file or "mkdocs.yml"), str(error)) from error
    plugin = config.plugins.get("journal")
    if plugin is None:
        msg = "plugins"
        raise ConfigError(msg, "the plugin 'journal' is not listed; add `- journal`")
    return Project(
        settings=make_settings(plugin.config, config),
        root=project_root(config),
        site=make_site(config),
        config=config,
    )


def make_settings(options: Config, config: MkDocsConfig) -> Settings:
    """The options as `Settings`."""
    return Settings.from_mapping(dict(options), repo_url=config.repo_url)


def make_site(config: MkDocsConfig) -> Site:
    """What the pages need to know of the site."""
    url = config.site_url or ""
    return Site(
        name=config.site_name,
        url=url if not url or url.endswith("/") else f"{url}/",
        use_directory_urls=config.use_directory_urls,
    )


def project_root(config: MkDocsConfig) -> Path:
    """The directory of `mkdocs.yml`."""
    return Path(config.config_file_path or "mkdocs.yml").resolve().parent


def load_sources(settings: Settings, config: MkDocsConfig, files: Files) -> Sources:
    """Read the posts among `files`, and the snapshot.

    Raises:
        SourceError: a post cannot be read from the disk.
    """
    root = project_root(config)
    snapshot, broken = load_snapshot(
        root / settings.snapshot, settings.all_repos, shown_as=settings.snapshot
    )
    posts, findings = load_posts(
        find_post_files(settings, root, files),
        repo=settings.repo,
        vocabulary=settings.vocabulary,
    )
    logged = load_runs(
        posts,
        Places(
            root=root,
            docs_dir=Path(config.docs_dir),
            find_url=_url_finder(files),
        ),
    )
    return Sources(
        posts=posts,
        snapshot=snapshot,
        diagnostics=(*broken, *findings, *logged.diagnostics),
        runs=logged.runs,
    )


def _url_finder(files: Files) -> Callable[[Path], str | None]:
    """Finds the address of a file that MkDocs copies to the site by itself."""
    published = {
        Path(file.abs_src_path).resolve(): file.url
        for file in files
        if file.abs_src_path and file.inclusion is not InclusionLevel.EXCLUDED
    }
    return published.get


def find_post_files(settings: Settings, root: Path, files: Files) -> Iterator[PostFile]:
    """All pages of the site that may be posts."""
    spec = pathspec.GitIgnoreSpec.from_lines(settings.posts)
    for file in files.documentation_pages():
        path = file.abs_src_path
        if path is None or file.generated_by:
            continue
        yield PostFile(
            path=shown_path(Path(path), root),
            text=read_text(Path(path), root),
            src_uri=file.src_uri,
            url=file.url if file.url != "./" else "",
            matched=spec.match_file(file.src_uri),
        )


def read_text(path: Path, root: Path) -> str:
    """A file's text, whatever its bytes; undecodable ones become a replacement character.

    Raises:
        SourceError: the disk refuses.
    """
    try:
        return path.read_bytes().decode("utf-8", "replace")
    except OSError as error:
        raise SourceError(shown_path(path, root), error.strerror or str(error)) from error


def shown_path(path: Path, root: Path) -> str:
    """A path as messages show it: below the project's root, with forward slashes."""
    full = path.resolve()
    return full.relative_to(root).as_posix() if full.is_relative_to(root) else full.as_posix()


def find_worst(findings: Iterable[Diagnostic]) -> str | None:
    """The worst severity among `findings`, or None."""
    order = ("info", "warning", "error")
    return max((finding.severity.value for finding in findings), key=order.index, default=None)
