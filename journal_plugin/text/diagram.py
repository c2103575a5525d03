"""Mermaid by strangers: drawn only where it is plainly a diagram, else shown as code.

Mermaid's own strict mode keeps scripts out, but a diagram can still load an image from anywhere,
link anywhere, restyle the page through a directive, or keep the visitor's browser busy. So
directives, comments, links, callbacks and styles are dropped, line by line, and where any doubt is
left the source stays a code block.
"""

from __future__ import annotations

import re

MAX_DIAGRAM = 8000
"""Characters of a diagram that is drawn."""
MAX_LINES = 300
"""Lines of a diagram that is drawn."""
MAX_LINE = 300
"""Characters of one line of a diagram that is drawn."""

_TYPES = re.compile(
    r"(?:graph|flowchart(?:-elk)?|sequenceDiagram|classDiagram(?:-v2)?|stateDiagram(?:-v2)?|"
    r"erDiagram|journey|gantt|pie|quadrantChart|gitGraph|mindmap|timeline|xychart(?:-beta)?|"
    r"sankey(?:-beta)?|requirementDiagram|kanban|packet(?:-beta)?|radar-beta|treemap(?:-beta)?)"
    r"(?![\w-])"
)
_DROPPED = re.compile(
    r"(?:%%|(?:click|call|callback|href|links?|properties|details|style|classDef|linkStyle|"
    r"cssClass|accDescr|accTitle|icon)(?![\w-]))",
    re.IGNORECASE,
)
_STYLED = re.compile(r":::\w+(?:-\w+)*")
_BREAK = re.compile(r"<br\s?/?>")
_DOUBTFUL = re.compile(
    r"(?<!<)<[A-Za-z/!?]"  # an HTML tag, but not the <<stereotype>> of a class
    r"|&|#\w+;|\\|[\x00-\x08\x0b-\x1f\x7f]"  # characters written in another way
    r"|%%|\{%|@\{|\$\$|`|---\s*config"  # directives, shapes with images, formulas, Markdown labels
    r"|//|www\.|(?:javascript|vbscript|data|url|expression|import)\s*[:(]"
    r"|::icon|\bimg\s*:|\bclick\s",
    re.IGNORECASE,
)


def find_safe_diagram(source: str) -> str | None:
    """The diagram without what could act, or None where it should stay a code block."""
    if len(source) > MAX_DIAGRAM or source.count("\n") > MAX_LINES:
        return None
    kept: list[str] = []
    for line in source.split("\n"):
        # A semicolon ends a statement, so what follows it is a line of its own.
        pieces = [piece for piece in line.split(";") if not _DROPPED.match(piece.strip())]
        if pieces:
            kept.append(_BREAK.sub("<br>", _STYLED.sub("", ";".join(pieces))))
    text = "\n".join(kept).strip("\n")
    if not _TYPES.match(text.lstrip()) or any(len(line) > MAX_LINE for line in kept):
        return None
    return None if _DOUBTFUL.search(text.replace("<br>", " ")) else text
