"""No text ends a build: three ways in, each with what must hold for any input."""

from __future__ import annotations

import re
import time
from html import unescape
from html.parser import HTMLParser
from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st

from journal_plugin.fixes import fix_post
from journal_plugin.sources.frontmatter import load_front_matter
from journal_plugin.text.body import render_body
from journal_plugin.text.grammar import find_references, find_relation
from journal_plugin.text.markup import find_text
from journal_plugin.text.refs import fill_references, mark_references
from journal_plugin.vocabulary import Vocabulary
from tests.fuzz.pieces import POSTS, PROSE
from tests.support.make import REPO, build, make_issue, make_posts, make_pull

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from journal_plugin.errors import Diagnostic

SECONDS = 2.0
"""Processor time that one small text may take."""
ACTIVE = frozenset(
    "script style iframe object embed form button textarea select base meta link svg math".split()  # noqa: SIM905 - a word list
)
SCHEMES = re.compile(r"(?:https?:|mailto:|#|\./|\.\./|[\w.-]+(?:/|$))")


class Watch(HTMLParser):
    """Fails on elements and attributes that could act."""

    def __init__(self, elements: frozenset[str] = ACTIVE) -> None:
        super().__init__()
        self._elements = elements

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag not in self._elements
        for name, value in attrs:
            assert not name.startswith("on")
            assert name not in ("srcdoc", "formaction", "action")
            assert name not in ("href", "src") or SCHEMES.match(value or ""), value


def fuzz_front_matter(text: str) -> None:
    """A post gives findings at lines of the file; a repair changes nothing twice."""
    start = time.process_time()
    parts = load_front_matter(text, "docs/posts/one.md")
    lines = count_lines(text)
    posts, findings = make_posts(one=text)
    assert len(posts) <= lines
    check_findings((*parts.diagnostics, *findings), lines)
    fixed = fix_post(text, Vocabulary()).text
    assert fix_post(fixed, Vocabulary()).text == fixed
    assert time.process_time() - start < SECONDS


def fuzz_references(text: str, repo: str | None) -> None:
    """References are apart, in order and within limits; marking them keeps what is read."""
    start = time.process_time()
    end = 0
    for found in find_references(text, repo):
        assert end <= found.start < found.end <= len(text)
        end = found.end
        assert 1 <= found.target.number <= 9_999_999_999
        assert not {".", "..", ""} & set(found.target.repo.split("/"))
        find_relation(text, found.start)
    html = f"<p>{render_plain(text)}</p>"
    marked, references = mark_references(html, repo)
    assert find_text(fill_references(marked, lambda placed: placed.label)) == find_text(html)
    assert all(reference.text for reference in references)
    assert time.process_time() - start < SECONDS


def fuzz_bodies(text: str) -> None:
    """A body gives HTML that cannot act, however its references are filled."""
    start = time.process_time()
    body = render_body(text, REPO, anchor_prefix="x-")
    html = fill_references(str(body.html), lambda placed: placed.label)
    watch = Watch()
    watch.feed(html)
    watch.close()
    assert "data-ref=" not in html
    assert time.process_time() - start < SECONDS


def fuzz_journals(one: str, two: str, title: str, body: str) -> None:
    """Two posts and two records give a journal, whatever they say."""
    records = [
        make_issue(18, title=title, body=body, comments=(body, title), labels=(title, "problem")),
        make_pull(19, title=body, body=title, head_ref=title),
    ]
    built = build(records, one=one, two=two)
    check_findings(built.diagnostics, max(count_lines(one), count_lines(two)))
    for page in built.pages:
        watch = Watch(frozenset({"iframe", "object", "embed", "base", "style"}))
        watch.feed(str(page.html))
        watch.close()


def count_lines(text: str) -> int:
    """Lines as CommonMark and editors count them."""
    return len(re.split(r"\r\n|\r|\n", text))


def check_findings(findings: Iterable[Diagnostic], lines: int) -> None:
    """Each finding names a file, a line in it, and says something in one line."""
    for found in findings:
        assert found.path, found
        assert 1 <= found.line <= lines, found
        assert found.message, found
        assert "\n" not in found.message, found


def render_plain(text: str) -> str:
    """Text as a renderer writes it."""
    return unescape(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


TARGETS = {
    "front-matter": (fuzz_front_matter, (POSTS,)),
    "references": (fuzz_references, (PROSE, st.sampled_from((REPO, None)))),
    "bodies": (fuzz_bodies, (PROSE,)),
    "journals": (fuzz_journals, (POSTS, POSTS, PROSE, PROSE)),
}
"""What is fuzzed, and with which texts."""


def make_target(name: str) -> Callable[[], None]:
    """A property test of its own."""
    function, texts = TARGETS[name]
    return given(*texts)(function)


test_no_front_matter_ends_a_build = make_target("front-matter")
test_no_reference_is_lost_or_invented = make_target("references")
test_no_body_acts = make_target("bodies")
test_no_journal_fails = settings(max_examples=20)(make_target("journals"))
