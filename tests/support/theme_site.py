"""The same site with every page rendered by the theme itself, to compare the fast pages with."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tests.support.project import run_process

if TYPE_CHECKING:
    from pathlib import Path

_HOOK = """\
import jinja2
from mkdocs.plugins import event_priority
from mkdocs.structure.pages import Page


@event_priority(-200)
def on_nav(nav, config, files):
    for file in files.documentation_pages():
        if type(file.page).__name__ == "GeneratedPage":
            Page(None, file, config)


def on_page_content(html, **_):
    return html


@event_priority(-200)
def on_env(env, config, files):
    env.template_class = jinja2.Template
    env.cache.clear()
"""
"""Undoes what the journal does to be fast: it listens, so that all pages go through MkDocs' loops,
and puts MkDocs' own pages and templates back."""


def build_by_theme(project: Path, target: Path, *, config: str = "mkdocs.yml") -> Path:
    """Build `project` into `target` without any fast path; return `target`."""
    hook = project / "by_theme_hook.py"
    hook.write_text(_HOOK, encoding="utf-8")
    slow = project / f"by-theme-{config}"
    own = (project / config).read_text(encoding="utf-8")
    slow.write_text(f"INHERIT: {config}\nhooks: [{hook.name}]\n", encoding="utf-8")
    if "hooks:" in own:
        text = own.replace("hooks: [", f"hooks: [{hook.name}, ")
        slow.write_text(text, encoding="utf-8")
    done = run_process(project, "mkdocs", "build", "-q", "-f", str(slow), "-d", str(target))
    assert done.returncode == 0, done.stderr
    return target


def assert_same_files(site: Path, other: Path) -> None:
    """Both sites have the same files with the same bytes."""
    names = {path.relative_to(site) for path in site.rglob("*") if path.is_file()}
    assert names == {path.relative_to(other) for path in other.rglob("*") if path.is_file()}
    assert [str(n) for n in sorted(names) if _read(site / n) != _read(other / n)] == []


def _read(path: Path) -> bytes:
    """The file; MkDocs' own theme writes the time of the build into the home page."""
    return re.sub(rb"Build Date UTC : .*", b"", path.read_bytes())
