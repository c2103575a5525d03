"""A journal of a GitHub Enterprise server: its addresses are references, github.com's are not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from journal_plugin.hosts import GITHUB, find_host, host_of
from journal_plugin.model import EdgeKind
from journal_plugin.pages.decoration import decorate
from journal_plugin.text.refs import mark_references
from journal_plugin.texts import Renderer
from tests.support.make import REPO, build, make_issue, make_pull, page_of

HOST = "git.lab.example"
ISSUE = f"https://{HOST}/{REPO}/issues/1"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (f"https://{HOST}/{REPO}/issues/1", HOST),
        (f"https://{HOST}:8443/{REPO}/issues/1", f"{HOST}:8443"),
        (f"https://www.github.com/{REPO}/issues/1", GITHUB),
        (f"https://github.com/{REPO}/issues/1", GITHUB),
        (f"https://{HOST}/other/name/issues/1", GITHUB),
        ("javascript:alert(1)", GITHUB),
        (None, GITHUB),
    ],
)
def test_a_record_says_where_it_comes_from(url: str | None, expected: str) -> None:
    record = make_issue(1, url=url)
    assert host_of(record) == expected
    assert find_host([record], REPO) == expected
    assert find_host([record], "other/name") == GITHUB


@pytest.mark.parametrize(
    ("url", "host", "found"),
    [
        (ISSUE, HOST, 1),
        (f"{ISSUE}#issuecomment-5", HOST, 1),
        (f"https://github.com/{REPO}/issues/1", HOST, 0),
        (ISSUE, GITHUB, 0),
        (f"https://x{HOST}/{REPO}/issues/1", HOST, 0),
        (f"https://{HOST}.evil.example/{REPO}/issues/1", HOST, 0),
        (f"https://gitXlab.example/{REPO}/issues/1", HOST, 0),
    ],
)
def test_only_addresses_on_the_host_are_references(url: str, host: str, found: int) -> None:
    for html in (f"<p>see {url} now</p>", f'<p><a href="{url}">x</a></p>'):
        assert len(mark_references(html, REPO, host)[1]) == found


def test_addresses_of_the_server_become_edges_and_links() -> None:
    built = build(
        [
            make_issue(1, "The cause", url=ISSUE),
            make_pull(2, body=f"Fixes {ISSUE}", url=f"https://{HOST}/{REPO}/pull/2"),
        ],
        post=f"---\ncommit: abcdef1234\n---\n# A\n\nTests {ISSUE}, and https://github.com/{REPO}/issues/1 is another.\n",
    )
    edges = {(e.source, e.kind, e.target) for e in built.journal.graph.edges}
    assert (f"pull:{REPO}#2", EdgeKind.CLOSES, f"issue:{REPO}#1") in edges
    assert ("post:post", EdgeKind.TESTS, f"issue:{REPO}#1") in edges
    assert 'href="../../issues/1/"' in page_of(built, "pulls/2")
    (post,) = built.journal.posts
    html = f"<h1>A</h1><p>{ISSUE} and {REPO}#9</p>"
    page = decorate(html, built.book.place_of(post), [post])
    assert 'href="../../journal/issues/1/"' in page
    assert f'href="https://{HOST}/{REPO}/issues/9"' in page
    assert f'href="https://{HOST}/{REPO}/commit/abcdef1234"' in page


def test_names_and_commits_in_a_record_lead_to_its_own_server() -> None:
    sha = "0123456789abcdef0123456789abcdef01234567"
    body = f"@mara wrote {sha}, [here](docs/a.md)"
    built = build([make_issue(1, body=body, url=ISSUE)])
    page = page_of(built, "issues/1")
    assert f'href="https://{HOST}/mara"' in page
    assert f'href="https://{HOST}/{REPO}/commit/{sha}"' in page
    assert f'href="https://{HOST}/{REPO}/blob/HEAD/docs/a.md"' in page
    assert "github.com" not in page


def test_the_host_is_part_of_what_a_text_is_made_from() -> None:
    renderer, record = Renderer(), make_issue(1, url=ISSUE)
    for one in (record, record, replace(record, url=None)):
        renderer.render([one])
    assert renderer.rendered == 2
