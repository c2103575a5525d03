"""The words of the journal: statuses, outcomes and phases, and how free text maps to them.

Three axes are never mixed: *status* is the lifecycle of an experiment, *outcome* what came out of
it, and *state* (in `model`) GitHub's own word for an issue or pull request.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_Word = TypeVar("_Word", bound=StrEnum)


class Status(StrEnum):
    """The lifecycle of an experiment."""

    PLANNED = "planned"
    RUNNING = "running"
    COMPLETE = "complete"
    ABANDONED = "abandoned"
    SUPERSEDED = "superseded"
    ONGOING = "ongoing"
    """A living document, which has no end."""


class Outcome(StrEnum):
    """What came out of an experiment."""

    SUCCESS = "success"
    FAILURE = "failure"
    MIXED = "mixed"
    INCONCLUSIVE = "inconclusive"


class Phase(StrEnum):
    """The steps of the method, in order; `PROBLEM` is what they start from."""

    PROBLEM = "problem"
    ANALYSIS = "analysis"
    DESIGN = "design"
    IMPLEMENTATION = "implementation"
    EXPERIMENTATION = "experimentation"
    ITERATION = "iteration"


STATUS_WORDS: Mapping[str, Status] = {
    "planned": Status.PLANNED,
    "proposed": Status.PLANNED,
    "draft": Status.PLANNED,
    "todo": Status.PLANNED,
    "queued": Status.PLANNED,
    "not started": Status.PLANNED,
    "upcoming": Status.PLANNED,
    "📋": Status.PLANNED,
    "running": Status.RUNNING,
    "in progress": Status.RUNNING,
    "active": Status.RUNNING,
    "started": Status.RUNNING,
    "training": Status.RUNNING,
    "wip": Status.RUNNING,
    "🟡": Status.RUNNING,
    "🔄": Status.RUNNING,
    "🚧": Status.RUNNING,
    "⏳": Status.RUNNING,
    "complete": Status.COMPLETE,
    "completed": Status.COMPLETE,
    "done": Status.COMPLETE,
    "finished": Status.COMPLETE,
    "validated": Status.COMPLETE,
    "resolved": Status.COMPLETE,
    "✅": Status.COMPLETE,
    "✔": Status.COMPLETE,
    "🟢": Status.COMPLETE,
    "abandoned": Status.ABANDONED,
    "cancelled": Status.ABANDONED,
    "canceled": Status.ABANDONED,
    "stopped": Status.ABANDONED,
    "dropped": Status.ABANDONED,
    "🛑": Status.ABANDONED,
    "superseded": Status.SUPERSEDED,
    "replaced": Status.SUPERSEDED,
    "obsolete": Status.SUPERSEDED,
    "deprecated": Status.SUPERSEDED,
    "ongoing": Status.ONGOING,
    "living document": Status.ONGOING,
    "♾": Status.ONGOING,
}
"""Words and signs that name a status, in lower case."""

OUTCOME_WORDS: Mapping[str, Outcome] = {
    "success": Outcome.SUCCESS,
    "successful": Outcome.SUCCESS,
    "worked": Outcome.SUCCESS,
    "positive": Outcome.SUCCESS,
    "confirmed": Outcome.SUCCESS,
    "failure": Outcome.FAILURE,
    "failed": Outcome.FAILURE,
    "did not work": Outcome.FAILURE,
    "negative": Outcome.FAILURE,
    "refuted": Outcome.FAILURE,
    "❌": Outcome.FAILURE,
    "mixed": Outcome.MIXED,
    "partial": Outcome.MIXED,
    "partial success": Outcome.MIXED,
    "partially successful": Outcome.MIXED,
    "inconclusive": Outcome.INCONCLUSIVE,
    "unclear": Outcome.INCONCLUSIVE,
    "no effect": Outcome.INCONCLUSIVE,
}
"""Words and signs that name an outcome, in lower case."""

PHASE_LABELS: Mapping[str, Phase] = {
    "analysis": Phase.ANALYSIS,
    "design": Phase.DESIGN,
    "implementation": Phase.IMPLEMENTATION,
    "experiment": Phase.EXPERIMENTATION,
    "experimentation": Phase.EXPERIMENTATION,
    "iteration": Phase.ITERATION,
}
"""Labels that put a record into a phase, in lower case."""

_SEPARATORS = re.compile(r"[\s_\-\u2013\u2014]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """The words in force: the built-in ones and those of the options."""

    statuses: Mapping[str, Status] = field(default_factory=lambda: STATUS_WORDS)
    outcomes: Mapping[str, Outcome] = field(default_factory=lambda: OUTCOME_WORDS)
    phases: Mapping[str, Phase] = field(default_factory=lambda: PHASE_LABELS)

    def find_status(self, text: str) -> Status | None:
        """The status that free text such as `✅ Complete - Full Pipeline Validated` names."""
        return _find(text, self.statuses)

    def find_outcome(self, text: str) -> Outcome | None:
        """The outcome that free text names, or None."""
        return _find(text, self.outcomes)

    def find_phase(self, label: str) -> Phase | None:
        """The phase that a label or a declared word names, or None."""
        return self.phases.get(fold_text(label))


def find_suggestion(word: str, known: Iterable[str]) -> str | None:
    """The known word that `word` was probably meant to be, or None."""
    close = difflib.get_close_matches(fold_text(word), sorted(known), n=1, cutoff=0.6)
    return close[0] if close else None


def fold_text(text: str) -> str:
    """Lower case, variation selectors dropped, separators as single spaces."""
    plain = "".join(c for c in unicodedata.normalize("NFC", text) if c not in "\ufe0e\ufe0f")
    return _SEPARATORS.sub(" ", plain).strip().casefold()


def _find(text: str, words: Mapping[str, _Word]) -> _Word | None:
    """The word that comes first in the text; of two at one place, the longer one."""
    folded = fold_text(text)
    found = (
        (match.start(), -len(word), value)
        for word, value in words.items()
        if (match := re.search(_bounded(word), folded))
    )
    first = min(found, key=lambda hit: hit[:2], default=None)
    return first[2] if first else None


def _bounded(word: str) -> str:
    pattern = re.escape(word)
    return rf"(?<!\w){pattern}(?!\w)" if word[0].isalnum() else pattern
