"""Print the notes of a release: its section of CHANGELOG.md. Fails if something does not match."""

from __future__ import annotations

import re
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def find_notes(changelog: str, version: str) -> str:
    """The text below the heading `## [version] - date`, without the heading.

    Raises:
        SystemExit: there is no such section, or nothing in it.
    """
    heading = rf"^## \[?{re.escape(version)}\]?(?: .*)?$"
    parts = re.split(heading, changelog, maxsplit=1, flags=re.MULTILINE)
    notes = re.split(r"^## |^\[[^\]]+\]: ", parts[-1], maxsplit=1, flags=re.MULTILINE)[0].strip()
    if len(parts) == 1 or not notes:
        sys.exit(f"CHANGELOG.md has no section for {version}")
    return f"{notes}\n"


def main(tag: str) -> None:
    """Check the tag against the package, then print the notes."""
    package = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    if tag != f"v{package['version']}":
        sys.exit(f"the tag is {tag}, but the package says {package['version']}")
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    sys.stdout.write(find_notes(changelog, package["version"]))


if __name__ == "__main__":
    main(sys.argv[1])
