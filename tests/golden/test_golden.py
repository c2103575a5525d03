"""Whole projects as data: what the journal makes of each is compared with `expected.json`.

A case is a folder: `project/` holds the files as an author has them (`docs/`, others, and a snapshot
in `journal-data/`), `case.json` the options and what is compared::

    {"options": {"repo": "o/r"}, "compare": ["posts", "diagnostics"], "without": ["no-hypothesis"]}

`compare` names parts of `journal.json`; `without` leaves out diagnostics of these codes, which are
another case's business. `pytest tests/golden --update` writes `expected.json` anew; read the
difference before you commit it.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pathspec
import pytest

from journal_plugin.build import build_journal
from journal_plugin.formats import dump_json
from journal_plugin.pages.page import Site, url_of_uri
from journal_plugin.reading import read_posts
from journal_plugin.settings import Settings
from journal_plugin.sources.outside import find_outside
from journal_plugin.sources.posts import PostFile
from journal_plugin.sources.snapshot import load_snapshot

CASES = Path(__file__).parent / "cases"
SNAPSHOT = "journal-data"


def find_cases() -> list[str]:
    return sorted(path.parent.name for path in CASES.glob("*/case.json"))


def load_case(root: Path, options: dict[str, Any]) -> dict[str, Any]:
    """`journal.json` of a project, built without any engine."""
    settings = Settings.from_mapping({"snapshot": SNAPSHOT, **options})
    site = Site(url="https://journal.example/")
    files, unmatched = find_files(root, settings, site)
    reading = read_posts(
        files,
        repo=settings.repo,
        vocabulary=settings.vocabulary,
        url_of=lambda slug: url_of_uri(f"{settings.path}/posts/{slug}/index.md", site),
    )
    snapshot, broken = load_snapshot(root / SNAPSHOT, settings.all_repos, shown_as=SNAPSHOT)
    build = build_journal(
        settings,
        reading.posts,
        snapshot,
        site=site,
        diagnostics=(*unmatched, *broken, *reading.diagnostics),
    )
    uri = f"{settings.path}/journal.json"
    (asset,) = (asset for asset in build.assets if asset.uri == uri)
    return json.loads(asset.content)


def find_files(
    root: Path, settings: Settings, site: Site
) -> tuple[list[PostFile], tuple[Any, ...]]:
    """The project's Markdown files, as MkDocs would offer them."""
    named, unmatched = find_outside(root, settings.post_sources)
    spec = pathspec.GitIgnoreSpec.from_lines(settings.posts)
    docs = root / "docs"
    files = []
    for path in sorted(docs.rglob("*.md")):
        uri, shown = path.relative_to(docs).as_posix(), path.relative_to(root).as_posix()
        files.append(
            PostFile(
                path=shown,
                text=path.read_text(encoding="utf-8"),
                src_uri=uri,
                url=url_of_uri(uri.replace("README.md", "index.md"), site),
                matched=spec.match_file(uri) or shown in named,
            ),
        )
    for shown in (name for name in named if not name.startswith("docs/")):
        text = (root / shown).read_text(encoding="utf-8")
        files.append(PostFile(path=shown, text=text, src_uri=None, url="", matched=True))
    return files, unmatched


@pytest.mark.parametrize("name", find_cases())
def test_project_reads_as_expected(name: str, request: pytest.FixtureRequest) -> None:
    case = json.loads((CASES / name / "case.json").read_text(encoding="utf-8"))
    data = load_case(CASES / name / "project", case.get("options", {}))
    hidden = case.get("without", [])
    data["diagnostics"] = [d for d in data["diagnostics"] if d["code"] not in hidden]
    actual = dump_json({part: data[part] for part in case["compare"]})
    target = CASES / name / "expected.json"
    if request.config.getoption("--update"):
        target.write_bytes(actual)
    assert json.loads(actual) == json.loads(target.read_text(encoding="utf-8"))


def test_there_are_cases() -> None:
    assert len(find_cases()) >= 6
