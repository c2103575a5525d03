"""Rendered texts from earlier builds, in one SQLite file.

The cache only ever saves time. SQLite's transactions keep it whole when a build is killed while it
writes and when two builds share it. Whatever else is wrong with it (a broken file, another
version, a directory that cannot be written, a full disk), the build goes on without it.
"""

from __future__ import annotations

import contextlib
import hashlib
import sqlite3
import sys
import weakref
from importlib.metadata import version
from importlib.resources import files as package_files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from importlib.resources.abc import Traversable
    from pathlib import Path

FORMAT = 2
"""Version of the table; SQLite keeps it in the file's header."""

_RENDERERS = ("comrak", "nh3", "pygments", "pymdown-extensions", "markupsafe")
_PAGE_MAKERS = ("jinja2", "leather", "babel", "pyyaml", "python-frontmatter")
_TEXT_MAKERS = (
    "formats.py",
    "model.py",
    "sources/record_form.py",
    "sources/snapshot.py",
    "sources/spool.py",
    "stored_text.py",
    "texts.py",
)
_CODE = (".py", ".html", ".svg", ".po")
_WAIT = 2.0
_AT_ONCE = 500
_CHECK = 16
_TABLE = "CREATE TABLE IF NOT EXISTS text (key TEXT PRIMARY KEY, value BLOB)"
_PAGE = 16_384
"""Bytes that SQLite reads at once: most values fit in."""
_MEMORY = 256
"""Kilobytes of a file that SQLite remembers. Each value is read once."""


def make_fingerprint() -> str:
    """A hash of everything that a rendered text depends on besides its source.

    It covers the versions of the renderer, the sanitizer and the highlighter, and our own code,
    from reading the file of a record on.
    """
    root = package_files("journal_plugin")
    return _hash(_RENDERERS, (*_walk_code(root / "text"), *(root / name for name in _TEXT_MAKERS)))


def make_page_fingerprint() -> str:
    """A hash of everything that a finished page depends on besides the journal.

    It covers Python, the libraries that posts are read and pages are made with, SQLite, which
    counts words, and all of our own code, templates and words.
    """
    root = package_files("journal_plugin")
    made_by = _hash((*_RENDERERS, *_PAGE_MAKERS), _walk_code(root))
    return f"{made_by} {sys.version} {sqlite3.sqlite_version}"


def _hash(names: Iterable[str], code: Iterable[Traversable]) -> str:
    digest = hashlib.blake2b(digest_size=16)
    for name in names:
        digest.update(f"{name} {version(name)}\n".encode())
    for item in code:
        digest.update(item.read_bytes())
    return digest.hexdigest()


class Cache:
    """Values by key, each a string; what a build did not use is dropped when it is saved."""

    def __init__(self, path: Path, fingerprint: str) -> None:
        """Use the file at `path`, which need not exist; `fingerprint` becomes part of each key."""
        self._path = path
        self._salt = fingerprint.encode()
        self._reader: sqlite3.Connection | None = None
        self._closing: weakref.finalize[..., Cache] | None = None

    def make_key(self, parts: Iterable[str]) -> str:
        """The key of what is made from `parts`."""
        digest = hashlib.blake2b(self._salt, digest_size=16)
        for part in parts:
            data = part.encode("utf-8", "surrogatepass")
            digest.update(b"%d:" % len(data))
            digest.update(data)
        return digest.hexdigest()

    def find(self, keys: Iterable[str]) -> Iterator[tuple[str, str]]:
        """The known ones among `keys` with their values, a few at a time."""
        waiting = list(keys)
        try:
            with self._open(writing=False) as database:
                for start in range(0, len(waiting), _AT_ONCE):
                    some = waiting[start : start + _AT_ONCE]
                    marks = ",".join("?" * len(some))
                    query = f"SELECT key, value FROM text WHERE key IN ({marks})"  # noqa: S608 - question marks
                    for key, value in database.execute(query, some):
                        if text := self._unpack(key, value):
                            yield key, text
        except (sqlite3.Error, OSError):
            return

    def load(self, key: str) -> str | None:
        """The value of one key; None if it is not there, or not whole."""
        try:
            if self._reader is None:
                self._reader = self._connect(writing=False)
                # Pages are read for as long as the engine wants; Python 3.13 warns of open ends.
                self._closing = weakref.finalize(self, self._reader.close)
            rows = self._reader.execute("SELECT value FROM text WHERE key = ?", (key,)).fetchall()
        except (sqlite3.Error, OSError):
            self._close()
            return None
        return self._unpack(key, rows[0][0]) if rows else None

    def save(self, new: Mapping[str, str], *, keep: Iterable[str] | None = None) -> bool:
        """Add `new` values and drop all that are not in `keep`; return whether that worked."""
        if not self._path.is_file():
            self._close()  # what was opened is gone, and would never show what is saved
        for _ in range(2):
            try:
                self._path.parent.mkdir(parents=True, exist_ok=True)
                with self._open(writing=True) as database:
                    packed = ((key, self._pack(key, text)) for key, text in new.items())
                    _write(database, packed, None if keep is None else set(keep))
            except sqlite3.OperationalError:
                return False
            except sqlite3.DatabaseError:
                # Not a database, or a broken one: start anew, once.
                self._close()
                with contextlib.suppress(OSError):
                    self._path.unlink(missing_ok=True)
            except OSError:
                return False
            else:
                return True
        return False

    def _pack(self, key: str, text: str) -> bytes:
        data = text.encode("utf-8", "surrogatepass")
        return self._check(key, data) + data

    def _unpack(self, key: str, value: object) -> str | None:
        """A value as it was kept; None if its bytes changed, which SQLite does not notice."""
        if not isinstance(value, bytes):
            return None
        data = memoryview(value)[_CHECK:]  # some are large
        is_whole = value.startswith(self._check(key, data))
        return str(data, "utf-8", "surrogatepass") if is_whole else None

    def _check(self, key: str, data: bytes | memoryview) -> bytes:
        return hashlib.blake2b(data, digest_size=_CHECK, key=key.encode()).digest()

    @contextlib.contextmanager
    def _open(self, *, writing: bool) -> Iterator[sqlite3.Connection]:
        with contextlib.closing(self._connect(writing=writing)) as database:
            yield database

    def _connect(self, *, writing: bool) -> sqlite3.Connection:
        if not writing and not self._path.is_file():
            raise FileNotFoundError(self._path)
        mode = "rwc" if writing else "ro"
        uri = f"{self._path.resolve().as_uri()}?mode={mode}"
        # Whichever thread collects the cache closes its reader.
        database = sqlite3.connect(uri, uri=True, timeout=_WAIT, check_same_thread=writing)
        try:
            _prepare(database, writing=writing)
        except sqlite3.Error:
            database.close()
            raise
        return database

    def _close(self) -> None:
        if self._closing is not None:
            with contextlib.suppress(sqlite3.Error):
                self._closing()
        self._reader = self._closing = None


def _prepare(database: sqlite3.Connection, *, writing: bool) -> None:
    (found,) = database.execute("PRAGMA user_version").fetchone()
    if found != FORMAT:
        if not writing:
            raise sqlite3.DatabaseError
        database.execute(f"PRAGMA page_size = {_PAGE:d}")  # of a new file; of an old one it stays
        database.execute("DROP TABLE IF EXISTS text")
        database.execute(f"PRAGMA user_version = {FORMAT:d}")
    database.execute(f"PRAGMA cache_size = -{_MEMORY:d}")
    if writing:
        database.execute("PRAGMA synchronous = OFF")
        database.execute(_TABLE)


def _write(
    database: sqlite3.Connection, new: Iterable[tuple[str, bytes]], keep: set[str] | None
) -> None:
    with database:
        database.execute("BEGIN IMMEDIATE")
        if keep is not None:
            stored = {key for (key,) in database.execute("SELECT key FROM text")}
            database.executemany(
                "DELETE FROM text WHERE key = ?", ((key,) for key in stored - keep)
            )
        database.executemany("INSERT OR REPLACE INTO text VALUES (?, ?)", new)


def _walk_code(folder: Traversable) -> Iterator[Traversable]:
    for item in sorted(folder.iterdir(), key=lambda item: item.name):
        if item.is_dir():
            yield from _walk_code(item)
        elif item.name.endswith(_CODE):
            yield item
