"""What the path of a post says: its slug, its date, and short names such as `E012`."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

from journal_plugin.dates import NEVER
from journal_plugin.errors import Diagnostic, Severity
from journal_plugin.phrases import phrase
from journal_plugin.post_names import stem_of
from journal_plugin.slugs import slugify

if TYPE_CHECKING:
    from collections.abc import Sequence

_DATED = re.compile(r"^(\d{4}-\d{2}-\d{2})(?:[-_ ]+|$)")
_ID = re.compile(
    r"^(?P<id>(?P<word>experiment|exp|issue|e)[-_]?(?P<number>\d{1,6}))(?=[-_ .]|$)", re.IGNORECASE
)


class Claim(NamedTuple):
    """A post's wish for a slug."""

    wanted: str
    path: str
    line: int = 1
    declared: bool = False
    """Whether the author wrote `slug:`."""
    date: datetime | None = None
    prefix: str = ""
    """What tells the post from another of the same name: its folder, or an entry's day."""


def slug_of_path(path: str) -> str:
    """The slug that a path asks for: its name without the date, or with it if nothing is left."""
    stem = stem_of(path)
    return slugify(_DATED.sub("", stem)) or slugify(stem) or "post"


def date_of_path(path: str) -> datetime | None:
    """The date at the start of a path's name, or None."""
    match = _DATED.match(stem_of(path))
    try:
        return datetime.fromisoformat(match[1]).replace(tzinfo=UTC) if match else None
    except ValueError:
        return None


def find_short_names(path: str) -> tuple[str, ...]:
    """Names by which texts may call the post: `exp166` and `exp166_kind_name`; often none."""
    stem = stem_of(path)
    match = _ID.match(stem)
    return tuple(dict.fromkeys((match["id"], stem))) if match else ()


def find_issue_number(path: str) -> tuple[int, str] | None:
    """The issue that a name such as `exp166_kind_name` means, and the part that says so.

    A number with leading zeros, and one after a bare `E`, counts experiments and not issues.
    """
    match = _ID.match(stem_of(path))
    if not match or match["word"].casefold() == "e" or match["number"].startswith("0"):
        return None
    return int(match["number"]), match["id"]


def assign_slugs(claims: Sequence[Claim]) -> tuple[tuple[str, ...], tuple[Diagnostic, ...]]:
    """A unique slug for each claim, in the order given, and a finding for each collision.

    Declared slugs come first, then the older posts, so that a new post does not rename an old one.
    """
    order = sorted(range(len(claims)), key=lambda index: _priority(claims[index]))
    taken: dict[str, Claim] = {}
    slugs: dict[int, str] = {}
    findings: list[Diagnostic] = []
    for index in order:
        claim = claims[index]
        slug = _free_slug(claim, taken)
        if slug != claim.wanted:
            findings.append(_collision(claim, taken[claim.wanted], slug))
        taken[slug], slugs[index] = claim, slug
    return tuple(slugs[index] for index in range(len(claims))), tuple(findings)


def _priority(claim: Claim) -> tuple[bool, datetime, str, int]:
    return not claim.declared, claim.date or NEVER, claim.path, claim.line


def _free_slug(claim: Claim, taken: dict[str, Claim]) -> str:
    if claim.wanted not in taken:
        return claim.wanted
    base = slugify(f"{claim.prefix}-{claim.wanted}") if claim.prefix else claim.wanted
    slug, number = base, 2
    while slug in taken:
        slug, number = f"{base}-{number}", number + 1
    return slug


def _collision(claim: Claim, first: Claim, slug: str) -> Diagnostic:
    """Two declared slugs are a mistake; two names that happen to be alike are not."""
    return Diagnostic(
        path=claim.path,
        line=claim.line,
        code="duplicate-slug",
        message=phrase(
            "slug '%(slug)s' belongs to %(path)s already, so this post is '%(free)s';"
            " set `slug` to choose another",
            slug=claim.wanted,
            path=first.path,
            free=slug,
        ),
        severity=Severity.WARNING if claim.declared else Severity.INFO,
    )
