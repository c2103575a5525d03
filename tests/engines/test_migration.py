"""Projects as they are, built by the real MkDocs with Material's blog: nothing is moved or edited."""

from __future__ import annotations

import json
import re
from textwrap import dedent
from typing import TYPE_CHECKING

import pytest

from tests.conftest import build_site, run_mkdocs
from tests.support.links import find_broken_links

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import BuiltSite

pytestmark = pytest.mark.engine

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010804000000b51c0c020000000b4944415478da6364"
    "f80f00010501012718e3660000000049454e44ae426082"
)
RECORD = {
    "schemaVersion": 1,
    "repo": "lab/work",
    "number": 166,
    "kind": "issue",
    "title": "Kind of name",
    "body": "",
    "state": "open",
    "url": "https://github.com/lab/work/issues/166",
}

FILES = {
    "mkdocs.yml": """\
        site_name: Lab
        site_url: https://lab.example/
        theme: {name: material, font: false}
        plugins:
          - search
          - blog
          - journal:
              repo: lab/work
              sync: never
              posts: ["blog/posts/*.md", "LOG.md"]
              post_sources: [experiments]
        markdown_extensions: [attr_list, tables, {toc: {permalink: true}}]
        """,
    "docs/index.md": "# Home\n\nSee [the twelfth](../experiments/E012_name/README.md).\n",
    "docs/blog/index.md": "# Blog\n",
    "docs/blog/posts/2026-01-31-rounding.md": """\
        ---
        date: 2026-01-31
        categories: [Evaluation]
        ---

        # Rounding result

        **Status**: ✅ Complete - Full Pipeline Validated

        Unlike E012, and `E012` in code, this builds on exp166.

        <!-- more -->

        The rest.
        """,
    "docs/blog/posts/hidden.md": "---\ndate: 2026-02-01\ndraft: true\n---\n\n# Hidden\n",
    "docs/LOG.md": """\
        # Log

        ## 2026-01-31: Same *title* `x` (negative)

        About E012.

        ## 2026-01-31: Same *title* `x` (negative)

        ### 2026-01-31: deeper

        ## 2026-02-02: Named { #mine }

        ## Words & signs
        """,
    "experiments/exp166_kind_name/README.md": """\
        Lead: not front matter

        # Kind of name

        **Status**: INFORMATIVE NEGATIVE

        ![below](<plots/a b.png>) ![above](../../shared/c.png) [table](data.csv)
        [twelfth](../E012_name/README.md) [folder](../E012_name/) [home](../../docs/index.md)
        [notes](notes.md#more) [post](../../docs/blog/posts/2026-01-31-rounding.md)
        <img src="../../shared/c.png" alt="raw"> <img src='plots/a b.png' alt="raw below">
        """,
    "experiments/exp166_kind_name/notes.md": "# Notes\n\n## More\n\n[up](README.md)\n",
    "experiments/exp166_kind_name/data.csv": "a,b\n1,2\n",
    "experiments/exp166_kind_name/.env": "SECRET=1\n",
    "experiments/E012_name/README.md": """\
        ---
        title: "E012: the twelfth"
        author: [{name: Jane Roe}]
        format: html
        some_experiment: {issue: 166, status: "REVISIT (AUC=0.711, MVR not met)"}
        ---

        ## Results

        As in exp166.
        """,
}


def write_project(root: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(text), encoding="utf-8")
    for name in ("experiments/exp166_kind_name/plots/a b.png", "shared/c.png"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(PNG)
    record = root / ".journal" / "lab" / "work" / "166.json"
    record.parent.mkdir(parents=True)
    record.write_text(json.dumps(RECORD), encoding="utf-8")


@pytest.fixture(scope="module", params=[True, False], ids=["directory-urls", "file-urls"])
def site(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> BuiltSite:
    root = tmp_path_factory.mktemp("lab")
    write_project(root, FILES)
    with (root / "mkdocs.yml").open("a", encoding="utf-8") as config:
        config.write(f"use_directory_urls: {str(request.param).lower()}\n")
    return build_site(root)


def load_journal(site: BuiltSite) -> dict[str, list[dict[str, str]]]:
    return json.loads((site.site / "journal" / "journal.json").read_text(encoding="utf-8"))


def find_page(site: BuiltSite, slug: str) -> Path:
    (post,) = (post for post in load_journal(site)["posts"] if post["slug"] == slug)
    page = site.site / post["url"].partition("#")[0]
    return page / "index.html" if page.is_dir() else page


def test_every_post_has_a_page_with_its_anchor(site: BuiltSite) -> None:
    posts = load_journal(site)["posts"]
    assert len(posts) == 6
    for post in posts:
        html = find_page(site, post["slug"]).read_text(encoding="utf-8")
        anchor = post["url"].partition("#")[2]
        assert not anchor or f'id="{anchor}"' in html
        assert post["status"] is None or "journal-badge--status-" in html


def test_log_entries_have_the_anchors_of_the_page(site: BuiltSite) -> None:
    posts = load_journal(site)["posts"]
    anchors = [p["url"].partition("#")[2] for p in posts if p["path"] == "docs/LOG.md"]
    assert anchors == [
        "2026-01-31-same-title-x-negative",
        "2026-01-31-same-title-x-negative_1",
        "mine",
    ]


def test_posts_of_the_blog_have_the_blogs_addresses(site: BuiltSite) -> None:
    urls = {post["slug"]: post["url"] for post in load_journal(site)["posts"]}
    assert urls["rounding"].startswith("blog/2026/01/31/rounding-result")
    assert "hidden" not in urls


def test_every_link_and_image_works(site: BuiltSite) -> None:
    assert find_broken_links(site.site) == ""
    html = find_page(site, "exp166-kind-name").read_text(encoding="utf-8")
    own = [tag for tag in re.findall(r"<img[^>]*>", html) if "/badges/" not in tag]
    assert len(own) == 4
    assert "Lead: not front matter" in html


def test_short_names_are_links_except_in_code(site: BuiltSite) -> None:
    html = find_page(site, "rounding").read_text(encoding="utf-8")
    assert ">E012</a>" in html
    assert "<code>E012</code>" in html
    edges = {(e["source"], e["kind"], e["target"]) for e in load_journal(site)["edges"]}
    assert ("post:rounding", "mentions", "post:e012-name") in edges
    assert ("post:rounding", "follows", "post:exp166-kind-name") in edges
    assert ("post:exp166-kind-name", "part-of", "issue:lab/work#166") in edges


def test_hidden_files_are_not_published(site: BuiltSite) -> None:
    assert not any("SECRET" in p.read_text("utf-8", "replace") for p in _texts(site.site))


def test_docs_stay_as_they_were(site: BuiltSite) -> None:
    names = {p.relative_to(site.root).as_posix() for p in (site.root / "docs").rglob("*.*")}
    assert names == {name for name in FILES if name.startswith("docs/")}


def test_unreadable_files_do_not_stop_the_build(tmp_path: Path) -> None:
    write_project(tmp_path, FILES)
    secret = tmp_path.parent / f"{tmp_path.name}-secret.md"
    secret.write_text("# TOP SECRET\n")
    (tmp_path / "experiments" / "dir.md").mkdir()
    (tmp_path / "experiments" / "loop.md").symlink_to("loop.md")
    (tmp_path / "experiments" / "out.md").symlink_to(secret)
    (tmp_path / "docs" / "gone.md").symlink_to("nowhere.md")
    (tmp_path / "docs" / "bytes.md").write_bytes(b"# A\n\n\xff\n")
    readme = tmp_path / "experiments" / "exp166_kind_name" / "README.md"
    hostile = f"\n[a](../../../{secret.name}) [b](.env) [c](missing.csv)\n"
    readme.write_text(readme.read_text(encoding="utf-8") + hostile, encoding="utf-8")
    done = run_mkdocs(tmp_path, "build")
    assert done.returncode == 0, done.stderr
    site = tmp_path / "site"
    data = json.loads((site / "journal" / "journal.json").read_text(encoding="utf-8"))
    found = {(d["path"], d["line"], d["code"]) for d in data["diagnostics"]}
    assert found >= {
        ("docs/bytes.md", 3, "unreadable-file"),
        ("docs/gone.md", 1, "unreadable-file"),
        ("experiments/loop.md", 1, "unreadable-file"),
        ("experiments/out.md", 1, "outside-root"),
        ("experiments/exp166_kind_name/README.md", 12, "outside-root"),
        ("experiments/exp166_kind_name/README.md", 12, "broken-link"),
    }
    assert len(data["posts"]) == 6
    texts = [p.read_text("utf-8", "replace") for p in _texts(site)]
    assert not any("TOP SECRET" in text or "SECRET=1" in text for text in texts)


def _texts(site: Path) -> list[Path]:
    return [path for path in site.rglob("*") if path.is_file() and path.suffix != ".gz"]
