"""Statuses, outcomes, types, tags and people: stable addresses, one page each, linked."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from journal_plugin.matching import fold_text
from journal_plugin.model import Author, AuthorKind
from journal_plugin.pages.facets import Axis, find_facets, slug_of
from journal_plugin.vocabulary import Outcome, Status
from tests.support.make import build, make_issue, page_of


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("rounding", "rounding"),
        ("Mode Collapse", "mode-collapse"),
        ("mode_collapse", "mode-collapse"),
        ("@mira-sample", "mira-sample"),
        ("  two   words ", "two-words"),
    ],
)
def test_plain_names_are_their_own_address(name: str, slug: str) -> None:
    assert slug_of(name) == slug


def test_names_that_an_address_cannot_show_stay_apart() -> None:
    names = ["C", "C++", "C#", "naïve", "naive", "index", "学習", "学习", "🚀"]
    slugs = {slug_of(name) for name in names}
    assert len(slugs) == len(names)
    assert slug_of("C") == "c"
    assert slug_of("index") != "index"
    assert all(slug.isascii() and slug for slug in slugs)


@given(st.text(min_size=1), st.text(min_size=1))
def test_different_names_never_share_an_address(one: str, two: str) -> None:
    def key(name: str) -> str:
        return fold_text(" ".join(name.split()).removeprefix("@"))

    if key(one) != key(two):
        assert slug_of(one) != slug_of(two)
    else:
        assert slug_of(one) == slug_of(two)


def test_spellings_of_a_tag_are_one_facet_under_the_most_frequent() -> None:
    built = build(
        a="---\ntags: [Mode Collapse]\n---\n# A\n",
        b="---\ntags: [mode-collapse, other]\n---\n# B\n",
        c="---\ntags: [mode-collapse]\n---\n# C\n",
    )
    facets = find_facets(built.journal)
    tags = facets.by_axis[Axis.TAG]
    assert [(tag.slug, tag.name, len(tag.posts)) for tag in tags] == [
        ("mode-collapse", "mode-collapse", 3),
        ("other", "other", 1),
    ]
    assert facets.find("tags", "MODE COLLAPSE") is tags[0]


def test_an_address_does_not_depend_on_other_tags() -> None:
    alone = build(a="---\ntags: [C++]\n---\n# A\n")
    both = build(a="---\ntags: [C++]\n---\n# A\n", b="---\ntags: [C]\n---\n# B\n")
    slug = alone.book.facets.by_axis[Axis.TAG][0].slug
    assert slug in {tag.slug for tag in both.book.facets.by_axis[Axis.TAG]}


def test_every_status_and_outcome_has_a_page_even_without_posts() -> None:
    built = build(a="---\nstatus: complete\noutcome: success\n---\n# A\n")
    uris = {page.uri for page in built.pages}
    assert {f"journal/status/{status}.md" for status in Status} <= uris
    assert {f"journal/outcomes/{outcome}.md" for outcome in Outcome} <= uris
    assert "Nothing at the moment." in page_of(built, "status/running")
    assert "posts/a" in page_of(built, "status/complete")


def test_axes_without_values_have_no_index() -> None:
    uris = {page.uri for page in build(a="# A\n").pages}
    assert "journal/tags/index.md" not in uris
    assert "journal/people/index.md" not in uris


def test_people_get_the_kind_that_the_records_know() -> None:
    records = [
        make_issue(1, author=Author(login="Quill", kind=AuthorKind.AI)),
        make_issue(2, author=Author(login="mara", kind=AuthorKind.HUMAN)),
    ]
    built = build(records, a="---\nauthors: [quill, mara, nobody, 'sync[bot]', claude]\n---\n# A\n")
    kinds = {person.name: person.kind for person in built.book.facets.by_axis[Axis.PERSON]}
    assert kinds == {
        "quill": AuthorKind.AI,
        "mara": AuthorKind.HUMAN,
        "nobody": None,
        "sync[bot]": AuthorKind.BOT,
        "claude": AuthorKind.AI,
    }
    assert '<span class="journal-mark">AI</span>' in page_of(built, "people/index")


def test_people_of_a_problem_are_listed_with_what_they_opened() -> None:
    built = build(
        [make_issue(1, labels=("problem",)), make_issue(2, author=Author(login="passer-by"))],
        a="---\nproblem: title-of-1\n---\n# A\n",
    )
    names = [person.name for person in built.book.facets.by_axis[Axis.PERSON]]
    assert names == ["mara"]
    assert "Title of 1" in page_of(built, "people/mara")


def test_hostile_tags_stay_text() -> None:
    built = build(a="---\ntags: ['<script>alert(1)</script>', '../../up', 'a\"b']\n---\n# A\n")
    everything = " ".join(page.html for page in built.pages)
    assert "<script>alert" not in everything
    assert all(".." not in page.uri for page in built.pages)


def test_long_lists_go_over_several_pages() -> None:
    texts = {f"p{n:03}": "---\ntags: [many]\nstatus: complete\n---\n# P\n" for n in range(201)}
    built = build(**texts)
    assert page_of(built, "tags/many").count('<li class="journal-row">') == 200
    assert page_of(built, "tags/many/page-2").count('<li class="journal-row">') == 1
    assert 'href="page-2/"' in page_of(built, "tags/many")


def test_badges_and_tags_lead_to_their_pages() -> None:
    built = build(a="---\nstatus: running\ntags: [t]\ntype: ablation\nauthors: [mara]\n---\n# A\n")
    table = page_of(built, "experiments/index")
    for target in ("../status/running/", "../tags/t/", "../types/ablation/", "../people/mara/"):
        assert f'href="{target}"' in table
