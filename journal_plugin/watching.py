"""What `mkdocs serve` is told: of new posts outside of `docs_dir`, of changed records, and early.

MkDocs can only watch a path as a whole, and a folder of experiments is no such path: a training
that writes its log there would rebuild the site every second. Nor is a snapshot: MkDocs would look
at each of its files twice a second. So the folders are watched here, those of experiments for
Markdown files that come and go; what is found touches a file that MkDocs watches. What it watches
itself, MkDocs looks at twice a second; where the system tells of a change, it is made to look then.
"""

from __future__ import annotations

import os
import threading
import time
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from mkdocs.plugins import get_plugin_logger
from watchdog.events import FileSystemEventHandler
from watchdog.observers import Observer
from watchdog.observers.polling import PollingEmitter

from journal_plugin.sources.outside import SUFFIXES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from mkdocs.livereload import LiveReloadServer
    from watchdog.events import FileSystemEvent

log = get_plugin_logger("journal")

_PAUSE = 5.0
"""Seconds between two looks at a snapshot of which the system tells nothing."""
_SHORT = 0.02
"""Seconds in which what an editor does to save one file comes together."""
_REST = 0.5
"""Seconds between two looks of MkDocs that we ask for. It looks as often by itself; a file that is
written all the time must not keep it busy."""
_QUIET = 0.2
"""Seconds without news after which several changes count as made."""


class FolderWatch(FileSystemEventHandler):
    """Watches folders for one server, from its start to its end."""

    def __init__(self, server: LiveReloadServer) -> None:
        self._server = server
        self._files: set[str] = set()
        self._folder = TemporaryDirectory(prefix="journal-serve-")
        self._stamp = Path(self._folder.name, "changed")
        self._stamp.touch()
        server.watch(str(self._stamp))
        self._observer = Observer()
        self._snapshot: _SnapshotWatch | None = None
        self._early = _EarlyLook(server)

    def start(self, docs: Path, folders: Iterable[Path], snapshot: Path) -> None:
        """Watch `docs`, the folders of posts, and the snapshot, with all that is below them."""
        self._observer.start()  # before, so that what cannot be watched is told here
        with suppress(OSError):  # then MkDocs looks when it does
            self._observer.schedule(self._early, str(docs), recursive=True)
        self._early.start()
        for folder in folders:
            try:
                self._observer.schedule(self, str(folder), recursive=True)
            except OSError as error:
                log.info("new posts in %s will not be noticed: %s", folder, error)
        self._snapshot = _SnapshotWatch(snapshot, self._touch)
        with suppress(OSError):  # then it is looked at now and then
            self._observer.schedule(self._snapshot, str(snapshot), recursive=True)
        self._snapshot.start()

    def follow(self, files: Iterable[Path]) -> None:
        """Let MkDocs watch these files from now on, too."""
        for path in map(str, files):
            if path not in self._files:
                self._files.add(path)
                self._server.watch(path)

    def stop(self) -> None:
        """End it."""
        if self._observer.is_alive():
            self._observer.stop()
            self._observer.join()
        if self._snapshot:
            self._snapshot.stop()
        self._early.stop()
        self._folder.cleanup()

    def on_created(self, event: FileSystemEvent) -> None:
        """A file is new; one that is followed was only written anew, which MkDocs notices."""
        self._note(event.src_path)

    def on_moved(self, event: FileSystemEvent) -> None:
        """A file or folder has another name."""
        self._note(event.dest_path)
        self._note(event.src_path)

    def on_deleted(self, event: FileSystemEvent) -> None:
        """A file is gone."""
        self._note(event.src_path)

    def _note(self, path: bytes | str) -> None:
        name = path if isinstance(path, str) else path.decode("utf-8", "replace")
        if Path(name).suffix.casefold() in SUFFIXES and name not in self._files:
            self._touch()

    def _touch(self) -> None:
        self._stamp.write_text(str(time.time_ns()), encoding="utf-8")
        self._early.ask()


class _EarlyLook(FileSystemEventHandler):
    """Lets MkDocs look for changes at once when the system tells of one.

    MkDocs' own observer looks, as it does twice a second, so no change is found twice.
    """

    def __init__(self, server: LiveReloadServer) -> None:
        self._server = server
        self._news = threading.Event()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def start(self) -> None:
        """Wait for changes from now on."""
        self._thread.start()

    def stop(self) -> None:
        """End it."""
        self._over.set()
        self._news.set()
        if self._thread.is_alive():
            self._thread.join()

    def ask(self) -> None:
        """Let MkDocs look soon."""
        self._news.set()

    # Not for any event: MkDocs itself opens and reads files.
    def on_created(self, event: FileSystemEvent) -> None:
        """A file or folder is new."""
        del event
        self.ask()

    on_modified = on_moved = on_deleted = on_created

    def _watch(self) -> None:
        while self._news.wait() and not self._over.wait(_SHORT):
            self._news.clear()
            for emitter in tuple(self._server.observer.emitters):
                # One that has not started yet would find all files new.
                if isinstance(emitter, PollingEmitter) and emitter.is_alive():
                    emitter.queue_events(0)
            self._over.wait(_REST)


class _SnapshotWatch(FileSystemEventHandler):
    """Looks whether a snapshot has changed, now and then, and at once when the system says so.

    What the system says is only a reason to look: some folders, such as those of another machine,
    change without a word, and one change may bring several.
    """

    def __init__(self, folder: Path, touch: Callable[[], None]) -> None:
        self._folder = str(folder)
        self._touch = touch
        self._news = threading.Event()
        self._is_over = False
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._last = _find_state(self._folder)

    def start(self) -> None:
        """Look from now on."""
        self._thread.start()

    def stop(self) -> None:
        """End it."""
        self._is_over = True
        self._news.set()
        self._thread.join()

    # Not for any event: that somebody opens or reads a file is one, too.
    def on_created(self, event: FileSystemEvent) -> None:
        """A file or folder is new."""
        del event
        self._news.set()

    on_modified = on_moved = on_deleted = on_created

    def _watch(self) -> None:
        while not self._is_over:
            if self._news.wait(_PAUSE):
                self._wait_for_quiet()
            state = _find_state(self._folder)
            if state != self._last and not self._is_over:
                self._last = state
                self._touch()

    def _wait_for_quiet(self) -> None:
        while not self._is_over:
            self._news.clear()
            if not self._news.wait(_QUIET):
                return


def _find_state(folder: str) -> frozenset[tuple[str, int, int, int]]:
    """The files below a folder with size, identity and time, by which a change shows."""
    found = set()
    for where, _, names in os.walk(folder):
        for name in names:
            path = os.path.join(where, name)  # noqa: PTH118 - a Path costs more than the rest
            with suppress(OSError):
                about = os.stat(path)  # noqa: PTH116 - same
                found.add((path, about.st_size, about.st_ino, about.st_mtime_ns))
    return frozenset(found)
