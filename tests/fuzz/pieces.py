"""What fuzzed texts are made of: pieces that mean something to a parser, and pieces of anything."""

from __future__ import annotations

from hypothesis import strategies as st

ANYTHING = st.text(max_size=12)
NUMBERS = st.sampled_from(
    ("0", "1", "18", "007", "-3", "9999999999", "99999999999", "9" * 4400, "1e999", "²", "٣", "18a")
)
DATES = st.sampled_from(
    (
        *("2026-02-16", "2026-02-30", "2026-13-01", "0000-00-00", "9999-12-31", "10000-01-01"),
        *(
            "2026-02-16T00:00:00+99:00",
            "2026-02-16 25:61:61",
            "16/02/2026",
            "0001-01-01T00:00:00+14:00",
        ),
    ),
)
REFERENCES = st.sampled_from(
    (
        *("#18", "GH-18", "gh-0", "#0", "#", "lab/model#18", "lab/model#", "./..#1", "../..#1", "a/b/c#1"),
        *("https://github.com/lab/model/issues/18", "https://github.com/lab/model/pull/18#issuecomment-1"),
        *("http://www.github.com/lab/model/pull/18/files?x=%", "https://github.com/../../issues/1"),
        *("https://github.com/lab/model/issues/", "//github.com/lab/model/issues/18", "0123456789abcdef"),
        *("#9999999999", "#99999999999", "@mara", "@lab/team", "a@b.example", "www.example.org/#18"),
    ),
)  # fmt: skip
RELATIONS = st.sampled_from(
    (
        *(
            "Closes",
            "fixes:",
            "Part of",
            "fixed by",
            "follow-up to",
            "Builds on issue",
            "superseded with",
        ),
        *("validates PR", "sub-issue of", "İ", "\u017f", "ﬁxes"),
    ),
)
MARKS = st.sampled_from(
    (
        *("\n", "\n\n", "\r\n", "\r", "\t", "    ", " ", "\u2028", "\x00", "\x1b[31m", "\ufeff", "\u202e"),
        *("`", "```", "~~~", "``` {.python exec=1}\n", "$$", "$", "\\", "|", "---", "|---|---|\n", "> "),
        *("- ", "- [ ] ", "1. ", "# ", "###### ", "<!--", "-->", "<", ">", "&", "&#x0;", "&#55296;", "&amp"),
        *("[", "](", ")", "[^1]", "[^1]: ", "![", "*", "**", "_", "~~", "==", ":smile:", "> [!NOTE]\n"),
        *("<details>", "<summary>", "</details>", "<a href='", "<img src=", "<script>", "</script>", "'>"),
        *("<svg><style>", "<math><mtext>", "<p onclick=", "javascript:", "data:text/html,", "<?", "<![CDATA["),
        *("```mermaid\ngraph TD\n", "```stl\n", "```diff\n", "{{", "}}", "{%", "%}", '--8<-- "', "::: ", "!!! "),
    ),
)  # fmt: skip
LINES = st.sampled_from(
    (
        *(
            "**Status**: ✅ Complete",
            "**Date**: ",
            "- **Issue:** ",
            "| Status | ",
            "# Log\n",
            "## 2026-01-31: ",
        ),
        *(
            "epoch: 12, loss: 0.34\n",
            "step=500 val_acc=nan\n",
            "status: running\n",
            "### Hypothesis\n\n",
        ),
    ),
)
PROSE = st.lists(
    st.one_of(ANYTHING, NUMBERS, REFERENCES, RELATIONS, MARKS, LINES, st.just(" ")), max_size=40
).map("".join)
"""A text of any kind, as a body, a comment or a post."""

KEYS = st.sampled_from(
    ("title date status outcome type problem issues prs phase follows supersedes corrects replicates "  # noqa: SIM905 - a word list
     "hypothesis success_criteria metrics params data commit command hardware cost authors tags draft "
     "experiment issue pr stauts categories date-modified links pin slug <<").split()
)  # fmt: skip
SCALARS = st.one_of(
    ANYTHING, NUMBERS, DATES, REFERENCES, RELATIONS,
    st.sampled_from(
        (
            *("", "~", "null", "true", "yes", "complete", "✅ Complete - all", "[18, 20]", "[#18]", "{19: design}"),
            *("{value: 3.79, unit: bits, better: higher}", "{loss: {value: .nan}}", "*a", "&a [*a]", "!!python/x 1"),
            *("|", ">-", "[", "{", "'", '"', "? x", "!ENV X", "0x1F", "0o17", "1_000", "12:30:45", ".inf", "=", "@x"),
            *("../../etc/passwd", "data/*.csv", "https://x.example/run.csv", "C:\\x", "a/b#1", "{a: {b: {c: [d]}}}"),
        ),
    ),
)  # fmt: skip
INDENTS = st.sampled_from(("", "", "", "  ", "    ", "- ", "  - ", "\t"))
YAML_LINES = st.one_of(
    st.tuples(INDENTS, KEYS, st.just(": "), SCALARS).map("".join),
    st.tuples(INDENTS, SCALARS).map("".join),
)
BLOCKS = st.lists(YAML_LINES, max_size=12).map("\n".join)
FENCES = st.sampled_from(
    ("---\n", "---\n", "---\n", "--- \n", "---\r\n", "\ufeff---\n", "...\n", "")
)
POSTS = st.tuples(FENCES, BLOCKS, st.just("\n"), FENCES, PROSE).map("".join)
"""A Markdown file with front matter, or with something like it."""
