"""How a step talks to GitHub Actions: inputs, outputs, annotations, the job summary.

All of it goes through the environment and files, as GitHub's docs describe under "Workflow
commands". Nothing is ever written into a shell command.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from journal_plugin.errors import ConfigError

ENGINES = ("mkdocs", "properdocs", "zensical")
SUMMARY_LIMIT = 1024 * 1024
"""Bytes of a step's summary; GitHub drops a longer one."""

_CACHE = ".cache/journal-action"


class StepError(Exception):
    """Stops the job; the message becomes an annotation."""

    def __init__(self, message: str, code: int = 1) -> None:
        super().__init__(message)
        self.code = code
        """Exit code of the step."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Runner:
    """The job as a step sees it."""

    environment: Mapping[str, str]
    workspace: Path
    """Directory of the checkout."""
    project: Path
    """Directory of `mkdocs.yml`."""
    work: Path
    """Directory for what steps hand on to each other, outside the checkout."""

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Runner:
        """Read what Actions and the action's own `env` say.

        Raises:
            StepError: the working directory is not there, or lies outside the checkout.
        """
        workspace = Path(environment["GITHUB_WORKSPACE"]).resolve()
        project = (workspace / environment.get("INPUT_WORKING_DIRECTORY", ".")).resolve()
        if not project.is_relative_to(workspace) or not project.is_dir():
            msg = "the input working-directory must be a directory of the checkout"
            raise StepError(msg, code=2)
        work = Path(environment["RUNNER_TEMP"]) / "journal"
        work.mkdir(parents=True, exist_ok=True)
        return cls(environment=environment, workspace=workspace, project=project, work=work)

    @property
    def config(self) -> Path:
        """The configuration of the site."""
        return self.project / "mkdocs.yml"

    @property
    def cache(self) -> Path:
        """Directory that the action keeps from one run to the next."""
        return self.project / _CACHE

    @property
    def data(self) -> Path:
        """Directory with the journal as data: this build's, and the last one's."""
        return self.work / "data"

    @property
    def site(self) -> Path:
        """Directory of the built site."""
        return self.work / "site"

    @property
    def prefix(self) -> str:
        """What turns a path of the project into one of the repository."""
        path = self.project.relative_to(self.workspace).as_posix()
        return "" if path == "." else f"{path}/"

    def flag(self, name: str) -> bool:
        """An input that is true or false.

        Raises:
            StepError: it is something else.
        """
        value = self.environment.get(f"INPUT_{name}", "").strip().lower()
        if value not in ("true", "false", ""):
            shown = name.lower().replace("_", "-")
            msg = f"the input {shown} must be true or false"
            raise StepError(msg, code=2)
        return value == "true"

    def engine(self) -> str:
        """The engine to build with.

        Raises:
            StepError: there is no such engine.
        """
        value = self.environment.get("INPUT_ENGINE", "").strip() or ENGINES[0]
        if value not in ENGINES:
            msg = f"the input engine must be one of {', '.join(ENGINES)}"
            raise StepError(msg, code=2)
        return value

    def set_output(self, name: str, value: object) -> None:
        """Set an output of the step; the value may have several lines."""
        # A value cannot contain a delimiter that nobody knew when it was written.
        mark = f"end-{secrets.token_hex(16)}"
        self._append("GITHUB_OUTPUT", f"{name}<<{mark}\n{value}\n{mark}\n")

    def add_summary(self, markdown: str) -> None:
        """Add to the summary of the job, cut to what GitHub takes."""
        content = markdown.encode("utf-8")
        if len(content) > SUMMARY_LIMIT:
            note = "\n\n*The summary is cut here.*\n"
            content = content[: SUMMARY_LIMIT - len(note)]
            markdown = content.decode("utf-8", "ignore").rpartition("\n")[0] + note
        self._append("GITHUB_STEP_SUMMARY", markdown)

    def _append(self, name: str, text: str) -> None:
        with Path(self.environment[name]).open("a", encoding="utf-8", newline="\n") as file:
            file.write(text)


def annotate(level: str, message: str) -> None:
    """Print an annotation that belongs to no file.

    The escapes are those of GitHub's docs, "Workflow commands".
    """
    escaped = message.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    print(f"::{level}::{escaped}", flush=True)  # noqa: T201 - this is how steps annotate


def stop_for(error: ConfigError) -> StepError:
    """The end of a step because of a wrong configuration."""
    return StepError(str(error), code=2)
