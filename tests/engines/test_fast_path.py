"""Pages that are filled in are, byte for byte, the pages that the theme makes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.conftest import run_mkdocs
from tests.support.dumps import load_dump
from tests.support.project import run_code
from tests.support.real_site import make_real_site
from tests.support.theme_site import assert_same_files, build_by_theme

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.engine

_PLAIN = """\
site_name: Journal
site_url: https://journal.example/sub/
theme: {name: THEME, custom_dir: overrides}
plugins: [search, {journal: {repo: REPO, sync: never}}]
"""
_LEFT = "are left to the theme"
_FILLED = "are filled in"
_UNUSED = "{% block extrahead %}<!-- nothing -->{% endblock %}"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A journal over 85 real records."""
    make_real_site("quic-datagram", tmp_path)
    (tmp_path / "overrides").mkdir()
    return tmp_path


def _configure(project: Path, override: str, *, theme: str = "material", more: str = "") -> None:
    repo = load_dump("quic-datagram")[0]
    config = _PLAIN.replace("REPO", repo).replace("THEME", theme) + more
    (project / "mkdocs.yml").write_text(config, encoding="utf-8")
    main = '{% extends "base.html" %}\n' + override
    (project / "overrides" / "main.html").write_text(main, encoding="utf-8")


def _compare(project: Path) -> str:
    """Build both ways, compare every file, return the log of the fast build."""
    fast = project / "fast"
    done = run_mkdocs(project, "build", "--strict", "-v", "--site-dir", str(fast))
    assert done.returncode == 0, done.stderr[-3000:]
    slow = build_by_theme(project, project / "slow")
    assert len(list(fast.rglob("*.html"))) > 85
    assert_same_files(fast, slow)
    return done.stderr


@pytest.mark.parametrize("theme", ["material", "mkdocs"])
def test_filled_pages_are_the_themes_pages(project: Path, theme: str) -> None:
    _configure(project, _UNUSED, theme=theme)
    log = _compare(project)
    assert _FILLED in log
    assert _LEFT not in log


def test_a_theme_that_reads_more_of_a_page_is_left_alone(project: Path) -> None:
    """The theme `readthedocs` prints titles as JSON."""
    _configure(project, _UNUSED, theme="readthedocs")
    log = _compare(project)
    assert "filter tojson" in log
    assert _FILLED not in log


@pytest.mark.parametrize(
    "override",
    [
        pytest.param("{{ page.title | e }} {{ page.title | striptags | e }}", id="filters"),
        pytest.param("{{ 'issues' if page.title == 'Issues' }}", id="comparison"),
        pytest.param("{% if '#1' in page.title %}one{% endif %}", id="decision"),
        pytest.param("{{ 'journal/issues/2/' | url }} {{ base_url }}", id="link-to-a-sibling"),
        pytest.param("{% for item in page.toc %}{{ item.title }}{% endfor %}", id="contents"),
        pytest.param("{{ page.canonical_url }} {{ page.url }}", id="addresses"),
    ],
)
def test_overrides_are_honoured(project: Path, override: str) -> None:
    _configure(project, "{% block extrahead %}" + override + "{% endblock %}")
    assert _FILLED in _compare(project)


@pytest.mark.parametrize(
    ("override", "reason"),
    [
        ("{{ page.file.src_uri }}", "page.file"),
        ("{{ page.title | upper }}", "filter upper"),
        ("{{ page.title | length }}", "filter length"),
        ("{{ page.url.split('/')[2] }}", "split()"),
        ("{{ page.content[:40] }}", "apart"),
    ],
)
def test_what_cannot_be_filled_in_is_left_and_said(
    project: Path, override: str, reason: str
) -> None:
    _configure(
        project, "{% block extrahead %}{% if page %}" + override + "{% endif %}{% endblock %}"
    )
    log = _compare(project)
    assert reason in next(line for line in log.splitlines() if _LEFT in line)
    assert "WARNING" not in log


_FUNCTIONS = """\
import re
import jinja2


def find(text):
    return "one" if re.search("#1", str(text)) else ""


@jinja2.pass_context
def look(context):
    return find(context["page"].title)


def on_env(env, config, files):
    env.globals.update(find=find, find_in=lambda page: find(page.title), look=look)
    env.globals["count"] = lambda items: sum(bool(find(item.title)) for item in items)
    env.tests["first"] = find
"""


@pytest.mark.parametrize(
    ("override", "reason"),
    [
        ("{{ find(page.title) }}", "find()"),
        ("{{ find('a ' ~ page.title) }}", "find()"),
        ("{{ find(text=page.title) }}", "find()"),
        ("{{ find([page.title]) }}", "find()"),
        ("{{ find({'title': page.title}) }}", "find()"),
        ("{{ find_in(page) }}", "<lambda>()"),
        ("{{ count(page.toc) }}", "<lambda>()"),
        ("{{ look() }}", "look()"),
        ("{% import 'own.html' as own %}{{ own.mark(page.title) }}", "find()"),
        ("{{ 'one' if page.title is first }}", "test first"),
        ("{{ 'one' if 'Issue #1 of many'.find(page.title) >= 0 }}", "find()"),
    ],
)
def test_functions_of_a_hook_see_each_title(project: Path, override: str, reason: str) -> None:
    """They are code, which reads a text without a stand-in's knowledge."""
    block = "{% block extrahead %}{% if page %}[" + override + "]{% endif %}{% endblock %}"
    _configure(project, block, more="hooks: [hook.py]\n")
    (project / "hook.py").write_text(_FUNCTIONS, encoding="utf-8")
    own = "{% macro mark(title) %}{{ find(title) }}{% endmacro %}"
    (project / "overrides" / "own.html").write_text(own, encoding="utf-8")
    log = _compare(project)
    assert reason in next(line for line in log.splitlines() if _LEFT in line)


def test_macros_and_functions_without_a_value_are_no_obstacle(project: Path) -> None:
    override = (
        "{% macro twice(title) %}{{ title }}{{ title }}{% endmacro %}{% block extrahead %}"
        "{% if page %}{{ twice(page.title) }}{{ find('#1') }}{% endif %}{% endblock %}"
    )
    _configure(project, override, more="hooks: [hook.py]\n")
    (project / "hook.py").write_text(_FUNCTIONS, encoding="utf-8")
    assert _FILLED in _compare(project)


_HOOK = """\
from mkdocs.plugins import event_priority


def on_page_markdown(markdown, page, **_):
    page.meta["revision"] = REVISION


@event_priority(-100)
def on_page_content(html, page, **_):
    return html + f"<!-- seen {page.file.src_uri} -->"


def on_page_context(context, page, **_):
    context["stamp"] = STAMP
    return context


def on_post_page(output, page, **_):
    return output.replace("</body>", f"<!-- {page.url} --></body>")
"""


@pytest.mark.parametrize(
    ("revision", "stamp"),
    [
        pytest.param("'today'", "'same'", id="same-for-all"),
        pytest.param("page.file.name", "'same'", id="front-matter"),
        pytest.param("'today'", "len(page.content)", id="context"),
    ],
)
def test_other_plugins_see_and_change_every_page(project: Path, revision: str, stamp: str) -> None:
    seen = "{% if page %}{{ page.meta.revision }} {{ stamp }}{% endif %}"
    override = "{% block extrahead %}" + seen + "{% endblock %}"
    _configure(project, override, more="hooks: [hook.py]\n")
    hook = _HOOK.replace("REVISION", revision).replace("STAMP", stamp)
    (project / "hook.py").write_text(hook, encoding="utf-8")
    _compare(project)
    page = (project / "fast" / "journal" / "issues" / "1" / "index.html").read_text()
    assert "<!-- seen journal/issues/1.md -->" in page
    assert "<!-- journal/issues/1/ --></body>" in page


def test_addresses_without_folders(project: Path) -> None:
    _configure(project, _UNUSED, more="use_directory_urls: false\n")
    _compare(project)


def test_links_to_anchors_of_generated_pages_are_checked(project: Path) -> None:
    _configure(project, _UNUSED, more="validation: {links: {anchors: warn}}\n")
    index = project / "docs" / "index.md"
    index.write_text("# Home\n\n[Comments](journal/issues/1.md#comments)\n", encoding="utf-8")
    good = run_mkdocs(project, "build", "--strict", "--site-dir", str(project / "fast"))
    index.write_text("# Home\n\n[Nothing](journal/issues/1.md#nothing)\n", encoding="utf-8")
    bad = run_mkdocs(project, "build", "--strict", "--site-dir", str(project / "fast"))
    page = (project / ".journal").rglob("1.json")
    assert json.loads(next(page).read_text())["comments"]
    assert (good.returncode, bad.returncode) == (0, 1), good.stderr + bad.stderr
    assert "#nothing" in bad.stderr


_SERVE = """\
import json, pathlib, shutil
from mkdocs.commands.build import build
from mkdocs.config import load_config

post = pathlib.Path("docs/posts/notes.md")
rendered, pages = [], []
for text in ("", "A new line."):
    post.write_text(post.read_text() + text)
    config = load_config("mkdocs.yml")
    if not rendered:
        config.plugins.on_startup(command="serve", dirty=False)
    build(config)
    rendered.append(config.plugins["journal"]._stores.renderer.rendered)
    pages.append(pathlib.Path(config.site_dir, "posts/notes/index.html").read_text())
    shutil.rmtree(".cache")
print(json.dumps([rendered, "A new line." in pages[0], "A new line." in pages[1]]))
"""


def test_serve_renders_no_record_again(project: Path) -> None:
    """As `mkdocs serve` does: the configuration is loaded anew, the plugin stays."""
    _configure(project, _UNUSED)
    done = run_code(project, _SERVE)
    assert done.returncode == 0, done.stderr
    rendered, before, after = json.loads(done.stdout.splitlines()[-1])
    assert rendered == [85 + 3, 85 + 3 + 1], "records and posts, then the changed post alone"
    assert (before, after) == (False, True)
