"""What Python's collector is kept from, and that it works again afterwards."""

from __future__ import annotations

import gc
import weakref
from typing import TYPE_CHECKING

import pytest

from journal_plugin.collector import paused_collector, set_aside, take_back

if TYPE_CHECKING:
    from collections.abc import Iterator


class Knot:
    """An object that only the collector can remove."""

    def __init__(self) -> None:
        self.me = self


@pytest.fixture(autouse=True)
def _restored() -> Iterator[None]:
    yield
    gc.unfreeze()


def test_the_collector_works_again_after_a_pause() -> None:
    with paused_collector():
        assert not gc.isenabled()
    assert gc.isenabled()
    with pytest.raises(KeyError), paused_collector():
        raise KeyError
    assert gc.isenabled()
    knot = weakref.ref(Knot())
    gc.collect()
    assert knot() is None


def test_a_collector_that_was_off_stays_off() -> None:
    gc.disable()
    try:
        with paused_collector():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()


def test_what_was_set_aside_is_removed_once_the_next_build_starts() -> None:
    """Else each build of `mkdocs serve` would leave the one before behind."""
    knot = weakref.ref(Knot())
    set_aside()
    gc.collect()
    assert knot() is not None
    take_back()
    assert knot() is None
    assert gc.get_freeze_count() == 0
