"""Badges are valid, accessible, wide enough for any text, and unique."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markupsafe import Markup

from journal_plugin.pages.badges import (
    LABEL_COLOR,
    OUTCOME_COLORS,
    STATUS_COLORS,
    Badge,
    render_snippet,
    render_svg,
)
from journal_plugin.pages.page import Site
from journal_plugin.pages.widths import measure_text
from journal_plugin.text.body import render_markdown
from tests.support.make import build, make_issue, page_of

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from journal_plugin.build import Build

SVG = "{http://www.w3.org/2000/svg}"
POST = "---\ntitle: {title}\nstatus: {status}\noutcome: {outcome}\n---\n"
SAMPLES = [
    "Mode collapse in text diffusion",
    "iiiillll....",
    "WWWWMMMM@@@@",
    "Überprüfung der Größe",
    "训练不稳定的原因",
    "モデルの崩壊",
    "모드 붕괴",
    "🟡 In progress 🚀",
    "👩‍🔬👩‍🔬 🇩🇪 1️⃣",
    "Сходимость обучения",
    "Αστάθεια εκπαίδευσης",
    "انهيار النمط",
    "קריסת מצבים",
]


def files_of(built: Build) -> dict[str, bytes]:
    prefix = "journal/badges/"
    return {
        asset.uri.removeprefix(prefix): asset.content
        for asset in built.assets
        if asset.uri.startswith(prefix)
    }


def post(
    title: str = "A", status: str = "complete", outcome: str = "success", more: str = ""
) -> str:
    return (
        f"---\ntitle: {json.dumps(title)}\nstatus: {status}\noutcome: {outcome}\n{more}---\nText\n"
    )


def svg_of(title: str) -> str:
    badge = Badge(name="one", label=title, message="success", color="#1a6b32")
    return render_svg(build().book, badge)


def test_journal_problems_and_posts_have_both_files() -> None:
    built = build(
        [make_issue(1, "Root", labels=["problem:collapse", "problem"])],
        one=post(),
        two=post(status="running", outcome="mixed"),
    )
    names = {"journal", "collapse", "one", "two"}
    assert set(files_of(built)) == {f"{name}.{kind}" for name in names for kind in ("svg", "json")}


@pytest.mark.parametrize(
    ("status", "outcome", "message"),
    [
        ("complete", "success", "success"),
        ("complete", "", "complete"),
        ("running", "", "running"),
        ("superseded", "failure", "superseded, failure"),
        ("", "mixed", "mixed"),
        ("", "", "no status"),
    ],
)
def test_endpoint_says_status_and_outcome(status: str, outcome: str, message: str) -> None:
    """The fields that https://shields.io/badges/endpoint-badge requires, with its types."""
    endpoint = json.loads(files_of(build(one=post("Title", status, outcome)))["one.json"])
    assert endpoint.pop("color").startswith("#")
    assert endpoint == {"schemaVersion": 1, "label": "Title", "message": message}


def test_journal_badge_counts() -> None:
    endpoint = json.loads(files_of(build(one=post(), two=post(status="running")))["journal.json"])
    assert endpoint["message"] == "2 experiments, 1 running"


def test_names_never_collide() -> None:
    """The journal comes first, then problems, then posts."""
    built = build(
        [make_issue(1, "Root", labels=["problem:same", "problem"])],
        same=post("Post"),
        post_same=post("Other"),
        journal=post("Third", more="problem: journal\n"),
    )
    names = {key: badge.name for key, badge in built.book.badges.items()}
    assert names == {
        "journal": "journal",
        "problem:journal": "problem-journal",
        "problem:same": "same",
        "post:journal": "post-journal",
        "post:post-same": "post-same",
        "post:same": "post-same-2",
    }


def test_badges_false_writes_none() -> None:
    built = build(one=post(), settings={"badges": False})
    assert files_of(built) == {}
    assert "journal-badge-code" not in page_of(built, "index")


@pytest.mark.parametrize("color", [LABEL_COLOR, *STATUS_COLORS.values(), *OUTCOME_COLORS.values()])
def test_white_text_is_readable(color: str) -> None:
    """WCAG 2.2, success criterion 1.4.3: at least 4.5 to 1."""
    channels = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    luminance = sum(
        part * weight for part, weight in zip(linear, (0.2126, 0.7152, 0.0722), strict=True)
    )
    assert 1.05 / (luminance + 0.05) >= 4.5


@settings(max_examples=25, deadline=None)
@given(st.text(min_size=1, max_size=80))
def test_any_title_gives_an_accessible_image(title: str) -> None:
    root = ET.fromstring(svg_of(title))  # noqa: S314 - our own output
    assert {element.tag.removeprefix(SVG) for element in root.iter()} == {
        *("svg", "title", "rect", "path", "g", "text"),
    }
    assert root.get("role") == "img"
    assert root.findtext(f"{SVG}title") == root.get("aria-label")
    lengths = [float(text.get("textLength", "0")) for text in root.iter(f"{SVG}text")]
    assert float(root.get("width", "0")) >= sum(lengths) + 20


@pytest.mark.parametrize(
    "title",
    [
        '"><script>alert(1)</script>',
        "]]><svg onload=alert(1)>",
        "&lt;b&gt; \x00\x1b\ud800",
        "--><!--",
    ],
)
def test_hostile_titles_stay_text(title: str) -> None:
    root = ET.fromstring(svg_of(title))  # noqa: S314 - our own output
    shown = re.sub(r"[\x00\x1b\ud800]", "", title)
    assert root.findtext(f"{SVG}title", "").startswith(" ".join(shown.split()))


def test_same_title_gives_same_bytes() -> None:
    assert files_of(build(one=post())) == files_of(build(one=post()))


def test_snippet_is_markdown_that_shows_the_badge_and_links_the_page() -> None:
    built = build(
        one=post("A [b](c) *d* `e` <i>", more="problem: p\n"),
        site=Site(url="https://journal.example/sub/"),
    )
    page = page_of(built, "problems/p")
    snippet = re.search(r"<pre><code>(.*)</code></pre>", page)
    assert snippet
    assert snippet[1] == (
        "[![P](https://journal.example/sub/journal/badges/p.svg)]"
        "(https://journal.example/sub/journal/problems/p/)"
    )
    assert 'src="../../badges/p.svg"' in page


@pytest.mark.parametrize(
    "title", ["A [b](c) *d* `e` <i>", "](javascript:x)", "!\\", "https://x.example"]
)
def test_snippet_escapes_the_title(title: str) -> None:

    built = build(one=post(title), site=Site(url="https://journal.example/"))
    place = built.book.place_of(built.journal.posts[0])
    snippet = str(render_snippet(place, "post:one"))
    code = snippet.partition("<code>")[2].partition("</code>")[0]
    html = render_markdown(Markup(code).unescape())  # noqa: S704 - our own page
    assert re.findall(r'href="([^"]*)"', html) == ["https://journal.example/posts/one/"]
    assert re.findall(r'src="([^"]*)"', html) == ["https://journal.example/journal/badges/one.svg"]


@pytest.mark.browser
@pytest.mark.parametrize("text", SAMPLES)
def test_width_is_right_in_a_browser(browser: Browser, text: str) -> None:
    """What we measure is within a quarter of what Chromium draws, and fits its half of the badge."""
    page = browser.new_page()
    page.set_content(svg_of(text))
    drawn, box = page.evaluate(
        """() => {
          const text = document.querySelector("text"), fitted = text.getBBox()
          text.removeAttribute("textLength")
          return [text.getComputedTextLength(), [fitted.x, fitted.x + fitted.width]]
        }"""
    )
    page.close()
    given = measure_text(text, 11)
    assert drawn * 0.8 <= given <= drawn * 1.25
    assert box[0] >= 5.5
    assert box[1] <= 12 + given
