"""Which copy of the snapshot wins: the committed or the cached one."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

from journal_action.snapshot import look_at, replace_tree, restore_newer

OLD, NEW = "2026-08-01T12:00:00Z", "2026-08-02T12:00:00Z"


def save(root: Path, *, records: bool = True, state: object = None) -> None:
    folder = root / "acme" / "lab"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "1.json").write_text(json.dumps({"from": root.name})) if records else None
    if state is not None:
        text = state if isinstance(state, str) else json.dumps(state)
        (folder / "sync.json").write_text(text)


@pytest.mark.parametrize(
    ("committed", "cached", "winner"),
    [
        pytest.param(None, {"state": {"cursor": NEW}}, "cached", id="nothing committed"),
        pytest.param(None, {"state": {"cursor": None}}, "cached", id="unfinished, to go on from"),
        pytest.param(
            {"state": {"cursor": OLD}}, {"state": {"cursor": NEW}}, "cached", id="cache is newer"
        ),
        pytest.param(
            {"state": {"cursor": NEW}},
            {"state": {"cursor": OLD}},
            "committed",
            id="commit is newer",
        ),
        pytest.param(
            {"state": {"cursor": OLD}}, {"state": {"cursor": OLD}}, "committed", id="same age"
        ),
        pytest.param(
            {"state": {"cursor": OLD}},
            {"state": {"cursor": None}},
            "committed",
            id="cache is unfinished",
        ),
        pytest.param(
            {"state": {"cursor": None}},
            {"state": {"cursor": OLD}},
            "cached",
            id="commit is unfinished",
        ),
        pytest.param({}, {"state": {"cursor": NEW}}, "committed", id="written by another tool"),
        pytest.param(
            {"state": {"cursor": OLD}}, {"state": "{broken"}, "committed", id="cache is broken"
        ),
        pytest.param({"state": {"cursor": OLD}}, None, "committed", id="nothing cached"),
        pytest.param(
            {"state": {"cursor": OLD}},
            {"state": {"cursor": "2026-09-01"}},
            "committed",
            id="no time zone",
        ),
    ],
)
def test_newer_copy_wins(
    tmp_path: Path, committed: dict | None, cached: dict | None, winner: str
) -> None:
    for name, made in (("committed", committed), ("cached", cached)):
        if made is not None:
            save(tmp_path / name, **made)
    restored = restore_newer(tmp_path / "cached", tmp_path / "committed", ["acme/lab"])
    record = json.loads((tmp_path / "committed" / "acme" / "lab" / "1.json").read_text())
    assert record == {"from": winner}
    assert restored == (["acme/lab"] if winner == "cached" else [])


def test_replaced_copy_keeps_no_old_record(tmp_path: Path) -> None:
    save(tmp_path / "cached", state={"cursor": NEW})
    save(tmp_path / "committed", state={"cursor": OLD})
    (tmp_path / "committed" / "acme" / "lab" / "2.json").write_text("{}")
    restore_newer(tmp_path / "cached", tmp_path / "committed", ["acme/lab"])
    assert not (tmp_path / "committed" / "acme" / "lab" / "2.json").exists()


def test_a_link_brings_nothing_into_the_cache(tmp_path: Path) -> None:
    """Runs of pull requests may read the caches of the default branch."""
    (tmp_path / "secret").mkdir()
    (tmp_path / "secret" / "key.json").write_text("SECRET")
    save(tmp_path / "committed", state={"cursor": NEW})
    folder = tmp_path / "committed" / "acme" / "lab"
    (folder / "9.json").symlink_to(tmp_path / "secret" / "key.json")
    (folder / "more").symlink_to(tmp_path / "secret")
    replace_tree(tmp_path / "committed", tmp_path / "cached")
    copied = [path for path in (tmp_path / "cached").rglob("*") if not path.is_symlink()]
    assert {path.name for path in copied if path.is_file()} == {"1.json", "sync.json"}


@pytest.mark.parametrize(
    ("made", "usable"),
    [
        (None, False),
        ({"records": False}, False),
        ({}, True),
        ({"state": {"cursor": None}}, False),
        ({"state": {"cursor": OLD}}, True),
        ({"records": False, "state": {"cursor": OLD}}, True),
        ({"state": "[" * 100_000}, False),
    ],
)
def test_usable(tmp_path: Path, made: dict | None, usable: bool) -> None:  # noqa: FBT001 - a table
    if made is not None:
        save(tmp_path, **made)
    assert look_at(tmp_path, "acme/lab").is_usable is usable
