"""The exported journal on three engines: the same pages, links, diagrams, badges and search."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from html import unescape
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import pytest

from tests.support.links import find_broken_links
from tests.support.project import make_project, run_process
from tests.support.real_site import make_real_site

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.engine

ENGINES = ("mkdocs", "properdocs", "zensical")
SECRET = "SECRET-OF-THE-BUILD-MACHINE"  # noqa: S105 - a mark to look for
EXPORTED = """\
docs_dir: exported
site_dir: {site}
extra_css: [assets/journal/journal.css]
extra_javascript: [assets/journal/journal.js]
plugins:
  - search
"""


_ACTIVE = ("iframe", "object", "embed", "form", "style", "base", "meta")


class _Page(HTMLParser):
    """What a reader gets from one page: links, badges, diagrams, active content."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.links: list[str] = []
        self.badges: list[str] = []
        self.active: list[tuple[str, str]] = []
        self.diagrams: list[str] = []
        self._stack: list[str] = []
        self._depth = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        if "journal-page" in attributes.get("class", "") or self._depth:
            self._depth += tag == "div"
            if tag == "a" and "href" in attributes:
                self.links.append(attributes["href"])
            own_form = tag == "form" and attributes.get("class") == "journal-tools"
            if tag in _ACTIVE and not own_form:
                self.active.append((tag, str(attributes)))
            if tag == "script" and "assets/journal/" not in attributes.get("src", ""):
                self.active.append((tag, str(attributes)))
            self.active += [(tag, name) for name in attributes if name.startswith("on")]
        if "journal-badge" in attributes.get("class", "").split():
            self.badges.append(attributes["class"])
        if tag == "pre" and "mermaid" in attributes.get("class", ""):
            self.diagrams.append("")
            self._stack.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if self._depth and tag == "div":
            self._depth -= 1
        if self._stack and tag == "pre":
            self._stack.pop()

    def handle_data(self, data: str) -> None:
        if self._stack:
            self.diagrams[-1] += data


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """What one engine made of the journal."""

    root: Path
    pages: dict[str, _Page]
    search: dict[str, str]
    """Plain text by address."""

    @property
    def text(self) -> str:
        return "\n".join(
            path.read_text("utf-8", "replace") for path in sorted(self.root.rglob("*.html"))
        )


def read_site(root: Path) -> Site:
    pages = {}
    for path in sorted(root.rglob("*.html")):
        name = path.relative_to(root).as_posix()
        if name.startswith(("journal/", "posts/")):
            pages[name] = _Page()
            pages[name].feed(path.read_text(encoding="utf-8"))
    index = root / "search" / "search_index.json"
    data = json.loads((index if index.is_file() else root / "search.json").read_bytes())
    entries = data.get("docs") or data["items"]
    return Site(
        root=root,
        pages=pages,
        search={entry["location"]: plain(f"{entry['title']} {entry['text']}") for entry in entries},
    )


def plain(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def export_and_build(root: Path, engine: str) -> Site:
    """What the how-to on other engines says: export, then build with a configuration of its own."""
    done = run_process(root, "journal", "export", "--out", "exported")
    assert done.returncode == 0, done.stderr
    head = (root / "mkdocs.yml").read_text(encoding="utf-8").split("plugins:")[0]
    config = root / f"for-{engine}.yml"
    config.write_text(head + EXPORTED.format(site=f"site-{engine}"), encoding="utf-8")
    strict = [] if engine == "zensical" else ["--strict"]
    built = run_process(root, engine, "build", *strict, "-f", config.name)
    assert built.returncode == 0, built.stdout + built.stderr
    assert "SECRET" not in built.stderr
    return read_site(root / f"site-{engine}")


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project over a real dump, built once with the plugin."""
    root = tmp_path_factory.mktemp("real")
    make_real_site("ik_llama", root)
    done = run_process(root, "mkdocs", "build", "--strict", "--site-dir", "site-plugin")
    assert done.returncode == 0, done.stderr
    return root


@pytest.fixture(scope="module")
def with_plugin(real: Path) -> Site:
    return read_site(real / "site-plugin")


@pytest.fixture(scope="module", params=ENGINES)
def exported(real: Path, request: pytest.FixtureRequest) -> Iterator[Site]:
    return export_and_build(real, request.param)


def test_every_engine_has_the_same_pages(with_plugin: Site, exported: Site) -> None:
    assert len(with_plugin.pages) > 200
    assert exported.pages.keys() == with_plugin.pages.keys()


def test_every_engine_has_the_same_files(with_plugin: Site, exported: Site) -> None:
    def files(site: Site) -> dict[str, bytes]:
        return {
            path.relative_to(site.root).as_posix(): path.read_bytes()
            for folder in ("journal", "assets/journal")
            for path in (site.root / folder).rglob("*")
            if path.is_file() and path.suffix != ".html"
        }

    assert files(exported).keys() == files(with_plugin).keys()
    assert {n: c for n, c in files(exported).items() if n.endswith(".svg")} == {
        n: c for n, c in files(with_plugin).items() if n.endswith(".svg")
    }


def test_every_engine_has_the_same_badges_and_diagrams(with_plugin: Site, exported: Site) -> None:
    for name, page in with_plugin.pages.items():
        assert exported.pages[name].badges == page.badges, name
        assert [d.split("\n") for d in exported.pages[name].diagrams] == [
            d.split("\n") for d in page.diagrams
        ], name
    assert sum(len(page.diagrams) for page in with_plugin.pages.values()) >= 2


def test_no_link_of_an_exported_page_is_broken(exported: Site) -> None:
    assert find_broken_links(exported.root) == ""


def test_every_engine_finds_every_page(with_plugin: Site, exported: Site) -> None:
    """As with the plugin, a page has one short entry; further pages of a list have none."""
    generated = {place for place in with_plugin.search if place.startswith("journal/")}
    assert len(generated) > 200
    found = {place for place in exported.search if place.startswith("journal/")}
    assert found == generated
    for place in generated:
        assert len(exported.search[place]) < 800, place


def test_references_in_posts_are_links_but_not_in_code(exported: Site, real: Path) -> None:
    text = (real / "exported/posts/notes.md").read_text(encoding="utf-8")
    assert re.search(r"\[GH&#45;\d+\]\(\.\./journal/issues/\d+/index\.md ", text)
    assert re.search(r"`#\d+` in code", text)
    assert (exported.root / "posts/notes/index.html").is_file()


PAYLOADS = (
    '--8<-- ".env"',
    ';--8<-- ".env"',
    '{% include ".env" %}',
    "{{ secret }}",
    "<script>alert(1)</script>",
    '<img src=x onerror="alert(1)">',
    '</div></div><script src="https://evil.example/x.js"></script>',
    "[x](javascript:alert(1))",
    '```python exec="1"\nprint(open(".env").read())\n```',
    '    --8<-- ".env"',
    "{: onclick=alert(1) }",
    "*[HTML]: <b onmouseover=alert(1)>",
    '<div markdown="1">\n\n--8<-- ".env"\n\n</div>',
    '$$\n--8<-- ".env"\n$$',
    "[[_TOC_]] [TOC] %%% ::: toc",
    '!!! note\n    --8<-- ".env"',
    "::: os.system",
    '<!--\n--8<-- ".env"\n-->',
)
HOSTILE_EXTENSIONS = """\
markdown_extensions:
  - abbr
  - attr_list
  - md_in_html
  - admonition
  - toc
  - pymdownx.snippets:
      base_path: ["."]
      check_paths: false
      dedent_subsections: true
  - pymdownx.magiclink:
      repo_url_shorthand: true
      user: x
      repo: y
  - pymdownx.superfences
  - pymdownx.emoji
  - pymdownx.blocks.html
"""


@pytest.fixture(scope="module")
def hostile_project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Records whose every text attacks the host's Markdown, and a host with risky extensions."""
    root = tmp_path_factory.mktemp("hostile")
    joined = "\n\n".join(PAYLOADS)
    records = tuple(
        {
            "number": number,
            "kind": "pull" if number % 2 else "issue",
            "state": "closed",
            "title": payload.replace("\n", " "),
            "body": f"{payload}\n\n{joined}" if number == 18 else payload,
            "author": {"login": payload[:30], "kind": "human"},
            "labels": [{"name": payload[:40], "color": "ff0000"}, {"name": "problem:p"}],
            "milestone": payload,
            "headRef": payload,
            "comments": [{"author": None, "body": payload}],
        }
        for number, payload in enumerate(PAYLOADS, start=1)
    )
    numbers = ", ".join(str(record["number"]) for record in records)
    post = (
        f"---\ntitle: P\ndate: 2026-01-01\nproblem: p\nissues: [{numbers}]\n---\n\n# P\n\n"
        "!!! note\n    See #18 and #1.\n\n"
        "| a | b |\n| - | - |\n| #2 | `#3` |\n"
    )
    config = (
        "site_name: Hostile\nsite_url: https://journal.example/\ntheme: {name: material, font: false}\n"
        "plugins:\n  - search\n  - journal:\n      repo: lab/model\n      sync: never\n"
    )
    files = {"docs/posts/p.md": post, ".env": SECRET}
    return make_project(root, files, records=records, config=HOSTILE_EXTENSIONS + config)


@pytest.mark.parametrize("engine", ENGINES)
def test_hostile_records_are_harmless_on_every_engine(hostile_project: Path, engine: str) -> None:
    site = export_and_build(hostile_project, engine)
    assert len(site.pages) > len(PAYLOADS)
    assert SECRET not in site.text
    for name, page in site.pages.items():
        assert page.active == [], name
        assert not [link for link in page.links if "script:" in link], name
    shown = plain((site.root / "journal/issues/2/index.html").read_text(encoding="utf-8"))
    assert PAYLOADS[1] in shown


def test_references_in_admonitions_and_tables_are_links(hostile_project: Path) -> None:
    site = export_and_build(hostile_project, "mkdocs")
    html = (site.root / "posts/p/index.html").read_text(encoding="utf-8")
    hrefs = re.findall(r'<a href="([^"]+)"[^>]*>#(?:18|1|2)</a>', html.replace("&#35;", "#"))
    assert [href for href in hrefs if "/issues/18/" in href]
    assert [href for href in hrefs if "/pulls/1/" in href]
    assert "<code>#3</code>" in html


def test_an_export_removes_what_is_stale_and_nothing_else(tmp_path: Path) -> None:
    root = make_project(tmp_path)
    assert run_process(root, "journal", "export", "--out", "exported").returncode == 0
    mine = root / "exported" / "mine.md"
    mine.write_text("mine")
    (root / ".journal/lab/model/21.json").unlink()
    assert run_process(root, "journal", "export", "--out", "exported").returncode == 0
    assert not (root / "exported/journal/issues/21/index.md").exists()
    assert mine.read_text() == "mine"


@pytest.mark.parametrize("out", ["docs", "docs/exported", ".", "full"])
def test_an_export_never_writes_over_the_authors_files(tmp_path: Path, out: str) -> None:
    root = make_project(tmp_path, {"full/mine.md": "mine"})
    done = run_process(root, "journal", "export", "--out", out)
    assert done.returncode == 2
    assert (root / "docs/index.md").read_text() == "# Home\n"
    assert not (root / "docs/journal").exists()
    assert list((root / "full").iterdir()) == [root / "full/mine.md"]


def test_exported_bytes_do_not_depend_on_the_hash_seed(tmp_path: Path) -> None:
    root = make_project(tmp_path, {"docs/posts/a.md": "---\nissues: [18]\n---\n\n# A\n\n#21 #24\n"})
    for seed in ("1", "2"):
        env = {"PYTHONHASHSEED": seed}
        done = run_process(root, "journal", "export", "--out", f"out{seed}", env=env)
        assert done.returncode == 0, done.stderr

    def contents(folder: str) -> dict[str, bytes]:
        base = root / folder
        return {p.relative_to(base).as_posix(): p.read_bytes() for p in base.rglob("*.md")}

    assert contents("out1") == contents("out2")
