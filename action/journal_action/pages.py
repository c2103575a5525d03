"""Where GitHub Pages puts a site."""

from __future__ import annotations

from typing import TYPE_CHECKING

from journal_plugin.scaffold.workflows import find_pages_url

if TYPE_CHECKING:
    from collections.abc import Mapping


def find_site_url(configured: str | None, environment: Mapping[str, str]) -> str:
    """The site's address with a slash at the end: the configured one, or that of the repository."""
    if configured:
        return f"{configured.rstrip('/')}/"
    return find_pages_url(environment.get("GITHUB_REPOSITORY", ""))
