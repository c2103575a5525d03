"""What Python's collector is kept from, and that it works again afterwards."""

from __future__ import annotations

import gc
import weakref
from typing import TYPE_CHECKING

import pytest

from journal_plugin.collector import paused_collector, set_aside, take_back
from journal_plugin.pages.records import render_record
from tests.support.make import build, make_issue

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


def test_the_page_of_a_record_leaves_nothing_for_the_collector() -> None:
    """Else it would have to look for thousands of pages, which wait in memory until then."""
    book = build([make_issue(n, "A title", "See #1.", comments=["One."]) for n in (1, 2)]).book
    gc.collect()
    gc.disable()
    try:
        for record in book.journal.records.values():
            render_record(book, record)
        assert gc.collect() == 0
    finally:
        gc.enable()
