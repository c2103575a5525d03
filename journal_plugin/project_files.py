"""Which files of a project may be posts, as MkDocs and the disk have them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import markdown
import pathspec
from mkdocs.structure.files import InclusionLevel

from journal_plugin.errors import ConfigError
from journal_plugin.sources.logbook import flatten_toc
from journal_plugin.sources.outside import find_folders, find_outside
from journal_plugin.sources.posts import PostFile

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files

    from journal_plugin.errors import Diagnostic
    from journal_plugin.model import Heading
    from journal_plugin.settings import Settings


def project_root(config: MkDocsConfig) -> Path:
    """The directory of `mkdocs.yml`."""
    return Path(config.config_file_path or "mkdocs.yml").resolve().parent


def find_all_files(
    settings: Settings, config: MkDocsConfig, files: Files
) -> tuple[list[PostFile], tuple[Diagnostic, ...]]:
    """All pages of the site and the files of `post_sources`, and what is wrong with the globs.

    Raises:
        ConfigError: a glob is wrong.
    """
    root = project_root(config)
    site_dir = shown_path(Path(config.site_dir), root)
    found, findings = find_outside(
        root, settings.post_sources, without=(site_dir, settings.snapshot)
    )
    blog = _find_blog_posts(config)
    pages = _site_files(settings, root, files, named=found, hidden=blog)
    return [*pages, *_outside_files(root, config, found)], findings


def find_source_folders(settings: Settings, config: MkDocsConfig) -> tuple[Path, ...]:
    """The folders in which new files of `post_sources` could appear."""
    root = project_root(config)
    ours = (config.docs_dir, config.site_dir, str(root / settings.snapshot))
    without = {shown_path(Path(path), root) for path in ours}
    return find_folders(root, settings.post_sources, without=without)


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


def exclude_unreadable(candidates: Iterable[PostFile], files: Files) -> None:
    """Keep MkDocs from reading what cannot be read, because it would stop there."""
    for candidate in candidates:
        file = files.get_file_from_path(candidate.src_uri or "") if candidate.error else None
        if file:
            file.inclusion = InclusionLevel.EXCLUDED


def find_host_headings(text: str, config: MkDocsConfig) -> Sequence[Heading]:
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
