"""What the catalogue holds of each kind of finding."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from journal_plugin.errors import Severity
    from journal_plugin.phrases import Phrase


class Kind(NamedTuple):
    """One kind of finding."""

    code: str
    severity: Severity
    """How bad it usually is."""
    title: Phrase
    """One short sentence without a full stop."""
    explanation: str
    fix: str
    wrong: str
    """An example that gives the finding."""
    right: str
    """The same without it."""
    fixable: bool = False
    """Whether `journal check --fix` can repair it."""

    @property
    def help(self) -> str:
        """The command that explains it; it works wherever the finding was made."""
        return f"journal check --explain {self.code}"
