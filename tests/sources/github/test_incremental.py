"""A sync asks only for what changed, and misses nothing for long."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

import pytest

from journal_plugin.errors import Unavailable
from tests.fake_github.rig import REPO, Rig
from tests.fake_github.server import serve
from tests.fake_github.world import (
    Reference,
    World,
    items_of,
    load_series,
    make_item,
    make_note,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.fake_github.server import Request

STATE = f"{REPO}/sync.json"


def edit(rig: Rig, number: int, title: str = "Edited") -> None:
    """Change a record, as its author would."""
    rig.items[number].title = title
    rig.items[number].updated = rig.fake.world.tick()


def test_nothing_changed(real: Rig) -> None:
    """Two conditional requests that cost nothing, already for the first sync after a full one."""
    real.sync()
    before = real.files()
    for _ in range(3):
        report = real.sync()
        assert report.notices == ()
        assert [(r.status, r.conditional) for r in real.log] == [(304, True)] * 2
        assert real.fake.cost == 0
        assert (report.requests, report.not_modified) == (2, 2)
    assert real.files() == before


def test_few_changes(real: Rig) -> None:
    real.sync()
    for number in (2, 13, 14, 47, 48):
        edit(real, number)
    report = real.sync()
    assert report.requests <= 3
    assert report.repos[0].written == report.repos[0].fetched == 5
    assert real.records()[13].title == real.records()[48].title == "Edited"
    assert real.sync().requests == 2
    assert real.fake.cost == 0


def test_changes_one_after_another(real: Rig) -> None:
    """The list of changes grows while the cursor rests; known changes are not read again."""
    real.sync()
    for number in (2, 13, 14):
        edit(real, number)
        report = real.sync()
        assert (report.requests, report.repos[0].fetched) == (2, 1)


def test_many_changes(real: Rig) -> None:
    """More than a page of changes; afterwards the cursor has moved on."""
    for number in range(1000, 1150):
        real.items[number] = make_item(number)
    real.sync()
    before = json.loads((real.root / STATE).read_bytes())["cursor"]
    for number in range(1000, 1150):
        edit(real, number)
    assert real.sync().repos[0].fetched == 150
    assert json.loads((real.root / STATE).read_bytes())["cursor"] > before
    assert real.sync().repos[0].fetched == 0
    assert real.sync().not_modified == 2


@pytest.mark.parametrize(("count", "moves"), [(50, False), (51, True)])
def test_the_cursor_rests_until_the_list_is_long(rig: Rig, count: int, *, moves: bool) -> None:
    """A list of fifty is still asked for under the same address."""
    rig.items.update({number: make_item(number) for number in range(1, 60)})
    rig.items[60] = make_item(60, updated=rig.fake.world.tick())
    rig.sync()
    before = json.loads((rig.root / STATE).read_bytes())["cursor"]
    for number in range(1, count):
        edit(rig, number)
    assert rig.sync().repos[0].fetched == count - 1
    after = json.loads((rig.root / STATE).read_bytes())["cursor"]
    assert (after > before) is moves


def test_a_changed_text_brings_a_hundred_records_at_most(rig: Rig) -> None:
    """A text that names everything costs no full pass."""
    rig.items.update({number: make_item(number) for number in range(1, 111)})
    rig.sync()
    rig.items[1].body = " ".join(f"#{number}" for number in range(1, 111))
    edit(rig, 1)
    assert rig.sync().repos[0].fetched == 1 + 100


def test_change_in_the_second_of_a_sync(real: Rig) -> None:
    """Times have no fractions: a later change in the same second looks the same."""
    real.items[2].updated = real.fake.world.tick()
    real.sync(later=0)
    real.items[2].title = "Edited again"
    real.sync(later=0)
    assert real.records()[2].title == "Edited again"


def test_change_in_the_second_of_an_update_by_the_clock_of_github(real: Rig) -> None:
    real.sync()
    edit(real, 2)
    real.sync(later=0, ahead=3600)
    real.items[2].title = "Edited again"
    real.sync(later=0, ahead=3600)
    assert real.records()[2].title == "Edited again"


def refer(rig: Rig, source: int, target: int) -> None:
    """Let a record refer to another one, which is not updated by that."""
    edit(rig, source)
    at = rig.items[source].updated
    rig.items[target].references.append(Reference(repo=REPO, number=source, created=at))


def test_new_reference_to_a_record_that_is_not_updated(real: Rig) -> None:
    """In the real data about three of four references leave `updated_at` alone."""
    real.sync()
    refer(real, 2, 13)
    refer(real, 3, 14)
    real.items[2].body = "As in #13"
    real.items[3].comments.append(make_note(1, "Same as https://github.com/acme/lab/issues/14"))
    report = real.sync()
    sources = {str(ref.source) for n in (13, 14) for ref in real.records()[n].cross_references}
    assert {"acme/lab#2", "acme/lab#3"} <= sources
    assert report.requests <= 3
    edit(real, 2)
    assert real.sync().repos[0].fetched == 1, "known references are not looked up again"


def test_an_update_that_was_cut_short_goes_on_where_it_was(rig: Rig) -> None:
    """What a changed text names is still read, although the record itself is up to date."""
    rig.items.update({number: make_item(number) for number in (1, 2, 3)})
    rig.sync()
    refer(rig, 1, 2)
    rig.items[1].comments.append(make_note(1, "Same as #2"))
    fault = rig.fake.fail(
        lambda request: "r2:" in request.body.get("query", ""), times=99, drop=True
    )
    with pytest.raises(Unavailable):
        rig.sync()
    assert rig.records()[1].title == "Edited"
    fault.times = 0
    assert rig.sync().repos[0].fetched == 1
    (reference,) = rig.records()[2].cross_references
    assert str(reference.source) == "acme/lab#1"


def test_edited_while_the_pages_were_read(real: Rig) -> None:
    """The edit comes after the record's page; the end of the same sync catches it."""
    done = []

    def change(request: Request) -> None:
        if request.body.get("variables", {}).get("after") is None and "pullRequests" in str(
            request.body.get("query")
        ):
            done.append(edit(real, 2))

    real.fake.hooks.append(change)
    real.sync()
    assert done
    assert real.records()[2].title == "Edited"


def test_new_record_while_the_pages_were_read(rig: Rig) -> None:
    rig.items.update({number: make_item(number) for number in range(1, 151)})

    def add(request: Request) -> None:
        if request.body.get("variables", {}).get("after") and 500 not in rig.items:
            now = rig.fake.world.tick()
            rig.items[500] = make_item(500, is_pull=True, created=now, updated=now)

    rig.fake.hooks.append(add)
    rig.sync()
    assert set(rig.records()) == {*range(1, 151), 500}


@pytest.mark.parametrize("way", ["full", "interval"])
def test_what_since_misses(real: Rig, way: str) -> None:
    """Labels do not touch `updated_at`: a full pass sees them, on demand or after a while."""
    real.sync()
    real.items[2].labels = [("late", "ffffff")]
    real.sync()
    assert real.records()[2].labels == ()
    real.sync(full=True) if way == "full" else real.sync(later=7 * 86400)
    assert [label.name for label in real.records()[2].labels] == ["late"]


def test_records_that_are_gone_are_marked(real: Rig) -> None:
    other = real.fake.world.add("acme/other", [make_item(5)])
    real.sync()
    kept = real.records()
    real.items[2].deleted = True
    real.items[3].moved_to = (other.name, 5)
    report = real.sync(full=True)
    records = real.records()
    assert (records[2].removed, records[3].removed) == ("deleted", "transferred")
    assert records[2].body == kept[2].body
    assert report.repos[0].removed == 2
    assert sum(record.removed is not None for record in records.values()) == 2
    assert real.sync(full=True).repos[0].removed == 0, "marked once"
    real.items[2].deleted = False
    real.sync(full=True)
    assert real.records()[2].removed is None


def test_record_missing_from_a_list_is_asked_for(real: Rig) -> None:
    """A list that leaves out a record is no proof that the record is gone."""
    real.sync()
    real.items[2].deleted = True

    def come_back(request: Request) -> None:
        if request.path.endswith("/issues/2"):
            real.items[2].deleted = False

    real.fake.hooks.append(come_back)
    report = real.sync(full=True)
    assert report.repos[0].removed == 0
    assert real.records()[2].removed is None


def test_looking_for_lost_records_is_bounded(rig: Rig) -> None:
    rig.items.update({number: make_item(number) for number in range(1, 61)})
    rig.sync()
    for item in rig.items.values():
        item.deleted = True
    report = rig.sync(full=True)
    assert report.repos[0].removed == 25
    (notice,) = report.notices
    assert notice == (
        "35 more records of acme/lab seem to be gone; they stay until a later "
        "`journal sync --full` has looked at them"
    )
    rig.sync(full=True)
    rig.sync(full=True)
    assert all(record.removed == "deleted" for record in rig.records().values())


def test_repository_made_anew_under_the_same_name(real: Rig) -> None:
    real.sync()
    real.fake.world.repos[REPO].id += 1
    real.items[2].title = "Another one"
    report = real.sync()
    assert report.repos[0].full
    assert "another repository" in report.notices[0]
    assert real.records()[2].title == "Another one"


def test_lost_or_broken_state(real: Rig) -> None:
    """Without a usable `sync.json` everything is read again, and nothing changes."""
    real.sync()
    before = real.files()
    for content in (b"<<<<<<< HEAD\n", b"[]", b'{"schemaVersion": 99}', b'{"cursor": 5}'):
        (real.root / STATE).write_bytes(content)
        report = real.sync()
        assert (report.repos[0].full, report.repos[0].written) == (True, 0)
    assert real.files() == before


class TestWithoutToken:
    @pytest.fixture
    def anonymous(self, real: Rig) -> Rig:
        real.token = None
        real.sync()
        return real

    def test_nothing_changed(self, anonymous: Rig) -> None:
        before = anonymous.files()
        assert anonymous.sync().requests == 1
        assert anonymous.log[0].conditional
        assert anonymous.files() == before

    def test_few_changes(self, anonymous: Rig) -> None:
        for number in (2, 13, 14, 47, 48):
            edit(anonymous, number)
        item = anonymous.items[2]
        note = make_note(1, "new", created=item.updated, updated=item.updated)
        item.comments.append(note)
        item.comments[0].body = "changed"
        item.comments[0].updated = item.updated
        report = anonymous.sync()
        assert report.requests <= 3
        record = anonymous.records()[2]
        expected = [comment.body.replace("\r\n", "\n") for comment in item.comments]
        assert [comment.body for comment in record.comments] == expected
        assert report.repos[0].written == 5

    def test_lists_are_read_from_a_minute_before_the_cursor(self, anonymous: Rig) -> None:
        """GitHub's lists may lag behind its records."""
        edit(anonymous, next(n for n, item in anonymous.items.items() if item.is_pull))
        anonymous.sync()
        state = json.loads((anonymous.root / STATE).read_bytes())
        since = datetime.fromisoformat(state["cursor"]) - timedelta(seconds=60)
        asked = {r.path.split("/lab/")[1]: parse_qs(r.query)["since"] for r in anonymous.log}
        assert asked.keys() == {"issues", "issues/comments", "pulls/comments"}
        assert all(datetime.fromisoformat(time) == since for (time,) in asked.values())

    def test_new_pull_request(self, anonymous: Rig) -> None:
        now = anonymous.fake.world.tick()
        item = make_item(900, is_pull=True, created=now, updated=now, head="devin/x")
        anonymous.items[900] = item
        anonymous.sync()
        record = anonymous.records()[900]
        assert (record.head_ref, record.base_ref) == ("devin/x", "main")
        assert record.author is not None
        assert record.author.kind == "ai"

    def test_deleted_comment(self, anonymous: Rig) -> None:
        """Only a full pass can see it; neighbours stay."""
        item = next(item for item in anonymous.items.values() if len(item.comments) > 3)
        gone = item.comments.pop(1)
        expected = [comment.body.replace("\r\n", "\n") for comment in item.comments]
        anonymous.sync(full=True)
        record = anonymous.records()[item.number]
        urls = [comment.url for comment in record.comments]
        assert not any(str(gone.id) in str(url) for url in urls)
        found = [comment.body for comment in record.comments if "#issuecomment" in str(comment.url)]
        assert found == expected

    def test_token_later(self, anonymous: Rig) -> None:
        """What only GraphQL knows is fetched as soon as there is a token."""
        anonymous.token = Rig(anonymous.fake, anonymous.root).token
        report = anonymous.sync()
        assert report.repos[0].full
        assert any(record.cross_references for record in anonymous.records().values())

    def test_no_token_later(self, real: Rig) -> None:
        """What an earlier sync knew is kept, and brought up to date when there is a token."""
        real.sync()
        before = real.records()
        token, real.token = real.token, None
        edit(real, 47)
        real.items[47].references.append(
            Reference(repo=REPO, number=2, created=real.items[47].updated)
        )
        real.sync()
        after = real.records()[47]
        assert after.title == "Edited"
        assert after.commits == before[47].commits
        assert after.comments == before[47].comments
        real.token = token
        assert real.sync().repos[0].full
        assert len(real.records()[47].cross_references) > len(before[47].cross_references)


@pytest.fixture
def series(tmp_path: Path) -> Iterator[Rig]:
    """A repository that will become each of five real snapshots."""
    world = World()
    world.add(REPO, [])
    with serve(world) as fake:
        yield Rig(fake, tmp_path / ".journal")


def become(rig: Rig, dump: dict[str, object]) -> None:
    """Let the repository be as it was when a snapshot was taken."""
    items = items_of({**dump, "repo": REPO})
    rig.fake.world.repos[REPO].items = {item.number: item for item in items}
    rig.fake.world.now = datetime.fromisoformat(str(dump["timestamp"]))


def sync_cold(rig: Rig) -> dict[str, bytes]:
    """The record files of a sync into an empty directory."""
    cold = Rig(rig.fake, rig.root.with_name("cold"))
    cold.token = rig.token
    cold.sync()
    return cold.files()


@pytest.mark.parametrize("with_token", [True, False])
def test_five_snapshots_as_time_goes_by(series: Rig, *, with_token: bool) -> None:
    """Months lie between them, so full passes fall due by themselves."""
    series.token = series.token if with_token else None
    for dump in load_series():
        become(series, dump)
        series.sync()
    assert len(series.files()) == 163 + 84
    assert series.files() == sync_cold(series)


def test_five_snapshots_by_changes_alone(series: Rig) -> None:
    """What updates no record is all that differs, and a full pass repairs it."""
    reports = []
    for dump in load_series():
        become(series, dump)
        reports.append(series.sync(full_sync_interval=timedelta(days=9999)))
    assert [report.repos[0].full for report in reports] == [True, False, False, False, False]
    cold = sync_cold(series)
    warm = series.files()
    assert set(warm) == set(cold)
    for name in cold:
        new, old = json.loads(cold[name]), json.loads(warm[name])
        different = {key for key in new if new[key] != old[key]}
        # An account was deleted, which updates no record.
        assert different == ({"author"} if name.endswith("/158.json") else set())
    series.sync(full=True)
    assert series.files() == cold
