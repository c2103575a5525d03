"""How long a journal takes beside plain Markdown pages with the same content.

Run it from the project's root: `python benchmarks/site.py`, or a part of it: `--only small posts`.
Every build is a process of its own, as users start it; the sides alternate. Seconds of processor
time are compared, because they depend less on what else the machine does; the times on the clock
stand beside them. It prints a table, writes it as JSON with `--json`, and ends with exit code 1 if
a page is not what it should be. Ratios of one run on one machine are worth more than its seconds.
"""

from __future__ import annotations

import argparse
import gzip
import json
import shutil
import statistics
import subprocess
import sys
import tempfile
from dataclasses import asdict, dataclass, field
from importlib.resources import files as package_files
from pathlib import Path
from typing import TYPE_CHECKING

from site_builds import compile_package, run_build, serve_change
from site_checks import check_parity
from site_content import make_sites
from site_goals import (
    CHANGED,
    CHANGED_AGAIN,
    COLD,
    PLAIN,
    PLAIN_AGAIN,
    SAME_AGAIN,
    SEARCH,
    SERVED,
    WARM,
    print_goals,
    print_growth,
    print_head,
    print_rows,
)
from site_search import index_by_default

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from site_builds import Run
    from site_content import Sites

CACHE = ".cache"
POSTS, POSTS_RECORDS = 1000, 50
SMALL = 5
_LUNR = package_files("mkdocs") / "contrib" / "search" / "templates" / "search" / "lunr.js"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One thing that was measured, and its ratios to another one."""

    part: str
    records: int
    posts: int
    what: str
    values: Mapping[str, float]
    """Medians: `cpu` and `clock` in seconds, `memory` and `site` in MB, `search` (after gzip) in
    KB, `lunr` in milliseconds."""
    ratios: Mapping[str, float] = field(default_factory=dict)
    """To the plain site, where `what` says nothing else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What to measure."""

    sizes: Sequence[int]
    rounds: int
    seed: int


@dataclass(slots=True, kw_only=True)
class Result:
    """What was measured, and what is wrong with the pages."""

    rows: list[Row] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    def add(self, other: Result) -> None:
        """Take over another result, and say what it is at once: a whole run takes hours."""
        print_rows(other.rows)
        print(*other.wrong, sep="\n", end="", flush=True)
        self.rows += other.rows
        self.wrong += other.wrong


def measure_records(root: Path, plan: Plan, count: int) -> Result:
    """Builds of `count` records: from nothing, from the cache, after a change."""
    sites = make_sites(root, count, seed=plan.seed)
    runs = _collect([_build_all(sites, number) for number in range(plan.rounds)])
    rows = _make_rows("records", sites, runs, posts=20)
    again = _collect([_build_again(sites, number) for number in range(plan.rounds)])
    rows += _make_rows("records", sites, again, posts=20, plain=PLAIN_AGAIN, sizes=False)
    rows.append(_compare_search(sites))
    wrong = [f"{count} records: {line}" for line in check_parity(sites)]
    return Result(rows=rows, wrong=wrong)


def _compare_search(sites: Sites) -> Row:
    """The search index of the journal, beside what Material would make of the same pages."""
    own = _weigh_search(sites.journal / "site")
    base = _weigh_search(index_by_default(sites.journal, sites.journal.parent / "by-default"))
    ratios = {name: value / base[name] for name, value in own.items()}
    return Row(
        part="records",
        records=len(sites.records),
        posts=20,
        what=SEARCH,
        values=_round(own),
        ratios=_round(ratios),
    )


def measure_serve(root: Path, plan: Plan, count: int) -> Result:
    """How long `mkdocs serve` takes until a changed post is new."""
    sites = make_sites(root, count, seed=plan.seed)
    post = sites.journal / "docs" / "posts" / "post-1.md"
    found = []
    for number in range(plan.rounds):
        plain = run_build(sites.plain)
        words = f"Words of round {number}."
        found.append(
            {PLAIN: plain, SERVED: serve_change(sites.journal, post, "posts/post-1/", words)}
        )
    return Result(rows=_make_rows("serve", sites, _collect(found), posts=20, sizes=False))


def measure_small(root: Path, plan: Plan) -> Result:
    """A site of five records beside one of five pages."""
    sites = make_sites(root, SMALL, seed=plan.seed, posts=0)
    runs = _collect([_build_both(sites) for _ in range(3 * plan.rounds)])
    return Result(rows=_make_rows("small", sites, runs, posts=0))


def measure_posts(root: Path, plan: Plan) -> Result:
    """A thousand posts as a journal and as plain pages."""
    sites = make_sites(root, POSTS_RECORDS, seed=plan.seed, posts=POSTS)
    runs = _collect([_build_both(sites) for _ in range(plan.rounds)])
    return Result(rows=_make_rows("posts", sites, runs, posts=POSTS))


def _build_all(sites: Sites, number: int) -> dict[str, Run]:
    """Each build of records once, in alternation."""
    runs = _build_both(sites)
    _change_post(sites, f"More in round {number}.")
    return {**runs, CHANGED: run_build(sites.journal)}


def _build_again(sites: Sites, number: int) -> dict[str, Run]:
    """Builds into the folders of the last ones, which MkDocs clears, and we as far as needed."""
    runs = {PLAIN_AGAIN: run_build(sites.plain, again=True)}
    runs[SAME_AGAIN] = run_build(sites.journal, again=True)
    _change_post(sites, f"Again in round {number}.")
    return {**runs, CHANGED_AGAIN: run_build(sites.journal, again=True)}


def _change_post(sites: Sites, words: str) -> None:
    post = sites.journal / "docs" / "posts" / "post-1.md"
    post.write_text(f"{post.read_text()}\n{words}\n")


def _build_both(sites: Sites) -> dict[str, Run]:
    shutil.rmtree(sites.journal / CACHE, ignore_errors=True)
    cold_plain, cold = run_build(sites.plain), run_build(sites.journal)
    return {PLAIN: cold_plain, COLD: cold, WARM: run_build(sites.journal)}


def _collect(rounds: list[dict[str, Run]]) -> dict[str, list[Run]]:
    return {what: [found[what] for found in rounds] for what in rounds[0]}


def _make_rows(  # noqa: PLR0913 - what a table is made of, mostly by name
    part: str,
    sites: Sites,
    runs: dict[str, list[Run]],
    *,
    posts: int,
    plain: str = PLAIN,
    sizes: bool = True,
) -> list[Row]:
    """Medians of each kind of build, and their ratios to the `plain` ones."""
    about = {"part": part, "records": len(sites.records), "posts": posts}
    base = {**_medians(runs[plain]), **(_weigh(sites.plain) if sizes else {})}
    own = _weigh(sites.journal) if sizes else {}
    rows = [Row(what=plain, values=_round(base), **about)]
    for what in [name for name in runs if name != plain]:
        values = {**_medians(runs[what]), **own}
        ratios = {name: value / base[name] for name, value in values.items()}
        rows.append(Row(what=what, values=_round(values), ratios=_round(ratios), **about))
    return rows


def _medians(runs: list[Run]) -> dict[str, float]:
    return {
        name: statistics.median(getattr(run, name) for run in runs)
        for name in ("cpu", "clock", "memory")
    }


def _weigh(project: Path) -> dict[str, float]:
    """The sizes of a built site and of its search index, and how long Lunr takes to load it."""
    site = project / "site"
    size = sum(path.stat().st_size for path in site.rglob("*") if path.is_file()) / 1e6
    return {"site": size, **_weigh_search(site)}


def _weigh_search(site: Path) -> dict[str, float]:
    """The size of a site's search index, and how long Lunr takes to load it."""
    index = site / "search" / "search_index.json"
    search = len(gzip.compress(index.read_bytes(), mtime=0)) / 1e3
    return {"search": search, **_load_search(index)}


def _load_search(index: Path) -> dict[str, float]:
    node = shutil.which("node")
    if node is None:
        return {}
    script = Path(__file__).with_name("search_load.js")
    command = [node, str(script), str(_LUNR), str(index)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return {"lunr": float(done.stdout)}


def _round(values: Mapping[str, float]) -> dict[str, float]:
    return {name: round(value, 3) for name, value in values.items()}


def measure(plan: Plan, parts: Sequence[str]) -> Result:
    """Measure the chosen parts, in a directory that is removed afterwards."""
    steps: list[Callable[[Path], Result]] = []
    if "small" in parts:
        steps.append(lambda root: measure_small(root, plan))
    if "posts" in parts:
        steps.append(lambda root: measure_posts(root, plan))
    for count in plan.sizes:
        if "records" in parts:
            steps.append(lambda root, count=count: measure_records(root, plan, count))  # type: ignore[misc]
        if "serve" in parts:
            steps.append(lambda root, count=count: measure_serve(root, plan, count))  # type: ignore[misc]
    result = Result()
    print_head()
    # One folder for all, as nothing may be deleted between two measurements: see `site_builds`.
    with tempfile.TemporaryDirectory() as folder:
        for number, step in enumerate(steps):
            result.add(step(Path(folder, str(number))))
    print_growth(result.rows)
    print_goals(result.rows)
    return result


def main() -> int:
    """Measure; return the exit code."""
    parts = ("small", "posts", "records", "serve")
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--only", nargs="+", choices=parts, default=parts)
    parser.add_argument("--sizes", type=int, nargs="+", default=[50, 1000, 5000, 10_000])
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    compile_package()
    plan = Plan(sizes=options.sizes, rounds=options.rounds, seed=options.seed)
    result = measure(plan, options.only)
    if options.json:
        options.json.write_text(json.dumps(asdict(result), indent=2) + "\n")
    return int(bool(result.wrong))


if __name__ == "__main__":
    sys.exit(main())
