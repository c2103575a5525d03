"""The one way in which generated files reach the disk.

A file is written only if its bytes changed, and atomically, so that neither a killed build nor a
reader at the wrong moment ever sees half a file.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from journal_plugin.errors import OutputError

if TYPE_CHECKING:
    from collections.abc import Mapping


_BLOCK = 1 << 16


def save_file(root: Path, uri: str, content: bytes) -> bool:
    """Write `content` to `uri` below `root`; return whether the file changed.

    Raises:
        OutputError: `uri` leads outside of `root`, or the disk refuses.
    """
    target = resolve_below(root, uri)
    try:
        if target.is_file() and target.read_bytes() == content:
            return False
        target.parent.mkdir(parents=True, exist_ok=True)
        _replace(target, content)
    except OSError as error:
        raise OutputError(uri, error.strerror or str(error)) from error
    return True


def save_files(root: Path, contents: Mapping[str, bytes]) -> None:
    """Write many files below `root`, each only if its bytes changed.

    Raises:
        OutputError: a name leads outside of `root`, or the disk refuses.
    """
    folders: dict[str, Path] = {}
    for uri, content in contents.items():
        folder, _, name = uri.rpartition("/")
        if folder not in folders:
            folders[folder] = resolve_below(root, uri).parent
        if name in ("", ".", "..") or "\0" in name or not _holds(folders[folder] / name, content):
            save_file(root, uri, content)


def _holds(path: Path, content: bytes) -> bool:
    """Whether a plain file has this content already."""
    try:
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0))
    except OSError:
        return False
    held = memoryview(content)
    with os.fdopen(descriptor, "rb") as file:
        # In blocks, as some are megabytes; the last one is shorter than what a longer file has.
        starts = range(0, len(content) + 1, _BLOCK)
        return all(file.read(_BLOCK) == held[start : start + _BLOCK] for start in starts)


def resolve_below(root: Path, uri: str) -> Path:
    """The path of `uri` below `root`.

    Raises:
        OutputError: `uri` leads outside of `root`.
    """
    base = root.resolve()
    target = base if "\0" in uri else (base / uri).resolve()
    if target == base or not target.is_relative_to(base):
        raise OutputError(uri, f"leads outside of {root.name}")
    return target


def _replace(target: Path, content: bytes) -> None:
    handle, name = tempfile.mkstemp(
        dir=target.parent, prefix=f".{target.name[:40]}.", suffix=".tmp"
    )
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        temporary.chmod(0o644)
        temporary.replace(target)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
