"""Every word of ours that a reader sees is said in the language of the site.

The journals here are built in a language that puts each translated text between brackets. What
stands outside of them must come from posts and records.
"""

# ruff: noqa: RUF001 - what the records of these journals say is Greek, on purpose

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import journal_plugin
import journal_plugin.build
from journal_plugin.build import build_journal
from journal_plugin.catalogue import CATALOGUE
from journal_plugin.errors import Diagnostic, Severity
from journal_plugin.model import Author, AuthorKind, Commit, State
from journal_plugin.pages.charts import render_plots
from journal_plugin.pages.metadata import render_feed_links, render_page_head, render_post_head
from journal_plugin.pages.page import Site
from journal_plugin.pages.posts import render_footer, render_header
from journal_plugin.pages.search import describe_post_kind, find_entry
from journal_plugin.pages.words import load_words, localize_number, say_finding
from journal_plugin.phrases import phrase
from journal_plugin.sources.snapshot import load_snapshot
from tests.support import make
from tests.support.demo import REPO, ROOT, SETTINGS, load_demo_posts, load_demo_runs
from tests.support.make import day, make_issue, make_pull
from tests.support.pseudo import Pseudo, find_literals, find_untranslated, outside, read_data

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from journal_plugin.build import Build

SITE = Site(name="Σ", url="https://example.org/", language="xx")
TEMPLATES = Path(journal_plugin.__file__).parent / "templates"

POSTS = {
    "alpha": "---\ntitle: Αλφα\ndate: 2026-02-01\nstatus: complete\noutcome: failure\nproblem: ροη\n"
    "issues: [1, 2, 77]\nprs: [4, 5]\nauthors: [mara, Κιτ]\ntags: [τυπος]\ntype: δοκιμη\n"
    "metrics: {μ: {value: 1.5, unit: ε, baseline: 2, better: lower}, ν: 3}\n"
    "commit: abcdef1\ncommand: ./τρεξε\nparams: {π: 1}\nhardware: Χ\ncost: 1 €\ndata: λειπει.csv\n---\n# Αλφα\n\n"
    "## Conclusion\n\nΤελος της δοκιμης.\n\n## Next steps\n\n- Βημα #2\n- [x] Βημα\n- Αλλο βημα\n\n"
    "## Open questions\n\n- Γιατι;\n\n## Root cause\n\n- Αιτια\n\n## Key learnings\n\n- Μαθημα\n",
    "beta": "---\ntitle: Βητα\ndate: 2026-03-01\nstatus: complete\noutcome: failure\nproblem: ροη\n"
    "follows: alpha\ncorrects: alpha\nsupersedes: alpha\nreplicates: alpha\nprs: [6]\ntags: [τυπος]\n"
    "metrics: {μ: {value: 1.25, unit: ε, baseline: 2, better: lower}}\n---\n# Βητα\n\n"
    "Correction: λαθος αριθμος.\n\n## What would invalidate this\n\nΤιποτα.\n",
    "gamma": "---\ntitle: Γαμμα\ndate: 2026-04-01\nupdated: 2026-04-02\nstatus: complete\noutcome: success\n"
    "problem: ροη\nfollows: λειπει\nissues: [1]\ntags: [τυπος]\nphase: ουτε\n---\n# Γαμμα\n\n## Hypothesis\n\nΝαι.\n",
    "delta": "---\ntitle: Δελτα\ndate: 2026-01-05\nstatus: running\nissues: [2]\n---\n# Δελτα\n",
    "epsilon": "---\ntitle: Εψιλον\nstatus: superseded\ncorrects: beta\nslug: beta\n---\n# Εψιλον\n",
    "zeta": "---\ntitle: Ζητα\nstatus: αγνωστο\noutcome: αγνωστο\ndate: 99\n---\n# Ζητα\n\nΔες #78.\n",
    "eta": "---\ntitle: Ητα\nproblem: μονο\n---\n# Ητα\n",
}
LOG = (
    "status: running\nμ: 1.5\n\n- [x] α\n- [ ] β\n\nhttps://wandb.ai/a/b/runs/c",
    "status: running\nμ: 1.25", "job id: νζ99887766", "μ: 1.0\nstatus: complete", "- [x] γ",
)  # fmt: skip


def make_records() -> list[Any]:
    bot, copilot = (
        Author(login="κ[bot]", kind=AuthorKind.BOT),
        Author(login="χ", kind=AuthorKind.AI),
    )
    dates = {"created_at": day(1), "updated_at": day(1, 9)}
    commit = Commit(sha="abcdef1234567", message="μ", author=copilot, co_authors=(bot,))
    return [
        make_issue(1, "Ενα", "## Problem\n\nΛαθος.\n\n## Root cause\n\nΑιτια\n", labels=("problem:ροη", "τ"), **dates),
        make_issue(2, "Δυο", "Tests #4", labels=("experiment",), comments=LOG, author=None, **dates),
        make_issue(3, "Τρια", "#1", comments=["ναι"] * 35, milestone="Μ", assignees=("κιτ",), removed="deleted"),
        make_pull(4, "Τεσσερα", "Fixes #1", created_at=day(1, 2), merged_at=day(1, 4), commits=(commit,),
                  additions=3, deletions=1, changed_files=2, head_ref="copilot/x", base_ref="main"),
        make_pull(5, "Πεντε", "#1", state=State.CLOSED, created_at=day(1, 2), closed_at=day(1, 3), author=bot,
                  labels=("ai-generated",)),
        make_pull(6, "Εξι", "Implements #1", created_at=day(2, 2), merged_at=day(2, 4), author=copilot),
        make_pull(7, "Επτα", "Fixes #1", state=State.DRAFT, head_ref="claude/y", created_at=day(2, 3)),
    ]  # fmt: skip


def speak_pseudo(make_build: Callable[..., Build], *args: Any, **values: Any) -> Build:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(journal_plugin.build, "load_words", lambda _: Pseudo())
        return make_build(*args, **values)


def build_demo(**values: Any) -> Build:
    snapshot, _ = load_snapshot(ROOT / ".journal", [REPO], shown_as=".journal")
    return build_journal(
        SETTINGS, load_demo_posts(), snapshot, site=SITE, runs=load_demo_runs(), **values
    )


@cache
def journal(name: str) -> Build:
    """The demo; a journal in which everything happens; and one in which nothing does."""
    if name == "demo":
        return speak_pseudo(build_demo)
    if name == "empty":
        return speak_pseudo(make.build, site=SITE)
    return speak_pseudo(make.build, make_records(), site=SITE, now=day(12), **POSTS)


JOURNALS = ("demo", "eventful", "empty")


@pytest.mark.parametrize("name", JOURNALS)
def test_nothing_on_a_page_is_left_in_english(name: str) -> None:
    built = journal(name)
    data = read_data(built)
    left = {
        page.uri: strange
        for page in built.pages
        if (
            strange := data.find_strange(
                [*outsides(page.title, page.description), *find_untranslated(str(page.html))]
            )
        )
    }
    assert left == {}


@pytest.mark.parametrize("name", JOURNALS)
def test_nothing_that_a_post_gets_is_left_in_english(name: str) -> None:
    built = journal(name)
    data = read_data(built)
    for post in built.journal.posts:
        place = built.book.place_of(post)
        parts = (
            render_header(place, post),
            render_plots(built.book, post),
            render_footer(place, post),
        )
        assert data.find_strange(find_untranslated("".join(map(str, parts)))) == []


@pytest.mark.parametrize("name", JOURNALS)
def test_nothing_that_machines_pass_on_is_left_in_english(name: str) -> None:
    """Search results, what is shown in lists of links, feeds, badges, charts, `llms.txt`."""
    built = journal(name)
    data = read_data(built)
    assert data.find_strange(outsides(*find_passed_on(built))) == []


def outsides(*texts: str) -> list[str]:
    return [outside(text)[0] for text in texts]


def find_passed_on(built: Build) -> Iterator[str]:
    book = built.book
    for page in built.pages:
        if entry := find_entry(book, page):
            yield from (entry.title, entry.text)
        yield from find_head_texts(str(render_page_head(book, page)))
    for post in built.journal.posts:
        yield describe_post_kind(post, book.words)
        yield from find_head_texts(str(render_post_head(book, post)))
    yield from re.findall(r'title="([^"]*)"', str(render_feed_links(book, "")))
    assets = {asset.uri: asset.content.decode() for asset in built.assets}
    yield from find_feed_texts(assets["journal/feed.xml"], json.loads(assets["journal/feed.json"]))
    yield from find_llms_texts(assets["journal/llms.txt"])
    for uri, content in assets.items():
        if uri.startswith("journal/badges/") and uri.endswith(".json"):
            yield from (json.loads(content)["label"], json.loads(content)["message"])
        if uri.startswith("journal/badges/") and uri.endswith(".svg"):
            yield from ET.fromstring(content).itertext()  # noqa: S314 - our own
        if uri.startswith("journal/plots/"):
            chart = json.loads(content)
            yield from (chart["title"], chart["x"]["label"], *(s["name"] for s in chart["series"]))


def find_llms_texts(text: str) -> Iterator[str]:
    """The texts without what the format asks for, sentence by sentence."""
    plain = re.sub(r"\]\([^)]*\)|^## Optional$|journal\.json", "\n", text, flags=re.MULTILINE)
    for line in plain.replace("\\", "").splitlines():
        depth = 0
        for part in re.split(r"(?<=\.) ", line):
            shown, depth = outside(part, depth)
            yield shown


def find_head_texts(head: str) -> Iterator[str]:
    data = json.loads(re.search(r"<script[^>]*>(.*)</script>", head, re.DOTALL)[1])
    yield from find_named(data, ("name", "headline", "description", "abstract"))
    yield from re.findall(r'property="og:(?:title|description)" content="([^"]*)"', head)


def find_named(data: Any, names: tuple[str, ...]) -> Iterator[str]:
    if isinstance(data, dict):
        yield from (data[name] for name in names if name in data)
        data = list(data.values())
    if isinstance(data, list):
        for item in data:
            yield from find_named(item, names)


def find_feed_texts(atom: str, feed: dict[str, Any]) -> Iterator[str]:
    root = ET.fromstring(atom)  # noqa: S314 - our own
    for name in ("title", "subtitle", "summary"):
        yield from (
            found.text or "" for found in root.iter(f"{{http://www.w3.org/2005/Atom}}{name}")
        )
    yield from (feed["title"], feed["description"])
    for item in feed["items"]:
        yield from (
            item["title"],
            item.get("summary", ""),
            *find_untranslated(item["content_html"]),
        )


def test_the_check_finds_what_is_left() -> None:
    """A forgotten text, attribute or label of a diagram does not pass."""
    data = read_data(journal("demo"))
    html = '<p>⟦gut⟧ Forgotten here</p><img alt="Left out"><pre class="mermaid">a["Not said"]</pre>'
    assert data.find_strange(find_untranslated(html)) == ["Forgotten here", "Left out", "Not said"]
    with pytest.raises(AssertionError):
        find_untranslated("<p>⟦cut</p>")


@pytest.mark.parametrize("path", sorted(TEMPLATES.iterdir()), ids=lambda path: path.name)
def test_no_template_holds_a_text_that_is_not_announced(path: Path) -> None:
    """Also in branches that no journal of these tests reaches."""
    assert find_literals(path.read_text(encoding="utf-8")) == []


def test_a_text_in_a_template_would_be_found() -> None:
    template = (
        '<p title="Aha">{% if x %}Oho{% endif %} {{ _("gut") }} {% trans %}gut{% endtrans %}</p>'
    )
    assert find_literals(template) == ["Aha", "Oho"]


def test_no_script_holds_a_text_of_its_own() -> None:
    """What scripts say comes from the page; only errors for the console are English."""
    known = {
        "use strict", "DOMContentLoaded", "Escape", "Etc/UTC", "State", "thead tr",
        "vendor/uplot/uPlot.min.css", "vendor/uplot/uPlot.iife.min.js",
        ".sectionTitle,text[class*=taskText],.grid .tick text",
        "{fill:var(--md-mermaid-label-fg-color,currentColor)!important}",
    }  # fmt: skip
    found = set()
    for path in (TEMPLATES.parent / "assets").glob("*.js"):
        for line in path.read_text(encoding="utf-8").splitlines():
            if not re.search(r"new Error\(|console\.|^\s*(?:/?\*|//)", line):
                texts = re.findall(r'"([^"]*)"|`([^`]*)`', line)
                found |= {re.sub(r"\$\{[^}]*\}", "", "".join(pair)) for pair in texts}
    words = {text for text in found if re.search("[A-Z][a-z]{2,}|[a-z]{3,} [a-z]{2,}", text)}
    assert words == known


def test_data_for_tools_is_the_same_in_every_language() -> None:
    english = {asset.uri: asset.content for asset in build_demo().assets}
    other = {asset.uri: asset.content for asset in journal("demo").assets}
    assert english.keys() == other.keys()
    assert english["journal/journal.json"] == other["journal/journal.json"]
    assert english["journal/llms.txt"] != other["journal/llms.txt"]


def test_addresses_and_anchors_are_the_same_in_every_language() -> None:
    def anchors(built: Build) -> dict[str, list[str]]:
        return {page.uri: re.findall(r' (?:id|href)="([^"]*)"', page.html) for page in built.pages}

    assert anchors(build_demo()) == anchors(journal("demo"))


def test_a_finding_without_a_translation_says_what_kind_it_is() -> None:
    german = load_words("de")
    code = "invalid-date"
    plain = Diagnostic(path="a", code=code, message="date is 99", severity=Severity.WARNING)
    said = say_finding(german, plain)
    assert said == "Ein Datum ist nicht lesbar" != CATALOGUE[code].title
    assert say_finding(load_words("en"), plain) == "date is 99"
    gap = Diagnostic(path="a", code=code, message=phrase("no status"), severity=Severity.INFO)
    assert say_finding(german, gap) == "kein Status"


def test_numbers_have_the_decimal_sign_of_the_language() -> None:
    assert localize_number("1.5e-05", load_words("de")) == "1,5e-05"
    assert localize_number("1.5e-05", load_words("en")) == "1.5e-05"
    built = make.build(make_records(), site=Site(language="de"), **POSTS)
    page = make.page_of(built, "experiments/index")
    assert 'data-value="1.5"' in page, "scripts compare the numbers themselves"
    assert "1,5 ε" in page
    assert "1.5 ε" not in page


def test_feeds_name_the_language() -> None:
    assets = {asset.uri: asset.content.decode() for asset in journal("demo").assets}
    assert 'xml:lang="xx"' in assets["journal/feed.xml"]
    assert json.loads(assets["journal/feed.json"])["language"] == "xx"
