"""Fixtures that several folders share: built sites, served sites, a browser."""

from __future__ import annotations

import functools
import http.server
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import hypothesis
import pytest
from playwright.sync_api import sync_playwright

from tests.support.needs import require
from tests.support.project import run_process
from tests.support.real_site import make_real_site

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterator

    from playwright.sync_api import Browser

# A busy machine is slow, not wrong.
hypothesis.settings.register_profile(
    "tests", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("tests")

REPO = Path(__file__).resolve().parents[1]
CHROMIUM = Path("/usr/bin/chromium")
CHROMIUM_ARGS = (
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the one flag that rewrites what golden tests expect."""
    parser.addoption("--update", action="store_true", help="write expected results anew")


@dataclass(frozen=True, slots=True, kw_only=True)
class BuiltSite:
    """A site that a real engine has built."""

    root: Path
    """The project."""
    site: Path
    """The built pages."""
    log: str


def run_mkdocs(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run `mkdocs` as a user does, in `root`."""
    return run_process(root, "mkdocs", *arguments)


def build_site(root: Path, *arguments: str) -> BuiltSite:
    """Build the project in `root` strictly; fail the test with MkDocs' output if that fails."""
    done = run_mkdocs(root, "build", "--strict", "--site-dir", str(root / "site"), *arguments)
    assert done.returncode == 0, done.stderr
    return BuiltSite(root=root, site=root / "site", log=done.stderr)


@pytest.fixture(scope="session", params=["tls13-spec", "ik_llama"])
def real_site(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> BuiltSite:
    """A site over a real dump: 1,444 records of a standard, 231 of a machine-learning project."""
    root = tmp_path_factory.mktemp(request.param)
    make_real_site(request.param, root)
    return build_site(root)


@pytest.fixture(scope="session")
def demo_site(tmp_path_factory: pytest.TempPathFactory) -> BuiltSite:
    """Our own docs with the demo journal."""
    target = tmp_path_factory.mktemp("demo") / "site"
    done = run_mkdocs(REPO, "build", "--strict", "--site-dir", str(target))
    assert done.returncode == 0, done.stderr
    return BuiltSite(root=REPO, site=target, log=done.stderr)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Headless Chromium."""
    require(CHROMIUM, "install the package chromium")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=list(CHROMIUM_ARGS))
        yield chromium
        chromium.close()


class _QuietHandler(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the parent's name
        """Say nothing: test output is for findings."""


class Served:
    """A directory on loopback."""

    def __init__(self, directory: Path) -> None:
        handler = functools.partial(_QuietHandler, directory=str(directory))
        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_port}/"

    def close(self) -> None:
        """Stop serving."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@pytest.fixture(scope="session")
def served_real_site(real_site: BuiltSite) -> Iterator[str]:
    """The address of the served real site."""
    served = Served(real_site.site)
    yield served.url
    served.close()


@pytest.fixture(scope="session")
def served_demo_site(demo_site: BuiltSite) -> Iterator[str]:
    """The address of the served demo site."""
    served = Served(demo_site.site)
    yield served.url
    served.close()
