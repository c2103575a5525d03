"""Which files outside `docs_dir` are found, and that nothing outside the project is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from journal_plugin.errors import ConfigError
from journal_plugin.sources.outside import find_outside, resolve_inside

if TYPE_CHECKING:
    from pathlib import Path

TREE = (
    "LOG.md",
    "experiments/README.md",
    "experiments/a/README.md",
    "experiments/a/notes.md",
    "experiments/a/deep/more.md",
    "experiments/group/b/README.md",
    "experiments/flat/one.md",
    "experiments/flat/two.qmd",
    "experiments/flat/data.csv",
    "experiments/.hidden/README.md",
    "experiments/node_modules/README.md",
    "other/LOG.md",
)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    root = tmp_path / "project"
    for name in TREE:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("# x\n")
    return root


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("LOG.md", ("LOG.md",)),
        ("./LOG.md", ("LOG.md",)),
        ("experiments/*/README.md", ("experiments/a/README.md",)),
        (
            "experiments/**/README.md",
            ("experiments/README.md", "experiments/a/README.md", "experiments/group/b/README.md"),
        ),
        (
            "experiments/",
            (
                "experiments/README.md",
                "experiments/a/README.md",
                "experiments/flat/one.md",
                "experiments/flat/two.qmd",
                "experiments/group/b/README.md",
            ),
        ),
    ],
)
def test_pattern_names_files(project: Path, pattern: str, expected: tuple[str, ...]) -> None:
    assert find_outside(project, [pattern]) == (expected, ())


@pytest.mark.parametrize("pattern", ["../other", "/etc", "a/../../b", "", ".", "~/x", "C:/x"])
def test_pattern_that_leaves_the_project_is_refused(project: Path, pattern: str) -> None:
    with pytest.raises(ConfigError, match="post_sources"):
        find_outside(project, [pattern])


def test_link_out_of_the_project_is_reported_and_left_out(project: Path) -> None:
    secret = project.parent / "secret.md"
    secret.write_text("# secret\n")
    (project / "experiments" / "flat" / "out.md").symlink_to(secret)
    found, findings = find_outside(project, ["experiments/flat"])
    assert "experiments/flat/out.md" not in found
    assert [(f.path, f.code) for f in findings] == [("experiments/flat/out.md", "outside-root")]


def test_folder_that_links_out_of_the_project_is_not_entered(project: Path) -> None:
    (project.parent / "elsewhere").mkdir()
    (project.parent / "elsewhere" / "README.md").write_text("# secret\n")
    (project / "experiments" / "linked").symlink_to(project.parent / "elsewhere")
    found, _ = find_outside(project, ["experiments", "experiments/*/README.md"])
    assert not any("linked" in path for path in found)
    found, _ = find_outside(project, ["experiments/linked/README.md"])
    assert found == ()


def test_directory_named_like_a_file_is_no_post(project: Path) -> None:
    (project / "experiments" / "dir.md").mkdir()
    assert "experiments/dir.md" not in find_outside(project, ["experiments"])[0]


def test_pattern_without_files_suggests_a_folder(project: Path) -> None:
    _, (finding,) = find_outside(project, ["experimants/*/README.md"])
    assert finding.code == "no-posts"
    assert "did you mean 'experiments'?" in finding.message


def test_a_link_to_a_hidden_file_is_not_followed(project: Path) -> None:
    """The checkout's own `.git/config` may hold a token, and `.env` whatever a build needs."""
    (project / ".env").write_text("SECRET=1\n")
    (project / ".git").mkdir()
    (project / ".git" / "config").write_text("token\n")
    (project / "experiments/a/env.md").symlink_to(project / ".env")
    (project / "experiments/a/plot.png").symlink_to(project / ".git" / "config")
    (project / "experiments/a/data.png").symlink_to(project / "experiments/flat/data.csv")
    found, findings = find_outside(project, ["experiments/a/*.md"])
    assert "experiments/a/env.md" not in found
    assert [finding.code for finding in findings] == ["outside-root"]
    assert resolve_inside(project, "experiments/a/plot.png") is None
    assert resolve_inside(project, "experiments/a/data.png")
