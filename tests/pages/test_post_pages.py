"""Header and footer of a post: metrics, reproduction box, line of experiments, related ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from journal_plugin.model import Metric
from journal_plugin.pages.posts import find_commit, render_footer, render_header
from journal_plugin.pages.verdicts import find_difference
from tests.support.make import build, make_issue

if TYPE_CHECKING:
    from journal_plugin.build import Build

MINUS = "\N{MINUS SIGN}"
SHA = "f5299ea6dcbcb9dde0d1834112a5f49b6d8e3a16"


def footer(built: Build, slug: str) -> str:
    post = next(post for post in built.journal.posts if post.slug == slug)
    return str(render_footer(built.book.place_of(post), post))


def header(built: Build, slug: str) -> str:
    post = next(post for post in built.journal.posts if post.slug == slug)
    return str(render_header(built.book.place_of(post), post))


@pytest.mark.parametrize(
    ("metric", "amount", "percent", "verdict"),
    [
        (Metric(value=0.4, baseline=0.3, better="higher"), 0.1, 100 / 3, "better"),
        (Metric(value=0.4, baseline=0.3, better="lower"), 0.1, 100 / 3, "worse"),
        (Metric(value=0.164, baseline=1.0, better="lower"), -0.836, -83.6, "better"),
        (Metric(value=2.0, baseline=2.0, better=None), 0.0, 0.0, "same"),
        (Metric(value=3.0, baseline=0.0, better="higher"), 3.0, None, "better"),
        (Metric(value=-1.0, baseline=-2.0, better="higher"), 1.0, 50.0, "better"),
        (Metric(value=1.0, baseline=2.0, better=None), -1.0, -50.0, None),
    ],
)
def test_difference(
    metric: Metric, amount: float, percent: float | None, verdict: str | None
) -> None:
    found = find_difference(metric)
    assert found is not None
    assert found.amount == amount
    assert found.percent == pytest.approx(percent)
    assert found.verdict == verdict


def test_a_missing_number_has_no_difference() -> None:
    assert find_difference(Metric(value=1.0)) is None
    assert find_difference(Metric(value=None, baseline=1.0)) is None


def test_table_of_metrics() -> None:
    built = build(
        a="---\nmetrics:\n  loss: {value: 0.2, baseline: 0.5, better: lower, unit: nats}\n  steps: 10\n---\n# A\n"
    )
    html = header(built, "a")
    assert "<bdi>0.2 nats</bdi>" in html
    assert f"<bdi>{MINUS}0.3</bdi>" in html
    assert f"({MINUS}60&nbsp;%)" in html
    assert 'journal-verdict--better">better<' in html
    assert "<bdi>steps</bdi>" in html


@pytest.mark.parametrize(
    ("text", "repo", "name", "url"),
    [
        (SHA, "lab/model", SHA[:10], f"https://github.com/lab/model/commit/{SHA}"),
        ("ABCDEF1", "lab/model", "abcdef1", "https://github.com/lab/model/commit/abcdef1"),
        (
            f"other/place@{SHA}",
            "lab/model",
            SHA[:10],
            f"https://github.com/other/place/commit/{SHA}",
        ),
        (
            f"https://github.com/o/n/commit/{SHA}",
            None,
            SHA[:10],
            f"https://github.com/o/n/commit/{SHA}",
        ),
        (SHA, None, SHA[:10], None),
        ("main", "lab/model", "main", None),
        ("javascript:alert(1)", "lab/model", "javascript:alert(1)", None),
        ("../../evil", "lab/model", "../../evil", None),
    ],
)
def test_commit(text: str, repo: str | None, name: str, url: str | None) -> None:
    found = find_commit(text, repo)
    assert found is not None
    assert (found.name, found.url) == (name, url)


def test_reproduction_box() -> None:
    built = build(
        a=f"---\ncommit: '{SHA}'\ncommand: python train.py --lr '<0.1>'\nhardware: one GPU\ncost: 3 h\n"
        "params: {lr: 0.1, layers: [1, 2], amp: true, none: null}\ndata: [docs/data/a.csv, b.csv]\n---\n# A\n"
    )
    html = footer(built, "a")
    assert f'href="https://github.com/lab/model/commit/{SHA}"' in html
    assert 'data-clipboard-text="python train.py --lr &#39;&lt;0.1&gt;&#39;"' in html
    assert f'href="https://github.com/lab/model/blob/{SHA}/docs/data/a.csv"' in html
    assert "<code>b.csv</code>" in html
    assert "<code>layers</code> 1, 2" in html
    assert "<code>amp</code> true" in html
    assert "one GPU" in html
    assert "3 h" in html


def test_a_plain_post_gets_neither_header_nor_footer() -> None:
    built = build(a="# A\n\nOnly words.\n")
    assert header(built, "a") == ""
    assert footer(built, "a") == ""


def test_line_of_experiments_goes_both_ways() -> None:
    built = build(
        a="# A\n",
        b="---\nfollows: a\n---\n# B\n",
        c="---\nfollows: b\n---\n# C\n",
        d="---\nreplicates: b\n---\n# D\n",
    )
    html = footer(built, "b")
    before, after = html.split("After this one")
    assert 'href="../a/"' in before
    assert "this one follows it" in before
    assert after.index('href="../c/"') < after.index("follows this")
    assert after.index('href="../d/"') < after.index("replicates this")


def test_related_experiments_come_with_the_reason_and_without_neighbours() -> None:
    built = build(
        [make_issue(1), make_issue(2)],
        a="---\nproblem: p\ntags: [x, y]\nissues: [1]\ndate: 2026-01-01\n---\n# A\n",
        b="---\nproblem: p\nfollows: a\ntags: [x]\n---\n# B\n",
        c="---\nproblem: p\ntags: [x]\n---\n# C\n",
        d="---\ntags: [X, y]\n---\n# D\n",
        e="Speaks of #1.\n",
        f="---\ntags: [z]\n---\n# F\n",
    )
    related = built.book.related
    assert related is not None
    post = next(post for post in built.journal.posts if post.slug == "a")
    found = related.find(post)
    assert [item.post.slug for item in found] == ["c", "d", "e"]
    assert [tag.name for tag in found[1].tags] == ["x", "y"]
    assert [record.id.number for record in found[2].records] == [1]
    html = footer(built, "a")
    assert "same problem:" in html
    assert "same tags:" in html
    assert "both refer to" in html


def test_what_hundreds_share_relates_nothing() -> None:
    texts = {f"p{n:03}": "---\ntags: [all]\n---\n# P\n" for n in range(101)}
    built = build(**texts)
    assert built.book.related is not None
    assert built.book.related.find(built.journal.posts[0]) == ()
