"""The journal's options inside `mkdocs.yml`, and how MkDocs' project becomes plain data."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from mkdocs.config.base import BaseConfigOption, Config, ValidationError
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import ConfigurationError
from mkdocs.structure.files import InclusionLevel, get_files

from journal_plugin.collector import paused_collector
from journal_plugin.errors import ConfigError
from journal_plugin.outside import publish_outside
from journal_plugin.pages.page import Site, url_of_uri
from journal_plugin.pages.shelf import Shelf
from journal_plugin.project_files import (
    exclude_unreadable,
    find_all_files,
    find_host_headings,
    project_root,
    shown_path,
)
from journal_plugin.reading import read_posts
from journal_plugin.settings import CHECKS, Settings, advise_unknown
from journal_plugin.sources.runs import Places, load_runs
from journal_plugin.sources.snapshot import load_snapshot

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from mkdocs.config.base import ConfigErrors, ConfigWarnings
    from mkdocs.structure.files import Files

    from journal_plugin.errors import Diagnostic
    from journal_plugin.model import Post, Snapshot
    from journal_plugin.outside import Outside
    from journal_plugin.pages.shelf import Store
    from journal_plugin.series import Run
    from journal_plugin.sources.snapshot import KnownFiles


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
            raise ValidationError(self._tell(error)) from error

    def _tell(self, error: ConfigError) -> str:
        """What is wrong; MkDocs puts the name of the option in front."""
        return error.message if error.option == self._option else str(error)


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
        return failed, [(key, self._advise(str(key), str(message))) for key, message in warnings]

    def _advise(self, key: str, message: str) -> str:
        return message if key in CHECKS else advise_unknown(key)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """What was read from the disk."""

    posts: tuple[Post, ...]
    snapshot: Snapshot
    outside: Outside
    """The pages of posts that lie outside `docs_dir`."""
    diagnostics: tuple[Diagnostic, ...]
    runs: Mapping[str, tuple[Run, ...]] = field(default_factory=dict)
    """Logged runs by node id of the post."""


class Project(NamedTuple):
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
    config = _load_config(config_file or _find_config_file())
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


def _find_config_file() -> Path:
    """The configuration in this directory, as `mkdocs build` finds it."""
    for name in ("mkdocs.yml", "mkdocs.yaml"):
        if Path(name).is_file():
            return Path(name)
    name = "mkdocs.yml"
    raise ConfigError(name, "is not here; run `journal init`, or name another by --config-file")


def _load_config(path: Path) -> MkDocsConfig:
    """What MkDocs reads of a file.

    MkDocs' own `load_config` logs what is wrong and ends the process with another exit code.
    """
    config = MkDocsConfig(config_file_path=str(path))
    try:
        with path.open("rb") as file:
            config.load_file(file)
        failed, _ = config.validate()
    except (ConfigurationError, OSError, RecursionError, ValueError) as error:
        raise ConfigError(str(path), str(error)) from error
    if failed:
        raise ConfigError(str(path), "; ".join(f"{key}: {message}" for key, message in failed))
    return config


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
        language=str(config.theme.get("language") or config.theme.get("locale") or "en"),
        image=_find_image(config.theme.get("logo")),
    )


def _find_image(logo: object) -> str:
    """The site's logo, if it is a picture of a kind that social networks show."""
    is_known = isinstance(logo, str) and logo.lower().endswith((".png", ".jpg", ".jpeg", ".webp"))
    return str(logo) if is_known and "://" not in str(logo) else ""


def find_build_time(environment: Mapping[str, str]) -> datetime | None:
    """The time that `SOURCE_DATE_EPOCH` gives the build, or None.

    Source: reproducible-builds.org, "SOURCE_DATE_EPOCH".

    Raises:
        ConfigError: the variable is not a number of seconds.
    """
    text = environment.get("SOURCE_DATE_EPOCH", "").strip()
    if not text:
        return None
    try:
        return datetime.fromtimestamp(int(text), UTC)
    except (ValueError, OverflowError, OSError) as error:
        msg = f"got {text!r}; allowed is a number of seconds since 1970"
        raise ConfigError("SOURCE_DATE_EPOCH", msg) from error  # noqa: EM101 - a name


@paused_collector()
def load_sources(
    settings: Settings,
    config: MkDocsConfig,
    files: Files,
    known: KnownFiles | None = None,
    store: Store | None = None,
) -> Sources:
    """Read the posts among `files` and those of `post_sources`, and the snapshot.

    Args:
        settings: The options.
        config: MkDocs' own.
        files: The files of the site.
        known: The records that an earlier build of this process read, and those that this one does.
        store: Where what was read of posts outlives the build.

    Raises:
        ConfigError: a glob is wrong.
    """
    root = project_root(config)
    snapshot, broken = load_snapshot(
        root / settings.snapshot, settings.all_repos, shown_as=settings.snapshot, known=known
    )
    candidates, unmatched = find_all_files(settings, config, files)
    site = make_site(config)
    shelf = Shelf(store, repr((settings.repo, settings.vocabulary)))
    reading = read_posts(
        candidates,
        repo=settings.repo,
        vocabulary=settings.vocabulary,
        url_of=lambda slug: url_of_uri(f"{settings.path}/posts/{slug}/index.md", site),
        find_headings=lambda text: find_host_headings(text, config),
        recall=shelf.recall_each,
    )
    shelf.finish()
    outside = publish_outside(
        reading.posts,
        candidates,
        root=root,
        path=settings.path,
        docs=shown_path(Path(config.docs_dir), root),
    )
    exclude_unreadable(candidates, files)
    logged = load_runs(
        reading.posts,
        Places(root=root, docs_dir=Path(config.docs_dir), find_url=_url_finder(files)),
    )
    return Sources(
        posts=reading.posts,
        snapshot=snapshot,
        outside=outside,
        diagnostics=(
            *broken,
            *unmatched,
            *reading.diagnostics,
            *outside.diagnostics,
            *logged.diagnostics,
        ),
        runs=logged.runs,
    )


def _url_finder(files: Files) -> Callable[[Path], str | None]:
    """Finds the address of a file that MkDocs copies to the site by itself."""

    @cache
    def find_published() -> dict[Path, str]:  # once, and only for logged runs
        return {
            Path(file.abs_src_path).resolve(): file.url
            for file in files
            if file.abs_src_path and file.inclusion is not InclusionLevel.EXCLUDED
        }

    return lambda path: find_published().get(path)
