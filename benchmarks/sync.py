"""Requests, bytes, quota and wall time of each kind of sync, against a fake GitHub on loopback.

    python benchmarks/sync.py [--latency SECONDS] [--naive]

The repository has 1,000 records with 4,000 comments, taken from the shared test data. With
`--naive`, a plain loop over PyGithub's objects reads the same records from the same server for
comparison; that takes about ten minutes, most of which PyGithub spends on its own pauses.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from datetime import timedelta
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING

from github import Auth, Github

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from journal_plugin.settings import Settings  # noqa: E402 - same
from journal_plugin.sources.github import sync_snapshot  # noqa: E402 - same
from tests.fake_github.server import TOKEN, serve  # noqa: E402 - needs the path
from tests.fake_github.world import load_large  # noqa: E402 - same

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.fake_github.server import FakeGitHub

REPO = "acme/large"
CHANGED = (3, 300, 699, 701, 1000)
LIMIT = 0.03
"""The share of the naive loop's time that a cold sync may take."""

_ROW = "{:<38} {:>8} {:>8} {:>12} {:>7} {:>9}"


class Bench:
    """Runs scenarios one after another and prints a row for each."""

    def __init__(self, fake: FakeGitHub, folder: Path) -> None:
        self._fake = fake
        self._folder = folder

    def sync(self, folder: str, token: str | None, *, full: bool = False) -> None:
        """One sync of the snapshot in `folder`."""
        self._fake.world.now += timedelta(minutes=20)
        sync_snapshot(
            Settings(repo=REPO),
            self._folder / folder,
            token=token,
            now=self._fake.world.now,
            full=full,
            api_url=self._fake.api_url,
            graphql_url=self._fake.graphql_url,
        )

    def change(self) -> None:
        """Let five records change."""
        for number in CHANGED:
            item = self._fake.world.repos[REPO].items[number]
            item.updated = self._fake.world.tick()
            item.title += "!"

    def run(self, name: str, scenario: Callable[[], object]) -> float:
        """Print what a scenario costs; return its wall time in seconds."""
        self._fake.log.clear()
        self._fake.quota = {"core": 10**6, "graphql": 10**6}
        start = time.perf_counter()
        scenario()
        seconds = time.perf_counter() - start
        log = self._fake.log
        free = sum(request.status == HTTPStatus.NOT_MODIFIED for request in log)
        received = sum(request.size for request in log)
        print(_ROW.format(name, len(log), free, received, self._fake.cost, f"{seconds:.2f}"))
        return seconds


def read_naively(fake: FakeGitHub) -> int:
    """What one writes first: ask each object for what it has."""
    client = Github(auth=Auth.Token(TOKEN), base_url=fake.api_url, per_page=100)
    texts = 0
    for issue in client.get_repo(REPO).get_issues(state="all"):
        texts += issue.get_comments().totalCount
        if issue.pull_request:
            pull = issue.as_pull_request()
            texts += pull.additions + sum(1 for _ in pull.get_reviews())
            texts += sum(1 for _ in pull.get_review_comments())
    return texts


def main() -> int:
    """Print the table; fail if the naive loop was run and the limit is broken."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--latency", type=float, default=0.05, help="seconds per answer")
    parser.add_argument("--naive", action="store_true", help="also run the naive loop (10 min)")
    arguments = parser.parse_args()
    with serve(load_large(REPO)) as fake, tempfile.TemporaryDirectory() as folder:
        fake.validate = False
        fake.latency = arguments.latency
        bench = Bench(fake, Path(folder))
        print(_ROW.format("scenario", "requests", "304", "bytes", "quota", "seconds"))
        cold = bench.run("cold, token", lambda: bench.sync("token", TOKEN))
        bench.run("nothing changed, token", lambda: bench.sync("token", TOKEN))
        bench.change()
        bench.run("5 changed, token", lambda: bench.sync("token", TOKEN))
        bench.run("nothing changed after that, token", lambda: bench.sync("token", TOKEN))
        bench.run("full pass, token", lambda: bench.sync("token", TOKEN, full=True))
        bench.run("cold, no token", lambda: bench.sync("anonymous", None))
        bench.run("nothing changed, no token", lambda: bench.sync("anonymous", None))
        bench.change()
        bench.run("5 changed, no token", lambda: bench.sync("anonymous", None))
        if not arguments.naive:
            return 0
        naive = bench.run("naive loop, token", lambda: read_naively(fake))
    share = cold / naive
    print(f"the cold sync takes {share:.2%} of the naive loop's time; allowed are {LIMIT:.0%}")
    return int(share > LIMIT)


if __name__ == "__main__":
    sys.exit(main())
