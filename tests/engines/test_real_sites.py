"""The main job on real input: real records become a complete, linked, strict site."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.support.links import find_broken_links, find_reachable

if TYPE_CHECKING:
    from tests.conftest import BuiltSite

pytestmark = pytest.mark.engine


def _journal(site: BuiltSite) -> dict[str, list[dict[str, str]]]:
    return json.loads((site.site / "journal" / "journal.json").read_text(encoding="utf-8"))


def test_every_record_has_its_page(real_site: BuiltSite) -> None:
    files = list((real_site.root / ".journal").rglob("*.json"))
    pages = [record["page"] for record in _journal(real_site)["records"]]
    assert len(pages) == len(files) > 200
    assert all((real_site.site / page / "index.html").is_file() for page in pages)


def test_strict_build_reports_nothing(real_site: BuiltSite) -> None:
    assert "WARNING" not in real_site.log
    assert {found["severity"] for found in _journal(real_site)["diagnostics"]} <= {"info"}


def test_no_internal_link_or_anchor_is_broken(real_site: BuiltSite) -> None:
    assert find_broken_links(real_site.site) == ""


def test_every_generated_page_is_reachable_from_the_home_page(real_site: BuiltSite) -> None:
    written = {
        path.relative_to(real_site.site).as_posix()
        for path in (real_site.site / "journal").rglob("*.html")
    }
    assert written <= find_reachable(real_site.site)


PULLS = {"tlswg/tls13-spec": 1, "ikawrakow/ik_llama.cpp": 2}
"""Pull requests of the case study: the declared one, and in ik_llama one that #245 states it tests."""


def test_case_study_tells_the_chain(real_site: BuiltSite) -> None:
    data = _journal(real_site)
    (problem,) = data["problems"]
    phases = {name: len(found) for name, found in problem["phases"].items()}  # type: ignore[attr-defined]
    assert problem["slug"] == "the-big-question"
    assert phases["analysis"] >= 1
    assert phases["implementation"] == PULLS[data["repo"]]  # type: ignore[index]  # a text
    assert phases["iteration"] == 2
    page = real_site.site / "journal" / "problems" / "the-big-question" / "index.html"
    assert "The small change is not enough." in page.read_text(encoding="utf-8")
