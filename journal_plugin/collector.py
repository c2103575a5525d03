"""Python's collector of cycles, kept from looking at data that has none."""

from __future__ import annotations

import gc
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


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


def set_aside() -> None:
    """Let the collector look no more at what there is now, because it stays until the build ends.

    The interpreter does not take these objects apart one by one at its end either.
    """
    gc.freeze()


def take_back() -> None:
    """Remove what was set aside for the last build of this process and is no longer used."""
    if gc.get_freeze_count():
        gc.unfreeze()
        gc.collect()
