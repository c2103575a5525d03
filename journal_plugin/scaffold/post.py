"""A new post as text: from nothing, from a tracking issue's form, or from the post before. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import yaml

from journal_plugin.model import RecordKind, State
from journal_plugin.text.escape import clean_line
from journal_plugin.text.forms import read_form, read_items, read_parameters
from journal_plugin.text.inert import make_inert_text
from journal_plugin.text.refs import find_references

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from journal_plugin.journal import Journal
    from journal_plugin.model import Post, Record, RecordId
    from journal_plugin.text.forms import Form

_PREFIX = re.compile(r"^\s*\[?(?:experiment|tracking|run)\]?\s*[:\-–]\s*", re.IGNORECASE)  # noqa: RUF001 - people do write a dash
_SIGNS = re.compile(r"[<>{}`\[\]$*_|!\\]|--8<--")
# Themes print a title unescaped, some undo escapes in it, and macros plugins run it as a template.
_LOOK_ALIKES = str.maketrans({"<": "‹", ">": "›", '"': "”", "{": "｛", "}": "｝"})  # noqa: RUF001 - on purpose
_ENTITY = re.compile(r"&(?=#|[lg]t|amp|quot)", re.IGNORECASE)
_TEXTS: Mapping[str, tuple[str, ...]] = {
    "hypothesis": ("hypothesis",),
    "command": ("command", "how to run"),
    "hardware": ("hardware", "compute"),
    "cost": ("cost", "budget"),
}
_CRITERIA = ("success criteria", "criteria", "success")
_PARAMS = ("parameters", "params", "configuration", "setup")
_PROBLEM = ("problem", "problem statement", "parent issue")
_REFERENCES = ("references", "builds on", "related", "links")
_SECTIONS = """\
## Setup

{setup}

## Results

<!-- What came out? Numbers go into `metrics` above, so that they can be compared. -->

## Conclusion

<!-- One sentence first: the case study quotes it. -->

## Next steps

<!-- What should be tried next, and what should not be tried again? -->
"""
_KEPT = ("type", "hypothesis", "command", "hardware")


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """The fields of a post that is about to be written."""

    title: str
    date: date
    fields: Mapping[str, object] = field(default_factory=dict)
    """Further front matter, in the order in which it is written."""
    setup: str = ""
    """Plain text of the section on the setup."""


def draft_from_issue(record: Record, journal: Journal, *, title: str | None, day: date) -> Draft:
    """A post about the experiment that an issue tracks.

    Sections of the issue's form become fields. What GitHub knows about the issue, such as the
    problem that it belongs to, counts more than the words in it.
    """
    form = read_form(record.body)
    mentioned = list(_references(form, journal))
    values: dict[str, object] = {
        "status": "running" if record.state is State.OPEN else "complete",
        "problem": _problem_of(record, form, journal),
        "issues": [_written(record.id, journal.repo)],
        "prs": [_written(r.id, journal.repo) for r in mentioned if r.kind is RecordKind.PULL],
    }
    for key, names in _TEXTS.items():
        values[key] = form.find(names)
    values["success_criteria"] = read_items(form.find(_CRITERIA) or "")
    values["params"] = read_parameters(form.find(_PARAMS) or "")
    return Draft(
        title=title or _PREFIX.sub("", record.title).strip() or f"Issue {record.id.number}",
        date=day,
        fields={key: value for key, value in values.items() if value},
        setup=f"The run is tracked in {_written_in_text(record.id, journal.repo)}.",
    )


def draft_from_post(post: Post, *, title: str, day: date) -> Draft:
    """A post that continues another one, with what stays the same.

    The problem, the parameters and the criteria are copied; the old values of the metrics become
    the baselines of the new ones.
    """
    values: dict[str, object] = {"status": "planned", "follows": post.slug}
    values["problem"] = list(post.problems) if len(post.problems) > 1 else "".join(post.problems)
    values |= {key: getattr(post, key) for key in _KEPT}
    values["success_criteria"] = list(post.success_criteria)
    values["params"] = dict(post.params)
    values["metrics"] = {
        name: _without_none(
            value=None, unit=metric.unit, baseline=metric.value, better=metric.better
        )
        for name, metric in post.metrics.items()
    }
    values["authors"] = list(post.authors)
    values["tags"] = list(post.tags)
    return Draft(
        title=title, date=day, fields={key: value for key, value in values.items() if value}
    )


def merge_drafts(first: Draft, second: Draft) -> Draft:
    """Both drafts; where both have a field, the first one counts."""
    fields = {**first.fields}
    for key, value in second.fields.items():
        fields.setdefault(key, value)
    return Draft(title=first.title, date=first.date, fields=fields, setup=first.setup)


def format_post(draft: Draft, *, schema: str | None = None) -> str:
    """The Markdown of a draft.

    Args:
        draft: Its fields; text by strangers is fine.
        schema: Address of a JSON Schema for editors, or None.
    """
    meta = {"title": _theme_title(draft.title), "date": draft.date, **draft.fields}
    dumped = yaml.safe_dump(_plain(meta), allow_unicode=True, sort_keys=False, width=88)
    hint = f"# yaml-language-server: $schema={schema}\n" if schema else ""
    heading = _SIGNS.sub(lambda sign: make_inert_text(sign[0]), " ".join(draft.title.split()))
    setup = draft.setup or "<!-- What was changed, and what was kept the same? -->"
    return f"---\n{hint}{dumped}---\n\n# {heading}\n\n{_SECTIONS.format(setup=setup)}"


def _theme_title(title: str) -> str:
    """A title that stays text wherever a theme or plugin puts it; the heading has the real one."""
    flat = " ".join(clean_line(title).split())
    return _ENTITY.sub("＆", flat.translate(_LOOK_ALIKES))  # noqa: RUF001 - a look-alike


def _problem_of(record: Record, form: Form, journal: Journal) -> str | None:
    """The problem that the journal knows for an issue, or for one that its form names."""
    named = find_references(form.find(_PROBLEM) or "", journal.repo, journal.host)
    targets = (journal.records.get(found.target) for found in named)
    for candidate in (record, *(target for target in targets if target)):
        if found := journal.find_problems(candidate.node):
            return found[0][0].slug
    return None


def _references(form: Form, journal: Journal) -> Iterable[Record]:
    """Records that the form refers to, in order, each once."""
    texts = (form.find((name,)) or "" for name in (*_PROBLEM, *_REFERENCES))
    found = find_references("\n".join(texts), journal.repo, journal.host)
    targets = dict.fromkeys(reference.target for reference in found)
    return (journal.records[target] for target in targets if target in journal.records)


def _written(target: RecordId, repo: str | None) -> int | str:
    return target.number if target.repo == repo else str(target)


def _written_in_text(target: RecordId, repo: str | None) -> str:
    return f"#{target.number}" if target.repo == repo else str(target)


def _without_none(*, value: object, **others: object) -> dict[str, object]:
    return {"value": value, **{key: item for key, item in others.items() if item is not None}}


def _plain(value: object) -> object:
    """Only what YAML can write without tags."""
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return value
