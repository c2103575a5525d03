"""A page of our own from the finished journal: the best value of each metric.

Copy it as a start. It is run by mkdocs-gen-files and reads what the journal plugin has found.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import mkdocs_gen_files
from mkdocs_gen_files import config

if TYPE_CHECKING:
    from collections.abc import Iterator

    from journal_plugin.journal import Journal
    from journal_plugin.model import Metric, Post


def find_results(journal: Journal, name: str) -> list[tuple[Post, Metric]]:
    """The posts that report a metric, the best first."""
    found = [(post, post.metrics[name]) for post in journal.posts if name in post.metrics]
    known = [(post, metric) for post, metric in found if metric.value is not None]
    lower = any(metric.better == "lower" for _, metric in known)
    return sorted(known, key=lambda one: one[1].value or 0.0, reverse=not lower)


def leaderboard(journal: Journal) -> Iterator[str]:
    """One table a metric."""
    yield "# Leaderboard\n"
    yield "The best value of each metric in the sample journal. A script of thirty lines makes this"
    yield "page; see [Pages of your own](how-to/own-pages.md).\n"
    names = dict.fromkeys(name for post in journal.posts for name in post.metrics)
    for name in sorted(names):
        yield f"## {name}\n"
        yield "| | experiment | value | baseline |\n| --- | --- | --- | --- |"
        for place, (post, metric) in enumerate(find_results(journal, name), start=1):
            unit = f" {metric.unit}" if metric.unit else ""
            base = "" if metric.baseline is None else f"{metric.baseline:g}{unit}"
            link = f"[{post.title}]({post.src_uri})" if post.src_uri else post.title
            yield f"| {place} | {link} | {metric.value:g}{unit} | {base} |"
        yield ""


made = config.plugins["journal"].journal
with mkdocs_gen_files.open("leaderboard.md", "w", encoding="utf-8") as page:
    page.write("\n".join(leaderboard(made)) + "\n")
