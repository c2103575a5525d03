"""`journal new`: a post with everything in it that is known already."""

from __future__ import annotations

import os
from collections import Counter
from datetime import UTC, datetime
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

import click
import pathspec

from journal_plugin.commands.load import load_build
from journal_plugin.commands.options import (
    config_file_option,
    examples,
    is_interactive,
    json_option,
    print_data,
    print_note,
)
from journal_plugin.config import find_build_time
from journal_plugin.errors import ConfigError, OutputError
from journal_plugin.formats import dump_json
from journal_plugin.model import RecordId
from journal_plugin.post_names import PostNames, is_folder_page
from journal_plugin.project_files import shown_path
from journal_plugin.scaffold.post import (
    Draft,
    draft_from_issue,
    draft_from_post,
    format_post,
    merge_drafts,
)
from journal_plugin.slugs import slugify
from journal_plugin.vocabulary import find_suggestion
from journal_plugin.writer import save_file

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from journal_plugin.config import Project
    from journal_plugin.journal import Journal
    from journal_plugin.model import Post, Record


@click.command()
@click.option("--title", help="Title of the post; asked for if it is needed.")
@click.option(
    "--from-issue", "issue", metavar="N", help="Fill the post from this tracking issue's form."
)
@click.option("--follows", metavar="SLUG", help="Continue this post; copy what stays the same.")
@click.option("--problem", metavar="SLUG", help="The research problem that it belongs to.")
@click.option(
    "--date",
    "day",
    type=click.DateTime(["%Y-%m-%d"]),
    help="Date of the post; by default today, or SOURCE_DATE_EPOCH.",
)
@config_file_option
@json_option
@examples(
    'journal new --title "Learned rounding, second try"',
    "journal new --from-issue 21",
    'journal new --follows learned-rounding --title "With more data"',
)
def new(  # noqa: PLR0913 - one parameter for each option
    *,
    title: str | None,
    issue: str | None,
    follows: str | None,
    problem: str | None,
    day: datetime | None,
    config_file: Path | None,
    as_json: bool,
) -> None:
    """Write a new post.

    An existing file is never replaced.
    """
    project, build = load_build(config_file)
    journal = build.journal
    record = None if issue is None else _find_record(issue, journal)
    before = None if follows is None else _find_post(follows, journal)
    if not (title or "").strip() and not (record and title is None):
        title = _ask_title()
    draft = _make_draft(journal, record, before, title=title, day=day.date() if day else _today())
    if problem:
        draft = merge_drafts(
            Draft(title=draft.title, date=draft.date, fields={"problem": slugify(problem)}), draft
        )
    uri = _place(project, journal, draft)
    text = format_post(_marked(draft, project, uri))
    save_file(project.root, uri, text.encode("utf-8", "replace"))
    if as_json:
        print_data(dump_json({"path": uri, "title": draft.title}).decode())
    else:
        click.echo(uri)


def _ask_title() -> str:
    if is_interactive():
        return str(click.prompt("Title", err=True))
    option = "--title"
    raise ConfigError(option, "a text is needed, unless the post is made with --from-issue")


def _today() -> date:
    """Today in UTC, or the day that SOURCE_DATE_EPOCH says."""
    return (find_build_time(os.environ) or datetime.now(UTC)).date()


def _find_record(text: str, journal: Journal) -> Record:
    target = RecordId.parse(text, journal.repo)
    record = journal.records.get(target) if target else None
    if record is None:
        option = "--from-issue"
        known = "run `journal sync` if it is new" if journal.records else "run `journal sync` first"
        raise ConfigError(option, f"there is no record {text} in the snapshot; {known}")
    return record


def _find_post(name: str, journal: Journal) -> Post:
    names = PostNames(journal.posts)
    if post := names.find(name):
        return post
    hint = find_suggestion(name, names.slugs)
    option = "--follows"
    advice = f"did you mean '{hint}'?" if hint else "name its slug or its path"
    raise ConfigError(option, f"there is no post {name!r}; {advice}")


def _make_draft(
    journal: Journal, record: Record | None, before: Post | None, *, title: str | None, day: date
) -> Draft:
    if record is None and before is None:
        return Draft(title=title or "", date=day, fields={"status": "planned"})
    drafts = []
    if record is not None:
        drafts.append(draft_from_issue(record, journal, title=title, day=day))
    if before is not None:
        drafts.append(draft_from_post(before, title=title or before.title, day=day))
    return drafts[0] if len(drafts) == 1 else merge_drafts(drafts[0], drafts[1])


def _place(project: Project, journal: Journal, draft: Draft) -> str:
    """Where the post goes: beside the other posts, in a file named after its title."""
    docs = shown_path(project.root / project.config.docs_dir, project.root)
    folders = Counter(PurePosixPath(post.path).parent.as_posix() for post in _in_docs(journal))
    folder = folders.most_common(1)[0][0] if folders else f"{docs}/posts"
    name = slugify(draft.title) or f"post-{draft.date}"
    uri = f"{folder}/{name}.md"
    if (project.root / uri).exists():
        raise OutputError(uri, "exists already; choose another --title")
    return uri


def _in_docs(journal: Journal) -> list[Post]:
    """Posts that are files of their own, not the index of a folder."""
    return [post for post in journal.posts if post.src_uri and not is_folder_page(post.path)]


def _marked(draft: Draft, project: Project, uri: str) -> Draft:
    """The draft with `type: experiment` where no glob of the option `posts` covers it."""
    docs = shown_path(project.root / project.config.docs_dir, project.root)
    spec = pathspec.GitIgnoreSpec.from_lines(project.settings.posts)
    if spec.match_file(uri.removeprefix(f"{docs}/")) or "type" in draft.fields:
        return draft
    print_note(f"{uri} is outside the option `posts`, so it says `type: experiment`")
    return merge_drafts(
        Draft(title=draft.title, date=draft.date, fields={**draft.fields, "type": "experiment"}),
        draft,
    )
