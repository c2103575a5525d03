"""The journal's options inside `mkdocs.yml`, and how MkDocs' project becomes plain data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import markdown
import pathspec
from mkdocs.config.base import BaseConfigOption, Config, ValidationError, load_config
from mkdocs.exceptions import ConfigurationError
from mkdocs.structure.files import InclusionLevel, get_files

from journal_plugin.errors import ConfigError
from journal_plugin.outside import publish_outside
from journal_plugin.pages.page import Site, url_of_uri
from journal_plugin.reading import read_posts
from journal_plugin.settings import CHECKS, Settings
from journal_plugin.sources.logbook import flatten_toc
from journal_plugin.sources.outside import find_outside
from journal_plugin.sources.posts import PostFile
from journal_plugin.sources.snapshot import load_snapshot
from journal_plugin.vocabulary import find_suggestion

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from mkdocs.config.base import ConfigErrors, ConfigWarnings
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files

    from journal_plugin.errors import Diagnostic
    from journal_plugin.model import Post, Snapshot, SourceHeading
    from journal_plugin.outside import Outside


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
    outside: Outside
    """The pages of posts that lie outside `docs_dir`."""
    diagnostics: tuple[Diagnostic, ...]


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


def project_root(config: MkDocsConfig) -> Path:
    """The directory of `mkdocs.yml`."""
    return Path(config.config_file_path or "mkdocs.yml").resolve().parent


def load_sources(settings: Settings, config: MkDocsConfig, files: Files) -> Sources:
    """Read the posts among `files` and those of `post_sources`, and the snapshot.

    Raises:
        ConfigError: a glob is wrong.
    """
    root = project_root(config)
    snapshot, broken = load_snapshot(
        root / settings.snapshot, settings.all_repos, shown_as=settings.snapshot
    )
    found, unmatched = find_outside_files(settings, config)
    blog = _find_blog_posts(config)
    candidates = [
        *_site_files(settings, root, files, named=found, hidden=blog),
        *_outside_files(root, config, found),
    ]
    site = make_site(config)
    reading = read_posts(
        candidates,
        repo=settings.repo,
        vocabulary=settings.vocabulary,
        url_of=lambda slug: url_of_uri(f"{settings.path}/posts/{slug}/index.md", site),
        find_headings=lambda text: _host_headings(text, config),
    )
    outside = publish_outside(
        reading.posts,
        candidates,
        root=root,
        path=settings.path,
        docs=shown_path(Path(config.docs_dir), root),
    )
    _exclude_unreadable(candidates, files)
    findings = (*broken, *unmatched, *reading.diagnostics, *outside.diagnostics)
    return Sources(posts=reading.posts, snapshot=snapshot, outside=outside, diagnostics=findings)


def find_post_files(settings: Settings, root: Path, files: Files) -> Iterator[PostFile]:
    """All pages of the site that may be posts, and the files of `post_sources`."""
    found, _ = find_outside(root, settings.post_sources)
    yield from _site_files(settings, root, files, named=found)
    inside = {shown_path(Path(file.abs_src_path), root) for file in files if file.abs_src_path}
    yield from (_read_outside(root, path) for path in found if path not in inside)


def find_outside_files(
    settings: Settings, config: MkDocsConfig
) -> tuple[tuple[str, ...], tuple[Diagnostic, ...]]:
    """The files that `post_sources` names, below the project's root."""
    root = project_root(config)
    site_dir = shown_path(Path(config.site_dir), root)
    return find_outside(root, settings.post_sources, without=(site_dir, settings.snapshot))


def _site_files(
    settings: Settings,
    root: Path,
    files: Files,
    *,
    named: Collection[str],
    hidden: Collection[str] = (),
) -> Iterator[PostFile]:
    """The pages of the site, and the `hidden` ones, which a plugin shows again later."""
    try:
        spec = pathspec.GitIgnoreSpec.from_lines(settings.posts)
    except ValueError as error:
        msg = "posts"
        raise ConfigError(msg, f"got {list(settings.posts)}; {error}") from error
    for file in files.documentation_pages(inclusion=lambda _: True):
        path = file.abs_src_path
        shows = file.inclusion is not InclusionLevel.EXCLUDED or file.src_uri in hidden
        if path is None or file.generated_by or not shows:
            continue
        shown = shown_path(Path(path), root)
        text, failure, line = read_text(Path(path))
        yield PostFile(
            path=shown,
            text=text,
            src_uri=file.src_uri,
            url=file.url if file.url != "./" else "",
            matched=spec.match_file(file.src_uri) or shown in named,
            error=failure,
            error_line=line,
        )


def _outside_files(root: Path, config: MkDocsConfig, found: Iterable[str]) -> Iterator[PostFile]:
    """Files outside `docs_dir`; MkDocs reads those inside, or leaves them out on purpose."""
    docs = Path(config.docs_dir).resolve()
    for path in found:
        if not (root / path).absolute().is_relative_to(docs):
            yield _read_outside(root, path)


def _read_outside(root: Path, path: str) -> PostFile:
    text, error, line = read_text(root / path)
    return PostFile(
        path=path, text=text, src_uri=None, url="", matched=True, error=error, error_line=line
    )


def _find_blog_posts(config: MkDocsConfig) -> frozenset[str]:
    """The posts that Material's blog shows, which it hides from other plugins for a while."""
    blogs = (getattr(plugin, "blog", None) for plugin in config.plugins.values())
    return frozenset(post.file.src_uri for blog in blogs for post in getattr(blog, "posts", ()))


def _exclude_unreadable(candidates: Iterable[PostFile], files: Files) -> None:
    """Keep MkDocs from reading what cannot be read, because it would stop there."""
    for candidate in candidates:
        file = files.get_file_from_path(candidate.src_uri or "") if candidate.error else None
        if file:
            file.inclusion = InclusionLevel.EXCLUDED


def _host_headings(text: str, config: MkDocsConfig) -> Sequence[SourceHeading]:
    """The headings of a text with the anchors that the site's own Markdown gives them."""
    extensions = [name for name in config.markdown_extensions if isinstance(name, str)]
    converter = markdown.Markdown(extensions=extensions, extension_configs=config.mdx_configs)
    converter.convert(text)
    return flatten_toc(getattr(converter, "toc_tokens", ()))


def read_text(path: Path) -> tuple[str, str | None, int]:
    """A file's text, or why it cannot be read and the line at which that shows."""
    try:
        content = path.read_bytes()
    except (OSError, RuntimeError) as error:
        return "", getattr(error, "strerror", None) or str(error), 1
    try:
        return content.decode("utf-8"), None, 1
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        return "", f"byte 0x{content[error.start]:02x} is not UTF-8", line


def shown_path(path: Path, root: Path) -> str:
    """A path as messages show it: below the project's root, with forward slashes."""
    full = path.absolute()
    if not full.is_relative_to(root):
        full = path.resolve()
    return full.relative_to(root).as_posix() if full.is_relative_to(root) else full.as_posix()


def find_worst(findings: Iterable[Diagnostic]) -> str | None:
    """The worst severity among `findings`, or None."""
    order = ("info", "warning", "error")
    return max((finding.severity.value for finding in findings), key=order.index, default=None)
