"""`llms.txt` follows its convention, and no title breaks out of its line."""

from __future__ import annotations

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from journal_plugin.pages.page import Site
from journal_plugin.text.body import render_markdown
from tests.support.make import build, make_issue

SITE = Site(name="Lab", url="https://journal.example/")
POST = """---
title: Second [try](javascript:x)
date: 2026-01-10
status: complete
outcome: success
problem: collapse
issues: [1]
metrics: {entropy: {value: 3.79, unit: bits}}
---
## Conclusion

The schedule helps.
"""


def llms_of(site: Site = SITE, **texts: str) -> str:
    records = [make_issue(1, "Mode collapse", "Samples repeat.", labels=["problem:collapse"])]
    built = build(records, site=site, **texts)
    files = {asset.uri: asset.content.decode() for asset in built.assets}
    return files["journal/llms.txt"]


def test_title_summary_then_sections_of_links() -> None:
    lines = [line for line in llms_of(one=POST).split("\n") if line]
    assert lines[0] == "# Lab"
    assert lines[1].startswith("> The research journal of lab/model: 1 problem, 1 experiment and")
    heads = [line for line in lines[2:] if line.startswith("#")]
    assert heads == ["## Problems", "## Experiments", "## Overview", "## Optional"]
    items = [line for line in lines[2:] if not line.startswith("#")]
    assert all(re.match(r"- \[.+\]\(https://journal\.example/[^)]*\): .", item) for item in items)


def test_problems_and_experiments_say_status_outcome_and_conclusion() -> None:
    text = llms_of(one=POST)
    (problem,) = [line for line in text.split("\n") if "/problems/collapse/" in line]
    assert problem.endswith(
        ": Status: complete. Outcome: success. Latest result: "
        r"Second \[try\](javascript:x). The schedule helps."
    )
    (post,) = [line for line in text.split("\n") if "/posts/one/" in line]
    assert "2026-01-10. Status: complete. Outcome: success. Metrics: entropy 3.79 bits." in post
    assert "(https://journal.example/journal/issues/1/): Samples repeat." in text


def test_without_site_url_links_are_relative_to_the_file() -> None:
    assert "](problems/collapse/)" in llms_of(Site(), one=POST)


def test_an_empty_journal_has_only_the_overview() -> None:
    files = {asset.uri: asset.content.decode() for asset in build().assets}
    assert re.findall("^## .*", files["journal/llms.txt"], re.MULTILINE) == ["## Overview"]


@settings(max_examples=25, deadline=None)
@given(st.text(max_size=80))
def test_any_title_stays_in_its_link(title: str) -> None:
    built = build(
        [make_issue(1, title, title, labels=["problem:p", "problem"])],
        site=Site(url="https://journal.example/"),
    )
    files = {asset.uri: asset.content.decode() for asset in built.assets}
    html = render_markdown(files["journal/llms.txt"])
    assert set(re.findall(r"<(\w+)", html)) <= {"h1", "h2", "blockquote", "p", "ul", "li", "a"}
    assert html.count("<li>") == 1 + 5 + 1
