"""Every figure about time over real repositories, recomputed from the JSON in plain loops."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime
from functools import cache
from typing import Any

import pytest

from journal_plugin.model import Post
from journal_plugin.restated import Restatements
from journal_plugin.text.items import find_items
from journal_plugin.velocity import find_velocity
from tests.support.demo import build_dump
from tests.support.dumps import DATA

DUMPS = ("ik_llama", "tls13-spec")


@cache
def raw(name: str) -> dict[str, Any]:
    return json.loads(gzip.decompress((DATA / "issues" / f"{name}.json.gz").read_bytes()))


@cache
def figures(name: str) -> dict[str, Any]:
    return {figure.key: figure for figure in find_velocity(build_dump(name).journal).figures}


def moment(item: dict[str, Any], *names: str) -> datetime | None:
    """The first of the dates that is there; the two kinds of dumps name them differently."""
    for name in names:
        if item.get(name):
            text = item[name].replace("Z", "+00:00")
            time = datetime.fromisoformat(text)
            return time if time.tzinfo else time.replace(tzinfo=UTC)
    return None


def opened(item: dict[str, Any]) -> datetime | None:
    return moment(item, "createdAt", "created")


def months(times: list[datetime | None]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for time in times:
        if time is not None:
            month = time.astimezone(UTC).isoformat()[:7]
            counts[month] = counts.get(month, 0) + 1
    return counts


def quantile(values: list[float], share: float) -> float:
    """By hand: between the two nearest ranks, in proportion."""
    ordered = sorted(values)
    place = share * (len(ordered) - 1)
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)


def grouped(figure: Any) -> dict[str, int]:
    return {group: len(samples) for group, samples in figure.find_groups().items()}


@pytest.mark.parametrize("name", DUMPS)
def test_opened_by_month(name: str) -> None:
    found = figures(name)
    assert grouped(found["issues-opened"]) == months([opened(i) for i in raw(name)["issues"]])
    assert grouped(found["pulls-opened"]) == months([opened(p) for p in raw(name)["pulls"]])


@pytest.mark.parametrize("name", DUMPS)
def test_finished_by_month(name: str) -> None:
    """ik_llama has no such dates, so nothing may be counted there."""
    closed = [i for i in raw(name)["issues"] if i["state"].upper() == "CLOSED"]
    merged = [p for p in raw(name)["pulls"] if p["state"].upper() == "MERGED"]
    found = figures(name)
    for key, items, date in (
        ("issues-closed", closed, ("closedAt",)),
        ("pulls-merged", merged, ("mergedAt", "merged")),
    ):
        expected = months([moment(item, *date) for item in items])
        assert (grouped(found[key]) if key in found else {}) == expected
    assert bool(months([moment(i, "closedAt") for i in closed])) == (name == "tls13-spec")


def test_lengths_of_time_of_tls13() -> None:
    found = figures("tls13-spec")
    for key, items, date in (
        ("issue-to-closed", raw("tls13-spec")["issues"], "closedAt"),
        ("pull-to-merged", raw("tls13-spec")["pulls"], "mergedAt"),
    ):
        wanted = {"issue-to-closed": "CLOSED", "pull-to-merged": "MERGED"}[key]
        days = []
        for item in items:
            if item["state"] == wanted and item[date]:
                seconds = (moment(item, date) - opened(item)).total_seconds()  # type: ignore[operator]
                days.append(seconds / 86400)
        figure = found[key]
        assert len(figure.samples) == len(days) > 100
        assert figure.median == pytest.approx(quantile(days, 0.5))
        assert figure.quartiles == pytest.approx((quantile(days, 0.25), quantile(days, 0.75)))
        assert figure.values == pytest.approx(sorted(days))


@pytest.mark.parametrize("name", DUMPS)
def test_open_records_and_their_age(name: str) -> None:
    every = [*raw(name)["issues"], *raw(name)["pulls"]]
    dates = [
        moment(item, date)
        for item in every
        for date in ("createdAt", "created", "updatedAt", "updated", "closedAt")
    ]
    latest = max(date for date in dates if date)
    for kind in ("issues", "pulls"):
        ages = {
            item["number"]: (latest - opened(item)).total_seconds() / 86400  # type: ignore[operator]
            for item in raw(name)[kind]
            if item["state"].upper() == "OPEN"
        }
        if not ages:
            assert f"open-{kind}" not in figures(name)
            continue
        figure = figures(name)[f"open-{kind}"]
        shown = {int(s.nodes[0].rpartition("#")[2]): s.value for s in figure.samples}
        assert shown == pytest.approx(ages)
        assert [s.value for s in figure.samples] == sorted(ages.values(), reverse=True)


@pytest.mark.parametrize("name", DUMPS)
def test_what_lacks_a_date_is_named_and_not_counted(name: str) -> None:
    closed = [i["number"] for i in raw(name)["issues"] if i["state"].upper() == "CLOSED"]
    dated = [i["number"] for i in raw(name)["issues"] if i.get("closedAt")]
    figure = figures(name).get("issue-to-closed")
    counted = len(figure.samples) if figure else 0
    missing = len(figure.missing) if figure else len(closed)
    assert counted == len(set(closed) & set(dated))
    assert counted + missing == len(closed)


def test_links_to_models_in_ik_llama() -> None:
    """Whoever links to a model on Hugging Face in the dump is named beside it on the page."""
    page = next(
        str(page.html)
        for page in build_dump("ik_llama").pages
        if page.uri == "journal/insights/runs.md"
    )
    links: dict[str, set[int]] = {}
    for item in [*raw("ik_llama")["issues"], *raw("ik_llama")["pulls"]]:
        texts = [item["body"] or "", *(comment["body"] for comment in item["comments"])]
        for text in texts:
            for place in text.split("https://huggingface.co/")[1:]:
                path = place.split("/")
                if path[0] not in ("docs", "blog", "datasets", "spaces") and len(path) > 1:
                    owner_and_name = "/".join(path[:2]).split(")")[0].split("]")[0].split()[0]
                    links.setdefault(owner_and_name, set()).add(item["number"])
    assert len(links) >= 5
    for name in links:
        assert name.rstrip(",.:") in page or name.endswith("..."), name


def test_nobody_is_called_human_or_ai_where_the_dump_does_not_say() -> None:
    """The dumps say nothing of accounts, and no record belongs to a problem."""
    uris = {page.uri for page in build_dump("ik_llama").pages}
    assert "journal/insights/people/index.md" not in uris


RESTATED = {
    (326, 355), (426, 580), (523, 527), (643, 841), (1201, 1205),
}  # fmt: skip
"""Titles of tls13-spec that a later one states again: each is the same work, read by a person."""


def test_what_real_titles_and_list_items_would_tick() -> None:
    """No dump has next steps, so its titles and all list items stand in for them.

    None of the items is one; `Add myself to contributors` and `Fix a typo` stand in many titles.
    """
    built = build_dump("tls13-spec")
    found = Restatements(built.journal)
    nodes = built.journal.nodes
    pairs = {
        (node.id.number, later.id.number)
        for node in built.journal.records.values()
        for later, _, _ in found.find(node, node.title)
        if not isinstance(later, Post)
    }
    assert pairs == RESTATED
    items = [
        (nodes[name], item.text)
        for name, texts in built.book.texts.items()
        for body in (texts.body, *texts.comments)
        for item in find_items(str(body.html))
    ]
    assert len(items) > 8000
    assert not [text for node, text in items if list(found.find(node, text))]
