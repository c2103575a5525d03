"""What Python's collector is kept from, and that it works again afterwards."""

from __future__ import annotations

import gc
import weakref
from typing import TYPE_CHECKING

import pytest

from journal_plugin.collector import Remainder, paused_collector
from journal_plugin.pages.records import render_record
from tests.support.make import build, make_issue

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


_THRESHOLD = gc.get_threshold()


class Knot:
    """An object that only the collector can remove."""

    def __init__(self) -> None:
        self.me = self


@pytest.fixture(autouse=True)
def _restored() -> Iterator[None]:
    yield
    gc.unfreeze()
    gc.enable()
    gc.set_threshold(*_THRESHOLD)


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


def test_what_a_build_sets_aside_is_removed_once_the_next_one_starts() -> None:
    """Else each build of `mkdocs serve` would leave the one before behind."""
    remainder = Remainder()
    for _ in range(4):
        remainder.start_build()
        knot = weakref.ref(Knot())
        remainder.set_aside()
        gc.collect(0)
        remainder.start_build()
        assert knot() is None


def test_what_the_first_build_leaves_in_use_is_looked_at_once() -> None:
    remainder, kept = Remainder(), Knot()
    remainder.start_build()
    remainder.set_aside()
    assert _is_set_aside(kept)
    remainder.start_build()
    assert _is_set_aside(kept)
    later = Knot()
    remainder.set_aside()
    assert not _is_set_aside(later), "it could not be taken back alone"


@pytest.mark.parametrize("end", [Remainder.tidy, Remainder.resume])
def test_the_collector_waits_until_a_rebuild_is_over(end: Callable[[Remainder], None]) -> None:
    remainder = Remainder()
    remainder.start_build()
    assert gc.isenabled()
    for _ in range(2):
        remainder.start_build()
        assert not gc.isenabled()
        end(remainder)
        assert gc.isenabled()
    remainder.start_build()
    remainder.start_build()
    remainder.resume()
    assert gc.isenabled(), "a build that failed must not turn it off for good"


def test_the_collector_looks_less_often_during_a_build_and_as_before_afterwards() -> None:
    remainder = Remainder()
    for _ in range(3):
        remainder.start_build()
        assert gc.get_threshold()[0] > 2000
        assert gc.get_threshold()[1:] == _THRESHOLD[1:]
    remainder.resume()
    assert gc.get_threshold() == _THRESHOLD
    for theirs in ((0, 10, 10), (99_999, 3, 3)):
        gc.set_threshold(*theirs)
        remainder.start_build()
        assert gc.get_threshold() == theirs, "somebody has chosen it"
        remainder.tidy()
        assert gc.get_threshold() == theirs


def test_what_was_tidied_up_is_not_looked_for_again(monkeypatch: pytest.MonkeyPatch) -> None:
    remainder, calls = Remainder(), iter("abc")
    remainder.start_build()
    remainder.start_build()
    monkeypatch.setattr(gc, "collect", lambda: next(calls))
    remainder.tidy()
    remainder.start_build()
    assert next(calls) == "b"


def test_another_instance_takes_back_what_one_has_set_aside() -> None:
    """Some plugins build a site several times in one process, each time with plugins of its own."""
    for _ in range(3):
        remainder = Remainder()
        remainder.start_build()
        assert gc.get_freeze_count() == 0
        remainder.set_aside()


def _is_set_aside(value: object) -> bool:
    return not any(known is value for known in gc.get_objects())


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
