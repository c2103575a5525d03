"""Pages that did not change are left as they stand, and a site built again is what it would be."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from journal_plugin.cache import Cache
from journal_plugin.standing import Note, Standing
from tests.support.project import (
    RECORDS,
    find_environment,
    make_project,
    make_question,
    run_code,
    run_process,
)
from tests.support.theme_site import assert_same_files

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

pytestmark = pytest.mark.engine

_CONFIG = """\
site_name: Test
site_url: https://journal.example/sub/
theme: {name: material, custom_dir: overrides}
hooks: [hook.py]
plugins: [search, {journal: {repo: lab/model, sync: never}}]
"""
_POST = "---\ntitle: A post\ndate: 2026-01-06\nstatus: complete\nissues: [18]\n---\n# A post\n\nSee #24.\n"
_QUESTIONS = tuple(
    make_question(number, body=f"Words of {number}.\n\n## Part {number}\n\nMore.\n")
    for number in range(30, 36)
)
_PAGE = "site/journal/issues/31/index.html"
_HIDDEN = ".journal-of-the-last-build"


def _make(root: Path) -> None:
    files = {
        "docs/posts/a.md": _POST,
        "docs/posts/b.md": _POST.replace("A post", "Another").replace("18", "30"),
        "overrides/main.html": '{% extends "base.html" %}\n',
        "hook.py": "",
    }
    make_project(root, files, records=(*RECORDS, *_QUESTIONS), config=_CONFIG)


def _build(root: Path, target: str = "site", *options: str) -> None:
    done = run_process(root, "mkdocs", "build", "-d", str(root / target), *options)
    assert done.returncode == 0, done.stderr[-3000:]


def _replace(root: Path, name: str, old: str, new: str) -> None:
    path = root / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def _configure(old: str, new: str) -> Callable[[Path], None]:
    return lambda root: _replace(root, "mkdocs.yml", old, new)


def _record(number: int) -> str:
    return f".journal/lab/model/{number}.json"


def _assert_right(root: Path) -> None:
    """The site is what the first build of all makes, and nothing hidden is left."""
    (root / ".cache").rename(root / "kept")
    _build(root, "fresh")
    shutil.rmtree(root / ".cache", ignore_errors=True)
    (root / "kept").rename(root / ".cache")
    assert_same_files(root / "site", root / "fresh")
    assert [path.name for path in (root / "site").iterdir() if path.name[0] == "."] == []


def _assert_stands(root: Path, change: Callable[[Path], object] = lambda _: None) -> None:
    """A build after `change` leaves the page of issue 31 as it stands, and all are right."""
    before = _age(root)
    change(root)
    _build(root)
    assert _age(root) == before
    _assert_right(root)


def _age(root: Path) -> tuple[int, int]:
    about = (root / _PAGE).stat()
    return about.st_ino, about.st_mtime_ns


_ELSEWHERE: dict[str, Callable[[Path], object]] = {
    "nothing": lambda _: None,
    "post-changed": lambda root: _replace(root, "docs/posts/a.md", "See #24", "See #21"),
    "post-added": lambda root: (root / "docs/posts/c.md").write_text("# New\n\nSee #18.\n"),
    "post-removed": lambda root: (root / "docs/posts/b.md").unlink(),
    "record-changed": lambda root: _replace(root, _record(18), "Mode collapse", "Another title"),
    "record-removed": lambda root: (root / _record(33)).unlink(),
    "record-added": lambda root: (root / _record(40)).write_text(
        json.dumps({**_QUESTIONS[0], "number": 40})
    ),
}


@pytest.mark.parametrize("change", _ELSEWHERE.values(), ids=_ELSEWHERE)
def test_a_page_stands_when_something_else_changes(
    tmp_path: Path, change: Callable[[Path], object]
) -> None:
    _make(tmp_path)
    _build(tmp_path)
    _assert_stands(tmp_path, change)


def test_what_was_changed_in_the_site_by_hand_is_written_again(tmp_path: Path) -> None:
    def harm(root: Path) -> None:
        journal = root / "site/journal"
        (journal / "issues/30/index.html").unlink()
        os.truncate(journal / "issues/32/index.html", 99)
        _replace(journal, "issues/33/index.html", "Words", "Sword")
        (journal / "issues/34/index.html").unlink()
        (journal / "issues/34/index.html").symlink_to(root / "docs/index.md")
        (journal / "issues/31/more.txt").write_text("more")
        (journal / "issues/99/index.html").mkdir(parents=True)
        (journal / "out").symlink_to(root / "docs")

    _make(tmp_path)
    _build(tmp_path)
    _assert_stands(tmp_path, harm)
    assert (tmp_path / "docs/index.md").read_text() == "# Home\n", "a link was followed"


_THEME: dict[str, Callable[[Path], object]] = {
    "option": _configure("custom_dir: overrides", "custom_dir: overrides, palette: {primary: red}"),
    "nav": _configure("hooks:", "nav: [{Start: index.md}]\nhooks:"),
    "site-name": _configure("site_name: Test", "site_name: Other"),
    "site-url": _configure("journal.example", "other.example"),
    "override": lambda root: (root / "overrides/main.html").write_text(
        '{% extends "base.html" %}{% block extrahead %}<!-- new -->{% endblock %}'
    ),
    "override-of-short-contents": lambda root: (root / "overrides/main.html").write_text(
        '{% extends "base.html" %}{% block extrahead %}'
        "{% if page and (page.toc | first).children | length == 1 %}<!-- one -->{% endif %}{% endblock %}"
    ),
    "extra-css": _configure("hooks:", "extra_css: [more.css]\nhooks:"),
    "language": _configure("name: material", "name: material, language: de"),
    "theme": _configure("name: material", "name: mkdocs"),
    "addresses": _configure("hooks:", "use_directory_urls: false\nhooks:"),
    "insights": _configure("sync: never", "sync: never, insights: false"),
    "feeds": _configure("sync: never", "sync: never, feeds: false"),
    "path": _configure("sync: never", "sync: never, path: log/book"),
    "listener": lambda root: (root / "hook.py").write_text(
        "def on_post_page(output, **_):\n    return output + '<!-- seen -->'\n"
    ),
    "environment": lambda root: (root / "hook.py").write_text(
        "def on_env(env, **_):\n    env.globals['lang'] = None\n    env.filters['url'] = str\n"
    ),
    "disabled": _configure("sync: never", "sync: never, enabled: false"),
}


@pytest.mark.parametrize("change", _THEME.values(), ids=_THEME)
def test_pages_are_new_when_the_site_around_them_changes(
    tmp_path: Path, change: Callable[[Path], object]
) -> None:
    _make(tmp_path)
    _build(tmp_path)
    change(tmp_path)
    _build(tmp_path)
    _assert_right(tmp_path)


_PARTS = {40: 2, 41: 2, 42: 3, 43: 4, 44: 4}
"""How many parts the bodies of some records have; one stands alone between others."""
_BY_NUMBER = (
    '{% extends "base.html" %}{% block extrahead %}'
    "{% if page and (page.toc | first).children | length in (2, 3) %}<!-- {{ config.extra.say }} -->"
    "{% endif %}{% endblock %}"
)


@pytest.mark.parametrize("change", ["template", "configuration"])
def test_a_theme_may_count_headings(tmp_path: Path, change: str) -> None:
    """Of forms that differ in the number of headings, not all are tried in each build."""
    _make(tmp_path)
    for number, parts in _PARTS.items():
        body = "".join(f"## Part {part} of {number}\n\nMore.\n" for part in range(parts))
        (tmp_path / _record(number)).write_text(json.dumps(make_question(number, body=body)))
    if change == "configuration":
        (tmp_path / "overrides/main.html").write_text(_BY_NUMBER)
    _configure("hooks:", "extra: {say: one}\nhooks:")(tmp_path)
    _build(tmp_path)
    _build(tmp_path)
    pages = [tmp_path / f"site/journal/issues/{number}/index.html" for number in (31, *_PARTS)]
    before = [page.stat().st_mtime_ns for page in pages]
    _build(tmp_path)
    assert [page.stat().st_mtime_ns for page in pages] == before
    (tmp_path / "overrides/main.html").write_text(_BY_NUMBER)
    _configure("say: one", "say: two")(tmp_path)
    _build(tmp_path)
    assert ["<!-- two -->" in page.read_text() for page in pages] == [
        _PARTS.get(number) in (2, 3) for number in (31, *_PARTS)
    ]
    _assert_right(tmp_path)


def test_a_filter_of_the_site_is_asked_in_each_build(tmp_path: Path) -> None:
    """What it makes of a constant may come from a file, such as the version of a style sheet."""
    _make(tmp_path)
    (tmp_path / "hook.py").write_text(
        "import pathlib\n"
        "def on_env(env, **_):\n"
        "    env.filters['own'] = lambda name: pathlib.Path('own.txt').read_text() + name\n"
    )
    (tmp_path / "overrides/main.html").write_text(
        '{% extends "base.html" %}{% block extrahead %}<!-- {{ "a" | own }} -->{% endblock %}'
    )
    for version in ("1", "2"):
        (tmp_path / "own.txt").write_text(version)
        _build(tmp_path)
        assert f"<!-- {version}a -->" in (tmp_path / _PAGE).read_text()
    _assert_right(tmp_path)


def test_a_file_of_the_author_does_not_stay_where_a_page_belongs(tmp_path: Path) -> None:
    """MkDocs copies files before it writes pages."""
    _make(tmp_path)
    _build(tmp_path)
    file = tmp_path / "docs" / _PAGE.removeprefix("site/")
    file.parent.mkdir(parents=True)
    file.write_text("mine")
    _build(tmp_path)
    _assert_right(tmp_path)


_FULL_DISK = """\
import resource, sys
from journal_plugin.standing import write_page

resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))
write_page(sys.argv[1], b"x" * 150, 1)
"""


def test_half_a_page_is_an_error(tmp_path: Path) -> None:
    done = run_code(tmp_path, _FULL_DISK, str(tmp_path / "page" / "index.html"))
    assert "OSError" in done.stderr


def test_a_page_that_was_written_again_stands_the_next_time(tmp_path: Path) -> None:
    _make(tmp_path)
    _build(tmp_path)
    before = _age(tmp_path)
    _replace(tmp_path, _record(31), "Words", "New words")
    _build(tmp_path)
    assert _age(tmp_path) != before
    _assert_stands(tmp_path)
    _assert_stands(tmp_path, lambda root: (root / _PAGE).with_name("more.txt").write_text("more"))


def test_a_page_that_the_theme_must_render_stands_with_the_same_bytes(tmp_path: Path) -> None:
    """No page of the theme `readthedocs` can be filled in."""
    _make(tmp_path)
    _configure("name: material", "name: readthedocs")(tmp_path)
    _build(tmp_path)
    before = _age(tmp_path)
    _assert_stands(tmp_path)
    _configure("site_name: Test", "site_name: Other")(tmp_path)
    _build(tmp_path)
    assert _age(tmp_path) != before
    _assert_right(tmp_path)


def test_pages_stand_without_folders_of_their_own(tmp_path: Path) -> None:
    _make(tmp_path)
    _configure("hooks:", "use_directory_urls: false\nhooks:")(tmp_path)
    _build(tmp_path)
    page = tmp_path / "site/journal/issues/31.html"
    before = page.stat().st_mtime_ns
    _build(tmp_path)
    assert page.stat().st_mtime_ns == before
    _assert_right(tmp_path)


def test_a_page_that_others_change_is_written_again(tmp_path: Path) -> None:
    """As plugins do that shorten or sign pages when all are written; here the size stays."""
    _make(tmp_path)
    hook = (
        "import pathlib\n"
        "def on_post_build(config):\n"
        "    for path in pathlib.Path(config.site_dir).rglob('*.html'):\n"
        "        text = path.read_text()\n"
        "        assert 'WORDS' not in text, path\n"
        "        path.write_text(text.replace('Words', 'WORDS'))\n"
    )
    (tmp_path / "hook.py").write_text(hook)
    _build(tmp_path)
    _build(tmp_path)
    assert "WORDS of 31" in (tmp_path / _PAGE).read_text()
    _assert_right(tmp_path)


_KILL = "import os\ndef on_{0}(*_, **__):\n    os._exit(9)\n"
_FAIL = "from mkdocs.exceptions import PluginError\ndef on_{0}(*_, **__):\n    raise PluginError('no')\n"


def _break_off(root: Path, hook: str) -> int:
    """Build with a hook that ends the build, and without it from then on; return how it ended."""
    (root / "hook.py").write_text(hook)
    done = run_process(root, "mkdocs", "build", "-d", str(root / "site"))
    (root / "hook.py").write_text("")
    return done.returncode


@pytest.mark.parametrize("end", [_KILL, _FAIL], ids=["killed", "failed"])
@pytest.mark.parametrize("event", ["files", "post_template", "post_build"])
def test_a_build_that_did_not_end_spoils_nothing(tmp_path: Path, event: str, end: str) -> None:
    _make(tmp_path)
    _build(tmp_path)
    _configure("site_name: Test", "site_name: Other")(tmp_path)
    assert _break_off(tmp_path, end.format(event)) in (1, 9)
    left = (tmp_path / "site" / _HIDDEN).exists()
    assert left is (event == "files" and end is _KILL)
    _configure("site_name: Other", "site_name: Test")(tmp_path)
    _build(tmp_path)
    _assert_right(tmp_path)


@pytest.mark.parametrize(
    ("options", "config"),
    [([], "enabled: false"), ([], "path: elsewhere"), (["--dirty"], "insights: true")],
)
def test_what_a_killed_build_hid_is_not_published(
    tmp_path: Path, options: list[str], config: str
) -> None:
    _make(tmp_path)
    _build(tmp_path)
    assert _break_off(tmp_path, _KILL.format("files")) == 9
    assert (tmp_path / "site" / _HIDDEN).exists()
    _configure("sync: never", f"sync: never, {config}")(tmp_path)
    _build(tmp_path, "site", *options)
    _assert_right(tmp_path)


def test_a_build_that_was_cut_short_does_not_cost_the_next_one_its_pages(tmp_path: Path) -> None:
    _make(tmp_path)
    _build(tmp_path)
    ends = (_KILL, _FAIL, _KILL)
    _assert_stands(tmp_path, lambda root: [_break_off(root, end.format("files")) for end in ends])


def test_others_may_write_where_the_pages_stood(tmp_path: Path) -> None:
    _make(tmp_path)
    _build(tmp_path)
    hook = (
        "import pathlib\n"
        "def on_nav(nav, config, files):\n"
        "    path = pathlib.Path(config.site_dir, 'journal/extra.txt')\n"
        "    path.parent.mkdir(parents=True, exist_ok=True)\n"
        "    path.write_text('extra')\n"
    )
    (tmp_path / "hook.py").write_text(hook)
    _build(tmp_path)
    assert (tmp_path / "site/journal/extra.txt").is_file()
    _assert_right(tmp_path)


_NO_CLEARING = """\
import mkdocs.utils

mkdocs.utils.clean_directory = lambda folder: None
"""


@pytest.mark.parametrize("more", ["", "\ndef on_post_page(output, **_):\n    return output\n"])
def test_what_mkdocs_does_not_clear_stays(tmp_path: Path, more: str) -> None:
    """Plugins keep it from that which build a site several times, once for each language."""
    _make(tmp_path)
    _build(tmp_path)
    mine = tmp_path / "site/journal/mine.txt"
    mine.write_text("mine")
    (tmp_path / "hook.py").write_text(_NO_CLEARING + more)
    _build(tmp_path)
    assert mine.is_file()
    mine.unlink()
    _assert_right(tmp_path)


def test_a_build_that_fails_before_the_site_is_cleared_leaves_all_of_it(tmp_path: Path) -> None:
    _make(tmp_path)
    _build(tmp_path)
    before = _age(tmp_path)
    hook = _FAIL.format("pre_build").replace("def", "@event_priority(-100)\ndef")
    assert _break_off(tmp_path, f"from mkdocs.plugins import event_priority\n{hook}") == 1
    assert (tmp_path / "site/index.html").is_file()
    assert _age(tmp_path) == before


def test_a_linked_folder_is_left_where_it_is(tmp_path: Path) -> None:
    _make(tmp_path)
    _build(tmp_path)
    (tmp_path / "site/journal").rename(tmp_path / "moved")
    (tmp_path / "moved/mine.txt").write_text("mine")
    (tmp_path / "site/journal").symlink_to(tmp_path / "moved")
    _build(tmp_path)
    assert (tmp_path / "moved/mine.txt").read_text() == "mine"


@pytest.mark.parametrize("content", [b"", b"no database", None])
def test_broken_notes_cost_only_time(tmp_path: Path, content: bytes | None) -> None:
    _make(tmp_path)
    _build(tmp_path)
    notes = tmp_path / ".cache/journal/standing.sqlite"
    notes.unlink()
    if content is not None:
        notes.write_bytes(content)
    _build(tmp_path)
    _assert_right(tmp_path)


def test_an_empty_folder_needs_no_notes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = Cache(tmp_path / "standing.sqlite", "one")
    standing, site = Standing(store), tmp_path / "site"
    standing.set_aside(str(site), "journal")
    standing.keep({str(site / "journal" / "a.html"): Note("mark", "", "", 1, standing.stamp)}, {})
    read: list[str] = []
    monkeypatch.setattr(store, "load", read.append)
    Standing(store).set_aside(str(site), "journal")
    assert not read
    (site / "journal").mkdir(parents=True)
    Standing(store).set_aside(str(site), "journal")
    assert read


def test_notes_that_cannot_be_kept_cost_only_time(tmp_path: Path) -> None:
    _make(tmp_path)
    (tmp_path / ".cache").write_text("not a folder")
    _build(tmp_path)
    before = _age(tmp_path)
    _build(tmp_path)
    assert _age(tmp_path) != before
    _assert_right(tmp_path)


def test_two_builds_at_once_make_the_site(tmp_path: Path) -> None:
    _make(tmp_path)
    _build(tmp_path)
    before = _age(tmp_path)
    _configure("site_name: Test", "site_name: Other")(tmp_path)
    command = [sys.executable, "-m", "mkdocs", "build", "-q", "-d", str(tmp_path / "site")]
    running = [
        subprocess.Popen(command, cwd=tmp_path, env=find_environment(), stderr=subprocess.DEVNULL)
        for _ in range(2)
    ]
    ended = [process.wait(timeout=120) for process in running]
    # MkDocs itself may stop where another build clears what it is about to write.
    assert 0 in ended
    _build(tmp_path)
    assert _age(tmp_path) != before
    _assert_right(tmp_path)


_SERVE = """\
import json, pathlib
from mkdocs.commands.build import build
from mkdocs.config import load_config

post = pathlib.Path("docs/posts/a.md")
found = []
for text in ("", "A new line."):
    post.write_text(post.read_text() + text)
    config = load_config("mkdocs.yml")
    if not found:
        config.plugins.on_startup(command="serve", dirty=False)
    build(config)
    site = pathlib.Path(config.site_dir)
    pages = (path for path in site.rglob("*.html") if "assets" not in path.parts)
    found.append({str(path.relative_to(site)): path.stat().st_mtime_ns for path in pages})
print(json.dumps(found))
"""


def test_serve_writes_what_a_changed_post_changes_and_no_more(tmp_path: Path) -> None:
    """As `mkdocs serve` does: the configuration is loaded anew, the plugin stays."""
    _make(tmp_path)
    done = run_code(tmp_path, _SERVE)
    assert done.returncode == 0, done.stderr
    before, after = json.loads(done.stdout.splitlines()[-1])
    assert before.keys() == after.keys()
    same = {name for name in before if before[name] == after[name]}
    assert {f"journal/issues/{number}/index.html" for number in (18, 21, *range(30, 36))} <= same
    assert not same & {"posts/a/index.html", "journal/index.html", "journal/experiments/index.html"}
    assert not (tmp_path / ".cache/journal/standing.sqlite").exists()
    _assert_right(tmp_path)
