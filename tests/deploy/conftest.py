"""A checkout of a small project, a fake GitHub, and the runner between them."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from tests.deploy.actions import Job
from tests.fake_github.server import TOKEN, serve
from tests.fake_github.world import World, items_of, load_dump

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.fake_github.server import FakeGitHub

REPO = "acme/lab"

CONFIG = """\
site_name: Lab
site_url: https://acme.github.io/lab/
repo_url: https://github.com/acme/lab
theme:
  name: material
  font: false
plugins:
  - search
  - journal:
      max_wait: 0
"""

POST = """\
---
title: "Datagrams | in <order>"
date: 2026-05-01
status: complete
outcome: success
problem: datagrams
issues: [1]
---

# Datagrams in order

A text about #2.
"""


class Lab:
    """One repository on GitHub with its runs: each has a fresh checkout, all share the cache."""

    def __init__(self, root: Path, fake: FakeGitHub) -> None:
        self.root = root
        self.fake = fake
        self.source = root / "source"
        self.runs = 0
        self.write("mkdocs.yml", CONFIG)
        self.write("docs/index.md", "# Lab\n\nSee the [journal](journal/index.md).\n")
        self.write("docs/posts/first.md", POST)

    def write(self, name: str, text: str) -> None:
        """Put a file into the repository."""
        path = self.source / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def change(self, number: int, title: str) -> None:
        """Give a record on GitHub another title."""
        item = self.fake.world.repos[REPO].items[number]
        item.title, item.updated = title, self.fake.world.tick()

    def job(self, **environment: str) -> Job:
        """A job on a fresh runner."""
        self.runs += 1
        place = self.root / f"run-{self.runs}"
        shutil.copytree(self.source, place / "lab")
        return Job(
            workspace=place / "lab",
            temp=place / "temp",
            cache=self.root / "cache",
            token=TOKEN,
            run_id=str(self.runs),
            environment={
                "GITHUB_API_URL": self.fake.api_url,
                "GITHUB_GRAPHQL_URL": self.fake.graphql_url,
                "GITHUB_REPOSITORY": REPO,
                "GITHUB_SERVER_URL": "https://github.com",
                **environment,
            },
        )


def make_world() -> World:
    """85 real records."""
    world = World()
    world.add(REPO, items_of({**load_dump("quic-datagram"), "repo": REPO}))
    return world


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[Lab]:
    """85 real records behind the API, one post, no snapshot in the repository."""
    with serve(make_world()) as fake:
        yield Lab(tmp_path, fake)


@pytest.fixture(scope="session")
def first_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the first good run leaves in the cache."""
    with serve(make_world()) as fake:
        lab = Lab(tmp_path_factory.mktemp("first"), fake)
        job = lab.job().run()
    assert job.ok, job.log
    return job.cache


@pytest.fixture
def warm_lab(lab: Lab, first_cache: Path) -> Lab:
    """The same after one good run."""
    lab.runs += 1
    shutil.copytree(first_cache, lab.root / "cache")
    return lab
