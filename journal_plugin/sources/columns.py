"""Columns of text or JSON values as runs of numbers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, TypeAlias

from journal_plugin.series import Run, is_time, is_x
from journal_plugin.sources.tables import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from journal_plugin.series import DataFile, Number
    from journal_plugin.sources.tables import Table

MAX_RUNS = 50
"""Runs that are read of one file, or of all files of one post."""

_RUN_COLUMNS = ("run", "run_id", "run_name", "trial", "seed")
_NAME_COLUMNS = ("metric", "tag", "name", "key")
_VALUE_COLUMNS = ("value", "metric_value")
_INVALID = object()

Row: TypeAlias = tuple[int, Mapping[str, object]]


def make_runs(table: Table, file: DataFile) -> Iterator[Run]:
    """The runs of one table: one, or one for each value of a column such as `run`.

    What cannot be read as a number is added to the table's findings.
    """
    stem = PurePosixPath(file.path).stem
    by_name = {name.casefold(): name for name in reversed(table.columns)}
    column = next((by_name[name] for name in _RUN_COLUMNS if name in by_name), None)
    groups: dict[str, list[Row]] = {}
    for line, cells in table.rows:
        name = str(cells.get(column) or "").strip() if column else ""
        groups.setdefault(name, []).append((line, cells))
    if len(groups) > MAX_RUNS:
        groups = {"": table.rows}
    several = len(groups) > 1
    for name, rows in groups.items():
        rows_of_run, columns = _pivot(rows, table.columns, by_name)
        numbers = {
            title: values
            for title in columns
            if (title != column or not several)
            and (values := _read_column(title, rows_of_run, table)) is not None
        }
        if any(not is_x(title) for title in numbers):
            label = f"{column} {name}" if name.isdigit() else name
            yield Run(name=label if several and name else stem, columns=numbers, file=file)


def _pivot(
    rows: list[Row],
    columns: Sequence[str],
    by_name: Mapping[str, str],
) -> tuple[Sequence[Row], Sequence[str]]:
    """Rows of the long form (`step, metric, value`) as one column for each metric."""
    name = next((by_name[key] for key in _NAME_COLUMNS if key in by_name), None)
    value = next((by_name[key] for key in _VALUE_COLUMNS if key in by_name), None)
    if name is None or value is None:
        return rows, columns
    wide: dict[object, tuple[int, dict[str, object]]] = {}
    metrics: dict[str, None] = {}
    steps = [column for column in columns if is_x(column) and not is_time(column)]
    for number, (line, cells) in enumerate(rows):
        metric = str(cells.get(name) or "").strip() or value
        metrics[metric] = None
        key = tuple(str(cells.get(step)) for step in steps) if steps else number
        _, merged = wide.setdefault(key, (line, {}))
        merged |= {c: cell for c, cell in cells.items() if c not in (name, value)}
        merged[metric] = cells.get(value)
    return list(wide.values()), [*(c for c in columns if c not in (name, value)), *metrics]


def _read_column(title: str, rows: Sequence[Row], table: Table) -> tuple[Number, ...] | None:
    """A column as numbers, or None if most of it is something else."""
    if (plain := _read_plain(title, rows)) is not None:
        return plain
    values: list[Number] = []
    wrong: list[tuple[int, object]] = []
    filled = 0
    for line, cells in rows:
        raw = cells.get(title)
        value = _read_number(raw, decimal_comma=table.decimal_comma)
        if value is _INVALID and is_x(title):
            value = _read_time(raw)
        if value is _INVALID:
            wrong.append((line, raw))
            value = None
        filled += value is not None
        values.append(value)  # type: ignore[arg-type]  # a number or None from here on
    if not filled or filled < len(wrong):
        return None
    for line, raw in wrong:
        table.findings.append(Finding(line, f"{title} is {str(raw)[:40]!r}, which is not a number"))
    return tuple(values)


def _read_plain(title: str, rows: Sequence[Row]) -> tuple[float, ...] | None:
    """The usual column, every cell of which is a number, at three times the speed; else None."""
    try:
        texts = [cells[title] for _, cells in rows]
        if "_" in "".join(texts):  # type: ignore[arg-type]  # what is no text raises
            return None
        return tuple(map(float, texts))  # type: ignore[arg-type]  # same
    except (KeyError, TypeError, ValueError):
        return None


def _read_number(raw: object, *, decimal_comma: bool) -> object:
    """A number, None for an empty cell, or `_INVALID`."""
    if raw is None or isinstance(raw, bool):
        return None if raw is None else float(raw)
    try:
        if isinstance(raw, int | float):
            return float(raw)
        text = str(raw).strip()
        if not text:
            return None
        if "_" in text:
            return _INVALID
        return float(text.replace(",", ".") if decimal_comma else text)
    except (ValueError, OverflowError):
        return _INVALID


def _read_time(raw: object) -> object:
    """Seconds since 1970 of an ISO 8601 time, or `_INVALID`."""
    try:
        time = datetime.fromisoformat(str(raw).strip())
    except ValueError:
        return _INVALID
    return (time if time.tzinfo else time.replace(tzinfo=UTC)).timestamp()
