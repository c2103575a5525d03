"""What one build keeps for the next, in `.cache/journal`, and whether it can be trusted.

Pages show kept texts as they are, and kept templates are run. So they must come from a build of
this machine, not from a file that somebody has committed, which no review can read.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from mkdocs.plugins import get_plugin_logger

from journal_plugin.cache import Cache
from journal_plugin.errors import OutputError
from journal_plugin.pages.digests import digest
from journal_plugin.writer import save_files

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

log = get_plugin_logger("journal")

CACHE = ".cache/journal"
"""Where generated files and rendered texts are kept beside `mkdocs.yml`."""


class Kept:
    """The kept files of one project. What version control holds is asked for once."""

    def __init__(self, root: Path) -> None:
        """Look below the project's folder `root`."""
        self._root = root

    def find(self, name: str) -> Path | None:
        """The kept file called `name`, or None where its content could be anybody's."""
        path = _find_place(self._root, name)
        if path is None or not self._is_committed(path):
            return path
        log.warning(
            "%s/%s is under version control, so it is not used: a build would trust what nobody "
            "can review. Run `git rm --cached` on it, and add /.cache/ to .gitignore",
            CACHE,
            name,
        )
        return None

    def find_store(self, name: str, fingerprint: str) -> Cache | None:
        """The kept database called `name`, or None where its content could be anybody's."""
        path = self.find(name)
        return Cache(path, fingerprint) if path else None

    def _is_committed(self, path: Path) -> bool:
        """Whether version control holds a kept file, or a part of it, or nobody can tell.

        SQLite takes what lies beside a database under a longer name for a part of it.
        """
        if not any(path.parent.glob(f"{path.name}*")):
            return False
        return self._committed is None or any(n.startswith(path.name) for n in self._committed)

    @cached_property
    def _committed(self) -> Sequence[str] | None:
        """Names of the files that version control holds; None where nobody can tell."""
        folder = self._root.resolve() / CACHE
        git = shutil.which("git")
        nothing = None if any((above / ".git").exists() for above in folder.parents) else ()
        if git is None:
            return nothing
        # The checkout may belong to another user, as in containers; nothing that it brings is run.
        options = ["-c", "safe.directory=*", "-c", "core.fsmonitor=false", "-C", str(folder)]
        done = subprocess.run(  # noqa: S603 - fixed arguments, no shell
            [git, *options, "ls-files", "-z", "--", ":(glob)*"], capture_output=True, check=False
        )
        return nothing if done.returncode else done.stdout.decode(errors="replace").split("\0")


def save_pages(root: Path, site: Iterable[str], contents: Mapping[str, bytes]) -> Path:
    """Write generated files; return their directory, a temporary one without a cache.

    Args:
        root: The project's folder.
        site: What tells the project's sites apart. Each has a directory of its own, because
            two may be built at the same time.
        contents: The files by their paths in the site.
    """
    cache = _find_place(root, f"pages/{digest(site)}")
    reason: object = "it is a link"
    if cache is not None:
        try:
            return _save_all(cache, contents)
        except OutputError as error:
            reason = error
    log.info("the cache cannot be written (%s); using a temporary directory", reason)
    return _save_all(Path(tempfile.mkdtemp(prefix="journal-")), contents)


def _find_place(root: Path, name: str) -> Path | None:
    """A place in the project's cache; None where a link would lead elsewhere."""
    path = root.resolve() / CACHE / name
    return path if path.resolve() == path else None


def _save_all(folder: Path, contents: Mapping[str, bytes]) -> Path:
    save_files(folder, contents)
    return folder
