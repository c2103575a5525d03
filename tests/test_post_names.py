"""One rule for what a post may be called, whoever asks."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from journal_plugin.knowledge import find_knowledge
from journal_plugin.post_names import PostNames
from journal_plugin.settings import Settings
from journal_plugin.sources.posts import PostFile, load_posts
from tests.support.make import build

PATHS = (
    "docs/posts/learned.md",
    "docs/posts/2026-01-31-second.md",
    "experiments/E012_first/README.md",
    "experiments/other/learned.md",
    "experiments/log.md",
    "notes/readme.md",
    "notes.qmd",
)
TEXTS = {
    "docs/posts/learned.md": "---\nslug: chosen\n---\n",
    "notes.qmd": "---\nslug: E012\n---\n",
    "experiments/log.md": "## 2026-01-01: One\n\n## 2026-01-02: Two\n",
}


def make_names() -> PostNames:
    files = [
        PostFile(
            path=path,
            text=TEXTS.get(path, "# A\n"),
            src_uri=path.removeprefix("docs/") if path.startswith("docs/") else None,
            url="",
            matched=True,
        )
        for path in PATHS
    ]
    return PostNames(load_posts(files, repo=None, vocabulary=Settings().vocabulary)[0])


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("chosen", "docs/posts/learned.md"),
        ("CHOSEN ", "docs/posts/learned.md"),
        ("second", "docs/posts/2026-01-31-second.md"),
        ("2026-01-31-second", "docs/posts/2026-01-31-second.md"),
        ("2026-01-31-Second.md", "docs/posts/2026-01-31-second.md"),
        ("posts/learned.md", "docs/posts/learned.md"),
        ("docs/posts/learned", "docs/posts/learned.md"),
        ("e012", "notes.qmd"),  # a slug comes before a short name
        ("E012_first", "experiments/E012_first/README.md"),
        ("experiments/E012_first/", "experiments/E012_first/README.md"),
        ("E012_first/README.md", None),  # a path is no name
        ("learned", "experiments/other/learned.md"),  # its slug
        ("log", None),  # two entries have that path and name
        ("experiments/log.md", None),
        ("notes", "notes/readme.md"),  # its slug
        ("./notes", None),  # a file and a folder page
        ("notes.qmd", "notes.qmd"),
        ("notes/readme.md", "notes/readme.md"),
        ("", None),
        (".", None),
        ("../../etc/passwd", None),
    ],
)
def test_a_name_means_one_post_or_none(name: str, path: str | None) -> None:
    found = make_names().find(name)
    assert (found and found.path) == path


def test_a_path_is_looked_for_beside_the_file_first() -> None:
    found = make_names().find("learned.md", near="experiments/other/readme.md")
    assert found is not None
    assert found.path == "experiments/other/learned.md"


def test_a_name_of_several_posts_is_reported_as_such() -> None:
    built = build(
        a="---\nfollows: exp166\n---\n# A\n", exp166_one="# One\n", exp166_two="# Two\n"
    )  # fmt: skip
    (finding,) = (f for f in built.diagnostics if f.code == "unknown-post")
    assert finding.message.endswith("several posts are called that, so write the slug of one")


@pytest.mark.parametrize(
    ("address", "is_taken"),
    [
        ("second-try.md", True),
        ("../posts/second-try.md", True),
        ("https://github.com/lab/model/blob/main/docs/posts/second-try.md", True),
        ("https://github.com/lab/model/tree/main/docs/posts/second-try", True),
        ("https://github.com/other/model/blob/main/docs/posts/second-try.md", False),
        ("https://example.org/second-try", False),
        ("https://example.org/blob/main/docs/posts/second-try.md", False),
        ("elsewhere/second-try.md", False),
    ],
)
def test_a_next_step_is_taken_up_by_the_post_that_it_links(address: str, *, is_taken: bool) -> None:
    text = f"---\ndate: 2026-01-01\n---\n# A\n\n## Next steps\n\n- Do [this]({address}) soon\n"
    built = build(a=text, second_try="---\ndate: 2026-02-01\n---\n# B\n")
    texts = built.book.texts
    (step,) = find_knowledge(built.journal, {n: t.sections for n, t in texts.items()}).steps
    assert [taken.node for taken in step.taken] == (["post:second-try"] if is_taken else [])


def test_meanings_are_listed_alike_in_every_process() -> None:
    """Else no build would know what an earlier one found in the texts."""
    script = "from tests.test_post_names import make_names; print(*make_names().list_meanings(), sep='|')"
    told = {
        subprocess.run(
            [sys.executable, "-c", script],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2", "3", "4")
    }
    assert len(told) == 1
