"""Fenced code in the markup and token classes of Material, so that the site's colours apply."""

from __future__ import annotations

import re
from functools import cache
from html import escape
from typing import TYPE_CHECKING

from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_by_name

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pygments.lexer import Lexer

MAX_CODE = 6000
"""Characters of code that are coloured in one text; a lexer takes up to 12 µs for each."""
COSTS: Mapping[str, int] = {
    "java": 5,
    **dict.fromkeys(("hcl", "julia", "matlab", "rb", "ruby", "scala", "terraform"), 2),
}
"""How many times a character counts in languages whose lexer is not linear."""
_MIN_COST = 100
_MAX_LINE = 500
_MAX_RUN = 64

LANGUAGES = frozenset(
    "awk bash bat c c++ clojure cmake console cpp cs csharp css cu cuda cython dart diff "  # noqa: SIM905 - a word list
    "docker dockerfile elixir erlang fortran glsl go golang graphql haskell hcl hs html ini "
    "java javascript js json json5 jsx julia kotlin latex llvm lua make makefile "
    "matlab nasm nginx nix objective-c ocaml perl php powershell properties protobuf ps1 "
    "py py3 pycon pytb python python3 r rb rs ruby rust scala scss sh "
    "shell shell-session solidity sql swift terraform tex toml ts tsx typescript "
    "udiff verilog vhdl vim xml yaml yml zig zsh".split()
)
"""Languages that are coloured. Lexers of others are not known to end in good time on any input."""

_ALIASES: Mapping[str, str] = {"yml": "yaml"}
"""Names that older versions of Pygments do not know."""

# The same character many times over is what makes a backtracking lexer slow, and no code reads so.
_RUN = re.compile(rf"([^\s\w=*/#-])\1{{{_MAX_RUN},}}")
_TITLE = re.compile(r"[A-Za-z0-9+#_.-]{1,32}")


class Highlighter:
    """Renders the code blocks of one text within one budget."""

    def __init__(self) -> None:
        self._left = MAX_CODE

    def render(self, code: str, language: str) -> str:
        """A block of code as HTML, coloured where the language and the budget allow it."""
        inner = self._highlight(code, language.lower())
        name = f"language-{language.lower()} " if _TITLE.fullmatch(language) else ""
        return (
            f'<div class="{name}highlight"><pre><span></span><code>'
            f"{inner or escape(code, quote=False)}</code></pre></div>"
        )

    def _highlight(self, code: str, language: str) -> str | None:
        cost = max(len(code), _MIN_COST) * COSTS.get(language, 1)
        if language not in LANGUAGES or cost > self._left or not _is_tame(code):
            return None
        self._left -= cost
        return str(highlight(code, find_lexer(language), _formatter()))


def _is_tame(code: str) -> bool:
    return not _RUN.search(code) and all(len(line) <= _MAX_LINE for line in code.split("\n"))


@cache
def find_lexer(language: str) -> Lexer:
    """The lexer of one of `LANGUAGES`."""
    return get_lexer_by_name(_ALIASES.get(language, language), stripnl=False, ensurenl=False)


@cache
def _formatter() -> HtmlFormatter[str]:
    return HtmlFormatter(nowrap=True)
