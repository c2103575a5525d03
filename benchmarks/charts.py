"""What a run of 100,000 points costs: at build time, on the wire, and in Chromium.

Run from the project's root: `python -m benchmarks.charts [rows]`. Prints one JSON object; times are
the median of several rounds, in milliseconds.
"""

from __future__ import annotations

import gzip
import json
import math
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.sync_api import sync_playwright

from journal_plugin.pages.charts import render_chart_data
from journal_plugin.pages.figure import render_figure
from journal_plugin.series import DataFile, find_plots
from journal_plugin.sources.columns import make_runs
from journal_plugin.sources.tables import parse_table
from tests.conftest import CHROMIUM, CHROMIUM_ARGS, Served, build_site

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Browser

ROUNDS = 5
COLUMNS = ("loss", "grad_norm", "accuracy")
CONFIG = """\
site_name: Benchmark
theme: {name: material, font: false}
plugins: [{journal: {repo: lab/model, sync: never}}]
"""


def make_csv(rows: int) -> str:
    """A run with three noisy metrics; the noise is a formula, so that runs can be compared."""
    lines = [f"step,{','.join(COLUMNS)}"]
    for n in range(rows):
        noise = math.sin(n * n)
        lines.append(
            f"{n},{2 * math.exp(-n / rows * 5) + noise / 9:.5f},{1 + noise / 3:.4f},"
            f"{1 - math.exp(-n / rows * 3) + noise / 20:.5f}"
        )
    return "\n".join(lines) + "\n"


def median(work: Callable[[], object]) -> float:
    """Median of the rounds, in milliseconds of this process's own time: others may be busy."""
    times = []
    for _ in range(ROUNDS):
        start = time.process_time()
        work()
        times.append((time.process_time() - start) * 1000)
    return round(statistics.median(times), 1)


def measure_build(text: str) -> dict[str, float]:
    """The parts of a build that the run adds."""
    file = DataFile(path="docs/data/long.csv", url="data/long.csv")
    table = parse_table(text, ".csv")
    runs = list(make_runs(table, file))
    plots = find_plots(runs).plots
    return {
        "read_ms": median(lambda: list(make_runs(parse_table(text, ".csv"), file))),
        "downsample_ms": median(lambda: find_plots(runs)),
        "render_ms": median(
            lambda: [(render_figure(p, anchor="a"), render_chart_data(p)) for p in plots]
        ),
        "csv_bytes": len(text),
        "points_logged": sum(series.total for plot in plots for series in plot.series),
        "points_drawn": sum(len(series.points) for plot in plots for series in plot.series),
    }


def measure_site(root: Path, text: str) -> dict[str, object]:
    """Bytes of the page and its parts, and the time until every chart is drawn."""
    posts = root / "docs" / "posts"
    posts.mkdir(parents=True)
    (root / "mkdocs.yml").write_text(CONFIG)
    (root / "docs" / "index.md").write_text("# Home\n")
    (root / "docs" / "long.csv").write_text(text)
    (posts / "plain.md").write_text("---\ntitle: Run\n---\n# Run\n")
    (posts / "long.md").write_text("---\ntitle: Run\ndata: long.csv\n---\n# Run\n")
    site = build_site(root).site
    data = sorted((site / "journal" / "plots").rglob("*.json"))
    assets = site / "assets" / "journal"
    parts = [assets / "charts.js", assets / "charts.css"]
    parts += sorted((assets / "vendor" / "uplot").glob("uPlot*"))
    served = Served(site)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(CHROMIUM_ARGS))
        drawn = [measure_load(browser, f"{served.url}posts/long/") for _ in range(ROUNDS)]
        browser.close()
    served.close()
    return {
        "html_added_bytes": weigh(site / "posts/long/index.html")
        - weigh(site / "posts/plain/index.html"),
        "data_bytes": sum(map(weigh, data)),
        "data_gzip_bytes": sum(map(weigh_packed, data)),
        "script_and_style_bytes": sum(map(weigh, parts)),
        "script_and_style_gzip_bytes": sum(map(weigh_packed, parts)),
        "drawn_ms": round(statistics.median(drawn)),
    }


def measure_load(browser: Browser, url: str) -> float:
    """Milliseconds from the start of the navigation until the last chart is drawn."""
    page = browser.new_page(viewport={"width": 1280, "height": 2600})
    page.goto(url, wait_until="commit")
    page.wait_for_function(
        "document.querySelectorAll('[data-state=drawn]').length === "
        f"{len(COLUMNS)} && performance.now()"
    )
    elapsed = page.evaluate("performance.now()")
    page.close()
    return float(elapsed)


def weigh(path: Path) -> int:
    """Bytes of a file."""
    return path.stat().st_size


def weigh_packed(path: Path) -> int:
    """Bytes of a file as a web server sends it."""
    return len(gzip.compress(path.read_bytes(), mtime=0))


def main() -> None:
    """Measure and print."""
    text = make_csv(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
    with tempfile.TemporaryDirectory() as folder:
        result = measure_build(text) | measure_site(Path(folder), text)
    print(json.dumps(result, indent=2))


if __name__ == "__main__":
    main()
