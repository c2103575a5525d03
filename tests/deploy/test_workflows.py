"""Workflows and actions: linters, schemas, pins, permissions, and one copy of each."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from journal_plugin.scaffold.workflows import OPTIONAL_WORKFLOWS, render_workflow
from journal_plugin.scaffold.workflows import WORKFLOWS as WORKFLOWS_BY_NAME
from tests.deploy.actions import ACTION, ROOT, load_yaml

if TYPE_CHECKING:
    from collections.abc import Iterator

COMMENT = ROOT / "action" / "comment" / "action.yml"
OWN = ROOT / ".github" / "workflows"
TEMPLATES = ROOT / "journal_plugin" / "scaffold" / "workflows"
ACTIONS = (ACTION, COMMENT)
WORKFLOWS = (*sorted(OWN.glob("*.yml")), *sorted(TEMPLATES.glob("*.yml")))
ALL = (*ACTIONS, *WORKFLOWS)
PUBLISHED = "example-lab/mkdocs-experiment-journal"

ALLOWED = {
    "ci.yml": {
        "test": {"contents": "read"},
        "lowest": {"contents": "read"},
        "package": {"contents": "read"},
    },
    "journal.yml": {
        "build": {"contents": "read", "issues": "read", "pull-requests": "read"},
        "deploy": {"pages": "write", "id-token": "write"},
    },
    "journal-preview.yml": {"preview": {"contents": "read"}},
    "journal-comment.yml": {"comment": {"actions": "read", "pull-requests": "write"}},
    "journal-snapshot.yml": {
        "commit": {"contents": "write", "issues": "read", "pull-requests": "read"}
    },
    "release.yml": {
        "check": {"contents": "read"},
        "build": {"contents": "read"},
        "publish": {"id-token": "write", "attestations": "write"},
        "announce": {"contents": "write"},
    },
}
"""All that a job may do; more needs a reason, and a line here."""


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def find_steps(path: Path) -> Iterator[dict[str, Any]]:
    data = load_yaml(path)
    jobs = data["jobs"].values() if "jobs" in data else [data["runs"]]
    for job in jobs:
        yield from job.get("steps", [])


def run_tool(*command: str) -> subprocess.CompletedProcess[str]:
    tool = str(Path(sys.executable).parent / command[0])
    return subprocess.run(
        [tool, *command[1:]], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False
    )


@pytest.mark.parametrize("path", WORKFLOWS, ids=name_of)
def test_actionlint(path: Path) -> None:
    """With shellcheck, which looks at each script."""
    shellcheck = str(Path(sys.executable).parent / "shellcheck")
    assert Path(shellcheck).is_file()
    done = run_tool("actionlint", "-shellcheck", shellcheck, str(path))
    assert done.returncode == 0, done.stdout + done.stderr


def test_zizmor() -> None:
    done = run_tool("zizmor", "--offline", "--strict-collection", ".github", *map(str, ALL))
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("schema", "paths"),
    [
        ("vendor.github-workflows", WORKFLOWS),
        ("vendor.github-actions", ACTIONS),
        ("vendor.dependabot", (ROOT / ".github" / "dependabot.yml",)),
    ],
)
def test_schema(schema: str, paths: tuple[Path, ...]) -> None:
    done = run_tool("check-jsonschema", "--builtin-schema", schema, *map(str, paths))
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("path", ACTIONS, ids=name_of)
def test_scripts_of_actions_pass_shellcheck(path: Path) -> None:
    """Actionlint looks at the scripts of workflows only."""
    for step in find_steps(path):
        if "run" in step:
            tool = str(Path(sys.executable).parent / "shellcheck")
            done = subprocess.run(
                [tool, "--shell=bash", "-"],
                input=f"set -eo pipefail\n{step['run']}",
                capture_output=True,
                text=True,
                check=False,
            )
            assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("path", ALL, ids=name_of)
def test_no_expression_in_a_script(path: Path) -> None:
    scripts = [step["run"] for step in find_steps(path) if "run" in step]
    assert not [script for script in scripts if "${{" in script]


def test_only_the_sync_sees_the_token() -> None:
    holders = [step["name"] for step in find_steps(ACTION) if "token" in str(step).lower()]
    assert holders == ["Sync issues and pull requests"]


def test_there_are_scripts_to_look_at() -> None:
    assert sum("run" in step for path in ALL for step in find_steps(path)) >= 12


@pytest.mark.parametrize("path", ALL, ids=name_of)
def test_actions_are_pinned_by_commit_with_their_version(path: Path) -> None:
    lines = re.findall(r"uses: (\S+)(.*)", path.read_text(encoding="utf-8"))
    others = [line for line in lines if not line[0].startswith(("./", PUBLISHED))]
    for used, rest in others:
        assert re.fullmatch(r"[\w./-]+@[0-9a-f]{40}", used), used
        assert re.fullmatch(r" # v\d+\.\d+\.\d+", rest), (used, rest)
    ours = {used for used, _ in lines if used.startswith(PUBLISHED)}
    assert ours <= {
        f"{PUBLISHED}@v1",
        f"{PUBLISHED}/action/comment@v1",
        f"{PUBLISHED}/action/comment@main",
    }


def test_one_commit_for_each_action() -> None:
    pins: dict[str, set[str]] = {}
    for path in ALL:
        for used in re.findall(r"uses: (\S+@[0-9a-f]{40}.*)", path.read_text(encoding="utf-8")):
            action = "/".join(used.partition("@")[0].split("/")[:2])
            pins.setdefault(action, set()).add(used.partition("@")[2])
    assert len(pins) >= 8
    assert {action: found for action, found in pins.items() if len(found) > 1} == {}


@pytest.mark.parametrize("path", WORKFLOWS, ids=name_of)
def test_least_permissions(path: Path) -> None:
    data = load_yaml(path)
    assert data["permissions"] == {}
    found = {name: job["permissions"] for name, job in data["jobs"].items()}
    assert found == ALLOWED[path.name]


@pytest.mark.parametrize("path", WORKFLOWS, ids=name_of)
def test_jobs_end(path: Path) -> None:
    """A job that hangs would cost six hours."""
    for name, job in load_yaml(path)["jobs"].items():
        assert "uses" in job or int(job["timeout-minutes"]) <= 60, name


@pytest.mark.parametrize("path", ALL, ids=name_of)
def test_checkout_leaves_no_credentials(path: Path) -> None:
    for step in find_steps(path):
        if step.get("uses", "").startswith("actions/checkout@"):
            assert step["with"]["persist-credentials"] == "false"


@pytest.mark.parametrize(
    "path", [p for p in WORKFLOWS if p.name.startswith("journal")], ids=name_of
)
def test_privileged_workflows_never_take_the_code_of_a_pull_request(path: Path) -> None:
    """The triggers that give rights to a stranger's pull request check out the default branch, or nothing."""
    data = load_yaml(path)
    if not {"pull_request_target", "workflow_run"} & data["on"].keys():
        assert "pull_request" not in data["on"] or ALLOWED[path.name] == {
            "preview": {"contents": "read"}
        }
        return
    for step in find_steps(path):
        if step.get("uses", "").startswith("actions/checkout@"):
            assert step["with"]["ref"] == "${{ github.event.repository.default_branch }}"


def test_every_template_is_named() -> None:
    assert {*WORKFLOWS_BY_NAME, *OPTIONAL_WORKFLOWS} == {
        path.name for path in TEMPLATES.glob("*.yml")
    }


@pytest.mark.parametrize("branch", ["trunk", "1.0", "no", "a,b", 'say-"hi"', "ü/#1", "{x}"])
def test_any_branch_is_one_text(branch: str) -> None:
    data = yaml.safe_load(render_workflow("journal.yml", branch))
    assert data[True]["push"]["branches"] == [branch]


@pytest.mark.parametrize("name", sorted(WORKFLOWS_BY_NAME))
def test_own_workflow_is_the_template(name: str) -> None:
    """Only the action's address and the branch differ."""
    expected = render_workflow(name, "main")
    expected = expected.replace("/action/comment@v1", "/action/comment@main")
    expected = expected.replace(
        f"{PUBLISHED}@v1 # zizmor: ignore[unpinned-uses] moves with compatible releases",
        "./ # zizmor: ignore[self-repository] the checkout of the step above",
    )
    assert (OWN / name).read_text(encoding="utf-8") == expected


@pytest.mark.parametrize("path", sorted(TEMPLATES.glob("*.yml")), ids=name_of)
def test_templates_use_inputs_and_outputs_that_exist(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    action = load_yaml(ACTION)
    for step in find_steps(path):
        used = step.get("uses", "")
        if used.startswith(PUBLISHED):
            data = load_yaml(COMMENT if "/action/comment@" in used else ACTION)
            assert step.get("with", {}).keys() <= data["inputs"].keys()
            required = {n for n, i in data["inputs"].items() if i.get("required") == "true"}
            assert required <= step.get("with", {}).keys()
    assert set(re.findall(r"steps\.journal\.outputs\.([\w-]+)", text)) <= action["outputs"].keys()


def test_comment_follows_the_preview() -> None:
    preview, comment = (load_yaml(TEMPLATES / f"journal-{n}.yml") for n in ("preview", "comment"))
    assert comment["on"]["workflow_run"]["workflows"] == [preview["name"]]
    uploads = [
        s["with"]["name"]
        for s in find_steps(TEMPLATES / "journal-preview.yml")
        if "upload-artifact" in s["uses"]
    ]
    assert load_yaml(COMMENT)["inputs"]["artifact"]["default"] in uploads


@pytest.mark.parametrize(
    ("own", "template"),
    [
        ("ISSUE_TEMPLATE/experiment.yml", "experiment.yml"),
        ("ISSUE_TEMPLATE/problem-analysis.yml", "problem-analysis.yml"),
        ("PULL_REQUEST_TEMPLATE.md", "pull_request_template.md"),
    ],
)
def test_own_forms_are_the_templates(own: str, template: str) -> None:
    files = ROOT / "journal_plugin" / "scaffold" / "files"
    assert (ROOT / ".github" / own).read_bytes() == (files / template).read_bytes()
