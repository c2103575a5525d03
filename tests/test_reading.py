"""What was read of a file in an earlier build is what would be read of it today."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from journal_plugin.cache import Cache
from journal_plugin.pages.page import Site
from journal_plugin.pages.shelf import Shelf
from journal_plugin.reading import read_posts
from journal_plugin.settings import Settings
from journal_plugin.sources import posts as sources
from journal_plugin.sources.posts import PostFile
from journal_plugin.text import body
from tests.golden.test_golden import CASES, find_cases, find_files

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from journal_plugin.reading import Reading

_POST = """\
---
title: Rounding
date: 2026-01-07
status: in limbo
outcome: mixed
phase: desing
problem: rounding
issues: #1, #2
prs: {3: design}
follows: first
metrics: {loss: {value: 0.5, unit: nats, baseline: 1, better: lower}, top1: 71 %}
params: {lr: 1e-4, seed: 1, warm: true, note: null, deep: {er: text}}
hypotesis: it helps
---

# Rounding

See [the first](frist.md) and [this](first.md).
"""
_WRITTEN = {
    "docs/posts/first.md": "---\nstatus: complete\n---\n# First\n",
    "docs/posts/rounding.md": _POST,
    "docs/posts/mac.md": _POST.replace("\n", "\r"),
    "docs/posts/windows.md": f"\ufeff{_POST}".replace("\n", "\r\n"),
    "docs/posts/list.md": "---\nstatus: complete\nparams: {betas: [0.9, 0.95]}\n---\n# List\n",
    "docs/posts/days.md": "---\nstatus: complete\nparams: {2026-01-31: 2026-02-01}\n---\n# Days\n",
    "docs/posts/deep.md": "---\nparams: {on: {2026-01-31: 1}}\n---\n# Deep\n",
    "docs/posts/broken.md": "---\nstatus: complete\nissues: [1\n---\n# Broken\n",
    "docs/posts/open.md": "---\nstatus: complete\n",
    "docs/posts/empty.md": "",
    "docs/posts/log.md": "# 2026-01-01 One\n\nA.\n\n# 2026-01-02 Two\n\nB.\n",
    "docs/posts/index.md": "# All posts\n",
    "docs/posts/2026/README.md": "**Status**: complete\n",
    "docs/posts/2026/e012_name.md": "# Named by its path\n",
    "docs/about.md": "# About\n\nNo post.\n",
    "docs/stated.md": "---\nexperiment: {status: running, issue: 7}\n---\n# Stated\n",
}


def _file(path: str, text: str) -> PostFile:
    uri = path.removeprefix("docs/")
    return PostFile(path=path, text=text, src_uri=uri, url=uri, matched="posts/" in path)


_FILES = (
    *(_file(path, text) for path, text in _WRITTEN.items()),
    PostFile(path="runs/a/README.md", text=_POST, src_uri=None, url="", matched=True),
    _file("docs/posts/lost.md", "")._replace(error="no such file"),
)


def _read(files: Sequence[PostFile], store: Cache | None = None, **options: object) -> Reading:
    """One build: what stands in the files, with what earlier builds left in `store`."""
    settings = Settings.from_mapping({"repo": "o/r", **options})
    shelf = Shelf(store, repr((settings.repo, settings.vocabulary)))
    reading = read_posts(
        files, repo=settings.repo, vocabulary=settings.vocabulary, recall=shelf.recall_each
    )
    shelf.finish()
    return reading


def _open(tmp_path: Path) -> Cache:
    return Cache(tmp_path / "sources.sqlite", "one version")


def _anew(files: Sequence[PostFile], **options: object) -> Reading:
    settings = Settings.from_mapping({"repo": "o/r", **options})
    return read_posts(files, repo=settings.repo, vocabulary=settings.vocabulary)


def test_kept_posts_and_findings_are_those_of_today(tmp_path: Path) -> None:
    expected = _anew(_FILES)
    codes = {finding.code for finding in expected.diagnostics}
    assert codes >= {
        *("broken-front-matter", "hash-in-front-matter", "near-miss-link", "unclosed-front-matter"),
        *("unknown-key", "unknown-phase", "unknown-status", "unreadable-file"),
    }
    for _ in range(3):
        found = _read(_FILES, _open(tmp_path))
        assert repr(found) == repr(expected)
        # A page says findings in its own language, so it needs their forms and values.
        assert [getattr(f.message, "values", None) for f in found.diagnostics] == [
            getattr(f.message, "values", None) for f in expected.diagnostics
        ]


@pytest.mark.parametrize("name", find_cases())
def test_kept_posts_of_whole_projects_are_those_of_today(name: str, tmp_path: Path) -> None:
    settings = Settings.from_mapping({"repo": "o/r", "post_sources": ["experiments/*/README.md"]})
    files, _ = find_files(CASES / name / "project", settings, Site())
    for _ in range(2):
        assert repr(_read(files, _open(tmp_path))) == repr(_anew(files))


def test_a_file_that_has_not_changed_is_not_read_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Those of a log depend on the site's Markdown, and a date in a parameter cannot be packed.
    files = [f for f in _FILES if not f.path.endswith(("/log.md", "/days.md", "/deep.md"))]
    before = _read(files, _open(tmp_path))
    read: list[str] = []
    load = sources.load_front_matter

    def note(text: str, path: str) -> object:
        read.append(path)
        return load(text, path)

    with monkeypatch.context() as patched:
        patched.setattr(sources, "load_front_matter", note)
        patched.setattr(body, "render_markdown", None)
        assert repr(_read(files, _open(tmp_path))) == repr(before)
        assert not read
        changed = [*files[1:], files[0]._replace(text="# Changed\n")]
        found = _read(changed, _open(tmp_path))
        assert read == [files[0].path]
    assert repr(found) == repr(_anew(changed))


@pytest.mark.parametrize(
    "change",
    [
        {"path": "docs/posts/exp9_other.md"},
        {"text": _POST.replace("mixed", "failure")},
        {"text": f"{_POST}\nMore.\n"},
        {"src_uri": "posts/other.md"},
        {"src_uri": None},
        {"url": "posts/other/"},
        {"matched": False},
        {"error": "no such file"},
    ],
)
def test_each_change_of_a_file_is_seen(change: dict[str, object], tmp_path: Path) -> None:
    file = _file("docs/posts/rounding.md", _POST)
    before = _read([file], _open(tmp_path))
    today = [file._replace(**change)]  # type: ignore[arg-type]  # fields of the file
    found = _read(today, _open(tmp_path))
    assert repr(found) == repr(_anew(today))
    assert repr(found) != repr(before)


@pytest.mark.parametrize("options", [{"repo": "o/other"}, {"statuses": {"in limbo": "running"}}])
def test_each_change_of_an_option_is_seen(options: dict[str, object], tmp_path: Path) -> None:
    before = _read(_FILES, _open(tmp_path))
    found = _read(_FILES, _open(tmp_path), **options)
    assert repr(found) == repr(_anew(_FILES, **options))
    assert repr(found) != repr(before)


def test_a_post_beside_the_page_of_a_folder_makes_it_a_list(tmp_path: Path) -> None:
    page = _file("docs/posts/README.md", "# Alone\n")
    assert len(_read([page], _open(tmp_path)).posts) == 1
    beside = _file("docs/posts/a/one.md", "# One\n")
    found = _read([page, beside], _open(tmp_path))
    assert [post.path for post in found.posts] == [beside.path]
    assert repr(found) == repr(_anew([page, beside]))


def test_an_appearing_file_ends_a_finding(tmp_path: Path) -> None:
    files = [_file("docs/posts/rounding.md", _POST), _file("docs/posts/first.md", "# First\n")]
    codes = [finding.code for finding in _read(files, _open(tmp_path)).diagnostics]
    assert "near-miss-link" in codes
    files.append(_file("docs/posts/frist.md", "# Frist\n"))
    codes = [finding.code for finding in _read(files, _open(tmp_path)).diagnostics]
    assert "near-miss-link" not in codes
