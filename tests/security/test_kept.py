"""What a build keeps for the next one is not a way for a stranger's pull request onto a page."""

from __future__ import annotations

import hashlib
import marshal
import pickle
import shutil
import sqlite3
import subprocess
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from jinja2.bccache import bc_magic

from journal_plugin.bytecode import _CHECK, _describe
from journal_plugin.cache import Cache, make_fingerprint, make_page_fingerprint
from journal_plugin.kept import CACHE, Kept, save_pages
from journal_plugin.pages.environment import make_environment
from tests.support.project import make_project, run_process

if TYPE_CHECKING:
    from pathlib import Path

EVIL = "<script>alert('poisoned')</script>"


def _git(root: Path, *arguments: str) -> None:
    names = ("-c", "user.name=x", "-c", "user.email=x@example.org")
    subprocess.run(["git", "-C", str(root), *names, *arguments], check=True, capture_output=True)


class _Touch:
    """Makes a file when it is unpickled, which is what Jinja does with a kept template."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __reduce__(self) -> tuple[object, ...]:
        return open, (str(self._path), "w")


def _arm(path: Path, mark: Path) -> None:
    """Let every kept template make a file, with a right check sum: nothing in it is a secret."""
    key = _describe(make_environment(), make_page_fingerprint())
    known = marshal.loads(path.read_bytes()[_CHECK:])  # noqa: S302 - of this test
    data = marshal.dumps(dict.fromkeys(known, bc_magic + pickle.dumps(_Touch(mark))))
    path.write_bytes(hashlib.blake2b(data, digest_size=_CHECK, key=key).digest() + data)


def _drop(paths: list[Path]) -> None:
    for path in paths:
        path.unlink(missing_ok=True)


def _poison(path: Path, fingerprint: str) -> None:
    """Put a script into every kept text, with a right check sum: nothing in it is a secret."""
    cache = Cache(path, fingerprint)
    with closing(sqlite3.connect(path)) as database:
        keys = [key for (key,) in database.execute("SELECT key FROM text")]
    old = dict(cache.find(keys))
    new = {
        key: text.replace("<p>", f"<p>{EVIL}").replace("<h2", f"{EVIL}<h2")
        for key, text in old.items()
    }
    new = {key: text.replace("'", "") for key, text in new.items()}
    assert any("poisoned" in text for text in new.values())
    cache.save(new, keep=new)


@pytest.mark.engine
@pytest.mark.parametrize("name", ["texts.sqlite", "pages.sqlite"])
def test_a_committed_database_reaches_no_page(tmp_path: Path, name: str) -> None:
    root = make_project(tmp_path)
    fingerprints = {"texts.sqlite": make_fingerprint(), "pages.sqlite": make_page_fingerprint()}
    assert run_process(root, "mkdocs", "build").returncode == 0
    others = [root / CACHE / other for other in fingerprints if other != name]
    _drop(others)
    _poison(root / CACHE / name, fingerprints[name])
    poisoned = run_process(root, "mkdocs", "build")
    page = root / "site/journal/issues/18/index.html"
    assert "poisoned" in page.read_text(), "the trap itself must work"
    _drop(others)
    _git(root, "init")
    _git(root, "add", "--force", f"{CACHE}/{name}")
    built = run_process(root, "mkdocs", "build")
    assert "poisoned" not in page.read_text()
    assert "is under version control" in built.stderr
    assert "is under version control" not in poisoned.stderr


@pytest.mark.engine
def test_committed_templates_are_not_run(tmp_path: Path) -> None:
    """They are code: a build would run whatever somebody has committed."""
    root = make_project(tmp_path)
    assert run_process(root, "mkdocs", "build").returncode == 0
    names = sorted(path.name for path in (root / CACHE).glob("*.*"))
    assert {"journal.templates", "theme.templates"} <= set(names)
    _arm(root / CACHE / "journal.templates", mark := tmp_path / "was-run")
    run_process(root, "mkdocs", "build")
    assert mark.exists(), "the trap itself must work"
    mark.unlink()
    _arm(root / CACHE / "journal.templates", mark)
    _git(root, "init")
    _git(root, "add", "--force", CACHE)
    times = [(root / CACHE / name).stat().st_mtime_ns for name in names]
    built = run_process(root, "mkdocs", "build")
    assert built.returncode == 0
    for name in names:
        assert f"{CACHE}/{name} is under version control" in built.stderr
    assert times == [(root / CACHE / name).stat().st_mtime_ns for name in names]
    assert not mark.exists()


def test_what_belongs_to_a_database_counts_as_the_database(tmp_path: Path) -> None:
    """SQLite rolls a journal back into a database that lies beside it."""
    place = tmp_path / CACHE
    place.mkdir(parents=True)
    _git(tmp_path, "init")
    assert Kept(tmp_path).find("texts.sqlite")
    (place / "texts.sqlite-journal").write_text("x")
    assert Kept(tmp_path).find("texts.sqlite")
    _git(tmp_path, "add", "--force", str(place / "texts.sqlite-journal"))
    assert Kept(tmp_path).find("texts.sqlite") is None
    assert Kept(tmp_path).find("pages.sqlite")


def test_without_git_nobody_can_tell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = tmp_path / CACHE
    place.mkdir(parents=True)
    (place / "texts.sqlite").write_text("x")
    monkeypatch.setattr(shutil, "which", lambda _: None)
    assert Kept(tmp_path).find("texts.sqlite")
    (tmp_path / ".git").mkdir()
    assert Kept(tmp_path).find("texts.sqlite") is None
    assert Kept(tmp_path).find("pages.sqlite"), "what is not there is nobody's"


def test_where_git_gives_no_answer_nobody_can_tell(tmp_path: Path) -> None:
    """Such as an old one in a checkout of another user, which does not take our word for it."""
    place = tmp_path / CACHE
    place.mkdir(parents=True)
    (place / "texts.sqlite").write_text("x")
    assert Kept(tmp_path).find("texts.sqlite"), "it is in no repository"
    _git(tmp_path, "init")
    assert Kept(tmp_path).find("texts.sqlite")
    (tmp_path / ".git/index").write_text("broken")
    assert Kept(tmp_path).find("texts.sqlite") is None


def test_git_is_asked_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It takes longer than reading what is kept."""
    asked: list[object] = []
    run = subprocess.run
    monkeypatch.setattr(subprocess, "run", lambda *a, **k: asked.append(a) or run(*a, **k))
    kept = Kept(tmp_path)
    assert kept.find("texts.sqlite")
    assert asked == []
    place = tmp_path / CACHE
    place.mkdir(parents=True)
    for name in ("texts.sqlite", "pages.sqlite"):
        (place / name).write_text("x")
        assert kept.find(name)
    assert len(asked) == 1


@pytest.mark.parametrize("link", [".cache", CACHE, f"{CACHE}/pages", f"{CACHE}/texts.sqlite"])
@pytest.mark.parametrize("inside", [True, False])
def test_a_link_leads_nothing_away(tmp_path: Path, link: str, *, inside: bool) -> None:
    root, outside = tmp_path / "root", tmp_path / "outside"
    target = root / "docs" if inside else outside
    target.mkdir(parents=True)
    (root / link).parent.mkdir(parents=True, exist_ok=True)
    (root / link).symlink_to(target)
    used = save_pages(root, ["site"], {"journal/index.md": b"x"})
    store = Kept(root).find_store("texts.sqlite", "one")
    if store:
        store.save({"key": "value"}, keep=["key"])
    assert list(target.iterdir()) == []
    assert (used / "journal/index.md").read_bytes() == b"x"
