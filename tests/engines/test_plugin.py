"""The plugin inside the real MkDocs and ProperDocs, with projects that are not perfect."""

from __future__ import annotations

import hashlib
import json
import re
from typing import TYPE_CHECKING

import pytest

from tests.conftest import REPO, run_mkdocs
from tests.support.project import run_code, run_process

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

pytestmark = pytest.mark.engine

ISSUE = {"number": 18, "kind": "issue", "title": "Mode collapse", "state": "open", "body": "Words."}
POST = "---\ntitle: A post\ndate: 2026-01-01\nstatus: complete\nissues: [18]\n---\n\nSee #18.\n"


def make_project(root: Path, files: Mapping[str, str] = {}, options: str = "") -> Path:
    """A small project: one issue, one post, and `files` on top."""
    snapshot = ".journal/lab/model"
    config = (
        "site_name: Test\ntheme:\n  name: material\n  font: false\nplugins:\n  - search\n"
        f"  - journal:\n      repo: lab/model\n      sync: never\n{options}"
    )
    base = {
        "mkdocs.yml": config,
        "docs/index.md": "# Home\n",
        "docs/posts/a.md": POST,
        f"{snapshot}/18.json": json.dumps(ISSUE),
    }
    for name, text in {**base, **files}.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root


def page(root: Path, url: str) -> str:
    return (root / "site" / url / "index.html").read_text(encoding="utf-8")


def digest(site: Path) -> dict[str, str]:
    """Hashes of all files of the journal."""
    return {
        path.relative_to(site).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted((site / "journal").rglob("*"))
        if path.is_file()
    }


def test_broken_files_are_named_and_the_rest_is_built(tmp_path: Path) -> None:
    root = make_project(
        tmp_path,
        {
            "docs/posts/broken.md": "---\ntitle: [\n---\n\nText.\n",
            ".journal/lab/model/19.json": '{"number": 19,\n',
            ".journal/lab/model/20.json": '{"number": 20, "kind": "thing", "state": "open"}',
        },
    )
    done = run_mkdocs(root, "build")
    assert done.returncode == 0, done.stderr
    for words in (
        "docs/posts/broken.md:3: ",
        ".journal/lab/model/19.json:2: this record is left out: not JSON",
        ".journal/lab/model/20.json:1: this record is left out: kind is 'thing'",
    ):
        assert words in done.stderr
    assert "Mode collapse" in page(root, "journal/issues/18")
    assert "Mode collapse" in page(root, "posts/a")


def test_posts_get_header_links_and_footer(tmp_path: Path) -> None:
    root = make_project(
        tmp_path, {"docs/posts/b.md": "---\ntitle: Next\ndate: 2026-01-02\nfollows: a\n---\n"}
    )
    assert run_mkdocs(root, "build", "--strict").returncode == 0
    html = page(root, "posts/a")
    assert 'class="journal-badge journal-badge--status-complete"' in html
    assert 'data-state="open" href="../../journal/issues/18/"' in html
    assert html.index("See <a") < html.rindex('href="../b/"')


def test_strangers_titles_cannot_leave_the_title_element(tmp_path: Path) -> None:
    title = '</title><script>alert(1)</script> {{ 7 * 7 }} & "q"'
    root = make_project(
        tmp_path, {".journal/lab/model/18.json": json.dumps({**ISSUE, "title": title})}
    )
    assert run_mkdocs(root, "build", "--strict").returncode == 0
    for path in (root / "site").rglob("*.html"):
        assert "<script>alert" not in path.read_text(encoding="utf-8"), path
    index = (root / "site" / "search" / "search_index.json").read_text(encoding="utf-8")
    assert "<script>alert" not in index


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ("      snyc: never\n", "unknown option; did you mean 'sync'?"),
        ("      records: some\n", "'records': got 'some'; allowed is one of all, linked, none"),
        ("      path: ../out\n", "'path': got '../out'; allowed is a path of letters"),
        ("      repos: lab\n", "'repos': got 'lab'; allowed is a repository as owner/name"),
        ("      statuses: {baking: oven}\n", "statuses.baking: got 'oven'; allowed is one of planned"),
        ("      strict: sure\n", "'strict': got 'sure'; allowed is true or false"),
        ("      sync_interval: soon\n", "'sync_interval': got 'soon'; allowed is a duration"),
    ],
)  # fmt: skip
def test_a_wrong_option_names_itself(tmp_path: Path, options: str, message: str) -> None:
    done = run_mkdocs(make_project(tmp_path, options=options), "build", "--strict")
    assert done.returncode != 0
    assert message in done.stderr
    assert "Traceback" not in done.stderr


def test_a_page_of_the_author_wins(tmp_path: Path) -> None:
    root = make_project(tmp_path, {"docs/journal/workflow/index.md": "# Our own way\n"})
    done = run_mkdocs(root, "build")
    assert "journal/workflow/index.md is a page of yours" in done.stderr
    assert "Our own way" in page(root, "journal/workflow")


@pytest.mark.parametrize(("mode", "pages"), [("all", {18, 19}), ("linked", {18}), ("none", set())])
def test_which_records_get_a_page(tmp_path: Path, mode: str, pages: set[int]) -> None:
    lonely = json.dumps({**ISSUE, "number": 19})
    root = make_project(
        tmp_path, {".journal/lab/model/19.json": lonely}, options=f"      records: {mode}\n"
    )
    assert run_mkdocs(root, "build", "--strict").returncode == 0
    folder = root / "site" / "journal" / "issues"
    found = {int(path.name) for path in folder.iterdir() if path.name.isdigit()}
    assert found == pages
    link = "../../journal/issues/18/" if pages else "https://github.com/lab/model/issues/18"
    assert f'href="{link}"' in page(root, "posts/a")


def test_disabled_means_untouched(tmp_path: Path) -> None:
    root = make_project(tmp_path, options="      enabled: false\n")
    assert run_mkdocs(root, "build", "--strict").returncode == 0
    assert not (root / "site" / "journal").exists()
    assert "journal-" not in page(root, "posts/a")


def test_strict_option_fails_on_warnings_only(tmp_path: Path) -> None:
    root = make_project(tmp_path, options="      strict: true\n")
    assert run_mkdocs(root, "build").returncode == 0
    (root / "docs" / "posts" / "a.md").write_text(POST + "\n#19\n")
    done = run_mkdocs(root, "build")
    assert done.returncode == 1
    assert "the journal has findings" in done.stderr


def test_an_empty_journal_says_what_to_do(tmp_path: Path) -> None:
    root = make_project(tmp_path)
    (root / "docs" / "posts" / "a.md").unlink()
    (root / ".journal" / "lab" / "model" / "18.json").unlink()
    assert run_mkdocs(root, "build", "--strict").returncode == 0
    assert "journal sync" in page(root, "journal")
    assert "problem: my-problem" in page(root, "journal/problems")


def test_nothing_is_written_into_the_docs(tmp_path: Path) -> None:
    root = make_project(tmp_path)
    before = sorted((root / "docs").rglob("*"))
    assert run_mkdocs(root, "build", "--strict").returncode == 0
    assert sorted((root / "docs").rglob("*")) == before


def test_a_cache_that_cannot_be_written_is_no_obstacle(tmp_path: Path) -> None:
    root = make_project(tmp_path, {".cache": "a file where the directory should be"})
    done = run_mkdocs(root, "build", "--strict")
    assert done.returncode == 0, done.stderr
    assert "Mode collapse" in page(root, "journal/issues/18")


@pytest.mark.parametrize("directory_urls", [True, False])
def test_pages_link_to_each_other_with_both_kinds_of_address(
    tmp_path: Path, *, directory_urls: bool
) -> None:
    root = make_project(tmp_path)
    config = root / "mkdocs.yml"
    config.write_text(config.read_text() + f"use_directory_urls: {str(directory_urls).lower()}\n")
    assert run_mkdocs(root, "build", "--strict").returncode == 0
    data = json.loads((root / "site" / "journal" / "journal.json").read_text())
    url = data["records"][0]["page"]
    assert url == ("journal/issues/18/" if directory_urls else "journal/issues/18.html")
    file = f"{url}index.html" if directory_urls else url
    assert "A post" in (root / "site" / file).read_text()


def test_the_page_of_a_record_shows_the_top_level_of_the_navigation(tmp_path: Path) -> None:
    """Other pages show all of it; a record links to its list."""
    root = make_project(tmp_path, {"docs/guide/a.md": "# Guide A\n"})
    assert run_mkdocs(root, "build", "--strict").returncode == 0
    links = {url: _find_nav_links(page(root, url)) for url in ("journal/issues/18", "posts/a")}
    assert links["journal/issues/18"] == [
        "../../..",
        "../../../guide/a/",
        "../../../posts/a/",
        "../../",
    ]
    assert {"../../journal/", "../../journal/issues/", "../../journal/ledger/"} < set(
        links["posts/a"]
    )
    assert 'href="../">All issues</a>' in page(root, "journal/issues/18")


def _find_nav_links(html: str) -> list[str]:
    nav = html.partition("md-nav--primary")[2].partition('class="md-content"')[0]
    links = re.findall(r'<a href="([^"]*)" class="md-nav__link', nav)
    return [link for link in links if not link.startswith("#")]


def test_the_same_inputs_give_the_same_bytes(tmp_path: Path) -> None:
    """Two hash seeds, two directories, two times."""
    found = []
    for seed in ("1", "2"):
        target = tmp_path / seed
        command = ("mkdocs", "build", "--strict", "--site-dir", str(target))
        done = run_process(REPO, *command, env={"PYTHONHASHSEED": seed})
        assert done.returncode == 0, done.stderr
        found.append(digest(target))
    assert len(found[0]) > 10
    assert found[0] == found[1]


def test_properdocs_builds_the_same_journal(tmp_path: Path) -> None:
    root = make_project(tmp_path)
    assert run_mkdocs(root, "build", "--strict").returncode == 0
    expected = digest(root / "site")
    done = run_process(root, "properdocs", "build", "--strict", "-f", "mkdocs.yml")
    assert done.returncode == 0, done.stderr
    assert set(digest(root / "site")) == set(expected)
    assert digest(root / "site")["journal/journal.json"] == expected["journal/journal.json"]


def find_loaded(root: Path, *modules: str) -> list[str]:
    """Which of `modules` a build loads."""
    script = (
        "import sys; from mkdocs.commands.build import build; from mkdocs.config import load_config;"
        "build(load_config('mkdocs.yml'));"
        f"print(*(set({modules!r}) & sys.modules.keys()))"
    )
    done = run_code(root, script)
    assert done.returncode == 0, done.stderr
    return sorted(done.stdout.splitlines()[-1].split())


def test_start_up_does_not_import_what_only_a_sync_needs(tmp_path: Path) -> None:
    root = make_project(tmp_path)
    assert find_loaded(root, "github", "requests", "jwt", "filelock") == []


def test_what_reads_texts_draws_or_writes_feeds_is_loaded_where_it_is_needed(
    tmp_path: Path,
) -> None:
    """A small site takes little more than its modules take to load."""
    ended = {
        "state": "closed",
        "createdAt": "2026-01-01T00:00:00Z",
        "closedAt": "2026-01-02T00:00:00Z",
    }
    issues = (ISSUE | ended | {"number": number} for number in (1, 2, 3))
    root = make_project(
        tmp_path, {f".journal/lab/model/{i['number']}.json": json.dumps(i) for i in issues}
    )
    needed = (
        *("journal_plugin.rendering", "journal_plugin.text.tables"),
        *("journal_plugin.pages.atom", "feedgenerator", "journal_plugin.pages.rows", "leather"),
    )
    assert find_loaded(root, *needed) == sorted(needed)
    assert find_loaded(root, *needed) == []
