"""Finding posts outside `docs_dir`: directories and globs below the project's root.

Nothing outside the root is opened, whatever a pattern or a symbolic link says.
"""

from __future__ import annotations

import os
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

import pathspec

from journal_plugin.errors import ConfigError, Diagnostic, Severity
from journal_plugin.post_names import is_folder_page
from journal_plugin.vocabulary import find_suggestion

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

SUFFIXES = frozenset({".md", ".markdown", ".qmd"})
"""Files that can be posts; the last are Quarto's."""

_OPTION = "post_sources"
_SKIPPED = frozenset({"node_modules", "__pycache__", "site-packages"})
_WILD = frozenset("*?[!")


def find_outside(
    root: Path, patterns: Iterable[str], *, without: Collection[str] = ()
) -> tuple[tuple[str, ...], tuple[Diagnostic, ...]]:
    """The files that `patterns` name, as sorted paths below `root`, and what is wrong with them.

    A directory stands for the experiments in it: the README of each folder, and the Markdown files
    of folders without one.

    Args:
        root: The project.
        patterns: Directories or globs, relative to `root`.
        without: Directories below `root` that never hold posts, such as the built site.

    Raises:
        ConfigError: a pattern is absolute or leads out of the project.
    """
    found: set[str] = set()
    findings: list[Diagnostic] = []
    for pattern in patterns:
        clean = _clean(pattern)
        base = _base(clean)
        files = [path for path in _walk(root, base, without, findings) if _is_markdown(path)]
        if (root / clean).is_dir():
            named = list(_experiments(files, clean))
        else:
            spec = pathspec.GitIgnoreSpec.from_lines([f"/{clean}"])
            named = [path for path in files if spec.match_file(path)]
        if not named:
            findings.append(_nothing(root, pattern))
        found |= {path for path in named if _is_inside(root, path, findings)}
    return tuple(sorted(found)), tuple(dict.fromkeys(findings))


def is_hidden(path: str) -> bool:
    """Whether a path has a part that starts with a dot, such as `.env`."""
    return any(part.startswith(".") for part in PurePosixPath(path).parts)


def resolve_inside(root: Path, path: str) -> Path | None:
    """The real file behind a path below `root`, or None if it lies elsewhere or nowhere.

    A link to a hidden file, such as `.env` or `.git/config`, leads elsewhere too.
    """
    try:
        full = (root / path).resolve(strict=True)
    except (OSError, RuntimeError, ValueError):
        return None
    base = root.resolve()
    if not full.is_relative_to(base):
        return None
    return full if is_hidden(path) or not is_hidden(full.relative_to(base).as_posix()) else None


def find_folders(
    root: Path, patterns: Iterable[str], *, without: Collection[str] = ()
) -> tuple[Path, ...]:
    """The folders in which new files could match `patterns`; arguments as in `find_outside`."""
    bases = {root / _base(_clean(pattern)) for pattern in patterns}
    folders = {base for base in bases if base.is_dir() and base != root}
    if root in bases:
        # Not the root itself: what a build writes lies below it.
        folders |= {
            path
            for path in root.iterdir()
            if path.is_dir()
            and not path.name.startswith(".")
            and path.name not in _SKIPPED
            and path.name not in without
        }
    return tuple(sorted(folders))


def _clean(pattern: str) -> str:
    clean = pattern.strip().replace("\\", "/").rstrip("/")
    while clean.startswith("./"):
        clean = clean[2:]
    pure = PurePosixPath(clean)
    if not clean or clean == "." or clean.startswith(("/", "~")) or ".." in pure.parts:
        allowed = "a directory or glob below the project, without '..'"
        raise ConfigError(_OPTION, f"got {pattern!r}; allowed is {allowed}")
    if ":" in pure.parts[0]:
        raise ConfigError(_OPTION, f"got {pattern!r}; allowed is a path relative to mkdocs.yml")
    return clean


def _base(pattern: str) -> str:
    """The leading parts without wildcards: where the search starts."""
    parts = []
    for part in PurePosixPath(pattern).parts:
        if _WILD & set(part):
            break
        parts.append(part)
    return "/".join(parts)


def _walk(
    root: Path, base: str, without: Collection[str], findings: list[Diagnostic]
) -> Iterator[str]:
    """Files at or below `base`, as paths below `root`; hidden folders and links are left out."""
    start = root / base
    if start.is_file() or start.is_symlink():
        yield base
        return

    def refuse(error: OSError) -> None:
        path = Path(str(error.filename)).relative_to(root).as_posix()
        findings.append(_unreadable(path, error.strerror or str(error)))

    for folder, names, files in os.walk(start, onerror=None if not start.exists() else refuse):
        here = Path(folder).relative_to(root).as_posix()
        prefix = "" if here == "." else f"{here}/"
        names[:] = sorted(
            name
            for name in names
            if not name.startswith(".") and name not in _SKIPPED and prefix + name not in without
        )
        yield from (f"{prefix}{name}" for name in sorted(files) if not name.startswith("."))


def _experiments(files: list[str], base: str) -> Iterator[str]:
    """Folder pages, and what lies in no folder that has one; the base's own page is a list."""
    pages = {PurePosixPath(path).parent for path in files if is_folder_page(path)}
    pages.discard(PurePosixPath(base))
    for path in files:
        pure = PurePosixPath(path)
        if is_folder_page(path) or not pages & set(pure.parents):
            yield path


def _is_markdown(path: str) -> bool:
    return PurePosixPath(path).suffix.casefold() in SUFFIXES


def _is_inside(root: Path, path: str, findings: list[Diagnostic]) -> bool:
    """Whether a file may be opened; a broken link may, because opening it says what is wrong."""
    full = root / path
    if resolve_inside(root, path) or not full.exists():
        return True
    message = (
        "the file is a link that leads out of the project or to a hidden file, so the journal does "
        "not read it"
    )
    findings.append(
        Diagnostic(path=path, code="outside-root", message=message, severity=Severity.WARNING)
    )
    return False


def _nothing(root: Path, pattern: str) -> Diagnostic:
    try:
        names = [path.name for path in root.iterdir() if path.is_dir()]
    except OSError:
        names = []
    first = PurePosixPath(_clean(pattern)).parts[0]
    near = None if (root / first).exists() else find_suggestion(first, names)
    advice = f"did you mean '{near}'?" if near else "give a directory or a glob of Markdown files"
    return Diagnostic(
        path="mkdocs.yml",
        code="no-posts",
        message=f"post_sources has {pattern!r}, which matches no Markdown file; {advice}",
        severity=Severity.WARNING,
    )


def _unreadable(path: str, reason: str) -> Diagnostic:
    return Diagnostic(
        path=path,
        code="unreadable-file",
        message=f"the folder cannot be read ({reason}); the journal goes on without it",
        severity=Severity.ERROR,
    )
