"""The command as a whole: help, suggestions, colours, exit codes, completion."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click
import pytest

from journal_plugin.cli import main
from tests.support.project import run, run_process

if TYPE_CHECKING:
    from pathlib import Path

COMMANDS = sorted(main.commands)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_with_examples(name: str) -> None:
    done = run(name, "--help")
    assert done.exit_code == 0
    assert f"\n  journal {name}" in done.stdout.replace("    journal", "  journal")
    command = main.commands[name]
    for option in command.params:
        if isinstance(option, click.Option):
            assert option.help, f"{name} {option.name}"


def test_the_commands_of_the_contract_exist() -> None:
    assert {"init", "check", "new", "export", "context", "diff", "mcp"} <= set(COMMANDS)


@pytest.mark.parametrize(
    ("arguments", "hint"),
    [
        (["chekc"], "check"),
        (["check", "--stirct"], "--strict"),
        (["export", "--uot", "x"], "--out"),
        (["check", "--format", "sarfi"], "sarif"),
    ],
)
def test_a_wrong_word_gets_a_suggestion(arguments: list[str], hint: str) -> None:
    done = run(*arguments)
    assert done.exit_code == 2
    assert hint in done.stderr


def test_a_missing_configuration_is_exit_2(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    done = run("check")
    assert done.exit_code == 2
    assert "mkdocs.yml" in done.stderr
    assert "Traceback" not in done.output


def test_a_configuration_without_the_plugin_says_what_to_add(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "docs").mkdir()
    (tmp_path / "mkdocs.yml").write_text("site_name: x\n")
    done = run("context")
    assert done.exit_code == 2
    assert "add `- journal`" in done.stderr


@pytest.mark.parametrize(
    ("config", "message"),
    [
        ("plugins:\n  - journal\n", "site_name: Required configuration not provided"),
        ("site_name: x\nplugins: [\n", "error parsing the configuration file"),
        ("site_name: x\nplugins:\n  - jurnal\n", "is not installed"),
        ("site_name: x\nplugins:\n  - journal:\n      sync: nevr\n", "got 'nevr'; allowed is one of"),
        ("site_name: x\nplugins:\n  - journal:\n      strct: true\n", "did you mean 'strict'?"),
        ("site_name: x\nplugins:\n  - journal:\n      7: x\n", "7: unknown option"),
        (f"site_name: {'9' * 5000}\n", "mkdocs.yml"),
    ],
)  # fmt: skip
def test_a_wrong_configuration_is_one_line_and_exit_2(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, config: str, message: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "docs").mkdir()
    (tmp_path / "mkdocs.yml").write_text(config)
    done = run("check")
    assert done.exit_code == 2
    assert message in done.stderr
    assert done.stderr.startswith("Error: ")
    assert isinstance(done.exception, SystemExit)


def test_a_configuration_elsewhere_can_be_named(
    project: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))
    done = run("context", "--config-file", str(project / "mkdocs.yml"))
    assert done.exit_code == 0
    assert "Mode collapse" in done.stdout


def test_no_color_is_respected(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = project / "docs/posts/a.md"
    path.parent.mkdir()
    path.write_text("---\nstauts: x\n---\n\n# A\n")
    from click.testing import CliRunner  # noqa: PLC0415 - only here with colours

    colored = CliRunner().invoke(main, ["check"], color=True)
    assert "\x1b[" in colored.stdout
    monkeypatch.setenv("NO_COLOR", "1")
    plain = CliRunner().invoke(main, ["check"], color=True)
    assert "\x1b[" not in plain.stdout


def test_control_sequences_of_strangers_do_not_reach_the_terminal(project: Path) -> None:
    path = project / "docs/posts/a.md"
    path.parent.mkdir()
    path.write_text('---\ntitle: "a\\e]0;owned\\a\\u202e"\nproblem: mode-collapse\n---\n\n# A\n')
    for arguments in (["context"], ["context", "--problem", "mode-collapse"]):
        shown = run(*arguments).output
        assert "owned" in shown
        assert not {"\x1b", "\x07", "\u202e"} & set(shown)


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_knows_commands_and_options(tmp_path: Path, shell: str) -> None:
    source = run_process(tmp_path, "journal", env={"_JOURNAL_COMPLETE": f"{shell}_source"})
    assert "_JOURNAL_COMPLETE" in source.stdout
    words = {"COMP_WORDS": "journal ch", "COMP_CWORD": "ch" if shell == "fish" else "1"}
    offered = run_process(
        tmp_path, "journal", env={"_JOURNAL_COMPLETE": f"{shell}_complete", **words}
    )
    assert "check" in offered.stdout
    words = {"COMP_WORDS": "journal check --f", "COMP_CWORD": "--f" if shell == "fish" else "2"}
    offered = run_process(
        tmp_path, "journal", env={"_JOURNAL_COMPLETE": f"{shell}_complete", **words}
    )
    assert "--fix" in offered.stdout
    assert "--format" in offered.stdout
