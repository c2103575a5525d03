"""How much GitHub text costs here, beside Python-Markdown with pymdownx on the same bodies.

Run it from the project's root: `python benchmarks/text.py`. It reads the issue dumps and the
hostile bodies below `../shared/data` and prints ratios; the seconds mean little, since they depend
on the machine. Exit code 1 if a bound is broken.
"""

from __future__ import annotations

import gzip
import json
import sys
import tarfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import markdown

from journal_plugin.text.body import render_body

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
DUMPS = ("quic-datagram", "oauth-v2-1", "hash-to-curve", "tls13-spec", "ik_llama")
SAMPLE = 400
"""Bodies taken from each dump, evenly spread."""
LONGEST = 20_000
"""Longer bodies are left out: the other side does not end on some of them in good time."""
MAX_RATIO = 0.12
MAX_MILLISECONDS = 100
ROUNDS = 3
EXTENSIONS = (
    "tables",
    "footnotes",
    "md_in_html",
    "pymdownx.arithmatex",
    "pymdownx.betterem",
    "pymdownx.details",
    "pymdownx.emoji",
    "pymdownx.highlight",
    "pymdownx.inlinehilite",
    "pymdownx.magiclink",
    "pymdownx.superfences",
    "pymdownx.tasklist",
    "pymdownx.tilde",
    "toc",
)
"""What a Material site switches on to get the same features."""
CONFIGS = {
    "pymdownx.arithmatex": {"generic": True},
    "pymdownx.magiclink": {
        "repo_url_shortener": True,
        "repo_url_shorthand": True,
        "user": "owner",
        "repo": "name",
    },
}


def find_bodies(data: object) -> Iterator[str]:
    """Every body in a dump, in order."""
    if isinstance(data, dict):
        for key, value in data.items():
            if key == "body" and isinstance(value, str) and value.strip():
                yield value.replace("\r\n", "\n")
            else:
                yield from find_bodies(value)
    elif isinstance(data, list):
        for item in data:
            yield from find_bodies(item)


def load_sample(name: str) -> list[str]:
    """Some bodies of a dump, evenly spread over it."""
    with gzip.open(DATA / "issues" / f"{name}.json.gz") as file:
        bodies = [body for body in find_bodies(json.load(file)) if len(body) <= LONGEST]
    return bodies[:: max(1, len(bodies) // SAMPLE)][:SAMPLE]


def time_all(render: Callable[[str], object], bodies: list[str]) -> float:
    """Seconds for all bodies together."""
    start = time.perf_counter()
    for body in bodies:
        render(body)
    return time.perf_counter() - start


def compare(name: str, bodies: list[str]) -> float:
    """Print one line; return our cost as a share of Python-Markdown's."""
    engine = markdown.Markdown(extensions=list(EXTENSIONS), extension_configs=CONFIGS)
    pairs = [
        (
            time_all(lambda body: render_body(body, "owner/name"), bodies),
            time_all(lambda body: engine.reset().convert(body), bodies),
        )
        for _ in range(ROUNDS)
    ]
    ours, theirs = (min(side) for side in zip(*pairs, strict=True))
    size = sum(map(len, bodies)) / len(bodies)
    print(
        f"{name:16}{len(bodies):8}{size:10.0f}{ours / len(bodies) * 1e6:10.0f}"
        f"{theirs / len(bodies) * 1e6:10.0f}{ours / theirs:9.3f}"
    )
    return ours / theirs


def time_hostile() -> float:
    """Print the slowest hostile bodies; return milliseconds of the slowest."""
    found = []
    with tarfile.open(DATA / "security" / "pathological.tgz") as archive:
        for member in archive:
            file = archive.extractfile(member)
            if file:
                text = file.read().decode()
                seconds = min(
                    time_all(lambda body: render_body(body, "owner/name"), [text])
                    for _ in range(ROUNDS)
                )
                found.append((seconds * 1e3, len(text), member.name))
    for milliseconds, length, name in sorted(found, reverse=True)[:5]:
        print(f"{name:44}{length:8}{milliseconds:10.1f} ms")
    return max(found)[0]


def main() -> int:
    """Print both tables; return the exit code."""
    render_body("```python\nx = 1\n```\n:tada:", None)
    print(f"{'dump':16}{'bodies':>8}{'letters':>10}{'here µs':>10}{'host µs':>10}{'ratio':>9}")
    samples = {name: load_sample(name) for name in DUMPS}
    for name, bodies in samples.items():
        compare(name, bodies)
    everything = [body for bodies in samples.values() for body in bodies]
    ratio = compare("all", everything)
    slowest = time_hostile()
    print(f"ratio {ratio:.3f} (at most {MAX_RATIO}), slowest {slowest:.1f} ms")
    return int(ratio > MAX_RATIO or slowest > MAX_MILLISECONDS)


if __name__ == "__main__":
    sys.exit(main())
