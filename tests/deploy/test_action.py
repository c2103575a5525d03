"""The action from checkout to artifact, each `run:` as the shell step that it is."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.fake_github.server import TOKEN

if TYPE_CHECKING:
    from tests.deploy.conftest import Lab

SYNC = "Sync issues and pull requests"
UPLOAD = "Upload the site for GitHub Pages"
SAVE = "Save the snapshot and the render cache"
OFFLINE = {
    "GITHUB_API_URL": "http://127.0.0.1:9/api/v3",
    "GITHUB_GRAPHQL_URL": "http://127.0.0.1:9/api/graphql",
}
"""The discard port: nothing listens there."""


def test_cold_run_publishes_everything(lab: Lab) -> None:
    job = lab.job().run()
    assert job.ok, job.log
    assert job.artifact.is_file()
    assert job.outputs["sync-result"] == "fresh"
    assert job.outputs["records"] == "85"
    assert job.outputs["posts"] == "1"
    assert job.outputs["problems"] == "1"
    assert job.outputs["page-url"] == "https://acme.github.io/lab/"
    assert job.outputs["journal-url"] == "https://acme.github.io/lab/journal/"
    assert job.outputs["changed"] == "true"
    data = json.loads((job.workspace / job.outputs["data-dir"] / "journal.json").read_bytes())
    assert len(data["records"]) == 85
    findings = json.loads((job.workspace / job.outputs["diagnostics"]).read_bytes())
    counts = [sum(f["severity"] == s for f in findings) for s in ("error", "warning", "info")]
    assert [job.outputs[name] for name in ("errors", "warnings", "notes")] == [
        str(c) for c in counts
    ]
    assert "no earlier build" in job.summary


def test_warm_run_reads_only_what_changed(lab: Lab) -> None:
    assert lab.job().run().ok
    cold = len(lab.fake.log)
    lab.change(1, "A new title")
    job = lab.job().run()
    assert job.ok, job.log
    warm = len(lab.fake.log) - cold
    assert warm < cold
    assert job.outputs["records"] == "85"
    data = json.loads((job.workspace / job.outputs["data-dir"] / "journal.json").read_bytes())
    assert "A new title" in {record["title"] for record in data["records"]}
    assert job.outputs["changed"] == "true"


def test_warm_run_without_a_change(warm_lab: Lab) -> None:
    job = warm_lab.job().run()
    assert job.outputs["changed"] == "false"
    assert "nothing changes" in job.summary


def test_change_since_the_last_build(warm_lab: Lab) -> None:
    warm_lab.write(
        "docs/posts/second.md", "---\ntitle: Second @ada #3\nstatus: running\n---\n\n# Second\n"
    )
    job = warm_lab.job().run()
    assert job.ok, job.log
    change = (job.workspace / job.outputs["change"]).read_text(encoding="utf-8")
    assert "gains 1 post" in change
    assert "second" in change
    assert change in job.summary


def test_full_sync_reads_all_again(warm_lab: Lab) -> None:
    warm_lab.fake.log.clear()
    job = warm_lab.job().run(full_sync="true")
    assert job.ok, job.log
    assert "Sync: 85 records read" in job.summary


def test_rate_limit_keeps_the_last_good_snapshot(warm_lab: Lab) -> None:
    warm_lab.change(1, "A new title")
    warm_lab.fake.quota = {"core": 0, "graphql": 0}
    job = warm_lab.job().run()
    assert job.ok, job.log
    assert job.outputs["sync-result"] == "stale"
    assert job.outputs["records"] == "85"
    assert "::warning::GitHub failed" in job.log_of(SYNC)
    assert "rate limit" in job.log_of(SYNC).lower() or "quota" in job.log_of(SYNC).lower()
    assert job.artifact.is_file()
    assert "last good snapshot" in job.summary


def test_offline_keeps_the_last_good_snapshot(warm_lab: Lab) -> None:
    job = warm_lab.job(**OFFLINE).run()
    assert job.ok, job.log
    assert job.outputs["sync-result"] == "stale"
    assert job.outputs["changed"] == "false"


@pytest.mark.parametrize("case", ["rate-limited", "offline"])
def test_failure_without_a_snapshot_publishes_nothing(lab: Lab, case: str) -> None:
    if case == "rate-limited":
        lab.fake.quota = {"core": 0, "graphql": 0}
    job = lab.job(**(OFFLINE if case == "offline" else {})).run()
    assert not job.ok
    assert job.outcome(SYNC) == "failure"
    assert "::error::GitHub failed, and there is no complete snapshot" in job.log_of(SYNC)
    assert job.outcome("Build") == job.outcome(UPLOAD) == "skipped"
    assert not job.artifact.exists()


def test_interrupted_first_sync_is_not_published_but_goes_on_later(lab: Lab) -> None:
    """Half of the records must not replace a good site."""
    lab.fake.quota["graphql"] = 1
    lab.fake.quota["core"] = 3
    job = lab.job().run()
    assert job.outcome(SYNC) == "failure", job.log
    assert job.outcome(UPLOAD) == "skipped"
    assert job.outcome(SAVE) == "success"
    lab.fake.quota = {"core": 5000, "graphql": 5000}
    again = lab.job().run()
    assert again.ok, again.log
    assert again.outputs["records"] == "85"


@pytest.mark.parametrize(("allowed", "ok"), [(False, False), (True, True)])
def test_repository_that_became_private_is_not_published_from_old_records(
    warm_lab: Lab,
    allowed: bool,  # noqa: FBT001 - a table
    ok: bool,  # noqa: FBT001 - a table
) -> None:
    if allowed:
        config = (warm_lab.source / "mkdocs.yml").read_text(encoding="utf-8")
        warm_lab.write("mkdocs.yml", f"{config}      allow_private: true\n")
    event = warm_lab.root / "event.json"
    event.write_text(json.dumps({"repository": {"private": True}}))
    job = warm_lab.job(**OFFLINE, GITHUB_EVENT_PATH=str(event)).run()
    assert job.ok is ok, job.log
    assert job.artifact.exists() is ok


def test_wrong_configuration_is_never_taken_for_a_failure_of_github(warm_lab: Lab) -> None:
    warm_lab.write("mkdocs.yml", "site_name: Lab\nplugins:\n  - journal:\n      repo: nonsense\n")
    job = warm_lab.job().run()
    assert not job.ok
    assert job.outcome(UPLOAD) == "skipped"


def test_committed_snapshot_without_a_sync(lab: Lab) -> None:
    first = lab.job().run()
    committed = first.workspace / ".journal" / "acme" / "lab"
    for path in committed.glob("*.json"):
        lab.write(f".journal/acme/lab/{path.name}", path.read_text(encoding="utf-8"))
    lab.fake.log.clear()
    job = lab.job().run(sync="false", cache="false", upload="false")
    assert job.ok, job.log
    assert lab.fake.log == []
    assert job.outputs["records"] == "85"
    assert job.outcome(SYNC) == job.outcome(SAVE) == job.outcome(UPLOAD) == "skipped"


def test_option_never_is_respected(lab: Lab) -> None:
    config = (lab.source / "mkdocs.yml").read_text(encoding="utf-8")
    lab.write("mkdocs.yml", f"{config}      sync: never\n")
    job = lab.job().run()
    assert job.ok, job.log
    assert lab.fake.log == []
    assert job.outputs["sync-result"] == ""


def test_strict_fails_on_findings(lab: Lab) -> None:
    lab.write("docs/posts/second.md", "---\ntitle: Second\nissues: [99999]\n---\n\n# Second\n")
    loose = lab.job().run()
    assert loose.ok, loose.log
    assert "file=docs/posts/second.md" in loose.log_of("Check")
    strict = lab.job().run(strict="true")
    assert strict.outcome("Check") == "failure"
    assert strict.outcome(UPLOAD) == "skipped"


def test_working_directory(lab: Lab) -> None:
    """Annotations name paths of the repository, not of the project."""
    for name in ("mkdocs.yml", "docs"):
        (lab.source / "site").mkdir(exist_ok=True)
        (lab.source / name).rename(lab.source / "site" / name)
    lab.write("site/docs/posts/second.md", "---\ntitle: Second\nissues: [99999]\n---\n\n# Second\n")
    assert lab.job().run(working_directory="site").ok
    job = lab.job().run(working_directory="site")
    assert job.ok, job.log
    assert "file=site/docs/posts/second.md" in job.log_of("Check")
    assert job.outputs["changed"] == "false"


@pytest.mark.parametrize(
    ("inputs", "step"),
    [
        ({"engine": "sphinx"}, "Install"),
        ({"strict": "maybe"}, "Build"),
        ({"full_sync": "perhaps"}, SYNC),
        ({"working_directory": ".."}, "Take the newer snapshot"),
        ({"working_directory": "/"}, "Take the newer snapshot"),
    ],
)
def test_wrong_input(lab: Lab, inputs: dict[str, str], step: str) -> None:
    job = lab.job().run(**inputs)
    assert job.outcome(step) == "failure", job.log
    assert "::error::the input" in job.log_of(step)
    assert not job.artifact.exists()


def test_hostile_input_never_reaches_the_shell(lab: Lab) -> None:
    hostile = "$(touch pwned); `touch pwned`; touch pwned #"
    for name in ("engine", "requirements", "working_directory", "strict"):
        job = lab.job().run(**({"sync": "false"} | {name: hostile}))
        assert not job.ok
        assert not list(lab.root.rglob("pwned"))


def test_token_is_nowhere(lab: Lab) -> None:
    """Not in a log, the site, the snapshot, the cache, the outputs or the summary."""
    job = lab.job().run()
    assert job.ok, job.log
    assert TOKEN not in job.log + job.summary + json.dumps(job.outputs)
    for path in lab.root.rglob("*"):
        if path.is_file():
            assert TOKEN.encode() not in path.read_bytes(), path
