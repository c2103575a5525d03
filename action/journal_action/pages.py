"""Where GitHub Pages puts a site."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

if TYPE_CHECKING:
    from collections.abc import Mapping


def find_site_url(configured: str | None, environment: Mapping[str, str]) -> str:
    """The site's address with a slash at the end: the configured one, or that of the repository.

    A repository called `owner.github.io` is the owner's own site; others live below it. See
    GitHub's docs, "Types of GitHub Pages sites".
    """
    if configured:
        return f"{configured.rstrip('/')}/"
    owner, _, name = environment.get("GITHUB_REPOSITORY", "").partition("/")
    host = f"{owner.lower()}.github.io"
    path = "" if name.lower() == host else f"{quote(name)}/"
    return f"https://{host}/{path}"
