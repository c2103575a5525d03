"""A page that stock Material makes of plain Markdown, for what is the theme's own fault."""

from __future__ import annotations

from textwrap import dedent
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.conftest import BuiltSite

PAGE = "plain/page/"
"""Address of a page with everything that Markdown has."""
HIDDEN = "hidden/"
"""The same outside of the navigation, as the pages of records are."""

_CONFIG = """\
INHERIT: {project}/mkdocs.yml
docs_dir: {docs}
nav:
  - Home: index.md
  - Plain:
      - plain/index.md
      - Page: plain/page.md
  - Section:
      - One: section/one.md
      - Two: section/two.md
not_in_nav: |
  /hidden.md
plugins: [search]
"""
_TEXT = """\
    # Plain Markdown

    A paragraph with a [link to another page](index.md) and `code`.

    > A quote.

    ## Code

    ```python
    @decorate
    def train(rate: float = 0.1, name: str = "a") -> None:
        \"\"\"Say it.\"\"\"
        return rate * 2 + len(f"{name}\\n")  # a remark
    ```

    ```yaml
    plugins:
      - search: {lang: en, min: 3}
    ```

    ```bash
    export A=1 && python train.py --seed 7 > "$HOME/log" # a remark
    ```

    ```json
    {"a": [1, 2.5, true, null], "b": "c"}
    ```

    ```diff
    diff --git a/x b/x
    index 6e27c614..61db23ed 100644
    --- a/x
    +++ b/x
    @@ -1,2 +1,2 @@ y
    - a
    + b
    ```

    ```markdown
    [![a badge](https://lab.example/a.svg)](https://lab.example/)
    ```

    ## Table

    | left | right |
    |------|------:|
    | a    | 1     |

    | a                | b                | c                | d                | e                |
    |------------------|------------------|------------------|------------------|------------------|
    | a_very_long_word | a_very_long_word | a_very_long_word | a_very_long_word | a_very_long_word |

    ## Tasks

    - [x] done
    - [ ] to do
    """


def build_stock(project: Path, root: Path, build: Callable[..., BuiltSite]) -> BuiltSite:
    """Build plain pages in `root` with the theme and extensions of `project`, without a journal."""
    docs = root / "docs"
    for name in ("index", "plain/index", "section/one", "section/two"):
        _write(docs / f"{name}.md", f"# {name}\n")
    for name in (PAGE, HIDDEN):
        _write(docs / f"{name.strip('/')}.md", dedent(_TEXT))
    _write(root / "mkdocs.yml", _CONFIG.format(project=project, docs=docs))
    return build(root)


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
