"""The keys of a post's front matter: the journal's, other spellings of them, and misspellings."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

POST_KEYS = frozenset(
    {
        "title", "date", "status", "outcome", "type", "problem", "issues", "prs", "phase",
        "follows", "supersedes", "corrects", "replicates", "hypothesis", "success_criteria",
        "metrics", "params", "data", "commit", "command", "hardware", "cost", "authors", "tags",
        "draft", "experiment", "slug",
    },
)  # fmt: skip
"""Front matter keys that the journal reads."""

OTHER_NAMES: Mapping[str, str] = {
    "issue": "issues",
    "pr": "prs",
    "pull": "prs",
    "pulls": "prs",
    "pull_request": "prs",
    "pull_requests": "prs",
    "problems": "problem",
    "author": "authors",
    "builds_on": "follows",
    "metric": "metrics",
}
"""What other tools and people call a key; the journal's own name wins where both stand."""

HOST_KEYS = frozenset(
    {
        "aliases", "author", "bibliography", "boost", "categories", "code-fold", "comments",
        "copyright", "description", "doi", "editor", "engine", "exclude", "execute", "filters",
        "format", "hide", "icon", "id", "image", "inclusion", "jupyter", "keywords", "lang",
        "license", "links", "listing", "locale", "og_image", "pin", "readtime", "render_macros",
        "revision_date", "robots", "search", "social", "state", "subtitle", "summary", "template",
        "theme", "toc", "updated", "date-modified", "modified", "last_modified", "version", "stage",
    },
)  # fmt: skip
"""Keys of MkDocs, Material, Quarto and common plugins, never taken for a misspelling."""

_NESTED_MARKS = frozenset(
    {"issues", "prs", "status", "outcome", "problem", "hypothesis", "success_criteria", "phase"}
)
_NEAR = 0.8
"""Similarity from which a key counts as misspelt: one wrong letter in five, or two swapped."""


def find_misspelt(keys: Iterable[str]) -> dict[str, str]:
    """The misspelt ones among the keys of one front matter, each with what was meant.

    A key whose suggestion is there already is left alone, and so is one far from all known keys:
    front matter may carry whatever a site needs.
    """
    present = set(keys)
    found = {}
    for key in sorted(present - POST_KEYS - HOST_KEYS - OTHER_NAMES.keys()):
        folded = _fold(key)
        if folded in POST_KEYS or folded in OTHER_NAMES:
            continue
        near = difflib.get_close_matches(folded, sorted(POST_KEYS), n=1, cutoff=_NEAR)
        if near and near[0] not in present and near[0][0] == folded[0]:
            found[key] = near[0]
    return found


def find_nested(meta: Mapping[str, object]) -> tuple[tuple[str, Mapping[object, object]], ...]:
    """The mappings of a front matter that describe the experiment, with the key of each.

    `experiment:` comes first, then every other mapping that holds one of the journal's own keys,
    such as `some_experiment: {issue: 166}`.
    """
    found = [
        (key, value)
        for key, value in meta.items()
        if isinstance(value, Mapping)
        and (key == "experiment" or (_may_nest(key) and _NESTED_MARKS & rename_keys(value).keys()))
    ]
    return tuple(sorted(found, key=lambda item: item[0] != "experiment"))


def is_experiment_key(key: str) -> bool:
    """Whether a key such as `some_experiment` says that its mapping is an experiment."""
    return _fold(key).endswith("experiment")


def rename_keys(meta: Mapping[Any, object]) -> dict[str, object]:
    """The entries by the journal's own names; unknown keys stay as they are."""
    renamed: dict[str, object] = {}
    for key, value in meta.items():
        name = _fold(str(key))
        known = name if name in POST_KEYS else OTHER_NAMES.get(name)
        if known is None:
            renamed.setdefault(str(key), value)
        elif known == name or known not in renamed:
            renamed[known] = value
    return renamed


def _may_nest(key: str) -> bool:
    return key not in POST_KEYS and key not in HOST_KEYS


def _fold(key: str) -> str:
    return key.strip().casefold().replace("-", "_").replace(" ", "_")
