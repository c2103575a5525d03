"""The summary of the job: every text from GitHub is hostile."""

from __future__ import annotations

import json
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

import comrak
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.deploy.actions import parse_outputs

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

from journal_action.markdown import escape, make_table
from journal_action.pages import find_site_url
from journal_action.runner import SUMMARY_LIMIT, Runner
from journal_action.summary import MAX_ROWS, summarize

HOSTILE = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[click](javascript:alert(1))",
    "![x](https://evil.example/x.png)",
    "a | b | c",
    "`code` | ``` more",
    "# heading",
    "*em* _em_ ~~gone~~ **strong**",
    "https://evil.example/ www.evil.example mail@evil.example",
    "<https://evil.example>",
    "first\n\n# second\r\n| third |",
    "&lt;b&gt; &#60;b&#62; &amp;",
    "\\<b\\> \\\\| \\",
    "<!-- hidden",
    "</details></table>",
    "- item\n1. item",
    "$x$ ``` :tada: ^[note] [^1]",
    "\x00\x1b[31m\u202e",
)


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        assert not [name for name, _ in attrs if name.startswith("on")]

    def handle_data(self, data: str) -> None:
        self.text += data


def read(markdown: str) -> _Tags:
    """What GitHub's flavour makes of it."""
    extensions = comrak.ExtensionOptions()
    for name in ("table", "autolink", "strikethrough", "tasklist", "footnotes", "alerts"):
        assert hasattr(extensions, name)
        setattr(extensions, name, True)
    render = comrak.RenderOptions()
    render.unsafe_ = True
    parser = _Tags()
    parser.feed(
        comrak.render_markdown(markdown, extension_options=extensions, render_options=render)
    )
    return parser


def test_reader_would_notice() -> None:
    assert read("<b>x</b> www.example.org").tags == ["p", "b", "a"]


def visible(text: str) -> str:
    printable = "".join(c if c.isprintable() else " " for c in text)
    return " ".join(printable.split())


@pytest.mark.parametrize("text", HOSTILE)
def test_text_stays_text(text: str) -> None:
    found = read(f"before {escape(text)} after")
    assert found.tags == ["p"]
    shown = found.text.replace("\u2060", "").strip()
    assert shown == f"before {visible(text)} after"


@given(st.text(max_size=100))
def test_any_text_stays_one_cell(text: str) -> None:
    found = read(make_table(("A", "B"), [(escape(text), "end")]))
    assert set(found.tags) <= {"table", "thead", "tbody", "tr", "th", "td"}
    assert found.tags.count("td") == 2


@pytest.mark.parametrize("text", ["@ada", "#18", "acme/lab#18", "GH-18", "gh-18", "a @ada/team"])
def test_nobody_is_mentioned_and_nothing_linked(text: str) -> None:
    """GitHub looks for these in the finished text."""
    shown = read(escape(text)).text
    assert "\u2060" in shown
    for sign in ("@", "#", "GH-", "gh-"):
        assert all(part.startswith("\u2060") for part in shown.split(sign)[1:])


def make_data(title: str, count: int = 1) -> dict[str, Any]:
    gap = {
        "code": "no-validation",
        "message": f"{title} was never validated",
        "node": "x",
        "severity": "info",
    }
    drift = gap | {"code": "closed-but-running", "message": title, "severity": "warning"}
    problem = {
        "slug": "p",
        "title": title,
        "status": "running",
        "outcome": None,
        "url": "journal/problems/p/",
        "phases": {"problem": [{}], "analysis": []},
        "gaps": [gap, drift],
    }
    post = {
        "slug": "a",
        "title": title,
        "date": "2026-05-01T00:00:00Z",
        "status": None,
        "outcome": "mixed",
        "url": "posts/a/",
    }
    return {
        "problems": [problem] * count,
        "posts": [post] * count,
        "records": [{"kind": "issue"}, {"kind": "pull"}, {"kind": "pull"}],
        "diagnostics": [{"severity": "warning"}],
    }


def summary_of(tmp_path: Path, data: Mapping[str, Any], **environment: str) -> tuple[str, str]:
    """The summary and the outputs."""
    (tmp_path / "journal" / "data").mkdir(parents=True)
    (tmp_path / "journal" / "data" / "journal.json").write_text(json.dumps(data))
    runner = Runner.from_environment(
        {
            "GITHUB_WORKSPACE": str(tmp_path),
            "RUNNER_TEMP": str(tmp_path),
            "GITHUB_OUTPUT": str(tmp_path / "output"),
            "GITHUB_STEP_SUMMARY": str(tmp_path / "summary"),
            **environment,
        }
    )
    summarize(runner)
    return (tmp_path / "summary").read_text(), (tmp_path / "output").read_text()


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_titles_in_the_whole_summary(tmp_path: Path, text: str) -> None:
    markdown, _ = summary_of(tmp_path, make_data(text), PAGE_URL="https://acme.github.io/lab/")
    found = read(markdown)
    allowed = {
        "h2",
        "h3",
        "table",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
        "p",
        "ul",
        "li",
        "code",
        "a",
    }
    assert set(found.tags) <= allowed
    assert found.tags.count("a") == 2, "the problem and the post, nothing else"
    assert found.tags.count("td") == 7 + 5 + 4


def test_status_gaps_and_drift(tmp_path: Path) -> None:
    markdown, outputs = summary_of(tmp_path, make_data("Collapse"), PAGE_URL="https://x.example/")
    assert (
        "[Collapse](<https://x.example/journal/problems/p/>) | running | none yet | 1 of 2 | 2 |"
        in markdown
    )
    gaps, _, drift = markdown.partition("### Gaps")[2].partition("### Drift")
    assert "no-validation" in gaps
    assert "closed-but-running" not in gaps
    assert "closed-but-running" in drift
    assert "gaps<<" in outputs
    assert "| 1 | 1 | 1 | 2 | 0 | 1 | 0 |" in markdown


def test_long_tables_are_cut(tmp_path: Path) -> None:
    markdown, _ = summary_of(tmp_path, make_data("Collapse", 5000))
    assert markdown.count("| running |") == MAX_ROWS
    assert "… and 4900 more on the site." in markdown
    assert len(markdown.encode()) < SUMMARY_LIMIT


def test_summary_never_exceeds_what_github_takes(tmp_path: Path) -> None:
    environment = {
        "GITHUB_WORKSPACE": str(tmp_path),
        "RUNNER_TEMP": str(tmp_path),
        "GITHUB_STEP_SUMMARY": str(tmp_path / "s"),
    }
    Runner.from_environment(environment).add_summary("é line\n" * 500_000)
    content = (tmp_path / "s").read_bytes()
    assert SUMMARY_LIMIT - 200 < len(content) <= SUMMARY_LIMIT
    assert content.decode().endswith("*The summary is cut here.*\n")


@pytest.mark.parametrize("value", ["a\nb=c", "x\n<<EOF\nEOF\ninjected=1", "end-0"])
def test_output_cannot_set_another_output(tmp_path: Path, value: str) -> None:
    environment = {
        "GITHUB_WORKSPACE": str(tmp_path),
        "RUNNER_TEMP": str(tmp_path),
        "GITHUB_OUTPUT": str(tmp_path / "o"),
    }
    Runner.from_environment(environment).set_output("name", value)
    assert parse_outputs((tmp_path / "o").read_text()) == {"name": value}


@pytest.mark.parametrize(
    ("configured", "repository", "expected"),
    [
        ("https://lab.example/docs", "acme/lab", "https://lab.example/docs/"),
        (None, "Acme/Lab", "https://acme.github.io/Lab/"),
        (None, "Acme/acme.github.io", "https://acme.github.io/"),
        ("", "acme/lab", "https://acme.github.io/lab/"),
    ],
)
def test_address_of_the_site(configured: str | None, repository: str, expected: str) -> None:
    assert find_site_url(configured, {"GITHUB_REPOSITORY": repository}) == expected
