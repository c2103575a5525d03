"""Data is written in one form, whichever way it is written."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from journal_plugin.formats import dump_json, format_entry

_TEXT = st.text()
_PLAIN = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | _TEXT


_ENTRY = st.recursive(_PLAIN, lambda inner: st.dictionaries(_TEXT, inner, min_size=1))


@given(st.dictionaries(_TEXT, _ENTRY, min_size=1), st.sampled_from(["", "    "]))
def test_an_entry_is_written_as_in_a_whole_document(entry: dict[str, object], margin: str) -> None:
    whole = dump_json(entry).decode().removesuffix("\n")
    form = format_entry(entry, margin).encode("utf-8", "replace").decode()
    assert form == "\n".join(margin + line for line in whole.split("\n"))
