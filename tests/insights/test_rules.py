"""The rules of the insights one by one, on small journals."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from itertools import combinations
from operator import attrgetter
from typing import TYPE_CHECKING, Any
from urllib.parse import urldefrag, urljoin

import pytest

from journal_plugin.attribution import Kinds, Share, attribute
from journal_plugin.contributors import find_attributions
from journal_plugin.courses import Milestone, find_course
from journal_plugin.figures import Figure, Sample, Unit
from journal_plugin.knowledge import find_knowledge
from journal_plugin.logged import Verdict, agrees, compare_metrics
from journal_plugin.model import Author, AuthorKind, Comment, Commit, Metric, State
from journal_plugin.pages.insights.words import format_seconds, format_share, format_spread
from journal_plugin.pages.posts import render_footer
from journal_plugin.quality import find_qualities
from journal_plugin.restated import MOST, Restatements, find_words, is_same
from journal_plugin.series import Run
from journal_plugin.similar import clean_texts, find_alike
from journal_plugin.text.items import count_boxes, find_items
from journal_plugin.text.trackers import Tracker, find_attachments, find_trackers, type_address
from journal_plugin.tracking import find_named_runs, find_run_logs
from journal_plugin.velocity import find_velocity
from journal_plugin.vocabulary import Vocabulary
from tests.support.demo import build_demo, build_dump
from tests.support.dumps import load_dump
from tests.support.hostile import SHORT_TEXTS
from tests.support.make import REPO, build, day, make_issue, make_pull, page_of

if TYPE_CHECKING:
    from journal_plugin.build import Build
    from journal_plugin.model import Record

AI = Author(login="helper", kind=AuthorKind.AI)
HUMAN = Author(login="mara", kind=AuthorKind.HUMAN)


def figure(*values: float) -> Figure:
    samples = tuple(Sample(value=value, nodes=()) for value in values)
    return Figure(key="k", title="t", definition="d", unit=Unit.DAYS, samples=samples)


# Figures


def test_few_values_are_shown_one_by_one() -> None:
    assert format_spread(figure(3, 1, 2, 40)) == "1 day, 2 days, 3 days, 40 days"
    assert "middle half" in format_spread(figure(1, 2, 3, 4, 5))
    assert figure(1, 2, 3, 4).is_small
    assert not figure(1, 2, 3, 4, 5).is_small


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0 s"), (59, "59 s"), (60, "1 min"), (5400, "1.5 h"), (86400, "1 day"), (447_552, "5.2 days"), (10**6, "12 days")],
)  # fmt: skip
def test_lengths_of_time(seconds: float, text: str) -> None:
    assert format_seconds(seconds) == text


def test_a_share_is_never_rounded_to_nothing_or_all() -> None:
    assert format_share(0.001) == "under 1 %"
    assert format_share(0.999) == "over 99 %"
    assert format_share(1.0) == "100 %"


# Courses


def test_a_milestone_is_never_older_than_the_one_before() -> None:
    built = build(
        [
            make_issue(1, labels=["problem:x", "problem"], created_at=day(2)),
            make_pull(2, "early", "Fixes #1", created_at=day(1), merged_at=day(1, 5)),
            make_pull(3, "late", "Fixes #1", created_at=day(3), merged_at=day(4)),
        ],
        result="---\ndate: 2026-05-01\noutcome: success\nproblem: x\n---\n# Result\n",
    )
    (problem,) = built.journal.problems
    course = find_course(problem, built.journal.nodes)
    assert course.reached[Milestone.OPENED].node == f"pull:{REPO}#3"
    assert course.reached[Milestone.MERGED].time == day(4)
    assert Milestone.EXPERIMENT not in course.reached
    keys = {f.key: f.values for f in find_velocity(built.journal).lead_times}
    assert keys["opened-to-merged"] == ((day(4) - day(3)).days,)
    assert keys["problem-to-success"] == ((day(5) - day(2)).days,)
    assert "merged-to-experiment" not in keys


def test_a_post_of_the_same_day_counts_as_later() -> None:
    noon = day(2).replace(hour=12)
    built = build(
        [make_issue(1, labels=["problem:x", "problem"], created_at=noon)],
        result="---\ndate: 2026-02-01\noutcome: failure\nproblem: x\n---\n# Result\n",
    )
    keys = {f.key: f.values for f in find_velocity(built.journal).lead_times}
    assert keys["problem-to-result"] == (0.0,)


# Attribution


def attributed(record: Record, ai_authors: tuple[str, ...] = ()) -> dict[str, float]:
    journal = build([record, make_issue(99, author=HUMAN)]).journal
    found = attribute(record, Kinds(journal, ai_authors))
    return {share: found.find_share(share) for share in Share if found.find_share(share)}


def commit(author: Author | None, *others: Author) -> Commit:
    return Commit(sha="0" * 40, message="m", author=author, co_authors=others)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"author": HUMAN}, {"human": 1}),
        ({"author": AI}, {"ai": 1}),
        ({"author": Author(login="nobody-knows")}, {"unknown": 1}),
        ({"author": None}, {"unknown": 1}),
        ({"author": Author(login="ci[bot]")}, {"bot": 1}),
        ({"author": Author(login="claude-x")}, {"ai": 1}),
        ({"author": HUMAN, "head_ref": "codex/fix-it"}, {"human": 0.5, "ai": 0.5}),
        ({"author": HUMAN, "head_ref": "cod/fix-it"}, {"human": 1}),
        ({"author": HUMAN, "labels": ["AI-generated"]}, {"human": 0.5, "ai": 0.5}),
        ({"author": HUMAN, "labels": ["explainable-ai"]}, {"human": 1}),
        ({"author": HUMAN, "commits": (commit(HUMAN, AI), commit(HUMAN))}, {"human": 0.75, "ai": 0.25}),
        ({"author": HUMAN, "commits": (commit(AI, AI),)}, {"ai": 1}),
        ({"author": HUMAN, "commits": (commit(HUMAN, AI),), "head_ref": "codex/x"}, {"human": 0.5, "ai": 0.5}),
        ({"author": HUMAN, "commits": (commit(None), commit(HUMAN))}, {"human": 0.5, "unknown": 0.5}),
    ],
)  # fmt: skip
def test_whose_work_a_pull_request_is(fields: dict[str, Any], expected: dict[str, float]) -> None:
    found = attributed(make_pull(1, **fields), ("claude*",))
    assert found == pytest.approx(expected)


def test_an_author_of_a_post_whom_nobody_knows_is_unknown() -> None:
    journal = build(a="---\nauthors: [Somebody Else, helper]\n---\n# A\n").journal
    found = find_attributions(journal, ["helper"])
    assert found is not None
    assert found.whole.find_share(Share.UNKNOWN) == 0.5
    assert found.whole.find_share(Share.AI) == 0.5


# Quality


@pytest.mark.parametrize(
    ("published", "values", "verdict"),
    [
        (0.164, (0.5, 0.164062), Verdict.LAST),
        (0.5, (0.5, 0.3, 0.4), Verdict.EXTREME),
        (0.3, (0.5, 0.3, 0.2, 0.4), Verdict.LOGGED),
        (0.31, (0.5, 0.3, 0.4), Verdict.DIFFERENT),
        (0.31, (None, float("nan")), Verdict.NOT_LOGGED),
    ],
)
def test_published_against_logged(
    published: float, values: tuple[float | None, ...], verdict: Verdict
) -> None:
    run = Run(name="r", columns={"Loss": values, "step": tuple(range(len(values)))})
    (found,) = compare_metrics({"loss": Metric(value=published)}, [run])
    assert found.verdict is verdict


def test_tolerance_is_what_the_page_says() -> None:
    assert agrees(100.5, 100)
    assert not agrees(100.51, 100)
    assert agrees(0.0005, 0)
    assert not agrees(0.00051, 0)


def test_without_a_log_nothing_is_compared() -> None:
    assert compare_metrics({"loss": Metric(value=1.0)}, []) == ()


def test_a_hypothesis_counts_only_with_an_older_date() -> None:
    post = "---\ndate: 2026-02-10\noutcome: success\nissues: [1]\nhypothesis: It works.\n---\n# A\n"

    def met(record: Record) -> bool:
        built = build([record], a=post)
        headings = {
            n: [s.heading for s in t.sections if not s.is_empty]
            for n, t in built.book.texts.items()
        }
        (quality,) = find_qualities(built.journal, headings, {})
        return quality.checks[0].is_met

    text = "## Hypothesis\n\nIt works.\n"
    assert met(make_issue(1, body=text, created_at=day(2, 9)))
    assert not met(make_issue(1, body=text, created_at=day(2, 10)))
    assert not met(make_issue(1, body="nothing", created_at=day(2, 9)))
    assert not met(make_issue(1, body="## Hypothesis\n", created_at=day(2, 9)))


def test_a_later_merge_needs_a_known_commit() -> None:
    records = [
        make_issue(1, labels=["problem:x", "problem"], created_at=day(1)),
        make_pull(
            2, body="Fixes #1", created_at=day(1), merged_at=day(2), commits=(commit(HUMAN),)
        ),
        make_pull(3, body="Fixes #1", created_at=day(3), merged_at=day(4)),
    ]
    text = "---\noutcome: success\nproblem: x\ncommit: '{}'\n---\n# A\n"

    def changed(sha: str) -> bool:
        (quality,) = find_qualities(build(records, a=text.format(sha)).journal, {}, {})
        return quality.change is not None

    assert changed("0" * 40)
    assert changed("0" * 7)
    assert not changed("0" * 6)
    assert not changed("f" * 40)


# Knowledge


def knowledge(built: Build) -> Any:
    return find_knowledge(built.journal, {n: t.sections for n, t in built.book.texts.items()})


def test_a_step_is_taken_up_only_by_what_came_later() -> None:
    post = (
        "---\ndate: 2026-03-01\n---\n# A\n\n## Next steps\n\n"
        "- [x] ticked\n- later #5\n- earlier #4\n- see [the other](b.md)\n- [ ] nothing\n"
    )
    built = build(
        [make_issue(4, created_at=day(1)), make_issue(5, created_at=day(3, 2))],
        a=post,
        b="---\ndate: 2026-04-01\n---\n# B\n",
    )
    still_open = {step.text for step in knowledge(built).steps if step.is_open}
    assert still_open == {"earlier #4", "nothing"}


def test_a_failure_recurs_from_two_on_and_names_what_helped() -> None:
    def post(number: int, outcome: str) -> str:
        return (
            f"---\ndate: 2026-0{number}-01\noutcome: {outcome}\ntags: [Drift]\n---\n# P{number}\n\n"
            "## Key learnings\n\n- **Root cause: too hot.** Really.\n- Cool it.\n"
        )

    one = build(a=post(1, "failure"), b=post(2, "success"))
    assert knowledge(one).recurrences == ()
    two = build(a=post(1, "failure"), b=post(3, "success"), c=post(2, "inconclusive"))
    (found,) = knowledge(two).recurrences
    assert (found.failed, found.remedies) == (("post:a", "post:c"), ("post:b",))
    assert {cause.text for cause in found.causes} == {"Root cause: too hot. Really."}
    assert {item.text for item in found.learnings} == {"Cool it."}


def test_no_best_value_without_a_direction_or_with_two_units() -> None:
    def post(unit: str, better: str) -> str:
        return f"---\nmetrics: {{m: {{value: 1, unit: {unit}{better}}}}}\n---\n# P\n"

    def bests(first: str, second: str) -> int:
        (term,) = knowledge(build(a=first, b=second)).glossary
        return sum(reading.is_best for reading in term.readings)

    assert bests(post("s", ", better: lower"), post("s", ", better: lower")) == 2
    assert bests(post("s", ""), post("s", "")) == 0
    assert bests(post("s", ", better: lower"), post("s", ", better: higher")) == 0
    assert bests(post("s", ", better: lower"), post("ms", ", better: lower")) == 0


def alike_texts() -> dict[str, str]:
    texts = {
        f"n{number}": f"Unrelated words number{number} about topic{number}." for number in range(9)
    }
    texts["a"] = "The generator collapses to punctuation after warmup"
    texts["b"] = "Collapsed generators write punctuation only, even with warmup"
    return texts


def test_texts_that_are_alike_and_the_words_that_decided() -> None:
    (pair,) = find_alike(alike_texts()) or ()
    assert (pair.node, pair.other) == ("a", "b")
    assert set(pair.words) == {"generator", "collapses", "punctuation", "warmup"} or set(
        pair.words
    ) == {"generator", "collapsed", "punctuation", "warmup"}
    assert 0.2 <= pair.score <= 1


def test_only_pairs_with_a_wanted_text_are_looked_for() -> None:
    """How alike two texts are does not depend on what is wanted, but on all texts."""
    records = load_dump("ik_llama")[1]
    texts = {record.node: f"{record.title}\n{record.body}" for record in records}
    everything = find_alike(texts) or ()
    assert len(everything) > 20
    for wanted in ([], everything[0][:1], everything[0][1:2], list(texts)[::7], list(texts)):
        expected = [p for p in everything if p.node in wanted or p.other in wanted]
        assert [*find_alike(texts, wanted)] == expected


def test_only_the_prose_of_a_text_is_compared() -> None:
    text = (
        "One `code` ~~~ two\n"
        "```python\nhidden = 1\n`````\n"
        "~~~~ sh\nhidden\n~~~\nhidden\n~~~~~\n"
        "three https://hidden.example/#x <!-- hidden\nhidden --> four\n"
        "  ``` five\n``six``\n"
        "````\nhidden\n```\nhidden"
    )
    (found,) = clean_texts({"a": text}).values()
    assert re.findall(r"\w+", found) == ["One", "code", "two", "three", "four", "five", "six"]


def test_three_words_of_a_short_text_are_chance() -> None:
    texts = alike_texts() | {"c": "Zebra and okapi, gnu", "d": "A gnu, an okapi: no zebra"}
    assert [(pair.node, pair.other) for pair in find_alike(texts) or ()] == [("a", "b")]


def test_status_lines_of_posts_do_not_make_them_alike() -> None:
    lines = "**Status**: running draft\n\n**Date:** today\n\n**Type**: quagga\n\n"
    posts = {f"p{number}": f"# Own{number}\n\n{lines}Text{number}.\n" for number in range(2)}
    other = [make_issue(n, f"Number{n}", f"Words{n} here{n}") for n in range(1, 9)]
    assert not knowledge(build(other, **posts)).echoes


def test_a_run_with_several_addresses_is_listed_once() -> None:
    texts = {
        "a": ['<a href="https://huggingface.co/lab/model/tree/main">x</a>'],
        "b": ['<a href="https://huggingface.co/lab/model">x</a>'],
        "c": ['<a href="http://one.example/#/experiments/1/runs/2">x</a>'],
        "d": ['<a href="http://two.example/#/experiments/1/runs/2">x</a>'],
    }
    named = {node: find_trackers(html) for node, (html,) in texts.items()}
    found = find_named_runs(named)
    assert [(run.link.url, run.nodes) for run in found] == [
        ("https://huggingface.co/lab/model", ("a", "b")),
        ("http://one.example/#/experiments/1/runs/2", ("c",)),
        ("http://two.example/#/experiments/1/runs/2", ("d",)),
    ]


def test_unknown_shares_are_left_out_with_a_reason() -> None:
    built = build([make_issue(1, labels=["problem"], author=Author(login="ann"))], a="# A\n")
    page = page_of(built, "insights/people/index")
    assert "Nothing in the data says who is human" in page
    assert 'id="roles"' not in page
    assert "nobody is named" in page
    assert "a deleted account" not in page


def test_alike_does_not_depend_on_the_order_of_the_texts() -> None:
    texts = alike_texts()
    assert find_alike(texts) == find_alike(dict(reversed(texts.items())))


def test_lines_of_an_issue_form_do_not_make_texts_alike() -> None:
    form = "I searched the tracker thoroughly\nI followed the contribution handbook carefully\n"
    texts = {f"n{number}": f"{form}single{number} other{number}" for number in range(12)}
    assert find_alike(texts) == ()
    texts = {name: text.replace(form, "") for name, text in texts.items()}
    assert find_alike(texts) == ()


def test_linked_texts_are_not_announced_again() -> None:
    fillers = [make_issue(n, f"Unrelated words number{n} about topic{n}") for n in range(3, 12)]
    titles = list(alike_texts().values())[-2:]

    def echoes(body: str) -> int:
        pair = [
            make_issue(1, titles[0], created_at=day(1)),
            make_issue(2, titles[1], body, created_at=day(2)),
        ]
        return len(knowledge(build([*pair, *fillers])).echoes)

    assert echoes("") == 1
    assert echoes("See #1.") == 0


# Items, trackers, run logs


def test_items_and_boxes() -> None:
    html = (
        '<p>Intro <code>x</code></p><ul><li><label><input type="checkbox" disabled checked></label>'
        ' <p>One <a data-ref="o/r#5" data-tail="" data-href="">#5</a></p><ul><li>Inner</li></ul></li>'
        '<li><input type="checkbox" disabled> Two <a href="https://e.example/x">x</a></li></ul>'
        "<pre><code><li>no</li></code></pre>"
    )
    found = find_items(html)
    assert [(i.text, i.ticked, i.is_listed) for i in found] == [
        ("Intro x", None, False),
        ("One #5", True, True),
        ("Inner", None, True),
        ("Two x", False, True),
    ]
    assert [str(target) for target in found[1].targets] == ["o/r#5"]
    assert found[3].links == ("https://e.example/x",)
    assert count_boxes(html) == (1, 2)


@pytest.mark.parametrize(
    ("address", "tracker", "kind", "name"),
    [
        ("https://wandb.ai/lab/model/runs/ab12cd34?nw=x", Tracker.WANDB, "run", "lab/model/runs/ab12cd34"),
        ("https://wandb.ai/lab/model/sweeps/zz9", Tracker.WANDB, "sweep", "lab/model/sweeps/zz9"),
        ("https://wandb.ai/lab/model", Tracker.WANDB, "project", "lab/model"),
        ("https://mlflow.lab.example/#/experiments/3/runs/0af5", Tracker.MLFLOW, "run", "experiments/3/runs/0af5"),
        ("http://127.0.0.1:5000/ml/#/experiments/3", Tracker.MLFLOW, "experiment", "experiments/3"),
        ("https://tensorboard.dev/experiment/EDZb7XgKSBKo6Gznh3i8hg/#scalars", Tracker.TENSORBOARD, "experiment", "EDZb7XgKSBKo6Gznh3i8hg"),
        ("http://gpu-7:6006/#timeseries", Tracker.TENSORBOARD, "dashboard", "gpu-7:6006"),
        ("https://huggingface.co/spaces/lab/trackio?project=p", Tracker.TRACKIO, "dashboard", "lab/trackio"),
        ("https://lab-trackio.hf.space/?project=p", Tracker.TRACKIO, "dashboard", "lab-trackio"),
        ("https://huggingface.co/lab/small-model/tree/main", Tracker.HUGGING_FACE, "model", "lab/small-model"),
        ("https://huggingface.co/datasets/lab/corpus", Tracker.HUGGING_FACE, "dataset", "lab/corpus"),
        ("https://huggingface.co/jobs/lab/687f911e", Tracker.HUGGING_FACE, "job", "lab/687f911e"),
        ("https://console.cloud.google.com/ai/platform/locations/us-central1/training/123?project=9", Tracker.VERTEX, "training job", "locations/us-central1/training/123"),
        ("https://console.cloud.google.com/vertex-ai/locations/us-central1/pipelines/runs/p-1?project=9", Tracker.VERTEX, "pipeline run", "locations/us-central1/pipelines/runs/p-1"),
    ],
)  # fmt: skip
def test_trackers_by_address(address: str, tracker: Tracker, kind: str, name: str) -> None:
    found = type_address(address)
    assert found is not None
    assert (found.tracker, found.kind, found.name, found.url) == (tracker, kind, name, address)


@pytest.mark.parametrize(
    "address",
    [
        "https://huggingface.co/docs/transformers",
        "https://huggingface.co/lab",
        "https://wandb.ai/",
        "https://evil.example/?x=https://wandb.ai/lab/model/runs/1",
        "https://notwandb.ai.example/lab/model/runs/1",
        "javascript:alert(1)//wandb.ai/lab/model/runs/1",
        "https://github.com/lab/model/experiments/3",
    ],
)
def test_other_addresses_are_no_trackers(address: str) -> None:
    assert type_address(address) is None


def test_job_ids_in_texts_and_attachments() -> None:
    html = (
        "<p>Submitted batch job 4711<br>job_id: ab-12.<br>"
        "projects/p-1/locations/us-central1/customJobs/998</p>"
        '<a href="https://github.com/user-attachments/files/1/log.txt">log.txt</a>'
        '<img src="https://github.com/user-attachments/assets/9f"><a href="https://github.com/lab">x</a>'
    )
    found = {(link.tracker, link.name) for link in find_trackers(html)}
    assert found == {
        (Tracker.SLURM, "4711"),
        (Tracker.JOB, "ab-12"),
        (Tracker.VERTEX, "projects/p-1/locations/us-central1/customJobs/998"),
    }
    assert find_attachments(html) == (
        "https://github.com/user-attachments/files/1/log.txt",
        "https://github.com/user-attachments/assets/9f",
    )


def run_log(*hours: int, state: State = State.OPEN, until: int = 0) -> Any:
    start = day(3)
    comments = tuple(
        Comment(author=HUMAN, body=f"status: running\nepoch: {hour}\nloss: 0.{hour + 1}",
                created_at=start.replace(hour=hour))
        for hour in hours
    )  # fmt: skip
    issue = replace(
        make_issue(1, labels=["experiment"], state=state, created_at=start), comments=comments
    )
    later = make_issue(2, created_at=start.replace(day=1 + until))
    built = build([issue, later])
    texts = {n: [str(b.html) for b in (t.body, *t.comments)] for n, t in built.book.texts.items()}
    (log,) = find_run_logs(built.journal, texts, Vocabulary())
    return log


def test_a_silent_run_stalls() -> None:
    assert run_log(1, 2, 3, until=3).is_stalled
    assert not run_log(1, 2, 3, until=1).is_stalled
    assert not run_log(1, 2, 3, until=3, state=State.CLOSED).is_stalled
    assert not run_log(1, 2, until=3).is_stalled, "two pauses tell nothing usual"


def test_a_run_log_tells_states_and_numbers() -> None:
    log = run_log(1, 2, 3)
    assert [update.status for update in log.changes] == ["running"]
    assert [update.readings["loss"].value for update in log.updates[1:]] == [0.2, 0.3, 0.4]
    assert log.elapsed.total_seconds() == 3 * 3600


# Pages


def test_the_option_writes_none() -> None:
    built = build([make_issue(1)], settings={"insights": False})
    assert not [page.uri for page in built.pages if "insights" in page.uri]
    assert "insights" not in page_of(built, "index")


def test_an_empty_journal_has_one_page_that_says_so() -> None:
    built = build()
    assert [p.uri for p in built.pages if "insights" in p.uri] == ["journal/insights/index.md"]
    assert "nothing to count yet" in page_of(built, "insights/index")


@pytest.mark.parametrize("name", ["demo", "tls13-spec"])
def test_every_link_between_generated_pages_holds(name: str) -> None:
    """So every number leads to what it counts: page and anchor exist."""
    built = build_demo() if name == "demo" else build_dump(name)
    links = built.book.links
    pages = {f"https://s/{links.url_of(page.uri)}": str(page.html) for page in built.pages}
    checked = 0
    for page in built.pages:
        if "/insights" not in page.uri:
            continue
        base = f"https://s/{links.url_of(page.uri)}"
        for address in re.findall(r'<a[^>]* href="([^"]*)"', str(page.html)):
            url, anchor = urldefrag(urljoin(base, address.replace("&amp;", "&")))
            if url.startswith("https://s/journal/"):
                assert url in pages, (page.uri, address)
                assert not anchor or f'id="{anchor}"' in pages[url], (page.uri, address)
                checked += 1
    assert checked > 50


def test_each_count_is_the_length_of_its_list() -> None:
    """What the overview says of a figure is the number of lines on the pages that it leads to."""
    built = build_dump("tls13-spec")
    for figure in find_velocity(built.journal).figures:
        name = f"journal/insights/counted/{figure.key}"
        pages = [p for p in built.pages if re.fullmatch(rf"{name}(-\d+)?\.md", p.uri)]
        lines = sum(len(re.findall(r'<li id="value-\d+">', str(page.html))) for page in pages)
        assert lines == len(figure.samples)
        assert f">{len(figure.samples)}</a>" in page_of(built, "insights/index")


def test_hostile_texts_stay_texts() -> None:
    posts = {
        f"p{number}": "---\noutcome: failure\ntags: ['x\"><script>alert(1)</script>']\n"
        f"authors: ['<img src=x onerror=alert({number})>']\n"
        "metrics: {'<b onclick=alert(1)>': 3}\n---\n# P\n\n## Next steps\n\n- <script>alert(1)</script>\n\n"
        "## Root cause\n\n- <img src=x onerror=alert(1)>\n"
        for number in range(2)
    }
    records = [
        make_issue(number, text, "status: <script>alert(1)</script>", labels=["experiment", text],
                   author=Author(login=text), created_at=day(1), comments=[f"status: {text}\nloss: 1"])
        for number, text in enumerate(SHORT_TEXTS, start=1)
    ]  # fmt: skip
    built = build(records, **posts)
    pages = [str(page.html) for page in built.pages if "insights" in page.uri]
    assert len(pages) > 5
    for html in pages:
        tags = re.findall(r"<[a-zA-Z][^>]*>", html)
        assert not [
            tag for tag in tags if tag.lower().startswith(("<script", "<b ", "<svg onload"))
        ]
        assert not [t for t in tags if re.search(r"\son\w+=", re.sub(r'"[^"]*"', '""', t))]
        assert 'href="javascript:' not in html


def test_the_same_inputs_give_the_same_pages() -> None:
    build_demo.cache_clear()
    first = build_demo().pages
    build_demo.cache_clear()
    assert build_demo().pages == first


def unfinished_pair(**settings: object) -> Build:
    """An open issue and a running post that each look like something older."""
    texts = list(alike_texts().values())
    fillers = [make_issue(n, texts[n - 3], state=State.CLOSED) for n in range(3, 12)]
    old = "Quagga herds graze near frozen lakes in winter"
    records = [
        make_issue(1, texts[-2], state=State.CLOSED, labels=["problem"], created_at=day(1)),
        make_issue(2, texts[-1], created_at=day(2)),
        make_issue(12, old, state=State.CLOSED, created_at=day(1)),
    ]
    post = "---\nstatus: running\ndate: 2026-03-01\n---\n# Frozen lakes, quagga herds and winter graze\n"
    return build([*records, *fillers], settings=settings or None, herd=post)


def test_what_an_open_issue_looks_like_stands_on_its_page() -> None:
    page = page_of(unfinished_pair(), "issues/2")
    line = next(line for line in page.splitlines() if "This looks like" in line)
    assert 'href="../1/"' in line
    assert "problems/" in line
    assert re.search(r'insights/knowledge/#alike">\d+\s%</a> alike, by the words: ', line)
    assert "punctuation" in line
    assert "warmup" in line
    assert "This looks like" not in page_of(unfinished_pair(), "issues/1")


def test_what_a_running_post_looks_like_stands_in_its_footer() -> None:
    built = unfinished_pair()
    (post,) = built.journal.posts
    found = str(render_footer(built.book.place_of(post), post))
    assert 'issues/12/"' in found.split("This looks like")[1]
    assert "quagga" in found


def test_without_insights_no_page_says_what_it_looks_like() -> None:
    built = unfinished_pair(insights=False)
    assert "This looks like" not in page_of(built, "issues/2")
    (post,) = built.journal.posts
    assert "This looks like" not in str(render_footer(built.book.place_of(post), post))


def steps_of(step: str, *later: Record, follower: str = "") -> list[Any]:
    """The steps of a post of January, with records and perhaps a post that came later."""
    first = f"---\ndate: 2026-01-05\n---\n# First\n\n## Next steps\n\n- {step}\n"
    posts = {"first": first} | ({"second": follower} if follower else {})
    return list(knowledge(build(later, **posts)).steps)


@pytest.mark.parametrize(
    ("step", "title", "taken"),
    [
        ("Repeat the comparison of the switches with 5 seeds", "Repeat comparison of switches: 5 seeds", True),
        ("Collect larger corpora for the tokenizer training.", "Tokenizer training: collect larger corpora", True),
        ("Repeat the comparison of the switches with 5 seeds", "Repeat comparison of switches: 7 seeds", False),
        ("Train the denoiser with learned rounding", "Train the denoiser without learned rounding", False),
        ("Train the denoiser with learned rounding", "Do not train the denoiser with learned rounding", False),
        ("Train the denoiser with learned rounding", "Train the denoiser with learned scaling", False),
        ("Train the denoiser with learned rounding", "Revert: train the denoiser with learned rounding", False),
        ("Fix a typo in the text", "Fix a typo in the text", False),
        ("Find the cause", "Find the cause", False),
        ("Use a lower learning rate for warmup", "Use a higher learning rate for warmup", False),
    ],
)  # fmt: skip
def test_a_later_title_takes_a_step_up_only_in_the_same_words(
    step: str, title: str, *, taken: bool
) -> None:
    (found,) = steps_of(step, make_issue(7, title, created_at=day(2)))
    assert found.is_open is not taken
    if taken:
        (evidence,) = found.taken
        assert evidence.node == f"issue:{REPO}#7"
        assert "same words" in evidence.why
        assert step.split(maxsplit=1)[0].casefold() in evidence.why or "tokenizer" in evidence.why


def test_every_title_that_says_the_same_is_found() -> None:
    """Few titles are compared with a step; they are the same as if all of them were."""
    words = ["denoiser", "sampler", "rounding", "warmup", "epoch", "batch", "tokenizer", "not"]
    texts = [" ".join(some) for size in (4, 5, 6, 7) for some in combinations(words, size)]
    records = [make_issue(n, title, created_at=day(2)) for n, title in enumerate(texts[::5], 7)]
    restatements = Restatements(build(records, settings={"insights": False}).journal)
    counts = set()
    for text in texts:
        same = [r for r in records if is_same(find_words(text), find_words(r.title))]
        found = [r for r, _, _ in restatements.find(make_issue(1, created_at=day(1)), text)]
        assert found == (sorted(same, key=attrgetter("node")) if len(same) <= MOST else [])
        counts.add(len(found))
    assert counts == {0, 1, 2}


def test_an_earlier_title_and_a_phrase_of_many_take_nothing_up() -> None:
    step = "Add myself to contributors list"
    same = [make_issue(n, step, created_at=day(2, n)) for n in (7, 8, 9)]
    assert steps_of(step, *same)[0].is_open
    assert not steps_of(step, *same[:2])[0].is_open
    early = make_issue(7, step, created_at=datetime(2025, 12, 1, tzinfo=UTC))
    assert steps_of(step, early)[0].is_open


def test_a_post_that_follows_takes_up_what_its_hypothesis_states() -> None:
    step = "Freeze the embedding layer early"
    hypothesis = (
        "If we freeze the embedding layer early, the shares stay above those of the corpus."
    )
    post = f"---\ndate: 2026-02-01\nFOLLOWShypothesis: {hypothesis}\n---\n# Second\n"
    (found,) = steps_of(step, follower=post.replace("FOLLOWS", "follows: first\n"))
    (evidence,) = found.taken
    assert evidence.node == "post:second"
    assert evidence.why == ("follows it and states it: same words freeze, embedding, layer, early")
    assert steps_of(step, follower=post.replace("FOLLOWS", ""))[0].is_open
    turned = post.replace("FOLLOWS", "follows: first\n").replace("we freeze", "we do not freeze")
    assert steps_of(step, follower=turned)[0].is_open
