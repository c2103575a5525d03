"""Charts have the marks that leather chooses."""

from __future__ import annotations

import leather
from hypothesis import assume, given
from hypothesis import strategies as st

from journal_plugin.pages.scales import Linear

_VALUE = st.floats(-1e6, 1e6) | st.integers(-1000, 1000).map(float)


@given(_VALUE, _VALUE)
def test_the_marks_are_those_of_leather(one: float, other: float) -> None:
    low, high = sorted((one, other))
    assume(high - low > max(abs(low), abs(high)) * 1e-9)  # as charts see to
    scale, original = Linear(low, high), leather.Linear(low, high)
    assert list(map(str, scale.ticks())) == list(map(str, original.ticks()))
    middle = (low + high) / 2
    assert scale.project(middle, 0, 300) == round(float(original.project(middle, 0, 300)), 1)
    assert scale.contains(middle)
