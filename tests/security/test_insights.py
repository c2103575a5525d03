"""Hostile text in everything that the insights read: none of it reaches a page, chart or file raw."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from dataclasses import replace
from functools import cache
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

import pytest

from journal_plugin.build import build_journal
from journal_plugin.model import Author, Comment, Commit
from journal_plugin.pages.page import Site
from journal_plugin.series import Run
from journal_plugin.settings import Settings
from tests.security.test_attacks import FIRE, Visit
from tests.support.dumps import find_data
from tests.support.hostile import SHORT_TEXTS
from tests.support.make import REPO, day, make_issue, make_posts, make_pull, make_snapshot

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from journal_plugin.build import Build
    from journal_plugin.model import Record

ALIKE = "zebra quagga okapi gnu"
"""Rare words that two texts share, so that they count as alike."""
TAGS = {
    "a", "article", "bdi", "blockquote", "br", "button", "caption", "circle", "code", "dd", "desc",
    "details", "div", "dl", "dt", "em", "figcaption", "figure", "footer", "g", "h1", "h2", "h3",
    "header", "img", "input", "label", "li", "line", "link", "nav", "ol", "p", "path", "pre",
    "progress", "rect", "section", "span", "strong", "summary", "svg", "table", "tbody", "td",
    "text", "tfoot", "th", "thead", "time", "title", "tr", "ul", "sub", "sup", "del", "hr", "h4",
    "b", "i", "u", "s", "q", "kbd", "samp", "var", "ins", "mark", "abbr", "cite", "small", "h5",
    "h6", "tt", "dfn", "picture", "source", "strike", "ruby", "rt", "rp", "col", "colgroup",
}  # fmt: skip


@cache
def payloads() -> tuple[str, ...]:
    cases = json.loads(find_data("security/dompurify-expect.json").read_text(encoding="utf-8"))
    return (*SHORT_TEXTS, *(case["payload"] for case in cases))


def in_cell(text: str) -> str:
    return " ".join(text.replace("|", "/").split())


def table_of(cell: str) -> str:
    return (
        f"| {cell} x | t/s (main) | t/s ({cell}) | Speedup |\n|--|--|--|--|\n"
        f"| {cell} | 10 ± 1 | 20 ± 1 | 2 |\n| b | 30 | 45 | 1.5 |"
    )


def body_of(text: str) -> str:
    """Root causes, steps, questions, a status line, numbers, a benchmark, a run and an attachment."""
    cell = in_cell(text)
    return "\n\n".join(
        (
            f"{ALIKE} {cell}",
            f"## Root cause\n\n- Root cause: {cell}",
            f"## Next steps\n\n- [ ] {cell}\n- [x] done {cell}",
            f"## Open questions\n\n- {cell}?",
            f"## Key learnings\n\n- {cell}",
            f"status: {cell}\nloss: 2",
            f"{cell}:",
            table_of(cell),
            f"- https://wandb.ai/lab/model/runs/{cell.replace(' ', '')}",
            f"- job id: {cell}",
            f"![x](https://github.com/user-attachments/assets/{cell.replace(' ', '')})",
        )
    )


def make_records(texts: tuple[str, ...]) -> list[Record]:
    records: list[Record] = []
    for number, text in enumerate(texts, start=1):
        author = Author(login=text)
        note = Comment(author=author, body=body_of(text), created_at=day(2, 3))
        records.append(
            make_issue(
                2 * number, text, body_of(text), author=author, created_at=day(1),
                labels=["experiment", text, f"problem:p{number}"],
                comments=[f"status: {in_cell(text)}\nloss: {n}" for n in range(4)],
            )
        )  # fmt: skip
        commits = (
            Commit(sha="a" * 40, message=text, author=author, co_authors=(author,)),
            Commit(sha="b" * 40, message=f"{text} model.py", author=author),
        )
        records.append(
            make_pull(
                2 * number + 1, text, f"Fixes #{2 * number}\n\n{body_of(text)}", author=author,
                created_at=day(1, 2), merged_at=day(1, 3), commits=commits, head_ref=f"claude/{text}",
                comments=[note.body],
            )
        )  # fmt: skip
    return records


def make_post(number: int, text: str) -> str:
    front: dict[str, Any] = {
        "title": text,
        "date": f"2026-03-{number % 28 + 1:02}",
        "status": "complete",
        "outcome": "failure",
        "problem": f"p{number}",
        "issues": [2 * number],
        "prs": [2 * number + 1],
        "tags": [text, "shared"],
        "authors": [text],
        "type": text,
        "hypothesis": text,
        "success_criteria": [text],
        "metrics": {text: {"value": 3, "unit": text, "baseline": 4, "better": "lower"}},
        "params": {text: text},
        "commit": "a" * 40,
        "command": text,
        "hardware": text,
    }
    return f"---\n{json.dumps(front)}\n---\n\n# P\n\n{body_of(text)}\n"


def build_hostile(texts: tuple[str, ...]) -> Build:
    posts, _ = make_posts(
        **{f"p{number}": make_post(number, text) for number, text in enumerate(texts, start=1)}
    )
    runs = {
        post.node: (Run(name=text, columns={text: (1.0, 2.0, 3.0), "step": (1.0, 2.0, 3.0)}),)
        for post, text in zip(posts, texts, strict=True)
    }
    return build_journal(
        Settings.from_mapping({"repo": REPO}),
        posts,
        make_snapshot(*make_records(texts)),
        site=Site(),
        runs=runs,
    )


CHUNKS = [payloads()[start : start + 40] for start in range(0, 244, 40)]


@cache
def built(chunk: int) -> Build:
    return build_hostile(CHUNKS[chunk])


class Reader(HTMLParser):
    """Collects what a page has that no page of ours may have."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in TAGS:
            self.found.append(f"<{tag}>")
        for name, value in attrs:
            if name.startswith("on") or name in ("srcdoc", "formaction", "action"):
                self.found.append(f"{name}={value}")
            if name in ("href", "src") and (value or "").strip().casefold().startswith(
                ("javascript:", "data:", "vbscript:")
            ):
                self.found.append(f"{name}={value}")


@pytest.mark.parametrize("chunk", range(len(CHUNKS)))
def test_pages_hold_nothing_raw(chunk: int) -> None:
    pages = {page.uri: str(page.html) for page in built(chunk).pages}
    for name in ("index", "quality", "knowledge", "runs", "benchmarks", "people/index"):
        assert f"journal/insights/{name}.md" in pages
    for uri, html in pages.items():
        if uri == "journal/experiments/index.md":
            continue  # it has a form of its own
        reader = Reader()
        reader.feed(html)
        reader.close()
        assert reader.found == [], uri


@pytest.mark.parametrize("chunk", range(len(CHUNKS)))
def test_charts_and_files_are_what_they_claim_to_be(chunk: int) -> None:
    """SVG and feeds are well-formed and hold no script; JSON is JSON."""
    charts = 0
    for page in built(chunk).pages:
        for piece in str(page.html).split("<svg xmlns")[1:] if "<svg xmlns" in page.html else ():
            check_xml("<svg xmlns" + piece.partition("</svg>")[0] + "</svg>")
        for piece in str(page.html).split("<svg viewBox")[1:]:
            check_xml("<svg viewBox" + piece.partition("</svg>")[0] + "</svg>")
            charts += 1
    assert charts > len(CHUNKS[chunk])
    for asset in built(chunk).assets:
        if asset.uri.endswith(".json"):
            json.loads(asset.content)
        elif asset.uri.endswith((".svg", ".xml")):
            check_xml(asset.content.decode())


def test_no_short_text_turns_or_steers_a_page() -> None:
    """Titles, labels, names and metrics lose control characters and turns of direction."""
    text = "\u202eeslaf\u2066 \x00\x1b[31m\x9b title"
    posts, _ = make_posts(p1=make_post(1, text).split("# P")[0] + "# P\n")
    records = [replace(r, body="Body.", comments=()) for r in make_records((text,))]
    run = Run(name=text, columns={text: (1.0, 2.0, 3.0), "step": (1.0, 2.0, 3.0)})
    build = build_journal(
        Settings.from_mapping({"repo": REPO}),
        posts,
        make_snapshot(*records),
        site=Site(),
        runs={posts[0].node: (run,)},
    )
    shown = {page.uri: f"{page.title} {page.html}" for page in build.pages}
    shown |= {a.uri: a.content.decode() for a in build.assets if not a.uri.endswith(".json")}
    assert sum("eslaf" in page for page in shown.values()) > 20
    for uri, page in shown.items():
        assert set(page) & set("\u202e\u2066\x00\x1b\x9b") == set(), uri


def check_xml(text: str) -> None:
    for element in ET.fromstring(text).iter():  # noqa: S314 - our own
        assert element.tag.rpartition("}")[2] not in ("script", "foreignObject", "iframe", "image")
        assert not [name for name in element.attrib if name.startswith("on")]
        assert not element.attrib.get("href", "").startswith("javascript:")


@pytest.mark.browser
def test_no_page_of_the_insights_acts(browser: Browser) -> None:
    pages = [str(page.html) for page in built(0).pages if "/insights" in page.uri]
    assert len(pages) > 10
    visit = Visit(browser, "\n".join(pages))
    assert visit.page.evaluate(FIRE) == 0
    scripts = (
        "document.querySelectorAll('script, iframe, object, embed, form, base, [onerror]').length"
    )
    assert visit.page.evaluate(scripts) == 0
    foreign = [url for url in visit.find_foreign_requests() if "journal.example" not in url]
    assert foreign == []
    visit.page.close()
