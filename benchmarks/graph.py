"""Whether graph, problems, audit and insights stay linear: 10,000 records, 50,000 references.

Run it from the project's root: `python benchmarks/graph.py`. Exit code 1 if ten times the records
take more than fifteen times as long. What does not fit into the processor's caches takes longer
for each record; a scan for each record would be a hundred times.
"""

from __future__ import annotations

import random
import sys
import time
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from journal_plugin.audit import Evidence, audit_journal  # noqa: E402 - needs the path above
from journal_plugin.collector import paused_collector  # noqa: E402 - same
from journal_plugin.graph import resolve  # noqa: E402 - same
from journal_plugin.hosts import GITHUB  # noqa: E402 - same
from journal_plugin.journal import index_nodes, make_journal  # noqa: E402 - same
from journal_plugin.model import (  # noqa: E402 - same
    EdgeKind,
    Label,
    Link,
    Post,
    Record,
    RecordId,
    RecordKind,
    Snapshot,
    State,
    Statement,
)
from journal_plugin.pages.book import Texts  # noqa: E402 - same
from journal_plugin.pages.insights import Inputs, find_facts  # noqa: E402 - same
from journal_plugin.pages.shelf import Shelf  # noqa: E402 - same
from journal_plugin.problems import resolve_problems  # noqa: E402 - same
from journal_plugin.text.body import render_body  # noqa: E402 - same
from journal_plugin.text.outline import make_outline  # noqa: E402 - same
from journal_plugin.text.sections import find_sections  # noqa: E402 - same
from journal_plugin.vocabulary import Vocabulary  # noqa: E402 - same

if TYPE_CHECKING:
    from journal_plugin.text.rendered import Outline

REPO = "example-lab/benchmark"
REFERENCES = 5
"""References a record."""
MAX_GROWTH = 15
PARTS = ("graph", "problems", "audit", "insights")
_TEXT = """\
### Hypothesis

The loss of run {number} goes down to 0.{number} with a learning rate of 3e-4.

- [x] train for {number} steps
- [ ] compare with the baseline

### Next steps

Look at the sampler of run {number}.
"""
_START = datetime(2020, 1, 1, tzinfo=UTC)


def make_snapshot(count: int, source: random.Random) -> Snapshot:
    """Issues and pull requests in turn; one issue in fifty is labelled as a problem."""
    records = {}
    for number in range(1, count + 1):
        pull = number % 2 == 0
        problem = number % 50 == 1
        records[RecordId(REPO, number)] = Record(
            id=RecordId(REPO, number),
            kind=RecordKind.PULL if pull else RecordKind.ISSUE,
            title=f"Record {number}",
            body="",
            state=source.choice([State.OPEN, State.CLOSED]),
            labels=(Label(name="problem"),) if problem else (),
            created_at=_START + timedelta(hours=number),
            closes=(RecordId(REPO, number - 1),) if pull else (),
        )
    return Snapshot(records=records)


def make_posts(count: int, source: random.Random) -> list[Post]:
    """A post for every hundred records, some of its links wrong."""
    return [
        Post(
            slug=f"post-{number}",
            path=f"docs/posts/post-{number}.md",
            src_uri=f"posts/post-{number}.md",
            url=f"posts/post-{number}/",
            title=f"Post {number}",
            body="",
            date=_START + timedelta(days=number),
            issues=tuple(
                Link(target=RecordId(REPO, source.randint(1, count + count // 20)))
                for _ in range(4)
            ),
        )
        for number in range(1, count // 100 + 1)
    ]


def make_statements(snapshot: Snapshot, source: random.Random) -> list[Statement]:
    """Mentions from every record to others near it."""
    count = len(snapshot.records)
    return [
        Statement(
            source=record.node,
            target=RecordId(REPO, max(1, min(count, record.id.number + source.randint(-99, 99)))),
            relation=EdgeKind.MENTIONS,
            sentence="See there.",
        )
        for record in snapshot.records.values()
        for _ in range(REFERENCES)
    ]


def make_texts(snapshot: Snapshot) -> dict[str, Texts]:
    """A short text for each record, as it is rendered."""
    texts = {}
    for record in snapshot.records.values():
        body = render_body(_TEXT.format(number=record.id.number), REPO)
        texts[record.node] = Texts(body=body, sections=find_sections(body.html))
    return texts


def measure(count: int) -> dict[str, float]:
    """CPU seconds of each part for a journal of `count` records, the best of three."""
    source = random.Random(1)  # noqa: S311 - data for a benchmark
    snapshot, posts = make_snapshot(count, source), make_posts(count, source)
    statements, texts = make_statements(snapshot, source), make_texts(snapshot)
    outlines = {node: make_outline((found.body,), found.sections) for node, found in texts.items()}
    runs = [_time(snapshot, posts, statements, texts, outlines) for _ in range(3)]
    return {part: min(run[part] for run in runs) for part in PARTS}


def _time(
    snapshot: Snapshot,
    posts: list[Post],
    statements: list[Statement],
    texts: dict[str, Texts],
    outlines: dict[str, Outline],
) -> dict[str, float]:
    """The same steps as in `build.py`, each with the time it took."""
    times = [time.process_time()]
    with paused_collector():  # as there
        graph, findings = resolve(posts, snapshot, statements, repos=[REPO])
        times.append(time.process_time())
        problems = resolve_problems(
            posts, snapshot, graph, vocabulary=Vocabulary(), infer=True, headings={}
        )
        times.append(time.process_time())
        nodes = index_nodes(posts, snapshot.records.values())
        now = _START + timedelta(days=9999)
        audit = audit_journal(
            problems,
            Evidence(nodes=nodes, graph=graph, headings={}, snapshot=".journal", now=now),
        )
        journal = make_journal(
            repo=REPO,
            host=GITHUB,
            posts=tuple(posts),
            records=snapshot.records,
            graph=graph,
            problems=problems,
            audit=audit,
            diagnostics=findings,
        )
        times.append(time.process_time())
    book: Any = SimpleNamespace(
        journal=journal, texts=texts, outlines=outlines, shelf=Shelf(), digests=None
    )
    with paused_collector():
        find_facts(book, Inputs())
    times.append(time.process_time())
    return {part: end - start for part, (start, end) in zip(PARTS, pairwise(times), strict=True)}


def main() -> int:
    """Print the table; return the exit code."""
    costs = {count: measure(count) for count in (1000, 5000, 10_000)}
    print(f"{'records':>8} {'references':>11}" + "".join(f"{part:>10}" for part in PARTS))
    for count, cost in costs.items():
        seconds = "".join(f"{cost[part]:10.3f}" for part in PARTS)
        print(f"{count:8} {count * REFERENCES:11}{seconds}  sum {sum(cost.values()):.3f} s")
    growth = sum(costs[10_000].values()) / sum(costs[1000].values())
    print(f"ten times the records take {growth:.1f} times as long (at most {MAX_GROWTH})")
    return int(growth > MAX_GROWTH)


if __name__ == "__main__":
    sys.exit(main())
