"""Logged runs: the files that posts name in `data:`, as tables of numbers."""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, NamedTuple

from journal_plugin.errors import Diagnostic, Severity
from journal_plugin.series import DataFile
from journal_plugin.sources.columns import MAX_RUNS, make_runs
from journal_plugin.sources.tables import Finding, decode, parse_table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from journal_plugin.model import Post
    from journal_plugin.series import Run

MAX_BYTES = 64 * 1024 * 1024
"""Size up to which a file is read."""
SUFFIXES = (".csv", ".tsv", ".json", ".jsonl", ".ndjson")
"""Kinds of files that are read; others are never opened, so nothing else can be published."""

_SHOWN_FINDINGS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadedRuns:
    """What the posts' data files hold."""

    runs: Mapping[str, tuple[Run, ...]] = field(default_factory=dict)
    """By node id of the post."""
    diagnostics: tuple[Diagnostic, ...] = ()


class Places(NamedTuple):
    """Where data files may lie."""

    root: Path
    """The project's root; no file outside of it is read."""
    docs_dir: Path
    find_url: Callable[[Path], str | None]
    """The address at which the site publishes a file already, or None."""


def load_runs(posts: Iterable[Post], places: Places) -> LoadedRuns:
    """Read the data files of all posts; each file once, however many posts name it."""
    loader = _Loader(places)
    runs = {post.node: loader.load(post) for post in posts if post.data and not post.draft}
    return LoadedRuns(
        runs={node: found for node, found in runs.items() if found},
        diagnostics=tuple(dict.fromkeys(loader.diagnostics)),
    )


class _Loader:
    def __init__(self, places: Places) -> None:
        self._root = places.root.resolve()
        self._docs_dir = places.docs_dir.resolve()
        self._find_url = places.find_url
        self._files: dict[Path, tuple[Run, ...]] = {}
        self.diagnostics: list[Diagnostic] = []

    def load(self, post: Post) -> tuple[Run, ...]:
        paths = dict.fromkeys(path for name in post.data for path in self._find(post, name))
        runs = [run for path in paths for run in self._read(post, path)]
        if len(runs) > MAX_RUNS:
            self._report(post, "too-many-runs", f"only the first {MAX_RUNS} runs are shown")
        return _with_unique_names(runs[:MAX_RUNS])

    def _find(self, post: Post, name: str) -> tuple[Path, ...]:
        """The files that one entry of `data` names; the first place that has any wins."""
        if "://" in name:
            self._report(
                post, "remote-data", f"{name} is not read: a site is built from its own files",
                Severity.INFO,
            )  # fmt: skip
            return ()
        pure = PurePosixPath(name.replace("\\", "/"))
        near = (self._root / post.path).parent
        for folder in dict.fromkeys((near, self._docs_dir, self._root)):
            if found := self._match(folder, pure):
                return tuple(path for path in found if self._allow(post, name, path))
        self._report(
            post, "missing-data",
            f"data names {name}, but there is no such file beside the post, "
            "in the docs directory or in the project",
        )  # fmt: skip
        return ()

    def _match(self, folder: Path, pure: PurePosixPath) -> tuple[Path, ...]:
        """The files of a path or pattern below `folder`, resolved and sorted."""
        try:
            if not any(sign in str(pure) for sign in "*?["):
                path = folder / pure
                return (path.resolve(),) if path.is_file() else ()
            pattern = Path(os.path.normpath(folder / pure))
            if not pattern.is_relative_to(self._root):
                return ()
            found = self._root.glob(pattern.relative_to(self._root).as_posix())
            return tuple(sorted({path.resolve() for path in found if path.is_file()}))
        except (OSError, ValueError):
            return ()

    def _allow(self, post: Post, name: str, path: Path) -> bool:
        if not path.is_relative_to(self._root):
            self._report(post, "data-outside", f"data names {name}, which is outside the project")
            return False
        hidden = any(part.startswith(".") for part in path.relative_to(self._root).parts)
        if hidden or path.suffix.lower() not in SUFFIXES:
            kinds = ", ".join(SUFFIXES)
            self._report(
                post, "unreadable-data", f"data names {name}; a file that is not hidden, of {kinds}"
            )
            return False
        return True

    def _read(self, post: Post, path: Path) -> tuple[Run, ...]:
        if path not in self._files:
            self._files[path] = self._read_new(post, path)
        return self._files[path]

    def _read_new(self, post: Post, path: Path) -> tuple[Run, ...]:
        shown = path.relative_to(self._root).as_posix()
        try:
            size = path.stat().st_size
            content = path.read_bytes() if size <= MAX_BYTES else b""
        except OSError as error:
            self._report(post, "unreadable-data", f"{shown}: {error.strerror or error}")
            return ()
        if size > MAX_BYTES:
            limit = MAX_BYTES // 1024**2
            self._report(
                post, "data-too-large", f"{shown} is larger than {limit} MiB; log less often"
            )
            return ()
        text, encoding = decode(content)
        table = parse_table(text, path.suffix.lower())
        if encoding == "cp1252":
            table.findings.append(Finding(1, "not UTF-8; read as Windows-1252"))
        url = self._find_url(path)
        file = DataFile(path=shown, url=url, content=b"" if url else content)
        runs = tuple(make_runs(table, file))
        if not runs and not any(finding.fatal for finding in table.findings):
            table.findings.append(Finding(1, "there are no numbers in it to plot", fatal=True))
        self._report_findings(shown, table.findings)
        return runs

    def _report(
        self, post: Post, code: str, message: str, severity: Severity = Severity.WARNING
    ) -> None:
        line = post.lines.get("data", post.lines.get("experiment", 1))
        self.diagnostics.append(
            Diagnostic(path=post.path, line=line, code=code, message=message, severity=severity)
        )

    def _report_findings(self, path: str, findings: Sequence[Finding]) -> None:
        for finding in findings[:_SHOWN_FINDINGS]:
            self.diagnostics.append(
                Diagnostic(
                    path=path,
                    line=finding.line,
                    code="bad-data" if finding.fatal else "bad-row",
                    message=finding.message,
                )
            )
        if more := len(findings) - _SHOWN_FINDINGS:
            if more < 0:
                return
            self.diagnostics.append(
                Diagnostic(
                    path=path,
                    line=findings[_SHOWN_FINDINGS].line,
                    code="bad-row",
                    message=f"{more} more rows of this file are wrong",
                )
            )


def _with_unique_names(runs: Iterable[Run]) -> tuple[Run, ...]:
    """Runs of equal names get their file's path instead."""
    listed = list(runs)
    names = Counter(run.name for run in listed)
    return tuple(
        run
        if names[run.name] == 1 or run.file is None
        else replace(run, name=f"{run.file.path.rpartition('.')[0]} · {run.name}")
        for run in listed
    )
