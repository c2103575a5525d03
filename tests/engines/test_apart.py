"""Pages that no other plugin must see are written apart, and the site is the same either way."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.project import RECORDS, make_project, make_question, run_process
from tests.support.theme_site import assert_same_files, build_by_theme

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.engine

_CONFIG = """\
site_name: Test
site_url: https://journal.example/sub/
repo_url: https://github.com/lab/model
theme: {name: THEME, custom_dir: overrides}
hooks: [hook.py]
plugins:
  - search
  - gen-files: {scripts: [script.py]}
  - journal: {repo: lab/model, sync: never}
"""
_POST = (
    "---\ntitle: A post\ndate: 2026-01-06\nstatus: complete\nissues: [18]\n---\n# A post\n\n#24\n"
)
_QUESTIONS = tuple(
    make_question(number, body=f"Words of {number}, see #18.\n\n## Part {number}\n\nMore.\n")
    for number in range(30, 42)
)
_LIST = """\
{% extends "base.html" %}
{% block extrahead %}
{% if page and page.is_homepage %}{% for file in pages %}<meta name="at" content="{{ file.url }}">{% endfor %}{% endif %}
{% endblock %}
"""
_SCRIPT = """\
import mkdocs_gen_files

with mkdocs_gen_files.open("more.md", "w") as more:
    more.write("# More\\n\\n[Question](journal/issues/31.md#part-31)\\n")
"""
_LOOPS = "generated pages go through the loops of MkDocs: "


def _make(root: Path, *, hook: str = "", script: str = _SCRIPT, theme: str = "material") -> None:
    files = {
        "docs/posts/a.md": _POST,
        "docs/zebra.md": "# Last\n\nWords.\n",
        "overrides/main.html": _LIST,
        "hook.py": hook,
        "script.py": script,
    }
    config = _CONFIG.replace("THEME", theme)
    make_project(root, files, records=(*RECORDS, *_QUESTIONS), config=config)


def _build(root: Path, *options: str) -> str:
    """Build strictly; return the log."""
    done = run_process(
        root, "mkdocs", "build", "--strict", "-v", "-d", str(root / "site"), *options
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stderr


@pytest.mark.parametrize("theme", ["material", "mkdocs", "readthedocs"])
def test_the_site_is_the_same_without_the_loops(tmp_path: Path, theme: str) -> None:
    """Sitemap, search index in its order, lists of all pages, links to anchors: every file."""
    _make(tmp_path, theme=theme)
    assert _LOOPS not in _build(tmp_path)
    assert_same_files(tmp_path / "site", build_by_theme(tmp_path, tmp_path / "loops"))
    home = (tmp_path / "site" / "index.html").read_text(encoding="utf-8")
    assert '<meta name="at" content="journal/issues/31/">' in home


_LISTENERS = {
    "on_pre_page": "page, **_",
    "on_page_read_source": "page, **_",
    "on_page_markdown": "markdown, page, **_",
    "on_page_content": "html, page, **_",
    "on_page_context": "context, page, **_",
    "on_post_page": "output, page, **_",
}


@pytest.mark.parametrize("event", _LISTENERS)
def test_whoever_listens_to_pages_sees_all_of_them(tmp_path: Path, event: str) -> None:
    hook = f"import sys\ndef {event}({_LISTENERS[event]}):\n    print('SEEN', page.file.src_uri, file=sys.stderr)\n"
    _make(tmp_path, hook=hook)
    log = _build(tmp_path)
    assert f"{_LOOPS}hook.py listens to {event}" in log
    assert "SEEN journal/issues/31.md" in log
    assert "SEEN journal/pulls/24.md" in log


_OTHER_FILES = """\
from mkdocs.plugins import event_priority
from mkdocs.structure.files import Files


@event_priority(-500)
def on_files(files, config):
    return Files(files)
"""
_EDIT = _SCRIPT + 'mkdocs_gen_files.set_edit_path("journal/issues/31.md", "elsewhere.md")\n'


@pytest.mark.parametrize(
    ("hook", "script", "reason"),
    [
        (_OTHER_FILES, _SCRIPT, "a plugin has made another collection of files"),
        ("", _EDIT, "gen-files listens to on_page_content"),
    ],
)
def test_why_pages_are_not_written_apart(
    tmp_path: Path, hook: str, script: str, reason: str
) -> None:
    _make(tmp_path, hook=hook, script=script)
    assert _LOOPS + reason in _build(tmp_path)
    assert_same_files(tmp_path / "site", build_by_theme(tmp_path, tmp_path / "loops"))


def test_a_build_of_what_changed_goes_through_the_loops(tmp_path: Path) -> None:
    _make(tmp_path)
    assert f"{_LOOPS}only what changed is built" in _build_dirty(tmp_path)
    page = tmp_path / "site/journal/issues/31/index.html"
    assert "Words of 31" in page.read_text()
    record = tmp_path / ".journal/lab/model/31.json"
    record.write_text(record.read_text().replace("Words", "New words"))
    _build_dirty(tmp_path)
    assert "New words of 31" in page.read_text()


def _build_dirty(root: Path) -> str:
    """MkDocs itself warns of such builds, so this one is not strict."""
    done = run_process(root, "mkdocs", "build", "--dirty", "-v", "-d", str(root / "site"))
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stderr


_ASKS = """\
from mkdocs.plugins import event_priority

URI = "journal/issues/31.md"


@event_priority(-200)
def on_nav(nav, config, files):
    assert files.get_file_from_path(URI).page.url == "journal/issues/31/"


def on_env(env, config, files):
    page = files.get_file_from_path(URI).page
    assert "#31 Question 31" == page.title == page.meta["title"], page.title
    assert "Words of 31" in page.content
    assert [item.id for item in page.toc] == ["journal-title"]
    assert page in [file.page for file in files.documentation_pages()]
    page.meta["description"] = "told by a hook"
"""


def test_a_page_that_is_asked_for_is_there(tmp_path: Path) -> None:
    """Plugins may look at pages, and change them, without listening to their events."""
    _make(tmp_path, hook=_ASKS)
    assert _LOOPS not in _build(tmp_path)
    html = (tmp_path / "site/journal/issues/31/index.html").read_text(encoding="utf-8")
    assert 'content="told by a hook"' in html
    assert "Words of 31" in html


_READS = """\
import pathlib


def on_env(env, config, files):
    file = files.get_file_from_path("journal/issues/31.md")
    text = pathlib.Path(file.abs_src_path).read_text()
    assert text == file.content_string, text
    assert text.startswith("---\\n") and "#31 Question 31" in text, text
"""


def test_a_file_that_is_asked_for_is_there(tmp_path: Path) -> None:
    """Others are not written, but for those of the navigation, which MkDocs reads."""
    _make(tmp_path, hook=_READS)
    assert _LOOPS not in _build(tmp_path)
    (cache,) = tmp_path.glob(".cache/journal/pages/*/journal/issues")
    assert {path.name for path in cache.iterdir()} == {"31.md", "index.md"}


_REWRITES = """\
import pathlib


def on_env(env, config, files):
    file = files.get_file_from_path("journal/badges/a.json")
    path = pathlib.Path(file.abs_src_path)
    assert path.read_bytes() == file.content_bytes, file.content_bytes
    path.write_text("theirs")
    assert file.content_bytes == b"theirs", file.content_bytes
"""


def test_an_asset_that_is_asked_for_is_there(tmp_path: Path) -> None:
    """What a plugin writes into the file is what the site gets; others lie in the site alone."""
    _make(tmp_path, hook=_REWRITES)
    _build(tmp_path)
    (cache,) = tmp_path.glob(".cache/journal/pages/*/journal/badges")
    assert [path.name for path in cache.iterdir()] == ["a.json"]
    badges = tmp_path / "site/journal/badges"
    assert (badges / "a.json").read_text(encoding="utf-8") == "theirs"
    assert (badges / "a.svg").read_text(encoding="utf-8").startswith("<svg")


def test_links_to_pages_and_anchors_are_checked(tmp_path: Path) -> None:
    _make(tmp_path, script=_SCRIPT.replace("#part-31", "#part-99"))
    config = tmp_path / "mkdocs.yml"
    strict = "validation: {links: {anchors: warn}}\n"
    config.write_text(config.read_text(encoding="utf-8") + strict, encoding="utf-8")
    done = run_process(tmp_path, "mkdocs", "build", "--strict")
    assert done.returncode == 1
    assert "does not contain an anchor '#part-99'" in done.stderr


_BUILDS_ANOTHER = """\
import subprocess, sys


def on_env(env, config, files):
    if config.config_file_path.endswith("mkdocs.yml"):
        command = ["build", "-q", "-f", "other.yml", "-d", "other"]
        subprocess.run([sys.executable, "-m", "mkdocs", *command], check=True)
"""


def test_two_sites_of_a_folder_are_built_at_the_same_time(tmp_path: Path) -> None:
    """One is built between the moment when the other's files are made and when they are copied."""
    _make(tmp_path, hook=_BUILDS_ANOTHER)
    for number in range(60):  # small files do not lie on the disk
        text = _POST.replace("A post", f"Post {number} " + "of many words " * 20)
        (tmp_path / f"docs/posts/more-{number}.md").write_text(text, encoding="utf-8")
    other = "INHERIT: mkdocs.yml\nsite_url: https://other.example/\n"
    (tmp_path / "other.yml").write_text(other, encoding="utf-8")
    _build(tmp_path)
    for name in ("feed.xml", "feed.json", "llms.txt", "journal.json"):
        for site, own, foreign in (
            ("site", "https://journal.example/sub/", "https://other.example/"),
            ("other", "https://other.example/", "https://journal.example/sub/"),
        ):
            text = (tmp_path / site / "journal" / name).read_text(encoding="utf-8")
            assert len(text) > 16_384
            assert foreign not in text
            assert own in text or name == "journal.json"


_OWN_SITEMAP = (
    "{% for file in pages %}{{ file.src_uri }} {{ file.url }} {{ file.page.title }} "
    "{{ file.page.meta.title }} {{ file.page.canonical_url }} {{ file.page.update_date }}\n"
    "{% endfor %}"
)
_COUNTS = """\
known = []


def on_env(env, config, files):
    known.append(files)


def on_post_build(config):
    ours = [f for f in known[0].documentation_pages() if f.src_uri.startswith("journal/")]
    assert all(type(file).__name__ == "GeneratedFile" for file in ours)
    print("PAGES", sum(file.has_page for file in ours), "of", len(ours))
"""


def test_a_site_map_of_a_theme_may_ask_for_more(tmp_path: Path) -> None:
    _make(tmp_path)
    (tmp_path / "overrides" / "sitemap.xml").write_text(_OWN_SITEMAP, encoding="utf-8")
    _build(tmp_path)
    assert_same_files(tmp_path / "site", build_by_theme(tmp_path, tmp_path / "loops"))
    text = (tmp_path / "site" / "sitemap.xml").read_text(encoding="utf-8")
    assert (
        "journal/issues/31.md journal/issues/31/ #31 Question 31 #31 Question 31 https://" in text
    )


def test_the_site_map_needs_no_page_of_mkdocs(tmp_path: Path) -> None:
    """Nor does its date when it is compressed."""
    _make(tmp_path, hook=_COUNTS)
    done = run_process(tmp_path, "mkdocs", "build", "--strict")
    assert done.returncode == 0, done.stderr
    _, few, _, many = done.stdout.split()
    assert int(few) < int(many) * 0.8
