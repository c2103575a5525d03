"""Python's collector of cycles, kept from looking at data that has none."""

from __future__ import annotations

import gc
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_SECOND = 2
_MANY = 10_000
"""New objects after which the collector looks at them during a build. Python's own number, some
hundreds, lets it look hundreds of times, and what it finds is next to nothing."""


@contextmanager
def paused_collector() -> Iterator[None]:
    """Pause the collector, for code that makes a great many objects that all stay.

    It looks at all objects again each time their number has grown by a quarter, which takes more
    than proportional time in a large journal and finds nothing: frozen data holds no cycles.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


class Remainder:
    """What the collector need not look at, over all builds of one process."""

    def __init__(self) -> None:
        self._builds = 0
        self._is_tidy = False
        self._is_paused = False
        self._threshold: tuple[int, int, int] | None = None

    def start_build(self) -> None:
        """Remove what the last build has left, unless that is done; pause during a rebuild."""
        if not self._is_tidy:
            self.tidy()
        self._is_tidy = False
        self._builds += 1
        self._threshold = gc.get_threshold()
        if 0 < self._threshold[0] < _MANY:
            gc.set_threshold(_MANY, *self._threshold[1:])
        if self._builds >= _SECOND and gc.isenabled():
            # A rebuild makes little that stays, and the time of whoever waits for it counts.
            gc.disable()
            self._is_paused = True

    def resume(self) -> None:
        """Let the collector work as before the build."""
        if self._threshold:
            gc.set_threshold(*self._threshold)
        if self._is_paused:
            gc.enable()
        self._threshold, self._is_paused = None, False

    def tidy(self) -> None:
        """Remove what the last build of this process has left behind, now that there is time.

        The collector works again from then on.

        What is in use after the first build stays set aside until the process ends: modules,
        records, what is remembered of texts. Later builds set nothing aside, because that could be
        taken back only with all of this.
        """
        self._is_tidy = True
        self.resume()
        if self._builds >= _SECOND:
            gc.collect()
        elif gc.get_freeze_count():
            gc.unfreeze()
            gc.collect()
            if self._builds:
                gc.freeze()

    def set_aside(self) -> None:
        """Let the collector look no more at what there is now, because it stays until the end.

        The interpreter does not take these objects apart one by one at its end either.
        """
        if self._builds < _SECOND:
            gc.freeze()
