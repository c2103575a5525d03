"""Plugins that many sites use do to generated pages what they do to others.

Every project is built strictly, as a user builds it. The filled in pages are compared with those
that the theme makes; the plugin's effect is looked for on a page that was filled in.
"""

from __future__ import annotations

import functools
import http.server
import os
import re
import subprocess
import threading
from html import unescape
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest
from PIL import ImageFont

from tests.support.project import RECORDS, make_project, make_question, run_process
from tests.support.theme_site import build_by_theme

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.engine

_CONFIG = """\
site_name: Test
site_url: https://journal.example/sub/
repo_url: https://github.com/lab/model
theme: {{name: material, font: false}}
plugins:
  - search
{plugins}
"""
_JOURNAL = "  - journal: {repo: lab/model, sync: never}\n"
_POST = """\
---
title: First try
date: 2026-01-06
status: complete
outcome: failure
hypothesis: Rounding helps.
issues: [18]
prs: [24]
tags: [rounding]
---
# First try

See #18. {{ 1 + 1 }}

## Conclusion

It failed.
"""
_CODE = "x  =  1\n\n    y = 2\n"
_QUESTIONS = tuple(
    make_question(
        number,
        title=f"Question {number} {{{{ 7 * 7 }}}}",
        body=f"Words of {number}.\n\n```python\n{_CODE}```\n\nSee #18, {{{{ 6 * 7 }}}}.\n",
    )
    for number in range(30, 42)
)
_DAY = "2026-03-01T12:00:00Z"
_GIT = {
    "PATH": os.environ["PATH"],
    **dict.fromkeys(("GIT_AUTHOR_DATE", "GIT_COMMITTER_DATE"), _DAY),
    **dict.fromkeys(("GIT_AUTHOR_NAME", "GIT_COMMITTER_NAME"), "Ann"),
    **dict.fromkeys(("GIT_AUTHOR_EMAIL", "GIT_COMMITTER_EMAIL"), "ann@journal.example"),
}
_FILLED = "journal/issues/40/index.html"
"""A page that no theme renders while nothing is in the way."""
_DASHBOARD = "journal/index.html"


def _make(
    root: Path, plugins: str, *, first: bool = True, nav: str | None = None, more: str = ""
) -> None:
    """A committed project with `plugins` before or after the journal."""
    text = "".join(f"  - {line}\n" for line in plugins.splitlines())
    config = _CONFIG.format(plugins=text + _JOURNAL if first else _JOURNAL + text)
    files = {
        "docs/posts/first.md": _POST,
        "docs/tags.md": "# Tags\n\n<!-- material/tags -->\n",
        ".gitignore": ".cache/\n",
        **({} if nav is None else {"docs/.nav.yml": nav}),
    }
    make_project(root, files, records=(*RECORDS, *_QUESTIONS), config=config + more)
    for command in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "All"]):
        subprocess.run(["git", *command], cwd=root, check=True, env=_GIT)


def _build(root: Path) -> Path:
    """Build strictly, compare every page with what the theme makes of it; return the site."""
    site = root / "fast"
    done = run_process(root, "mkdocs", "build", "--strict", "-v", "-d", str(site))
    assert done.returncode == 0, done.stderr[-3000:]
    slow = build_by_theme(root, root / "slow")
    pages = [path.relative_to(slow) for path in slow.rglob("*.html")]
    assert [str(p) for p in pages if (site / p).read_bytes() != (slow / p).read_bytes()] == []
    assert len(pages) > 50
    assert "journal/issues/31.md and pages like it are filled in" in done.stderr
    assert "are left to the theme" not in done.stderr
    return site


def _read(site: Path, name: str) -> str:
    return (site / name).read_text(encoding="utf-8")


def _navigation(html: str) -> list[str]:
    """The addresses in the navigation of a page, in order."""
    (nav,) = re.findall(
        r'<nav class="md-nav md-nav--primary.*?(?=<div class="md-sidebar|<div class="md-content")',
        html,
        re.DOTALL,
    )
    links = re.findall(r'<a href="([^"]*)" class="md-nav__link', nav)
    return [link for link in links if not link.startswith("#")]


_FAST_CLOCK = """\
import itertools, types
import mkdocs_git_revision_date_localized_plugin.plugin as plugin
seconds = itertools.count(1_800_000_000)
plugin.time = types.SimpleNamespace(time=lambda: next(seconds))
"""


def test_git_dates_stand_where_git_knows_them(tmp_path: Path) -> None:
    """A date of the build on a generated page would be false, and differ from build to build.

    It would be a warning, too, where a second passes while the plugin asks twice.
    """
    options = "git-revision-date-localized: {enable_creation_date: true, type: iso_datetime}"
    (tmp_path / "clock.py").write_text(_FAST_CLOCK)
    _make(tmp_path, options, more="hooks: [clock.py]\n")
    site = _build(tmp_path)
    post = _read(site, "posts/first/index.html")
    assert post.count('<span class="git-revision-date-localized-plugin') == 2
    assert _DAY.replace("T", " ").rstrip("Z") in post
    for name in (_FILLED, _DASHBOARD, "journal/pulls/24/index.html"):
        assert "git-revision-date" not in _read(site, name)


@pytest.mark.parametrize("first", [True, False])
def test_social_cards(tmp_path: Path, *, first: bool) -> None:
    """Material's plugin makes a card for each page; what both write, one of them leaves out."""
    _make(tmp_path, "social: {cards_include: [journal/issues/*, posts/*]}", first=first)
    fonts = tmp_path / ".cache" / "plugin" / "social" / "fonts" / "Roboto"
    fonts.mkdir(parents=True)
    font = ImageFont.load_default(10)  # comes with Pillow; the plugin would download one
    for style in ("Regular", "Bold"):
        (fonts / f"{style}.ttf").write_bytes(font.font_bytes)
    site = _build(tmp_path)
    images = site / "assets" / "images" / "social"
    assert (images / "journal" / "issues" / "40.png").read_bytes().startswith(b"\x89PNG")
    for name, image in (
        (_FILLED, "journal/issues/40.png"),
        ("posts/first/index.html", "posts/first.png"),
    ):
        head = _read(site, name).partition("</head>")[0]
        assert (
            f'"og:image" content="https://journal.example/sub/assets/images/social/{image}"' in head
        )
        for key in ("og:title", "og:url", "og:type", "twitter:card"):
            assert head.count(f'"{key}"') == 1
        assert '"summary_large_image"' in head
        assert "application/ld+json" in head
    assert 'content="summary"' in _read(site, _DASHBOARD)


def test_privacy_serves_what_pages_load_from_elsewhere(tmp_path: Path) -> None:
    """Bodies from GitHub load nothing from elsewhere; style sheets of the site might."""
    served = tmp_path / "served"
    served.mkdir()
    (served / "own.css").write_text("p { color: inherit }\n")
    handler = functools.partial(_Quiet, directory=str(served))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        address = f"http://127.0.0.1:{server.server_port}/own.css"
        # The theme's own script names a script on another server, which tests must not ask for.
        options = "privacy: {assets_exclude: [unpkg.com/*], links_attr_map: {target: _blank}}"
        _make(tmp_path / "project", options, more=f"extra_css: [{address}]\n")
        site = _build(tmp_path / "project")
    finally:
        server.shutdown()
        server.server_close()
    html = _read(site, _FILLED)
    assert address not in html
    copy = "assets/external/" + address.removeprefix("http://")
    assert f'<link rel="stylesheet" href="../../../{copy}">' in html
    assert (site / copy).is_file()
    outside = re.findall(r'<a [^>]*href="https://github.com/lab/model/issues/40"[^>]*>', html)
    assert outside
    assert all('target="_blank"' in link and "noopener" in link for link in outside)


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the parent's name
        """Say nothing."""


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ("rss", {"", "posts/first/", "tags/"}),
        ("rss: {match_path: posts/.*}", {"posts/first/"}),
        (
            "rss: {match_path: 'journal/problems/.+'}",
            {"journal/problems/", "journal/problems/mode-collapse/"},
        ),
    ],
)
def test_rss_leaves_the_journal_to_its_own_feeds(
    tmp_path: Path, options: str, expected: set[str]
) -> None:
    """Git does not know generated pages: in each build all of them would be news."""
    _make(tmp_path, options)
    site = _build(tmp_path)
    items = ET.parse(site / "feed_rss_created.xml").getroot().findall(".//item")  # noqa: S314 - our own output
    base = "https://journal.example/sub/"
    assert {item.findtext("link") for item in items} == {base + url for url in expected}
    if "posts/first/" in expected:
        assert "Sun, 01 Mar 2026" in {item.findtext("pubDate", "")[:16] for item in items}
    assert (site / "journal" / "feed.xml").is_file()


def test_tags_list_posts(tmp_path: Path) -> None:
    _make(tmp_path, "tags")
    site = _build(tmp_path)
    assert re.search(
        r'<h2 id="tag:rounding">.*?<a href="../posts/first/">',
        _read(site, "tags/index.html"),
        re.DOTALL,
    )
    assert 'href="../../tags/#tag:rounding" class="md-tag"' in _read(site, "posts/first/index.html")
    assert "First try" in _read(site, "journal/tags/rounding/index.html")


def test_minify_shortens_generated_pages(tmp_path: Path) -> None:
    """Words and code stay; so does what the journal adds to a finished page."""
    _make(tmp_path, "minify: {minify_html: true, htmlmin_opts: {remove_comments: true}}")
    site = _build(tmp_path)
    plain = tmp_path / "plain"
    _make(plain, "")
    whole = _build(plain)
    for name in (_FILLED, _DASHBOARD, "journal/timeline/index.html", "posts/first/index.html"):
        long, short = _read(whole, name), _read(site, name)
        assert len(short) < 0.85 * len(long)
        assert _words(short) == _words(long)
        assert "<script type=application/ld+json>" in short
    code = r"<pre>.*?</pre>"
    assert _text(re.findall(code, _read(site, _FILLED), re.DOTALL)[0]).strip("\n") == _CODE.strip(
        "\n"
    )


def _text(html: str) -> str:
    return unescape(re.sub(r"<[^>]*>", "", html))


def _words(html: str) -> list[str]:
    """The words that a reader sees."""
    body = html.partition("<body")[2].partition(">")[2]
    shown = re.sub(r"<(script|svg).*?</\1>", " ", body, flags=re.DOTALL)
    return unescape(re.sub(r"<[^>]*>", " ", shown)).split()


def test_macros_run_in_posts_only(tmp_path: Path) -> None:
    _make(tmp_path, "macros: {on_undefined: strict, on_error_fail: true}")
    site = _build(tmp_path)
    assert "See" in (post := _read(site, "posts/first/index.html"))
    assert "{{ 1 + 1 }}" not in post
    page = _read(site, _FILLED)
    assert "{{ 6 * 7 }}" in page
    assert page.count("{{ 7 * 7 }}") >= 2
    assert not re.search(
        r"\b(42|49)\b", _text(page.partition("<article")[2].partition("</article>")[0])
    )


def test_section_index_makes_a_page_of_the_section(tmp_path: Path) -> None:
    _make(tmp_path, "section-index", first=False)
    site = _build(tmp_path)
    html = _read(site, "posts/first/index.html")
    up = "../../journal/"
    section = re.search(
        rf'<div class="md-nav__link md-nav__container">\s*<a href="{up}"[^>]*>(.*?)</a>',
        html,
        re.DOTALL,
    )
    assert section
    assert _text(section[1]).split() == ["Journal"]
    assert _navigation(html).count(up) == 1
    assert _navigation(_read(site, _FILLED)).count("../../") == 1


@pytest.mark.parametrize(
    "order", ["[index.md, journal, posts, tags.md]", "[{Research: journal}, '*']"]
)
def test_awesome_nav_places_the_journal(tmp_path: Path, order: str) -> None:
    _make(tmp_path, "awesome-nav", nav=f"nav: {order}\n")
    site = _build(tmp_path)
    links = _navigation(_read(site, "posts/first/index.html"))
    own = [link for link in links if link.startswith("../../journal/")]
    names = ("", "problems/", "experiments/", "timeline/")
    assert own[:4] == [f"../../journal/{name}" for name in names]
    assert len(own) == len(set(own)) > 7
    assert links.index(own[-1]) < links.index("./")
    record = _read(site, _FILLED)
    assert _navigation(record).index("../../") < _navigation(record).index("../../../posts/first/")
    assert ("Research" in record) == ("Research" in order)


def test_awesome_nav_that_says_nothing_of_the_journal(tmp_path: Path) -> None:
    _make(tmp_path, "awesome-nav")
    site = _build(tmp_path)
    links = _navigation(_read(site, "posts/first/index.html"))
    assert links.count("../../journal/") == links.count("../../journal/ledger/") == 1


def test_all_of_them_together(tmp_path: Path) -> None:
    plugins = (
        *("awesome-nav", "section-index", "tags", "rss", "git-revision-date-localized"),
        *("macros", "social: {cards: false}", "privacy: {assets_exclude: [unpkg.com/*]}"),
        "minify: {minify_html: true}",
    )
    _make(tmp_path, "\n".join(plugins), nav="")
    site = _build(tmp_path)
    html = _read(site, _FILLED)
    assert "{{ 6 * 7 }}" in html
    assert "git-revision-date" not in html
    assert "<script type=application/ld+json>" in html
    assert re.search(r'href=../../ class="?md-nav__link', html)
