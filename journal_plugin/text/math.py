r"""Formulas: inert text that a script may draw, where it is plainly notation.

GitHub's forms are `$x$`, ``$`x`$``, `$$x$$` and a `math` fence. Each comes out as
`<span class="arithmatex">\(x\)</span>`, the generic form of `pymdownx.arithmatex` that MathJax and
KaTeX set-ups look for; without JavaScript the source stays readable.

A formula is a program for those scripts. Macros that make links, styles, attributes, images, boxes
or new macros are refused, and such a formula is shown as code.
"""

from __future__ import annotations

import re
from html import escape

MAX_FORMULA = 2000
"""Characters of a formula that is drawn."""
_REFUSED = re.compile(
    r"\\(?:href|url|html|class|cssId|style|data|includegraphics|require|unicode|mmlToken|bbox|"
    r"[gex]?def|let|futurelet|global|newcommand|renewcommand|providecommand|newenvironment|"
    r"renewenvironment|DeclareMathOperator|DeclarePairedDelimiter|csname|catcode|char|action|"
    r"toggle|texttip|tooltip|mathtip|input|include|write|read|special|loop|expandafter|verb|"
    r"rule|Rule|Space|kern|mkern|hskip|mskip|raise|lower|moveleft|moveright|[()\[\]])"
    r"|\$\$|<!--|-->"
)
_MAX_GROUPS = 64
_MAX_ENVIRONMENTS = 8


def render_formula(body: str, *, is_display: bool, element: str = "span") -> str:
    """A formula as inert HTML, or as code where it uses more than notation."""
    text = escape(body, quote=False)
    if not is_safe_formula(body):
        return f"<code>{text}</code>"
    start, end = ("\\[", "\\]") if is_display else ("\\(", "\\)")
    return f'<{element} class="arithmatex">{start}{text}{end}</{element}>'


def is_safe_formula(body: str) -> bool:
    """Whether a formula is short, shallow and made of notation alone."""
    # A pair of backslashes ends a row; what follows it is no macro.
    macros = body.replace(r"\\", " ")
    return (
        len(body) <= MAX_FORMULA
        and body.count("{") <= _MAX_GROUPS
        and body.count("\\begin") <= _MAX_ENVIRONMENTS
        and not _REFUSED.search(macros)
    )
