"""The workflows for GitHub Actions that `journal init` writes; this repository uses the same."""

from __future__ import annotations

import json
from importlib.resources import files
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

WORKFLOWS: Mapping[str, str] = MappingProxyType(
    {
        "journal.yml": "publishes on GitHub Pages",
        "journal-preview.yml": "builds the journal of a pull request",
        "journal-comment.yml": "tells a pull request what the journal gains and loses",
    }
)
"""File names, each with what it is for in a few words."""

OPTIONAL_WORKFLOWS: Mapping[str, str] = MappingProxyType(
    {"journal-snapshot.yml": "commits the snapshot"}
)
"""Same, for those that somebody has to want."""

_BRANCH = '"$default-branch"'


def find_pages_url(repo: str) -> str:
    """Where GitHub Pages puts the site of `owner/name`.

    A repository called `owner.github.io` is the owner's own site; others live below it. See
    GitHub's docs, "Types of GitHub Pages sites".
    """
    owner, _, name = repo.partition("/")
    host = f"{owner.lower()}.github.io"
    return f"https://{host}/" if name.lower() == host else f"https://{host}/{name}/"


def render_workflow(name: str, branch: str) -> str:
    """The text of a workflow that publishes `branch`."""
    template = (files(__name__) / name).read_text(encoding="utf-8")
    # JSON's quotes are YAML's too, and a branch may be called almost anything.
    return template.replace(_BRANCH, json.dumps(branch))
