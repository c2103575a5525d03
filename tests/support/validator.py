"""The Nu Html Checker, which validates as https://validator.w3.org/nu does."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from tests.support.needs import require

_JAR = Path(__file__).parents[1] / "tools/node_modules/vnu-jar/build/dist/vnu.jar"
_JAVA = Path(shutil.which("java") or "java")


@dataclass(frozen=True, slots=True, kw_only=True)
class Complaint:
    """What the checker says of one place."""

    page: str
    """Path of the file below the site's root."""
    line: int
    message: str
    place: str
    """The tag or text that it is about."""

    @property
    def kind(self) -> tuple[str, str]:
        """The same for the same fault elsewhere: message and tag with all numbers alike."""
        return self.message, re.sub(r"\d+", "0", self.place)


def validate(site: Path) -> list[Complaint]:
    """All errors and warnings of the HTML files below `site`."""
    jar = require(_JAR, "run `npm install --prefix tests/tools`")
    java = require(_JAVA, "install a Java runtime, such as the package default-jre-headless")
    done = subprocess.run(
        [str(java), "-jar", str(jar), *("--format", "json"), "--exit-zero-always",
         "--skip-non-html", str(site)],
        capture_output=True,
        text=True,
        timeout=300,
        check=True,
    )  # fmt: skip
    root = site.resolve().as_uri()
    return [
        Complaint(
            page=message["url"].removeprefix(f"{root}/").removeprefix(f"file:{site}/"),
            line=message.get("lastLine", 0),
            message=message["message"],
            place=_find_place(message),
        )
        for message in json.loads(done.stderr)["messages"]
        # Mere remarks are on style; every page of Markdown ends its void elements with a slash.
        if message["type"] != "info" or message.get("subType") == "warning"
    ]


def _find_place(message: dict[str, object]) -> str:
    extract, start, length = (
        message.get(name, default)
        for name, default in (("extract", ""), ("hiliteStart", 0), ("hiliteLength", 0))
    )
    assert isinstance(extract, str)
    assert isinstance(start, int)
    assert isinstance(length, int)
    return extract[start : start + length].strip()
