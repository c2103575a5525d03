"""Reading one post: its fields from front matter, inline lines and its path, with findings."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from journal_plugin.errors import Diagnostic, Severity
from journal_plugin.model import EdgeKind, Link, Post, RecordId
from journal_plugin.phrases import phrase
from journal_plugin.post_names import stem_of
from journal_plugin.slugs import slugify
from journal_plugin.sources import fields
from journal_plugin.sources.keys import find_misspelt, find_nested, rename_keys
from journal_plugin.sources.names import (
    date_of_path,
    find_issue_number,
    find_short_names,
    slug_of_path,
)
from journal_plugin.sources.prose import find_fields, find_title, plain_text
from journal_plugin.vocabulary import MARKER_STATUSES, Outcome, Phase, Status, find_suggestion

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from journal_plugin.sources.frontmatter import FrontMatter
    from journal_plugin.sources.posts import PostFile
    from journal_plugin.vocabulary import Vocabulary

_LINK = re.compile(r"\[[^\]]*\]\(<?([^)\s>]+)")
_RELATIONS = (EdgeKind.FOLLOWS, EdgeKind.SUPERSEDES, EdgeKind.CORRECTS, EdgeKind.REPLICATES)
_LINKING = frozenset({kind.value for kind in _RELATIONS} | {"problem"})
_PROBLEM_WORDS = 8


class PostReader:
    """Reads one post, or one entry of a log; findings collect in `diagnostics`."""

    def __init__(
        self, file: PostFile, parts: FrontMatter, repo: str | None, vocabulary: Vocabulary
    ) -> None:
        self._file = file
        self._parts = parts
        self._repo = repo
        self._vocabulary = vocabulary
        self._nested = find_nested(parts.meta)
        self._inline = find_fields(parts.content)
        self._meta = self._merge()
        self._line_of = self._find_lines()
        self.diagnostics: list[Diagnostic] = []

    def read(self) -> Post:
        """The post, with the slug that its path asks for."""
        meta = self._meta
        self._check_keys()
        created, updated = fields.read_dates(meta, self._reporter("date"))
        status_raw, outcome_raw = self._words("status"), self._words("outcome")
        status, outcome = self._axes(status_raw, outcome_raw)
        return Post(
            slug=slug_of_path(self._file.path),
            path=self._file.path,
            src_uri=self._file.src_uri,
            url=self._file.url,
            title=self._title(),
            body=self._parts.content,
            body_line=self._parts.content_line,
            date=created or self._named_date(),
            updated=updated,
            status=status,
            status_raw=status_raw,
            outcome=outcome,
            outcome_raw=outcome_raw,
            type=self._words("type"),
            problems=self._problems(),
            issues=self._issues(),
            prs=self._links("prs"),
            phase=self._phase(),
            relations=tuple(
                (kind, target) for kind in _RELATIONS for target in self._relation(kind.value)
            ),
            hypothesis=self._words("hypothesis"),
            success_criteria=fields.read_texts(meta.get("success_criteria")),
            metrics=fields.read_metrics(meta.get("metrics"), self._reporter("metrics")),
            params=fields.read_mapping(meta.get("params")),
            data=fields.read_texts(meta.get("data")),
            commit=self._words("commit"),
            command=self._words("command"),
            hardware=self._words("hardware"),
            cost=self._words("cost"),
            authors=fields.read_people(meta.get("authors")),
            tags=self._tags(),
            draft=fields.read_flag(meta.get("draft"), self._reporter("draft"), key="draft"),
            names=self._names(),
            lines=self._line_of,
        )

    def _merge(self) -> dict[str, object]:
        """Front matter over inline fields; an `experiment:` mapping over both."""
        merged: dict[str, object] = {
            key: field.value if key in _LINKING else plain_text(field.value)
            for key, field in self._inline.items()
        }
        merged |= {
            key: list(fields.find_targets(self._inline[key].value))
            for key in ("issues", "prs")
            if key in self._inline
        }
        merged |= {k: v for k, v in rename_keys(self._parts.meta).items() if v is not None}
        for _, mapping in reversed(self._nested):
            merged |= {k: v for k, v in rename_keys(mapping).items() if v is not None}
        return merged

    def _find_lines(self) -> dict[str, int]:
        start = self._parts.content_line
        lines = {key: start + field.offset for key, field in self._inline.items()}
        written = rename_keys({key: key for key in self._parts.meta})
        lines |= {
            name: self._parts.lines[str(key)]
            for name, key in written.items()
            if key in self._parts.lines
        }
        for key, mapping in self._nested:
            for name in rename_keys(mapping):
                lines.setdefault(name, self._parts.lines.get(key, 1))
        return dict(self._parts.lines) | lines

    def _report(self, key: str, code: str, message: str) -> None:
        self.diagnostics.append(
            Diagnostic(
                path=self._file.path,
                line=self._line_of.get(key, self._line_of.get("experiment", 1)),
                code=code,
                message=message,
                severity=Severity.WARNING,
            ),
        )

    def _reporter(self, key: str) -> fields.Report:
        return lambda code, message: self._report(key, code, message)

    def _check_keys(self) -> None:
        nested: list[Mapping[Any, object]] = [mapping for _, mapping in self._nested]
        for keys in (self._parts.meta, *nested):
            for key, meant in find_misspelt(str(key) for key in keys).items():
                message = f"front matter key {key!r} is not known; did you mean {meant!r}?"
                self._report(key, "unknown-key", message)

    def _words(self, key: str) -> str | None:
        return fields.read_text(self._meta.get(key))

    def _title(self) -> str:
        words = re.sub(r"[-_]+", " ", stem_of(self._file.path)).strip()
        return self._words("title") or find_title(self._parts.content) or words or "Untitled"

    def _named_date(self) -> datetime | None:
        return None if "date" in self._meta else date_of_path(self._file.path)

    def _axes(
        self, status_raw: str | None, outcome_raw: str | None
    ) -> tuple[Status | None, Outcome | None]:
        """Status and outcome; a status line may carry both, as in `Complete - did not work`."""
        known = self._vocabulary
        status, implied = known.find_axes(status_raw) if status_raw else (None, None)
        if status_raw and status is None and status_raw.casefold() not in MARKER_STATUSES:
            self._unknown("status", "statuses", status_raw, (*known.statuses, *known.outcomes))
        if outcome_raw is None:
            return status, implied
        outcome = known.find_outcome(outcome_raw)
        if outcome is None:
            self._unknown("outcome", "outcomes", outcome_raw, known.outcomes)
        return status, outcome

    def _unknown(
        self, key: str, option: str, raw: str, words: Mapping[str, object] | tuple[str, ...]
    ) -> None:
        names = [member.value for member in (*Status, *Outcome)]
        hint = find_suggestion(raw, [w for w in names if w in words]) or find_suggestion(raw, words)
        advice = (
            phrase("did you mean '%(hint)s'?", hint=hint)
            if hint
            else phrase("add it to the option '%(option)s'", option=option)
        )
        message = phrase(
            "%(key)s '%(word)s' is not known; %(advice)s", key=key, word=raw, advice=advice
        )
        self._report(key, f"unknown-{key}", message)

    def _problems(self) -> tuple[str, ...]:
        """Slugs of problems; an inline `**Problem**:` that is a whole sentence names none."""
        value = self._meta.get("problem")
        field = self._inline.get("problem")
        if field and value == field.value:
            text = plain_text(field.value)
            if len(text.split()) > _PROBLEM_WORDS or text.endswith((".", "!", "?")):
                return ()
            value = text
        names = fields.read_names(value)
        return tuple(dict.fromkeys(slug for name in names if (slug := slugify(name))))

    def _issues(self) -> tuple[Link, ...]:
        """Declared issues; without any, the one that the path names, as in `exp166_name`."""
        declared = self._links("issues")
        named = find_issue_number(self._file.path)
        if declared or not named or not self._repo or "issues" in self._meta:
            return declared
        number, written = named
        rule = f"named in the path: {written}"
        return (Link(target=RecordId(self._repo, number), rule=rule),)

    def _links(self, key: str) -> tuple[Link, ...]:
        return fields.read_links(
            self._meta.get(key),
            self._repo,
            self._reporter(key),
            key=key,
            line=self._line_of.get(key, 1),
        )

    def _phase(self) -> Phase | None:
        raw = self._words("phase")
        if raw is None:
            return None
        phase = self._vocabulary.find_phase(raw) or next(
            (phase for phase in Phase if phase.value == raw.casefold()), None
        )
        if phase is None:
            hint = find_suggestion(raw, [phase.value for phase in Phase])
            advice = (
                phrase("did you mean '%(hint)s'?", hint=hint)
                if hint
                else phrase("allowed is one of %(words)s", words=", ".join(Phase))
            )
            message = phrase(
                "%(key)s '%(word)s' is not known; %(advice)s", key="phase", word=raw, advice=advice
            )
            self._report("phase", "unknown-phase", message)
        return phase

    def _relation(self, key: str) -> tuple[str, ...]:
        names = fields.read_names(self._meta.get(key))
        return tuple(link[1] if (link := _LINK.search(name)) else name for name in names)

    def _tags(self) -> tuple[str, ...]:
        """Tags, and the categories of Material and Quarto."""
        names = (
            *fields.read_names(self._meta.get("tags")),
            *fields.read_names(self._meta.get("categories")),
        )
        return tuple(dict.fromkeys(names))

    def _names(self) -> tuple[str, ...]:
        declared = fields.read_text(self._meta.get("id"))
        return tuple(
            dict.fromkeys((*filter(None, (declared,)), *find_short_names(self._file.path)))
        )
