"""A complete MkDocs project over one real dump, with posts of our own.

Run as a script to look at one: `python -m tests.support.real_site tls13-spec /tmp/site`.
"""

from __future__ import annotations

import sys
from pathlib import Path
from textwrap import dedent
from typing import TYPE_CHECKING

from journal_plugin.model import RecordKind, State
from tests.support.dumps import save_dump

if TYPE_CHECKING:
    from collections.abc import Sequence

    from journal_plugin.model import Record

_CONFIG = """\
site_name: Journal of {repo}
site_url: https://journal.example/sub/
theme:
  name: material
  font: false
  palette:
    - media: "(prefers-color-scheme: light)"
      scheme: default
      toggle: {{icon: material/weather-night, name: Dark}}
    - media: "(prefers-color-scheme: dark)"
      scheme: slate
      toggle: {{icon: material/weather-sunny, name: Light}}
plugins:
  - search
  - journal:
      repo: {repo}
      sync: never
"""


def make_real_site(name: str, root: Path) -> tuple[str, list[Record]]:
    """Write the project into `root`; return the repository and its records.

    The posts report on real records: one on the issue and pull request with the most comments, one
    that follows it, one with inline status lines only.
    """
    repo, records = save_dump(name, root / ".journal")
    posts = root / "docs" / "posts"
    posts.mkdir(parents=True, exist_ok=True)
    (root / "mkdocs.yml").write_text(_CONFIG.format(repo=repo), encoding="utf-8")
    (root / "docs" / "index.md").write_text("# Home\n\nSee the [journal](journal/index.md).\n")
    issue = _busiest(records, RecordKind.ISSUE)
    pull = _busiest(records, RecordKind.PULL)
    for file, text in _posts(issue.id.number, pull.id.number).items():
        (posts / file).write_text(dedent(text), encoding="utf-8")
    return repo, records


def _busiest(records: Sequence[Record], kind: RecordKind) -> Record:
    """The record with the most comments; of pull requests, the most discussed that was merged."""
    found = [r for r in records if r.kind is kind and r.state is not State.OPEN]
    return max(found, key=lambda record: (len(record.comments), -record.id.number))


def _posts(issue: int, pull: int) -> dict[str, str]:
    return {
        "first-attempt.md": f"""\
            ---
            title: First attempt
            date: 2026-01-10
            status: abandoned
            outcome: failure
            problem: the-big-question
            issues: [{issue}]
            prs: {{{pull}: implementation}}
            hypothesis: A small change settles the question.
            metrics:
              agreement: {{value: 0.4, baseline: 0.3, better: higher}}
            ---
            # First attempt

            We took #{issue} at its word. The change in #{pull} did not settle it.

            ## Conclusion

            The small change is not enough. A larger one is needed.

            ## Next steps

            Try again with more data.
            """,
        "second-attempt.md": f"""\
            ---
            title: Second attempt
            date: 2026-02-10
            status: running
            problem: the-big-question
            follows: first-attempt
            ---
            # Second attempt

            This builds on what #{pull} left behind.
            """,
        "notes.md": f"""\
            # Notes

            **Status**: 🟡 In Progress - Reading

            **Date**: 2026-02-01

            A passing look at GH-{issue}, and `#{pull}` in code.
            """,
    }


if __name__ == "__main__":
    dump, target = sys.argv[1:]
    _, made = make_real_site(dump, Path(target))
    sys.stdout.write(f"{len(made)} records; now run `mkdocs build` in {target}\n")
