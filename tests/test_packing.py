"""What is packed for the next build is what comes back, phrases and all, or nothing does."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pytest

from journal_plugin.packing import Packing
from journal_plugin.phrases import count_phrase, phrase
from journal_plugin.rendering import render_record_texts
from journal_plugin.runlog import find_packing, find_record_charts
from journal_plugin.series import Axis, AxisKind, Plots
from tests.support.dumps import load_dump

if TYPE_CHECKING:
    from journal_plugin.phrases import Phrase


def _again(packing: Packing, value: object) -> object:
    return packing.unpack(json.loads(json.dumps(packing.pack(value))))


def test_charts_of_a_real_repository_come_back() -> None:
    found = 0
    for record in load_dump("ik_llama")[1]:
        texts = render_record_texts(record)
        htmls = [str(body.html) for body in (texts.body, *texts.comments)]
        if charts := find_record_charts(record, htmls):
            found += 1
            assert repr(_again(find_packing(), charts)) == repr(charts)
    assert found


@pytest.mark.parametrize(
    "said",
    [
        phrase("date"),
        phrase("on %(date)s", date=datetime(2026, 1, 31, tzinfo=UTC)),
        phrase("%(name)s, again", name=phrase("date")),
        phrase("all of %(names)s", names=("a", "b")),
        count_phrase("%(num)s run of %(whom)s", "%(num)s runs of %(whom)s", 2, whom="kit"),
    ],
)
def test_a_phrase_can_still_be_translated(said: Phrase) -> None:
    again: Phrase = _again(Packing(), said)  # type: ignore[assignment]
    assert again == said
    assert (again.form, again.plural, again.number) == (said.form, said.plural, said.number)
    assert again.values == said.values


def test_numbers_keep_their_kind() -> None:
    values = (1, 1.0, True, None, 1e-300, -0.0, "1", (), ((2.5, None),))
    assert repr(_again(Packing(), values)) == repr(values)


def test_lists_and_mappings_keep_their_kind() -> None:
    values = ([1, [2.5, ()]], {"a": [None], 2: {("b", 3): "c"}, None: {}}, [])
    assert repr(_again(Packing(), values)) == repr(values)
    with pytest.raises(TypeError, match="date cannot be packed"):
        Packing().pack({date(2026, 1, 31): 1})


def test_a_class_that_nobody_named_is_refused() -> None:
    axis = Axis(label="x", kind=AxisKind.TIME)
    assert _again(Packing(Axis, AxisKind), axis) == axis
    with pytest.raises(TypeError, match="AxisKind cannot be packed"):
        Packing(Axis).pack(axis)
    with pytest.raises(LookupError):
        Packing().unpack(Packing(Axis, AxisKind).pack(axis))
    plots = Plots(constants={"lr": 3e-4})
    assert _again(Packing(Plots), plots) == plots
