"""What some other plugins would get wrong about pages that no author wrote.

Generated pages are not in git, so what asks git for their dates is told the time of the build. That
would be false, and another one in each build; and where a second passes between asking for the
first and for the last date of a page, it is a warning, which ends a strict build.
"""

from __future__ import annotations

import glob
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, MutableMapping

    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import File

_RSS, _ALL_PAGES = "rss", ".*"
_GIT_PLUGIN = "git-revision-date-localized"
_GIT_DATES = ("git_revision_date_localized", "git_creation_date_localized")


def keep_out_of_rss(config: MkDocsConfig, path: str, report: Callable[[str], None]) -> None:
    """Keep the journal out of mkdocs-rss-plugin's feeds, unless the author chose their pages.

    It must run before that plugin reads its option `match_path`.
    """
    for name, plugin in config.plugins.items():
        if name.partition(" ")[0] == _RSS and plugin.config.get("match_path") == _ALL_PAGES:
            plugin.config["match_path"] = f"(?!{re.escape(path)}/){_ALL_PAGES}"
            report(f"{name}: match_path is {plugin.config['match_path']}")


def keep_from_git_dates(config: MkDocsConfig, path: str, files: Iterable[File]) -> None:
    """Let mkdocs-git-revision-date-localized-plugin leave out the folder of generated pages.

    Where an author has pages in there, which have dates, it stays as it is.
    """
    below = [file for file in files if file.src_uri.startswith(f"{path}/")]
    if any(file.is_documentation_page() and not file.generated_by for file in below):
        return
    for name, plugin in config.plugins.items():
        if name.partition(" ")[0] == _GIT_PLUGIN:
            plugin.config["exclude"] = [*plugin.config.get("exclude", ()), f"{glob.escape(path)}/*"]


def drop_git_dates(meta: MutableMapping[str, Any]) -> None:
    """Take away what mkdocs-git-revision-date-localized-plugin found for a generated page."""
    for name in [name for name in meta if name.startswith(_GIT_DATES)]:
        del meta[name]
