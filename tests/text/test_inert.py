"""Finished HTML on its way through another engine's Markdown."""

from __future__ import annotations

from html import unescape

import markdown
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markupsafe import escape

from journal_plugin.text.inert import NotInertError, make_inert, make_inert_text
from journal_plugin.text.portable import make_portable

HOST = ("abbr", "attr_list", "md_in_html", "admonition", "tables", "pymdownx.superfences")
TEXT = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp"]), max_size=60
)


def render(text: str) -> str:
    return markdown.markdown(text, extensions=[*HOST, "pymdownx.magiclink", "pymdownx.emoji"])


@settings(deadline=None)  # building a Markdown engine takes its time
@given(TEXT)
def test_a_block_passes_through_the_host_as_it_is(text: str) -> None:
    block = make_inert(f'<div title="{escape(text)}"><pre>\n{escape(text)}\n\n\tx</pre></div>')
    assert "\n" not in block
    assert render(f"# Title\n\n{block}\n").endswith(str(block))


@settings(deadline=None)  # building a Markdown engine takes its time
@given(TEXT)
def test_plain_text_is_a_text_of_the_host(text: str) -> None:
    shown = render(f"x {make_inert_text(text)} x")
    assert shown.count("<") == 2
    assert unescape(shown.removeprefix("<p>").removesuffix("</p>")).split() == f"x {text} x".split()


@settings(deadline=None)  # building a Markdown engine takes its time
@given(TEXT.filter(str.strip))
def test_titles_cannot_leave_their_link(text: str) -> None:
    html = f'<p><a class="c" href="../a/" title="{escape(text)}">{escape(text)}</a></p>'
    shown = render(make_portable(html, lambda address: f"{address}index.md"))
    assert shown.count("<a ") == 1
    assert 'href="../a/index.md"' in shown
    assert shown.startswith('<p><span class="c"><a ')


def test_blocks_lists_and_tables_become_markdown() -> None:
    html = (
        '<div><p>a <b>b</b></p><dl><dt>T</dt><dd>d</dd></dl><h2 id="x">H</h2>'
        "<ul><li>one<blockquote>q</blockquote></li><li>two</li></ul>"
        "<table><thead><tr><th>A</th><th>B|</th></tr></thead>"
        "<tbody><tr><td>1</td><td><p>2</p></td></tr></tbody></table><custom>x</custom></div>"
    )
    lines = [line for line in make_portable(html, str).splitlines() if line]
    assert lines == [
        "a <b>b</b>",
        "- <strong>T</strong> d",
        "## H",
        "- one",
        "    - q",
        "- two",
        "| A | B&#124; |",
        "| --- | --- |",
        "| 1 | 2 |",
        "x",
    ]


def test_a_script_with_content_is_refused() -> None:
    with pytest.raises(NotInertError):
        make_inert("<script>alert(1)</script>")
