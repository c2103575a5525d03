"""The specified HTML of every example, but for the deviations that the reference page explains."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from journal_plugin.text.body import render_markdown
from tests.support.dumps import find_data

_EXAMPLE = re.compile(r"^`{32} example[^\n]*\n(.*?)^\.\n(.*?)^`{32}$", re.MULTILINE | re.DOTALL)
_ROW = re.compile(r"^\| (gfm-[a-z]+) \| (\d+) \| (\S[^|]+) \|$", re.MULTILINE)
_PAGE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "github-text.md"
SUITES = {"gfm-spec": 673, "gfm-extensions": 28}


def _examples(suite: str) -> list[tuple[str, str]]:
    text = find_data(f"security/{suite}.txt").read_text(encoding="utf-8")
    return [(a.replace("→", "\t"), b.replace("→", "\t")) for a, b in _EXAMPLE.findall(text)]


def _deviations(suite: str) -> set[int]:
    rows = _ROW.findall(_PAGE.read_text(encoding="utf-8"))
    return {int(number) for name, number, _ in rows if name == suite}


@pytest.mark.parametrize("suite", SUITES)
def test_examples_give_the_specified_html(suite: str) -> None:
    examples = _examples(suite)
    assert len(examples) == SUITES[suite]
    different = {
        number
        for number, (source, html) in enumerate(examples, start=1)
        if render_markdown(source) != html
    }
    assert different == _deviations(suite)
