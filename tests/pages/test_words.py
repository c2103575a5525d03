"""The catalogue of words: complete, without leftovers, and never a reason for a page to fail."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

import journal_plugin
from journal_plugin.build import build_journal
from journal_plugin.pages.page import Site
from journal_plugin.pages.words import ENGLISH, LABELS, explain, load_words, word
from journal_plugin.settings import Settings
from tests.support.make import REPO, make_issue, make_posts, make_pull, make_snapshot

if TYPE_CHECKING:
    from babel.messages.catalog import Message

ROOT = Path(journal_plugin.__file__).parent
LANGUAGES = sorted(path.name for path in (ROOT / "locale").iterdir() if path.is_dir())
PLACEHOLDER = re.compile(r"%\(\w+\)s|%%|\{\w+\}|</?(?:code|em)>")


@cache
def announced() -> frozenset[str | tuple[str, ...]]:
    """Every text that a module or template announces."""
    found = extract_from_dir(
        ROOT,
        method_map=[("**.py", "python"), ("templates/**.html", "jinja2")],
        keywords={
            "gettext": None,
            "_": None,
            "mark": None,
            "ngettext": (1, 2),
            "phrase": None,
            "count_phrase": (1, 2),
        },
    )
    return frozenset(message for _, _, message, _, _ in found)


@cache
def catalogue(language: str) -> dict[str | tuple[str, ...], Message]:
    path = ROOT / "locale" / language / "LC_MESSAGES" / "journal.po"
    with path.open("rb") as file:
        return {message.id: message for message in read_po(file) if message.id}


def test_there_is_something_to_translate() -> None:
    assert "de" in LANGUAGES
    assert len(announced()) > 600


def test_the_documented_command_extracts_the_same_texts(tmp_path: Path) -> None:
    docs = (ROOT.parent / "docs" / "how-to" / "translate.md").read_text(encoding="utf-8")
    line = next(line for line in docs.splitlines() if line.startswith("$ pybabel extract "))
    words = shlex.split(line.removeprefix("$ pybabel "))
    words[words.index("-o") + 1] = str(tmp_path / "journal.pot")
    subprocess.run(
        [sys.executable, "-m", "babel.messages.frontend", "-q", *words], cwd=ROOT.parent, check=True
    )
    with (tmp_path / "journal.pot").open("rb") as file:
        found = {message.id for message in read_po(file) if message.id}
    singulars = {text[0] for text in announced() if isinstance(text, tuple)}
    assert found == {t for t in announced() if isinstance(t, tuple) or t not in singulars}


@pytest.mark.parametrize("language", LANGUAGES)
def test_catalogue_has_every_text_and_no_other(language: str) -> None:
    # A text in singular and plural also serves where it stands alone.
    singulars = {text[0] for text in announced() if isinstance(text, tuple)}
    needed = {t for t in announced() if isinstance(t, tuple) or t not in singulars}
    assert needed - set(catalogue(language)) == set()
    assert set(catalogue(language)) - needed == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_catalogue_is_finished(language: str) -> None:
    for message in catalogue(language).values():
        texts = message.string if isinstance(message.string, tuple) else (message.string,)
        assert all(texts), message.id
        assert not message.fuzzy, message.id


@pytest.mark.parametrize("language", LANGUAGES)
def test_translations_keep_the_placeholders(language: str) -> None:
    for message in catalogue(language).values():
        ids = message.id if isinstance(message.id, tuple) else (message.id,)
        texts = message.string if isinstance(message.string, tuple) else (message.string,)
        allowed = [set(PLACEHOLDER.findall(text)) for text in ids]
        for place, text in enumerate(texts):
            # A singular may leave out the number: "one curve".
            forms = allowed if place == 0 else allowed[-1:]
            assert set(PLACEHOLDER.findall(text)) in forms, message.id


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("de", "Zeitleiste"),
        ("de-AT", "Zeitleiste"),
        ("de_CH", "Zeitleiste"),
        ("DE", "Zeitleiste"),
        ("en", "Timeline"),
        ("ar", "Timeline"),
        ("xx-Unknown", "Timeline"),
        ("", "Timeline"),
        ("../../de", "Timeline"),
    ],
)
def test_language_is_found_or_falls_back_to_english(language: str, expected: str) -> None:
    assert load_words(language).gettext("Timeline") == expected


def test_singulars_serve_alone() -> None:
    german = load_words("de")
    assert german.gettext("Pull request") == "Pull-Request"
    assert german.ngettext("experiment", "experiments", 2) == "Experimente"


def test_only_words_of_the_vocabularies_are_translated() -> None:
    german = load_words("de")
    assert word(german, "running") == "läuft"
    assert word(german, "Journal") == "Journal"
    assert word(german, "my-own-type") == "my own type"
    assert all(german.gettext(label) for label in LABELS)


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("declared in the post", "im Beitrag angegeben"),
        ("closing link on GitHub: closes #18", "schließende Verknüpfung auf GitHub: schließt #18"),
        ("declared in the post: first", "im Beitrag angegeben: first"),
        ("label problem:mode-collapse", "Label problem:mode-collapse"),
        ("declared in my-post", "angegeben in my-post"),
        ("its section “Root cause”", "sein Abschnitt „Root cause“"),
        ("a rule of tomorrow", "a rule of tomorrow"),
    ],
)
def test_rules_are_explained(rule: str, expected: str) -> None:
    assert explain(load_words("de"), rule) == expected
    assert explain(ENGLISH, rule) == rule


def test_a_german_site_speaks_german_on_every_page() -> None:
    """No announced English sentence of three words or more stands on a page of a German site."""
    posts, _ = make_posts(
        first="---\nproblem: p\ndate: 2026-01-01\nstatus: complete\noutcome: failure\n"
        "issues: [1]\nprs: [2]\nmetrics: {loss: {value: 1, baseline: 2, better: lower}}\n---\n# A\n",
        second="---\nproblem: p\ndate: 2026-02-01\nstatus: running\nfollows: first\n---\n# B\n",
    )
    records = make_snapshot(make_issue(1, labels=("problem",)), make_pull(2, body="Fixes #1"))
    built = build_journal(
        Settings.from_mapping({"repo": REPO}), posts, records, site=Site(language="de")
    )
    english = {
        text
        for text in (t[0] if isinstance(t, tuple) else t for t in announced())
        if len(text.split()) >= 3 and not PLACEHOLDER.search(text)
    }
    assert len(english) > 40
    pages = " ".join(f"{page.title} {page.description} {page.html}" for page in built.pages)
    assert [text for text in sorted(english) if text in pages] == []
    assert "Neueste Ergebnisse" in pages
