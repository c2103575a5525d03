"""`mkdocs serve` with the journal: a changed post shows after one rebuild, and then it is quiet."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
import urllib.request
from typing import TYPE_CHECKING

import pytest

from tests.support.many import make_many
from tests.support.project import find_environment

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.engine

SERVED = ("] Serving on ", "] Reloading browsers")
"""What the server says after its first build, and after each other one. That the documentation is
built is said only once for each duration, as MkDocs drops messages that it has printed before."""
RECORD = """{
  "schemaVersion": 1, "repo": "lab/model", "number": 1, "kind": "issue", "title": "First title",
  "state": "open", "createdAt": "2026-01-01T00:00:00Z", "url": "https://github.com/lab/model/issues/1"
}"""
QUIET = 6
"""Seconds in which a loop would have rebuilt several times."""


class Server:
    """A running `mkdocs serve` over three experiments."""

    def __init__(self, root: Path, *, plugins: str | None = None) -> None:
        self.root = root
        make_many(root, 3)
        if plugins:
            config = (root / "mkdocs.yml").read_text(encoding="utf-8").partition("plugins:")[0]
            (root / "mkdocs.yml").write_text(config + plugins, encoding="utf-8")
            (root / "experiments" / "E001").mkdir(parents=True)
            (root / "experiments" / "E001" / "README.md").write_text("# Outside one\n")
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.url = f"http://127.0.0.1:{free.getsockname()[1]}"
        self._log = (root / "serve.log").open("wb")
        self._process = subprocess.Popen(
            [sys.executable, "-m", "mkdocs", "serve", "--livereload", "-a", self.url[7:]],
            cwd=root,
            env=find_environment(),
            stdout=self._log,
            stderr=subprocess.STDOUT,
        )

    @property
    def log(self) -> str:
        """What the server has said so far."""
        return (self.root / "serve.log").read_text(encoding="utf-8")

    @property
    def builds(self) -> int:
        """How often the site was built and served."""
        return sum(self.log.count(words) for words in SERVED)

    def wait_for_builds(self, count: int) -> None:
        """Wait until the site was built `count` times, and is served."""
        end = time.monotonic() + 60
        while self.builds < count:
            assert self._process.poll() is None, self.log
            assert time.monotonic() < end, self.log
            time.sleep(0.1)

    def read(self, path: str) -> str:
        """A page of the served site."""
        with urllib.request.urlopen(f"{self.url}/{path}", timeout=30) as answer:  # noqa: S310 - loopback
            return answer.read().decode("utf-8")

    def stop(self) -> None:
        """End the server."""
        self._process.terminate()
        self._process.wait(timeout=30)
        self._log.close()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    running = Server(tmp_path)
    yield running
    running.stop()


def test_a_changed_post_shows_after_one_rebuild_and_no_more(server: Server) -> None:
    server.wait_for_builds(1)
    time.sleep(QUIET)
    assert server.builds == 1, "it rebuilds although nothing changed"

    post = server.root / "docs" / "posts" / "run-2.md"
    post.write_text(
        post.read_text(encoding="utf-8").replace("Run 2", "Another title"), encoding="utf-8"
    )
    server.wait_for_builds(2)
    for page in ("journal/experiments/", "journal/timeline/", "journal/tags/even/", "posts/run-2/"):
        html = server.read(page)
        assert "Another title" in html, page
        assert ">Run 2<" not in html, page
    time.sleep(QUIET)
    assert server.builds == 2, "one change makes more than one rebuild"


def test_a_changed_record_shows_after_one_rebuild_and_no_more(server: Server) -> None:
    server.wait_for_builds(1)
    folder = server.root / ".journal" / "lab" / "model"
    folder.mkdir(parents=True)
    (folder / "1.json").write_text(RECORD, encoding="utf-8")
    server.wait_for_builds(2)
    assert "First title" in server.read("journal/issues/1/")

    (folder / "1.json").write_text(RECORD.replace("First", "Second"), encoding="utf-8")
    server.wait_for_builds(3)
    assert "Second title" in server.read("journal/issues/1/")
    time.sleep(QUIET)
    assert server.builds == 3, "one change makes more than one rebuild"


def test_a_new_post_outside_of_the_docs_shows_and_logs_beside_it_do_not_rebuild(
    tmp_path: Path,
) -> None:
    config = "plugins:\n  - search\n  - journal: {repo: lab/model, sync: never, post_sources: [experiments]}\n"
    running = Server(tmp_path, plugins=config)
    try:
        first = tmp_path / "experiments" / "E001" / "README.md"
        running.wait_for_builds(1)
        assert "Outside one" in running.read("journal/experiments/")

        (first.parent / "train.csv").write_text("step,loss\n1,2\n", encoding="utf-8")
        time.sleep(QUIET)
        assert running.builds == 1, "a log that is written must not rebuild the site"

        second = tmp_path / "experiments" / "E002" / "README.md"
        second.parent.mkdir()
        second.write_text("# Outside two\n", encoding="utf-8")
        running.wait_for_builds(2)
        assert "Outside two" in running.read("journal/experiments/")
        time.sleep(QUIET)
        assert running.builds == 2, "one new post makes more than one rebuild"

        second.write_text("# Outside changed\n", encoding="utf-8")
        running.wait_for_builds(3)
        assert "Outside changed" in running.read("journal/experiments/")

        second.unlink()
        running.wait_for_builds(4)
        assert "Outside changed" not in running.read("journal/experiments/")
    finally:
        running.stop()
