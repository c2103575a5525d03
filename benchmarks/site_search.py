"""The search index that Material makes by default of a journal's pages.

By default it takes the whole content of each page apart, section by section. The journal shows it
one entry for each page instead; here a hook gives it the page back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from site_content import ROOT  # the path to the project comes with it

from tests.support.project import run_process

if TYPE_CHECKING:
    from pathlib import Path

_HOOK = """\
from mkdocs.plugins import event_priority

seen = {}


@event_priority(-200)
def on_page_content(html, page, **_):
    seen[page.file.src_uri] = html, page.title, page.meta


# After the journal (50) has put its entry there, and before the search plugin (0) reads the page.
@event_priority(25)
def on_page_context(context, page, **_):
    page.content, page.title, page.meta = seen.pop(page.file.src_uri)


def on_nav(nav, config, files):
    from mkdocs.structure.pages import Page

    for file in files.documentation_pages():
        if type(file.page).__name__ == "GeneratedPage":
            Page(None, file, config)
"""
"""It listens to events of pages, so all pages go through the loops of MkDocs."""


def index_by_default(project: Path, target: Path) -> Path:
    """Build `project` into `target` with Material's own search; return `target`."""
    assert ROOT.is_dir()  # noqa: S101 - a script
    hook = project / "default_search_hook.py"
    hook.write_text(_HOOK, encoding="utf-8")
    config = project / "default-search.yml"
    config.write_text(f"INHERIT: mkdocs.yml\nhooks: [{hook.name}]\n", encoding="utf-8")
    done = run_process(project, "mkdocs", "build", "-q", "-f", str(config), "-d", str(target))
    assert done.returncode == 0, done.stderr  # noqa: S101 - same
    return target
