"""`journal export`: what the files say; what engines make of them is tested with the engines."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import frontmatter
import markdown

from tests.support.project import CONFIG, make_project, run

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

LOG = """---
authors: Jane Roe
---

# Lab log

How we work.

## 2026-01-31: Bigger batches [failure]

**Issue**: #18

It diverged.

```
## 2026-02-03: inside code
```

## 2026-02-02: Warm-up [success]

Follows #21.

## About

Not an entry.
"""


def export_log(root: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.chdir(root)
    config = f"{CONFIG}      posts: [LOG.md]\n"
    make_project(root, {"docs/LOG.md": LOG}, config=config)
    done = run("export", "--out", "out")
    assert done.exit_code == 0, done.output
    return (root / "out" / "LOG.md").read_text(encoding="utf-8")


def test_each_entry_of_a_log_gets_its_own_header_and_footer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = export_log(tmp_path, monkeypatch)
    first, second = (text.index(f"## {day}") for day in ("2026-01-31", "2026-02-02"))
    badges, related = (
        [match.start() for match in re.finditer(pattern, text, re.MULTILINE)]
        for pattern in ('^<span class="journal-badge', "^## Related experiments")
    )
    assert first < badges[0] < text.index("It diverged.") < related[0] < second
    assert second < badges[1] < text.index("Follows ") < related[1] < text.index("## About")
    assert len(badges) == len(related) == 2
    assert "LOG.md#2026-02-02-warm-up-success" in text, "entries lead to each other"
    assert "How we work.\n" in text[:first]


def test_what_the_author_wrote_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = export_log(tmp_path, monkeypatch)
    assert frontmatter.loads(text).metadata == {"authors": "Jane Roe"}
    for line in ("# Lab log", "It diverged.", "## 2026-02-03: inside code", "Not an entry."):
        assert f"\n{line}\n" in text
    html = markdown.markdown(frontmatter.loads(text).content, extensions=["fenced_code", "toc"])
    assert html.count("<h2") == 5, "headings of the log and of the journal are still headings"
    assert 'href="journal/issues/21/index.md"' in html


def test_pages_that_only_continue_a_list_ask_not_to_be_searched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("journal_plugin.pages.records.PAGE_SIZE", 1)
    monkeypatch.chdir(tmp_path)
    make_project(tmp_path)
    assert run("export", "--out", "out").exit_code == 0
    pages = {
        path.relative_to(tmp_path / "out").as_posix(): frontmatter.load(str(path)).metadata
        for path in (tmp_path / "out" / "journal").rglob("*.md")
    }
    excluded = [uri for uri, meta in pages.items() if meta.get("search") == {"exclude": True}]
    assert excluded == ["journal/issues/page-2/index.md"]


def test_headings_of_generated_pages_are_headings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They get a mark for the search, and stay tags."""
    make_project(tmp_path)
    monkeypatch.chdir(tmp_path)
    assert run("export", "--out", "out").exit_code == 0
    page = (tmp_path / "out" / "journal" / "index.md").read_text(encoding="utf-8")
    assert "<h2 data-search-exclude" in page
    assert page.count("<h2") == page.count("</h2>")
