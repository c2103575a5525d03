"""Front matter of a post, read so that a broken block is a finding and not a crash."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import yaml
from frontmatter.default_handlers import YAMLHandler

from journal_plugin.errors import Diagnostic, Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class FrontMatter:
    """A file taken apart."""

    meta: Mapping[str, object]
    content: str
    """Markdown after the front matter, with LF line ends."""
    content_line: int
    """Line of the file at which `content` starts."""
    lines: Mapping[str, int]
    """Line of each top-level key."""
    diagnostics: tuple[Diagnostic, ...] = ()


def load_front_matter(text: str, path: str) -> FrontMatter:
    """Take `text` apart; broken YAML gives an empty `meta` and a diagnostic."""
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    handler = YAMLHandler()
    diagnostics: tuple[Diagnostic, ...] = ()
    meta: Mapping[str, object] = {}
    content = text
    if handler.detect(text):
        try:
            block, content = handler.split(text)
            loaded = handler.load(block)
            meta = loaded if isinstance(loaded, Mapping) else {}
        except ValueError:
            content = text
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None)
            diagnostics = (
                Diagnostic(
                    path=path,
                    line=mark.line + 1 if mark else 1,
                    code="broken-front-matter",
                    message=f"the front matter is not YAML: {getattr(error, 'problem', error)}",
                    severity=Severity.ERROR,
                ),
            )
    content = content.lstrip("\n")
    line = text.count("\n") - content.count("\n") + 1
    lines = {
        key.partition(":")[0].strip(): number
        for number, key in enumerate(text.split("\n")[: line - 1], start=1)
        if key and key[0].isalpha() and ":" in key
    }
    return FrontMatter(
        meta={str(key): value for key, value in meta.items()},
        content=content,
        content_line=line,
        lines=lines,
        diagnostics=diagnostics,
    )
