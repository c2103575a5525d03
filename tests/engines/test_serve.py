"""`mkdocs serve` with the journal: a changed post shows after one rebuild, and then it is quiet."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from typing import TYPE_CHECKING

import pytest

from tests.conftest import REPO
from tests.support.many import make_many

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.engine

REBUILT = "Documentation built in"
QUIET = 6
"""Seconds in which a loop would have rebuilt several times."""


class Server:
    """A running `mkdocs serve` over three experiments."""

    def __init__(self, root: Path) -> None:
        self.root = root
        make_many(root, 3)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.url = f"http://127.0.0.1:{free.getsockname()[1]}"
        self._log = (root / "serve.log").open("wb")
        self._process = subprocess.Popen(
            [sys.executable, "-m", "mkdocs", "serve", "--livereload", "-a", self.url[7:]],
            cwd=root,
            env={
                **os.environ,
                "NO_MKDOCS_2_WARNING": "1",
                "DISABLE_MKDOCS_2_WARNING": "true",
                "PYTHONPATH": str(REPO),
            },
            stdout=self._log,
            stderr=subprocess.STDOUT,
        )

    @property
    def log(self) -> str:
        """What the server has said so far."""
        return (self.root / "serve.log").read_text(encoding="utf-8")

    def wait_for_builds(self, count: int) -> None:
        """Wait until the site was built `count` times."""
        end = time.monotonic() + 60
        while self.log.count(REBUILT) < count:
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
    assert server.log.count(REBUILT) == 1, "it rebuilds although nothing changed"

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
    assert server.log.count(REBUILT) == 2, "one change makes more than one rebuild"
