"""Inline fields and titles, in the forms that people write."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from journal_plugin.sources.prose import find_fields, find_title

FIELDS = [
    ("**Status**: running", "status", "running"),
    ("**Status:** running", "status", "running"),
    ("**Status** : running", "status", "running"),
    ("__Status__: running", "status", "running"),
    ("- **Status**: running", "status", "running"),
    ("* **status:** running", "status", "running"),
    ("1. **Status**: running", "status", "running"),
    ("> **Status**: running", "status", "running"),
    ("📌 **Status**: running", "status", "running"),
    ("**📌 Status**: running", "status", "running"),
    ("**Status**\uff1a进行中", "status", "进行中"),
    ("| **Status** | running |", "status", "running"),
    ("| Status | running |", "status", "running"),
    ("**Status**: running | **Date**: 2026-01-31", "status", "running"),
    ("**Status**: running | 📅 **Date**: 2026-01-31", "status", "running"),
    ("**Status**: running | **Date**: 2026-01-31", "date", "2026-01-31"),
    ("**Status**: running<br>", "status", "running"),
    ("**Status**: running\\", "status", "running"),
    ("**Builds on**: [x](a.md)", "follows", "[x](a.md)"),
    ("**Issue**: #18", "issues", "#18"),
    ("**Pull requests**: #19, #20", "prs", "#19, #20"),
]

NO_FIELDS = [
    "Status: running",
    "The **Status**: running",
    "```\n**Status**: running\n```",
    "~~~~\n```\n**Status**: running\n~~~~",
    "<!--\n**Status**: running\n-->",
    "**Statuses**: running",
    "**Status**:",
    "| Status | Date | Type |",
    "\n" * 60 + "**Status**: running",
]

TITLES = [
    ("# One", "One"),
    ("# One #", "One"),
    ("# A *b* `c` [d](e.md) {#id .x}", "A b c d"),
    ("One\n===", "One"),
    ("```bash\n# comment\n```\n\n# One", "One"),
    ("## Two", None),
    ("", None),
]


@pytest.mark.parametrize(("text", "key", "value"), FIELDS)
def test_inline_field_is_read(text: str, key: str, value: str) -> None:
    assert find_fields(text)[key].value == value


@pytest.mark.parametrize("text", NO_FIELDS)
def test_what_is_no_field_is_left_alone(text: str) -> None:
    assert find_fields(text) == {}


@pytest.mark.parametrize(("text", "title"), TITLES)
def test_title_is_the_first_heading(text: str, title: str | None) -> None:
    assert find_title(text) == title


@given(st.text("*_|:#`~<!->[]() Statusdate\n", max_size=200))
def test_any_text_is_read_without_an_error(text: str) -> None:
    lines = text.count("\n")
    assert all(0 <= field.offset <= lines for field in find_fields(text).values())
