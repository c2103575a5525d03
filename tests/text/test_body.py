"""GitHub text looks as it does on GitHub."""

from __future__ import annotations

import re
from html import unescape

import pytest

from journal_plugin.text.body import render_body
from journal_plugin.text.decorate import MAX_HEADINGS
from journal_plugin.text.limits import MAX_DEPTH, MAX_LENGTH

OWN = "own/repo"
REL = 'rel="nofollow noopener noreferrer"'
SHA = "0123456789abcdef0123456789abcdef01234567"
_SITE = "https://github.com"


def _html(source: str, **options: object) -> str:
    return render_body(source, OWN, **options).html.strip()  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("a\nb", "<p>a<br>\nb</p>"),
        ("~~x~~ **y**", "<p><del>x</del> <strong>y</strong></p>"),
        ("`a`", "<p><code>a</code></p>"),
        ("<kbd>a</kbd><wbr>", "<p><kbd>a</kbd><wbr></p>"),
        (":tada: a:b:c :nope: `:tada:`", "<p>🎉 a:b:c :nope: <code>:tada:</code></p>"),
        ("@ann-b.", f'<p><a class="user-mention" href="{_SITE}/ann-b" {REL}>@ann-b</a>.</p>'),
        ("a@b `@c` @d/e @-f", "<p>a@b <code>@c</code> @d/e @-f</p>"),
        (
            "@ren[bot]",
            f'<p><a class="user-mention" href="{_SITE}/apps/ren" {REL}>@ren[bot]</a></p>',
        ),
        (
            f"{SHA}, x/y@{SHA[:8]}",
            (
                f'<p><a class="commit-link" href="{_SITE}/{OWN}/commit/{SHA}" {REL}>'
                f'<code>{SHA[:7]}</code></a>, <a class="commit-link" '
                f'href="{_SITE}/x/y/commit/{SHA[:8]}" {REL}>x/y@<code>{SHA[:7]}</code></a></p>'
            ),
        ),
        ("1234567 deadbee 12345678", "<p>1234567 deadbee 12345678</p>"),
        ("0123abc4.5 ab12cd3x #0123abc", "<p>0123abc4.5 ab12cd3x #0123abc</p>"),
        (
            f"{_SITE}/{OWN}/blob/{SHA}/src/a%20b.py#L1-L4",
            (
                f'<p><a href="{_SITE}/{OWN}/blob/{SHA}/src/a%20b.py#L1-L4" {REL}>'
                f"<code>src/a b.py#L1-L4</code> at <code>{SHA[:7]}</code></a></p>"
            ),
        ),
        (
            f"{_SITE}/x/y/commit/{SHA}",
            f'<p><a href="{_SITE}/x/y/commit/{SHA}" {REL}>x/y@<code>{SHA[:7]}</code></a></p>',
        ),
        ("[a](/b)", f'<p><a href="{_SITE}/b" {REL}>a</a></p>'),
        ("[a](//c.d/e)", f'<p><a href="https://c.d/e" {REL}>a</a></p>'),
        ("[a](b.md)", f'<p><a href="{_SITE}/{OWN}/blob/HEAD/b.md" {REL}>a</a></p>'),
        ("[a](javascript:x) [b](data:,x)", "<p><a>a</a> <a>b</a></p>"),
        ("<details open><summary>a</summary>b</details>",
         '<details open=""><summary>a</summary>b</details>'),
        ("<script>x</script>", "&lt;script&gt;x&lt;/script&gt;"),
        ("<b onclick=x style=y class=z>a</b>", "<p><b>a</b></p>"),
        ("<svg><a>x</a></svg> <form><input name=a><button>b</button></form>",
         "<p><a>x</a> b</p>"),
    ],
)  # fmt: skip
def test_shown_as_on_github(source: str, expected: str) -> None:
    assert _html(source) == expected


@pytest.mark.parametrize(
    ("kind", "classes"),
    [
        ("NOTE", "note"),
        ("TIP", "tip"),
        ("IMPORTANT", "info important"),
        ("WARNING", "warning"),
        ("caution", "danger caution"),
    ],
)
def test_alert_becomes_an_admonition(kind: str, classes: str) -> None:
    title = f'<p class="admonition-title">{kind.capitalize()}</p>'
    start = f'<div class="admonition {classes}">\n{title}'
    assert _html(f"> [!{kind}]\n> a #1") == (
        f'{start}<p>\na <a data-ref="own/repo#1" data-tail="" data-href="">#1</a></p>\n</div>'
    )
    assert _html(f"> [!{kind}]\n>\n> a") == f"{start}\n<p>a</p>\n</div>"


@pytest.mark.parametrize(
    "source", ["> [!NOTE] a", "> [!OTHER]\n> a", "> [!NOTE]", "> > [!NOTE]\n> > a", "> a [!NOTE]"]
)
def test_what_github_does_not_take_for_an_alert(source: str) -> None:
    assert "admonition" not in _html(source)


def test_task_lists_are_readable_and_inert() -> None:
    html = _html("- [x] a\n- [ ] b\n\n1. [x] c\n\n   d")
    boxes = re.findall(r"<input[^>]*>", html)
    assert boxes == [
        f'<input type="checkbox" disabled{checked} aria-label="{label}">'
        for checked, label in ((" checked", "Done"), ("", "To do"), (" checked", "Done"))
    ]
    assert html.count('<ul class="task-list">') == html.count('<ol class="task-list">') == 1


def test_headings_nest_below_the_page_with_unique_anchors() -> None:
    source = "# A *b*\n\n## A b\n\n###### C!\n\n[x](#a-b-1) <a name='a-b'>y</a>\n\n# `§`\n\n# é_1 2"
    body = render_body(source, OWN, anchor_prefix="c3-", heading_level=3)
    found = [(heading.level, heading.anchor, heading.title) for heading in body.headings]
    assert found == [
        (3, "c3-a-b", "A b"),
        (4, "c3-a-b-1", "A b"),
        (5, "c3-c", "C!"),
        (3, "c3-section", "§"),
        (3, "c3-é_1-2", "é_1 2"),
    ]
    assert re.findall(r'<h(\d) id="([^"]*)"', body.html) == [
        (str(level), anchor) for level, anchor, _ in found
    ]
    assert '<a href="#c3-a-b-1">x</a> <a>y</a>' in body.html


def test_no_heading_level_is_skipped() -> None:
    source = "### a\n##### b\n##### c\n#### d\n# e\n# \n### f"
    body = render_body(source, OWN, heading_level=2)
    found = [(heading.title, heading.level) for heading in body.headings]
    assert found == [("a", 2), ("b", 3), ("c", 3), ("d", 3), ("e", 2), ("f", 3)]
    assert body.html.count("<h") == body.html.count("</h") == len(found)  # the empty one is gone


def test_columns_are_aligned_by_class() -> None:
    html = render_body("a | b\n--|-:\n1 | 2\n\n<p align=center>x</p>", OWN).html
    assert '<td class="journal-align-right">2</td>' in html
    assert '<p class="journal-align-center">x</p>' in html
    assert "align=" not in html


def test_no_two_elements_share_an_id() -> None:
    source = "# a\n\n<a name='a'></a><p id='a'>\n\n[^1] [^1]\n\n[^1]: x\n\n<li id='fn-1'>\n\n" * 3
    ids = re.findall(r' id="([^"]*)"', render_body(source, OWN, anchor_prefix="p-").html)
    assert len(ids) == len(set(ids)) > 2
    assert all(name.startswith("p-") for name in ids)


def test_footnotes_link_both_ways() -> None:
    html = _html("a[^n]\n\n[^n]: b", anchor_prefix="c1-")
    assert '<a id="c1-fnref-n" class="footnote-ref" href="#c1-fn-n">1</a>' in html
    assert '<div class="footnote"><hr>\n<ol>\n<li id="c1-fn-n">' in html
    assert 'class="footnote-backref" aria-label="Back to the text" href="#c1-fnref-n"' in html


@pytest.mark.parametrize(
    "source",
    [
        "https://github.com/user-attachments/assets/a",
        "https://user-images.githubusercontent.com/1/a.png",
    ],
)
def test_images_of_github_are_lazy_sized_and_send_no_referrer(source: str) -> None:
    html = _html(f'<img src="{source}" alt="A &quot;b" width="640" height="1e9" onerror="x">')
    assert html == (
        f'<img src="{source}" alt="A &quot;b" width="640" loading="lazy" decoding="async" '
        'referrerpolicy="no-referrer">'
    )


@pytest.mark.parametrize(
    "source",
    [
        "https://evil.example/a.png",
        "http://github.com/a.png",
        "https://github.com.evil.example/a.png",
        "https://github.com:444/a.png",
        "https://x@github.com/a.png",
        "https://github.com@evil.example/a.png",
        "https://evilgithubusercontent.com/a.png",
        "//evil.example/a.png",
    ],
)
def test_images_from_elsewhere_become_links(source: str) -> None:
    html = _html(f"![b]({source}) [![c]({source})](https://x.example/)")
    assert "<img" not in html
    address = f"https:{source}" if source.startswith("//") else source
    assert f'<a class="image-link" href="{address}" {REL}>b</a>' in html
    assert f'<a href="https://x.example/" {REL}>c</a>' in html


@pytest.mark.parametrize("size", ['width="1"', 'height="1"', 'width="0"', 'src=""'])
def test_beacons_are_dropped(size: str) -> None:
    assert _html(f'<img {size} src="https://github.com/a.png">') == ""


def test_other_image_hosts_can_be_allowed() -> None:
    html = _html("![a](https://img.shields.io/b.svg)", image_hosts=("img.shields.io",))
    assert '<img src="https://img.shields.io/b.svg"' in html


def test_mentions_can_be_limited_to_known_accounts() -> None:
    html = _html("@Ann @bob", logins={"ann"})
    assert ">@Ann</a> @bob" in html


def test_code_is_highlighted_in_the_classes_of_the_theme() -> None:
    html = _html("```Python\nif x < 1: pass\n```")
    assert html.startswith('<div class="language-python highlight"><pre><span></span><code>')
    assert '<span class="k">if</span>' in html
    assert '<span class="o">&lt;</span>' in html


@pytest.mark.parametrize("language", ["", "nonsense", 'x" onclick="y', "../../etc", "<b>"])
def test_code_in_other_languages_is_plain(language: str) -> None:
    html = _html(f"```{language}\na<b>&amp; #1 @x\n```")
    assert "<code>a&lt;b&gt;&amp;amp; #1 @x\n</code>" in html
    assert "onclick" not in html


def test_raw_code_block_is_a_code_block_without_its_markup_acting() -> None:
    html = _html('<pre><code class="language-mermaid x">graph TD<img src=x></code></pre>')
    assert "class=" not in html.replace('class="image-link"', "")


def test_text_beyond_the_limit_is_counted() -> None:
    body = render_body("line\n" * 60_000, OWN)
    assert 0 < body.omitted < 60_000 * 5 - MAX_LENGTH + 10
    assert render_body("short", OWN).omitted == 0


@pytest.mark.parametrize(
    "source",
    [">" * 9000 + "a", "- " * 9000 + "a", "1. " * 3000 + "a", "<div>" * 9000 + "a",
     "<b><i>" * 3000, "*a **b " * 1200 + "c** d*" * 1200, "<details>\n\n" * 3000],
)  # fmt: skip
def test_depth_is_bounded(source: str) -> None:
    depth = deepest = 0
    for closing in re.findall(r"<(/?)(?!br|hr|img|input)[a-z]", render_body(source, OWN).html):
        depth += -1 if closing else 1
        deepest = max(deepest, depth)
    assert 10 < deepest <= MAX_DEPTH + 3
    assert depth == 0


def test_depth_leaves_the_text() -> None:
    assert render_body("> " * 5000 + "needle", OWN).plain.endswith("needle")


def test_rules_and_long_tables_are_not_taken_for_depth() -> None:
    rule = "- " * 60 + "-"
    assert _html("text\n\n" * 700 + rule).endswith("<hr>")


def test_plain_text() -> None:
    body = render_body("# A\n\nb *c*, d &amp; `e`.\n\n| x | y |\n|---|---|\n| 1 | 2 |\n", OWN)
    assert body.plain == "A b c, d & e. x y 1 2"
    assert render_body("", OWN).plain == ""


def test_only_some_headings_get_an_anchor() -> None:
    body = render_body("# a\n" * (MAX_HEADINGS + 50), OWN)
    assert len(body.headings) == MAX_HEADINGS
    assert body.html.count("<h1") == MAX_HEADINGS + 50


def test_a_text_of_too_many_tags_is_shown_as_its_source() -> None:
    body = render_body("# <b>x</b> #1\n" * 8000, OWN)
    assert body.is_source
    assert body.html.startswith('<div class="highlight"><pre><code># &lt;b&gt;x')
    assert body.html.count("<") == 6
    table = "|a|b|c|d|\n|-|-|-|-|\n" + "| 0.123 | 1.23 | 4 | 5 |\n" * 1500
    assert not render_body(table, OWN).is_source


@pytest.mark.parametrize("control", ["\x00", "\x08", "\ufdd0", "\ufffe", "\ud800", "\x9f"])
def test_characters_that_break_other_formats_are_dropped(control: str) -> None:
    assert _html(f"a{control}b") == "<p>ab</p>"


def test_same_text_gives_the_same_bytes() -> None:
    source = "# a\n\n- [x] @b #1 :tada:\n\n```python\nx\n```\n"
    assert render_body(source, OWN) == render_body(source, OWN)


def test_text_is_kept() -> None:
    source = 'a < b & "c" > d — é 😀 \u202e end'
    assert unescape(re.sub(r"<[^>]*>", "", _html(source))) == source
