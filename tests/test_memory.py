"""What one build makes for the next one of the same process."""

from __future__ import annotations

from journal_plugin.memory import Memory


def test_a_step_is_done_again_only_when_something_else_goes_in() -> None:
    memory, made = Memory(remembers=True), iter("abcd")
    for about, expected in (("x", "a"), ("x", "a"), ("y", "b"), ("x", "c")):
        assert memory.recall("step", (about, ["list"]), lambda: next(made)) == expected
    assert memory.recall("other step", ("x", ["list"]), lambda: next(made)) == "d"


def test_the_result_is_the_same_object_even_if_it_is_nothing() -> None:
    memory = Memory(remembers=True)
    assert memory.recall("list", (), list) is memory.recall("list", (), list)
    memory.recall("nothing", (), lambda: None)
    assert memory.recall("nothing", (), lambda: "something") is None


def test_a_build_without_a_next_one_keeps_nothing() -> None:
    memory = Memory()
    assert memory.recall("list", (), list) is not memory.recall("list", (), list)
