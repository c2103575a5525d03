"""Work that a reader of `mkdocs serve` need not wait for."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_QUIET = 0.5
"""Seconds after a build in which the browser fetches its pages."""


class Idle:
    """Jobs that wait until a build is over, but not beyond the start of the next one."""

    def __init__(self, *, waits: bool = False) -> None:
        """Start without jobs; unless it `waits`, each is done at once."""
        self._waits = waits
        self._jobs: list[Callable[[], object]] = []
        self._lock = threading.Lock()
        self._timer: threading.Timer | None = None

    def later(self, job: Callable[[], object]) -> None:
        """Do a job when there is time; it must not fail."""
        if self._waits:
            self._jobs.append(job)
        else:
            job()

    def start(self) -> None:
        """A build is over: do the jobs soon, beside the server."""
        if self._jobs:
            self._timer = threading.Timer(_QUIET, self.settle)
            self._timer.daemon = True
            self._timer.start()

    def settle(self) -> None:
        """Do what is left, or wait for who does it."""
        with self._lock:
            if self._timer:
                self._timer.cancel()
                self._timer = None
            while self._jobs:
                self._jobs.pop(0)()
