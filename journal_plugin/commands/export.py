"""`journal export`: the docs with the journal in them, as plain files for any engine."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click
import markdown
import yaml
from mkdocs.structure.files import get_files

from journal_plugin.commands.load import build_from
from journal_plugin.commands.options import config_file_option, examples, print_note
from journal_plugin.config import load_project
from journal_plugin.errors import ConfigError, OutputError
from journal_plugin.export import export_pages, export_post
from journal_plugin.export_links import make_export, relocate_links
from journal_plugin.formats import dump_json
from journal_plugin.host_files import group_posts
from journal_plugin.own_assets import ASSETS, SCRIPTS, STYLES, load_own_assets
from journal_plugin.sources.frontmatter import load_front_matter
from journal_plugin.writer import save_file

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from journal_plugin.build import Build
    from journal_plugin.config import Project
    from journal_plugin.export_links import Export
    from journal_plugin.model import Post
    from journal_plugin.outside import Outside

MANIFEST = ".journal-export.json"
"""Names the files of an export, so that the next one can remove what is stale."""


@click.command()
@click.option(
    "--out",
    required=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="Directory to write to; it becomes the `docs_dir` of another engine.",
)
@config_file_option
@examples("journal export --out exported", "journal export --out ../site/content")
def export(*, out: Path, config_file: Path | None) -> None:
    """Write the docs with the journal in them as plain files for any engine.

    The directory then holds all files of your docs, with headers, footers and links in the posts,
    and the pages of the journal as Markdown with blocks of HTML. Your own docs stay as they are.
    """
    project = load_project(config_file)
    sources = project.load_sources()
    build = build_from(project, sources)
    docs = Path(project.config.docs_dir).resolve()
    target = out.resolve()
    if target.is_relative_to(docs) or docs.is_relative_to(target):
        option = "--out"
        raise ConfigError(option, f"{out} overlaps with docs_dir; choose a directory apart from it")
    old = _load_manifest(target, out)
    contents = dict(_contents(project, build, sources.outside))
    for uri, content in contents.items():
        save_file(target, uri, content)
    _remove(target, old - contents.keys())
    save_file(target, MANIFEST, dump_json(sorted(contents)))
    pages = sum(uri.endswith(".md") for uri in contents)
    print_note(f"Wrote {pages} pages and {len(contents) - pages} other files to {out}")
    print_note("Build it with a configuration that has:")
    print_note(_advice(project, out))


def _advice(project: Project, out: Path) -> str:
    """The lines that the other engine's configuration needs."""
    journal = f"{project.settings.path}/index.md"
    lists = {
        "extra_css": [f"{ASSETS}/{name}" for name in STYLES],
        "extra_javascript": [f"{ASSETS}/{name}" for name in SCRIPTS],
        "nav": [{"Journal": journal}],
    }
    return yaml.safe_dump({"docs_dir": out.as_posix(), **lists}, sort_keys=False).rstrip()


def _contents(project: Project, build: Build, outside: Outside) -> Iterator[tuple[str, bytes]]:
    """All files by address; a file of the author's own wins over a generated one."""
    own = {file.src_uri: file for file in get_files(project.config) if file.abs_src_path}
    for asset in (*export_pages(build), *load_own_assets()):
        if asset.uri not in own:
            yield asset.uri, asset.content
    addresses = {file.url: uri for uri, file in own.items() if file.is_documentation_page()}
    made = make_export(build, make_renderer(project), addresses, outside.links)
    posts = group_posts(build.journal.posts)
    for uri, path in outside.files.items():
        yield uri, path.read_bytes()
    for uri, content in outside.pages.items():
        yield uri, _page(made, uri, posts.get(uri, []), content)
    for uri, file in own.items():
        content = Path(str(file.abs_src_path)).read_bytes()
        is_page = file.is_documentation_page()
        yield uri, _page(made, uri, posts.get(uri, []), content) if is_page else content


def _page(made: Export, uri: str, posts: Sequence[Post], content: bytes) -> bytes:
    """A page of the author's own, with what the journal adds to its posts."""
    if not posts:
        text = content.decode("utf-8", "surrogateescape")
        return relocate_links(made, uri, text).encode("utf-8", "surrogateescape")
    text = content.decode("utf-8", "replace")
    return export_post(made, uri, posts, text, load_front_matter(text, uri).meta)


def make_renderer(project: Project) -> Callable[[str], str]:
    """The site's own Markdown, as MkDocs sets it up for a page."""
    config = project.config
    engine = markdown.Markdown(
        extensions=config.markdown_extensions, extension_configs=config.mdx_configs or {}
    )

    def render(text: str) -> str:
        engine.reset()
        return engine.convert(text)

    return render


def _load_manifest(target: Path, out: Path) -> set[str]:
    """Files of the last export; an error if the directory holds something else."""
    path = target / MANIFEST
    if path.is_file():
        return _parse_manifest(path, out)
    if target.is_dir() and any(target.iterdir()):
        option = "--out"
        raise ConfigError(option, f"{out} is not empty and not an earlier export")
    return set()


def _parse_manifest(path: Path, out: Path) -> set[str]:
    try:
        names = json.loads(path.read_bytes())
    except (ValueError, RecursionError) as error:
        name = f"{out}/{MANIFEST}"
        raise OutputError(name, f"is not JSON ({error}); remove {out}") from error
    return {name for name in names if isinstance(name, str)} if isinstance(names, list) else set()


def _remove(target: Path, stale: set[str]) -> None:
    for uri in sorted(stale):
        path = target if "\0" in uri else (target / uri).resolve()
        if path.is_relative_to(target) and path.is_file():
            path.unlink()
