"""The experiments table as it stands on the page, before any script runs."""

from __future__ import annotations

import json
import re
from html import unescape

from journal_plugin.pages.columns import find_columns
from tests.support.make import build, page_of


def test_columns_are_those_that_a_post_fills() -> None:
    built = build(
        a="---\nstatus: complete\nmetrics: {loss: 1}\nparams: {lr: 0.1, opt: sgd}\n---\n# A\n",
        b="---\ndate: 2026-01-01\nmetrics: {acc: {value: null}}\nparams: {lr: 0.2}\n---\n# B\n",
    )
    columns = find_columns(built.book, built.journal.posts)
    assert [(c.key, c.kind.value, c.is_main) for c in columns] == [
        ("date", "date", True),
        ("status", "text", True),
        ("metric.loss", "number", True),
        ("param.lr", "number", False),
        ("param.opt", "text", False),
    ]


def test_every_field_of_every_post_is_on_the_page() -> None:
    built = build(
        a="---\nhypothesis: It works <b>well</b>.\nsuccess_criteria: [one, two]\ncommand: run me\n"
        "hardware: a laptop\ncost: 2 EUR\nparams: {deep: {er: 1}}\ntags: [t]\ndata: x.csv\n---\n# A\n"
    )
    html = page_of(built, "experiments/index")
    for text in (
        "It works &lt;b&gt;well&lt;/b&gt;.",
        "two",
        "run me",
        "a laptop",
        "2 EUR",
        "er: 1",
        "x.csv",
    ):
        assert text in html


def test_values_for_the_script_are_plain_and_escaped() -> None:
    built = build(
        a="---\ntags: [Big One, small]\nmetrics: {'a\"b': {value: 0.5, baseline: 1, better: lower}}\n---\n# A\n"
    )
    html = page_of(built, "experiments/index")
    assert 'data-key="tag" data-value="big-one\nsmall"' in html
    cell = re.search(r'<td[^>]*data-key="metric.a&#34;b"[^>]*>', html)
    assert cell
    assert 'data-value="0.5" data-baseline="1.0" data-better="lower"' in cell[0]


def test_labels_of_the_script_come_along() -> None:
    html = page_of(build(a="# A\n"), "experiments/index")
    match = re.search(r'data-words="([^"]*)"', html)
    assert match
    words = json.loads(unescape(match[1]))
    assert words["count"] == "Experiments: {shown} of {total}"


def test_only_some_metrics_are_columns_from_the_start() -> None:
    metrics = ", ".join(f"m{n}: {n}" for n in range(9))
    built = build(
        a=f"---\nmetrics: {{{metrics}}}\n---\n# A\n", b="---\nmetrics: {m8: 1}\n---\n# B\n"
    )
    columns = find_columns(built.book, built.journal.posts)
    assert [c.name for c in columns if c.is_main] == ["m8", "m0", "m1", "m2", "m3"]
    assert len(columns) == 9


def test_up_to_500_experiments_are_one_page() -> None:
    built = build(**{f"p{n:03}": "---\nstatus: complete\n---\n# P\n" for n in range(500)})
    uris = [page.uri for page in built.pages if page.uri.startswith("journal/experiments/")]
    assert uris == ["journal/experiments/index.md"]


def test_more_go_on_with_plain_links() -> None:
    built = build(**{f"p{n:03}": "---\nstatus: complete\n---\n# P\n" for n in range(501)})
    assert page_of(built, "experiments/index").count("<tr data-run=") == 500
    assert page_of(built, "experiments/page-2").count("<tr data-run=") == 1
    assert 'href="page-2/"' in page_of(built, "experiments/index")


def test_an_empty_journal_says_what_to_do() -> None:
    html = page_of(build(), "experiments/index")
    assert "<code>posts</code>" in html
    assert "data-journal-table" not in html
