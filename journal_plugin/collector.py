"""Python's collector of cycles, kept from looking at data that has none."""

from __future__ import annotations

import gc
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_SECOND = 2


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

    def start_build(self) -> None:
        """Remove what the last build of this process has left behind.

        What is in use when the second build starts stays set aside until the process ends: modules,
        records, what is remembered of texts. Later builds set nothing aside, because that could be
        taken back only with all of this.
        """
        self._builds += 1
        if self._builds > _SECOND:
            gc.collect()
        elif gc.get_freeze_count():
            gc.unfreeze()
            gc.collect()
            if self._builds == _SECOND:
                gc.freeze()

    def set_aside(self) -> None:
        """Let the collector look no more at what there is now, because it stays until the end.

        The interpreter does not take these objects apart one by one at its end either.
        """
        if self._builds < _SECOND:
            gc.freeze()
