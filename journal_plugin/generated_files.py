"""Generated pages among the files of MkDocs, which cost little until somebody asks for more.

The navigation of a large journal holds few of its pages. For each of the others MkDocs would make a
page and walk its loops, though no other plugin may listen. `JournalFiles` leaves such pages out of
the loops, and of nothing else: whoever asks for a page, or for the file behind it, gets one.
"""

from __future__ import annotations

import os
import posixpath
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from mkdocs.structure.files import File, Files, InclusionLevel
from mkdocs.structure.pages import Page as MkDocsPage
from mkdocs.utils import is_markdown_file

from journal_plugin.fastpages import GeneratedPage
from journal_plugin.pages.plain import format_page
from journal_plugin.writer import save_files

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.nav import Navigation

    from journal_plugin.apart import PageWriter
    from journal_plugin.fastpages import Host
    from journal_plugin.pages.page import Page

_SMALL = 16_384
_MAKER = "mkdocs-gen-files"
"""As whose work other plugins know files that no author wrote."""


class Progress(Enum):
    """How far MkDocs is with its files."""

    COLLECT = "plugins add files"
    ARRANGE = "MkDocs makes the navigation"
    PLACE = "plugins change the navigation"
    BUILD = "pages are read and written"


@dataclass(slots=True, kw_only=True)
class Home:
    """What the generated files of one build share."""

    config: MkDocsConfig
    folder: Path
    """Where a file is written when somebody asks for it."""
    progress: Progress = Progress.COLLECT
    host: Host | None = None
    """Known when pages are built."""

    def settle(self, files: Files, nav: Navigation, host: Host) -> None:
        """Take the navigation as it is; pages are built from now on."""
        placed = {id(page) for page in nav.pages}
        for file in files:
            if isinstance(file, GeneratedFile):
                file.settle(placed)
        self.progress, self.host = Progress.BUILD, host


class GeneratedFile(File):
    """The file of a generated page; it is written when somebody asks where it lies."""

    # What MkDocs computes when it is asked for would give each file a dictionary of its own.
    __slots__ = ("abs_dest_path", "dest_uri", "name", "url")

    def __init__(self, shows: Page, home: Home) -> None:
        self.shows = shows
        """The journal's page."""
        self._home = home
        self._page: MkDocsPage | None = None
        self._is_placed = False
        super().__init__(
            shows.uri,
            src_dir=str(home.folder),
            dest_dir=home.config.site_dir,
            use_directory_urls=home.config.use_directory_urls,
            inclusion=InclusionLevel.NOT_IN_NAV,
        )
        self.generated_by = _MAKER

    @property
    def src_path(self) -> str:
        """As MkDocs says it."""
        return os.path.normpath(self.src_uri)

    @src_path.setter
    def src_path(self, path: str) -> None:
        # MkDocs makes a `PurePath` of it, which keeps each of its names in memory.
        is_own = path is self.shows.uri and posixpath.normpath(path) == path
        self.src_uri = path if is_own else PurePath(path).as_posix()

    def __getattr__(self, name: str) -> Any:
        """Compute an attribute as MkDocs does, which asks more often what kind of file it is."""
        if name not in self.__slots__:
            raise AttributeError(name=name, obj=self)
        value = _FINDERS.get(name, getattr(File, name).func)(self)
        setattr(self, name, value)
        return value

    @cached_property
    def abs_src_path(self) -> str:
        """Where the file lies. It holds front matter, and nothing else."""
        save_files(self._home.folder, {self.src_uri: format_page(self.shows)})
        return str(self._home.folder / self.src_uri)

    def is_modified(self) -> bool:
        """Whether `--dirty` must build the page; its file does not tell, as it holds no content."""
        return True

    @property
    def page(self) -> MkDocsPage | None:
        """The page, from when on MkDocs would have one."""
        home = self._home
        if self._page is None and home.progress is Progress.PLACE:
            MkDocsPage(None, self, home.config)  # sets itself
        elif self._page is None and home.host:
            GeneratedPage(self, home.config, home.host, self.shows)  # same
        return self._page

    @page.setter
    def page(self, page: MkDocsPage | None) -> None:
        self._page = page

    def is_documentation_page(self) -> bool:
        """It is one; MkDocs asks again and again, and would look at the name."""
        return True

    @property
    def has_page(self) -> bool:
        """Whether somebody has asked for the page."""
        return self._page is not None

    @property
    def is_loose(self) -> bool:
        """Whether the page is in no navigation, and none but our own."""
        page = self._page
        is_ours = page is None or (type(page) is GeneratedPage and page.parent is None)
        return is_ours and not self._is_placed and self.inclusion is InclusionLevel.NOT_IN_NAV

    def let_go(self) -> None:
        """Lead no more from MkDocs' objects, which hold each other, to the journal."""
        page, self._page = self._page, None
        del self.shows, self._home
        if isinstance(page, GeneratedPage):
            page.let_go()

    def settle(self, placed: Collection[int]) -> None:
        """Note whether the page is among the `placed`; if not, forget one of MkDocs' own."""
        page = self._page
        self._is_placed = id(page) in placed
        is_plain = type(page) is MkDocsPage and page.parent is None and page.markdown is None
        if is_plain and not self._is_placed:
            self._page = None


def _find_target(file: GeneratedFile) -> str:
    folder, slash, _ = file.src_uri.rpartition("/")
    is_folder = file.use_directory_urls and file.name != "index"
    return f"{folder}{slash}{file.name}{'/index' if is_folder else ''}.html"


def _find_url(file: GeneratedFile) -> str:
    folder, slash, name = file.dest_uri.rpartition("/")
    if file.use_directory_urls and name == "index.html":
        return quote(f"{folder}/" if slash else "./")
    return quote(file.dest_uri)


_FINDERS: Mapping[str, Callable[[GeneratedFile], str]] = {
    "dest_uri": _find_target,
    "url": _find_url,
}


def is_small_asset(uri: str, content: bytes) -> bool:
    """Whether a file is no page, and so small that it may stay in memory.

    A journal of many posts has thousands, such as badges.
    """
    return len(content) <= _SMALL and not is_markdown_file(uri)


class GeneratedAsset(File):
    """A small file that is no page; only the site holds it until somebody asks where it lies."""

    def __init__(self, uri: str, content: bytes, home: Home) -> None:
        super().__init__(
            uri,
            src_dir=str(home.folder),
            dest_dir=home.config.site_dir,
            use_directory_urls=home.config.use_directory_urls,
        )
        self.generated_by = _MAKER
        self._content = content

    @cached_property
    def abs_src_path(self) -> str | None:
        """Where the file lies. From now on it counts, because whoever asked may change it."""
        path, content = super().abs_src_path, self._content
        if self.src_dir and isinstance(content, bytes):
            save_files(Path(self.src_dir), {self.src_uri: content})
            self._content = None
        return path


def find_order(file: File) -> str:
    """Sorts as mkdocs-gen-files does (`file_sort_key`), which compares lists of names."""
    folders, slash, name = file.src_uri.rpartition("/")
    start = "\3" + folders.replace("/", "\0\3") + "\0" if slash else ""
    return start + ("\1" if file.name == "index" else "\2") + name


class JournalFiles(Files):
    """All files of a site, where MkDocs' loops leave out the pages that are written apart."""

    def __init__(self, files: Iterable[File], home: Home) -> None:
        """Sort the files as mkdocs-gen-files does: indexes first, folders last."""
        super().__init__(sorted(files, key=find_order))
        self._home = home
        self._apart: list[GeneratedFile] | None = None
        self.writer: PageWriter | None = None
        """Writes the pages that are left out; set before MkDocs copies files."""
        self.listed: Sequence[File] | None = None
        """What stands for all pages while MkDocs makes the site map, and asks for their dates."""

    @property
    def apart(self) -> Sequence[GeneratedFile]:
        """The pages that are left out of the loops; they stay the same once pages are built."""
        if self._apart is None:
            ours = (file for file in self if isinstance(file, GeneratedFile))
            loose = [file for file in ours if file.is_loose]
            if self._home.progress is not Progress.BUILD:
                return loose
            self._apart = loose if self._home.host and self._home.host.is_apart else []
        return self._apart

    def documentation_pages(
        self, *, inclusion: Callable[[InclusionLevel], bool] | None = None
    ) -> Sequence[File]:
        """All pages, but for MkDocs' loops, which leave out those that are written apart.

        While pages are built, only the loops say which pages they want (`build` in MkDocs'
        commands/build.py); what templates see is all that belongs to the site.
        """
        if self.listed is not None and inclusion is None:
            return self.listed
        pages = super().documentation_pages(inclusion=inclusion or InclusionLevel.is_included)
        is_loop = self._home.progress is Progress.BUILD and inclusion is not None
        if self._home.progress is Progress.ARRANGE or is_loop:
            left_out = set(map(id, self.apart))
            return [page for page in pages if id(page) not in left_out]
        return pages

    def copy_static_files(
        self,
        dirty: bool = False,  # noqa: FBT001, FBT002 - as MkDocs calls it
        *,
        inclusion: Callable[[InclusionLevel], bool] = InclusionLevel.is_included,
    ) -> None:
        """Copy what is copied, and write the pages that are left out of the loops."""
        if self.writer:
            copied = {file.abs_dest_path for file in self if not file.is_documentation_page()}
            self.writer.make_room(f for f in self.apart if f.abs_dest_path not in copied)
        super().copy_static_files(dirty, inclusion=inclusion)
        if self.writer:
            self.writer.write(self.apart)
