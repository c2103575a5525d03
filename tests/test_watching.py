"""What the watch over sources tells `mkdocs serve`."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from journal_plugin import watching
from journal_plugin.watching import FolderWatch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


class Server:
    """Stands for the server of MkDocs."""

    def __init__(self) -> None:
        self.paths: list[str] = []

    def watch(self, path: str) -> None:
        """Note a path that MkDocs would watch."""
        self.paths.append(path)


@pytest.fixture(params=[True, False], ids=["told", "silent"])
def count(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[], int]]:
    """How often a watch asked for a build: in a folder with events, and in one without."""
    if not request.param:

        def refuse(*_: object, **__: object) -> None:
            raise OSError

        monkeypatch.setattr("watchdog.observers.Observer.schedule", refuse)
        monkeypatch.setattr(watching, "_PAUSE", 0.3)
    else:
        monkeypatch.setattr(watching, "_PAUSE", 3600)
        (tmp_path / "snapshot" / "lab" / "model").mkdir(parents=True)
    times: list[int] = []
    monkeypatch.setattr(FolderWatch, "_touch", lambda _: times.append(1))
    watch = FolderWatch(Server())  # type: ignore[arg-type]  # all that is used of it
    watch.start([], tmp_path / "snapshot")
    yield lambda: len(times)
    watch.stop()


def test_each_change_of_a_snapshot_asks_for_one_build(
    tmp_path: Path, count: Callable[[], int]
) -> None:
    folder = tmp_path / "snapshot" / "lab" / "model"

    folder.mkdir(parents=True, exist_ok=True)
    record = folder / "1.json"
    record.write_text("{}", encoding="utf-8")
    _wait_for(count, 1)

    record.write_text('{"title": "another"}', encoding="utf-8")
    _wait_for(count, 2)

    (folder / "1.json.new").write_text('{"title": "anotheR"}', encoding="utf-8")
    (folder / "1.json.new").replace(record)
    _wait_for(count, 3)

    record.unlink()
    _wait_for(count, 4)

    record.write_text("{}", encoding="utf-8")
    _wait_for(count, 5)
    folder.rename(tmp_path / "elsewhere")
    _wait_for(count, 6)


def test_reading_a_snapshot_asks_for_no_build(tmp_path: Path, count: Callable[[], int]) -> None:
    record = tmp_path / "snapshot" / "lab" / "model" / "1.json"
    record.parent.mkdir(parents=True, exist_ok=True)
    record.write_text("{}", encoding="utf-8")
    _wait_for(count, 1)
    record.read_text(encoding="utf-8")
    record.chmod(0o600)
    _wait_for(count, 1)


def _wait_for(count: Callable[[], int], number: int) -> None:
    end = time.monotonic() + 20
    while count() < number:
        assert time.monotonic() < end
        time.sleep(0.02)
    time.sleep(1)
    assert count() == number
