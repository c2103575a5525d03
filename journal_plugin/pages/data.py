"""`journal.json`: the whole journal as data, for tools."""

from __future__ import annotations

from functools import partial
from io import BytesIO
from typing import TYPE_CHECKING, TypeVar

from journal_plugin.formats import dump_json, format_entry, format_time
from journal_plugin.model import SCHEMA_VERSION, Node
from journal_plugin.pages.page import Asset
from journal_plugin.vocabulary import Phase

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from journal_plugin.errors import Diagnostic
    from journal_plugin.memory import Memory
    from journal_plugin.model import Edge, Metric, Post, Record
    from journal_plugin.pages.book import Book
    from journal_plugin.problems import Artifact, Problem

_Node = TypeVar("_Node", bound=Node)
_MARGIN = "    "
"""Before an entry of a list in `journal.json`."""


def render_data(book: Book, memory: Memory | None = None, cover: object = None) -> Asset:
    """The file `journal.json`; addresses in it are relative to the site's root.

    Args:
        book: The journal.
        memory: Knows the long lists of the last build of the process.
        cover: The same object if the journal looks the same.
    """
    journal = book.journal

    def keep(name: str, about: object, write: Callable[[], Iterable[str]]) -> Iterable[bytes]:
        if memory is None or not memory.remembers:
            return _join(write())
        return memory.recall(f"data {name}", (about,), lambda: [b"".join(_join(write()))])

    data = {
        "schemaVersion": SCHEMA_VERSION,
        "repo": journal.repo,
        "problems": [_problem(book, problem) for problem in journal.problems],
        "posts": [],
        "records": [],
        "edges": [],
        "diagnostics": [format_diagnostic(finding) for finding in journal.diagnostics],
    }
    records = journal.records.values()
    lists = {
        "edges": keep("edges", journal.graph, lambda: _write_edges(journal.graph.edges)),
        "posts": _join(_write_nodes(book, "posts", journal.posts, _write_post)),
        "records": keep(
            "records", cover, lambda: _write_nodes(book, "records", records, _write_record)
        ),
    }
    return Asset(uri=f"{book.links.path}/journal.json", content=_fill_in(dump_json(data), lists))


def _fill_in(content: bytes, lists: Mapping[str, Iterable[bytes]]) -> bytes:
    """Put what was written apart into the empty lists of an object, in their order.

    No text in JSON goes over lines, so each of them has one place.
    """
    # Piece by piece, because a text of all records takes much memory.
    whole = BytesIO()
    for name, written in lists.items():
        empty = f'\n  "{name}": ['.encode()
        before, _, content = content.partition(empty)
        whole.write(before + empty)
        for part in written:
            whole.write(part)
    whole.write(content)
    return whole.getvalue()


def _join(items: Iterable[str]) -> Iterator[bytes]:
    """The items of a list, with what stands between and after them."""
    end = b""
    for item in items:
        yield (b",\n" if end else b"\n") + item.encode("utf-8", "replace")
        end = b"\n  "
    yield end


def _write_nodes(
    book: Book, name: str, nodes: Iterable[_Node], write: Callable[[Book, _Node], str]
) -> Iterable[str]:
    """The JSON of each node in its place; what was written before is not written again."""
    if book.digests is None:
        return (write(book, node) for node in nodes)
    marks = {book.digests.answer(node.node): node for node in nodes}
    make = partial(map, lambda mark: write(book, marks[mark]))
    return (form for _, form in book.shelf.recall_each(name, marks, make))


def _write_edges(edges: Iterable[Edge]) -> Iterator[str]:
    """The JSON of each edge in its place, once.

    A text and GitHub itself may state the same one without a place.
    """
    keys = ("source", "target", "kind", "path", "line", "section")
    stated = ((e.source, e.target, e.kind.value, e.path, e.line, e.section) for e in edges)
    for values in dict.fromkeys(stated):
        yield format_entry(dict(zip(keys, values, strict=True)), _MARGIN)


def format_diagnostic(finding: Diagnostic) -> dict[str, object]:
    """The JSON form of a diagnostic."""
    return {
        "severity": finding.severity.value,
        "code": finding.code,
        "message": finding.message,
        "path": finding.path,
        "line": finding.line,
    }


def _problem(book: Book, problem: Problem) -> dict[str, object]:
    return {
        "slug": problem.slug,
        "title": problem.title,
        "status": problem.status.value,
        "outcome": problem.outcome and problem.outcome.value,
        "url": book.links.url_of(book.links.uri_of_problem(problem.slug)),
        "phases": {
            phase.value: [_artifact(book, artifact) for artifact in problem.find_phase(phase)]
            for phase in Phase
        },
        "gaps": [
            {"code": gap.code, "message": gap.message, "node": gap.node, "severity": gap.severity}
            for gap in book.journal.audit.by_problem.get(problem.slug, ())
        ],
    }


def _artifact(book: Book, artifact: Artifact) -> dict[str, object]:
    node = book.journal.nodes[artifact.node]
    return {
        "node": artifact.node,
        "title": node.title,
        "url": book.links.url_of_node(node),
        "membership": artifact.membership,
        "rule": artifact.rule,
        "section": artifact.section,
    }


def _write_post(book: Book, post: Post) -> str:
    form = dump_json(_post(book, post)).decode().rstrip()
    return _MARGIN + form.replace("\n", f"\n{_MARGIN}")


def _write_record(book: Book, record: Record) -> str:
    return format_entry(_record(book, record), _MARGIN)


def _post(book: Book, post: Post) -> dict[str, object]:
    return {
        "slug": post.slug,
        "path": post.path,
        "title": post.title,
        "date": format_time(post.date),
        "status": post.status and post.status.value,
        "statusRaw": post.status_raw,
        "outcome": post.outcome and post.outcome.value,
        "type": post.type,
        "problems": [problem.slug for problem, _ in book.journal.find_problems(post.node)],
        "url": post.url,
        "metrics": {name: _metric(metric) for name, metric in post.metrics.items()},
    }


def _metric(metric: Metric) -> dict[str, object]:
    return {
        "value": metric.value,
        "unit": metric.unit,
        "baseline": metric.baseline,
        "better": metric.better,
    }


def _record(book: Book, record: Record) -> dict[str, object]:
    return {
        "repo": record.id.repo,
        "number": record.id.number,
        "kind": record.kind.value,
        "title": record.title,
        "state": record.state.value,
        "author": record.author
        and {"login": record.author.login, "kind": record.author.kind and record.author.kind.value},
        "url": record.url,
        "page": _page(book, record),
    }


def _page(book: Book, node: Node) -> str | None:
    return book.links.url_of_node(node)
