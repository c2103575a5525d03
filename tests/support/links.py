"""Link checks over a built site."""

from __future__ import annotations

import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

LYCHEE = Path(sys.executable).with_name("lychee")


def find_broken_links(site: Path) -> str:
    """What lychee says of all internal links and anchors below `site`; empty when all are right.

    The page 404.html is left out: MkDocs writes its links for the site's final address.
    """
    done = subprocess.run(
        [
            str(LYCHEE),
            "--offline",
            "--include-fragments",
            "--no-progress",
            *("--root-dir", str(site), "--index-files", "index.html"),
            *("--exclude-path", "404.html"),
            f"{site}/**/*.html",
        ],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    return "" if done.returncode == 0 else done.stdout + done.stderr


class _Anchors(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.hrefs: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            self.hrefs += [value for name, value in attrs if name == "href" and value]


def find_reachable(site: Path, start: str = "index.html") -> set[str]:
    """The pages that a reader reaches by following links from `start`, as paths below `site`."""
    reached: set[str] = set()
    waiting = [start]
    while waiting:
        page = waiting.pop()
        if page in reached or not (site / page).is_file():
            continue
        reached.add(page)
        parser = _Anchors()
        parser.feed((site / page).read_text(encoding="utf-8"))
        for href in parser.hrefs:
            target = urlsplit(urldefrag(urljoin(f"http://site/{page}", href)).url)
            if target.netloc == "site":
                path = unquote(target.path).lstrip("/")
                waiting.append(f"{path}index.html" if path.endswith("/") or not path else path)
    return reached
