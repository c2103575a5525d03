"""`journal check`: findings in four formats, exit codes, and repairs."""

from __future__ import annotations

import json
import os
import subprocess
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from journal_plugin.catalogue import CATALOGUE
from journal_plugin.errors import Diagnostic, Severity
from journal_plugin.fixes import fix_post
from journal_plugin.reports import format_github, format_sarif
from journal_plugin.vocabulary import Vocabulary
from tests.support.needs import require
from tests.support.project import TOOLS, make_project, run

if TYPE_CHECKING:
    from pathlib import Path

GOOD = "---\ntitle: A\ndate: 2026-01-09\nissues: [18]\nprs: [24]\n---\n\n# A\n\nSee #18.\n"
BAD = "---\ntitle: A\nstauts: complete\ndate: 2026-01-09\nprs: [24]\n---\n\n# A\n\nSee #19.\n"
WORDS = Vocabulary()


def write_post(root: Path, text: str, name: str = "a.md") -> Path:
    path = root / "docs" / "posts" / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(text.encode("utf-8"))
    return path


def test_nothing_to_find_is_exit_0(project: Path) -> None:
    write_post(project, GOOD)
    done = run("check")
    assert (done.exit_code, done.stdout) == (0, "")
    assert "No findings" in done.stderr


def test_findings_have_the_form_of_the_contract(project: Path) -> None:
    write_post(project, BAD)
    done = run("check")
    assert done.exit_code == 1
    assert done.stdout.splitlines() == [
        (
            "docs/posts/a.md:3: front matter key 'stauts' is not known; did you mean 'status'? "
            "[unknown-key]"
        ),
        "docs/posts/a.md:10: unknown issue #19; did you mean #18? [unknown-record]",
    ]
    assert "2 warnings" in done.stderr


def test_notes_fail_only_a_strict_check(project: Path) -> None:
    write_post(project, "---\ndate: 2026-01-09\noutcome: success\n---\n\n# A\n\nSee #18.\n")
    relaxed, strict = run("check"), run("check", "--strict")
    assert "[no-hypothesis]" in relaxed.stdout
    assert (relaxed.exit_code, strict.exit_code) == (0, 1)


def test_paths_narrow_the_findings(project: Path) -> None:
    write_post(project, BAD)
    write_post(project, BAD, "b.md")
    done = run("check", "docs/posts/b.md")
    assert done.exit_code == 1
    assert {line.split(":")[0] for line in done.stdout.splitlines()} == {"docs/posts/b.md"}


def test_a_directory_stands_for_its_files(project: Path) -> None:
    write_post(project, BAD)
    everything = run("check").stdout
    assert everything
    assert run("check", "docs").stdout == run("check", ".").stdout == everything
    (project / "docs/post").mkdir()
    assert (run("check", "docs/post").exit_code, run("check", "docs/post").stdout) == (0, "")


def test_a_path_that_is_not_there_is_a_usage_error(project: Path) -> None:
    del project
    done = run("check", "docs/posts/missing.md")
    assert done.exit_code == 2
    assert "docs/posts/missing.md" in done.stderr


def test_json_is_a_list_of_findings(project: Path) -> None:
    write_post(project, BAD)
    found = json.loads(run("check", "--format", "json").stdout)
    assert [(item["code"], item["line"], item["severity"]) for item in found] == [
        ("unknown-key", 3, "warning"),
        ("unknown-record", 10, "warning"),
    ]


def test_github_format_is_a_workflow_command(project: Path) -> None:
    write_post(project, BAD)
    lines = run("check", "--format", "github").stdout.splitlines()
    assert lines[1] == (
        "::warning file=docs/posts/a.md,line=10,"
        "title=A reference leads to no issue or pull request [unknown-record]"
        "::unknown issue #19; did you mean #18?"
    )


def unescape_command(line: str) -> tuple[dict[str, str], str]:
    """What the runner reads: properties up to the second `::`, then the message."""
    _, properties, message = line.split("::", 2)
    pairs = (pair.split("=", 1) for pair in properties.split(" ", 1)[1].split(","))
    table = {"%2C": ",", "%3A": ":", "%0A": "\n", "%0D": "\r", "%25": "%"}

    def plain(text: str) -> str:
        for code, sign in table.items():
            text = text.replace(code, sign)
        return text

    return {key: plain(value) for key, value in pairs}, plain(message)


@given(path=st.text(min_size=1), message=st.text())
def test_no_text_leaves_its_annotation(path: str, message: str) -> None:
    finding = Diagnostic(path=path, line=3, code="unknown-post", message=message)
    line = format_github(finding)
    assert len(line.split("\n")) == len(line.split("\r")) == 1
    properties, shown = unescape_command(line)
    assert (properties["file"], properties["line"], shown) == (path, "3", message)


@pytest.fixture
def sarif_validator() -> list[str]:
    """The official validator, which the tests need; its wrapper for npm is not executable."""
    tool = TOOLS / "@microsoft" / "sarif-multitool-linux" / "Sarif.Multitool"
    require(tool, "run `npm install --prefix tests/tools`")
    tool.chmod(0o755)
    return [str(tool), "validate"]


def test_sarif_passes_the_official_validator(tmp_path: Path, sarif_validator: list[str]) -> None:
    findings = [
        Diagnostic(path=f"docs/a b/ü#{line}.md", line=line, code=code, message=f"it is <b>{code}")
        for line, code in enumerate(CATALOGUE, start=1)
    ]
    findings.append(
        Diagnostic(path="x.md", code="empty-snapshot", message="a", severity=Severity.INFO)
    )
    log = tmp_path / "journal.sarif"
    log.write_text(format_sarif(findings, version="1.2.3"), encoding="utf-8")
    done = subprocess.run(
        [*sarif_validator, str(log)],
        env={**os.environ, "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT": "1"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    report = [line for line in done.stdout.splitlines() if " error " in line or " warning " in line]
    assert (done.returncode, report) == (0, [])
    assert "1 files scanned" in done.stdout
    run_data = json.loads(log.read_text(encoding="utf-8"))["runs"][0]
    rules = [rule["id"] for rule in run_data["tool"]["driver"]["rules"]]
    assert all(rules[result["ruleIndex"]] == result["ruleId"] for result in run_data["results"])
    assert run_data["results"][-1]["level"] == "note"


def test_a_finding_cannot_bring_a_link_into_sarif() -> None:
    """Viewers make links of `[text](address)` in a message, and titles by strangers stand there."""
    for text in ("[a](https://evil.example)", r"[a\](https://evil.example)", "[a\\\\](1) [b](2)"):
        finding = Diagnostic(path="a.md", code="stale-run", message=f"'{text}' supersedes it")
        (result,) = json.loads(format_sarif([finding], version="1"))["runs"][0]["results"]
        assert "](" not in result["message"]["text"]
        assert result["message"]["text"].replace("] (", "](") == f"'{text}' supersedes it."


def test_the_validator_does_find_a_mistake(tmp_path: Path, sarif_validator: list[str]) -> None:
    log = tmp_path / "wrong.sarif"
    log.write_text(format_sarif([], version="1").replace('"results"', '"resluts"'))
    done = subprocess.run(
        [*sarif_validator, str(log)],
        env={**os.environ, "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT": "1"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert "resluts" in done.stdout


def test_explain_tells_meaning_and_fix(project: Path) -> None:
    del project
    done = run("check", "--explain", "unknown-record")
    assert done.exit_code == 0
    assert "journal sync" in done.stdout
    assert CATALOGUE["unknown-record"].right.splitlines()[0] in done.stdout


def test_unknown_code_is_a_usage_error() -> None:
    assert run("check", "--explain", "unknown-recrod").exit_code == 2


def test_fix_repairs_and_reports_what_is_left(project: Path) -> None:
    path = write_post(project, BAD)
    done = run("check", "--fix")
    assert path.read_bytes().decode() == BAD.replace("stauts", "status")
    assert "docs/posts/a.md:3: fixed `stauts: complete` to `status: complete`" in done.stderr
    assert [line.rsplit(" ", 1)[1] for line in done.stdout.splitlines()] == ["[unknown-record]"]


def test_fix_makes_a_broken_block_readable(project: Path) -> None:
    path = write_post(project, "---\ndate: 2026-01-09\nissues: [#18]\n---\n\n# A\n")
    assert "[hash-in-front-matter]" in run("check").stdout
    assert run("check", "--fix").exit_code == 0
    assert "issues: [18]\n" in path.read_text()


def test_fix_leaves_files_alone_that_are_not_utf8(project: Path) -> None:
    path = write_post(project, "")
    content = b"---\nstauts: complete\ntitle: caf\xe9\n---\n"
    path.write_bytes(content)
    run("check", "--fix")
    assert path.read_bytes() == content


@pytest.mark.parametrize(
    ("before", "after", "code"),
    [
        ("stauts: complete", "status: complete", "unknown-key"),
        ("  stauts: complete", None, None),
        ("Success-Criteria: x", None, None),
        ("author: me", None, None),
        ("my_own_key: 1", None, None),
        ("status: complet", "status: complete", "unknown-status"),
        ('status: "complet"  # why', "status: complete  # why", "unknown-status"),
        ("status: done", None, None),
        ("status: complet - all of it", None, None),
        ("status: xyzzy", None, None),
        ("outcome: sucess", "outcome: success", "unknown-outcome"),
        ("issues: #18, #21", "issues: [18, 21]", "hash-in-front-matter"),
        ("issues: [#18]", "issues: [18]", "hash-in-front-matter"),
        ("prs: [18, 21]", None, None),
        ("issues: 18 # the first", None, None),
        ("title: a #18 b", None, None),
    ],
)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("start", ["", "\ufeff"])
def test_only_the_wrong_line_changes(
    before: str, after: str | None, code: str | None, end: str, start: str
) -> None:
    lines = ["---", "# a comment", "title:   'x'" if "title" not in before else "", before]
    rest = ["---", "", "# T", "stauts: complete", "issues: #18", ""]
    text = start + end.join([*lines, *rest])
    fixed = fix_post(text, WORDS)
    expected = start + end.join([*lines[:-1], after or before, *rest])
    assert fixed.text == expected
    assert [fix.code for fix in fixed.fixes] == ([code] if code else [])


def test_items_and_nested_keys_are_repaired_in_place() -> None:
    text = (
        "---\nexperiment:\n    isues:\n      - #18\n      - 21\n    params:\n      stauts: 1\n---\n"
    )
    fixed = fix_post(text, WORDS)
    assert fixed.text == text.replace("isues", "issues").replace("- #18", "- 18")
    assert [fix.line for fix in fixed.fixes] == [3, 4]


@given(st.text())
def test_text_without_front_matter_is_never_changed(text: str) -> None:
    body = f"x{text}"
    assert fix_post(body, WORDS).text == body


@given(st.text())
def test_a_repaired_text_needs_no_further_repair(text: str) -> None:
    once = fix_post(f"---\nstauts: complet\n{text}\n---\n", WORDS)
    assert fix_post(once.text, WORDS).fixes == ()


@pytest.mark.parametrize("marker", ["folder", "file"])
def test_annotations_name_files_from_the_root_of_the_repository(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, marker: str
) -> None:
    """A worktree and a submodule have a file `.git` where a clone has a folder."""
    root = tmp_path / "packages" / "lab"
    root.mkdir(parents=True)
    make_project(root)
    monkeypatch.chdir(root)
    write_post(root, BAD)
    git = tmp_path / ".git"
    git.mkdir() if marker == "folder" else git.write_text("gitdir: elsewhere", encoding="utf-8")
    lines = run("check", "--format", "github").stdout.splitlines()
    assert all("file=packages/lab/docs/posts/a.md," in line for line in lines)
    sarif = json.loads(run("check", "--format", "sarif").stdout)
    places = [result["locations"][0]["physicalLocation"] for result in sarif["runs"][0]["results"]]
    assert {place["artifactLocation"]["uri"] for place in places} == {
        "packages/lab/docs/posts/a.md"
    }
    text = run("check").stdout
    assert text.startswith("docs/posts/a.md:3:"), "people read it where they called it"


def test_the_root_of_the_repository_adds_nothing(project: Path) -> None:
    (project / ".git").mkdir()
    write_post(project, BAD)
    assert "file=docs/posts/a.md," in run("check", "--format", "github").stdout
