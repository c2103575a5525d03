"""`journal new`: posts from nothing, from a tracking issue, from the post before."""

from __future__ import annotations

import html
import json
from typing import TYPE_CHECKING

import pytest
import yaml

from journal_plugin.text.forms import read_form, read_items, read_parameters
from tests.support.project import TRACKING, make_project, run

if TYPE_CHECKING:
    from pathlib import Path


def read_post(path: Path) -> tuple[dict[str, object], str]:
    front, body = path.read_text(encoding="utf-8").removeprefix("---\n").split("\n---\n", 1)
    return yaml.safe_load(front), body


def test_a_new_post_is_complete_and_clean(project: Path) -> None:
    done = run("new", "--title", "Läuft: 1st try", "--date", "2026-02-03")
    assert (done.exit_code, done.stdout) == (0, "docs/posts/lauft-1st-try.md\n")
    front, body = read_post(project / "docs/posts/lauft-1st-try.md")
    assert {key: str(value) for key, value in front.items()} == {
        "title": "Läuft: 1st try",
        "date": "2026-02-03",
        "status": "planned",
    }
    headings = [line for line in body.splitlines() if line.startswith("#")]
    assert headings == [
        "# Läuft: 1st try",
        "## Setup",
        "## Results",
        "## Conclusion",
        "## Next steps",
    ]
    assert "docs/posts" not in run("check").stdout


def test_the_title_of_a_strangers_issue_cannot_act(project: Path) -> None:
    """Themes print titles unescaped, and macros plugins run them as templates."""
    title = '<b onload=x> {{ 6*7 }} {% x %} &lt;i&gt; &LTi &#60; R&D a" b\x1b'
    record = {**TRACKING, "number": 31, "title": title}
    (project / ".journal/lab/model/31.json").write_text(json.dumps(record))
    path = run("new", "--from-issue", "31").stdout.strip()
    front, body = read_post(project / path)
    written = str(front["title"])
    assert not set(written) & set('<>{}"\x1b')
    assert html.unescape(written) == written
    assert "R&D" in written
    heading = next(line for line in body.splitlines() if line.startswith("# "))
    assert not set(heading) & set("<>{}")


def test_the_date_comes_from_the_environment(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1767225600")
    run("new", "--title", "T")
    assert str(read_post(project / "docs/posts/t.md")[0]["date"]) == "2026-01-01"


def test_a_tracking_issue_fills_the_post(project: Path) -> None:
    done = run("new", "--from-issue", "21", "--date", "2026-02-03", "--json")
    assert json.loads(done.stdout) == {
        "path": "docs/posts/learned-rounding.md",
        "title": "Learned rounding",
    }
    front, body = read_post(project / "docs/posts/learned-rounding.md")
    assert {key: front[key] for key in front if key not in ("title", "date")} == {
        "status": "running",
        "problem": "mode-collapse",
        "issues": [21],
        "prs": [24],
        "hypothesis": "Learned rounding lowers perplexity.",
        "success_criteria": ["perplexity below 12", "same speed"],
        "params": {"lr": 0.0003, "seed": 1, "name": "base"},
    }
    assert "tracked in #21" in body
    assert run("check").exit_code == 0


def test_a_following_post_keeps_what_stays_the_same(project: Path) -> None:
    run("new", "--from-issue", "21", "--date", "2026-02-03")
    first = project / "docs/posts/learned-rounding.md"
    text = first.read_text().replace(
        "status: running", "status: complete\nmetrics: {ppl: {value: 11.5, better: lower}}"
    )
    first.write_text(text)
    done = run("new", "--follows", "learned-rounding", "--title", "With more data")
    front, _ = read_post(project / done.stdout.strip())
    assert front["follows"] == "learned-rounding"
    assert front["problem"] == "mode-collapse"
    assert front["params"] == {"lr": 0.0003, "seed": 1, "name": "base"}
    assert front["metrics"] == {"ppl": {"value": None, "baseline": 11.5, "better": "lower"}}
    assert (front["status"], "issues" in front, "outcome" in front) == ("planned", False, False)


def test_an_existing_file_is_never_replaced(project: Path) -> None:
    path = project / "docs/posts/t.md"
    path.parent.mkdir()
    path.write_text("mine")
    done = run("new", "--title", "T")
    assert (done.exit_code, path.read_text()) == (1, "mine")
    assert "exists already" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "hint"),
    [
        (["--from-issue", "99"], "journal sync"),
        (["--from-issue", "x"], "journal sync"),
        (["--title", "T", "--follows", "first-pots"], "did you mean 'first-post'?"),
        ([], "--title"),
        (["--title", " "], "--title"),
        (["--from-issue", "21", "--title", ""], "--title"),
        (["--from-issue", ""], "--from-issue"),
    ],
)
def test_mistakes_are_usage_errors_with_a_hint(
    project: Path, arguments: list[str], hint: str
) -> None:
    run("new", "--title", "First post")
    before = sorted((project / "docs/posts").iterdir())
    done = run("new", *arguments)
    assert done.exit_code == 2
    assert hint in done.stderr
    assert sorted((project / "docs/posts").iterdir()) == before


def test_a_post_outside_the_globs_says_what_it_is(project: Path) -> None:
    config = (project / "mkdocs.yml").read_text()
    (project / "mkdocs.yml").write_text(config + "      posts: [diary/*.md]\n")
    path = run("new", "--title", "T").stdout.strip()
    assert read_post(project / path)[0]["type"] == "experiment"
    assert [item["code"] for item in json.loads(run("check", "--format", "json").stdout)] != []


def test_a_new_post_goes_beside_the_others(project: Path) -> None:
    folder = project / "docs" / "blog" / "posts"
    folder.mkdir(parents=True)
    (folder / "a.md").write_text("# A\n")
    assert run("new", "--title", "T").stdout.strip() == "docs/blog/posts/t.md"


def test_hostile_titles_and_forms_stay_text(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    hostile = {
        **TRACKING,
        "title": 'a\n--8<-- ".env" {{ x }} <script>alert(1)</script> `rm`',
        "body": "### Hypothesis\n\n---\ndraft: true\n--- !!python/object:os.system\n\n"
        "### Parameters\n\n&a: *a\na: {{ secret }}\nx: !!python/name:os.system",
    }
    root = make_project(tmp_path, records=(hostile,))
    path = root / run("new", "--from-issue", "21").stdout.strip()
    front, body = read_post(path)
    shown = 'a --8<-- ".env" {{ x }} <script>alert(1)</script> `rm`'
    assert front["title"] == shown.translate(str.maketrans('<>"{}', "‹›”｛｝"))  # noqa: RUF001 - look-alikes
    assert "draft" not in front
    assert front["params"] == {"a": "{{ secret }}", "x": "!!python/name:os.system"}
    for sign in ("{{", "<script", "--8<--", "`"):
        assert sign not in body.strip().splitlines()[0]


def test_headings_in_code_are_no_fields() -> None:
    form = read_form("### A\n\n```\n### B\nx\n```\n\n### 🧪 C D:\n\n_No response_\n\n## E\ny")
    assert form.fields == {"a": "```\n### B\nx\n```", "e": "y"}


def test_lists_and_parameters_in_many_forms() -> None:
    assert read_items("1. a\n2) b\n") == ["a", "b"]
    assert read_items("one line\n\nanother") == ["one line", "another"]
    assert read_parameters("- **lr**: 1e-3\n* `n` = 5\nflag=True\nrun: a: b\nno parameter") == {
        "lr": 0.001,
        "n": 5,
        "flag": True,
        "run": "a: b",
    }
    assert read_parameters("n: " + "9" * 5000) == {"n": "9" * 5000}
