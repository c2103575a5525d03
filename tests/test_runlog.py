"""What a tracking issue reports, as curves."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from journal_plugin.model import Comment, Metric
from journal_plugin.runlog import find_metric_plots, find_record_plots
from journal_plugin.series import AxisKind
from journal_plugin.text.body import render_body
from journal_plugin.text.metrics import find_report
from tests.support.dumps import load_dump
from tests.support.make import day, make_issue, make_posts

if TYPE_CHECKING:
    from journal_plugin.series import Plot
    from journal_plugin.text.metrics import Report


def read(text: str, repo: str = "a/b") -> Report:
    return find_report(render_body(text, repo).html)


def plots_of(*comments: str, dated: bool = True) -> dict[str, Plot]:
    issue = make_issue(7, body="A run.", created_at=day(1))
    reports = [read(text) for text in ("A run.", *comments)]
    made = [
        Comment(author=None, body=text, created_at=day(2, number) if dated else None)
        for number, text in enumerate(comments, start=1)
    ]
    record = issue.__class__(
        id=issue.id, kind=issue.kind, title="", body="", state=issue.state, comments=tuple(made)
    )
    return {plot.title: plot for plot in find_record_plots(record, reports).plots}


def test_lines_and_tables_of_several_comments_are_one_curve() -> None:
    found = plots_of(
        "epoch: 1, loss: 3, val_loss: 4",
        "status: running\nEpoch: 2 / 9\nLoss: 2",
        "| epoch | loss |\n|--|--|\n| 3 | **1.5** |\n| 4 | 1.25 |",
    )
    (plot,) = found.values()
    assert plot.x.label == "epoch"
    assert {series.name: series.points for series in plot.series} == {
        "loss": ((1, 3), (2, 2), (3, 1.5), (4, 1.25))
    }


def test_numbers_without_a_step_go_over_the_time_of_their_comment() -> None:
    found = plots_of("memory: 20 GB", "memory: 22 GB", "memory: 21 GB")
    assert found["memory"].x.kind is AxisKind.TIME
    assert found["memory"].series[0].points == (
        (day(2, 1).timestamp(), 20),
        (day(2, 2).timestamp(), 22),
        (day(2, 3).timestamp(), 21),
    )
    assert plots_of("memory: 20 GB", "memory: 22 GB", "memory: 21 GB", dated=False) == {}


@pytest.mark.parametrize(
    "comments",
    [
        ("epoch: 1, loss: 3", "epoch: 2, loss: 2"),
        ("memory: 20 GB", "memory: 20 GB", "memory: 20 GB"),
        ("| run | epoch | loss |\n|--|--|--|\n| a | 1 | 3 |\n| b | 2 | 2 |\n| c | 3 | 2 |",),
        ("| model | t/s |\n|--|--|\n| 1 | 3 |\n| 2 | 2 |\n| 3 | 2 |",),
    ],
)
def test_two_points_constants_and_comparisons_are_no_curves(comments: tuple[str, ...]) -> None:
    assert plots_of(*comments) == {}


def test_epochs_and_steps_do_not_share_an_axis() -> None:
    epochs = [f"epoch: {n}, loss: {9 - n}" for n in (1, 2, 3)]
    steps = [f"step: {n}, loss: {9 - n / 100}" for n in (100, 200, 300)]
    issue = make_issue(7, comments=[*epochs, *steps])
    found = find_record_plots(issue, [read(text) for text in ("", *epochs, *steps)]).plots
    assert [(plot.x.label, len(plot.series[0].points)) for plot in found] == [
        ("epoch", 3),
        ("step", 3),
    ]


def test_no_record_of_the_real_projects_gets_a_chart_by_mistake() -> None:
    """None of these 231 records reports a training run, whatever logs were pasted there."""
    repo, records = load_dump("ik_llama")
    for record in records:
        bodies = (record.body, *(comment.body for comment in record.comments))
        reports = [read(body, repo) for body in bodies]
        assert find_record_plots(record, reports).plots == (), record.id


def test_a_metric_of_one_post_is_no_curve() -> None:
    posts, _ = make_posts(
        a="---\ntitle: A\ndate: 2026-01-01\nmetrics: {acc: 0.5, loss: 2}\n---\n",
        b="---\ntitle: B\ndate: 2026-02-01\nmetrics: {acc: {value: 0.6, unit: share}}\n---\n",
        c="---\ntitle: C\nmetrics: {acc: 0.9}\n---\n",
    )
    (plot,) = find_metric_plots(posts).plots
    assert plot.title == "acc"
    assert plot.series[0].points == (
        (day(1).timestamp(), 0.5),
        (day(2).timestamp(), posts[1].metrics["acc"].value),
    )
    assert isinstance(posts[1].metrics["acc"], Metric)
