"""The artifact as GitHub Pages serves it: below `/repo/`, crawled in Chromium."""

from __future__ import annotations

import functools
import http.server
import subprocess
import sys
import tarfile
import threading
from typing import TYPE_CHECKING
from urllib.parse import urldefrag, urljoin

import pytest

from tests.deploy.actions import ROOT
from tests.deploy.conftest import Lab, make_world
from tests.fake_github.server import serve

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Response

    from tests.deploy.actions import Job
ENGINES = ("mkdocs", "properdocs", "zensical")

FIND_LINKS = """
() => [...document.querySelectorAll('a[href], link[href], img[src], script[src]')]
  .filter(node => node.rel !== 'canonical' && node.rel !== 'preconnect')
  .map(node => node.href || node.src)
"""


class _Pages(http.server.SimpleHTTPRequestHandler):
    """GitHub Pages: the site below `/lab/` only, its own page for what is missing."""

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def send_error(self, code: int, *_: object) -> None:
        path = f"{self.directory}/lab/404.html"
        with open(path, "rb") as file:  # noqa: PTH123 - the parent's own way
            content = file.read()
        self.send_response(code)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


@pytest.fixture(scope="module", params=ENGINES)
def job(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Job:
    """A deployed run with one engine."""
    with serve(make_world()) as fake:
        job = Lab(tmp_path_factory.mktemp("engine"), fake).job().run(engine=request.param)
    assert job.ok, job.log
    return job


@pytest.fixture(scope="module")
def address(job: Job, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The artifact, unpacked and served below `/lab/`."""
    root = tmp_path_factory.mktemp("pages")
    with tarfile.open(job.artifact) as archive:
        archive.extractall(root / "lab", filter="data")
    handler = functools.partial(_Pages, directory=str(root))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/lab/"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.mark.browser
@pytest.mark.engine
def test_no_link_of_the_artifact_is_broken(address: str, browser: Browser) -> None:
    context = browser.new_context()
    page = context.new_page()
    failed: list[str] = []
    errors: list[str] = []

    def note(response: Response) -> None:
        if response.url.startswith(address.removesuffix("lab/")) and response.status >= 400:
            failed.append(response.url)

    page.on("response", note)
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.route(
        "**/*",
        lambda route: (
            route.continue_()
            if route.request.url.startswith(address.removesuffix("lab/"))
            else route.abort()
        ),
    )
    seen, waiting = set(), [address]
    while waiting:
        url = waiting.pop()
        if url in seen:
            continue
        seen.add(url)
        if not is_page(url):
            response = context.request.get(url)
            assert response.ok, url
            continue
        page.goto(url, wait_until="load")
        for link in page.evaluate(FIND_LINKS):
            target = urldefrag(urljoin(url, link)).url
            if target.startswith(address.removesuffix("lab/")):
                waiting.append(target)
    # Material takes each `link[rel=alternate]`, so the feeds too, for a version of the site in
    # another language, and asks for the sitemap beside it; it copes without.
    assert set(failed) <= {f"{address}journal/sitemap.xml"}
    assert errors == []
    records = [url for url in seen if "/journal/issues/" in url or "/journal/pulls/" in url]
    assert len(records) >= 85, "all records are reached by links"
    assert all(url.startswith(address) for url in seen), "no link leaves the site's directory"


def is_page(url: str) -> bool:
    return url.endswith(("/", ".html"))


@pytest.mark.browser
@pytest.mark.engine
def test_page_for_missing_addresses_is_styled_below_the_path(
    address: str, browser: Browser
) -> None:
    """Its links start with the path of `site_url`."""
    page = browser.new_page()
    response = page.goto(f"{address}deep/er/nothing/")
    assert response
    assert response.status == 404
    styles = page.evaluate("() => [...document.styleSheets].map(sheet => sheet.cssRules.length)")
    assert styles
    assert min(styles) > 0


@pytest.mark.engine
def test_install_in_an_empty_environment(lab: Lab) -> None:
    """The plugin comes from the action itself, with all that a build needs."""
    venv = lab.root / "venv"
    subprocess.run([sys.executable, "-m", "venv", str(venv)], check=True)
    job = lab.job(PATH=f"{venv}/bin:/usr/bin:/bin", PYTHONPATH="")
    job.run(only="Install")
    assert job.ok, job.log
    done = subprocess.run(
        [venv / "bin" / "journal", "check"],
        cwd=job.workspace,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    where = subprocess.run(
        [venv / "bin" / "python", "-c", "import journal_plugin; print(journal_plugin.__file__)"],
        cwd=lab.root,
        capture_output=True,
        text=True,
        check=True,
    )
    assert str(venv) in where.stdout
    assert str(ROOT) not in where.stdout
    code = "from journal_plugin.scaffold.workflows import *; print(render_workflow('journal.yml', 'x'))"
    template = subprocess.run(
        [venv / "bin" / "python", "-c", code],
        cwd=lab.root,
        capture_output=True,
        text=True,
        check=True,
    )
    assert template.stdout.startswith("# Builds the journal")


@pytest.mark.engine
def test_requirements_come_first_and_pin_the_plugin(lab: Lab) -> None:
    """With the plugin among them, the action installs no other version."""
    lab.write("requirements.txt", "this-is-not-a-requirement ===\n")
    job = lab.job().run(requirements="requirements.txt")
    assert job.outcome("Install") == "failure"
    lab.write("requirements.txt", "mkdocs>=1.6\nmkdocs-experiment-journal\n")
    job = lab.job(PIP_NO_INDEX="1").run(only="Install", requirements="requirements.txt")
    assert job.ok, job.log
    assert "Processing" not in job.log
