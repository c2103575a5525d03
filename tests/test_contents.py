"""The table of contents of a post names what the journal added to the page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mkdocs.structure.toc import get_toc

from journal_plugin.contents import extend_contents
from journal_plugin.text.anchors import find_headings

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mkdocs.structure.toc import AnchorLink

HTML = (
    '<h1 id="post">Post</h1><h2 id="a">A</h2><h3 id="b">B</h3>'
    '<h2 id="journal-plots">Plots &amp; <em>more</em></h2><h2 id="left-out">Left out</h2>'
    '<h2 id="journal-reproduce-post">Reproduce</h2><h2 id="z">Z</h2>'
)
HEADINGS = tuple(find_headings(HTML))


def token(level: int, name: str, *children: object) -> dict[str, object]:
    return {"level": level, "id": name.lower(), "name": name, "children": list(children)}


def shape(links: Iterable[AnchorLink]) -> list[object]:
    return [(link.title, link.url, shape(link.children)) for link in links]


def test_own_headings_stand_where_they_are_on_the_page() -> None:
    contents = get_toc(
        [token(1, "Post", token(2, "A", token(3, "B")), token(2, "Z"))]  # type: ignore[list-item]
    )
    assert shape(extend_contents(contents, HEADINGS)) == [
        (
            "Post",
            "#post",
            [
                ("A", "#a", [("B", "#b", [])]),
                ("Plots &amp; more", "#journal-plots", []),
                ("Reproduce", "#journal-reproduce-post", []),
                ("Z", "#z", []),
            ],
        )
    ]


def test_entries_of_other_plugins_stay() -> None:
    contents = get_toc([token(2, "Elsewhere")])  # type: ignore[list-item]
    titles = [link.title for link in extend_contents(contents, HEADINGS)]
    assert titles == ["Elsewhere", "Plots &amp; more", "Reproduce"]


def test_a_page_without_additions_is_left_alone() -> None:
    contents = get_toc([token(1, "Post")])  # type: ignore[list-item]
    assert extend_contents(contents, HEADINGS[:1]) is contents
