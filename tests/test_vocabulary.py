"""Free text to status and outcome, as authors write it."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from journal_plugin.matching import find_word
from journal_plugin.settings import Settings
from journal_plugin.vocabulary import (
    OUTCOME_WORDS,
    STATUS_WORDS,
    Outcome,
    Phase,
    Status,
    Vocabulary,
    find_suggestion,
)
from tests.support.make import make_posts

DOCS = Path(__file__).resolve().parents[1] / "docs" / "reference" / "vocabulary.md"

AXES = [
    ("🟡 In Progress - Training Deployed", "running", None),
    ("✅ Complete - Full Pipeline Validated", "complete", None),
    ("REVISIT (AUC=0.711, MVR not met)", "complete", "inconclusive"),
    ("Did not work", "complete", "failure"),
    ("Didn\u2019t work", "complete", "failure"),
    ("INFORMATIVE NEGATIVE", "complete", "failure"),
    ("in_progress", "running", None),
    ("In-Progress", "running", None),
    ("Complete - did not work", "complete", "failure"),
    ("Complete - no longer running", "complete", None),
    ("Failed (superseded by #12)", "superseded", "failure"),
    ("✅ Failed", "complete", "failure"),
    ("❌", "complete", "failure"),
    ("❌ Abandoned", "abandoned", None),
    ("❌ not started", "planned", None),
    ("Abandoned: negative result", "abandoned", "failure"),
    ("Planned: validate success", "planned", None),
    ("Running - first results positive", "running", None),
    ("partially complete", "running", None),
    ("Partially successful", "complete", "mixed"),
    ("No significant difference", "complete", "inconclusive"),
    ("100% complete", "complete", None),
    ("Living document", "ongoing", None),
    ("abgeschlossen", "complete", None),
    ("en cours", "running", None),
    ("Terminé", "complete", None),
    ("en curso", "running", None),
    ("Concluída", "complete", None),
    ("已完成", "complete", None),
    ("进行中\uff1a第二轮", "running", None),
    ("実験完了", "complete", None),
    ("失敗", "complete", "failure"),
]

DENIED = [
    "not complete",
    "✅ not complete yet",
    "❌ Not done",
    "incomplete",
    "isn't working",
    "no longer running",
    "not a failure",
    "no failures",
    "non-successful",
    "not really a success",
    "to be validated",
    "will be completed",
    "90% done",
    "nicht abgeschlossen",
    "pas terminé",
    "no completado",
    "não concluído",
    "未完成",
    "不成功",
    "没有成功",
    "完了していない",
    "完了していません",
]


@pytest.mark.parametrize(("text", "status", "outcome"), AXES)
def test_status_line_names_both_axes(text: str, status: str, outcome: str | None) -> None:
    assert Vocabulary().find_axes(text) == (status, outcome)


@pytest.mark.parametrize("text", DENIED)
def test_denied_word_is_not_taken_for_the_word(text: str) -> None:
    assert Vocabulary().find_axes(text) == (None, None)


@pytest.mark.parametrize("text", ["not successful", "unsuccessful", "nicht erfolgreich"])
def test_denied_success_is_failure(text: str) -> None:
    assert Vocabulary().find_axes(text) == (Status.COMPLETE, Outcome.FAILURE)


@pytest.mark.parametrize("word", [*STATUS_WORDS, *OUTCOME_WORDS])
def test_every_word_names_its_own_meaning(word: str) -> None:
    found = Vocabulary()
    expected = STATUS_WORDS.get(word) or OUTCOME_WORDS.get(word)
    meanings = (found.find_status(word), found.find_outcome(word))
    assert expected in meanings


def test_no_word_stands_on_both_axes() -> None:
    assert STATUS_WORDS.keys() & OUTCOME_WORDS.keys() == set()


def test_first_clause_decides() -> None:
    assert Vocabulary().find_status("Complete - the second run is planned") is Status.COMPLETE


def test_words_of_the_options_count() -> None:
    settings = Settings.from_mapping({"statuses": {"Baking-hot": "running"}})
    assert settings.vocabulary.find_status("🍞 baking hot, come back later") is Status.RUNNING


@given(st.text(max_size=80))
def test_any_text_is_read_without_an_error(text: str) -> None:
    status, outcome = Vocabulary().find_axes(text)
    assert status is None or isinstance(status, Status)
    assert outcome is None or isinstance(outcome, Outcome)


@given(st.sampled_from(sorted(STATUS_WORDS)), st.text("abc ", max_size=12))
def test_found_word_stands_in_the_text(word: str, tail: str) -> None:
    found = find_word(f"{word} {tail}", STATUS_WORDS)
    assert found is None or found.word in f"{word} {tail}"


def test_documented_table_agrees_with_the_code() -> None:
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in DOCS.read_text(encoding="utf-8").splitlines()
        if line.startswith("| `")
    ]
    documented = {
        (kind.strip("`"), word.strip()) for kind, words in rows for word in words.split(",")
    }
    listed = {(v.value, k) for k, v in (*STATUS_WORDS.items(), *OUTCOME_WORDS.items())}
    assert documented == listed


@pytest.mark.parametrize("word", ["new", "encrypted", "New"])
def test_marks_of_material_are_no_status_and_no_mistake(word: str) -> None:
    """Material shows an icon in the navigation for these values of `status:`."""
    (post,), findings = make_posts(a=f"---\nstatus: {word}\n---\n\n# A\n")
    assert (post.status, findings) == (None, ())


@pytest.mark.parametrize(
    ("label", "phase"),
    [
        ("analysis", Phase.ANALYSIS),
        ("Design", Phase.DESIGN),
        ("implementation", Phase.IMPLEMENTATION),
        ("experiment", Phase.EXPERIMENTATION),
        ("experimentation", Phase.EXPERIMENTATION),
        ("iteration", Phase.ITERATION),
        ("designer", None),
    ],
)
def test_labels_that_put_a_record_into_a_phase(label: str, phase: Phase | None) -> None:
    assert Vocabulary().find_phase(label) is phase


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("compleet", "complete"),
        ("Compleet", "complete"),
        ("runing", "running"),
        ("xylophone", None),
    ],
)
def test_a_misspelled_word_has_one_suggestion(word: str, meant: str | None) -> None:
    assert find_suggestion(word, STATUS_WORDS) == meant
