"""Every field of the contract arrives, from lists of any length."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from journal_plugin.model import (
    Author,
    AuthorKind,
    Comment,
    CrossReference,
    Label,
    Record,
    RecordId,
    RecordKind,
    State,
)
from journal_plugin.model import Commit as RecordCommit
from tests.fake_github.world import Commit, Reference, Review, make_item, make_note

if TYPE_CHECKING:
    from tests.fake_github.rig import Rig
    from tests.fake_github.world import Item

REPO = "acme/lab"
HUMAN = AuthorKind.HUMAN
SHARED = (
    *("title", "body", "state", "state_reason", "author", "labels", "milestone", "assignees"),
    *("created_at", "updated_at", "closed_at", "merged_at", "url", "head_ref", "base_ref"),
)
"""Fields that both ways of reading know."""


def rich_issue() -> Item:
    return make_item(
        1,
        title="Loss diverges",
        body="First\r\nsecond",
        state="CLOSED",
        state_reason="NOT_PLANNED",
        labels=[("problem", "d73a4a"), ("bug", "0e8a16")],
        milestone="v1",
        assignees=["zoe", "ada"],
        created="2026-01-01T00:00:01Z",
        updated="2026-01-05T00:00:00Z",
        closed="2026-01-04T00:00:00Z",
        comments=[make_note(2, "later"), make_note(1, "ear\r\nlier", author=None)],
        references=[
            Reference(repo=REPO, number=2, created="2026-01-03T00:00:00Z", closes=True),
            Reference(repo=REPO, number=3, created="2026-01-02T00:00:00Z"),
            Reference(repo=REPO, number=3, created="2026-01-06T00:00:00Z"),
        ],
        sub_issues=[3],
    )


def rich_pull() -> Item:
    return make_item(
        2,
        is_pull=True,
        state="MERGED",
        merged="2026-01-04T00:00:00Z",
        closed="2026-01-04T00:00:00Z",
        head="fix/loss",
        base="dev",
        additions=5,
        deletions=3,
        changed_files=2,
        closes=[(REPO, 1)],
        commits=[
            Commit(
                sha="a" * 40,
                message="Clip\r\n\r\nCo-authored-by: Zoe Zed <12+zoe@users.noreply.github.com>",
                name="Ada",
                email="ada@example.org",
                login="ada",
            )
        ],
        comments=[make_note(10, "in general")],
        reviews=[
            Review(
                id=7,
                author="bob",
                body="looks right",
                state="APPROVED",
                created="2026-02-01T00:00:20Z",
                comments=[make_note(15, "this line")],
            ),
            Review(id=8, author="bob", body="", state="COMMENTED", created="2026-02-02T00:00:00Z"),
        ],
    )


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def comment(login: str | None, body: str, second: int, url: str) -> Comment:
    moment = at(f"2026-02-01T00:00:{second:02}Z")
    author = Author(login=login, kind=HUMAN) if login else None
    return Comment(author=author, body=body, created_at=moment, updated_at=moment, url=url)


def test_all_fields_of_an_issue(rig: Rig) -> None:
    items = [rich_issue(), rich_pull(), make_item(3)]
    rig.items.update({item.number: item for item in items})
    rig.sync()
    url = "https://github.com/acme/lab/issues/1"
    assert rig.records()[1] == Record(
        id=RecordId(REPO, 1),
        kind=RecordKind.ISSUE,
        title="Loss diverges",
        body="First\nsecond",
        state=State.CLOSED,
        state_reason="not_planned",
        author=Author(login="ada", kind=HUMAN),
        labels=(Label(name="bug", color="0e8a16"), Label(name="problem", color="d73a4a")),
        milestone="v1",
        assignees=("ada", "zoe"),
        created_at=at("2026-01-01T00:00:01Z"),
        updated_at=at("2026-01-05T00:00:00Z"),
        closed_at=at("2026-01-04T00:00:00Z"),
        url=url,
        comments=(
            comment(None, "ear\nlier", 1, f"{url}#issuecomment-1000000001"),
            comment("bob", "later", 2, f"{url}#issuecomment-1000000002"),
        ),
        cross_references=(
            CrossReference(source=RecordId(REPO, 3), kind="sub-issue"),
            CrossReference(source=RecordId(REPO, 3), created_at=at("2026-01-02T00:00:00Z")),
            CrossReference(
                source=RecordId(REPO, 2), kind="closes", created_at=at("2026-01-03T00:00:00Z")
            ),
        ),
    )


def test_all_fields_of_a_pull_request(rig: Rig) -> None:
    rig.items.update({1: rich_issue(), 2: rich_pull(), 3: make_item(3)})
    rig.sync()
    record = rig.records()[2]
    url = "https://github.com/acme/lab/pull/2"
    assert (record.kind, record.state, record.url) == (RecordKind.PULL, State.MERGED, url)
    assert record.merged_at == at("2026-01-04T00:00:00Z")
    assert (record.head_ref, record.base_ref) == ("fix/loss", "dev")
    assert (record.additions, record.deletions, record.changed_files) == (5, 3, 2)
    assert record.closes == (RecordId(REPO, 1),)
    assert record.commits == (
        RecordCommit(
            sha="a" * 40,
            message="Clip\n\nCo-authored-by: Zoe Zed <12+zoe@users.noreply.github.com>",
            author=Author(login="ada", kind=HUMAN),
            co_authors=(Author(login="zoe", kind=HUMAN),),
        ),
    )
    assert record.comments == (
        comment("bob", "in general", 10, f"{url}#issuecomment-1000000010"),
        comment("bob", "this line", 15, f"{url}#discussion_r1000000015"),
        comment("bob", "looks right", 20, f"{url}#pullrequestreview-7"),
    )


@pytest.mark.parametrize(
    ("fields", "state"),
    [
        ({"state": "OPEN"}, State.OPEN),
        ({"state": "OPEN", "draft": True}, State.DRAFT),
        ({"state": "CLOSED", "draft": True}, State.CLOSED),
        ({"state": "MERGED", "merged": "2026-01-04T00:00:00Z"}, State.MERGED),
    ],
)
@pytest.mark.parametrize("with_token", [True, False])
def test_states_of_pull_requests(
    rig: Rig, fields: dict[str, object], state: State, *, with_token: bool
) -> None:
    rig.items[1] = make_item(1, is_pull=True, **fields)
    rig.token = rig.token if with_token else None
    rig.sync()
    assert rig.records()[1].state is state


def long_pull() -> Item:
    """Each list is longer than its first page, some longer than any page."""
    reviews = [
        Review(
            id=100 + index,
            author="bob",
            body=f"review {index}",
            state="COMMENTED",
            created="2026-03-01T00:00:00Z",
            comments=[make_note(20_000 + 300 * index + j) for j in range(130 if index == 3 else 1)],
        )
        for index in range(120)
    ]
    return make_item(
        2,
        is_pull=True,
        labels=[(f"label-{index}", "000000") for index in range(110)],
        assignees=[f"user-{index}" for index in range(12)],
        comments=[make_note(index) for index in range(260)],
        references=[
            Reference(repo=REPO, number=1000 + n, created="2026-01-03T00:00:00Z")
            for n in range(130)
        ],
        closes=[(REPO, 1000 + number) for number in range(15)],
        commits=[
            Commit(sha=f"{n:040}", message=f"step {n}", name="Ada", email="a@b.c", login="ada")
            for n in range(230)
        ],
        reviews=reviews,
    )


def test_long_lists_are_followed_to_their_end(rig: Rig) -> None:
    rig.items[1] = make_item(1, sub_issues=[1000 + n for n in range(130)])
    rig.items[2] = long_pull()
    rig.items.update({1000 + n: make_item(1000 + n) for n in range(130)})
    rig.sync()
    record = rig.records()[2]
    assert len(record.labels) == 110
    assert len(record.assignees) == 12
    assert len(record.comments) == 260 + 120 + 119 + 130
    assert len(record.cross_references) == 130
    assert len(record.closes) == 15
    assert [commit.message for commit in record.commits] == [f"step {n}" for n in range(230)]
    assert len({note.url for note in record.comments}) == len(record.comments)
    assert [ref.kind for ref in rig.records()[1].cross_references] == ["sub-issue"] * 130


def test_long_lists_of_many_records_share_requests(rig: Rig) -> None:
    """Never a request for each record."""
    for number in range(1, 41):
        notes = [make_note(1000 * number + index) for index in range(120)]
        rig.items[number] = make_item(number, comments=notes)
    report = rig.sync()
    assert all(len(record.comments) == 120 for record in rig.records().values())
    assert report.requests == 3 + 2 + 1  # lists, further comments of 25 and 15, changes


def test_real_records_are_complete(real: Rig) -> None:
    real.sync()
    records = real.records()
    assert set(records) == set(real.items)
    for number, item in real.items.items():
        record = records[number]
        notes = [*item.comments, *item.reviews, *(n for r in item.reviews for n in r.comments)]
        bodies = sorted(note.body.replace("\r\n", "\n") for note in notes if note.body.strip())
        assert sorted(note.body for note in record.comments) == bodies
        assert record.body == item.body.replace("\r\n", "\n")
        sources = {(ref.repo, ref.number) for ref in item.references}
        found = {(r.source.repo, r.source.number) for r in record.cross_references}
        assert found == sources
        assert [(t.repo, t.number) for t in record.closes] == item.closes


def test_events_go_beyond_what_texts_say(rig: Rig) -> None:
    """A reference that no text of the snapshot contains."""
    event = Reference(repo="acme/other", number=9, created="2026-01-03T00:00:00Z")
    rig.fake.world.add("acme/other", [make_item(9)])
    rig.items[1] = make_item(1, references=[event])
    rig.sync()
    assert [str(ref.source) for ref in rig.records()[1].cross_references] == ["acme/other#9"]


def test_further_repositories(rig: Rig) -> None:
    rig.items[1] = make_item(1, title="here")
    rig.fake.world.add("acme/other", [make_item(1, title="there")])
    report = rig.sync(repos=["acme/other"])
    assert rig.records()[1].title == "here"
    assert rig.records("acme/other")[1].title == "there"
    assert [repo.repo for repo in report.repos] == [REPO, "acme/other"]


def test_without_a_token_lists_give_what_they_have(real: Rig) -> None:
    real.sync()
    with_token = real.records()
    real.root = real.root.with_name("anonymous")
    real.token = None
    real.sync()
    assert {request.method for request in real.log} == {"GET"}
    for number, record in real.records().items():
        other = with_token[number]
        for name in [
            "title",
            "body",
            "state",
            "state_reason",
            "author",
            "labels",
            "milestone",
            "assignees",
            "created_at",
            "updated_at",
            "closed_at",
            "merged_at",
            "url",
            "head_ref",
            "base_ref",
        ]:
            assert getattr(record, name) == getattr(other, name), (number, name)
        reviews = {n for n in other.comments if "#pullrequestreview-" in (n.url or "")}
        assert set(record.comments) == set(other.comments) - reviews
        assert record.additions is record.deletions is record.changed_files is None
        assert record.commits == record.closes == record.cross_references == ()
        data = json.loads(real.files()[f"{REPO}/{number}.json"])
        lists = ["crossReferences", "closes", *(["commits"] if "headRef" in data else [])]
        assert {name: data[name] for name in lists} == dict.fromkeys(lists), "not known, not empty"


def test_unsent_reviews_stay_private(rig: Rig) -> None:
    """GitHub shows a token's own drafts of reviews to that token."""
    draft = Review(
        id=1,
        author="ada",
        body="not yet",
        state="PENDING",
        created="2026-02-02T00:00:00Z",
        comments=[make_note(1, "nor this")],
    )
    rig.items[1] = make_item(1, is_pull=True, reviews=[draft])
    rig.sync()
    assert rig.records()[1].comments == ()


def test_private_repositories_are_not_named(rig: Rig) -> None:
    """The token may see more than the readers of the site."""
    rig.fake.world.add("acme/secret", [make_item(1), make_item(2, is_pull=True)], private=True)
    event = Reference(repo="acme/secret", number=1, created="2026-01-03T00:00:00Z")
    rig.items[1] = make_item(1, references=[event])
    rig.items[2] = make_item(2, is_pull=True, closes=[("acme/secret", 1)])
    rig.sync()
    assert not any(b"secret" in content for content in rig.files().values())
    rig.sync(full=True, allow_private=True)
    assert str(rig.records()[1].cross_references[0].source) == "acme/secret#1"
    assert rig.records()[2].closes == (RecordId("acme/secret", 1),)
