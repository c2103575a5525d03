"""The graph: which statements become edges, which become findings."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from journal_plugin.model import CrossReference, RecordId
from tests.support.make import REPO, build, codes_of, make_issue, make_pull

if TYPE_CHECKING:
    from journal_plugin.build import Build


def edges_of(built: Build, source: str | None = None) -> list[tuple[str, str, str]]:
    return [
        (edge.source, str(edge.kind), edge.target)
        for edge in built.journal.graph.edges
        if source in (None, edge.source) and not edge.target.startswith("problem:")
    ]


def issue(number: int) -> str:
    return f"issue:{REPO}#{number}"


def pull(number: int) -> str:
    return f"pull:{REPO}#{number}"


def test_front_matter_declares() -> None:
    built = build(
        [make_issue(18), make_pull(19)], a="---\nissues: [18]\nprs: {19: implementation}\n---\n"
    )
    assert edges_of(built, "post:a") == [
        ("post:a", "part-of", issue(18)),
        ("post:a", "tests", pull(19)),
    ]


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("Closes #18", "closes"),
        ("This fixes: #18.", "closes"),
        ("resolved lab/model#18", "closes"),
        ("Implements #18", "implements"),
        ("Tests #18", "tests"),
        ("Part of #18", "part-of"),
        ("See #18", "mentions"),
        ("https://github.com/lab/model/issues/18", "mentions"),
    ],
)
def test_words_before_a_reference_state_the_relation(body: str, kind: str) -> None:
    built = build([make_issue(18), make_pull(19, body=body)])
    assert edges_of(built, pull(19)) == [(pull(19), kind, issue(18))]


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("Fixed by #19.", "implements"),
        ("was implemented in PR #19", "implements"),
        ("Tracked in #19", "tests"),
        ("superseded by #19", "supersedes"),
        ("corrected in #19", "corrects"),
        ("prefixed by #19", None),
    ],
)
def test_passive_words_turn_the_relation_round(body: str, kind: str | None) -> None:
    built = build([make_issue(18, body=body), make_pull(19)])
    expected = (pull(19), kind, issue(18)) if kind else (issue(18), "mentions", pull(19))
    assert edges_of(built) == [expected]


def test_an_edge_knows_where_it_is_stated() -> None:
    text = "---\ntitle: A\n---\n# A\n\nFirst words.\n\n## Results\n\nAs\nshown in #18, it works.\n"
    built = build([make_issue(18)], a=text)
    (edge,) = built.journal.graph.find_outgoing("post:a")
    assert (edge.path, edge.line, edge.section) == ("docs/posts/a.md", 11, "Results")
    assert edge.sentence == "As shown in #18, it works."


def test_references_in_comments_name_the_comment() -> None:
    built = build([make_issue(18), make_issue(20, comments=("one", "see #18"))])
    (edge,) = built.journal.graph.find_outgoing(issue(20))
    assert edge.section == "comment 2"


def test_code_never_refers() -> None:
    text = "`#18` and\n\n```\n#18\n```\n\n    #18\n\n<code>#18</code>\n"
    assert edges_of(build([make_issue(18)], a=text)) == []


def test_github_events_fill_in_what_texts_do_not_say() -> None:
    target = make_issue(
        18,
        cross_references=(
            CrossReference(source=RecordId(REPO, 20)),
            CrossReference(source=RecordId(REPO, 21), kind="sub-issue"),
            CrossReference(source=RecordId(REPO, 22), kind="closes"),
            CrossReference(source=RecordId("else/where", 1)),
        ),
    )
    built = build([target, make_issue(20, body="see #18"), make_issue(21), make_pull(22)])
    rules = {(e.source, str(e.kind)): e.rule for e in built.journal.graph.find_incoming(issue(18))}
    assert rules == {
        (issue(20), "mentions"): "mentioned in the text",
        (issue(21), "part-of"): "sub-issue on GitHub",
        (pull(22), "closes"): "closing link on GitHub",
    }


@pytest.mark.parametrize(
    "name",
    ["b", "b.md", "./b.md", "posts/b", "docs/posts/b.md", "B", "../posts/b.md", "./../posts//b/"],
)
def test_posts_name_each_other_in_many_ways(name: str) -> None:
    built = build(a=f"---\nfollows: {name}\n---\n", b="---\ndate: 2026-01-01\n---\n")
    assert edges_of(built) == [("post:a", "follows", "post:b")]


def test_a_post_can_follow_an_issue() -> None:
    built = build([make_issue(18)], a="---\nissues: [18]\nfollows: '#18'\n---\n")
    assert ("post:a", "follows", issue(18)) in edges_of(built)


def test_unknown_records_are_reported_with_the_nearest_one() -> None:
    built = build([make_issue(98)], a="---\nissues: [99]\n---\n\nAnd #500 too.\n")
    messages = [str(found) for found in built.diagnostics]
    assert messages == [
        "docs/posts/a.md:2: unknown issue #99; did you mean #98? [unknown-record]",
        "docs/posts/a.md:5: unknown issue #500; run `journal sync` if it is new [unknown-record]",
    ]


@pytest.mark.parametrize(
    ("known", "advice"),
    [
        ((94,), "did you mean #94?"),
        ((93,), "run `journal sync` if it is new"),
        ((104,), "did you mean #104?"),
        ((105,), "run `journal sync` if it is new"),
        ((1, 97, 101, 300), "did you mean #97?"),
        ((1, 96, 101, 300), "did you mean #101?"),
    ],
)
def test_the_nearest_record_is_near(known: tuple[int, ...], advice: str) -> None:
    built = build([make_issue(number) for number in known], a="---\nissues: [99]\n---\n")
    (finding,) = built.diagnostics
    assert finding.message == f"unknown issue #99; {advice}"


def test_a_record_of_another_repository_is_named_with_it() -> None:
    records = [make_issue(18), make_issue(5, repo="a/data")]
    text = "See A/data#6, https://github.com/a/data/issues/50 and GH-19.\n"
    built = build(records, settings={"repos": ["a/data"]}, a=f"---\ntitle: A\n---\n\n{text}")
    assert [found.message for found in built.diagnostics] == [
        "unknown issue #19; did you mean #18?",
        "unknown issue A/data#6; did you mean A/data#5?",
        "unknown issue a/data#50; run `journal sync` if it is new",
    ]


def test_nothing_refers_to_itself() -> None:
    own = make_issue(
        18, body="see #18", cross_references=(CrossReference(source=RecordId(REPO, 18)),)
    )
    built = build([own, make_pull(19, closes=(RecordId(REPO, 19),))], a="---\nfollows: a\n---\n")
    assert edges_of(built) == []
    assert codes_of(built) == []


def test_a_statement_made_twice_in_one_place_is_one_edge() -> None:
    closing = (RecordId(REPO, 18),)
    event = (CrossReference(source=RecordId(REPO, 19), kind="closes"),)
    built = build([make_issue(18, cross_references=event), make_pull(19, closes=closing)])
    assert edges_of(built) == [(pull(19), "closes", issue(18))]


def test_a_repository_that_was_never_synced_is_said_once() -> None:
    built = build(a="---\nissues: [1, 2, 3]\n---\n")
    assert codes_of(built) == [(".journal", 1, "empty-snapshot")]


def test_foreign_repositories_are_nobodys_mistake() -> None:
    assert codes_of(build([make_issue(1)], a="See other/repo#7.\n")) == []


def test_unknown_posts_are_reported_with_the_nearest_one() -> None:
    built = build(a="---\nfollows: learned-roundin\n---\n", learned_rounding="---\ntitle: x\n---\n")
    assert [str(found) for found in built.diagnostics] == [
        (
            "docs/posts/a.md:2: follows names 'learned-roundin'; did you mean 'learned-rounding'? "
            "[unknown-post]"
        )
    ]


def test_repository_names_ignore_case_as_on_github() -> None:
    built = build([make_issue(18), make_pull(19, body="Closes LAB/Model#18")])
    assert edges_of(built) == [(pull(19), "closes", issue(18))]


def test_a_name_like_no_other_comes_with_advice_too() -> None:
    built = build(a="---\nfollows: xylophone\n---\n", b="---\ntitle: x\n---\n")
    assert [str(found) for found in built.diagnostics] == [
        "docs/posts/a.md:2: follows names 'xylophone'; no post has that slug or path [unknown-post]"
    ]
