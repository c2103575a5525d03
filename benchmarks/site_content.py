"""The sites that `site.py` builds: the same records as a journal and as plain Markdown pages."""

from __future__ import annotations

import random
import sys
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from journal_plugin.model import (  # noqa: E402 - needs the path above
    Author,
    Comment,
    Label,
    Record,
    RecordId,
    RecordKind,
    State,
)
from journal_plugin.sources.snapshot import save_record  # noqa: E402 - same
from tests.support.dumps import DATA, load_dump  # noqa: E402 - same

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

REPO = "example-lab/benchmark"
DUMPS = ("quic-datagram", "oauth-v2-1", "hash-to-curve", "tls13-spec", "ik_llama")
EXTENSIONS = (
    "footnotes",
    "pymdownx.details",
    "pymdownx.highlight",
    "pymdownx.magiclink",
    "pymdownx.superfences",
    "pymdownx.tasklist",
    "pymdownx.tilde",
)
"""What the plain side needs, beside MkDocs' own, to show what GitHub's Markdown shows."""
_START = datetime(2020, 1, 1, tzinfo=UTC)
_THEME = "theme: {name: material, font: false}\n"
_CONFIG = """\
site_name: Benchmark
site_url: https://benchmark.example/
exclude_docs: "!records/"
not_in_nav: |
  /records/
validation: {links: {not_found: ignore, unrecognized_links: ignore, absolute_links: ignore}}
"""
_RECORDS = "  /records/\n"
_IN_NAV = 100
_WORDS = (
    *("loss", "gradient", "schedule", "baseline", "token", "sampler", "decoder", "corpus", "seed"),
    *("batch", "metric", "collapse", "noise", "rate", "checkpoint", "evaluation", "variance"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sites:
    """Two projects with the same content."""

    journal: Path
    plain: Path
    records: tuple[Record, ...]


def make_sites(root: Path, count: int, *, seed: int, posts: int = 20) -> Sites:
    """Write both projects with `count` records and `posts` posts into `root`.

    Many posts stay out of the navigation: its cost on each page would hide everything else.
    """
    config = _CONFIG if posts <= _IN_NAV else _CONFIG.replace(_RECORDS, f"{_RECORDS}  /posts/\n")
    records = tuple(make_records(count, seed=seed))
    sites = Sites(journal=root / "journal", plain=root / "plain", records=records)
    for site in (sites.journal, sites.plain):
        (site / "docs" / "posts").mkdir(parents=True)
        (site / "docs" / "index.md").write_text("# Home\n")
        for number in range(1, posts + 1):
            text = format_post(number, count, seed=seed)
            (site / "docs" / "posts" / f"post-{number}.md").write_text(text)
    for record in records:
        save_record(sites.journal / ".journal", record)
    write_plain(sites.plain / "docs" / "records", records)
    search = f"plugins: [search, {{journal: {{repo: {REPO}, sync: never}}}}]\n"
    (sites.journal / "mkdocs.yml").write_text(config + _THEME + search)
    plain = f"plugins: [search]\nmarkdown_extensions: [{', '.join(EXTENSIONS)}]\n"
    (sites.plain / "mkdocs.yml").write_text(config + _THEME + plain)
    return sites


def make_records(count: int, *, seed: int) -> Iterator[Record]:
    """Numbered records, their texts from the real dumps where present, else generated."""
    source = random.Random(seed)  # noqa: S311 - data for a benchmark
    templates = load_templates() or [_generate(source) for _ in range(500)]
    source.shuffle(templates)
    for number in range(1, count + 1):
        template = templates[number % len(templates)]
        opened = _START + timedelta(hours=number)
        yield replace(
            template,
            id=RecordId(REPO, number),
            created_at=opened,
            updated_at=opened,
            url=f"https://github.com/{REPO}/issues/{number}",
        )


def load_templates() -> list[Record]:
    """The records of all dumps that are here."""
    return [
        record
        for name in DUMPS
        if (DATA / "issues" / f"{name}.json.gz").is_file()
        for record in load_dump(name)[1]
    ]


def write_plain(folder: Path, records: Sequence[Record]) -> None:
    """The records as Markdown pages, comments included."""
    for record in records:
        path = folder / f"{record.kind}s" / f"{record.id.number}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(format_plain(record), encoding="utf-8")


def format_plain(record: Record) -> str:
    """One record as a Markdown page."""
    title = f"#{record.id.number} {record.title}".replace("\n", " ")
    parts = [f"# {title}", record.body]
    if record.comments:
        parts.append("## Comments")
    for comment in record.comments:
        login = comment.author.login if comment.author else "ghost"
        parts += [f"### {login}", comment.body]
    return "\n\n".join(parts) + "\n"


def format_post(number: int, count: int, *, seed: int) -> str:
    """A post that reports on a few of the records."""
    source = random.Random(f"{seed}-{number}")  # noqa: S311 - same
    issues = sorted({source.randint(1, count) for _ in range(3)})
    day = (_START + timedelta(days=number)).date()
    body = "\n\n".join(
        f"## Part {part}\n\n{_paragraph(source)} See #{source.randint(1, count)}."
        for part in range(1, 6)
    )
    return (
        f"---\ntitle: Post {number}\ndate: {day}\nstatus: complete\noutcome: mixed\n"
        f"issues: {issues}\n---\n# Post {number}\n\n{body}\n"
    )


def _generate(source: random.Random) -> Record:
    comments = tuple(
        Comment(author=Author(login=f"user-{source.randint(1, 40)}"), body=_text(source, 2))
        for _ in range(source.randint(0, 4))
    )
    return Record(
        id=RecordId(REPO, 1),
        kind=source.choice([RecordKind.ISSUE, RecordKind.PULL]),
        title=" ".join(source.choices(_WORDS, k=6)),
        body=_text(source, source.randint(1, 8)),
        state=source.choice([State.OPEN, State.CLOSED]),
        author=Author(login=f"user-{source.randint(1, 40)}"),
        labels=(Label(name=source.choice(_WORDS), color="ededed"),),
        comments=comments,
    )


def _text(source: random.Random, parts: int) -> str:
    found = []
    for _ in range(parts):
        kind = source.randrange(4)
        if kind == 0:
            found.append("\n".join(f"- {_sentence(source)}" for _ in range(4)))
        elif kind == 1:
            found.append(f"```python\n{_sentence(source)}\n```")
        else:
            found.append(f"{_paragraph(source)} See #{source.randint(1, 50)}.")
    return "\n\n".join(found)


def _paragraph(source: random.Random) -> str:
    return " ".join(_sentence(source) for _ in range(4))


def _sentence(source: random.Random) -> str:
    words = source.choices(_WORDS, k=source.randint(6, 14))
    return f"{' '.join(words).capitalize()} with `{words[0]}` and **{words[-1]}**."
