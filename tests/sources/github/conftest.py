"""A fake GitHub for each test, and a way to sync from it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from journal_plugin.sources.github import transport, waiting
from tests.fake_github.rig import REPO, Rig
from tests.fake_github.server import serve
from tests.fake_github.world import World, items_of, load_dump

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Repeat failed requests at once; how long waits are is tested where it matters."""
    monkeypatch.setattr(transport, "BACKOFF", 0.0)


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Seconds that a sync would have slept."""
    slept: list[float] = []
    monkeypatch.setattr(waiting, "sleep", slept.append)
    return slept


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Rig]:
    """An empty repository."""
    world = World()
    world.add(REPO, [])
    with serve(world) as fake:
        yield Rig(fake, tmp_path / ".journal")


@pytest.fixture
def real(tmp_path: Path) -> Iterator[Rig]:
    """85 real records."""
    dump = {**load_dump("quic-datagram"), "repo": REPO}
    world = World()
    world.add(REPO, items_of(dump))
    with serve(world) as fake:
        yield Rig(fake, tmp_path / ".journal")
