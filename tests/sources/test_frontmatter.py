"""Front matter: read in bounded time, never an exception, each finding at its line of the file."""

from __future__ import annotations

import datetime as dt
import tarfile
import time
from typing import TYPE_CHECKING

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from journal_plugin.sources.frontmatter import load_front_matter
from journal_plugin.sources.yaml_loader import MAX_ALIASES, MAX_DEPTH, MAX_SIZE
from tests.support.dumps import find_data

if TYPE_CHECKING:
    from journal_plugin.sources.frontmatter import FrontMatter


def _load(block: str, *, body: str = "\n# Hi\n") -> FrontMatter:
    return load_front_matter(f"---\n{block}\n---\n{body}", "docs/a.md")


def _codes(parts: FrontMatter) -> list[tuple[int, str]]:
    return [(found.line, found.code) for found in parts.diagnostics]


def _hostile() -> dict[str, str]:
    with tarfile.open(find_data("security/yaml.tgz")) as archive:
        files = {member.name: archive.extractfile(member) for member in archive}
        return {name: file.read().decode() for name, file in files.items() if file}


@pytest.mark.parametrize("name", sorted(_hostile()))
def test_hostile_blocks_load_at_once(name: str) -> None:
    start = time.process_time()
    parts = _load(_hostile()[name].rstrip("\n"))
    assert time.process_time() - start < 0.1
    assert parts.content in ("# Hi\n", f"---\n{_hostile()[name].rstrip()}\n---\n\n# Hi\n")
    assert all(found.line <= parts.content_line for found in parts.diagnostics)


@pytest.mark.parametrize(
    ("name", "meta", "codes"),
    [
        ("at_user.yml", {}, [(2, "broken-front-matter")]),
        ("billion_laughs.yml", {}, [(4, "front-matter-too-large")]),
        ("bom.yml", {"title": "x"}, []),
        ("cycle.yml", {}, [(2, "front-matter-too-large")]),
        ("deep_block.yml", {}, [(1, "front-matter-too-large")]),
        ("dup_keys.yml", {"title": "b"}, [(3, "duplicate-key")]),
        ("env_tag.yml", {"x": ["GITHUB_TOKEN"]}, [(2, "unknown-tag")]),
        ("hash_issue.yml", {"issues": [12, 13]}, [(2, "hash-in-front-matter")]),
        ("html_title.yml", {"title": "<script>alert(1)</script>"}, []),
        ("int_bomb.yml", {}, [(1, "front-matter-too-large")]),
        ("merge_bomb.yml", {}, [(5, "front-matter-too-large")]),
        (
            "norway.yml",
            {
                "country": False,
                "ver": 1.1,
                "date": "2024-02-30",
                "sexa": "12:30:45",
                "oct": "0o17",
                "True": True,
            },
            [],
        ),
        ("not_map_scalar.yml", {}, []),
        ("null.yml", {}, []),
        ("python_name.yml", {"x": ""}, [(2, "unknown-tag")]),
        ("quadratic.yml", {}, [(1, "front-matter-too-large")]),
        ("sexagesimal_bomb.yml", {}, [(1, "front-matter-too-large")]),
        ("tz_date.yml", {"date": "2024-01-01T00:00:00+25:00"}, []),
    ],
)
def test_what_hostile_blocks_say(
    name: str, meta: dict[str, object], codes: list[tuple[int, str]]
) -> None:
    parts = _load(_hostile()[name].rstrip("\n"))
    assert (dict(parts.meta), _codes(parts)) == (meta, codes)


@pytest.mark.parametrize(
    ("block", "expected", "line"),
    [
        ("issues: #12, #13", {"issues": [12, 13]}, 2),
        ("issues: [#12]", {"issues": [12]}, 2),
        ("title: a\nprs: [#12, o/n#3]", {"title": "a", "prs": [12, "o/n#3"]}, 3),
        ("issues:\n  - 1\n  - #12", {"issues": [1, 12]}, 4),
        ("title: a\nissues: #1, #2 # both", {"title": "a", "issues": [1, 2]}, 3),
        ("experiment:\n  prs: #1 #2", {"experiment": {"prs": [1, 2]}}, 3),
    ],
)
def test_hash_is_explained_and_read_all_the_same(
    block: str, expected: dict[str, object], line: int
) -> None:
    parts = _load(block)
    assert parts.meta == expected
    assert _codes(parts) == [(line, "hash-in-front-matter")]
    assert "write `" in parts.diagnostics[0].message


@pytest.mark.parametrize(
    ("block", "expected"),
    [
        ("issues: 12 # the main one", {"issues": 12}),
        ("issues: [12] # and #13 later", {"issues": [12]}),
        ("issues: {12: design} # not #13", {"issues": {12: "design"}}),
        ("title: a #1", {"title": "a"}),
        ('prs: ["o/n#3"]', {"prs": ["o/n#3"]}),
    ],
)
def test_a_comment_is_a_comment(block: str, expected: dict[str, object]) -> None:
    parts = _load(block)
    assert parts.meta == expected
    assert parts.diagnostics == ()


@pytest.mark.parametrize(
    ("block", "expected"),
    [
        ("title: no", {"title": "no"}),
        ("title: 1.10", {"title": "1.10"}),
        ("commit: 0123456", {"commit": "0123456"}),
        ("commit: 12e4567", {"commit": "12e4567"}),
        ("tags: [on, 2024-01-01, 1.0]", {"tags": ["on", "2024-01-01", "1.0"]}),
        ("title: ~", {"title": None}),
        ("title: 3", {"title": "3"}),
        ("draft: yes", {"draft": True}),
        ("date: 2024-01-02", {"date": dt.date(2024, 1, 2)}),
        ("params: {lr: 1e-4, n: 1_000, h: 0x10}", {"params": {"lr": 1e-4, "n": 1000, "h": 16}}),
        ("12: x", {"12": "x"}),
    ],
)
def test_words_stay_words_and_numbers_numbers(block: str, expected: dict[str, object]) -> None:
    assert _load(block).meta == expected


@pytest.mark.parametrize("start", ["", "\ufeff"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_do_not_depend_on_line_ends(start: str, end: str) -> None:
    text = end.join(["---", "title: a", "experiment:", "  status: b", "---", "", "text", ""])
    parts = load_front_matter(start + text, "a.md")
    assert parts.content == "text\n"
    assert parts.content_line == 7
    assert parts.lines == {"title": 2, "experiment": 3, "status": 4}


@pytest.mark.parametrize(
    "text", ["", "text", "---", "---\n\ntext\n", "---\ntext\n---\n", " ---\na: b\n---\n", "----\n"]
)
def test_text_without_front_matter_stays_whole(text: str) -> None:
    parts = load_front_matter(text, "a.md")
    assert (parts.content, parts.content_line, parts.meta) == (text.lstrip("\n"), 1, {})
    assert parts.diagnostics == ()


def test_missing_fence_is_reported() -> None:
    parts = load_front_matter("---\ntitle: a\n\ntext\n", "a.md")
    assert _codes(parts) == [(1, "unclosed-front-matter")]


def test_broken_block_names_the_line_of_the_file() -> None:
    parts = _load("title: a\nstatus: b\nmetrics: {a: 1")
    assert parts.meta == {}
    assert parts.content == "# Hi\n"
    (found,) = parts.diagnostics
    assert str(found).startswith("docs/a.md:")
    assert found.code == "broken-front-matter"
    assert found.line in (4, 5)


def test_limits() -> None:
    assert _load("a: " + "[" * (MAX_DEPTH - 1) + "]" * (MAX_DEPTH - 1)).diagnostics == ()
    deep = _load("a: " + "[" * MAX_DEPTH + "]" * MAX_DEPTH)
    many = _load("a: &a 1\nb: [" + "*a, " * (MAX_ALIASES + 1) + "]")
    long = _load(f"a: {'x' * MAX_SIZE}")
    assert {code for parts in (deep, many, long) for _, code in _codes(parts)} == {
        "front-matter-too-large"
    }
    assert _load("a: " + "9" * 19).meta == {"a": "9" * 19}
    assert _codes(_load("a: " + "9" * 19)) == [(2, "number-too-large")]


def test_worst_merges_within_the_limits_are_quick() -> None:
    keys = ", ".join(f"k{number}: 1" for number in range(1300))
    block = f"b: &b {{{keys}}}\nc: &c {{<<: [*b,*b,*b]}}\nd: &d {{<<: [*c,*c,*c]}}\ne: {{<<: [*d,*d,*d]}}"
    start = time.process_time()
    assert len(_load(block).meta["e"]) == 1300  # type: ignore[arg-type]
    assert time.process_time() - start < 0.5


@given(st.text(max_size=300))
def test_any_text_loads(text: str) -> None:
    load_front_matter(text, "a.md")
    load_front_matter(f"---\n{text}\n---\nbody", "a.md")


@given(st.text(alphabet="ab: -[]{},#&*!|>'\"\n\t%@`?<~=0123.", max_size=120))
def test_any_yaml_like_text_loads(text: str) -> None:
    parts = load_front_matter(f"---\n{text}\n---\nbody", "a.md")
    assert all(found.line >= 1 for found in parts.diagnostics)


@given(
    st.dictionaries(
        st.sampled_from(["title", "x", "status", "params"]),
        st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=40),
    )
)
def test_what_safe_dump_writes_comes_back(data: dict[str, str]) -> None:
    block = yaml.safe_dump(data, allow_unicode=True, width=10_000).rstrip("\n")
    if data and "\n---\n" not in f"\n{block}\n":
        assert _load(block).meta == data
