"""What the watch over sources tells `mkdocs serve`."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest
from watchdog.events import FileSystemEventHandler
from watchdog.observers.polling import PollingEmitter, PollingObserver

from journal_plugin import watching
from journal_plugin.watching import FolderWatch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


class Server:
    """Stands for the server of MkDocs."""

    def __init__(self) -> None:
        self.paths: list[str] = []
        self.observer = PollingObserver(timeout=3600)

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
    watch.start(tmp_path / "docs", [], tmp_path / "snapshot")
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


def test_mkdocs_looks_at_its_folder_when_the_system_tells_of_a_change(tmp_path: Path) -> None:
    """It would look after an hour here; what it finds, it finds once."""
    docs, snapshot = tmp_path / "docs", tmp_path / "snapshot"
    docs.mkdir()
    (docs / "old.md").write_text("old")
    server, times = Server(), []
    handler = FileSystemEventHandler()
    handler.on_any_event = lambda event: event.is_directory or times.append(1)  # type: ignore[method-assign]  # as MkDocs does
    server.observer.schedule(handler, str(docs), recursive=True)
    watch = FolderWatch(server)  # type: ignore[arg-type]  # all that is used of it
    watch.start(docs, [], snapshot)
    (docs / "early.md").write_text("MkDocs does not watch yet")
    time.sleep(1)
    server.observer.start()
    try:
        (docs / "new.md").write_text("new")
        _wait_for(lambda: len(times), 1)
        (docs / "old.md").write_text("another")
        _wait_for(lambda: len(times), 2)
        (docs / "old.md").read_text()
        _wait_for(lambda: len(times), 2)
    finally:
        watch.stop()
        server.observer.stop()
        server.observer.join()


def test_a_file_that_is_written_all_the_time_keeps_nobody_busy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """MkDocs looks twice a second by itself, and no more often because of a log in `docs_dir`."""
    looks: list[float] = []
    monkeypatch.setattr(PollingEmitter, "queue_events", lambda _, timeout: looks.append(timeout))
    server, docs = Server(), tmp_path / "docs"
    docs.mkdir()
    server.observer.schedule(FileSystemEventHandler(), str(docs), recursive=True)
    server.observer.start()
    looks.clear()
    watch = FolderWatch(server)  # type: ignore[arg-type]  # all that is used of it
    watch.start(docs, [], tmp_path / "snapshot")
    try:
        end = time.monotonic() + 2
        while time.monotonic() < end:
            (docs / "log.csv").write_text(f"{time.monotonic()}")
            time.sleep(0.02)
    finally:
        watch.stop()
        server.observer.stop()
        server.observer.join()
    assert 1 <= looks.count(0) <= 5


def _wait_for(count: Callable[[], int], number: int) -> None:
    end = time.monotonic() + 20
    while count() < number:
        assert time.monotonic() < end
        time.sleep(0.02)
    time.sleep(1)
    assert count() == number
