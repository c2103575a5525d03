"""People, bots and AI assistants are told apart by the rules that `authors` states."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from journal_plugin.model import Author, AuthorKind
from journal_plugin.settings import DEFAULT_AI_AUTHORS
from journal_plugin.sources.github.authors import AuthorKinds
from tests.fake_github.world import Commit, make_item, make_note

if TYPE_CHECKING:
    from tests.fake_github.rig import Rig

KINDS = AuthorKinds(DEFAULT_AI_AUTHORS)
HUMAN, BOT, AI = AuthorKind.HUMAN, AuthorKind.BOT, AuthorKind.AI


@pytest.mark.parametrize(
    ("login", "account_type", "shown", "kind"),
    [
        ("ada", "User", "ada", HUMAN),
        ("ada", None, "ada", HUMAN),
        ("dependabot", "Bot", "dependabot[bot]", BOT),
        ("dependabot[bot]", "Bot", "dependabot[bot]", BOT),
        ("renovate[bot]", None, "renovate[bot]", BOT),
        ("Copilot", "Bot", "Copilot", AI),
        ("copilot", "User", "copilot", AI),
        ("copilot-swe-agent", "Bot", "copilot-swe-agent[bot]", AI),
        ("claude[bot]", "Bot", "claude[bot]", AI),
        ("Devin-AI-Integration[bot]", "Bot", "Devin-AI-Integration[bot]", AI),
        ("acme", "Organization", "acme", HUMAN),
        ("cursor[bot]", "Bot", "cursor[bot]", AI),
        ("claudette", "User", "claudette", HUMAN),
        ("claude-monet", "User", "claude-monet", HUMAN),
        ("codexter", "User", "codexter", HUMAN),
        ("aiderman", "User", "aiderman", HUMAN),
    ],
)
def test_accounts(login: str, account_type: str | None, shown: str, kind: AuthorKind) -> None:
    assert KINDS.find_author(login, account_type) == Author(login=shown, kind=kind)


@pytest.mark.parametrize("login", [None, "", "ghost"])
def test_deleted_accounts(login: str | None) -> None:
    assert KINDS.find_author(login, "User") is None


def test_options_replace_the_defaults() -> None:
    kinds = AuthorKinds(["Our-Agent[bot]", "lab-*"])
    found = [kinds.find_author(login, "User") for login in ("our-agent[bot]", "LAB-7", "Copilot")]
    assert [author and author.kind for author in found] == [AI, AI, HUMAN]


@pytest.mark.parametrize(
    ("trailer", "login", "kind"),
    [
        ("Zoe <12+zoe@users.noreply.github.com>", "zoe", HUMAN),
        ("Zoe <zoe@users.noreply.github.com>", "zoe", HUMAN),
        ("Zoe Zed <zoe@example.org>", "Zoe Zed", HUMAN),
        ("Claude <noreply@anthropic.com>", "Claude", AI),
        ("Claude Opus 4.5 <noreply@anthropic.com>", "Claude Opus 4.5", AI),
        ("Copilot <175728472+Copilot@users.noreply.github.com>", "Copilot", AI),
        ("Cursor Agent <cursoragent@cursor.com>", "Cursor Agent", AI),
        ("aider (gpt-5) <noreply@aider.chat>", "aider (gpt-5)", AI),
        ("Claude Monet <claude.monet@example.fr>", "Claude Monet", HUMAN),
        ("Claudette <claudette@anthropic.com>", "Claudette", HUMAN),
        ("Claude Monet <claude.monet@anthropic.com>", "Claude Monet", HUMAN),
        ("Claudette <noreply@example.fr>", "Claudette", HUMAN),
        ("dependabot[bot] <49+dependabot[bot]@users.noreply.github.com>", "dependabot[bot]", BOT),
        ("<nobody@example.org>", "unknown", HUMAN),
    ],
)
def test_co_authors(trailer: str, login: str, kind: AuthorKind) -> None:
    for key in ("Co-authored-by", "co-authored-by", "CO-AUTHORED-BY"):
        message = f"Title\n\nText.\n\n{key}: {trailer}\r\n"
        assert KINDS.find_co_authors(message) == (Author(login=login, kind=kind),)


def test_co_authors_are_named_once_and_bounded() -> None:
    line = "Co-authored-by: Zoe <zoe@example.org>\n"
    assert len(KINDS.find_co_authors(line * 3)) == 1
    many = "".join(f"Co-authored-by: N{n} <n{n}@example.org>\n" for n in range(500))
    assert len(KINDS.find_co_authors(many)) == 50


def test_prose_is_no_trailer() -> None:
    assert KINDS.find_co_authors("I dropped Co-authored-by: Zoe <z@example.org> here") == ()


def commit(message: str = "Step", login: str | None = "ada") -> Commit:
    return Commit(sha="1" * 40, message=message, name="Ada", email="ada@example.org", login=login)


CLAUDE = "Step\n\nCo-Authored-By: Claude <noreply@anthropic.com>"


@pytest.mark.parametrize(
    ("author", "head", "commits", "kind"),
    [
        ("ada", "topic", [commit()], HUMAN),
        ("ada", "topic", [commit(), commit(CLAUDE)], AI),
        ("ada", "claude/fix-loss", [commit()], AI),
        ("ada", "Codex/fix", [], AI),
        ("ada", "cloud/claude/fix", [], HUMAN),
        ("ada", "topic", [commit(login="copilot-swe-agent")], AI),
        ("dependabot", "copilot/x", [commit(CLAUDE)], BOT),
        ("copilot-swe-agent", "topic", [], AI),
    ],
)
def test_authors_of_pull_requests(
    rig: Rig, author: str, head: str, commits: list[Commit], kind: AuthorKind
) -> None:
    rig.items[1] = make_item(1, is_pull=True, author=author, head=head, commits=commits)
    rig.sync()
    record = rig.records()[1]
    assert record.author is not None
    assert record.author.kind is kind


def test_commits_tell_who_wrote_what(rig: Rig) -> None:
    """The pull request counts as AI work; its commits keep person and assistant apart."""
    rig.items[1] = make_item(1, is_pull=True, commits=[commit(CLAUDE), commit()])
    rig.sync()
    first, second = rig.records()[1].commits
    assert first.author == second.author == Author(login="ada", kind=HUMAN)
    assert first.co_authors == (Author(login="Claude", kind=AI),)
    assert second.co_authors == ()


def test_issues_and_comments_go_by_the_account(rig: Rig) -> None:
    note = make_note(1, "Co-authored-by: Claude <noreply@anthropic.com>", author="dependabot")
    rig.items[1] = make_item(1, author="claude", comments=[note])
    for token in (rig.token, None):
        rig.token = token
        rig.sync(full=True)
        record = rig.records()[1]
        assert record.author == Author(login="claude[bot]", kind=AI)
        assert record.comments[0].author == Author(login="dependabot[bot]", kind=BOT)
