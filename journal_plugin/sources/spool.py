"""The texts of records, in a temporary file without a name instead of in memory.

Most of a snapshot is text, and a build reads little of it, one record at a time. The snapshot's own
files would not do: they may change during the build. Where there is no room for a temporary file,
texts stay in memory.
"""

from __future__ import annotations

import os
import tempfile
from array import array
from itertools import accumulate, pairwise
from threading import Lock
from typing import TYPE_CHECKING, NamedTuple

from journal_plugin.stored_text import store_text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import IO

    from journal_plugin.model import Record

_LONG = 200
"""Bytes of a record from which on its texts take more memory than their place in the file."""
_BATCH = 1 << 18
"""Bytes that are written at once; the texts of a small journal stay in memory."""
_CODE = "utf-8", "surrogatepass"


class Spool:
    """A file that texts are added to; it is gone with the last record that has a text in it."""

    def __init__(self) -> None:
        """Start without a file."""
        self.size = 0
        """Bytes in the file."""
        self._file: IO[bytes] | None = None
        self._can_write = True
        self._lock = Lock()
        self._waiting: list[tuple[Record, bytes]] = []
        self._wait_size = 0
        self._last: tuple[int, Sequence[str]] = (-1, ())

    def __del__(self) -> None:
        """Close the file, which removes it."""
        if self._file:
            self._file.close()

    def add(self, record: Record) -> None:
        """Take the texts of a record. They leave the memory once enough of them wait."""
        if not self._can_write:
            return
        texts = [record.body]
        for comment in record.comments:
            texts += (comment.body, comment.url or "")
        content = _pack(texts)
        if len(content) <= _LONG:
            return
        self._waiting.append((record, content))
        self._wait_size += len(content)
        if self._wait_size >= _BATCH:
            self._write()

    def read(self, start: int, size: int) -> Sequence[str]:
        """The texts of a record, from its place in the file.

        Raises:
            OSError: the file can no longer be read.
        """
        last = self._last  # as they are asked for one after the other
        if last[0] == start:
            return last[1]
        texts = _unpack(self._load(start, size))
        self._last = start, texts
        return texts

    def _load(self, start: int, size: int) -> bytes:
        if self._file is None:
            content = b""
        elif hasattr(os, "pread"):  # where a process may fork, its children share the position
            content = os.pread(self._file.fileno(), size, start)
        else:
            with self._lock:
                self._file.seek(start)
                content = self._file.read(size)
        if len(content) != size:
            msg = "the temporary file with the texts of records was cut off"
            raise OSError(msg)
        return content

    def _write(self) -> None:
        """Write what waits, and let go of it; without room it stays in memory, as all after it."""
        waiting, self._waiting, self._wait_size = self._waiting, [], 0
        try:
            with self._lock:
                self._append(b"".join([content for _, content in waiting]))
        except OSError:
            self._can_write = False
            return
        start = self.size
        for record, content in waiting:
            _let_go(record, _Texts(self, start, len(content)))
            start += len(content)
        self.size = start

    def _append(self, content: bytes) -> None:
        if self._file is None:
            self._file = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115 - closed at the end
        self._file.seek(self.size)
        if self._file.write(content) != len(content):
            msg = "no room"
            raise OSError(msg)


class _Texts(NamedTuple):
    """Where the texts of a record lie; the first is its own."""

    spool: Spool
    start: int
    size: int

    def find(self) -> Sequence[str]:
        return self.spool.read(self.start, self.size)

    def read(self, name: str) -> str:
        """The record's own text."""
        del name
        return self.find()[0]


class _Texted(NamedTuple):
    """Where the texts of a comment lie among those of its record."""

    texts: _Texts
    number: int

    def read(self, name: str) -> str:
        """Its text, or its address, which comes next."""
        return self.texts.find()[self.number + (name == "url")]


def _let_go(record: Record, texts: _Texts) -> None:
    store_text(record, "body", texts)
    for number, comment in enumerate(record.comments):
        stored = _Texted(texts, 1 + 2 * number)
        store_text(comment, "body", stored)
        if comment.url is not None:
            store_text(comment, "url", stored)


def _pack(texts: Sequence[str]) -> bytes:
    """Texts behind their number and their lengths."""
    contents = [text.encode(*_CODE) for text in texts]
    return array("Q", (len(contents), *map(len, contents))).tobytes() + b"".join(contents)


def _unpack(content: bytes) -> Sequence[str]:
    numbers = memoryview(content)[: len(content) // 8 * 8].cast("Q")
    count = numbers[0]
    ends = accumulate(numbers[1 : count + 1], initial=(count + 1) * numbers.itemsize)
    return [str(content[start:end], *_CODE) for start, end in pairwise(ends)]
