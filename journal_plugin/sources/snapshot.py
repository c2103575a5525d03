"""The snapshot: one JSON file for each record, the same data always the same bytes.

`<root>/<owner>/<name>/<number>.json` holds a record and `<root>/<owner>/<name>/sync.json` the state
of the sync. A snapshot may come from another tool: fields may be missing, `sync.json` too.
"""

from __future__ import annotations

import json
import os
import re
import stat
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING

from journal_plugin.errors import Diagnostic, Severity
from journal_plugin.formats import dump_json
from journal_plugin.model import RecordId, Snapshot
from journal_plugin.sources.record_form import BrokenRecordError, format_record, parse_record
from journal_plugin.sources.spool import Spool
from journal_plugin.writer import save_file

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from journal_plugin.model import Record

_SUFFIX = ".json"
_RECORD_NAME = re.compile(r"[0-9]{1,10}\.json")
_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")
_MAX_MESSAGE = 300
_MOST_STALE = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownFile:
    """A file that was read."""

    mark: tuple[int, ...] | None
    """What the system said of it before; None where that tells nothing."""
    record: Record
    digest: str
    size: int
    """In bytes."""


@dataclass(slots=True, kw_only=True)
class KnownFiles:
    """The files of records that one process has read, and the texts of these records."""

    by_path: dict[str, KnownFile] = field(default_factory=dict)
    spool: Spool = field(default_factory=Spool)
    snapshot: Snapshot | None = None
    """What was made of these files."""

    def keep(self, found: dict[str, KnownFile]) -> Snapshot:
        """Know these files and no other; return the records, the same ones of the same files.

        Texts of other records stay in the spool. Once they are most of it, all is read anew.
        """
        if self.snapshot is None or not _are_same(found, self.by_path):
            files = sorted(found.values(), key=lambda file: file.record.id)
            self.snapshot = Snapshot(
                records={file.record.id: file.record for file in files},
                digests={file.record.id: file.digest for file in files},
            )
        snapshot = self.snapshot
        is_stale = self.spool.size > _MOST_STALE * sum(file.size for file in found.values())
        self.by_path = {} if is_stale else found
        if is_stale:
            self.spool, self.snapshot = Spool(), None
        return snapshot


def _are_same(some: Mapping[str, KnownFile], others: Mapping[str, KnownFile]) -> bool:
    """Whether both have the very same records."""
    return some.keys() == others.keys() and all(
        others[path].record is file.record for path, file in some.items()
    )


def load_snapshot(
    root: Path, repos: Iterable[str], *, shown_as: str, known: KnownFiles | None = None
) -> tuple[Snapshot, tuple[Diagnostic, ...]]:
    """Read all records of `repos` below `root`.

    Args:
        root: The snapshot directory; it need not exist.
        repos: Repositories as `owner/name`.
        shown_as: How diagnostics call `root`, such as `.journal`.
        known: What an earlier build of this process read; afterwards, what this one did. A file
            that has not changed since is the same record, and is not read again.

    Returns:
        The records sorted by id, and a diagnostic for each file that is not a record.
    """
    known = known or KnownFiles()
    found: dict[str, KnownFile] = {}
    diagnostics: list[Diagnostic] = []
    for repo in sorted(set(repos)):
        folder = root / repo
        is_inside = _is_inside(folder, root)
        for entry in _list_files(folder):
            shown = f"{shown_as}/{repo}/{entry.name}"
            try:
                mark = _mark(entry)
                kept = known.by_path.get(entry.path)
                if kept is None or kept.mark != mark or mark is None:
                    content = _read(entry, root, is_inside=is_inside)
                    digest = blake2b(content, digest_size=16).hexdigest()
                    if kept and kept.digest == digest:  # somebody has only touched it
                        kept = replace(kept, mark=mark)
                    else:
                        record = _parse(content, repo, int(entry.name.removesuffix(_SUFFIX)))
                        known.spool.add(record)
                        kept = KnownFile(mark=mark, record=record, digest=digest, size=len(content))
                found[entry.path] = kept
            except json.JSONDecodeError as error:
                diagnostics.append(_broken(shown, f"not JSON: {error.msg}", error.lineno))
            except OSError as error:
                diagnostics.append(_broken(shown, error.strerror or "it cannot be read"))
            except (BrokenRecordError, RecursionError, UnicodeDecodeError) as error:
                diagnostics.append(_broken(shown, str(error)))
            except ValueError:  # JSON's decoder, for thousands of digits
                diagnostics.append(_broken(shown, "a number in it has too many digits"))
    return known.keep(found), tuple(diagnostics)


def save_record(root: Path, record: Record) -> bool:
    """Write one record atomically; return whether its file changed."""
    uri = f"{record.id.repo}/{record.id.number}.json"
    return save_file(root, uri, dump_json(format_record(record)))


def _is_inside(path: Path, root: Path) -> bool:
    """Whether a path still lies below `root` when all links are followed."""
    return Path(os.path.realpath(path)).is_relative_to(os.path.realpath(root))


def _list_files(folder: Path) -> list[os.DirEntry[str]]:
    """The files of records in a folder, sorted by name; none where it cannot be listed."""
    try:
        with os.scandir(folder) as entries:
            found = [entry for entry in entries if _RECORD_NAME.fullmatch(entry.name)]
    except OSError:
        return []
    return sorted(found, key=lambda entry: entry.name)


def _mark(entry: os.DirEntry[str]) -> tuple[int, ...] | None:
    """What changes whenever a file does; None for a link, behind which anything may change."""
    if entry.is_symlink():
        return None
    found = entry.stat(follow_symlinks=False)
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns


def _read(entry: os.DirEntry[str], root: Path, *, is_inside: bool) -> bytes:
    """The content of a file; what a link brings in from elsewhere is not part of the snapshot.

    Args:
        entry: The file.
        root: The snapshot directory.
        is_inside: Whether the file's folder is; to follow all links for each file would take as
            long as to read it.
    """
    if not (_is_inside(Path(entry.path), root) if entry.is_symlink() else is_inside):
        msg = "it is a link that leads out of the snapshot"
        raise BrokenRecordError(msg)
    if not stat.S_ISREG(entry.stat().st_mode):  # a device might never end
        msg = "it is not a file"
        raise BrokenRecordError(msg)
    with open(entry.path, "rb") as file:  # noqa: PTH123 - thousands of paths take their time
        return file.read()


def _parse(content: bytes, repo: str, number: int) -> Record:
    """The record that a file holds."""
    record = parse_record(_decode(content), repo)
    if record.id != RecordId(repo, number):
        msg = f"the file holds {record.id}"
        raise BrokenRecordError(msg)
    return record


def _decode(content: bytes) -> object:
    """The data of a file; half of a surrogate pair, which no file could hold, becomes a sign."""
    data = json.loads(content)
    if _SURROGATE.search(content):
        data = json.loads(json.dumps(data, ensure_ascii=False).encode("utf-8", "replace"))
    return data


def _broken(path: str, message: str, line: int = 1) -> Diagnostic:
    return Diagnostic(
        path=path,
        line=line,
        code="broken-record",
        message=f"this record is left out: {message[:_MAX_MESSAGE]}",
        severity=Severity.ERROR,
    )
