"""Front matter that is written by hand reads back as what was meant."""

from __future__ import annotations

import yaml
from hypothesis import given
from hypothesis import strategies as st

from journal_plugin.pages.plain import quote_yaml

_TEXT = st.text(st.characters(exclude_categories=["Cs"]))


@given(_TEXT)
def test_any_text_reads_back(text: str) -> None:
    line = f"title: {quote_yaml(text)}\n"
    assert yaml.safe_load(line) == {"title": text}
    assert len(line.encode().splitlines()) == 1


@given(st.lists(_TEXT))
def test_any_list_reads_back(texts: list[str]) -> None:
    assert yaml.safe_load(f"hide: {quote_yaml(texts)}\n") == {"hide": texts}


@given(_TEXT)
def test_the_fast_loader_agrees(text: str) -> None:
    assert yaml.load(f"title: {quote_yaml(text)}\n", yaml.CSafeLoader) == {"title": text}
