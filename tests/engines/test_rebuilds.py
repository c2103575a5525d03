"""What one process remembers from build to build never shows: each site is the one made anew."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from journal_plugin.sources.snapshot import save_record
from tests.conftest import run_mkdocs
from tests.support.dumps import load_dump
from tests.support.project import find_environment, run_code
from tests.support.theme_site import assert_same_files

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

pytestmark = pytest.mark.engine

_SESSION = """\
import sys
from mkdocs.commands.build import build
from mkdocs.config import load_config

started = False
for target in sys.stdin:
    config = load_config("mkdocs.yml", site_dir=target.strip())
    if not started:
        config.plugins.on_startup(command="serve", dirty=False)
        started = True
    build(config)
    print("built", flush=True)
"""
"""What `mkdocs serve` does: one process, one instance of each plugin, a build for each change."""
_CONFIG = """\
site_name: Rebuilds
site_url: https://rebuilds.example/
theme: {{name: material, font: false, language: {language}}}
plugins:
  - search
  - journal: {{repo: {repo}, sync: never, records: {records}}}
"""
_POST = """\
---
title: Run {number}
date: 2026-01-0{number}
status: complete
outcome: success
issues: [{issue}]
tags: [sweep]
metrics: {{loss: {{value: 0.{number}, better: lower}}}}
---
# Run {number}

Quantized weights keep the perplexity of the model, as #{issue} says.
"""


class Project:
    """A real repository's records and three posts."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.repo, self.records = load_dump("ik_llama")
        self.folder = root / ".journal" / self.repo
        for record in self.records:
            save_record(root / ".journal", record)
        self.numbers = [record.id.number for record in self.records]
        self.set_options()
        (root / "docs").mkdir()
        (root / "docs" / "index.md").write_text("# Home\n")
        for number in (1, 2, 3):
            self.write_post(number)

    def set_options(self, language: str = "en", records: str = "all") -> None:
        """Write the configuration."""
        text = _CONFIG.format(language=language, repo=self.repo, records=records)
        (self.root / "mkdocs.yml").write_text(text)

    def write_post(self, number: int, more: str = "") -> None:
        """Write one of the posts."""
        post = self.root / "docs" / "posts" / f"run-{number}.md"
        post.parent.mkdir(exist_ok=True)
        post.write_text(_POST.format(number=number, issue=self.numbers[number]) + more)

    def edit_post(self, number: int, old: str, new: str) -> None:
        """Change something in one of the posts."""
        post = self.root / "docs" / "posts" / f"run-{number}.md"
        text = post.read_text()
        assert old in text
        post.write_text(text.replace(old, new))

    def write_record(self, place: int, **changes: object) -> None:
        """Write one of the records anew."""
        save_record(self.root / ".journal", replace(self.records[place], **changes))  # type: ignore[arg-type]  # its own fields

    def change_numbers(self) -> None:
        """Let every text of every record say 7 for 3, in tables too."""
        for place, record in enumerate(self.records):
            comments = tuple(replace(c, body=c.body.replace("3", "7")) for c in record.comments)
            self.write_record(place, body=record.body.replace("3", "7"), comments=comments)

    def remove_record(self, place: int) -> None:
        """Remove the file of a record."""
        (self.folder / f"{self.numbers[place]}.json").unlink()

    def break_record(self, place: int) -> None:
        """Leave something in the file of a record that is none."""
        (self.folder / f"{self.numbers[place]}.json").write_text(json.dumps({"number": "no"}))

    def build_anew(self, target: Path) -> Path:
        """The site that a new process makes without a cache."""
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(self.root, target, ignore=shutil.ignore_patterns(".cache", "served"))
        done = run_mkdocs(target, "build")
        assert done.returncode == 0, done.stderr
        return target / "site"


_CHANGES: dict[str, Callable[[Project], object]] = {
    "nothing": lambda _: None,
    "a post edited": lambda p: p.write_post(1, "\nThe sampler of the quantized model fails.\n"),
    "words more": lambda p: p.write_post(1, "\nThe sampler of the quantized model fails twice.\n"),
    "lines before": lambda p: p.edit_post(1, "# Run 1\n", "# Run 1\n\nIn brief, it fails.\n"),
    "a section more": lambda p: p.write_post(2, "\n## Next steps\n\n- try another sampler\n"),
    "words again": lambda p: p.write_post(2, "\n## Next steps\n\n- try one more sampler\n"),
    "a title": lambda p: p.edit_post(3, "title: Run 3", "title: Run <three>"),
    "a status": lambda p: p.edit_post(3, "status: complete", "status: running"),
    "a tag": lambda p: p.edit_post(3, "[sweep]", "[sweep, sampler]"),
    "a number": lambda p: p.edit_post(3, "0.3", "1"),
    "no number": lambda p: p.edit_post(3, "value: 1", "value: true"),
    "a draft": lambda p: p.edit_post(3, "tags:", "draft: true\ntags:"),
    "no front matter": lambda p: p.edit_post(3, "---\n", ""),
    "a post added": lambda p: p.write_post(4, "\n- [ ] try the sampler of the quantized model\n"),
    "a post removed": lambda p: (p.root / "docs" / "posts" / "run-2.md").unlink(),
    "a title changed": lambda p: p.write_record(5, title="Another title", body="See #1."),
    "other numbers": lambda p: p.change_numbers(),
    "tables gone": lambda p: [p.write_record(n, body="", comments=()) for n in range(20, 60)],
    "a record removed": lambda p: p.remove_record(7),
    "a record broken": lambda p: p.break_record(8),
    "records back": lambda p: [p.write_record(n) for n in range(len(p.records))],
    "another language": lambda p: p.set_options(language="de"),
    "fewer pages": lambda p: p.set_options(records="linked"),
    "as before": lambda p: p.set_options(),
}


@pytest.fixture
def session(tmp_path: Path) -> Iterator[tuple[Project, Callable[[], Path]]]:
    """A project, and what builds it in one process."""
    project, served = Project(tmp_path), tmp_path / "served"
    with subprocess.Popen(
        [sys.executable, "-c", _SESSION],
        cwd=tmp_path,
        env=find_environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin
        assert process.stdout

        def build() -> Path:
            print(served, file=process.stdin, flush=True)
            assert process.stdout
            assert process.stdout.readline() == "built\n"
            return served

        yield project, build
        process.stdin.close()
        process.wait(timeout=60)


def test_each_build_of_one_process_is_as_a_new_one(
    session: tuple[Project, Callable[[], Path]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    project, build = session
    fresh = tmp_path_factory.mktemp("fresh") / "project"
    build()
    for change in _CHANGES.values():
        change(project)
        assert_same_files(build(), project.build_anew(fresh))


_COUNT = """\
import gc, json, pathlib, re
from mkdocs.commands.build import build
from mkdocs.config import load_config

post, found = pathlib.Path("docs/posts/run-1.md"), []
change = {change}
for number in range(6):
    post.write_text(change(post.read_text(), number))
    config = load_config("mkdocs.yml")
    if not found:
        config.plugins.on_startup(command="serve", dirty=False)
    build(config)
    gc.collect()
    found.append(len(gc.get_objects()) + gc.get_freeze_count())
print(json.dumps(found))
"""


_GROWTHS = {
    "words": 'lambda text, n: f"{text}\\nLine {n}.\\n"',
    "tags": 'lambda text, n: re.sub(r"tags: .*", f"tags: [tag{n}]", text)',
    "titles": 'lambda text, n: re.sub(r"title: .*", f"title: Title {n}", text)',
}


@pytest.mark.parametrize("change", _GROWTHS.values(), ids=_GROWTHS)
def test_what_one_process_holds_does_not_grow_from_build_to_build(
    tmp_path: Path, change: str
) -> None:
    """What is set aside from Python's collector must not be what only the collector can remove."""
    Project(tmp_path)
    done = run_code(tmp_path, _COUNT.replace("{change}", change))
    assert done.returncode == 0, done.stderr
    counts = json.loads(done.stdout.splitlines()[-1])[2:]
    assert max(counts) - min(counts) < 300, counts
