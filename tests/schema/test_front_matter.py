"""The JSON Schema says what the reader says, and a real editor's server works with it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
import yaml
from jsonschema import Draft202012Validator

from journal_plugin.schema.front_matter import SCHEMA_ID, make_schema
from journal_plugin.settings import Settings
from journal_plugin.sources.keys import POST_KEYS
from journal_plugin.sources.posts import PostFile, load_posts
from journal_plugin.vocabulary import (
    OUTCOME_WORDS,
    STATUS_WORDS,
    Outcome,
    Phase,
    Status,
    Vocabulary,
)
from tests.support.language_server import LanguageServer
from tests.support.needs import require
from tests.support.project import TOOLS, run

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

WORDS = Vocabulary()
SCHEMA = make_schema(WORDS)
VALIDATOR = Draft202012Validator(SCHEMA)

ACCEPTED = """\
title: A post
date: 2026-01-31
date: 31.01.2026
date: January 31, 2026
metrics: {accuracy: 71 %}
date: 2026-01-31 10:30:00
date: {created: 2026-01-31, updated: 2026-02-01}
status: complete
status: ✅ Complete - Full Pipeline Validated
status: In_Progress
status: 🟡 going on
status: did not work
outcome: success
outcome: Partially successful
phase: design
issues: 18
issues: [18, 21]
issues: "#18, GH-21 o/n#3"
issues: ["o/n#3", "https://github.com/o/n/issues/3#issuecomment-1"]
issues: {18: analysis, 21: null}
prs: {o/n#3: implementation}
metrics: {accuracy: 0.7, loss: {value: 1.5, unit: nats, baseline: 2, better: lower}}
metrics: {accuracy: {value: null}}
problem: [a, b]
follows: other-post
success_criteria: [one, two]
params: {lr: 0.1, nested: {a: [1]}}
tags: [a, 1]
draft: true
anything_else: {of: [any, kind]}
experiment: {status: running, issues: [18]}
"""
REFUSED = """\
date: yesterday
status: complet
outcome: sucess
phase: experiment-ation
issues: eighteen
issues: [18, x]
issues: {18: analysys}
prs: {x: design}
metrics: {accuracy: high}
metrics: 5
metrics: {a: {value: 1, better: more}}
experiment: {status: complet}
experiment: {metrics: {a: b}}
"""


def as_json(text: str) -> object:
    """YAML as an editor sees it: days are texts, keys too."""
    return json.loads(json.dumps(_load(text)))


def _load(text: str) -> object:
    class Loader(yaml.SafeLoader):
        """Leaves days as texts."""

    Loader.yaml_implicit_resolvers = {
        sign: [(tag, pattern) for tag, pattern in found if tag != "tag:yaml.org,2002:timestamp"]
        for sign, found in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }
    return yaml.load(text, Loader=Loader)  # noqa: S506 - a safe loader without dates


def findings(text: str) -> list[str]:
    """What the reader has to say."""
    file = PostFile(
        path="a.md", text=f"---\n{text}\n---\n\n# A\n", src_uri="a.md", url="a/", matched=True
    )
    return [found.code for found in load_posts([file], repo="o/n", vocabulary=WORDS)[1]]


def test_the_schema_is_valid() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["$schema"] == "https://json-schema.org/draft/2020-12/schema"


def test_the_schema_knows_the_keys_of_the_reader_and_explains_each() -> None:
    properties = SCHEMA["properties"]
    assert isinstance(properties, dict)
    assert properties.keys() == POST_KEYS
    nested = properties["experiment"]["properties"]
    assert nested.keys() == POST_KEYS - {"experiment"}
    assert all(field["description"] for field in (*properties.values(), *nested.values()))


@pytest.mark.parametrize("text", ACCEPTED.splitlines())
def test_what_the_reader_takes_the_schema_takes(text: str) -> None:
    assert findings(text) == []
    assert [error.message for error in VALIDATOR.iter_errors(as_json(text))] == []


@pytest.mark.parametrize("text", REFUSED.splitlines())
def test_what_the_reader_reports_the_schema_refuses(text: str) -> None:
    assert findings(text) != []
    assert not VALIDATOR.is_valid(as_json(text))


@pytest.mark.parametrize("word", [*STATUS_WORDS, *OUTCOME_WORDS, *Status])
def test_every_word_of_the_vocabulary_is_a_status_line(word: str) -> None:
    for text in (word, word.upper(), f"** {word.title()} ** and more"):
        assert VALIDATOR.is_valid({"status": text})


def test_the_words_of_the_options_are_known() -> None:
    settings = Settings.from_mapping(
        {"statuses": {"baking": "running"}, "outcomes": {"meh": "mixed"}}
    )
    mine = Draft202012Validator(make_schema(settings.vocabulary))
    front = {"status": "Baking since Monday", "outcome": "meh"}
    assert mine.is_valid(front)
    assert not VALIDATOR.is_valid(front)


def test_the_command_prints_the_schema_of_the_project(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert json.loads(run("schema").stdout) == json.loads(json.dumps(SCHEMA))
    (tmp_path / "docs").mkdir()
    (tmp_path / "mkdocs.yml").write_text(
        "site_name: x\nplugins:\n  - journal:\n      statuses: {baking: running}\n"
    )
    done = run("schema", "--out", "schema.json")
    assert done.exit_code == 0
    mine = Draft202012Validator(json.loads((tmp_path / "schema.json").read_bytes()))
    assert mine.is_valid({"status": "baking"})


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[LanguageServer, str]]:
    """A YAML language server, and the line that points it to the schema."""
    tool = TOOLS / ".bin" / "yaml-language-server"
    require(tool, "run `npm install --prefix tests/tools`")
    path = tmp_path_factory.mktemp("schema") / "front-matter.json"
    path.write_text(json.dumps(SCHEMA), encoding="utf-8")
    with LanguageServer("node", str(tool.resolve()), "--stdio") as running:
        yield running, f"# yaml-language-server: $schema={path.as_uri()}\n"


def test_the_server_reports_a_misspelt_word(server: tuple[LanguageServer, str]) -> None:
    running, hint = server
    found = running.open("file:///wrong.yaml", f"{hint}title: A\noutcome: sucess\nprs: [x]\n")
    assert sorted({item["range"]["start"]["line"] for item in found}) == [2, 3]


def test_the_server_is_silent_about_a_good_post(server: tuple[LanguageServer, str]) -> None:
    running, hint = server
    text = "title: A\ndate: 2026-01-31\nstatus: ✅ Complete - all\nissues: {18: analysis}\n"
    assert running.open("file:///good.yaml", hint + text) == []


def test_the_server_completes_keys_and_words(server: tuple[LanguageServer, str]) -> None:
    running, hint = server
    running.open("file:///complete.yaml", f"{hint}title: A\nstatus: \nphase: \n\n")
    assert set(running.complete("file:///complete.yaml", 2, 8)) >= {word.value for word in Status}
    assert set(running.complete("file:///complete.yaml", 3, 7)) >= {word.value for word in Phase}
    keys = set(running.complete("file:///complete.yaml", 4, 0))
    assert keys >= POST_KEYS - {"title", "status", "phase"}
    running.open("file:///outcome.yaml", f"{hint}outcome: \n")
    words = running.complete("file:///outcome.yaml", 1, 9)
    assert set(words) >= {word.value for word in Outcome}


def test_the_server_explains_a_key(server: tuple[LanguageServer, str]) -> None:
    running, hint = server
    running.open("file:///hover.yaml", f"{hint}hypothesis: It works.\n")
    assert "before the run" in running.hover("file:///hover.yaml", 1, 3)


def test_the_id_of_the_schema_needs_no_network() -> None:
    assert SCHEMA["$id"] == SCHEMA_ID
    assert SCHEMA_ID.startswith("urn:")
