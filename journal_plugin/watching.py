"""New posts outside of `docs_dir` while `mkdocs serve` runs.

MkDocs can only watch a path as a whole, and a folder of experiments is no such path: a training
that writes its log there would rebuild the site every second. So the folders are watched here, for
Markdown files that come and go; each touches a file that MkDocs watches.
"""

from __future__ import annotations

import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from mkdocs.plugins import get_plugin_logger
from watchdog.events import FileSystemEventHandler
from watchdog.observers import Observer

from journal_plugin.sources.outside import SUFFIXES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mkdocs.livereload import LiveReloadServer
    from watchdog.events import FileSystemEvent

log = get_plugin_logger("journal")


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

    def start(self, folders: Iterable[Path]) -> None:
        """Watch the folders with all that is below them."""
        for folder in folders:
            try:
                self._observer.schedule(self, str(folder), recursive=True)
            except OSError as error:
                log.info("new posts in %s will not be noticed: %s", folder, error)
        self._observer.start()

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
            self._stamp.write_text(str(time.time_ns()), encoding="utf-8")
