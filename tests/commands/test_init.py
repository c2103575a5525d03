"""`journal init`: a repository becomes a journal, and nothing that exists is lost."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from journal_plugin.errors import ConfigError
from journal_plugin.scaffold.config_file import add_plugin, read_config
from tests.support.project import run

OPTIONS = {"repo": "lab/model"}

EXTENDED = {
    "no plugins": "site_name: x\n",
    "no line end": "site_name: x",
    "comments only": "# mine\n",
    "flow list": "plugins: [search, blog] # mine\ntheme: material\n",
    "flow list on lines": "plugins: [\n  search,\n]\n",
    "flow mapping": "plugins: {search: {lang: en}}\n",
    "list at the margin": "plugins:\n- search\n- blog:\n    x: 1\n    # inner\n\n# mine\nnav:\n- a.md\n",
    "indented list": "plugins:\n    - search\n    - blog\ntheme: material\n",
    "block text": "plugins:\n  - search\n  - x: |\n      text\n      more\ntheme: a\n",
    "mapping": "plugins:\n  search: {}\n  tags:\nextra: !ENV [A, b]\n",
    "custom tags": "plugins:\n  - search\nx: !!python/name:os.path.join\n",
    "windows line ends": "plugins:\r\n  - search\r\ntheme: a\r\n",
    "end of file": "theme: a\nplugins:\n  - search",
    "empty list": "plugins: []\nsite_name: x\n",
    "empty value": "plugins:\nsite_name: x\n",
}


@pytest.mark.parametrize("text", EXTENDED.values(), ids=EXTENDED.keys())
def test_an_existing_configuration_only_grows(text: str) -> None:
    before = read_config(text, "mkdocs.yml").plugins or ("search",)
    changed = add_plugin(text, OPTIONS, "mkdocs.yml")
    assert read_config(changed, "mkdocs.yml").plugins == (*before, "journal")
    written = iter("".join(changed.split()))
    assert all(sign in written for sign in "".join(text.replace("[]", "").split()))
    assert ("\r\n" in text) == ("\r\n" in changed)
    assert changed.count("\n") - changed.count("\r\n") in (0, changed.count("\n"))
    assert add_plugin(changed, OPTIONS, "mkdocs.yml") == changed


def test_what_cannot_be_extended_is_refused() -> None:
    for text in ("a: &p [search]\nplugins: *p\n", "plugins: 5 6\n", "- a\n", "a: [\n"):
        with pytest.raises(ConfigError, match=r"mkdocs\.yml"):
            add_plugin(text, OPTIONS, "mkdocs.yml")


def git(root: Path, *arguments: str) -> None:
    subprocess.run(["git", *arguments], cwd=root, check=True, capture_output=True)


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty repository with a remote on GitHub."""
    root = tmp_path / "my-model"
    root.mkdir()
    git(root, "init", "--quiet", "--initial-branch", "trunk")
    git(root, "remote", "add", "origin", "git@github.com:lab/my-model.git")
    monkeypatch.chdir(root)
    return root


def files_of(root: Path) -> dict[str, bytes]:
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in root.rglob("*")
        if path.is_file() and ".git" not in path.parts
    }


def test_an_empty_repository_gets_everything(repository: Path) -> None:
    done = run("init", "--yes")
    assert done.exit_code == 0
    assert set(files_of(repository)) == {
        "mkdocs.yml",
        "docs/index.md",
        ".gitignore",
        ".github/workflows/journal.yml",
        ".github/workflows/journal-comment.yml",
        ".github/workflows/journal-preview.yml",
        ".github/ISSUE_TEMPLATE/problem-analysis.yml",
        ".github/ISSUE_TEMPLATE/experiment.yml",
        ".github/PULL_REQUEST_TEMPLATE.md",
    }
    config = yaml.safe_load((repository / "mkdocs.yml").read_text())
    assert config["plugins"] == ["search", {"journal": {"repo": "lab/my-model"}}]
    assert config["site_url"] == "https://lab.github.io/my-model/"
    assert config["repo_url"] == "https://github.com/lab/my-model"
    workflow = yaml.safe_load((repository / ".github/workflows/journal.yml").read_text())
    assert workflow[True]["push"]["branches"] == ["trunk"]


def test_a_second_run_has_nothing_to_do(repository: Path) -> None:
    run("init", "--yes")
    before = files_of(repository)
    done = run("init", "--yes")
    assert "nothing to do" in done.stdout
    assert files_of(repository) == before


def test_nothing_is_written_before_somebody_agrees(repository: Path) -> None:
    assert run("init", "--dry-run").exit_code == 0
    refused = run("init")
    assert refused.exit_code == 2
    assert "--yes" in refused.stderr
    assert files_of(repository) == {}


def test_existing_files_are_kept_to_the_byte(repository: Path) -> None:
    mine = {
        "docs/index.md": b"# Mine\r\n",
        ".github/workflows/journal.yml": b"mine",
        ".github/ISSUE_TEMPLATE/experiment.yml": b"mine",
        ".github/pull_request_template.md": b"mine",
        ".gitignore": b"*.pt",
    }
    for name, content in mine.items():
        path = repository / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    done = run("init", "--yes")
    after = files_of(repository)
    assert {name: after[name] for name in mine if name != ".gitignore"} == {
        name: content for name, content in mine.items() if name != ".gitignore"
    }
    assert after[".gitignore"] == b"*.pt\n/site/\n/.cache/\n"
    assert ".github/PULL_REQUEST_TEMPLATE.md" not in after
    assert "keep    .github/workflows/journal.yml" in done.stdout


def test_docs_and_experiments_are_found(repository: Path) -> None:
    for name in (
        "handbook/index.md",
        "handbook/notes/2026-01-02-first.md",
        "handbook/blog/posts/one.md",
        "experiments/a/README.md",
        "experiments/b/README.md",
        "src/pkg/README.md",
        "node_modules/x/README.md",
    ):
        path = repository / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("# X\n")
    config = "# mine\nsite_name: Handbook\ndocs_dir: handbook\n"
    (repository / "mkdocs.yml").write_text(config)
    assert run("init", "--yes").exit_code == 0
    text = (repository / "mkdocs.yml").read_text()
    assert text.startswith(config)
    assert yaml.safe_load(text)["plugins"][1]["journal"] == {
        "repo": "lab/my-model",
        "posts": ["**/posts/**/*.md", "notes/*.md"],
        "post_sources": ["experiments/*/README.md"],
    }
    assert not (repository / "docs").exists()


def test_a_wrong_repository_is_a_usage_error(repository: Path) -> None:
    done = run("init", "--yes", "--repo", "not a repo")
    assert done.exit_code == 2
    assert "owner/name" in done.stderr
    assert files_of(repository) == {}


def test_without_git_the_repository_is_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    done = run("init", "--yes")
    assert done.exit_code == 0
    assert "set `repo: owner/name` in mkdocs.yml" in done.stderr


@pytest.mark.parametrize(
    ("schema", "names"),
    [
        ("vendor.github-workflows", [".github/workflows/journal.yml"]),
        (
            "vendor.github-issue-forms",
            [
                ".github/ISSUE_TEMPLATE/problem-analysis.yml",
                ".github/ISSUE_TEMPLATE/experiment.yml",
            ],
        ),
    ],
)
def test_github_accepts_what_is_written(repository: Path, schema: str, names: list[str]) -> None:
    run("init", "--yes")
    tool = Path(sys.executable).parent / "check-jsonschema"
    done = subprocess.run(
        [tool, "--builtin-schema", schema, *names],
        cwd=repository,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
