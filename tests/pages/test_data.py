"""`journal.json` is one document, however many pieces it is written in."""

from __future__ import annotations

import json

import pytest

from journal_plugin.formats import dump_json
from tests.support.make import build, make_issue

HOSTILE = 'a\\n  "edges": [ ] "records": [\n "edges": ['


@pytest.mark.parametrize("count", [0, 1, 1201])
def test_the_lists_are_complete_and_in_the_one_form(count: int) -> None:
    records = [
        make_issue(number, HOSTILE, f"Part of #{number + 1}") for number in range(1, count + 1)
    ]
    built = build(records)
    (content,) = (a.content for a in built.assets if a.uri == "journal/journal.json")
    data = json.loads(content)
    assert content == dump_json(data)
    assert [record["number"] for record in data["records"]] == list(range(1, count + 1))
    assert {record["title"] for record in data["records"]} <= {HOSTILE}
    assert len(data["edges"]) == max(count - 1, 0)
