"""Every page is valid HTML, but for what the theme or the author of a text does wrong."""

from __future__ import annotations

import json
import re
import unicodedata
from typing import TYPE_CHECKING

import pytest

from tests.conftest import build_site
from tests.support.stock import build_stock
from tests.support.validator import validate

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.conftest import BuiltSite
    from tests.support.validator import Complaint

pytestmark = pytest.mark.engine

_CHILD = re.compile(
    r"(?:Element “\w+”|Text) not allowed (?:as child of|in) element “(?P<parent>\w+)” in this context"
)


def _check(built: BuiltSite, scratch: Path) -> list[Complaint]:
    """What stock Material does not get to hear, and no author brought about."""
    stock = {
        complaint.kind for complaint in validate(build_stock(built.root, scratch, build_site).site)
    }
    is_authors_own = _authors(built)
    return [
        complaint
        for complaint in validate(built.site)
        if complaint.kind not in stock and not is_authors_own(complaint)
    ]


def _authors(built: BuiltSite) -> Callable[[Complaint], bool]:
    """Tells whether the text of a record holds the very HTML or characters complained about."""
    data = json.loads((built.site / "journal" / "journal.json").read_text(encoding="utf-8"))
    files = {
        f"{record['page']}index.html": f"{record['repo']}/{record['number']}.json"
        for record in data["records"]
    }

    def is_authors_own(complaint: Complaint) -> bool:
        file = files.get(complaint.page)
        if file is None:
            return False
        raw = json.loads((built.root / ".journal" / file).read_text(encoding="utf-8"))
        text = "\n".join([raw["body"], *(comment["body"] for comment in raw["comments"])])
        if match := _CHILD.match(complaint.message):
            return f"<{match['parent']}" in text
        if "Unicode Normalization Form C" in complaint.message:
            return not unicodedata.is_normalized("NFC", text)
        is_private = any(unicodedata.category(character) == "Co" for character in text)
        return "Unicode Private Use Area" in complaint.message and is_private

    return is_authors_own


def test_the_demo_is_valid(demo_site: BuiltSite, tmp_path: Path) -> None:
    assert _check(demo_site, tmp_path) == []


def test_sites_of_real_records_are_valid(real_site: BuiltSite, tmp_path: Path) -> None:
    """Bodies of strangers, with headings out of order and HTML of any kind, included."""
    assert _check(real_site, tmp_path) == []


def test_the_checker_sees_what_is_wrong(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text(
        '<!doctype html><html lang="en"><head><title>x</title></head><body><h1 id="a">x</h1>'
        '<h4>y</h4><p id="a" align="right">z<ul></ul></p></body></html>'
    )
    messages = " ".join(complaint.message for complaint in validate(tmp_path))
    for word in ("Duplicate ID", "skipping", "align", "No “p” element in scope"):
        assert word in messages
