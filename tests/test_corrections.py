"""Corrections: everything that relies on a corrected result says so, with the way to it."""

from __future__ import annotations

from tests.support.make import build, page_of

POSTS = {
    "base": "---\ntitle: Base\ndate: 2026-01-01\nproblem: p\n---\n",
    "middle": "---\ntitle: Middle\ndate: 2026-01-02\nfollows: base\n---\n",
    "end": "---\ntitle: End\ndate: 2026-01-03\nreplicates: middle\nproblem: q\n---\n",
    "fix": "---\ntitle: Fix\ndate: 2026-01-04\nfollows: base\ncorrects: base\n---\n",
    "after": "---\ntitle: After\ndate: 2026-01-05\nfollows: fix\n---\n",
}


def reliances() -> dict[str, list[tuple[str, ...]]]:
    found = build(**POSTS).journal.reliances
    return {node: [reliance.path for reliance in paths] for node, paths in found.items()}


def test_reliance_is_transitive_and_stops_at_the_correction() -> None:
    assert reliances() == {
        "post:base": [("post:base",)],
        "post:middle": [("post:middle", "post:base")],
        "post:end": [("post:end", "post:middle", "post:base")],
    }


def test_case_studies_warn_too() -> None:
    built = build(**POSTS)
    assert "This was corrected" in page_of(built, "problems/p")
    assert "This relies on something that was corrected" in page_of(built, "problems/q")


def test_circles_end() -> None:
    built = build(
        a="---\nfollows: b\ncorrects: c\n---\n",
        b="---\nfollows: c\n---\n",
        c="---\nfollows: b\n---\n",
    )
    assert set(built.journal.reliances) == {"post:b", "post:c"}


def test_the_ledger_lists_negative_results_and_corrections() -> None:
    built = build(
        **POSTS,
        failed="---\ntitle: Failed\ndate: 2026-01-06\noutcome: failure\n---\n"
        "## Conclusion\n\nNo gain.\n\n## What would invalidate this\n\nA longer run.\n\n"
        "Correction: the batch size was 8, not 16.\n",
    )
    html = page_of(built, "ledger/index")
    for words in ("No gain.", "A longer run.", "the batch size was 8, not 16."):
        assert words in html
    assert html.index("Fix") < html.rindex("corrects") < html.rindex("Base")
