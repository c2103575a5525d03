"""Tables of logged numbers from the text of a CSV, JSON or JSON Lines file."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

MAX_ROWS = 1_000_000
"""Rows that are read of one file."""
MAX_COLUMNS = 500
"""Columns that are read of one file."""
MAX_CELLS = 5_000_000
"""Cells that are read of one file: each takes a hundred bytes and more until it is a number."""

_LINE = re.compile(r"[^\r\n]*+(?:\r\n|\r|\n)|[^\r\n]++")
_DELIMITERS = (",", "\t", ";")
_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_LISTS = ("log_history", "history", "rows", "data", "logs", "records", "metrics")
_DEPTH = 3


class Finding(NamedTuple):
    """Something wrong in a file."""

    line: int
    message: str
    fatal: bool = False
    """Whether nothing of the file could be used."""


@dataclass(slots=True)
class Table:
    """Rows as they were written; cells are texts, or JSON's values."""

    columns: list[str] = field(default_factory=list)
    """In the order of the file."""
    rows: list[tuple[int, Mapping[str, object]]] = field(default_factory=list)
    """Line and cells."""
    findings: list[Finding] = field(default_factory=list)
    decimal_comma: bool = False
    """Whether `0,5` means a half, as where `;` separates the cells."""
    cells: int = 0
    """How many cells the rows have together."""

    def take(self, line: int, cells: Mapping[str, object]) -> bool:
        """Add a row; once there are too many, say so and return False."""
        if len(self.rows) >= MAX_ROWS or self.cells + len(cells) > MAX_CELLS:
            message = f"only the first {len(self.rows):,} rows are read; log less often"
            self.findings.append(Finding(line, message))
            return False
        self.rows.append((line, cells))
        self.cells += len(cells)
        return True


def decode(content: bytes) -> tuple[str, str]:
    """The text of a file and the encoding that fitted: by its mark, else UTF-8, else Windows'."""
    for mark, name in _BOMS:
        if content.startswith(mark):
            return content.decode(name, "replace"), name
    try:
        return content.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace"), "cp1252"


def parse_table(text: str, suffix: str) -> Table:
    """Read a table; what is wrong stands in its `findings`.

    Args:
        text: The content of the file.
        suffix: Its extension in lower case, such as `.csv`.
    """
    if suffix in (".jsonl", ".ndjson"):
        return _parse_json_lines(text)
    if suffix == ".json":
        return _parse_json(text)
    return _parse_csv(text)


def _parse_csv(text: str) -> Table:
    table = Table()
    lines = _split_lines(text)
    first = next((line for line in lines if line.strip() and not line.startswith("#")), "")
    delimiter = max(_DELIMITERS, key=first.count)
    table.decimal_comma = delimiter == ";"
    reader = csv.reader(_split_lines(text), delimiter=delimiter)
    try:
        for row in reader:
            if not "".join(row).strip() or row[0].startswith("#"):
                continue
            if not table.columns:
                table.columns = _unique([cell.strip() for cell in row][:MAX_COLUMNS])
                width = len(row)
            elif len(row) != width:
                message = f"this row has {len(row)} cells, and the header has {width}"
                table.findings.append(Finding(reader.line_num, message))
            elif not table.take(reader.line_num, dict(zip(table.columns, row, strict=False))):
                break
    except csv.Error as error:
        table.findings.append(Finding(reader.line_num, f"not CSV from here on: {error}"))
    return table


def _split_lines(text: str) -> Iterator[str]:
    """The lines of a text with their ends; `StringIO` would take four bytes for each character."""
    return (line[0] for line in _LINE.finditer(text))


def _unique(names: list[str]) -> list[str]:
    """Names for columns that have none, or one that is taken."""
    taken: dict[str, None] = {}
    for number, name in enumerate(names, start=1):
        unique, again = name or f"column {number}", 2
        while unique in taken:
            unique, again = f"{name or f'column {number}'} ({again})", again + 1
        taken[unique] = None
    return list(taken)


def _parse_json_lines(text: str) -> Table:
    table = Table()
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            item = json.loads(line)
        except (ValueError, RecursionError) as error:
            message = getattr(error, "msg", None) or "nested too deeply, or a number too long"
            table.findings.append(Finding(number, f"this line is not JSON: {message}"))
            continue
        if not isinstance(item, Mapping):
            table.findings.append(Finding(number, "this line is not a JSON object"))
        elif not table.take(number, dict(_flatten(item))):
            break
    return _with_columns(table)


def _parse_json(text: str) -> Table:
    try:
        data = json.loads(text)
    except json.JSONDecodeError as error:
        lines = _parse_json_lines(text)
        if len(lines.rows) > len(lines.findings):
            return lines
        return Table(findings=[Finding(error.lineno, f"not JSON: {error.msg}", fatal=True)])
    except (ValueError, RecursionError):
        message = "not JSON that can be read: nested too deeply, or a number too long"
        return Table(findings=[Finding(1, message, fatal=True)])
    rows = _find_rows(data)
    if rows is None:
        message = "neither a list of objects nor an object of lists, which a logged run would be"
        return Table(findings=[Finding(1, message, fatal=True)])
    table = Table()
    for number, item in enumerate(rows, start=1):
        if not isinstance(item, Mapping):
            table.findings.append(Finding(1, f"item {number} is not an object"))
        elif not table.take(1, dict(_flatten(item))):
            break
    return _with_columns(table)


def _find_rows(data: object) -> Sequence[object] | None:
    """The rows in the usual shapes: a list, an object of columns, or either of them one level down.

    Hugging Face's `trainer_state.json` keeps a list under `log_history`, Keras an object of
    columns under `history`.
    """
    if isinstance(data, list):
        return data
    if not isinstance(data, Mapping):
        return None
    for key in _LISTS:
        inner = data.get(key)
        if isinstance(inner, list) and any(isinstance(item, Mapping) for item in inner):
            return inner
        if isinstance(inner, Mapping) and (rows := _rows_of_columns(inner)):
            return rows
    return _rows_of_columns(data)


def _rows_of_columns(data: Mapping[str, object]) -> list[dict[str, object]] | None:
    columns = {name: values for name, values in data.items() if isinstance(values, list)}
    length = max((len(values) for values in columns.values()), default=0)
    rows: list[dict[str, object]] = [{} for _ in range(length)]
    for name, values in columns.items():
        for row, value in zip(rows, values, strict=False):
            row[name] = value
    return rows or None


def _flatten(
    item: Mapping[str, object], prefix: str = "", depth: int = 1
) -> Iterator[tuple[str, object]]:
    """Cells of an object; `{"train": {"loss": 1}}` becomes `train/loss`."""
    for key, value in item.items():
        if isinstance(value, Mapping):
            if depth < _DEPTH:
                yield from _flatten(value, f"{prefix}{key}/", depth + 1)
        elif not isinstance(value, list):
            yield f"{prefix}{key}", value


def _with_columns(table: Table) -> Table:
    names = dict.fromkeys(name for _, cells in table.rows for name in cells)
    table.columns = list(islice(names, MAX_COLUMNS))
    return table
