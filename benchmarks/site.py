"""How long a journal takes beside plain Markdown pages with the same content.

Run it from the project's root: `python benchmarks/site.py --sizes 50 1000 5000 10000`. Every build
is a process of its own, as users start it; the sides alternate. CPU seconds are compared, because
they depend less on what else the machine does; the times on the clock stand beside them. It prints
a table, writes it as JSON with `--json`, and ends with exit code 1 if a page is not what it should
be. Ratios of one run on one machine are worth more than its seconds.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import shutil
import statistics
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from site_checks import check_parity
from site_content import ROOT, make_sites

if TYPE_CHECKING:
    from site_content import Sites

CACHE = ".cache"
PLAIN, COLD, WARM, CHANGED = "plain", "nothing cached", "cached", "one post changed"
_MEGABYTE = 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What one build cost."""

    cpu: float
    clock: float
    memory: float
    """Largest resident size in MB."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """The builds of one side at one size, beside the plain ones."""

    records: int
    what: str
    cpu: float
    """Median seconds."""
    clock: float
    memory: float
    site_mb: float
    search_kb: float
    """Size of the search index after gzip."""
    cpu_ratio: float
    clock_ratio: float
    memory_ratio: float
    site_ratio: float
    search_ratio: float


def run_build(project: Path, target: Path) -> Run:
    """Build a project in a process of its own."""
    shutil.rmtree(target, ignore_errors=True)
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "NO_MKDOCS_2_WARNING": "1"}
    command = [sys.executable, "-m", "mkdocs", "build", "-q", "--site-dir", str(target)]
    start = time.perf_counter()
    process = os.posix_spawn(
        sys.executable,
        [*command, "-f", str(project / "mkdocs.yml")],
        environment,
        file_actions=[(os.POSIX_SPAWN_OPEN, 2, os.devnull, os.O_WRONLY, 0)],
    )
    _, status, usage = os.wait4(process, 0)
    clock = time.perf_counter() - start
    if status:
        msg = f"the build of {project} failed; run `mkdocs build` there"
        raise SystemExit(msg)
    memory = usage.ru_maxrss / _MEGABYTE
    return Run(cpu=usage.ru_utime + usage.ru_stime, clock=clock, memory=memory)


def run_round(sites: Sites, number: int) -> dict[str, Run]:
    """Each build once, in alternation."""
    shutil.rmtree(sites.journal / CACHE, ignore_errors=True)
    target = sites.journal / "site"
    runs = {
        PLAIN: run_build(sites.plain, sites.plain / "site"),
        COLD: run_build(sites.journal, target),
        WARM: run_build(sites.journal, target),
    }
    post = sites.journal / "docs" / "posts" / "post-1.md"
    post.write_text(f"{post.read_text()}\nMore in round {number}.\n")
    return {**runs, CHANGED: run_build(sites.journal, target)}


def measure(root: Path, count: int, rounds: int, seed: int) -> tuple[list[Row], list[str]]:
    """The rows of one size, and what is wrong with the pages."""
    sites = make_sites(root, count, seed=seed)
    done = [run_round(sites, number) for number in range(rounds)]
    runs = {what: [found[what] for found in done] for what in done[0]}
    sizes = {side: (_size(s / "site"), _search(s / "site")) for side, s in _sides(sites).items()}
    rows = [make_row(count, what, runs, sizes) for what in runs]
    return rows, check_parity(sites)


def make_row(
    count: int,
    what: str,
    runs: dict[str, list[Run]],
    sizes: dict[str, tuple[float, float]],
) -> Row:
    """Medians of one kind of build, and their ratios to the plain ones."""
    own, plain = (
        [statistics.median(getattr(run, name) for run in runs[side]) for name in _COSTS]
        for side in (what, PLAIN)
    )
    here, there = sizes["plain" if what == PLAIN else "journal"], sizes["plain"]
    ratios = [a / b for a, b in zip((*own, *here), (*plain, *there), strict=True)]
    values = [round(value, 3) for value in (*own, *here, *ratios)]
    return Row(records=count, what=what, **dict(zip(_NAMES, values, strict=True)))


_COSTS = ("cpu", "clock", "memory")
_NAMES = (
    *_COSTS,
    *("site_mb", "search_kb", "cpu_ratio", "clock_ratio"),
    *("memory_ratio", "site_ratio", "search_ratio"),
)


def _sides(sites: Sites) -> dict[str, Path]:
    return {"plain": sites.plain, "journal": sites.journal}


def _size(site: Path) -> float:
    return sum(path.stat().st_size for path in site.rglob("*") if path.is_file()) / 1e6


def _search(site: Path) -> float:
    index = (site / "search" / "search_index.json").read_bytes()
    return len(gzip.compress(index, mtime=0)) / 1e3


def print_table(rows: list[Row]) -> None:
    """The rows for people."""
    head = ("records", "build", "CPU s", "clock s", "MB", "CPU", "clock", "memory", "size")
    print(("{:>8}  {:18}" + "{:>9}" * 7).format(*head))
    for row in rows:
        print(
            f"{row.records:8}  {row.what:18}{row.cpu:9.2f}{row.clock:9.2f}{row.memory:9.0f}"
            f"{row.cpu_ratio:9.3f}{row.clock_ratio:9.3f}{row.memory_ratio:9.3f}{row.site_ratio:9.3f}"
            f"  search {row.search_ratio:.3f}"
        )
    for what in (PLAIN, COLD, WARM):
        costs = {row.records: row.cpu for row in rows if row.what == what}
        steps = sorted(costs)
        for low, middle, high in zip(steps, steps[1:], steps[2:], strict=False):
            near = (costs[middle] - costs[low]) / (middle - low)
            far = (costs[high] - costs[middle]) / (high - middle)
            print(f"{what}: one more record at {high} / at {middle}: {far / near:.3f}")


def main() -> int:
    """Measure all sizes; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=[50, 1000, 5000, 10_000])
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    rows: list[Row] = []
    wrong: list[str] = []
    for count in options.sizes:
        with tempfile.TemporaryDirectory() as folder:
            found, bad = measure(Path(folder), count, options.rounds, options.seed)
        rows += found
        wrong += [f"{count} records: {line}" for line in bad]
    print_table(rows)
    print(*wrong, sep="\n")
    if options.json:
        options.json.write_text(
            json.dumps({"rows": [asdict(row) for row in rows], "wrong": wrong}, indent=2) + "\n"
        )
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
