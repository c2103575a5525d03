"""The reference pages that come from the code, so that they cannot say anything else.

Run by mkdocs-gen-files when our own docs are built.
"""

from __future__ import annotations

import ast
import inspect
import itertools
from datetime import timedelta
from typing import TYPE_CHECKING

import click
import mkdocs_gen_files

from journal_plugin import settings as settings_module
from journal_plugin.catalogue import CATALOGUE
from journal_plugin.cli import main
from journal_plugin.formats import dump_json
from journal_plugin.scaffold.workflows import OPTIONAL_WORKFLOWS, WORKFLOWS, render_workflow
from journal_plugin.schema.front_matter import make_schema
from journal_plugin.settings import CHECKS, Settings
from journal_plugin.vocabulary import OUTCOME_WORDS, PHASE_LABELS, STATUS_WORDS, Vocabulary

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from journal_plugin.catalogue import Kind

_WIDTH = 92


def save(uri: str, lines: Iterator[str]) -> None:
    """Add a page to the site."""
    with mkdocs_gen_files.open(uri, "w", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")
    mkdocs_gen_files.set_edit_path(uri, None)


def commands() -> Iterator[str]:
    """The help of every command, as the terminal shows it."""
    yield "# Commands\n"
    yield "Each command prints this text with `--help`. Exit codes: 0 fine, 1 findings, 2 wrong"
    yield "usage or configuration, 3 GitHub failed.\n"
    yield "## Shell completion\n"
    yield "Click makes the completion. Add the line of your shell to its start file:\n"
    for shell, line in (
        ("bash", 'eval "$(_JOURNAL_COMPLETE=bash_source journal)"'),
        ("zsh", 'eval "$(_JOURNAL_COMPLETE=zsh_source journal)"'),
        ("fish", "_JOURNAL_COMPLETE=fish_source journal | source"),
    ):
        yield f"```{shell}\n{line}\n```\n"
    for name, command in main.commands.items():
        context = click.Context(
            command, info_name=f"journal {name}", terminal_width=_WIDTH, max_content_width=_WIDTH
        )
        yield f"## journal {name} {{ #{name} }}\n"
        yield f"```text\n{command.get_help(context)}\n```\n"


def options() -> Iterator[str]:
    """Every option of the plugin: its default, and its docstring in the code."""
    texts = find_docstrings()
    yield "# Options\n"
    yield "All options are optional. They stand below the plugin in `mkdocs.yml`:\n"
    yield "```yaml\nplugins:\n  - journal:\n      repo: your-name/your-project\n```\n"
    yield "A wrong option stops the build with its name, its value and what is allowed.\n"
    fresh = Settings()
    for name in CHECKS:
        yield f"## {name} {{ #{name} }}\n"
        yield f"{texts[name]}\n"
        yield f"Default: {show(getattr(fresh, name), name)}\n"


def find_docstrings() -> dict[str, str]:
    """The text below each field of `Settings`."""
    tree = ast.parse(inspect.getsource(settings_module))
    body = next(n for n in tree.body if isinstance(n, ast.ClassDef) and n.name == "Settings").body
    found = {}
    for field, text in itertools.pairwise(body):
        if isinstance(field, ast.AnnAssign) and isinstance(text, ast.Expr):
            found[ast.unparse(field.target)] = inspect.cleandoc(ast.literal_eval(text.value))
    return found


def show(value: object, name: str) -> str:
    """A default as somebody would write it."""
    if name in ("statuses", "outcomes", "phases"):
        return "the words in [Front matter](front-matter.md#words)."
    if value is None or value == ():
        return "none."
    if isinstance(value, timedelta):
        seconds = int(value.total_seconds())
        days, minutes = divmod(seconds, 86400)[0], seconds // 60
        return f"`{days}d`." if days else f"`{minutes}m`."
    if isinstance(value, tuple):
        return ", ".join(f"`{item}`" for item in value) + "."
    return f"`{str(value).lower() if isinstance(value, bool) else value}`."


def front_matter() -> Iterator[str]:
    """The fields of a post and the words of the vocabularies."""
    properties = make_schema(Vocabulary())["properties"]
    yield "# Front matter\n"
    yield "Every key is optional. The keys stand at the top level, or below `experiment:`.\n"
    yield "| key | meaning |\n| --- | --- |"
    if isinstance(properties, dict):
        for key, field in properties.items():
            yield f"| `{key}` | {field['description']} |"
    yield "\n## In your editor\n"
    yield "There is a [JSON Schema](../schema/front-matter.json) (draft 2020-12). `journal schema`"
    yield "writes it with the words of your own options. How an editor uses it stands in"
    yield "[Check posts](../how-to/check.md#in-the-editor).\n"
    yield "## Words\n"
    yield "Free text is fine: the first known word or sign in it counts, and your text stays"
    yield "visible. `✅ Complete - all checks passed` is the status complete.\n"
    yield from words("Status", STATUS_WORDS)
    yield from words("Outcome", OUTCOME_WORDS)
    yield from words("Phase of a label", PHASE_LABELS)


def words(title: str, known: Mapping[str, str]) -> Iterator[str]:
    """A table of words by what they mean."""
    yield f"### {title}\n"
    yield "| meaning | words |\n| --- | --- |"
    for meaning in dict.fromkeys(known.values()):
        listed = ", ".join(f"`{word}`" for word, target in known.items() if target == meaning)
        yield f"| {meaning} | {listed} |"
    yield ""


def diagnostics() -> Iterator[str]:
    """The list of all kinds of findings."""
    yield "# Findings\n"
    yield "What [`journal check`](../../how-to/check.md) and the build can find.\n"
    yield "| code | severity | meaning |\n| --- | --- | --- |"
    for kind in CATALOGUE.values():
        yield f"| [`{kind.code}`]({kind.code}.md) | {kind.severity} | {kind.title} |"


def diagnostic(kind: Kind) -> Iterator[str]:
    """The page of one kind of finding."""
    yield f"# {kind.code}\n"
    yield f"**{kind.title}.** Severity: {kind.severity}.\n"
    yield f"{kind.explanation}\n"
    yield f"## How to fix it\n\n{kind.fix}\n"
    if kind.fixable:
        yield "`journal check --fix` repairs it where that is safe.\n"
    yield f"Instead of\n\n```yaml\n{kind.wrong}\n```\n"
    yield f"write\n\n```yaml\n{kind.right}\n```\n"


save("reference/commands.md", commands())
save("reference/options.md", options())
save("reference/front-matter.md", front_matter())
save("reference/diagnostics/index.md", diagnostics())
for entry in CATALOGUE.values():
    save(f"reference/diagnostics/{entry.code}.md", diagnostic(entry))
for name in (*WORKFLOWS, *OPTIONAL_WORKFLOWS):
    with mkdocs_gen_files.open(f"workflows/{name}", "w", encoding="utf-8") as workflow_file:
        workflow_file.write(render_workflow(name, "main"))
with mkdocs_gen_files.open("schema/front-matter.json", "wb") as schema_file:
    schema_file.write(dump_json(make_schema(Vocabulary())))
