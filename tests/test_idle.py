"""What `mkdocs serve` does when nobody waits for it."""

from __future__ import annotations

import threading
import time

import pytest

from journal_plugin.idle import Idle


def test_a_build_without_a_server_does_everything_at_once() -> None:
    done: list[int] = []
    idle = Idle()
    idle.later(lambda: done.append(1))
    assert done == [1]
    idle.start()
    idle.settle()
    assert done == [1]


def test_jobs_wait_for_the_end_of_the_build_and_are_done_in_order() -> None:
    done: list[int] = []
    over = threading.Event()
    idle = Idle(waits=True)
    for number in range(3):
        idle.later(lambda number=number: done.append(number))  # type: ignore[misc]
    idle.later(over.set)
    assert done == []
    idle.start()
    assert over.wait(10)
    assert done == [0, 1, 2]


def test_what_is_left_is_done_before_the_next_build() -> None:
    done: list[int] = []
    idle = Idle(waits=True)
    idle.later(lambda: done.append(1))
    idle.start()
    idle.settle()
    assert done == [1]
    idle.settle()
    assert done == [1]


def test_the_next_build_waits_for_a_job_that_has_begun(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("journal_plugin.idle._QUIET", 0)
    begun, done = threading.Event(), threading.Event()

    def work() -> None:
        begun.set()
        time.sleep(0.2)
        done.set()

    idle = Idle(waits=True)
    idle.later(work)
    idle.start()
    assert begun.wait(10)
    idle.settle()
    assert done.is_set()


def test_a_job_is_done_once_however_often_it_was_asked_for() -> None:
    done: list[int] = []

    def job() -> None:
        done.append(1)

    idle = Idle(waits=True)
    idle.later(job)
    idle.later(job)
    idle.settle()
    assert done == [1]


def test_nothing_is_done_during_a_build(monkeypatch: pytest.MonkeyPatch) -> None:
    """MkDocs may end a build twice, and a timer may be late."""
    timers: list[threading.Timer] = []

    class Timer(threading.Timer):
        def start(self) -> None:
            timers.append(self)

    monkeypatch.setattr(threading, "Timer", Timer)
    done: list[int] = []
    idle = Idle(waits=True)
    idle.later(lambda: done.append(1))
    idle.start()
    idle.start()
    first, second = timers
    assert first.finished.is_set()
    assert not second.finished.is_set()
    idle.settle()
    assert second.finished.is_set()
    idle.later(lambda: done.append(2))
    second.function(*second.args)
    assert done == [1]


def test_a_job_that_fails_does_not_take_the_others_along() -> None:
    done: list[int] = []
    idle = Idle(waits=True)
    idle.later(lambda: 1 / 0)
    idle.later(lambda: done.append(1))
    with pytest.raises(ZeroDivisionError):
        idle.settle()
    idle.settle()
    assert done == [1]
