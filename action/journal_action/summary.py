"""The step `summarize`: what the journal says now, and what changed, for the summary of the job.

Titles in `journal.json` were written by strangers; each goes through `markdown.escape`.
"""

from __future__ import annotations

import json
import subprocess
from collections import Counter
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from journal_action.markdown import escape, make_table
from journal_action.runner import StepError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from journal_action.runner import Runner

MAX_ROWS = 100
"""Rows of a table or items of a list; the site has them all."""

_CHANGE_LIMIT = 60_000
"""Characters of the change; a comment on GitHub may have 65,536."""


def summarize(runner: Runner) -> None:
    """Write the summary, and the counts and the change as outputs."""
    data = json.loads((runner.data / "journal.json").read_bytes())
    gaps = [gap for problem in data["problems"] for gap in problem["gaps"]]
    drift = [gap for gap in gaps if gap["severity"] != "info"]
    _set_counts(runner, data, gaps=len(gaps) - len(drift), drift=len(drift))
    change = compare(runner, runner.data / "previous.json", runner.data / "journal.json")
    (runner.work / "change.md").write_text(change, encoding="utf-8")
    runner.set_output("change", runner.work / "change.md")
    runner.set_output("changed", str(_is_changed(runner)).lower())
    runner.add_summary(_format(runner, data, change))


def compare(runner: Runner, old: Path, new: Path) -> str:
    """What `new` has and `old` has not, and the reverse, as Markdown.

    Raises:
        StepError: one of them is not a `journal.json`.
    """
    if not old.is_file():
        return "There is no earlier build to compare with.\n"
    done = subprocess.run(  # noqa: S603 - fixed arguments, no shell
        ["journal", "diff", str(old), str(new), "--format", "markdown"],  # noqa: S607 - as installed
        cwd=runner.work,
        env=dict(runner.environment),
        stdout=subprocess.PIPE,
        check=False,
    )
    if done.returncode:
        msg = "the builds could not be compared; the message of journal diff is above"
        raise StepError(msg)
    return _cut(done.stdout.decode("utf-8"))


def _cut(markdown: str) -> str:
    """Markdown that fits into a comment, cut between lines, with open blocks closed."""
    if len(markdown) <= _CHANGE_LIMIT:
        return markdown
    kept = markdown[:_CHANGE_LIMIT].rpartition("\n")[0]
    closing = "\n</details>\n" if kept.count("<details>") > kept.count("</details>") else ""
    return f"{kept}\n{closing}\n*The rest is cut.*\n"


def _is_changed(runner: Runner) -> bool:
    old, new = runner.data / "previous.json", runner.data / "journal.json"
    return not old.is_file() or old.read_bytes() != new.read_bytes()


def _set_counts(runner: Runner, data: Mapping[str, Any], *, gaps: int, drift: int) -> None:
    for name in ("problems", "posts", "records"):
        runner.set_output(name, len(data[name]))
    runner.set_output("gaps", gaps)
    runner.set_output("drift", drift)


def _format(runner: Runner, data: Mapping[str, Any], change: str) -> str:
    base = runner.environment.get("PAGE_URL", "")
    parts = [
        "## Journal\n",
        _counts(data),
        _sync_line(runner),
        _problem_table(data["problems"], base),
        _post_table(data["posts"], base),
        _findings("Gaps", data, "info"),
        _findings("Drift", data, "warning"),
        f"### Change since the last build\n\n{change}",
    ]
    return "\n".join(part for part in parts if part)


def _counts(data: Mapping[str, Any]) -> str:
    kinds = Counter(record["kind"] for record in data["records"])
    severities = Counter(finding["severity"] for finding in data["diagnostics"])
    cells = {
        "Problems": len(data["problems"]),
        "Posts": len(data["posts"]),
        "Issues": kinds["issue"],
        "Pull requests": kinds["pull"],
        "Errors": severities["error"],
        "Warnings": severities["warning"],
        "Notes": severities["info"],
    }
    return make_table(tuple(cells), [tuple(map(str, cells.values()))])


def _sync_line(runner: Runner) -> str:
    """How the issues and pull requests came here."""
    result = runner.environment.get("SYNC_RESULT", "")
    if result == "stale":
        return "> [!WARNING]\n> GitHub failed. The journal was built from the last good snapshot.\n"
    if result != "fresh":
        return "Issues and pull requests come from the snapshot as it is; nothing was synced.\n"
    report = json.loads((runner.work / "sync.json").read_bytes())
    read = sum(repo["fetched"] for repo in report["repos"])
    written = sum(repo["written"] for repo in report["repos"])
    return f"Sync: {read} records read, {written} changed, {report['requests']} requests.\n"


def _problem_table(problems: Sequence[Mapping[str, Any]], base: str) -> str:
    rows = [_problem_row(problem, base) for problem in problems[:MAX_ROWS]]
    if not rows:
        return ""
    table = make_table(("Problem", "Status", "Outcome", "Phases", "Gaps and drift"), rows)
    return f"### Problems\n\n{table}{_more(problems)}"


def _problem_row(problem: Mapping[str, Any], base: str) -> tuple[str, ...]:
    phases = problem["phases"]
    return (
        _link(problem["title"], problem["url"], base),
        escape(problem["status"]),
        escape(problem["outcome"] or "none yet"),
        f"{sum(map(bool, phases.values()))} of {len(phases)}",
        str(len(problem["gaps"])),
    )


def _post_table(posts: Sequence[Mapping[str, Any]], base: str) -> str:
    latest = sorted(posts, key=lambda post: (post["date"] or "", post["slug"]), reverse=True)
    rows = [
        (
            _link(post["title"], post["url"], base),
            escape((post["date"] or "")[:10]),
            escape(post["status"] or "none"),
            escape(post["outcome"] or "none yet"),
        )
        for post in latest[:MAX_ROWS]
    ]
    if not rows:
        return ""
    table = make_table(("Post", "Date", "Status", "Outcome"), rows)
    return f"### Posts\n\n{table}{_more(posts)}"


def _findings(title: str, data: Mapping[str, Any], severity: str) -> str:
    """What the problems lack (`info`), or where two sides contradict each other (`warning`)."""
    found = [
        f"- {escape(problem['title'])}: {escape(gap['message'])} (`{gap['code']}`)\n"
        for problem in data["problems"]
        for gap in problem["gaps"]
        if gap["severity"] == severity
    ]
    shown = "".join(found[:MAX_ROWS]) or "None.\n"
    return f"### {title}\n\n{shown}{_more(found)}"


def _more(items: Sequence[object]) -> str:
    left = len(items) - MAX_ROWS
    return f"\n… and {left} more on the site.\n" if left > 0 else ""


def _link(title: str, url: str | None, base: str) -> str:
    if not base or url is None:
        return escape(title)
    return f"[{escape(title)}](<{base}{quote(url, safe='/-_.~%')}>)"
