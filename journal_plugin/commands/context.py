"""`journal context`: what is known, as one Markdown text for an assistant."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from journal_plugin.commands.load import load_build
from journal_plugin.commands.options import config_file_option, examples, json_option, print_data
from journal_plugin.digest import digest_journal, digest_problem, estimate_tokens
from journal_plugin.errors import ConfigError
from journal_plugin.formats import dump_json
from journal_plugin.vocabulary import find_suggestion

if TYPE_CHECKING:
    from pathlib import Path

    from journal_plugin.journal import Journal
    from journal_plugin.problems import Problem

_SHOWN = 10
"""Slugs that a message lists."""


@click.command()
@click.option("--problem", "slug", metavar="SLUG", help="Only this research problem.")
@click.option(
    "--budget",
    metavar="TOKENS",
    type=click.IntRange(min=100),
    default=4000,
    show_default=True,
    help="The most tokens that the text may have, by a careful estimate.",
)
@config_file_option
@json_option
@examples("journal context", "journal context --problem mode-collapse --budget 2000")
def context(*, slug: str | None, budget: int, config_file: Path | None, as_json: bool) -> None:
    """Print one Markdown digest of a problem, or of the whole journal.

    What was tried, what failed and why, what is open, and links. An assistant that reads it starts
    from what is known.
    """
    _, build = load_build(config_file)
    if slug is None:
        text = digest_journal(build.book, budget=budget)
    else:
        problem = find_problem(build.journal, slug)
        text = digest_problem(build.book, problem, budget=budget)
    if as_json:
        data = {"problem": slug, "tokens": estimate_tokens(text), "text": text}
        print_data(dump_json(data).decode())
    else:
        print_data(text)


def find_problem(journal: Journal, slug: str) -> Problem:
    """The problem of a slug.

    Raises:
        ConfigError: there is none; the message suggests one.
    """
    for problem in journal.problems:
        if problem.slug == slug:
            return problem
    slugs = [problem.slug for problem in journal.problems]
    hint = find_suggestion(slug, slugs)
    option = "--problem"
    known = f"the journal has {', '.join(slugs[:_SHOWN])}" if slugs else "the journal has none yet"
    advice = f"did you mean '{hint}'?" if hint else known
    raise ConfigError(option, f"there is no problem {slug!r}; {advice}")
