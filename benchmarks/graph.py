"""Whether the graph, the problems and the audit stay linear: 10,000 records, 50,000 references.

Run it from the project's root: `python benchmarks/graph.py`. Exit code 1 if ten times the records
take more than twenty times as long. Sorting is not quite linear; a scan for each record would be a
hundred times.
"""

from __future__ import annotations

import random
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from journal_plugin.audit import Evidence, audit_journal  # noqa: E402 - needs the path above
from journal_plugin.graph import resolve  # noqa: E402 - same
from journal_plugin.journal import index_nodes  # noqa: E402 - same
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
from journal_plugin.problems import resolve_problems  # noqa: E402 - same
from journal_plugin.vocabulary import Vocabulary  # noqa: E402 - same

REPO = "example-lab/benchmark"
REFERENCES = 5
"""References a record."""
MAX_GROWTH = 20
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


def measure(count: int) -> float:
    """CPU seconds for a journal of `count` records, the best of three."""
    source = random.Random(1)  # noqa: S311 - data for a benchmark
    snapshot, posts = make_snapshot(count, source), make_posts(count, source)
    statements = make_statements(snapshot, source)
    return min(_time(snapshot, posts, statements) for _ in range(3))


def _time(snapshot: Snapshot, posts: list[Post], statements: list[Statement]) -> float:
    start = time.process_time()
    graph, _ = resolve(posts, snapshot, statements, repos=[REPO])
    problems = resolve_problems(
        posts, snapshot, graph, vocabulary=Vocabulary(), infer=True, headings={}
    )
    evidence = Evidence(
        nodes=index_nodes(posts, snapshot.records.values()),
        graph=graph,
        headings={},
        snapshot=".journal",
        now=_START + timedelta(days=9999),
    )
    audit_journal(problems, evidence)
    return time.process_time() - start


def main() -> int:
    """Print the table; return the exit code."""
    costs = {count: measure(count) for count in (1000, 5000, 10_000)}
    for count, seconds in costs.items():
        print(f"{count:8} records {count * REFERENCES:8} references {seconds:8.3f} s")
    growth = costs[10_000] / costs[1000]
    print(f"ten times the records take {growth:.1f} times as long (at most {MAX_GROWTH})")
    return int(growth > MAX_GROWTH)


if __name__ == "__main__":
    sys.exit(main())
