"""A short name that two posts share is reported, with both paths."""

from __future__ import annotations

from journal_plugin.errors import Severity
from tests.support.make import build


def found(**texts: str) -> list[tuple[str, int, str]]:
    built = build(**texts)
    shared = [f for f in built.diagnostics if f.code == "shared-name"]
    assert all(finding.severity is Severity.INFO for finding in shared)
    return [(f.path, f.line, f.message) for f in shared]


def test_two_posts_of_one_number_are_reported_with_both_paths() -> None:
    ((path, line, message),) = found(exp166_a="# A\n", exp166_b="# B\n\nAfter exp166.\n")
    assert (path, line) == ("docs/posts/exp166-b.md", 1)
    assert message.startswith("the short name 'exp166' also belongs to docs/posts/exp166-a.md")


def test_a_declared_name_is_reported_on_its_line() -> None:
    texts = {"one": "---\nid: E012\n---\n# A\n", "two": "---\ntitle: T\nid: e012\n---\n# B\n"}
    ((path, line, _),) = found(**texts)
    assert (path, line) == ("docs/posts/two.md", 3)


def test_of_names_that_begin_alike_a_text_means_the_whole_one() -> None:
    texts = {"e1_a": "# A\n", "e12_a": "# B\n", "e12_ab": "# C\n", "exp2": "# D\n"}
    text = "# Text\n\ne1 and e12-a, E12-AB; no e1_, e12-abc, exp or exp21."
    built = build(**texts, text=text)
    edges = built.journal.graph.find_outgoing("post:text")
    assert [edge.target for edge in edges] == ["post:e1-a", "post:e12-a", "post:e12-ab"]


def test_names_of_one_post_only_are_no_finding() -> None:
    assert found(exp166_a="# A\n", exp167_b="# B\n") == []
