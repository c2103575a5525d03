"""Both feeds are valid, say the same, and take every date from the data."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from xml.etree import ElementTree as ET

import feedparser
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from journal_plugin.pages.feeds import MAX_ENTRIES
from journal_plugin.pages.page import Site
from tests.support.make import build, make_issue

ATOM = "{http://www.w3.org/2005/Atom}"
SITE = Site(name="Lab & <b>Notes</b>", url="https://journal.example/sub/")
FIRST = """---
title: First <b>attempt</b> & more
date: 2026-01-10
status: abandoned
outcome: failure
problem: collapse
authors: [mara, kit]
tags: [diffusion]
metrics:
  entropy: {value: 3.79, unit: bits, baseline: 0}
---
# First

Words at the start.

## Conclusion

It did **not** work, see #1. <script>alert(1)</script>
"""
SECOND = "---\ntitle: Second\ndate: {created: 2026-02-10, updated: 2026-03-01}\nstatus: running\n---\nGoes on.\n"
UNDATED = "# No date\n\n**Status**: planned\n\nAn idea.\n"


def feeds_of(site: Site = SITE, **texts: str) -> tuple[bytes, bytes]:
    built = build([make_issue(1, "Root", "Body")], site=site, **texts)
    files = {asset.uri: asset.content for asset in built.assets}
    return files["journal/feed.xml"], files["journal/feed.json"]


def check_atom(feed: bytes) -> ET.Element:
    """What RFC 4287 demands of a feed and its entries (sections 4.1.1 and 4.1.2)."""
    root = ET.fromstring(feed)  # noqa: S314 - our own output
    assert root.tag == f"{ATOM}feed"
    ids = [element.text for element in root.iter(f"{ATOM}id")]
    assert len(ids) == len(set(ids))
    assert all(name and name.startswith("urn:uuid:") for name in ids)
    for holder in (root, *root.findall(f"{ATOM}entry")):
        for name in ("id", "title", "updated"):
            assert len(holder.findall(f"{ATOM}{name}")) == 1
        for name in ("summary", "content", "published", "subtitle"):
            assert len(holder.findall(f"{ATOM}{name}")) <= 1
        assert holder.findall(f"{ATOM}author")
        assert all(a.findtext(f"{ATOM}name") for a in holder.findall(f"{ATOM}author"))
        for name in ("updated", "published"):
            for date in holder.findall(f"{ATOM}{name}"):
                assert datetime.fromisoformat(date.text or "").tzinfo
        rels = [link.get("rel") for link in holder.findall(f"{ATOM}link")]
        assert rels.count("alternate") == 1
        assert all(link.get("href") for link in holder.findall(f"{ATOM}link"))
    assert [link.get("rel") for link in root.findall(f"{ATOM}link")].count("self") == 1
    return root


def check_json(feed: bytes) -> dict[str, object]:
    """What JSON Feed 1.1 demands, and the types it gives."""
    data = json.loads(feed)
    assert data["version"] == "https://jsonfeed.org/version/1.1"
    assert isinstance(data["title"], str)
    for item in data["items"]:
        assert isinstance(item["id"], str)
        assert item.keys() & {"content_html", "content_text"}
        assert all(isinstance(tag, str) for tag in item.get("tags", []))
        assert all(author.keys() <= {"name", "url", "avatar"} for author in item.get("authors", []))
        for name in ("date_published", "date_modified"):
            assert name not in item or datetime.fromisoformat(item[name]).tzinfo
        unknown = item.keys() - {
            *("id", "url", "external_url", "title", "content_html", "content_text", "summary"),
            *("image", "date_published", "date_modified", "authors", "tags", "language"),
        }
        assert all(name.startswith("_") for name in unknown)
    return data


def test_both_are_valid_and_say_the_same() -> None:
    atom, feed = feeds_of(first=FIRST, second=SECOND, undated=UNDATED)
    root, data = check_atom(atom), check_json(feed)
    entries = root.findall(f"{ATOM}entry")
    items = data["items"]
    assert isinstance(items, list)
    assert [e.findtext(f"{ATOM}title") for e in entries] == [i["title"] for i in items]
    assert [e.findtext(f"{ATOM}id") for e in entries] == [i["id"] for i in items]
    assert [e.find(f"{ATOM}link").get("href") for e in entries] == [i["url"] for i in items]  # type: ignore[union-attr]
    assert [i["title"] for i in items] == ["Second", "First <b>attempt</b> & more", "No date"]
    assert data["feed_url"] == "https://journal.example/sub/journal/feed.json"


def test_a_feed_reader_reads_it() -> None:
    read = feedparser.parse(feeds_of(first=FIRST, second=SECOND)[0])
    assert read.bozo == 0
    assert read.version == "atom10"
    assert read.feed.updated == "2026-03-01T00:00:00+00:00"
    second, first = read.entries
    assert second.published == "2026-02-10T00:00:00+00:00"
    assert first.link == "https://journal.example/sub/posts/first/"
    assert [author.name for author in first.authors] == ["mara", "kit"]
    assert [tag.term for tag in first.tags] == ["diffusion"]
    assert first.summary.startswith("It did not work, see #1.")
    content = first.content[0].value
    assert "Outcome: <strong>failure</strong>" in content
    assert '<a href="https://journal.example/sub/journal/problems/collapse/">' in content
    assert "entropy: 3.79 bits (baseline 0)" in content
    assert "<script" not in content


def test_status_lines_are_no_summary() -> None:
    _, feed = feeds_of(undated=UNDATED)
    (item,) = json.loads(feed)["items"]
    assert item["summary"] == "An idea."
    assert item["_journal"]["status"] == "planned"
    assert "date_published" not in item


def test_a_feed_without_posts_or_dates_has_no_clock_in_it() -> None:
    atom, feed = feeds_of()
    assert check_atom(atom).findtext(f"{ATOM}updated") == "1970-01-01T00:00:00+00:00"
    assert check_json(feed)["items"] == []
    atom, _ = feeds_of(undated=UNDATED)
    updated = check_atom(atom).findtext(f"{ATOM}entry/{ATOM}updated")
    assert updated == "1970-01-01T00:00:00+00:00"


def test_ids_stay_when_the_site_moves() -> None:
    ids = [
        [item["id"] for item in json.loads(feeds_of(site, first=FIRST)[1])["items"]]
        for site in (SITE, Site(name="Other", url="https://elsewhere.example/"), Site())
    ]
    assert ids[0] == ids[1] == ids[2]


def test_without_site_url_links_are_relative_to_the_feed() -> None:
    atom, feed = feeds_of(Site(), first=FIRST)
    root = check_atom(atom)
    assert root.find(f"{ATOM}entry/{ATOM}link").get("href") == "../posts/first/"  # type: ignore[union-attr]
    assert "feed_url" not in check_json(feed)
    response = {"content-location": "https://journal.example/journal/feed.xml"}
    read = feedparser.parse(atom, response_headers=response)
    assert read.entries[0].link == "https://journal.example/posts/first/"


def test_long_journals_are_cut_and_the_latest_stay() -> None:
    texts = {
        f"p{n:03d}": f"---\ntitle: P{n}\ndate: {2000 + n // 12}-{n % 12 + 1:02d}-01\n---\n"
        for n in range(MAX_ENTRIES + 20)
    }
    titles = [item["title"] for item in json.loads(feeds_of(**texts)[1])["items"]]
    assert titles == [f"P{n}" for n in range(MAX_ENTRIES + 19, 19, -1)]


def test_feeds_false_writes_none() -> None:
    built = build(first=FIRST, settings={"feeds": False})
    assert not [asset.uri for asset in built.assets if "feed." in asset.uri]


@settings(max_examples=25, deadline=None)
@given(st.text(max_size=60), st.text(max_size=60))
def test_any_text_gives_valid_feeds(title: str, body: str) -> None:
    built = build(one=f"# {title}\n\n{body}\n\n## Conclusion\n\n{title}\n", site=SITE)
    files = {asset.uri: asset.content for asset in built.assets}
    check_atom(files["journal/feed.xml"])
    check_json(files["journal/feed.json"])
    assert feedparser.parse(files["journal/feed.xml"]).bozo == 0


@pytest.mark.parametrize("name", ["feed.xml", "feed.json"])
def test_same_input_gives_same_bytes(name: str) -> None:
    index = Path(name).suffix == ".json"
    assert (
        feeds_of(first=FIRST, second=SECOND)[index] == feeds_of(first=FIRST, second=SECOND)[index]
    )
