"""The search index of real builds: one entry a generated page, posts as the theme makes them."""

from __future__ import annotations

import json
from html import unescape
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import pytest

from tests.conftest import run_mkdocs
from tests.engines.test_plugin import make_project, page

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import BuiltSite

pytestmark = pytest.mark.engine

SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
CONFIG = "site_name: Test\ntheme: {theme}\nplugins:\n{search}  - journal: {{repo: lab/model, sync: never}}\n"


def entries_of(site: Path) -> list[dict[str, Any]]:
    index = json.loads((site / "search" / "search_index.json").read_text(encoding="utf-8"))
    return index["docs"]


def test_a_record_costs_one_short_entry(real_site: BuiltSite) -> None:
    data = json.loads((real_site.site / "journal" / "journal.json").read_text(encoding="utf-8"))
    pages = [record["page"] for record in data["records"]]
    entries = {entry["location"]: entry for entry in entries_of(real_site.site)}
    records = [entries[page] for page in pages]
    below = [place for place in entries if place.startswith(("journal/issues/", "journal/pulls/"))]
    assert len(below) == len(pages) + 2  # the first page of each list
    assert all(entry["title"].startswith(("Issue #", "Pull request #")) for entry in records)
    assert all(entry["title"].endswith((" (open)", " (closed)", " (merged)")) for entry in records)
    assert max(len(unescape(entry["text"])) for entry in records) <= 400


def test_records_keep_their_text_on_the_page(real_site: BuiltSite) -> None:
    """What the search sees instead of a page never reaches a reader."""
    data = json.loads((real_site.site / "journal" / "journal.json").read_text(encoding="utf-8"))
    html = (real_site.site / data["records"][0]["page"] / "index.html").read_text(encoding="utf-8")
    assert "See it on GitHub" in html


def test_posts_keep_their_sections_and_say_what_they_are(real_site: BuiltSite) -> None:
    posts = [e for e in entries_of(real_site.site) if e["location"].startswith("posts/first-")]
    titles = {entry["title"] for entry in posts}
    assert {"First attempt (experiment, abandoned, failure)", "Conclusion", "Next steps"} <= titles
    assert not any("#journal-" in entry["location"] for entry in posts)
    (first,) = [entry for entry in posts if entry["location"] == "posts/first-attempt/"]
    assert "Abandoned" not in first["text"]  # the journal's header
    html = page(real_site.root, "posts/first-attempt")
    assert 'class="journal-header"' in html
    assert "(experiment" not in html
    assert "<title>First attempt - " in html


@pytest.mark.parametrize("theme", ["mkdocs", "readthedocs"])
def test_the_search_of_mkdocs_gets_the_same(tmp_path: Path, theme: str) -> None:
    config = CONFIG.format(theme=theme, search="  - search\n")
    root = make_project(tmp_path, {"mkdocs.yml": config})
    done = run_mkdocs(root, "build", "--strict")
    assert done.returncode == 0, done.stderr
    entries = entries_of(root / "site")
    (record,) = [entry for entry in entries if entry["location"] == "journal/issues/18/"]
    assert record == {
        "title": "Issue #18: Mode collapse (open)",
        "text": "Words.",
        "location": "journal/issues/18/",
    }
    (post,) = [entry for entry in entries if entry["location"] == "posts/a/"]
    assert post["title"] == "A post (experiment, complete)"
    assert "<title>#18 Mode collapse - Test</title>" in page(root, "journal/issues/18")


def test_a_site_without_search_builds(tmp_path: Path) -> None:
    root = make_project(tmp_path, {"mkdocs.yml": CONFIG.format(theme="mkdocs", search="")})
    done = run_mkdocs(root, "build", "--strict")
    assert done.returncode == 0, done.stderr
    assert "Words." in page(root, "journal/issues/18")


@pytest.mark.parametrize("theme", ["mkdocs", "readthedocs"])
def test_every_theme_gets_metadata_and_feeds(tmp_path: Path, theme: str) -> None:
    root = make_project(tmp_path, {"mkdocs.yml": CONFIG.format(theme=theme, search="")})
    assert run_mkdocs(root, "build", "--strict").returncode == 0
    for url, feeds in (("journal/issues/18", 0), ("journal/issues", 1), ("posts/a", 1)):
        head = page(root, url).partition("</head>")[0]
        assert head.count('type="application/ld+json"') == 1
        assert head.count('type="application/atom+xml"') == feeds
        assert 'description" content=' in head
    home = page(root, "").partition("</head>")[0]
    assert 'href="journal/feed.json"' in home
    assert "ld+json" not in home


def test_sitemap_takes_dates_from_the_data(real_site: BuiltSite) -> None:
    root = ET.parse(real_site.site / "sitemap.xml").getroot()  # noqa: S314 - our own output
    dates = {
        url.findtext(f"{SITEMAP}loc"): url.findtext(f"{SITEMAP}lastmod")
        for url in root.findall(f"{SITEMAP}url")
    }
    base = "https://journal.example/sub/"
    data = json.loads((real_site.site / "journal" / "journal.json").read_text(encoding="utf-8"))
    for record in data["records"]:
        name = f"{record['number']}.json"
        file = real_site.root / ".journal" / record["repo"] / name
        times = json.loads(file.read_text(encoding="utf-8"))
        known = times["updatedAt"] or times["closedAt"] or times["createdAt"]
        assert dates[base + record["page"]] == known[:10]
    assert base + "404.html" not in dates
