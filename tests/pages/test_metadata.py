"""The head of a page: valid JSON-LD, Open Graph, feeds; and no title breaks out of it."""

from __future__ import annotations

import json
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from journal_plugin.model import Author, AuthorKind
from journal_plugin.pages.metadata import (
    find_updated,
    insert_head,
    render_feed_links,
    render_head,
    render_page_head,
    render_post_head,
)
from journal_plugin.pages.page import Site
from tests.support.make import build, day, make_issue, make_pull

SITE = Site(name="Lab", url="https://journal.example/sub/")
POST = """---
title: First
date: 2026-01-10
status: complete
outcome: failure
problem: collapse
issues: [1]
authors: [mara]
tags: [diffusion]
metrics:
  entropy: {value: 3.79, unit: bits}
---
It did not work.
"""


class Head(HTMLParser):
    """The tags of a head."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self._data: list[str] = []
        self.feed(html)
        self.close()
        (text,) = self._data or [""]
        self.graph: list[dict[str, Any]] = json.loads(text)["@graph"] if text else []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        if data.strip():
            self._data.append(data)

    @property
    def social(self) -> dict[str, str | None]:
        return {
            a.get("property") or a["name"] or "": a["content"] for t, a in self.tags if t == "meta"
        }


def head_of(uri: str, site: Site = SITE, title: str = "Mode collapse") -> Head:
    issue = make_issue(
        1,
        title,
        labels=["problem:collapse", "problem"],
        created_at=day(1),
        updated_at=day(3),
        comments=["a", "b"],
    )
    pull = make_pull(2, author=Author(login="robot", kind=AuthorKind.BOT))
    built = build([issue, pull], site=site, first=POST)
    page = next(page for page in built.pages if page.uri == f"journal/{uri}.md")
    return Head(render_page_head(built.book, page))


def test_a_record_says_who_when_and_in_which_state() -> None:
    record, crumbs = head_of("issues/1").graph
    assert record["@type"] == "DiscussionForumPosting"
    assert record["headline"] == "#1 Mode collapse"
    assert record["author"] == [{"@type": "Person", "name": "mara"}]
    assert record["datePublished"] == "2026-01-01T00:00:00Z"
    assert record["dateModified"] == "2026-03-01T00:00:00Z"
    assert record["creativeWorkStatus"] == "open"
    assert record["commentCount"] == 2
    assert record["sameAs"] == "https://github.com/lab/model/issues/1"
    assert [(c["position"], c["name"]) for c in crumbs["itemListElement"]] == [
        (1, "Lab"),
        (2, "Journal"),
        (3, "Issues"),
    ]
    assert all(c["item"].startswith(SITE.url) for c in crumbs["itemListElement"])


def test_a_record_says_nothing_twice() -> None:
    """Its address stands in a tag of the theme; there may be thousands of records."""
    head = head_of("issues/1")
    assert head.social == {
        "og:type": "article",
        "og:title": "#1 Mode collapse",
        "og:description": "Issue #1: Mode collapse (open)",
    }
    assert not {"description", "url", "isPartOf"} & head.graph[0].keys()
    built = build([make_issue(1, created_at=day(1), updated_at=day(1))], site=SITE)
    page = next(page for page in built.pages if page.uri == "journal/issues/1.md")
    assert "dateModified" not in render_page_head(built.book, page)
    assert render_head(built.book, "journal/issues/1/", about=page, feeds=True) == render_page_head(
        built.book, page
    )


def test_bots_are_no_persons() -> None:
    assert "author" not in head_of("pulls/2").graph[0]


def test_a_case_study_lists_its_parts_and_takes_their_latest_date() -> None:
    study = head_of("problems/collapse").graph[0]
    assert study["@type"] == "TechArticle"
    assert study["dateModified"] == "2026-03-01T00:00:00Z"
    assert {part["url"].removeprefix(SITE.url) for part in study["hasPart"]} == {
        "journal/issues/1/",
        "posts/first/",
    }


@pytest.mark.parametrize("uri", ["index", "problems/index", "experiments/index", "ledger/index"])
def test_lists_are_collections(uri: str) -> None:
    assert head_of(uri).graph[0]["@type"] == "CollectionPage"


def test_a_post_is_an_article_with_its_numbers_as_a_dataset() -> None:
    built = build([make_issue(1)], site=SITE, first=POST)
    head = Head(render_post_head(built.book, built.journal.posts[0]))
    post = head.graph[0]
    assert post["@type"] == "TechArticle"
    assert post["description"] == "It did not work."
    assert post["hasPart"]["variableMeasured"] == [
        {"@type": "PropertyValue", "name": "entropy", "value": 3.79, "unitText": "bits"}
    ]
    assert head.social == {
        "og:type": "article",
        "og:title": "First",
        "og:description": "It did not work.",
        "og:site_name": "Lab",
        "og:url": "https://journal.example/sub/posts/first/",
        "article:published_time": "2026-01-10T00:00:00Z",
        "article:modified_time": "2026-01-10T00:00:00Z",
        "twitter:card": "summary",
    }


def test_without_site_url_addresses_are_relative_to_the_page() -> None:
    head = head_of("issues/1", Site())
    assert "og:url" not in head.social
    assert [c["item"] for c in head.graph[1]["itemListElement"]] == [
        "../../../",
        "../../",
        "../",
    ]


def test_feed_links_are_relative_to_the_page() -> None:
    built = build(site=SITE)
    links = Head(render_feed_links(built.book, "posts/first/")).tags
    assert [(a["type"], a["href"]) for _, a in links] == [
        ("application/atom+xml", "../../journal/feed.xml"),
        ("application/feed+json", "../../journal/feed.json"),
    ]


def test_tags_of_the_theme_are_not_repeated() -> None:
    built = build([make_issue(1)], site=SITE, first=POST)
    head = render_post_head(built.book, built.journal.posts[0])
    page = '<head><meta property="og:title" content="Mine"></head><body></head></body>'
    found = Head(insert_head(page, head).partition("</head>")[0])
    assert [a["content"] for _, a in found.tags if a.get("property") == "og:title"] == ["Mine"]
    assert found.social["og:type"] == "article"
    assert insert_head(page, head).endswith("</head><body></head></body>")
    assert insert_head("no head", head) == "no head"


@pytest.mark.parametrize(
    ("theirs", "count"),
    [
        ('<meta name="description" content="It did not work.">', 0),
        ('<meta name="description" content="Of the site.">', 1),
        ('<meta name="og:description" content="Another.">', 0),
        ("", 1),
    ],
)
def test_a_description_that_the_theme_writes_is_not_repeated(theirs: str, count: int) -> None:
    built = build([make_issue(1)], site=SITE, first=POST)
    head = render_post_head(built.book, built.journal.posts[0])
    page = insert_head(f"<head>{theirs}</head>", head)
    assert page.count('property="og:description"') == count


def test_a_page_changed_when_what_it_shows_changed() -> None:
    built = build([make_issue(1, updated_at=day(5)), make_issue(2, updated_at=day(7))])
    dates = {page.uri: find_updated(built.book, page) for page in built.pages}
    assert dates["journal/issues/1.md"] == day(5)
    assert dates["journal/index.md"] == day(7)
    assert find_updated(build().book, build().pages[0]) is None


@settings(max_examples=25, deadline=None)
@given(st.text(max_size=60))
def test_any_title_stays_in_its_place(title: str) -> None:
    head = head_of("issues/1", title=title)
    assert {tag for tag, _ in head.tags} == {"meta", "script"}
    assert len(head.graph) == 2


def test_a_script_cannot_be_ended() -> None:
    title = '</script><script>alert(1)</script>"><img src=x onerror=alert(1)><!--'
    head = head_of("issues/1", title=title)
    assert [tag for tag, _ in head.tags].count("script") == 1
    assert head.graph[0]["headline"] == f"#1 {title}"
    assert head.social["og:title"] == f"#1 {title}"


@pytest.mark.parametrize(
    ("site", "image"),
    [
        (Site(name="Lab", url="https://a.example/", image="img/the logo.png"), "https://a.example/img/the%20logo.png"),
        (Site(name="Lab", image="img/logo.png"), None),  # networks need a complete address
        (SITE, None),
    ],
)  # fmt: skip
def test_the_logo_stands_for_the_site(site: Site, image: str | None) -> None:
    assert head_of("issues/1", site).social.get("og:image") == image
