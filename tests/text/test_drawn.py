"""Diagrams, formulas and colours: drawn where it is safe, shown as code in doubt."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from journal_plugin.text.body import render_body
from journal_plugin.text.diagram import find_safe_diagram
from journal_plugin.text.emoji import find_table
from journal_plugin.text.highlight import COSTS, LANGUAGES, MAX_CODE, Highlighter, find_lexer
from journal_plugin.text.math import is_safe_formula, render_formula


@pytest.mark.parametrize(
    "source",
    [
        "graph TD; A-->B",
        "flowchart LR\n  A[one] -->|yes| B{two?}\n  B <--> C",
        "sequenceDiagram\n  A->>B: hello\n  Note over A,B: a<br>b",
        "classDiagram\n  class A {\n    <<interface>>\n    +int x\n  }\n  A <|-- B",
        "stateDiagram-v2\n  [*] --> A",
        'pie title P\n  "a" : 3',
        "gantt\n  title G\n  section S\n  a :a1, 2026-01-01, 3d",
        "erDiagram\n  A ||--o{ B : has",
    ],
)
def test_plain_diagrams_are_drawn_as_they_are(source: str) -> None:
    assert find_safe_diagram(source) == source


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("%%{init: {'a': 1}}%%\ngraph TD\nA-->B", "graph TD\nA-->B"),
        ('graph TD\nA-->B\nclick A href "https://e.x"', "graph TD\nA-->B"),
        ("graph TD\nA-->B\n  CLICK A call f()", "graph TD\nA-->B"),
        ("graph TD;A-->B;click A callback", "graph TD;A-->B"),
        ("graph TD\nA:::x-->B\nclassDef x fill:red\nstyle A fill:red", "graph TD\nA-->B"),
        ("sequenceDiagram\nlink A: x @ https://e.x\nA->>B: b", "sequenceDiagram\nA->>B: b"),
        ("%% comment\ngraph TD\nA-->B", "graph TD\nA-->B"),
    ],
)
def test_what_could_act_is_dropped(source: str, expected: str) -> None:
    assert find_safe_diagram(source) == expected


@pytest.mark.parametrize(
    "source",
    [
        "",
        "not a diagram",
        "---\nconfig:\n  securityLevel: loose\n---\ngraph TD\nA-->B",
        'graph TD\nA["<img src=x onerror=alert(1)>"]',
        'graph TD\nA["#60;img src=x#62;"]',
        'graph TD\nA["&lt;img&gt;"]',
        'graph TD\nA@{ img: "https://e.x/a.png" }',
        'graph TD\nA["javascript:alert(1)"]',
        'graph TD\nA["`**x**`"]',
        'graph TD\nA["$$x$$"]',
        "graph TD\nA-->B %%{init: {}}%%",
        "graph TD\nA[//e.x/a]",
        "C4Context\nPerson(a, b)",
        "architecture-beta\ngroup a(cloud)[x]",
        "graph TD\n" + "A-->B\n" * 400,
        "graph TD\nA[" + "x" * 400 + "]",
    ],
)
def test_in_doubt_a_diagram_stays_code(source: str) -> None:
    assert find_safe_diagram(source) is None
    html = render_body(f"```mermaid\n{source}\n```", None).html
    assert 'class="mermaid"' not in html
    assert '<div class="language-mermaid highlight">' in html


def test_diagram_reaches_the_theme_as_text() -> None:
    html = render_body('```mermaid\ngraph TD\nA["x > y"]-->B\n```', None).html
    assert html == '<pre class="mermaid"><code>graph TD\nA["x &gt; y"]--&gt;B</code></pre>\n'


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("$a_1 * b_2*c$", r'<p><span class="arithmatex">\(a_1 * b_2*c\)</span></p>'),
        ("$`x`$", r'<p><span class="arithmatex">\(x\)</span></p>'),
        ("a $$x<y$$", r'<p>a <span class="arithmatex">\[x&lt;y\]</span></p>'),
        ("$$\n\\int x\n$$", '<div class="arithmatex">\\[\\int x\\]</div>'),
        ("```math\na\n```", '<div class="arithmatex">\\[a\\]</div>'),
        ("`$x$` $5 and $6", "<p><code>$x$</code> $5 and $6</p>"),
        (r"$\href{javascript:x}{y}$", r"<p><code>\href{javascript:x}{y}</code></p>"),
    ],
)
def test_formulas(source: str, expected: str) -> None:
    assert render_body(source, None).html.strip() == expected


@pytest.mark.parametrize(
    "body",
    [
        r"\href{a}{b}", r"\url{a}", r"\htmlClass{a}{b}", r"\cssId{a}{b}", r"\style{a}{b}",
        r"\class{a}{b}", r"\data{a}{b}", r"\includegraphics{a}", r"\require{html}", r"\unicode{1}",
        r"\bbox[red]{a}", r"\def\a{\a\a}\a", r"\gdef\a{b}", r"\let\a\b", r"\newcommand{\a}{b}",
        r"\csname href\endcsname", r"\rule{9em}{9em}", r"\\\href{a}{b}", r"a\)<b>\(", r"a\]b",
        "{" * 100, "x" * 3000, "a$$b",
    ],
)  # fmt: skip
def test_formulas_that_are_programs_stay_code(body: str) -> None:
    assert not is_safe_formula(body)
    assert render_formula(body, is_display=False).startswith("<code>")


@pytest.mark.parametrize(
    "body", [r"\frac{a}{b} \leq \left( \chi \right)", r"\begin{pmatrix}a\\[2pt]b\end{pmatrix}"]
)
def test_notation_is_drawn(body: str) -> None:
    assert is_safe_formula(body)


@given(st.text(max_size=80))
def test_formula_text_cannot_leave_its_element(body: str) -> None:
    html = render_formula(body, is_display=True)
    assert html.count("<") == 2
    assert html.endswith(("</span>", "</code>"))


def test_every_language_has_a_lexer() -> None:
    for language in sorted(LANGUAGES):
        assert find_lexer(language)


_PIECES = (
    *('"', "'", "`", "(", "[", "{", "<", "/*", "//", "#", "\\", "$", "@", "-", "=", "a", "0", " "),
    *('"""', "'''", "<<a ", "/", "${", "<!--", "<a ", "a.", "a::", "a(", "0x", "'a", '"a', "\\\n"),
    *("a b ", "if ", "a, ", "r'", "[[", "{{", "%{", "<<<", "a=", ":a ", "a:\n", "\n", "\t", "-- "),
)


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_no_lexer_is_slow_on_repetition(language: str) -> None:
    for piece in _PIECES:
        lines = MAX_CODE // 520 // COSTS.get(language, 1)
        code = "\n".join([piece.replace("\n", "") * (480 // len(piece))] * lines)
        start = time.process_time()
        Highlighter().render(code, language)
        assert time.process_time() - start < 0.5, piece


def test_budget_of_colours() -> None:
    line = "x = 1\n"
    highlighter = Highlighter()
    assert "<span class" in highlighter.render(line * 900, "python")
    assert "<span class" not in highlighter.render(line * 1000, "python")
    assert "<span class" not in Highlighter().render("x = " + "1" * 600, "python")
    assert "<span class" not in Highlighter().render('x = "' + "(" * 100, "python")


@settings(max_examples=40)
@given(st.text(max_size=60), st.sampled_from(sorted(LANGUAGES)))
def test_highlighting_never_fails_nor_leaks_markup(code: str, language: str) -> None:
    html = Highlighter().render(code + "<script>&", language)
    assert "<script" not in html


def test_emoji() -> None:
    assert (find_table()[":+1:"], find_table()[":heart:"]) == ("👍", "❤️")
    assert len(find_table()) > 1800
