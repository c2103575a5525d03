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


def test_names_of_one_post_only_are_no_finding() -> None:
    assert found(exp166_a="# A\n", exp167_b="# B\n") == []
