"""The snapshot: one JSON file for each record, the same data always the same bytes.

`<root>/<owner>/<name>/<number>.json` holds a record and `<root>/<owner>/<name>/sync.json` the state
of the sync. A snapshot may come from another tool: fields may be missing, `sync.json` too.
"""

from __future__ import annotations

import json
import os
import re
import stat
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING

from journal_plugin.errors import Diagnostic, Severity
from journal_plugin.formats import dump_json
from journal_plugin.model import RecordId, Snapshot
from journal_plugin.sources.record_form import BrokenRecordError, format_record, parse_record
from journal_plugin.writer import save_file

if TYPE_CHECKING:
    from collections.abc import Iterable

    from journal_plugin.model import Record

_RECORD_NAME = re.compile(r"[0-9]{1,10}")
_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")
_MAX_MESSAGE = 300


def load_snapshot(
    root: Path, repos: Iterable[str], *, shown_as: str
) -> tuple[Snapshot, tuple[Diagnostic, ...]]:
    """Read all records of `repos` below `root`.

    Args:
        root: The snapshot directory; it need not exist.
        repos: Repositories as `owner/name`.
        shown_as: How diagnostics call `root`, such as `.journal`.

    Returns:
        The records sorted by id, and a diagnostic for each file that is not a record.
    """
    records: dict[RecordId, Record] = {}
    digests: dict[RecordId, str] = {}
    diagnostics: list[Diagnostic] = []
    for repo in sorted(set(repos)):
        folder = root / repo
        is_inside = _is_inside(folder, root)
        for path in sorted(folder.glob("*.json")):
            if not _RECORD_NAME.fullmatch(path.stem):
                continue
            shown = f"{shown_as}/{repo}/{path.name}"
            try:
                content = _read(path, root, is_inside=is_inside)
                record = parse_record(_decode(content), repo)
            except json.JSONDecodeError as error:
                diagnostics.append(_broken(shown, f"not JSON: {error.msg}", error.lineno))
            except OSError as error:
                diagnostics.append(_broken(shown, error.strerror or "it cannot be read"))
            except (BrokenRecordError, RecursionError, UnicodeDecodeError) as error:
                diagnostics.append(_broken(shown, str(error)))
            except ValueError:  # JSON's decoder, for thousands of digits
                diagnostics.append(_broken(shown, "a number in it has too many digits"))
            else:
                if record.id != RecordId(repo, int(path.stem)):
                    diagnostics.append(_broken(shown, f"the file holds {record.id}"))
                else:
                    records[record.id] = record
                    digests[record.id] = blake2b(content, digest_size=16).hexdigest()
    return Snapshot(records=dict(sorted(records.items())), digests=digests), tuple(diagnostics)


def save_record(root: Path, record: Record) -> bool:
    """Write one record atomically; return whether its file changed."""
    uri = f"{record.id.repo}/{record.id.number}.json"
    return save_file(root, uri, dump_json(format_record(record)))


def _is_inside(path: Path, root: Path) -> bool:
    """Whether a path still lies below `root` when all links are followed."""
    return Path(os.path.realpath(path)).is_relative_to(os.path.realpath(root))


def _read(path: Path, root: Path, *, is_inside: bool) -> bytes:
    """The content of a file; what a link brings in from elsewhere is not part of the snapshot.

    Args:
        path: The file.
        root: The snapshot directory.
        is_inside: Whether the file's folder is; to follow all links for each file would take as
            long as to read it.
    """
    mode = path.lstat().st_mode
    is_link = stat.S_ISLNK(mode)
    if not (_is_inside(path, root) if is_link else is_inside):
        msg = "it is a link that leads out of the snapshot"
        raise BrokenRecordError(msg)
    if not stat.S_ISREG(path.stat().st_mode if is_link else mode):  # a device might never end
        msg = "it is not a file"
        raise BrokenRecordError(msg)
    return path.read_bytes()


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
