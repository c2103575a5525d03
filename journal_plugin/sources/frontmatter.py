"""Front matter of a post, read so that a broken block is a finding and not a crash."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

import yaml
from frontmatter.default_handlers import YAMLHandler

from journal_plugin.errors import Diagnostic, Severity
from journal_plugin.sources.yaml_loader import MAX_SIZE, Document, LimitError, load_yaml

_NUMBERS = re.compile(r"^(?P<key>\s*(?:-\s+)?['\"]?(?:issues|prs)['\"]?\s*:)(?P<rest>[^\n]*)$")
_ITEM = re.compile(r"^(?P<start>\s*-\s+)#(?P<number>[1-9][0-9]{0,9})\s*(?:#.*)?$")
_REF = r"(?:[\w.-]+/[\w.-]+#|#|GH-)?[1-9][0-9]{0,9}"
_REFERENCE = re.compile(r"(?:[\w.-]+/[\w.-]+#)?[1-9][0-9]{0,9}")
_HASHES = re.compile(rf"\s*\[?\s*(?P<refs>{_REF}(?:[\s,;]+{_REF})*)\s*,?\s*\]?\s*(?:#(?![0-9]).*)?")
_KEY = re.compile(r"[A-Za-z_][\w-]*\s*:(?:\s|$)")
_MAX_MESSAGE = 200
_BROKEN = "broken-front-matter"
_ERRORS = frozenset({_BROKEN, "front-matter-too-large", "unclosed-front-matter"})


class FrontMatter(NamedTuple):
    """A file taken apart."""

    meta: Mapping[str, object]
    """What the block says; empty if there is none or it is broken."""
    content: str
    """Markdown after the front matter, with LF line ends."""
    content_line: int
    """Line of the file at which `content` starts."""
    lines: Mapping[str, int]
    """Line of each key of the block and of `experiment` in it."""
    diagnostics: tuple[Diagnostic, ...] = ()
    """What an author can mend, by line."""


class _Handler(YAMLHandler):
    """python-frontmatter's handler over the bounded loader, with fences as MkDocs reads them."""

    # Unlike the original it takes no line end along, so lines of the block keep their number.
    FM_BOUNDARY = re.compile(r"^---[ \t]*$", re.MULTILINE)

    def load_document(self, block: str) -> Document:
        """Load a block.

        Raises:
            yaml.YAMLError: it is not YAML, or goes beyond a limit.
        """
        if len(block) > MAX_SIZE:
            msg = f"the front matter is longer than {MAX_SIZE} characters"
            raise LimitError(msg, 0)
        return load_yaml(block)


def load_front_matter(text: str, path: str) -> FrontMatter:
    """Take a file apart; never raises.

    Args:
        text: The whole file, with any line ends, with or without a byte order mark.
        path: How diagnostics call the file.

    Returns:
        Its parts. Broken YAML gives an empty `meta` and a diagnostic at the line of the file.
    """
    text = fold_lines(text)
    handler = _Handler()
    if not handler.detect(text):
        return _make(text, text, path, Document(None))
    try:
        block, content = handler.split(text)
    except ValueError:
        return _make(text, text, path, _unclosed(text))
    mended, hashes = _mend_hashes(block)
    document = _load(handler, mended)
    document.findings += hashes
    if isinstance(document.data, str):
        # MkDocs shows such a block as text, since it is a paragraph between two rules.
        return _make(text, text, path, Document(None))
    return _make(text, content.lstrip("\n"), path, document)


def fold_lines(text: str) -> str:
    """A file's text with LF line ends, without a byte order mark; `content` is the end of it."""
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def _load(handler: _Handler, block: str) -> Document:
    try:
        document = handler.load_document(block)
    except LimitError as error:
        code = "front-matter-too-large"
        message = f"{error}; the front matter is ignored"
        return Document(None, findings=[(error.line, code, message)])
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        message = f"the front matter is not YAML: {error.problem or error.context}"
        return Document(None, findings=[(mark.line if mark else 0, _BROKEN, message)])
    except (yaml.YAMLError, ValueError, TypeError, RecursionError) as error:
        reason = " ".join(str(error).split())[:_MAX_MESSAGE]
        return Document(None, findings=[(0, _BROKEN, f"the front matter is not YAML: {reason}")])
    if not isinstance(document.data, (Mapping, str, type(None))):
        message = "the front matter is no list of `key: value` lines; it is ignored"
        return Document(None, findings=[(0, _BROKEN, message)])
    return document


def _unclosed(text: str) -> Document:
    """A text that starts with a rule is fine; one that starts like front matter is not."""
    second = text.split("\n", 2)[1:2]
    if not second or not _KEY.match(second[0]):
        return Document(None)
    message = "the front matter has no closing `---` line; the file is read as text"
    return Document(None, findings=[(0, "unclosed-front-matter", message)])


def _mend_hashes(block: str) -> tuple[str, list[tuple[int, str, str]]]:
    """Rewrite `issues: #12, #13`, in which YAML sees a comment, as the list that it means."""
    lines = block.split("\n")
    findings = []
    for place, line in enumerate(lines):
        mended = _mend_line(line)
        if mended and mended != line:
            lines[place] = mended
            message = (
                f"YAML takes `#` for the start of a comment; write `{mended.strip()}` "
                "(it is read as that)"
            )
            findings.append((place, "hash-in-front-matter", message[:_MAX_MESSAGE]))
    return "\n".join(lines), findings


def _mend_line(line: str) -> str | None:
    if len(line) > _MAX_MESSAGE:
        return None
    if match := _ITEM.match(line):
        return f"{match['start']}{match['number']}"
    match = _NUMBERS.match(line)
    hashes = match and _HASHES.fullmatch(match["rest"])
    if not match or not hashes or not re.search(r"(?<![\w.-])#", hashes["refs"]):
        return None
    found = [
        f'"{reference}"' if "/" in reference else reference
        for reference in _REFERENCE.findall(hashes["refs"])
    ]
    return f"{match['key']} [{', '.join(found)}]"


def _make(text: str, content: str, path: str, document: Document) -> FrontMatter:
    meta = document.data if isinstance(document.data, Mapping) else {}
    diagnostics = tuple(
        Diagnostic(path=path, line=line + 1, code=code, message=message, severity=_severity(code))
        for line, code, message in sorted(document.findings)
    )
    return FrontMatter(
        meta={str(key): value for key, value in meta.items()},
        content=content,
        content_line=text.count("\n") - content.count("\n") + 1,
        lines={key: line + 1 for key, line in document.lines.items()},
        diagnostics=diagnostics,
    )


def _severity(code: str) -> Severity:
    return Severity.ERROR if code in _ERRORS else Severity.WARNING
