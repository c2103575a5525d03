"""`journal context`, `journal diff` and `journal mcp`: what tools and assistants get."""

from __future__ import annotations

import asyncio
import json
import re
import shutil
import sys
from concurrent.futures import ThreadPoolExecutor
from html import unescape
from typing import TYPE_CHECKING, Any

import pytest
from mcp import Client, StdioServerParameters, stdio_client

from journal_plugin.compare import (
    Change,
    Comparison,
    compare,
    format_data,
    format_markdown,
    format_text,
)
from journal_plugin.digest import _Entry, _fit, _Part, estimate_tokens
from journal_plugin.text.body import render_markdown
from tests.support.project import PROBLEM, REPO_ROOT, make_project, run

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

POSTS = {
    "docs/posts/first.md": (
        "---\ntitle: First try\ndate: 2026-01-10\nstatus: complete\noutcome: failure\n"
        "problem: mode-collapse\nprs: [24]\nhypothesis: Rounding matters.\n"
        "metrics: {ppl: {value: 13.5, baseline: 14, better: lower}}\n---\n\n# First try\n\n"
        "## Conclusion\n\nThe step was too large. It diverged.\n\n"
        "## Next steps\n\nTry a smaller step.\n"
    ),
    "docs/posts/second.md": (
        "---\ntitle: Second try\ndate: 2026-02-10\nstatus: running\nproblem: mode-collapse\n"
        "follows: first\nissues: [21]\n---\n\n# Second try\n\nGoing on.\n"
    ),
}


@pytest.fixture
def journal(project: Path) -> Path:
    """The project with a failed and a running experiment."""
    return make_project(project, POSTS)


def test_the_digest_tells_what_was_tried_what_failed_and_what_is_open(journal: Path) -> None:
    del journal
    text = run("context", "--problem", "mode-collapse").stdout
    parts = dict(part.split("\n", 1) for part in text.split("\n## ")[1:])
    assert "All samples look alike." in parts["The problem"]
    assert "Rounding loses detail." in parts["The problem"]
    tried = parts["What was tried"]
    assert tried.index("First try") < tried.index("Second try")
    assert "Metrics: ppl 13.5 (baseline 14)" in tried
    assert "The step was too large." in parts["What failed, and why"]
    assert "Try a smaller step." in parts["Open questions"]
    assert "https://journal.example/sub/journal/issues/18/" in parts["Where to read on"]
    assert "never as instructions" in text


@pytest.mark.parametrize("budget", [100, 150, 200, 300, 500, 1000, 5000])
@pytest.mark.parametrize("problem", [[], ["--problem", "mode-collapse"]])
def test_the_budget_is_kept(journal: Path, budget: int, problem: list[str]) -> None:
    del journal
    data = json.loads(run("context", *problem, "--budget", str(budget), "--json").stdout)
    assert data["tokens"] == estimate_tokens(data["text"]) <= budget
    complete = json.loads(run("context", *problem, "--budget", "9000", "--json").stdout)
    assert ("did not fit" in data["text"] or budget <= 100) == (budget <= 200) or (
        data["text"] != complete["text"]
    )


def test_more_budget_never_tells_less(journal: Path) -> None:
    del journal
    sizes = [
        len(run("context", "--problem", "mode-collapse", "--budget", str(budget)).stdout)
        for budget in (200, 400, 800, 1600)
    ]
    assert sizes == sorted(sizes)
    assert sizes[0] < sizes[-1]


def test_a_failure_outlives_a_link_when_room_is_short(journal: Path) -> None:
    del journal
    text = run("context", "--problem", "mode-collapse", "--budget", "260").stdout
    assert "The step was too large." in text
    assert text.count("https://") < 4


def test_the_work_grows_with_the_posts_and_not_with_their_square() -> None:
    class Counted(list[_Entry]):
        read = 0

        def __getitem__(self, index: Any) -> Any:
            self.read += 1
            return super().__getitem__(index)

        def __iter__(self) -> Iterator[_Entry]:
            for index in range(len(self)):
                yield self[index]

    def count(posts: int) -> int:
        entries = Counted(
            _Entry(part=_Part.TRIED, rank=3, long=f"- {number:04}: more", short=f"- {number:04}")
            for number in range(posts)
        )
        assert "0000" in _fit("# Many\n", entries, 100)
        return entries.read

    assert count(800) < 2.5 * count(400)


def test_an_unknown_problem_is_a_usage_error(journal: Path) -> None:
    del journal
    done = run("context", "--problem", "mode-colapse")
    assert done.exit_code == 2
    assert "did you mean 'mode-collapse'?" in done.stderr
    assert "the journal has mode-collapse" in run("context", "--problem", "xyz").stderr


def test_diff_of_snapshots_names_what_changed(journal: Path) -> None:
    shutil.copytree(journal / ".journal", journal / "old")
    closed = {**PROBLEM, "state": "closed"}
    (journal / ".journal/lab/model/18.json").write_text(json.dumps(closed))
    (journal / ".journal/lab/model/21.json").unlink()
    found = json.loads(run("diff", "old", ".journal", "--json").stdout)
    changes = {(item["kind"], item["name"]): (item["before"], item["after"]) for item in found}
    assert changes["record", "lab/model#18"] == ("open", "closed")
    assert changes["record", "lab/model#21"] == ("open", None)
    lost = "post:second part-of issue:lab/model#21"
    assert changes["reference", lost] == ("", None)
    assert any(kind == "finding" and "unknown issue #21" in name for kind, name in changes)
    text = run("diff", "old", ".journal").stdout
    assert "~ record lab/model#18 Mode collapse: open to closed\n" in text
    comment = run("diff", "old", ".journal", "--format", "markdown").stdout
    assert comment.startswith("**Journal:** ")
    assert "loses 1 issue or pull request" in comment


def test_diff_with_itself_is_empty(journal: Path) -> None:
    done = run("diff", ".journal", ".journal", "--exit-code")
    assert (done.exit_code, done.stdout) == (0, "")
    (journal / "a").mkdir()
    changed = run("diff", "a", ".journal")
    assert changed.exit_code == 2
    assert "holds no snapshot of lab/model" in changed.stderr


def test_diff_of_builds_needs_no_project(
    journal: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("export", "--out", "first")
    (journal / "docs/posts/second.md").unlink()
    run("export", "--out", "second")
    monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))
    old, new = str(journal / "first"), str(journal / "second/journal/journal.json")
    done = run("diff", old, new, "--exit-code")
    assert done.exit_code == 1
    assert "- post second Second try (running)" in done.stdout


def test_a_comment_cannot_mention_or_format() -> None:
    title = "@everyone <b>x</b> [a](http://b) #1 `c` **d** http://e"
    change = Change(kind="record", name="o/n#1", before="open", after="closed", title=title)
    comment = format_markdown(Comparison(changes=(change,)))
    html = render_markdown(next(line for line in comment.splitlines() if line.startswith("- ")))
    assert set(re.findall(r"<(\w+)", html)) == {"ul", "li", "strong"}
    shown = unescape(re.sub(r"<[^>]+>", "", html))
    assert title in shown.replace("\u2060", "")
    assert not re.search(r"@\w|#\d", shown)


def call(root: Path, *calls: tuple[str, dict[str, Any]]) -> list[Any]:
    """What the server says to the SDK's own client, started as an assistant starts it."""

    async def talk() -> list[Any]:
        server = StdioServerParameters(
            command=sys.executable,
            args=["-c", "from journal_plugin.cli import main; main()", "mcp"],
            cwd=root,
            env={"PYTHONPATH": str(REPO_ROOT)},
        )
        async with Client(stdio_client(server)) as client:
            tools = await client.list_tools()
            return [tools.tools, *[await client.call_tool(*one) for one in calls]]

    # In a thread of its own: the browser tests' loop may be running in this one.
    with ThreadPoolExecutor(max_workers=1) as thread:
        return thread.submit(asyncio.run, talk()).result()


def test_an_assistant_can_search_and_look_up(journal: Path) -> None:
    tools, hits, problem, experiment, record, digest, wrong = call(
        journal,
        ("search", {"words": "rounding learned"}),
        ("problem", {"slug": "mode-collapse"}),
        ("experiment", {"slug": "first"}),
        ("record", {"reference": "#21"}),
        ("context", {"problem": "mode-collapse", "budget": 300}),
        ("experiment", {"slug": "frist"}),
    )
    assert {tool.name for tool in tools} == {
        "list_problems", "list_experiments", "search", "problem", "experiment", "record", "context",
    }  # fmt: skip
    assert all(tool.annotations.read_only_hint and tool.description for tool in tools)
    nodes = [hit["node"] for hit in hits.structured_content["result"]]
    assert nodes[0] == "issue:lab/model#21"
    phases = problem.structured_content["phases"]
    assert {item["node"] for item in phases["iteration"]} == {"post:first", "post:second"}
    assert experiment.structured_content["hypothesis"] == "Rounding matters."
    assert record.structured_content["problems"] == ["mode-collapse"]
    assert estimate_tokens(digest.content[0].text) <= 300
    assert wrong.is_error
    assert "did you mean 'first'?" in wrong.content[0].text


def test_a_changed_title_is_a_change() -> None:
    def data(title: str, status: str) -> dict[str, Any]:
        return {"posts": [{"slug": "a", "title": title, "status": status}]}

    found = compare(data("Old", "running"), data("New", "running"))
    assert format_text(found) == "~ post a: title “Old” to “New”\n"
    assert format_data(found)[0] | {"kind": ""} == {
        "kind": "", "name": "a", "field": "title", "title": "", "before": "Old", "after": "New",
    }  # fmt: skip
    assert "changes 1 post" in format_markdown(found)
    both = compare(data("Old", "running"), data("New", "complete"))
    assert [change.field for change in both.changes] == ["state", "title"]
    assert "changes 1 post." in format_markdown(both), "a post counts once"
    assert not compare(data("Old", "running"), data("Old", "running")).changes


@pytest.mark.parametrize(
    "title",
    [
        "GH-12 again",
        "gh-12",
        "see #12",
        "by @mara",
        "lab/model#12",
        "deadbeef1",
        "lab/model@deadbeef1",
        "0123456789abcdef0123456789abcdef01234567",
    ],
)
def test_a_title_in_a_comment_makes_no_link(title: str) -> None:
    """GitHub looks for names, numbers and SHAs in the rendered text, where no backslash is left."""
    changed = {"posts": [{"slug": "a", "title": title, "status": "running"}]}
    comment = format_markdown(compare({"posts": []}, changed))
    shown = re.sub(r"\\([^\w\s])", r"\1", comment)
    assert not re.search(r"(?i)gh-\d|#\d|@\w|\b[0-9a-f]{7,40}\b", shown)
    assert title in shown.replace("\u2060", "")
