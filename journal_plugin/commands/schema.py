"""`journal schema`: the JSON Schema of the front matter, with the project's own words."""

from __future__ import annotations

from pathlib import Path

import click

from journal_plugin.commands.options import config_file_option, examples, print_data, print_note
from journal_plugin.config import load_project
from journal_plugin.formats import dump_json
from journal_plugin.schema.front_matter import make_schema
from journal_plugin.vocabulary import Vocabulary
from journal_plugin.writer import save_file


@click.command()
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the schema to this file instead of printing it.",
)
@config_file_option
@examples("journal schema", "journal schema --out .journal/front-matter.json")
def schema(*, out: Path | None, config_file: Path | None) -> None:
    """Print the JSON Schema of a post's front matter, for editors.

    In a directory with a mkdocs.yml, the schema knows the words of the options `statuses` and
    `outcomes`, too.
    """
    has_project = config_file or Path("mkdocs.yml").is_file()
    words = load_project(config_file).settings.vocabulary if has_project else Vocabulary()
    content = dump_json(make_schema(words))
    if out is None:
        print_data(content.decode())
        return
    save_file(out.resolve().parent, out.name, content)
    print_note(f"Wrote {out}")
