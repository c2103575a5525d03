"""The wheel and the source archive hold all that is needed, and work apart from the checkout."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from email import message_from_bytes
from pathlib import Path

import pytest

from tests.support.project import CONFIG, RECORDS, make_project

pytest.importorskip("hatchling", reason="builds the package")

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
VENDOR = ROOT / "journal_plugin" / "assets" / "vendor"


def run(cwd: Path, *command: str, path: str | Path = "") -> subprocess.CompletedProcess[str]:
    quiet = {"NO_MKDOCS_2_WARNING": "1", "DISABLE_MKDOCS_2_WARNING": "true"}
    environment = {**os.environ, **quiet, "PYTHONPATH": str(path)}
    done = subprocess.run(
        [sys.executable, "-W", "error", *command],
        cwd=cwd,
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done


def build(source: Path, target: str, out: Path) -> Path:
    run(source, "-m", "hatchling", "build", "-t", target, "-d", str(out))
    (made,) = out.glob("*.whl" if target == "wheel" else "*.tar.gz")
    return made


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(ROOT, "wheel", tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel's files where Python finds them; a wheel of pure Python is installed by unpacking."""
    target = tmp_path_factory.mktemp("installed")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(target)  # noqa: S202 - our own archive
    return target


def files_of_package() -> set[str]:
    found = (ROOT / "journal_plugin").rglob("*")
    paths = (path.relative_to(ROOT) for path in found if path.is_file())
    return {path.as_posix() for path in paths if "__pycache__" not in path.parts}


def test_the_wheel_has_every_file_of_the_package(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    assert files_of_package() <= names
    assert {name.split("/")[0] for name in names - files_of_package()} == {
        f"mkdocs_experiment_journal-{PROJECT['version']}.dist-info"
    }
    for part in ("py.typed", "templates/record.html", "locale/de/LC_MESSAGES/journal.po"):
        assert f"journal_plugin/{part}" in names


def test_the_wheel_brings_every_licence(wheel: Path) -> None:
    archive = zipfile.ZipFile(wheel)
    (name,) = (name for name in archive.namelist() if name.endswith("METADATA"))
    metadata = message_from_bytes(archive.read(name))
    licences = set(metadata.get_all("License-File") or ())
    assert metadata["License-Expression"] == "MIT"
    assert "LICENSE" in licences
    for folder in VENDOR.iterdir():
        own = f"journal_plugin/assets/vendor/{folder.name}"
        assert {f"{own}/LICENSE", f"{own}/NOTICE.txt"} <= licences
    assert "journal_plugin/assets/vendor/mermaid/THIRD-PARTY-LICENSES.txt" in licences


def test_what_mermaid_says_it_contains_is_in_the_notices() -> None:
    code = (VENDOR / "mermaid" / "mermaid.min.js").read_text(encoding="utf-8")
    listed = (VENDOR / "mermaid" / "THIRD-PARTY-LICENSES.txt").read_text(encoding="utf-8")
    told = "".join(re.findall(r"Bundled license information:(.*?)\*/", code, re.DOTALL))
    packages = set(re.findall(r"^(?:@[\w-]+/)?[\w.-]+(?=/\S+:$)", told, re.MULTILINE))
    assert {"lodash-es", "dompurify", "cytoscape"} <= packages
    for package in packages:
        assert re.search(rf"(?:^|[ ,]){re.escape(package)}(?:,|$)", listed, re.MULTILINE), package


def test_notices_name_the_version_that_is_there() -> None:
    version = re.search(r"Mermaid ([\d.]+)", (VENDOR / "mermaid/NOTICE.txt").read_text())
    assert version
    assert f'"{version[1]}"' in (VENDOR / "mermaid/mermaid.min.js").read_text(encoding="utf-8")


@pytest.mark.engine
def test_the_installed_wheel_builds_a_site_without_a_warning(
    installed: Path, tmp_path: Path
) -> None:
    root = make_project(
        tmp_path,
        {
            "docs/posts/a.md": "---\ntitle: A\ndate: 2026-01-09\nstatus: complete\nissues: [18]\n---\n\nx\n"
        },
        records=RECORDS,
        config=CONFIG + "theme:\n  name: material\n  language: de\n",
    )
    where = "import journal_plugin, sys; sys.stdout.write(journal_plugin.__file__)"
    assert Path(run(root, "-c", where, path=installed).stdout).is_relative_to(installed)
    start = "from journal_plugin.cli import main; main(['--version'])"
    assert PROJECT["version"] in run(root, "-c", start, path=installed).stdout
    run(root, "-m", "mkdocs", "build", "--strict", path=installed)
    for uri in (
        "journal/index.html",
        "journal/issues/18/index.html",
        "journal/badges/journal.svg",
        "assets/journal/journal.css",
        "assets/journal/vendor/mermaid/mermaid.min.js",
        "assets/journal/vendor/mermaid/THIRD-PARTY-LICENSES.txt",
    ):
        assert (root / "site" / uri).is_file(), uri


def test_the_source_archive_makes_the_same_wheel(wheel: Path, tmp_path: Path) -> None:
    archive = build(ROOT, "sdist", tmp_path / "sdist")
    with tarfile.open(archive) as opened:
        opened.extractall(tmp_path, filter="data")
    source = tmp_path / archive.name.removesuffix(".tar.gz")
    again = build(source, "wheel", tmp_path / "wheel")
    assert zipfile.ZipFile(again).namelist() == zipfile.ZipFile(wheel).namelist()
    for name in (".ci/run", "tests/test_package.py", "SECURITY.md", "CITATION.cff", "mkdocs.yml"):
        assert (source / name).is_file(), name


def test_the_citation_is_of_this_version() -> None:
    text = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    assert f"\nversion: {PROJECT['version']}\n" in text
    run(
        ROOT, "-m", "check_jsonschema", "--builtin-schema", "vendor.citation-file-format",
        "CITATION.cff",
    )  # fmt: skip
