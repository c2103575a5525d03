"""No text leaves its context, whatever it holds; each is read back by the real parser."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

import mermaidx
import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st
from markupsafe import Markup

from journal_plugin.slugs import slugify
from journal_plugin.text.escape import (
    drop_controls,
    dump_script_json,
    escape_html,
    escape_inline,
    escape_mermaid,
    find_color,
    shorten,
)

if TYPE_CHECKING:
    from collections.abc import Callable

NASTY = (
    "</script><script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "<!--",
    "]]>",
    "&lt;script&gt;&#60;",
    "{{ config }} {% include '/etc/passwd' %}",
    '--8<-- ".env"',
    '"]; click A href "javascript:alert(1)"',
    "%%{init: {'securityLevel': 'loose'}}%%",
    "#quot;#35;lt;",
    "end\nsubgraph x",
    "---\ntitle: x\n---",
    "key: value # c",
    "a\u2028b\u2029c",
    "\u202egnp.exe",
    "\x00\x1b[31m\ud800\ufffe",
    "..\\..//../etc/passwd\x00.md",
    "``` \n~~~",
    "[x](javascript:alert(1)) ![y](z) <a@b.c> #1 @d",
    "| a | b |",
    "$\\href{javascript:x}{y}$",
)
TEXTS = st.text(max_size=120) | st.lists(st.sampled_from(NASTY), max_size=3).map(" ".join)


def _clean(text: str) -> str:
    return re.sub("[\u202a-\u202e\u2066-\u2069]", "", drop_controls(text))


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.seen: list[object] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, attrs))

    def handle_data(self, data: str) -> None:
        self.seen.append(data)

    def handle_comment(self, data: str) -> None:
        self.seen.append(("comment", data))


@given(TEXTS)
def test_html_text_and_attribute(text: str) -> None:
    reader = _Reader()
    reader.feed(f'<p title="{escape_html(text)}">{escape_html(text)}</p>')
    reader.close()
    start, *rest = reader.seen
    assert start == ("p", [("title", _clean(text))])
    assert "".join(map(str, rest)) == _clean(text)


def test_safe_markup_stays() -> None:
    assert escape_html(Markup("<b>")) == "<b>"


@given(
    st.recursive(
        TEXTS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3)
    )
)
def test_json_in_a_script(data: object) -> None:
    text = dump_script_json(data)
    assert not set("<>&\u2028\u2029") & set(text)
    text.encode()
    assert json.loads(text) == json.loads(json.dumps(data))


@settings(max_examples=60, deadline=None)
@given(TEXTS)
@example(" ".join(NASTY))
def test_mermaid_label_is_read_by_mermaid(text: str) -> None:
    label = escape_mermaid(text)
    assert not set('"<>%{}[]()|;\n`') & set(re.sub(r"#[0-9]+;", "", label))
    svg = str(mermaidx.render(f'flowchart TD\n  A["x{label}"] --> B["y"]\n').svg())
    nodes = re.findall(r'class="node ', svg)
    assert len(nodes) == 2
    assert "<script" not in svg
    assert "javascript:" not in re.sub(r"<(?:text|tspan|p|span)[^>]*>[^<]*", "", svg)


@given(TEXTS)
def test_front_matter(text: str) -> None:
    block = yaml.safe_dump({"title": drop_controls(text)})
    assert yaml.safe_load(block) == {"title": drop_controls(text)}
    assert not re.search(r"^(?:---|\.\.\.)[ \t]*$", block, re.MULTILINE)


@given(TEXTS)
def test_path_segment(text: str) -> None:
    slug = slugify(text)
    assert re.fullmatch(r"(?:[a-z0-9]+(?:-[a-z0-9]+)*)?", slug)
    assert len(slug) <= 60
    assert PurePosixPath("a", slug or "b").parent == PurePosixPath("a")


@pytest.mark.parametrize(
    ("color", "expected"),
    [
        ("D73A4A", "#d73a4a"),
        ("#d73a4a", "#d73a4a"),
        ("red", None),
        ("fff", None),
        ("d73a4a;background:url(//e.x)", None),
        ("d73a4a\n", None),
        ("١٢٣٤٥٦", None),
        ("", None),
        (None, None),
    ],
)
def test_color(color: str | None, expected: str | None) -> None:
    assert find_color(color) == expected


@given(TEXTS)
def test_color_is_exact_or_none(text: str) -> None:
    assert re.fullmatch("#[0-9a-f]{6}", find_color(text) or "#000000")


@given(TEXTS, st.integers(1, 50))
def test_shorten(text: str, limit: int) -> None:
    assert len(shorten(text, limit)) <= limit


EXACT = [
    (escape_inline, "a_b *c* `d` [e](f) <g>", r"a\_b \*c\* \`d\` \[e\](f) \<g\>"),
    (escape_inline, "x & y! | ~z~ #1 \\", r"x \& y\! \| \~z\~ \#1 \\"),
    (escape_inline, "http://a.b: c www.d.e", r"http\://a.b: c www\.d.e"),
    (escape_inline, " a\n\tb\u202e ", "a b"),
    (escape_mermaid, " a\n b.,-1é ", "a b.,-1é"),
    (escape_mermaid, '"#;[]%', "#34;#35;#59;#91;#93;#37;"),
    (escape_html, "a\"'<>&\u202e\x00", "a&#34;&#39;&lt;&gt;&amp;"),
    (
        dump_script_json,
        {"b": "é<>&\u2028\u2029\ud800'", "a": [1, None]},
        r'{"a":[1,null],"b":"é\u003c\u003e\u0026\u2028\u2029\ud800' + "'\"}",
    ),
]


@pytest.mark.parametrize(("escape", "text", "expected"), EXACT)
def test_what_is_written_exactly(
    escape: Callable[[object], str], text: object, expected: str
) -> None:
    assert escape(text) == expected


@pytest.mark.parametrize(
    ("limit", "expected"), [(7, "ab cdef"), (6, "ab cd…"), (4, "ab…"), (3, "ab…"), (2, "a…")]
)
def test_shorten_cuts_at_the_limit(limit: int, expected: str) -> None:
    assert shorten(" ab\n cdef ", limit) == expected
