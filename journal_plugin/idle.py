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
        self._build = 0

    def later(self, job: Callable[[], object]) -> None:
        """Do a job when there is time, once; it must not fail."""
        if not self._waits:
            job()
        elif job not in self._jobs:
            self._jobs.append(job)

    def start(self) -> None:
        """A build is over: do the jobs soon, beside the server."""
        self._stop()
        if self._jobs:
            self._timer = threading.Timer(_QUIET, self._work, (self._build,))
            self._timer.daemon = True
            self._timer.start()

    def settle(self) -> None:
        """Another build begins: do what is left, or wait for who does it."""
        self._stop()
        self._build += 1
        with self._lock:
            self._do_jobs()

    def _work(self, build: int) -> None:
        with self._lock:
            if build == self._build:  # else the timer was late, and another build goes on
                self._do_jobs()

    def _do_jobs(self) -> None:
        while self._jobs:
            self._jobs.pop(0)()

    def _stop(self) -> None:
        if self._timer:
            self._timer.cancel()
        self._timer = None
