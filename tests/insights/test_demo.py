"""The demo's insights, recomputed from its files: JSON, YAML, CSV and Markdown, in plain loops."""

from __future__ import annotations

import csv
import json
import re
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
import yaml

from journal_plugin.attribution import Share
from journal_plugin.contributors import find_attributions
from journal_plugin.knowledge import find_knowledge
from journal_plugin.logged import Verdict
from journal_plugin.quality import find_qualities
from journal_plugin.restated import Restatements
from journal_plugin.velocity import find_velocity
from journal_plugin.vocabulary import Phase
from tests.support.demo import REPO, ROOT, build_demo, load_demo_runs
from tests.support.make import page_of

RECORDS = {
    int(path.stem): json.loads(path.read_text(encoding="utf-8"))
    for path in (ROOT / ".journal" / REPO).glob("[0-9]*.json")
}


def _post(path: str) -> tuple[dict[str, Any], str]:
    _, front, body = (ROOT / "docs" / "posts" / path).read_text(encoding="utf-8").split("---\n", 2)
    return yaml.safe_load(front), body


POSTS = {path.stem: _post(path.name) for path in sorted((ROOT / "docs" / "posts").glob("*.md"))}


def moment(text: str | date) -> datetime:
    if isinstance(text, date):
        return datetime(text.year, text.month, text.day, tzinfo=UTC)
    return datetime.fromisoformat(text)


def days(start: Any, end: Any) -> float:
    return (moment(end) - moment(start)).total_seconds() / 86400


def velocity() -> dict[str, Any]:
    return {figure.key: figure for figure in find_velocity(build_demo().journal).figures}


def test_lead_times() -> None:
    """The problem is #18, the pull request after it #19, its experiment #20, then the post."""
    result = POSTS["mode-collapse-prevention"][0]["date"]
    expected = {
        "opened-to-merged": days(RECORDS[19]["createdAt"], RECORDS[19]["mergedAt"]),
        "merged-to-experiment": days(RECORDS[19]["mergedAt"], RECORDS[20]["createdAt"]),
        "experiment-to-result": days(RECORDS[20]["createdAt"], result),
        "problem-to-result": days(RECORDS[18]["createdAt"], result),
        "problem-to-success": days(RECORDS[18]["createdAt"], result),
    }
    found = velocity()
    assert {key: found[key].values for key in expected} == {
        key: (pytest.approx(value),) for key, value in expected.items()
    }


def test_records() -> None:
    closed = [
        days(r["createdAt"], r["closedAt"])
        for r in RECORDS.values()
        if r["kind"] == "issue" and r["closedAt"]
    ]
    merged = [days(r["createdAt"], r["mergedAt"]) for r in RECORDS.values() if r["kind"] == "pull"]
    assert velocity()["issue-to-closed"].values == pytest.approx(sorted(closed))
    assert velocity()["pull-to-merged"].values == pytest.approx(sorted(merged))
    (still_open,) = [r["number"] for r in RECORDS.values() if r["state"] == "open"]
    latest = max(moment(r["updatedAt"]) for r in RECORDS.values())
    (sample,) = velocity()["open-issues"].samples
    assert sample.nodes == (f"issue:{REPO}#{still_open}",)
    assert sample.value == pytest.approx(days(RECORDS[still_open]["createdAt"], latest.isoformat()))


def test_outcomes_and_rounds() -> None:
    counts: dict[str, int] = {}
    for front, _ in POSTS.values():
        if "outcome" in front:
            counts[front["outcome"]] = counts.get(front["outcome"], 0) + 1
    groups = velocity()["outcomes"].find_groups()
    assert {name: len(samples) for name, samples in groups.items()} == counts
    in_order = sorted((f["date"], f["outcome"]) for f, _ in POSTS.values() if "outcome" in f)
    attempts = [outcome for _, outcome in in_order]
    assert velocity()["rounds-to-success"].values == (attempts.index("success") + 1,)


def _share_of_pull(number: int) -> float:
    """The AI's part of a pull request, commit by commit."""
    parts = []
    for commit in RECORDS[number]["commits"]:
        people = [commit["author"], *commit["coAuthors"]]
        parts.append(sum(person["kind"] == "ai" for person in people) / len(people))
    return sum(parts) / len(parts)


def test_shares() -> None:
    kinds = {"quill-assistant": "ai"}
    shares = {
        f"post:{slug}": sum(kinds.get(name) == "ai" for name in front["authors"])
        / len(front["authors"])
        for slug, (front, _) in POSTS.items()
    }
    for number, record in RECORDS.items():
        if record["state"] == "open":
            continue  # it belongs to no problem yet
        node = f"{record['kind']}:{REPO}#{number}"
        is_pull = record["kind"] == "pull"
        shares[node] = (
            _share_of_pull(number) if is_pull else float(record["author"]["kind"] == "ai")
        )
    found = find_attributions(build_demo().journal)
    assert found is not None
    assert {i.node: i.find_share(Share.AI) for i in found.whole.items} == pytest.approx(shares)
    assert found.whole.find_share(Share.AI) == pytest.approx(sum(shares.values()) / len(shares))
    pulls = [shares[node] for node in shares if node.startswith("pull:")]
    by_phase = found.by_phase[Phase.IMPLEMENTATION]
    assert by_phase.find_share(Share.AI) == pytest.approx(sum(pulls) / len(pulls))
    for item in found.whole.items:
        assert sum(part.weight for part in item.parts) == pytest.approx(1)


def test_comments_of_each_person() -> None:
    counts: dict[str, int] = {}
    for record in RECORDS.values():
        for comment in record["comments"]:
            login = comment["author"]["login"]
            counts[login] = counts.get(login, 0) + 1
    found = find_attributions(build_demo().journal)
    assert found is not None
    shown = {p.name: sum(n for _, n in p.comments) for p in found.people if p.comments}
    assert shown == counts


def test_published_numbers_against_the_logs() -> None:
    """Read by the csv module: the last row of each file, rounded as the post rounds."""
    qualities = find_qualities(build_demo().journal, {}, load_demo_runs())
    compared = {q.post.slug: {c.metric: c for c in q.comparisons} for q in qualities}
    checked = 0
    for slug, (front, _) in POSTS.items():
        if "data" not in front:
            continue
        with (ROOT / front["data"]).open(encoding="utf-8") as file:
            last = list(csv.DictReader(file))[-1]
        for name, metric in front["metrics"].items():
            assert round(float(last[name]), 3) == pytest.approx(metric["value"], abs=5e-4)
            comparison = compared[slug][name]
            assert comparison.last == float(last[name])
            assert comparison.verdict is Verdict.LAST
            checked += 1
    assert checked == sum(len(found) for found in compared.values()) == 12


def test_code_that_changed_since_a_result() -> None:
    """A commit of #13, and #19 was merged after #13."""
    commit = POSTS["learned-rounding"][0]["commit"]
    assert commit in {c["sha"] for c in RECORDS[13]["commits"]}
    assert RECORDS[19]["mergedAt"] > RECORDS[13]["mergedAt"]
    qualities = find_qualities(build_demo().journal, {}, {})
    changes = {q.post.slug: q.change for q in qualities if q.change}
    assert set(changes) == {"learned-rounding"}
    assert changes["learned-rounding"].measured == f"pull:{REPO}#13"
    (later,) = changes["learned-rounding"].later
    assert (later.node, later.in_problem) == (f"pull:{REPO}#19", True)
    page = page_of(build_demo(), "insights/quality")
    assert "Merged on" in page
    assert "a reason to look, not a proof" in page


def test_steps() -> None:
    """The boxes under `Next steps`, read from the Markdown."""
    boxes = []
    for _, body in POSTS.values():
        section = body.split("## Next steps", 1)[-1] if "## Next steps" in body else ""
        boxes += re.findall(r"^- \[([ x])\]", section, re.MULTILINE)
    found = _knowledge().steps
    assert sum(step.ticked for step in found) == boxes.count("x") == 4
    asked = RECORDS[21]["body"].split("### Open questions")[1].strip().splitlines()
    texts = [f"- {step.text}" for step in found]
    assert [text for text in texts if text in asked] == asked
    steps = [step for step, text in zip(found, texts, strict=True) if text not in asked]
    assert sum(step.is_open for step in steps) == boxes.count(" ") == 4


def test_a_later_issue_takes_up_a_step_of_the_demo() -> None:
    """The last post asks for more seeds: the same words tick it, other numbers and words do not."""
    built, step = build_demo(), "Repeat the comparison of the switches with more seeds"
    post = next(p for p in built.journal.posts if p.slug == "mode-collapse-prevention")
    assert step in POSTS["mode-collapse-prevention"][1]
    last = built.journal.records[max(built.journal.records)]
    for title, taken in (
        ("More seeds: repeat the comparison of switches", True),
        ("Repeat the comparison of the switches with fewer seeds", False),
        ("Compare the seeds", False),
    ):
        later = replace(last, title=title)
        journal = replace(built.journal, nodes={**built.journal.nodes, last.node: later})
        found = [node.node for node, _, _ in Restatements(journal).find(post, step)]
        assert found == ([last.node] if taken else [])


def test_best_values() -> None:
    for term in _knowledge().glossary:
        values = [
            (front["metrics"][term.name]["value"], front["metrics"][term.name]["better"])
            for front, _ in POSTS.values()
            if term.name in front.get("metrics", {})
        ]
        assert len(term.readings) == len(values) == 3
        pick = max if values[0][1] == "higher" else min
        best = {r.metric.value for r in term.readings if r.is_best}
        assert best == {pick(value for value, _ in values)}


def test_recurring_failure_with_its_cause_and_remedy() -> None:
    (found,) = _knowledge().recurrences
    assert set(found.names) == {"mode-collapse", "text-diffusion"}
    assert found.failed == ("post:baseline", "post:learned-rounding")
    assert found.remedies == ("post:mode-collapse-prevention",)
    causes = [(cause.node, cause.text) for cause in found.causes]
    assert any(n == "post:mode-collapse-prevention" and "learning rate" in t for n, t in causes)
    assert any(n.endswith("#18") and t.startswith("Token bias.") for n, t in causes)


def test_an_issue_that_looks_like_an_earlier_failure() -> None:
    """#21 names no other record; the words that it shares with the post are in both files."""
    (echo,) = _knowledge().echoes
    assert (echo.node, echo.like) == (f"issue:{REPO}#21", "post:baseline")
    assert "blanks" in echo.likeness.words
    post = POSTS["baseline"][1].casefold()
    issue = f"{RECORDS[21]['title']} {RECORDS[21]['body']}".casefold()
    assert all(word in post and word in issue for word in echo.likeness.words)
    page = page_of(build_demo(), "issues/21")
    line = next(line for line in page.splitlines() if "This looks like" in line)
    assert "posts/baseline/" in line
    assert "problems/mode-collapse/" in line
    assert f"alike, by the words: {', '.join(echo.likeness.words)}<" in line
    assert re.search(rf">{100 * echo.likeness.score:.0f}\s%<", line)


def _knowledge() -> Any:
    built = build_demo()
    return find_knowledge(built.journal, {n: t.sections for n, t in built.book.texts.items()})


def test_run_log_of_the_tracking_issue() -> None:
    page = page_of(build_demo(), "insights/runs")
    comments = RECORDS[20]["comments"]
    states = [
        line.partition(":")[2].strip()
        for comment in comments
        for line in comment["body"].splitlines()
        if line.startswith("status:")
    ]
    assert states[0] == "queued"
    assert states[-1] == "complete"
    positions = [page.index(f"status-{name}") for name in ("planned", "running", "complete")]
    assert positions == sorted(positions)
    ticked = RECORDS[20]["body"].count("- [x]")
    assert f"{ticked} of {ticked} boxes ticked" in page
    assert "stalled</span>" not in page
