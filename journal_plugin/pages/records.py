"""A page for each issue and pull request, and the lists that lead to them."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from journal_plugin.model import RecordKind
from journal_plugin.pages.alike import find_alike_nodes
from journal_plugin.pages.backlinks import find_backlinks
from journal_plugin.pages.benchmarks import render_benchmarks
from journal_plugin.pages.charts import render_plots
from journal_plugin.pages.metadata import render_page_head
from journal_plugin.pages.notices import find_notices
from journal_plugin.pages.page import Page
from journal_plugin.pages.paging import split_sheets
from journal_plugin.pages.search import find_record_entry
from journal_plugin.pages.words import mark
from journal_plugin.text.escape import shorten

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from journal_plugin.model import Comment, Record
    from journal_plugin.pages.book import Book
    from journal_plugin.pages.page import Finished
    from journal_plugin.pages.paging import Sheet
    from journal_plugin.pages.place import Place
    from journal_plugin.text.rendered import Body

PAGE_SIZE = 250
"""Rows of one list page: more make the page slow and break some engines' search."""

_SHOWN = 10
_FOLD_ABOVE = 30


class _CommentView(NamedTuple):
    comment: Comment
    body: Body


def render_records(book: Book) -> Iterator[Page]:
    """The pages of all records that have one, sorted by id, then the list pages."""
    written = [r for r in book.journal.records.values() if r.node in book.links.pages]
    for record in written:
        make = partial(_render_alone, book, record)
        yield from book.again(record.node, make, about=_find_insights(book, record))
    yield from book.again("records", partial(_render_lists, book, written))


def _render_alone(book: Book, record: Record) -> tuple[Page]:
    return (render_record(book, record),)


def _find_insights(book: Book, record: Record) -> tuple[object, ...]:
    """What the page shows that may come from the text of a post."""
    alike = find_alike_nodes(book, record.node)
    run_log = book.run_logs.get(record.node)
    return (*(run_log or ()), *((one.node.node, one.share, *one.words) for one in alike))


def _render_lists(book: Book, written: Sequence[Record]) -> Iterator[Page]:
    for kind, folder, title in (
        (RecordKind.ISSUE, "issues", mark("Issues")),
        (RecordKind.PULL, "pulls", mark("Pull requests")),
    ):
        records = [record for record in reversed(written) if record.kind is kind]
        yield from _lists(book, records, folder, book.words.gettext(title))


def render_record(book: Book, record: Record) -> Page:
    """The page of one issue or pull request."""
    view = (record, *_find_neighbours(book, record).values())
    return book.keep(_make_page(book, record), view=view, make=partial(_finish, record))


def _make_page(book: Book, record: Record) -> Page:
    return Page(
        uri=book.links.uri_of_record(record),
        title=f"#{record.id.number} {record.title}",
        node=record.node,
        description=shorten(book.describe(record), 160),
    )


def _find_neighbours(book: Book, record: Record) -> Mapping[str, object]:
    """All that the page shows besides the record itself."""
    return {
        "notices_found": find_notices(book, [record.node]),
        "run_log": book.run_logs.get(record.node),
        "alike": find_alike_nodes(book, record.node),
        "links": find_backlinks(book.journal, record.node),
    }


def _finish(record: Record, place: Place) -> Finished:
    book = place.book
    finished = book.finish(
        "record.html",
        place,
        record=record,
        problems=book.journal.find_problems(record.node),
        plots=render_plots(book, record) + render_benchmarks(book, record),
        **_find_texts(book, record),
        **_find_neighbours(book, record),
    )
    return replace(
        finished,
        head=render_page_head(book, _make_page(book, record)),
        entry=find_record_entry(book, record),
    )


def _find_texts(book: Book, record: Record) -> Mapping[str, object]:
    """The rendered texts of a record; of many comments those in the middle are folded away."""
    texts = book.texts[record.node]
    comments = [
        (number, _CommentView(comment=comment, body=body))
        for number, (comment, body) in enumerate(
            zip(record.comments, texts.comments, strict=True), start=1
        )
    ]
    fold = len(comments) > _FOLD_ABOVE
    return {
        "body": texts.body,
        "comments": comments,
        "shown_first": comments[:_SHOWN] if fold else comments,
        "folded": comments[_SHOWN:-_SHOWN] if fold else (),
        "shown_last": comments[-_SHOWN:] if fold else (),
    }


def _lists(book: Book, records: Sequence[Record], folder: str, title: str) -> Iterator[Page]:
    """Newest first, `PAGE_SIZE` to a page; the first page exists even when there is nothing."""
    description = book.words.gettext("%(title)s, newest first: %(count)s") % {
        "title": title,
        "count": len(records),
    }
    for sheet in split_sheets(records, PAGE_SIZE, first=f"{folder}/index", folder=folder):
        yield book.keep(
            Page(
                uri=book.links.uri_of(sheet.name),
                title=sheet.name_page(title, book.words),
                in_nav=sheet.number == 1,
                is_wide=True,
                description=description,
            ),
            view=(sheet.names, sheet.number, *sheet.items),
            make=partial(_finish_list, sheet),
        )


def _finish_list(sheet: Sheet[Record], place: Place) -> Finished:
    return place.book.finish("records.html", place, sheet=sheet)
