"""How much 30 hostile bodies among 1,000 records slow a whole build, in one run.

Run it from the project's root: `python benchmarks/hostile_site.py`. Exit code 1 if a site with
hostile records takes more than 1.25 times as long as the clean one.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
import tempfile
import time
from dataclasses import replace
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from journal_plugin.sources.snapshot import save_record  # noqa: E402 - needs the path above
from tests.support.dumps import DATA, load_dump  # noqa: E402 - same

RECORDS = 1000
HOSTILE = 30
MAX_RATIO = 1.25
ROUNDS = 3
CONFIG = """\
site_name: Benchmark
theme: {name: material, font: false}
plugins: [search, {journal: {repo: REPO, sync: never}}]
"""


def load_hostile() -> list[str]:
    """The hostile bodies, in order."""
    with tarfile.open(DATA / "security" / "pathological.tgz") as archive:
        files = [archive.extractfile(member) for member in archive]
        return [file.read().decode() for file in files if file]


def make_site(root: Path, bodies: list[str]) -> None:
    """Write a project whose first records have `bodies`."""
    repo, records = load_dump("tls13-spec")
    for number, record in enumerate(records[:RECORDS]):
        body = bodies[number % len(bodies)] if bodies and number < HOSTILE else record.body
        save_record(root / ".journal", replace(record, body=body))
    (root / "docs").mkdir(parents=True)
    (root / "docs" / "index.md").write_text("# Home\n")
    (root / "mkdocs.yml").write_text(CONFIG.replace("REPO", repo))


def time_build(root: Path) -> float:
    """Seconds of one build."""
    start = time.perf_counter()
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "NO_MKDOCS_2_WARNING": "1"}
    command = [sys.executable, "-m", "mkdocs", "build", "-q", "--site-dir", str(root / "site")]
    subprocess.run(command, cwd=root, env=environment, check=True, capture_output=True)
    return time.perf_counter() - start


def main() -> int:
    """Print both times and their ratio; return the exit code."""
    with tempfile.TemporaryDirectory() as folder:
        clean, hostile = Path(folder, "clean"), Path(folder, "hostile")
        make_site(clean, [])
        make_site(hostile, load_hostile())
        pairs = [(time_build(clean), time_build(hostile)) for _ in range(ROUNDS)]
    first, second = (min(side) for side in zip(*pairs, strict=True))
    print(f"clean {first:.2f} s, {HOSTILE} hostile {second:.2f} s, ratio {second / first:.3f}")
    return int(second / first > MAX_RATIO)


if __name__ == "__main__":
    sys.exit(main())
