"""What `site.py` prints: a table of what was measured, and what was aimed at."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from typing import Protocol

    class Row(Protocol):
        """One thing that was measured."""

        part: str
        records: int
        posts: int
        what: str
        values: Mapping[str, float]
        ratios: Mapping[str, float]


PLAIN, COLD, WARM, CHANGED = "plain", "nothing cached", "cached", "one post changed"
SERVED = "served, one post changed"
PLAIN_AGAIN = "plain, built again"
SAME_AGAIN = "built again, nothing changed"
CHANGED_AGAIN = "built again, one post changed"
SEARCH = "search, to Material's default for the same pages"

_SIZE = 5000
_NAMES = ("cpu", "clock", "memory", "site", "search", "lunr")
_HEAD = ("s", "s", "MB", "MB", "KB", "ms")


class Goal(NamedTuple):
    """A ratio that is aimed at."""

    part: str
    what: str
    name: str
    """What the ratio is of."""
    limit: float


GOALS = (
    Goal("records", WARM, "cpu", 0.20),
    Goal("records", COLD, "cpu", 0.55),
    Goal("records", WARM, "memory", 0.80),
    Goal("records", COLD, "memory", 0.80),
    Goal("records", WARM, "site", 1.10),
    Goal("records", CHANGED_AGAIN, "cpu", 0.10),
    Goal("serve", SERVED, "cpu", 0.05),
    Goal("serve", SERVED, "clock", 0.05),
    Goal("small", WARM, "cpu", 1.10),
    Goal("records", SEARCH, "search", 0.15),
    Goal("records", SEARCH, "lunr", 0.15),
    Goal("records", WARM, "search", 0.15),
    Goal("records", WARM, "lunr", 0.15),
    Goal("posts", WARM, "cpu", 1.25),
)
"""Those of records hold at 5,000 of them."""


def print_rows(rows: Iterable[Row]) -> None:
    """The rows as a table: medians, and below them their ratios to the plain site."""
    for row in rows:
        about = f"{row.part}: {row.records} records, {row.posts} posts, {row.what}"
        print(f"{about:78}" + _format_cells(row.values))
        if row.ratios:
            print(f"{'':78}" + _format_cells(row.ratios, "x"))


def print_head() -> None:
    """The head of the table."""
    cells = (f"{name} {unit}" for name, unit in zip(_NAMES, _HEAD, strict=True))
    print(f"{'medians, and x: ratios to plain':78}" + "".join(f"{cell:>10}" for cell in cells))


def _format_cells(values: Mapping[str, float], before: str = "") -> str:
    return "".join(f"{f'{before}{values[n]:.3f}' if n in values else '':>10}" for n in _NAMES)


def print_goals(rows: Sequence[Row]) -> None:
    """What was aimed at, beside what was measured of it."""
    for goal, ratio in _find_ratios(rows):
        word = "met" if ratio <= goal.limit else "not met"
        about = f"{goal.part}, {goal.what}: {goal.name}"
        print(f"{about:78}{ratio:10.3f}  goal {goal.limit:.2f}  {word}")


def _find_ratios(rows: Iterable[Row]) -> Iterator[tuple[Goal, float]]:
    found = {
        (row.part, row.what): row.ratios
        for row in rows
        if row.part not in ("records", "serve") or row.records == _SIZE
    }
    for goal in GOALS:
        ratios = found.get((goal.part, goal.what), {})
        if goal.name in ratios:
            yield goal, ratios[goal.name]


def print_growth(rows: Iterable[Row]) -> None:
    """What one more record costs at a larger size, beside a smaller one."""
    records = [row for row in rows if row.part == "records"]
    for what in (PLAIN, COLD, WARM):
        costs = {row.records: row.values["cpu"] for row in records if row.what == what}
        steps = sorted(costs)
        for low, middle, high in zip(steps, steps[1:], steps[2:], strict=False):
            near = (costs[middle] - costs[low]) / (middle - low)
            far = (costs[high] - costs[middle]) / (high - middle)
            about = f"{what}: one more record at {high} / at {middle}"
            print(f"{about:78}{far / near:10.3f}")
