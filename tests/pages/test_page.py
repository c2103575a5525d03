"""Links between the pages of a site."""

from __future__ import annotations

from urllib.parse import urljoin

import pytest
from hypothesis import given
from hypothesis import strategies as st

from journal_plugin.model import RecordKind
from journal_plugin.pages.page import Links, Site, href
from tests.support.make import REPO, make_issue, make_pull

_ROOT = "https://lab.example/"
_NAME = st.sampled_from(["journal", "issues", "1", "12", "index.html", "a.b", "index"])
_FOLDER = st.lists(_NAME, max_size=4).map(lambda names: "".join(f"{name}/" for name in names))


@pytest.mark.parametrize(
    ("base", "target", "expected"),
    [
        ("journal/timeline/", "journal/issues/1/", "../issues/1/"),
        ("journal/issues/1/", "journal/issues/12/", "../12/"),
        ("journal/issues/1.html", "journal/issues/12.html", "12.html"),
        ("journal/", "journal/", "./"),
        ("journal/", "", "../"),
        ("", "", "./"),
        ("", "journal/#top", "journal/#top"),
        ("journal/", "journal/#top", "./#top"),
        ("posts/a/", "posts/../journal/./feed.xml", "../../journal/feed.xml"),
        ("posts//a/", "/journal//", "../../journal/"),
    ],
)
def test_a_link_is_relative(base: str, target: str, expected: str) -> None:
    assert href(base, target) == expected


@given(_FOLDER, _FOLDER, st.sampled_from(["", "feed.xml", "a.b#x"]))
def test_a_link_leads_where_it_should(base: str, folder: str, name: str) -> None:
    assert urljoin(_ROOT + base, href(base, folder + name)) == _ROOT + folder + name


@pytest.mark.parametrize("use_directory_urls", [True, False])
def test_a_record_has_the_address_of_its_file(*, use_directory_urls: bool) -> None:
    records = [make_issue(1), make_pull(2), make_issue(3, repo="other-lab/notes")]
    site = Site(use_directory_urls=use_directory_urls)
    pages = frozenset(record.node for record in records)
    links = Links(path="journal", repo=REPO, site=site, pages=pages)
    assert {record.kind for record in records} == set(RecordKind)
    for record in records:
        assert links.url_of_node(record) == links.url_of(links.uri_of_record(record))
    assert links.url_of_node(make_issue(4)) is None
