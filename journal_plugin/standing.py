"""Pages that stand in the site's folder as the last build wrote them.

MkDocs clears the folder at the start of a build. The journal's pages are put aside before, and put
back when files are copied, without all that is not such a page. What a build wrote is noted with
the size and the time of the file: each build gives its files a time of its own, to the nanosecond,
so a note holds as long as nobody else touches the file. Whether the page would be the same today is
for `apart` to find out.
"""

from __future__ import annotations

import json
import os
import shutil
import stat
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from journal_plugin.cache import Cache

_ASIDE = ".journal-of-the-last-build"
"""MkDocs leaves hidden names where they are when it clears a site."""
_KEY, _SOURCES = "standing", "sources"
_PAGE = "index.html"
"""A page that has a folder of its own."""
_AT_ONCE = 500
"""Notes that are written and read together, which keeps little in memory."""


class Note(NamedTuple):
    """What is known of a page that was written. Plain data, as there are thousands."""

    mark: str
    """Of all that the page is made from, but for the theme."""
    form: str
    """The mark of the theme's form that it was filled into; empty for a page without one."""
    seal: str
    """The mark of the whole page where it has no form; else empty."""
    size: int
    stamp: int
    """The time of the file in nanoseconds."""
    title: str = ""
    """Of the entry in the search, where only the page's content tells it; else empty."""
    text: str = ""
    family: str = ""
    """The mark of what its form has in common with forms for more or fewer headings."""
    length: int = 0
    """How many headings its table of contents has, where it has a form."""


class Standing:
    """The pages that the last build of a project wrote."""

    def __init__(self, store: Cache | None) -> None:
        """Take the notes from a store, and keep them there; without one, in memory."""
        self._store = store
        self._notes: dict[str, Note] = {}
        self._there: dict[str, Note] = {}
        self._tree, self._aside = Path(), Path()
        self._is_aside = False
        self.sources: Mapping[str, str] = {}
        """Marks of the templates and the configuration that the pages were made with."""
        self.stamp = 0
        """The time of all files that this build writes."""

    def set_aside(self, site_dir: str, path: str) -> None:
        """Hide the last build's pages before MkDocs clears the site.

        Args:
            site_dir: The site's folder.
            path: Where the journal lies in there, with forward slashes.
        """
        self._tree, self._aside = Path(site_dir, path), Path(site_dir, _ASIDE)
        self.stamp = time.time_ns()
        # In an empty folder nothing stands, and the notes of thousands of pages take memory.
        is_there = self._tree.exists() or self._aside.exists()
        self._notes = self._load(f"{self._tree}{os.sep}") if is_there else {}
        is_known = bool(self._notes)
        if not is_known or self._tree.exists() or self._aside.is_symlink():
            clear_left_over(site_dir)
        with suppress(OSError):
            # A link could lead to files that are no site of ours.
            if is_known and self._tree.resolve() == self._aside.parent.resolve() / path:
                self._tree.rename(self._aside)
                self._tree.mkdir()  # to see whether MkDocs clears the site
        self._is_aside = self._aside.is_dir()

    def check_clearing(self) -> None:
        """Put everything back where MkDocs was kept from clearing the site.

        Plugins do that which build a site several times, once for each language.
        """
        if self._is_aside and self._tree.exists():
            self.put_back()

    def put_back(self) -> bool:
        """Put back what was set aside, unless others wrote there; return whether it is back."""
        was_aside, self._is_aside = self._is_aside, False
        if not was_aside:
            return False
        with suppress(OSError):
            self._tree.rmdir()  # it is empty where MkDocs has not cleared the site
        try:
            self._tree.parent.mkdir(parents=True, exist_ok=True)
            if not (self._tree.is_symlink() or self._tree.exists()):
                self._aside.rename(self._tree)
                return True
        except OSError:
            pass
        _remove(self._aside)
        return False

    def sweep(self, wanted: Collection[str]) -> None:
        """Put back what was set aside, and remove what is not a `wanted` page as it was written.

        Args:
            wanted: The files of all pages that this build may find there.
        """
        if self.put_back():
            _Broom(self._notes, wanted, self._there).sweep(str(self._tree))

    def find(self, path: str) -> Note | None:
        """The note of a page that stands."""
        return self._there.get(path)

    def keep(self, notes: dict[str, Note], sources: Mapping[str, str]) -> None:
        """Keep the notes of all pages of this build, by their files, for the next build.

        They hold however this build ends.
        """
        old = self._notes, self.sources
        self._notes, self.sources, self._there = notes, sources, {}
        if self._store is None:
            return
        self._notes = {}
        if (notes, sources) != old:
            paths = list(notes)
            keys = [self._make_key(at) for at in range(0, len(paths), _AT_ONCE)]
            keys.append(self._make_key(_SOURCES))
            if not self._store.save({keys[-1]: json.dumps(sources)}):
                return
            for number, key in enumerate(keys[:-1]):
                some = paths[number * _AT_ONCE :][:_AT_ONCE]
                form = json.dumps({path: notes[path] for path in some}, separators=(",", ":"))
                if not self._store.save({key: form}, keep=keys):
                    return

    def drop(self) -> None:
        """Remove what nobody put back."""
        if self._is_aside:
            _remove(self._aside)
        self._is_aside = False

    def _load(self, start: str) -> dict[str, Note]:
        """The notes of files whose paths begin like this."""
        found = dict(self._notes)
        if self._store:
            self.sources = _parse_sources(self._store.load(self._make_key(_SOURCES)))
        at = 0
        while self._store and (form := self._store.load(self._make_key(at))):
            found |= _parse_notes(form)
            at += _AT_ONCE
        return {path: note for path, note in found.items() if path.startswith(start)}

    def _make_key(self, at: object) -> str:
        return self._store.make_key((_KEY, str(at))) if self._store else ""


def _parse_notes(form: str) -> dict[str, Note]:
    shared: dict[str, str] = {}
    try:
        found = {path: Note(*values) for path, values in json.loads(form).items()}
        return {
            path: note._replace(
                form=shared.setdefault(note.form, note.form),
                family=shared.setdefault(note.family, note.family),
            )
            for path, note in found.items()
        }
    except (ValueError, TypeError, AttributeError, RecursionError):
        return {}


def _parse_sources(form: str | None) -> dict[str, str]:
    try:
        return dict(json.loads(form)) if form else {}
    except (ValueError, TypeError, RecursionError):
        return {}


def clear_left_over(site_dir: str) -> None:
    """Remove what a killed build set aside."""
    _remove(Path(site_dir, _ASIDE))


def _remove(path: Path) -> None:
    if path.is_symlink() or path.is_file():
        with suppress(OSError):
            path.unlink()
    else:
        shutil.rmtree(path, ignore_errors=True)


class _Broom:
    """Removes what does not stay, without following links; quick, as there are thousands."""

    def __init__(
        self, notes: Mapping[str, Note], wanted: Collection[str], found: dict[str, Note]
    ) -> None:
        """Leave `wanted` files as their notes say; put those into `found`."""
        self._notes = {path: notes[path] for path in wanted if path in notes}
        self._found = found
        self._folders: set[str] = set()
        for path in self._notes:
            folder = path.rpartition(os.sep)[0]
            while folder and folder not in self._folders:
                self._folders.add(folder)
                folder = folder.rpartition(os.sep)[0]

    def sweep(self, folder: str) -> bool:
        """Sweep a folder, and remove it if it is empty then; return whether something stays."""
        stays, found = False, []
        with suppress(OSError), os.scandir(folder) as entries:  # two builds may clear one site
            found = list(entries)
        for entry in found:
            path = entry.path
            if entry.is_dir(follow_symlinks=False):
                if self._is_own(entry):
                    stays = True
                elif path in self._folders:
                    stays = self.sweep(path) or stays
                else:
                    shutil.rmtree(path, ignore_errors=True)
            elif (note := self._notes.get(path)) and _is_untouched(path, note):
                self._found[path] = note
                stays = True
            else:
                with suppress(OSError):
                    os.unlink(path)  # noqa: PTH108 - a Path costs more than the rest
        if not stays:
            with suppress(OSError):
                os.rmdir(folder)  # noqa: PTH106 - same
        return stays

    def _is_own(self, folder: os.DirEntry[str]) -> bool:
        """Whether a folder holds a page as it was written, and nothing else.

        Its time is that of the page until something comes into it or goes out of it.
        """
        path = f"{folder.path}{os.sep}{_PAGE}"
        note = self._notes.get(path)
        if note is None or folder.stat(follow_symlinks=False).st_mtime_ns != note.stamp:
            return False
        if _is_untouched(path, note):
            self._found[path] = note
        return path in self._found


def _is_untouched(path: str, note: Note) -> bool:
    try:
        about = os.stat(path, follow_symlinks=False)  # noqa: PTH116 - a Path costs more than the rest
    except OSError:
        return False
    is_same = about.st_mtime_ns == note.stamp and about.st_size == note.size
    return is_same and stat.S_ISREG(about.st_mode)


def write_page(path: str, data: bytes, stamp: int) -> None:
    """Write a page into a file of its own, which no other build writes into at the same time."""
    folder = path.rpartition(os.sep)[0]
    is_new = _make_folder(folder)
    while True:
        try:
            file = open(path, "xb")  # noqa: PTH123, SIM115 - closed below
            break
        except FileExistsError:
            Path(path).unlink(missing_ok=True)
            with suppress(OSError):
                Path(folder).rmdir()  # if nothing else is in there, to make it new
            is_new = _make_folder(folder)
    with file:
        file.write(data)
        file.flush()  # before the time is set
        os.utime(file.fileno() if os.utime in os.supports_fd else path, ns=(stamp, stamp))
    if is_new:
        os.utime(folder, ns=(stamp, stamp))


def _make_folder(path: str) -> bool:
    """Make a folder if there is none; return whether it is new."""
    try:
        os.mkdir(path)  # noqa: PTH102 - a Path costs more than the rest
    except FileExistsError:
        return False
    except FileNotFoundError:
        Path(path).mkdir(parents=True, exist_ok=True)
    return True
