"""The words of the journal: statuses, outcomes and phases, and how free text maps to them.

Three axes are never mixed: *status* is the lifecycle of an experiment, *outcome* what came out of
it, and *state* (in `model`) GitHub's own word for an issue or pull request.
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, TypeVar

from journal_plugin.matching import denies_word, find_word, fold_text, is_sign

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


def _invert(words: Mapping[_Word, tuple[str, ...]]) -> dict[str, _Word]:
    return {word: meaning for meaning, listed in words.items() for word in listed}


STATUS_WORDS: Mapping[str, Status] = _invert(
    {
        Status.PLANNED: (
            "planned", "proposed", "proposal", "draft", "todo", "to do", "queued", "upcoming",
            "not started", "not yet started", "pending", "backlog", "scheduled", "idea",
            "geplant", "planifié", "planifiée", "planificado", "planificada", "pendiente",
            "planejado", "planejada", "pendente",
            "计划中", "待开始", "未开始", "計画中", "予定", "未着手",
            "📋", "📝", "💡",
        ),
        Status.RUNNING: (
            "running", "in progress", "active", "started", "training", "wip", "in flight",
            "underway", "under way", "work in progress", "partially complete", "almost done",
            "evaluating", "blocked", "paused", "on hold",
            "laufend", "in arbeit", "en cours", "en curso", "en progreso", "em andamento",
            "em curso", "进行中", "運行中", "运行中", "進行中", "実行中", "実施中",
            "🟡", "🔄", "🚧", "⏳",
        ),
        Status.COMPLETE: (
            "complete", "completed", "done", "finished", "validated", "resolved", "concluded",
            "closed", "final", "shipped",
            "abgeschlossen", "fertig", "beendet", "terminé", "terminée", "achevé", "achevée",
            "completado", "completada", "terminado", "terminada", "finalizado", "finalizada",
            "concluído", "concluída", "已完成", "完成", "已结束", "完了", "終了",
            "✅", "✔", "☑", "🟢", "🏁",
        ),
        Status.ABANDONED: (
            "abandoned", "cancelled", "canceled", "stopped", "dropped", "aborted", "discarded",
            "wontfix", "won't do", "parked", "shelved",
            "abgebrochen", "abandonné", "abandonnée", "annulé", "annulée", "abandonado",
            "abandonada", "cancelado", "cancelada", "已放弃", "已取消", "中止", "中断",
            "🛑", "🗑", "⛔", "🚫",
        ),
        Status.SUPERSEDED: (
            "superseded", "replaced", "obsolete", "deprecated", "outdated",
            "ersetzt", "überholt", "remplacé", "remplacée", "reemplazado", "reemplazada",
            "substituído", "substituída", "已被取代",
        ),
        Status.ONGOING: (
            "ongoing", "living document", "evergreen", "fortlaufend", "♾",
        ),
    }
)  # fmt: skip
"""Words and signs that name a status, in lower case."""

OUTCOME_WORDS: Mapping[str, Outcome] = _invert(
    {
        Outcome.SUCCESS: (
            "success", "successful", "successfully", "succeeded", "worked", "works", "positive",
            "confirmed", "supported", "accepted", "adopted", "proven", "passed",
            "erfolg", "erfolgreich", "bestätigt", "succès", "réussi", "réussie", "éxito",
            "exitoso", "exitosa", "sucesso", "成功", "🎉",
        ),
        Outcome.FAILURE: (
            "failure", "failed", "fail", "fails", "did not work", "didn't work",
            "does not work", "doesn't work", "not successful", "unsuccessful", "negative",
            "refuted", "disproved", "disproven", "rejected", "falsified", "not met",
            "not confirmed", "not supported", "regressed", "worse",
            "fehlgeschlagen", "gescheitert", "nicht erfolgreich", "widerlegt", "échec",
            "échoué", "échouée", "fracaso", "fallido", "fallida", "falhou", "fracasso",
            "失败", "失敗", "❌", "✗", "✘", "👎",
        ),
        Outcome.MIXED: (
            "mixed", "partial", "partly", "partially", "partial success", "partially successful",
            "partially confirmed", "partially worked", "mixed success", "mixed results",
            "gemischt", "teilweise", "mitigé", "mitigée", "mixto", "parcial", "部分成功",
        ),
        Outcome.INCONCLUSIVE: (
            "inconclusive", "unclear", "no effect", "no difference", "no change", "neutral",
            "revisit", "needs more data", "not significant", "no significant difference",
            "undecided", "inconcluant", "inconcluante", "no concluyente", "inconcluso",
            "inconclusivo", "不确定", "❓", "🤷",
        ),
    }
)  # fmt: skip
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

MARKER_STATUSES = frozenset({"new", "encrypted"})
"""Values of `status:` that only set Material's icon in the navigation and say nothing here."""

_OPEN = frozenset({Status.PLANNED, Status.RUNNING, Status.ONGOING})
_WITHOUT_END = _OPEN | {Status.ABANDONED}


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """The words in force: the built-in ones and those of the options."""

    statuses: Mapping[str, Status] = field(default_factory=lambda: STATUS_WORDS)
    outcomes: Mapping[str, Outcome] = field(default_factory=lambda: OUTCOME_WORDS)
    phases: Mapping[str, Phase] = field(default_factory=lambda: PHASE_LABELS)

    def find_status(self, text: str) -> Status | None:
        """The status that free text such as `✅ Complete - Full Pipeline Validated` names."""
        found = find_word(text, self.statuses)
        return self.statuses[found.word] if found else None

    def find_outcome(self, text: str) -> Outcome | None:
        """The outcome that free text names, or None."""
        found = find_word(text, self.outcomes)
        return self.outcomes[found.word] if found else None

    def find_axes(self, text: str) -> tuple[Status | None, Outcome | None]:
        """The status and the outcome that a status line names.

        An outcome without a status means that the experiment is complete. While it is planned or
        running there is no outcome yet, whatever the rest of the line hopes for; a bare sign
        such as ❌ beside `Abandoned` is no outcome either.
        """
        status = self.find_status(text)
        found = find_word(text, self.outcomes)
        if found is None:
            return status, None
        first = find_word(text, self.statuses)
        if first and found.clause < first.clause:
            return Status.COMPLETE if status in _OPEN else status, self.outcomes[found.word]
        unfinished = status in _WITHOUT_END or denies_word(text, self.statuses)
        if status in _OPEN or (unfinished and is_sign(found.word)):
            return status, None
        return status or Status.COMPLETE, self.outcomes[found.word]

    def find_phase(self, label: str) -> Phase | None:
        """The phase that a label or a declared word names, or None."""
        return self.phases.get(fold_text(label))


def find_suggestion(word: str, known: Iterable[str]) -> str | None:
    """The known word that `word` was probably meant to be, or None."""
    close = difflib.get_close_matches(fold_text(word), sorted(known), n=1, cutoff=0.6)
    return close[0] if close else None
