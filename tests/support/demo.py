"""The demo journal of this repository, built in memory; and dumps as journals."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from journal_plugin.build import build_journal
from journal_plugin.pages.page import Site
from journal_plugin.settings import Settings
from journal_plugin.sources.posts import PostFile, load_posts
from journal_plugin.sources.runs import Places, load_runs
from journal_plugin.sources.snapshot import load_snapshot
from tests.support.dumps import load_dump
from tests.support.make import make_snapshot

if TYPE_CHECKING:
    from journal_plugin.build import Build
    from journal_plugin.model import Post
    from journal_plugin.series import Run

ROOT = Path(__file__).resolve().parents[2]
REPO = "example-lab/text-diffusion"
SETTINGS = Settings.from_mapping({"repo": REPO})


def load_demo_posts() -> tuple[Post, ...]:
    """The posts in `docs/posts`."""
    files = [
        PostFile(
            path=f"docs/posts/{path.name}",
            text=path.read_text(encoding="utf-8"),
            src_uri=f"posts/{path.name}",
            url=f"posts/{path.stem}/",
            matched=True,
        )
        for path in sorted((ROOT / "docs" / "posts").glob("*.md"))
    ]
    posts, _ = load_posts(files, repo=REPO, vocabulary=SETTINGS.vocabulary)
    return posts


def load_demo_runs() -> dict[str, tuple[Run, ...]]:
    """What the posts' data files hold."""
    places = Places(root=ROOT, docs_dir=ROOT / "docs", find_url=lambda _: None)
    return dict(load_runs(load_demo_posts(), places).runs)


@cache
def build_demo() -> Build:
    """The demo journal."""
    snapshot, _ = load_snapshot(ROOT / ".journal", [REPO], shown_as=".journal")
    return build_journal(SETTINGS, load_demo_posts(), snapshot, site=Site(), runs=load_demo_runs())


@cache
def build_dump(name: str) -> Build:
    """A journal of one dump's records, without posts."""
    repo, records = load_dump(name)
    settings = Settings.from_mapping({"repo": repo})
    return build_journal(settings, (), make_snapshot(*records), site=Site())
