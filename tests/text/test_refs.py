"""Which references GitHub's grammar sees, what they state, and where they stand."""

from __future__ import annotations

import time
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from journal_plugin.model import EdgeKind, RecordId
from journal_plugin.text.body import render_body, render_markdown
from journal_plugin.text.grammar import find_passive_relation
from journal_plugin.text.refs import (
    MAX_REFERENCES,
    OPAQUE,
    fill_references,
    find_references,
    find_relation,
    find_url_target,
    mark_references,
)

OWN = "own/repo"
_URL = "https://github.com/a/b"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("#1", ["own/repo#1"]),
        ("see #1, #2; (#3) [#4] {#5} \"#6\" '#7' #8.", [f"own/repo#{n}" for n in range(1, 9)]),
        ("GH-12 and gh-13", ["own/repo#12", "own/repo#13"]),
        ("a/b#1 a-b/c.d_e#22", ["a/b#1", "a-b/c.d_e#22"]),
        ("corp_user/x#1", ["corp_user/x#1"]),
        (f"{_URL}/issues/7", ["a/b#7"]),
        (f"{_URL}/pull/7/files#diff-1.", ["a/b#7"]),
        ("#1's and #2-like", ["own/repo#1", "own/repo#2"]),
        ("issue#1 a#2 1#3 é#4", []),
        ("#0 #01 #", []),
        ("#12345678901", []),
        ("#1a #1_", []),
        ("#١٢", []),
        ("##1 &#39; /#1 -#1", []),
        ("a/..#1 a/.#2 -a/b#3", []),
        ("GH-0 XGH-1 GH-1a", []),
        ("#12.5", ["own/repo#12"]),
        ("https://example.com/a/b/issues/7", []),
        (f"{_URL}/issues/7abc {_URL}/issues/new", []),
    ],
)
def test_find_references(text: str, expected: list[str]) -> None:
    assert [str(found.target) for found in find_references(text, OWN)] == expected


def test_bare_numbers_belong_to_nobody_without_a_repository() -> None:
    assert [str(found.target) for found in find_references("#1 a/b#2", None)] == ["a/b#2"]


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (f"{_URL}/issues/1", (RecordId("a/b", 1), "")),
        (f"{_URL}/pull/2#issuecomment-3", (RecordId("a/b", 2), "#issuecomment-3")),
        (f"{_URL}/pull/2/files?w=1#r4", (RecordId("a/b", 2), "/files?w=1#r4")),
        (f"{_URL}/issues/1?x=1", (RecordId("a/b", 1), "?x=1")),
        (f"{_URL}/issues/1x", None),
        (f"{_URL}/issues/1#<x>", None),
        ("https://github.com.evil.com/a/b/issues/1", None),
        ("https://evil.com/https://github.com/a/b/issues/1", None),
        ("javascript://github.com/a/b/issues/1", None),
    ],
)
def test_find_url_target(url: str, expected: tuple[RecordId, str] | None) -> None:
    assert find_url_target(url) == expected


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        *[
            (f"{word} ", EdgeKind.CLOSES)
            for word in (
                *("close", "closes", "closed", "fix", "fixes", "fixed"),
                *("resolve", "resolves", "resolved", "Fixes:", "CLOSES", "Resolves issue"),
            )
        ],
        ("This implements ", EdgeKind.IMPLEMENTS),
        ("builds on ", EdgeKind.FOLLOWS),
        ("supersedes ", EdgeKind.SUPERSEDES),
        ("part of ", EdgeKind.PART_OF),
        ("prefixes ", EdgeKind.MENTIONS),
        ("closes #1, ", EdgeKind.MENTIONS),
        ("x" * 60 + "closes ", EdgeKind.MENTIONS),
        ("", EdgeKind.MENTIONS),
    ],
)
def test_find_relation(before: str, expected: EdgeKind) -> None:
    assert find_relation(before) is expected


ACTIVE = {
    EdgeKind.CLOSES: "close closes closed fix fixes fixed resolve resolves resolved",
    EdgeKind.IMPLEMENTS: "implement implements implemented implementing address addresses addressed "
    "solve solves solved",
    EdgeKind.TESTS: "test tests tested validate validates validated validation_of evaluate evaluates "
    "track tracks",
    EdgeKind.FOLLOWS: "build_on builds_on build_upon builds_upon follows follows_up follows_up_on "
    "follows_on follow-up_to continues",
    EdgeKind.SUPERSEDES: "supersede supersedes replace replaces",
    EdgeKind.CORRECTS: "correct corrects correction_to correction_of",
    EdgeKind.REPLICATES: "replicate replicates replication_of reproduce reproduces",
    EdgeKind.PART_OF: "part_of sub-issue_of parent parent_issue",
}
PASSIVE = {
    EdgeKind.IMPLEMENTS: ("fixed closed resolved implemented addressed solved", "by in with"),
    EdgeKind.TESTS: ("tested validated evaluated tracked", "by in with"),
    EdgeKind.FOLLOWS: ("followed followed_up continued", "by in with"),
    EdgeKind.SUPERSEDES: ("superseded replaced", "by with"),
    EdgeKind.CORRECTS: ("corrected", "by in"),
    EdgeKind.REPLICATES: ("replicated reproduced", "by in"),
}


@pytest.mark.parametrize("kind", ACTIVE)
def test_every_word_states_its_relation(kind: EdgeKind) -> None:
    for words in ACTIVE[kind].split():
        word = words.replace("_", " ")
        for before in (f"It {word} ", f"{word.upper()}: ", f"{word} issue ", f"({word} PR: "):
            assert find_relation(before) is kind, before
        for noun in ("pull request", "experiment"):
            assert find_relation(f"{word} {noun} ") is kind, (word, noun)
        for before in (f"x{word} ", f"_{word} ", f"{word}x ", f"{word} the ", f"{word}, "):
            assert find_relation(before) is EdgeKind.MENTIONS, before
        assert find_passive_relation(f"{word} ", len(word) + 1) is None


@pytest.mark.parametrize("kind", PASSIVE)
def test_every_passive_states_the_relation_of_the_other_side(kind: EdgeKind) -> None:
    participles, prepositions = PASSIVE[kind]
    for participle in participles.split():
        for preposition in prepositions.split():
            before = f"{participle.replace('_', ' ')} {preposition} "
            assert find_passive_relation(before, len(before)) is kind, before
            assert find_passive_relation(f"un{before}", len(before) + 2) is None
            assert find_passive_relation(f"{before}the ", len(before) + 4) is None
        assert find_passive_relation(f"{participle} of ", len(participle) + 4) is None


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("`#1` and\n\n    #2\n\n```\n#3\n```\n#4", [4]),
        ("<code>#1</code> <kbd>#2</kbd> #3", [3]),
        ("[text #1](https://example.com) #2", [2]),
        ("| a |\n|---|\n| closes #1 |\n| #2 |", [1, 2]),
        ("<!-- #1 --> #2", [2]),
        ("&#35;1 \\#2", [1, 2]),
        ("a &amp; #1 &lt;#2&gt;", [1, 2]),
        ("*#1* **#2** ~~#3~~", [1, 2, 3]),
        (f"[this]({_URL}/issues/5) {_URL}/pull/6", [5, 6]),
    ],
)
def test_references_in_markdown(source: str, expected: list[int]) -> None:
    assert [found.target.number for found in render_body(source, OWN).references] == expected


def test_line_section_and_sentence() -> None:
    source = (
        "intro #1\n\n# One\n\ntext\nmore. It fixes #2 today. End.\n\n## Two #3\n\n- a\n- b #4\n"
    )
    _, found = mark_references(render_markdown(source, positions=True), OWN)
    assert [(ref.target.number, ref.line, ref.section) for ref in found] == [
        (1, 1, None),
        (2, 6, "One"),
        (3, 8, "Two #3"),
        (4, 11, "Two #3"),
    ]
    assert found[1].sentence == "It fixes #2 today."
    assert found[1].relation is EdgeKind.CLOSES


@pytest.mark.parametrize("name", sorted(OPAQUE))
def test_text_that_is_shown_as_it_is_refers_to_nothing(name: str) -> None:
    html = f"<div><{name}>#1</{name}> #2 <{name} /> #3</div>"
    marked, found = mark_references(html, OWN)
    assert [ref.target.number for ref in found] == [2, 3]
    assert f"<{name}>#1</{name}>" in marked


@pytest.mark.parametrize("written", ["#1", "GH-1", "gh-1", f"{_URL}/issues/1", f"{_URL}/pull/1"])
def test_each_form_alone_is_found(written: str) -> None:
    assert len(mark_references(f"<p>{written}</p>", OWN)[1]) == 1


def test_stray_ends_of_code_end_nothing() -> None:
    _, found = mark_references("<p></code>#1 <code></pre>#2</code>#3</p>", OWN)
    assert [ref.target.number for ref in found] == [1, 3]


def test_a_block_of_code_is_no_heading() -> None:
    _, found = mark_references("<h2>One</h2><pre>code</pre><p>#1</p>", OWN)
    assert found[0].section == "One"


def test_marking_keeps_quotes_as_they_are() -> None:
    html = '<p>"a" \'b\' #1 "c" &amp; &lt;</p>'
    marked, _ = mark_references(html, OWN)
    assert fill_references(marked, lambda placed: placed.label) == html


def test_marker_keeps_label_tail_and_address() -> None:
    html, _ = mark_references(f'<p>#1 <a href="{_URL}/pull/2#r3">x <b>y</b></a></p>', OWN)
    shown = fill_references(html, lambda p: f"[{p.target}|{p.tail}|{p.href}|{p.label}]")
    assert shown == f"<p>[own/repo#1||None|#1] [a/b#2|#r3|{_URL}/pull/2#r3|x <b>y</b>]</p>"


def test_bare_address_gets_githubs_short_form() -> None:
    body = render_body(f"{_URL}/pull/2#issuecomment-3 {_URL}/pull/4", "a/b")
    shown = fill_references(body.html, lambda p: f"[{p.href}|{p.label}]")
    assert shown == "<p>[None|#2 (comment)] [None|#4]</p>\n"


def test_strangers_cannot_forge_a_marker() -> None:
    source = '<a data-ref="evil/x#1" data-tail="" data-href="javascript:x">y</a>'
    assert "data-ref" not in render_body(source, OWN).html


def test_too_many_references_stay_text() -> None:
    body = render_body("#1 " * 3000, OWN)
    assert len(body.references) == MAX_REFERENCES
    assert body.plain.count("#1") == 3000


@given(st.text(alphabet="#1 ab/.-GH\n`[]()<>&;:,é", max_size=200))
def test_marking_changes_no_text(text: str) -> None:
    html = render_markdown(text)
    marked, found = mark_references(html, OWN)
    assert unescape(fill_references(marked, lambda placed: placed.label)) == unescape(html)
    assert marked.count("<a data-ref=") == len(found)


@given(st.text(max_size=300))
def test_found_text_is_where_it_says(text: str) -> None:
    end = 0
    for found in find_references(text, OWN):
        assert end <= found.start < found.end <= len(text)
        assert text[found.start : found.end].endswith(str(found.target.number)) or found.tail
        end = found.end


@pytest.mark.parametrize("piece", ["a/", "a-", "#", "a.", "GH-", "x/y.", "fixes ", "1", "#1 "])
def test_time_is_linear(piece: str) -> None:
    text = piece * (200_000 // len(piece))
    start = time.process_time()
    list(find_references(text, OWN))
    assert time.process_time() - start < 3


def test_only_githubs_own_host_has_a_second_name() -> None:
    path = "a/b/issues/1"
    assert find_url_target(f"https://www.github.com/{path}")
    assert find_url_target(f"https://ghe.example/{path}", "ghe.example")
    assert find_url_target(f"https://www.ghe.example/{path}", "ghe.example") is None
