"""Which file a wrong link was probably meant for."""

from __future__ import annotations

import pytest

from journal_plugin.near_links import find_near_path

KNOWN = (
    "docs/posts/2026-01-31-foo.md",
    "docs/posts/2026-02-28-foo.md",
    "docs/posts/bar.md",
    "docs/other/only-here.md",
    "docs/a/README.md",
    "docs/b/index.md",
)


@pytest.mark.parametrize(
    ("wanted", "meant"),
    [
        ("docs/posts/2026-01-30-foo.md", "docs/posts/2026-01-31-foo.md"),
        ("docs/posts/2026-02-27-foo.md", "docs/posts/2026-02-28-foo.md"),
        ("docs/posts/foo.md", "docs/posts/2026-02-28-foo.md"),
        ("docs/posts/barr.md", "docs/posts/bar.md"),
        ("docs/posts/only-here.md", "docs/other/only-here.md"),
        ("docs/posts/2026-01-30-quite-another.md", None),
        ("docs/posts/x/README.md", None),
    ],
)
def test_near_path_is_found(wanted: str, meant: str | None) -> None:
    assert find_near_path(wanted, KNOWN) == meant
