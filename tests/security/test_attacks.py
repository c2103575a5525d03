"""Attacks run in Chromium: no script is called, no dangerous node is made, nothing is asked for."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from journal_plugin.text.body import render_body
from journal_plugin.text.escape import (
    dump_script_json,
    escape_html,
    escape_mermaid,
    find_color,
)
from journal_plugin.text.refs import fill_references
from tests.support.dumps import find_data
from tests.support.hostile import BODIES, SHORT_TEXTS, SITE_BODIES

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

ASSETS = Path(__file__).resolve().parents[2] / "journal_plugin" / "assets"
MERMAID = ASSETS / "vendor" / "mermaid" / "mermaid.min.js"

COUNT_CALLS = """
window.calls = 0;
for (const name of ["alert", "confirm", "prompt", "print", "open", "close"])
  window[name] = () => { window.calls += 1; };
window.violations = [];
document.addEventListener("securitypolicyviolation", e => window.violations.push(e.violatedDirective));
"""
FIRE = """
async () => {
  document.addEventListener("click", event => event.preventDefault(), true);
  const names = ["mouseover", "mouseenter", "focus", "click", "toggle", "error", "load", "input"];
  for (const node of document.querySelectorAll("body *"))
    for (const name of names) node.dispatchEvent(new Event(name, {cancelable: true}));
  await new Promise(done => setTimeout(done, 300));
  return window.calls;
}
"""
FIND_DANGER = """
() => {
  const found = [];
  const bad = "script:not([type='application/ld+json']), style, iframe, frame, object, embed, " +
    "form, button, textarea, select, base, meta:not([data-own]), link, template, audio, video, " +
    "math, svg:not([data-own]), input:not([type=checkbox][disabled]), [style]:not([data-own]), " +
    "[srcset], [formaction], [action], [name], [data-ref], [contenteditable], [autofocus]";
  for (const node of document.querySelectorAll(bad)) found.push(node.outerHTML.slice(0, 120));
  for (const node of document.querySelectorAll("*"))
    for (const {name, value} of node.attributes) {
      const address = ["href", "src", "xlink:href", "cite"].includes(name);
      if (name.startsWith("on")) found.push(`${name}=${value}`);
      if (address && !/^(https?:|mailto:|#)/.test(value)) found.push(`${name}=${value}`);
      if (name === "id" && !value.startsWith("c1-") && !node.dataset.own) found.push(`id=${value}`);
    }
  return found;
}
"""
CLASSES = {
    *("highlight", "arithmatex", "mermaid", "user-mention", "commit-link", "image-link"),
    *("admonition", "admonition-title", "note", "tip", "warning", "danger", "info", "important"),
    *("caution", "footnote", "footnote-ref", "footnote-backref"),
    *("task-list", "task-list-item", "task-list-control", "task-list-indicator"),
}
POLICY = (
    "default-src 'none'; img-src https://github.com https://*.githubusercontent.com; "
    "base-uri 'none'; form-action 'none'"
)


def _payloads() -> list[str]:
    cases = json.loads(find_data("security/dompurify-expect.json").read_text(encoding="utf-8"))
    assert len(cases) == 223
    return [*(case["payload"] for case in cases), *BODIES, *SITE_BODIES, *SHORT_TEXTS]


def _render(source: str) -> str:
    body = render_body(source, "own/repo", anchor_prefix="c1-")
    return fill_references(body.html, lambda p: f'<a href="https://ok.example/">{p.label}</a>')


class Visit:
    """A page that counts what it is tricked into."""

    def __init__(self, browser: Browser, html: str, *, policy: str | None = None) -> None:
        self.page: Page = browser.new_page()
        self.requests: list[str] = []
        self.page.add_init_script(COUNT_CALLS)
        self.page.route("**/*", self._answer)
        meta = f'<meta data-own http-equiv="Content-Security-Policy" content="{policy}">'
        self._html = f"<!doctype html><head>{meta if policy else ''}</head><body>{html}</body>"
        self.page.goto("https://journal.example/")

    def _answer(self, route: object) -> None:
        url = route.request.url  # type: ignore[attr-defined]
        if url == "https://journal.example/":
            route.fulfill(body=self._html, content_type="text/html; charset=utf-8")  # type: ignore[attr-defined]
            return
        self.requests.append(url)
        route.abort()  # type: ignore[attr-defined]

    def find_foreign_requests(self) -> list[str]:
        """What was asked for beyond GitHub's own images."""
        return [url for url in self.requests if not url.startswith("https://github.com/")]


def test_the_trap_springs(browser: Browser) -> None:
    visit = Visit(browser, "<img src=x onerror=alert(1)><form id=x></form><p onclick=alert(1)>y")
    assert visit.page.evaluate(FIRE) >= 2
    assert len(visit.page.evaluate(FIND_DANGER)) >= 3
    assert visit.find_foreign_requests() == ["https://journal.example/x"]
    visit.page.close()


@pytest.mark.parametrize("wrap", ["{}", "> {}", "- a\n\n  {}", "<div>\n{}\n", "*{}", "# {}"])
def test_no_body_does_anything(browser: Browser, wrap: str) -> None:
    html = "\n".join(_render(wrap.format(payload)) for payload in _payloads())
    visit = Visit(browser, html, policy=POLICY)
    assert visit.page.evaluate(FIND_DANGER) == []
    assert visit.page.evaluate(FIRE) == 0
    assert visit.find_foreign_requests() == []
    assert visit.page.evaluate("window.violations") == []
    classes = visit.page.evaluate(
        "[...document.querySelectorAll('[class]')].filter(n => !n.closest('code span'))"
        ".flatMap(n => n.closest('.highlight') && n.tagName === 'SPAN' ? [] : [...n.classList])"
    )
    assert {name for name in classes if not name.startswith("language-")} <= CLASSES
    visit.page.close()


def test_ids_of_many_bodies_do_not_clash(browser: Browser) -> None:
    html = "\n".join(
        render_body(payload, "o/r", anchor_prefix=f"c{number}-").html
        for number, payload in enumerate(_payloads())
    )
    visit = Visit(browser, html)
    ids = visit.page.evaluate("[...document.querySelectorAll('[id]')].map(n => n.id)")
    assert len(ids) == len(set(ids))
    assert all(name.startswith("c") and "-" in name for name in ids)
    visit.page.close()


def test_short_texts_cannot_leave_any_format(browser: Browser) -> None:
    pieces = []
    for text in SHORT_TEXTS:
        color = find_color(text) or "#000000"
        pieces.append(
            f"<p title=\"{escape_html(text)}\" data-x='{escape_html(text)}'>{escape_html(text)}</p>"
            f'<b data-own style="color:{color}">x</b>'
            f'<svg data-own><title>{escape_html(text)}</title><text x="{escape_html(text)}">'
            f"{escape_html(text)}</text></svg>"
            f'<script type="application/ld+json">{dump_script_json({"name": text})}</script>'
        )
    visit = Visit(browser, "\n".join(pieces))
    assert visit.page.evaluate(FIND_DANGER) == []
    assert visit.page.evaluate(FIRE) == 0
    assert visit.find_foreign_requests() == []
    held = visit.page.evaluate(
        "[...document.querySelectorAll('script')].map(n => JSON.parse(n.textContent).name)"
    )
    assert held == list(SHORT_TEXTS)
    visit.page.close()


def test_mermaid_draws_hostile_text_as_text(browser: Browser) -> None:
    labels = "\n".join(f'  n{n}["{escape_mermaid(t)}"]' for n, t in enumerate(SHORT_TEXTS))
    drawn = [f"flowchart TD\n{labels}"]
    visit = Visit(browser, "\n".join(_render(payload) for payload in _payloads()))
    drawn += visit.page.evaluate(
        "[...document.querySelectorAll('pre.mermaid')].map(n => n.textContent)"
    )
    assert len(drawn) >= 2
    visit.page.add_script_tag(content=MERMAID.read_text(encoding="utf-8"))
    result = visit.page.evaluate(
        """async sources => {
          mermaid.initialize({startOnLoad: false});
          const bad = [];
          for (const [n, source] of sources.entries()) {
            const {svg} = await mermaid.render(`own${n}`, source);
            const host = document.createElement("div");
            host.innerHTML = svg;
            document.body.append(host);
            for (const node of host.querySelectorAll("script, img, image, iframe, a"))
              bad.push(node.outerHTML);
            for (const node of host.querySelectorAll("*"))
              for (const {name, value} of node.attributes)
                if (name.startsWith("on") || /javascript:/.test(value)) bad.push(name);
          }
          return bad;
        }""",
        drawn,
    )
    assert result == []
    assert visit.page.evaluate(FIRE) == 0
    assert visit.find_foreign_requests() == []
    visit.page.close()
