"""The writer: atomic, only what changed, never outside of its root."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from journal_plugin.errors import OutputError
from journal_plugin.writer import save_file, save_files

if TYPE_CHECKING:
    from pathlib import Path


def test_an_unchanged_file_is_not_touched(tmp_path: Path) -> None:
    assert save_file(tmp_path, "a/b.txt", b"one")
    before = (tmp_path / "a" / "b.txt").stat().st_mtime_ns
    assert not save_file(tmp_path, "a/b.txt", b"one")
    assert (tmp_path / "a" / "b.txt").stat().st_mtime_ns == before
    assert save_file(tmp_path, "a/b.txt", b"two")
    assert (tmp_path / "a" / "b.txt").read_bytes() == b"two"


@pytest.mark.parametrize("before", [0, 1, 3, 4, 5, 8, 9])
@pytest.mark.parametrize("after", [0, 1, 4, 8])
def test_many_files_are_compared_in_blocks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, before: int, after: int
) -> None:
    """Whether one ends within a block, at its end, or goes on."""
    monkeypatch.setattr("journal_plugin.writer._BLOCK", 4)
    path = tmp_path / "a.txt"
    path.write_bytes(b"x" * before)
    os.utime(path, ns=(1, 1))
    save_files(tmp_path, {"a.txt": b"x" * after})
    assert path.read_bytes() == b"x" * after
    assert (path.stat().st_mtime_ns == 1) == (before == after)
    save_files(tmp_path, {"a.txt": b"x" * (after - 1) + b"y"})
    assert path.read_bytes() == b"x" * (after - 1) + b"y"


@pytest.mark.parametrize("uri", ["../x", "a/../../x", "/etc/x", "", ".", "a\0b"])
def test_nothing_is_written_outside(tmp_path: Path, uri: str) -> None:
    root = tmp_path / "root"
    root.mkdir()
    with pytest.raises(OutputError):
        save_file(root, uri, b"x")
    assert list(tmp_path.iterdir()) == [root]


def test_a_link_out_of_the_root_is_refused(tmp_path: Path) -> None:
    root, outside = tmp_path / "root", tmp_path / "outside"
    root.mkdir()
    outside.mkdir()
    (root / "link").symlink_to(outside)
    with pytest.raises(OutputError):
        save_file(root, "link/x", b"x")
    assert list(outside.iterdir()) == []


def test_no_half_file_stays_behind(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    with pytest.raises(OutputError):
        save_file(tmp_path, "a", b"x")
    assert [path.name for path in tmp_path.iterdir()] == ["a"]
