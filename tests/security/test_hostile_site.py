"""A site with every risky extension switched on, over hostile records, leaks nothing and stays quick."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import pytest

from tests.conftest import run_mkdocs
from tests.security.test_attacks import COUNT_CALLS, FIRE
from tests.support.hostile import LEAKS, SHORT_TEXTS, make_record

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser

pytestmark = [pytest.mark.engine, pytest.mark.browser]

COUNT = 40
CONFIG = """\
site_name: Hostile
site_url: https://journal.example/
theme: {name: material, font: false}
plugins:
  - search
  - macros
  - markdown-exec
  - journal: {repo: own/repo, sync: never}
markdown_extensions:
  - abbr
  - admonition
  - attr_list
  - def_list
  - footnotes
  - md_in_html
  - meta
  - tables
  - toc: {permalink: true}
  - pymdownx.arithmatex: {generic: true}
  - pymdownx.details
  - pymdownx.emoji
  - pymdownx.highlight
  - pymdownx.magiclink
  - pymdownx.snippets: {base_path: [".", docs], check_paths: false}
  - pymdownx.superfences
  - pymdownx.tabbed: {alternate_style: true}
  - pymdownx.tasklist
"""
POST = """\
---
title: Post
date: 2026-01-05
status: complete
outcome: success
problem: the-question
issues: [1, 3]
prs: [2]
---

Text about #1, #2 and #3.
"""


class _Danger(HTMLParser):
    """Collects what no page may hold, whoever wrote it."""

    TAGS = frozenset({"iframe", "object", "embed", "base", "math", "frame", "template"})
    ADDRESS = re.compile(r"\s*(?:javascript|vbscript|data):", re.IGNORECASE)

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in self.TAGS:
            self.found.append(tag)
        for name, value in attrs:
            if name.startswith("on") or (
                name in ("href", "src", "action") and self.ADDRESS.match(value or "")
            ):
                self.found.append(f"{tag} {name}={value}")


@pytest.fixture(scope="module")
def hostile_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("hostile")
    records = root / ".journal" / "own" / "repo"
    records.mkdir(parents=True)
    for number in range(1, COUNT + 1):
        record = make_record(number, pull=number % 2 == 0)
        text = json.dumps(record, ensure_ascii=False, indent=2, sort_keys=True)
        (records / f"{number}.json").write_text(text + "\n", encoding="utf-8")
    posts = root / "docs" / "posts"
    posts.mkdir(parents=True)
    (posts / "post.md").write_text(POST, encoding="utf-8")
    (root / "docs" / "index.md").write_text("# Home\n\n[Journal](journal/index.md)\n")
    (root / "docs" / "secret.env").write_text("SECRET-VALUE-OF-ENV\n")
    (root / "secret.env").write_text("SECRET-VALUE-OF-ENV\n")
    (root / "mkdocs.yml").write_text(CONFIG, encoding="utf-8")
    done = run_mkdocs(root, "build", "--site-dir", str(root / "site"))
    assert done.returncode == 0, done.stderr
    return root / "site"


def _pages(site: Path) -> dict[str, str]:
    found = {
        path.relative_to(site).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted((site / "journal").rglob("*.html"))
    }
    assert sum("/issues/" in name or "/pulls/" in name for name in found) >= COUNT
    return found


def test_nothing_of_the_site_acts_on_records(hostile_site: Path) -> None:
    pages = _pages(hostile_site)
    leaks = [(name, leak) for name, text in pages.items() for leak in LEAKS if leak in text]
    assert leaks == []


def test_the_extensions_do_act_on_pages_of_the_author(hostile_site: Path, tmp_path: Path) -> None:
    root = hostile_site.parent
    page = '{{ 6 * 7111 }}\n\n--8<-- "secret.env"\n\n```python exec="1"\nprint("LEAKED" + "-EXEC")\n```\n'
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "index.md").write_text(page)
    (tmp_path / "secret.env").write_text("SECRET-VALUE-OF-ENV\n")
    config = (root / "mkdocs.yml").read_text().replace(
        "  - journal: {repo: own/repo, sync: never}\n", ""
    )  # fmt: skip
    (tmp_path / "mkdocs.yml").write_text(config)
    done = run_mkdocs(tmp_path, "build", "--site-dir", str(tmp_path / "site"))
    assert done.returncode == 0, done.stderr
    text = (tmp_path / "site" / "index.html").read_text()
    assert all(leak in text for leak in ("SECRET-VALUE-OF-ENV", "42666", "LEAKED-EXEC"))


def test_no_page_holds_anything_dangerous(hostile_site: Path) -> None:
    found = []
    for name, text in _pages(hostile_site).items():
        reader = _Danger()
        reader.feed(text)
        reader.close()
        found += [(name, danger) for danger in reader.found]
    assert found == []


def test_pages_bring_only_what_the_documented_policy_allows(hostile_site: Path) -> None:
    """See docs/how-to/content-security-policy.md; the theme's own shell is not looked at."""
    styles = set()
    for name, text in _pages(hostile_site).items():
        content = re.search(r"<article[^>]*>(.*)</article>", text, re.DOTALL)
        assert content, name
        scripts = re.findall(r"<script(?![^>]*application/(?:ld\+)?json)[^>]*>", content[1])
        assert (scripts, re.findall("<style", content[1])) == ([], []), name
        styles |= set(re.findall(r'\sstyle="([^":]*)', content[1]))
    assert styles <= {"--journal-label", "--journal-share"}


def test_other_formats_stay_well_formed(hostile_site: Path) -> None:
    journal = json.loads((hostile_site / "journal" / "journal.json").read_text(encoding="utf-8"))
    assert {record["title"] for record in journal["records"]} <= set(SHORT_TEXTS) | {
        text.replace("\x00", "").replace("\x1b", "") for text in SHORT_TEXTS
    }
    search = (hostile_site / "search" / "search_index.json").read_text(encoding="utf-8")
    assert json.loads(search)["docs"]
    assert "SECRET-VALUE-OF-ENV" not in search


def test_pages_call_nothing_in_a_browser(hostile_site: Path, browser: Browser) -> None:
    pages = _pages(hostile_site)
    wanted = [name for name in pages if name.count("/") < 3 or "/problems/" in name]
    # The comments of the first issue hold every body; the lists hold every short text.
    wanted += [f"journal/{name}/index.html" for name in ("issues/1", "pulls/2", "issues/3")]
    foreign: list[str] = []
    context = browser.new_context()
    context.add_init_script(COUNT_CALLS)

    def answer(route: object) -> None:
        url = route.request.url.partition("#")[0].partition("?")[0]  # type: ignore[attr-defined]
        path = hostile_site / url.removeprefix("https://journal.example/")
        if url.startswith("https://journal.example/") and path.is_file():
            route.fulfill(path=path)  # type: ignore[attr-defined]
            return
        if not url.startswith(("https://github.com/", "https://journal.example/")):
            foreign.append(url)
        route.abort()  # type: ignore[attr-defined]

    context.route("**/*", answer)
    page = context.new_page()
    for name in wanted:
        page.goto(f"https://journal.example/{name}")
        assert page.evaluate(FIRE) == 0, name
    context.close()
    assert foreign == []
