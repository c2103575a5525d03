"""GitHub Actions as far as a composite action meets it: expressions, files, shells, cache, artifact.

Steps with `run` are run as the runner does: the script in a file, under
`bash --noprofile --norc -e -o pipefail`. Steps with `uses` are the well-known actions of GitHub; the
three that this action needs are done here with `shutil` and `tar`.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT = Path(__file__).resolve().parents[2]
ACTION = ROOT / "action.yml"

_EXPRESSION = re.compile(r"\$\{\{(.*?)\}\}", re.DOTALL)
_NAME = re.compile(r"[a-zA-Z_][\w-]*(?:\.[\w-]+)+")
_KEPT = ("PATH", "HOME", "LANG", "TMPDIR", "SSL_CERT_FILE", "PIP_INDEX_URL", "PIP_CONFIG_FILE")


def load_yaml(path: Path) -> dict[str, Any]:
    """A workflow or action; the key `on` stays a text."""
    data = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)  # noqa: S506 - texts only
    assert isinstance(data, dict)
    return data


@dataclass(slots=True, kw_only=True)
class Step:
    """What became of a step."""

    name: str
    outcome: str
    log: str = ""
    outputs: dict[str, str] = field(default_factory=dict)
    inputs: dict[str, str] = field(default_factory=dict)
    """`with` of a step that uses another action."""


@dataclass(slots=True, kw_only=True)
class Job:
    """A job on a fresh runner with one checkout; the cache outlives it."""

    workspace: Path
    temp: Path
    cache: Path
    environment: dict[str, str] = field(default_factory=dict)
    steps: list[Step] = field(default_factory=list)
    outputs: dict[str, str] = field(default_factory=dict)
    token: str = ""
    run_id: str = "1"

    @property
    def ok(self) -> bool:
        return all(step.outcome != "failure" for step in self.steps)

    @property
    def log(self) -> str:
        return "\n".join(f"### {step.name}: {step.outcome}\n{step.log}" for step in self.steps)

    @property
    def summary(self) -> str:
        path = self.temp / "summary.md"
        return path.read_text(encoding="utf-8") if path.exists() else ""

    @property
    def artifact(self) -> Path:
        """The archive for GitHub Pages."""
        return self.temp / "artifact.tar"

    def outcome(self, name: str) -> str:
        return next(step.outcome for step in self.steps if step.name == name)

    def log_of(self, name: str) -> str:
        return next(step.log for step in self.steps if step.name == name)

    def run(self, action: Path = ACTION, only: str = "", **inputs: str) -> Job:
        """Run the action with `inputs`; a failure skips what follows, unless its `if` says so.

        With `only`, just the step of that name runs.
        """
        data = load_yaml(action)
        given = {
            name: self._fill(inputs.get(name.replace("-", "_"), spec.get("default", "")), {})
            for name, spec in data["inputs"].items()
        }
        self.temp.mkdir(parents=True, exist_ok=True)
        ids: dict[str, Step] = {}
        for spec in data["runs"]["steps"]:
            if only not in ("", spec["name"]):
                continue
            step = self._step(spec, given, ids, action.parent)
            self.steps.append(step)
            if "id" in spec:
                ids[spec["id"]] = step
        context = self._context(given, ids)
        for name, spec in data.get("outputs", {}).items():
            self.outputs[name] = self._fill(spec["value"], context)
        return self

    def _step(
        self, spec: dict[str, Any], inputs: dict[str, str], ids: dict[str, Step], home: Path
    ) -> Step:
        context = self._context(inputs, ids)
        if not self._wanted(spec.get("if", ""), context):
            return Step(name=spec["name"], outcome="skipped")
        if "run" in spec:
            env = {key: self._fill(value, context) for key, value in spec.get("env", {}).items()}
            return self._shell(spec, env, home)
        given = {key: self._fill(value, context) for key, value in spec.get("with", {}).items()}
        self._use(spec["uses"].split("@")[0], given)
        return Step(name=spec["name"], outcome="success", inputs=given)

    def _context(self, inputs: Mapping[str, str], ids: Mapping[str, Step]) -> dict[str, str]:
        context = {f"inputs.{name}": value for name, value in inputs.items()}
        for name, step in ids.items():
            context[f"steps.{name}.outcome"] = step.outcome
            context |= {f"steps.{name}.outputs.{key}": text for key, text in step.outputs.items()}
        return context

    def _wanted(self, condition: str, context: Mapping[str, str]) -> bool:
        bare = _EXPRESSION.sub(r"\1", condition).strip()
        if not re.search(r"\b(?:always|cancelled|failure|success)\(\)", bare) and not self.ok:
            return False
        return not bare or bool(self._evaluate(bare, context))

    def _fill(self, text: str, context: Mapping[str, str]) -> str:
        return _EXPRESSION.sub(lambda found: str(self._evaluate(found[1], context)), text)

    def _evaluate(self, expression: str, context: Mapping[str, str]) -> Any:
        """The operators that the action uses; a name that nobody set is empty, as on GitHub."""
        known = {
            "github.token": self.token,
            "github.run_id": self.run_id,
            "github.run_attempt": "1",
            "runner.temp": str(self.temp),
            **context,
        }
        python = _NAME.sub(lambda found: f"known.get({found[0]!r}, '')", expression)
        python = python.replace("&&", " and ").replace("||", " or ")
        python = re.sub(r"!(?!=)", " not ", python).replace("cancelled()", "False")
        return eval(python.strip(), {"known": known})  # noqa: S307 - our own action file

    def _shell(self, spec: dict[str, Any], env: dict[str, str], home: Path) -> Step:
        assert spec["shell"] == "bash"
        script = self.temp / "step.sh"
        script.write_text(spec["run"], encoding="utf-8")
        output = self.temp / "output"
        output.write_text("")
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", str(script)],
            cwd=self.workspace,
            env=self._environment(home, output) | env,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=600,
            check=False,
        )
        return Step(
            name=spec["name"],
            outcome="failure" if done.returncode else "success",
            log=done.stdout,
            outputs=parse_outputs(output.read_text(encoding="utf-8")),
        )

    def _environment(self, home: Path, output: Path) -> dict[str, str]:
        """What the runner sets, and nothing of the machine but what a process needs."""
        scripts = str(Path(sys.executable).parent)
        kept = {key: os.environ[key] for key in _KEPT if key in os.environ}
        return {
            **kept,
            "PATH": f"{scripts}:{kept['PATH']}",
            "PYTHONPATH": str(ROOT),
            "CI": "true",
            "GITHUB_ACTIONS": "true",
            "GITHUB_ACTION_PATH": str(home),
            "GITHUB_OUTPUT": str(output),
            "GITHUB_ENV": str(self.temp / "env"),
            "GITHUB_PATH": str(self.temp / "path"),
            "GITHUB_STEP_SUMMARY": str(self.temp / "summary.md"),
            "GITHUB_WORKSPACE": str(self.workspace),
            "RUNNER_TEMP": str(self.temp),
            "RUNNER_OS": "Linux",
            **self.environment,
        }

    def _use(self, action: str, given: dict[str, str]) -> None:
        if action == "actions/cache/restore":
            self._restore(given)
        elif action == "actions/cache/save":
            self._save(given)
        elif action == "actions/upload-pages-artifact":
            self._archive(Path(given["path"]))
        else:
            assert action in ("actions/setup-python", "actions/download-artifact"), action

    def _restore(self, given: dict[str, str]) -> None:
        """The newest entry whose key begins with the restore key, over what is there."""
        found = sorted(
            self.cache.glob(f"{given['restore-keys']}*"), key=lambda p: p.stat().st_mtime
        )
        if found:
            shutil.copytree(found[-1], self.workspace, dirs_exist_ok=True)

    def _save(self, given: dict[str, str]) -> None:
        entry = self.cache / given["key"]
        entry.mkdir(parents=True)
        for line in given["path"].split():
            if (self.workspace / line).is_dir():
                shutil.copytree(self.workspace / line, entry / line)

    def _archive(self, site: Path) -> None:
        """As `actions/upload-pages-artifact` v5 does."""
        subprocess.run(
            [
                *("tar", "--dereference", "--hard-dereference", "--directory", str(site)),
                *("-cf", str(self.artifact)),
                *("--exclude=.git", "--exclude=.github", "--exclude=.[^/]*", "."),
            ],
            check=True,
        )


def parse_outputs(text: str) -> dict[str, str]:
    """What a step wrote to `GITHUB_OUTPUT`, in both forms that GitHub's docs describe."""
    outputs = {}
    lines = iter(text.splitlines())
    for line in lines:
        if heredoc := re.fullmatch(r"([\w-]+)<<(.+)", line):
            value = []
            for part in lines:
                if part == heredoc[2]:
                    break
                value.append(part)
            outputs[heredoc[1]] = "\n".join(value)
        else:
            name, _, outputs[name] = line.partition("=")
    return outputs
