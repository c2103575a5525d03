"""What outlives a build: rendered texts, finished pages, compiled templates."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Self

from journal_plugin.bytecode import TemplateCache
from journal_plugin.cache import make_fingerprint, make_page_fingerprint
from journal_plugin.idle import Idle
from journal_plugin.kept import Kept
from journal_plugin.memory import Memory
from journal_plugin.sources.snapshot import KnownFiles
from journal_plugin.standing import Standing
from journal_plugin.texts import Renderer

if TYPE_CHECKING:
    from pathlib import Path

    from journal_plugin.cache import Cache
_STANDING = "standing.sqlite"


class Stores(NamedTuple):
    """The stores of one project, shared by all rebuilds of `mkdocs serve`."""

    renderer: Renderer
    pages: Cache | None
    """Generated pages; None, as for posts, where nothing can be kept."""
    posts: Cache | None
    """What the pages of posts get."""
    sources: Cache | None
    """What was read of the files of posts."""
    records: KnownFiles | None
    """The records of the last build of the same process; None where there is no next one."""
    own_templates: TemplateCache
    theme_templates: TemplateCache
    standing: Standing
    """The pages that the last build wrote."""
    memory: Memory
    """What the last build of the same process made."""
    idle: Idle
    """Does what no page waits for; in `mkdocs serve`, after the build."""

    @classmethod
    def open(cls, root: Path, *, remember: bool) -> Self:
        """The stores below a project's folder.

        Args:
            root: Where `mkdocs.yml` lies.
            remember: Whether there is a next build, which finds in memory what this one made.
        """
        kept = Kept(root)
        fingerprint = make_page_fingerprint()
        return cls(
            renderer=Renderer(
                kept.find_store("texts.sqlite", make_fingerprint()), remember=remember
            ),
            pages=kept.find_store("pages.sqlite", fingerprint),
            posts=kept.find_store("posts.sqlite", fingerprint),
            sources=kept.find_store("sources.sqlite", fingerprint),
            records=KnownFiles() if remember else None,
            own_templates=TemplateCache(kept.find("journal.templates"), fingerprint),
            theme_templates=TemplateCache(kept.find("theme.templates"), fingerprint),
            # The folder that `mkdocs serve` builds into goes with it.
            standing=Standing(None if remember else kept.find_store(_STANDING, fingerprint)),
            memory=Memory(remembers=remember),
            idle=Idle(waits=remember),
        )

    def finish(self) -> None:
        """Keep what was compiled; the other stores are written as they are used."""
        self.standing.drop()
        self.own_templates.save()
        self.theme_templates.save()
