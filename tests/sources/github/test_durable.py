"""Killed at any moment, out of disk, or run twice: nothing is lost, little is asked again."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from journal_plugin.errors import OutputError
from tests.fake_github.rig import REPO
from tests.fake_github.server import TOKEN
from tests.fake_github.world import make_item, make_note

if TYPE_CHECKING:
    from tests.fake_github.rig import Rig
    from tests.fake_github.server import Request

ROOT = Path(__file__).parents[3]
SCRIPT = """
import resource, sys
from datetime import datetime
from pathlib import Path
from journal_plugin.errors import JournalError
from journal_plugin.settings import Settings
from journal_plugin.sources.github import sync_snapshot

root, api, graphql, token, now, full, limit = sys.argv[1:]
if limit != "0":
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(limit), int(limit)))
try:
    sync_snapshot(
        Settings(repo="acme/lab"), Path(root), token=token or None, api_url=api,
        graphql_url=graphql, now=datetime.fromisoformat(now), full=full == "full",
    )
except JournalError as error:
    sys.exit(f"{type(error).__name__}: {error}")
"""


def start(rig: Rig, *, full: bool = False, max_file_size: int = 0) -> subprocess.Popen[str]:
    """A sync in a process of its own."""
    rig.fake.log.clear()
    fake = rig.fake
    arguments = [fake.api_url, fake.graphql_url, rig.token or "", fake.world.now.isoformat()]
    return subprocess.Popen(
        [
            *(sys.executable, "-W", "error", "-c", SCRIPT, str(rig.root), *arguments),
            *("full" if full else "", str(max_file_size)),
        ],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stderr=subprocess.PIPE,
        text=True,
    )


def page_of(request: Request) -> str:
    """What a request asks for; the same text means the same page."""
    variables = {k: v for k, v in request.body.get("variables", {}).items() if k != "first"}
    query = request.body.get("query", "")
    kind = "pulls" if "pullRequests(" in query else query.partition("(")[0]
    return f"{request.path}?{request.query} {kind} {json.dumps(variables, sort_keys=True)}"


@pytest.fixture
def long(rig: Rig) -> Rig:
    """Four pages of issues and two of pull requests; some have comments beyond a page."""
    for number in range(1, 451):
        count = 70 if number in {5, 120, 410} else 1
        notes = [make_note(number * 100 + index) for index in range(count)]
        rig.items[number] = make_item(number, is_pull=number > 310, comments=notes)
    return rig


def kill_at(rig: Rig, nth: int, *, full: bool = False) -> int:
    """Kill a sync with SIGKILL when it sends its nth request; return how many it had sent."""
    process: list[subprocess.Popen[str]] = []

    def kill(_: Request) -> None:
        if len(rig.fake.log) == nth - 1:
            while not process:
                time.sleep(0.001)
            process[0].send_signal(signal.SIGKILL)

    rig.fake.hooks.append(kill)
    process.append(start(rig, full=full))
    _, errors = process[0].communicate(timeout=60)
    rig.fake.hooks.clear()
    assert process[0].returncode in {0, -signal.SIGKILL}, errors
    return len(rig.fake.log)


@pytest.mark.parametrize("with_token", [True, False])
def test_killed_at_any_request(long: Rig, tmp_path: Path, *, with_token: bool) -> None:
    long.token = TOKEN if with_token else None
    long.sync(later=0)
    total, expected = len(long.log), long.files()
    for nth in range(1, total + 1, 1 if with_token else 3):
        long.root = tmp_path / f"killed-{nth}"
        kill_at(long, nth)
        answered = {page_of(request) for request in long.log[:-1]}
        assert set(long.records()) <= set(long.items), "what is there is valid"
        long.sync(later=0)
        assert long.files() == expected, nth
        again = [page for page in map(page_of, long.log) if page in answered]
        lists = [page for page in again if "/repos/acme/lab? " not in page]
        assert len(lists) <= 1, (nth, lists)


def test_killed_while_writing(long: Rig, tmp_path: Path) -> None:
    """Killed when a certain number of files is there, in the middle of a page."""
    long.sync(later=0)
    expected = long.files()
    for count in (1, 40, 130, 320):
        long.root = tmp_path / f"killed-{count}"
        process = start(long)
        while process.poll() is None and len(list(long.root.rglob("[0-9]*.json"))) < count:
            time.sleep(0.001)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        for number, record in long.records().items():
            assert record.id.number == number
        long.sync(later=0)
        assert long.files() == expected
        assert not list(long.root.rglob("*.tmp")), "leftovers of the killed sync"


def test_killed_in_an_update(long: Rig) -> None:
    """Old records stay readable and whole until their new state is there."""
    long.sync()
    for number, item in long.items.items():
        item.title = "New"
        item.updated = long.fake.world.tick(1)
        item.comments[0].body = f"changed {number}"
    for nth in (3, 4, 5, 6):
        kill_at(long, nth)
        for record in long.records().values():
            is_new = record.title == "New"
            assert record.comments[0].body == (
                f"changed {record.id.number}" if is_new else "Noted."
            )
    long.sync()
    assert {record.title for record in long.records().values()} == {"New"}


def test_killed_full_pass_still_finds_what_is_gone(long: Rig) -> None:
    long.sync()
    long.items[7].deleted = True
    long.items[449].deleted = True
    kill_at(long, 4, full=True)
    assert long.records()[7].removed is None
    long.sync()
    gone = {number for number, record in long.records().items() if record.removed}
    assert gone == {7, 449}


def test_disk_full(rig: Rig) -> None:
    """A real error of the operating system in the middle of a page."""
    rig.items.update({number: make_item(number) for number in range(1, 21)})
    rig.sync()
    before = rig.files()
    for item in rig.items.values():
        item.updated = rig.fake.world.tick()
        item.body = "x" * (100 if item.number < 10 else 5000)
    process = start(rig, full=True, max_file_size=3000)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 1
    assert errors.startswith("OutputError: .journal/acme/lab/10.json: ")
    assert "make room" in errors
    after = rig.files()
    assert set(after) == set(before)
    assert after[f"{REPO}/10.json"] == before[f"{REPO}/10.json"]
    assert not list(rig.root.rglob("*.tmp"))
    rig.sync()
    assert all(len(record.body) >= 100 for record in rig.records().values())


def test_snapshot_cannot_be_written(rig: Rig) -> None:
    rig.items[1] = make_item(1)
    rig.root.write_text("a file where the directory should be")
    with pytest.raises(OutputError) as caught:
        rig.sync()
    assert re.fullmatch(
        r"\.journal/acme/lab/sync\.json: [^:;]+; nothing that was saved before is lost: make room or "
        r"allow writing there, then run `journal sync` again",
        str(caught.value),
    )
