"""Options: each with right and wrong values, and what the repository's address says."""

from __future__ import annotations

from datetime import timedelta

import pytest

from journal_plugin.errors import ConfigError
from journal_plugin.settings import CHECKS, Settings, repo_of_url
from journal_plugin.vocabulary import Phase, Status

RIGHT: dict[str, tuple[object, object]] = {
    "enabled": (False, False),
    "repo": ("a/b.c", "a/b.c"),
    "repos": (["a/b", "c/d"], ("a/b", "c/d")),
    "sync": ("never", "never"),
    "sync_interval": (5, timedelta(minutes=5)),
    "full_sync_interval": ("12h", timedelta(hours=12)),
    "max_wait": ("90 s", timedelta(seconds=90)),
    "snapshot": ("data/.journal", "data/.journal"),
    "posts": ("log/*.md", ("log/*.md",)),
    "post_sources": (["experiments/*/README.md"], ("experiments/*/README.md",)),
    "path": ("/lab/journal/", "lab/journal"),
    "records": ("linked", "linked"),
    "ai_authors": (["robo*"], ("robo*",)),
    "allow_private": (True, True),
    "strict": (True, True),
    "infer_problems": (False, False),
    "feeds": (False, False),
    "badges": (False, False),
    "insights": (False, False),
}
WRONG: dict[str, list[object]] = {
    "repo": ["a", "a/b/c", "https://x/y", "../x", 5, "a/b c", "a/.", "a/.."],
    "repos": [["a"], 7, {"a/b": 1}],
    "sync": ["Always", True],
    "sync_interval": [-1, "soon", True, [1], 10**30, "99999999999d", "9" * 5000 + "d", "٣m"],
    "full_sync_interval": ["1 fortnight"],
    "max_wait": [1.5],
    "snapshot": ["", 3, "a\0b", "a\ud800", "x" * 300],
    "posts": [[""], 3, "x" * 300],
    "post_sources": [[1], "a\0b", ["x" * 300]],
    "path": ["", "/", "a/../b", "a b", "<x>", 3],
    "records": ["ALL", None.__class__],
    "statuses": [["running"], {"baking": "hot"}],
    "outcomes": [{"meh": "middling"}],
    "phases": [{"x": "later"}],
    "ai_authors": [5],
}


@pytest.mark.parametrize("name", RIGHT)
def test_right_values(name: str) -> None:
    value, expected = RIGHT[name]
    assert getattr(Settings.from_mapping({name: value}), name) == expected


@pytest.mark.parametrize(("name", "value"), [(n, v) for n, vs in WRONG.items() for v in vs])
def test_wrong_values_name_themselves_and_what_is_allowed(name: str, value: object) -> None:
    with pytest.raises(ConfigError) as caught:
        Settings.from_mapping({name: value})
    assert str(caught.value).startswith(name)
    assert "allowed is" in str(caught.value)


@pytest.mark.parametrize("name", [n for n in CHECKS if isinstance(getattr(Settings(), n), bool)])
def test_switches_take_nothing_but_true_and_false(name: str) -> None:
    with pytest.raises(ConfigError, match="true or false"):
        Settings.from_mapping({name: "yes"})


def test_a_long_value_is_cut_in_the_message() -> None:
    with pytest.raises(ConfigError) as caught:
        Settings.from_mapping({"repo": "x" * 5000})
    assert len(str(caught.value)) < 400


def test_an_option_that_is_no_text_is_unknown() -> None:
    with pytest.raises(ConfigError, match="7: unknown option"):
        Settings.from_mapping({7: "x"})  # type: ignore[dict-item]  # YAML allows it


def test_every_option_is_covered() -> None:
    assert set(CHECKS) == set(RIGHT) | {"statuses", "outcomes", "phases"}


def test_none_means_not_set() -> None:
    assert Settings.from_mapping(dict.fromkeys(CHECKS)) == Settings()


def test_words_extend_the_vocabulary() -> None:
    settings = Settings.from_mapping(
        {"statuses": {"In the Oven": "running"}, "phases": {"needs-design": "design"}}
    )
    assert settings.vocabulary.find_status("in-the-oven since May") is Status.RUNNING
    assert settings.vocabulary.find_status("complete") is Status.COMPLETE
    assert settings.vocabulary.find_phase("Needs Design") is Phase.DESIGN


@pytest.mark.parametrize(
    ("url", "repo"),
    [
        ("https://github.com/a/b", "a/b"),
        ("https://github.com/a/b.git", "a/b"),
        ("https://github.example.org/a/b/", "a/b"),
        ("git@github.com:a/b.git", "a/b"),
        ("https://github.com/a", None),
        ("https://example.org/a/b/c", None),
        ("", None),
    ],
)
def test_the_repository_comes_from_its_address(url: str, repo: str | None) -> None:
    assert repo_of_url(url) == repo
    assert Settings.from_mapping({}, repo_url=url).repo == repo
    assert Settings.from_mapping({"repo": "x/y"}, repo_url=url).repo == "x/y"
