"""Builds and servers as users start them, each in a process of its own, and what they cost."""

from __future__ import annotations

import compileall
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path

from site_content import ROOT

_MEGABYTE = 1024
_TICKS = os.sysconf("SC_CLK_TCK")
_PAUSE = 0.02
_PATIENCE = 10
_LONGEST = 1800
_RUNNER = """\
import os, sys, time
start = time.perf_counter()
process = os.posix_spawn(sys.argv[1], sys.argv[1:], os.environ)
_, status, usage = os.wait4(process, 0)
print(usage.ru_utime + usage.ru_stime, time.perf_counter() - start, usage.ru_maxrss)
sys.exit(bool(status))
"""
"""Starts a build from a small process: the largest size of a process counts its parent's at the
start, and this one holds all records."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What one build cost."""

    cpu: float
    """Seconds of processor time."""
    clock: float
    memory: float
    """Largest resident size in MB."""


def compile_package() -> None:
    """Compile our modules, as installing the package does."""
    compileall.compile_dir(ROOT / "journal_plugin", quiet=1)


def run_build(project: Path, target: Path | None = None, *, again: bool = False) -> Run:
    """Build a project into a new directory, or `again` into that of its last build.

    Raises:
        SystemExit: the build fails.
    """
    target = target or project / "site"
    if not again:
        _put_aside(target)
    command = [*_mkdocs("build", project), "-q", "--site-dir", str(target)]
    done = subprocess.run(
        [sys.executable, "-S", "-c", _RUNNER, *command],
        env=_environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        check=False,
    )
    if done.returncode:
        msg = f"the build of {project} failed; run `mkdocs build` there"
        raise SystemExit(msg)
    cpu, clock, kilobytes = map(float, done.stdout.split())
    return Run(cpu=cpu, clock=clock, memory=kilobytes / _MEGABYTE)


def _put_aside(site: Path) -> None:
    """Make room for a new site without deleting the old one before the measurement is over.

    When ext4 makes a file, it looks at those that were deleted in the last minutes. That adds
    seconds to both sides, while a fresh checkout has none to look at.
    """
    if site.exists():
        earlier = site.parent / "earlier-sites"
        earlier.mkdir(exist_ok=True)
        site.rename(earlier / str(len(list(earlier.iterdir()))))


def serve_change(project: Path, post: Path, url: str, words: str) -> Run:
    """Serve a project, add `words` to a post, and wait until they stand on its page.

    Returns:
        What the rebuild cost. The memory is the server's largest.
    """
    port = _find_port()
    address = f"http://127.0.0.1:{port}/{url}"
    process = subprocess.Popen(
        [*_mkdocs("serve", project), "-q", "-a", f"127.0.0.1:{port}"],
        env=_environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait_for(address, "</html>")
        time.sleep(1)  # the watcher starts after the first answer
        before, start = _cpu_of(process.pid), time.perf_counter()
        post.write_text(f"{post.read_text()}\n{words}\n")
        _wait_for(address, words)
        clock, cpu = time.perf_counter() - start, _cpu_of(process.pid) - before
        return Run(cpu=cpu, clock=clock, memory=_memory_of(process.pid))
    finally:
        _stop(process)


def _stop(process: subprocess.Popen[bytes]) -> None:
    """End a server as its user does, so that it cleans up; shells let jobs behind ignore that."""
    process.send_signal(signal.SIGINT)
    try:
        process.wait(_PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _mkdocs(command: str, project: Path) -> list[str]:
    return [sys.executable, "-m", "mkdocs", command, "-f", str(project / "mkdocs.yml")]


def _environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT), "NO_MKDOCS_2_WARNING": "1"}


def _find_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def _wait_for(address: str, words: str) -> None:
    end = time.monotonic() + _LONGEST
    while time.monotonic() < end:
        try:
            with urllib.request.urlopen(address, timeout=_LONGEST) as answer:  # noqa: S310 - our own server
                if words in answer.read().decode():
                    return
        except (urllib.error.URLError, ConnectionError):
            pass
        time.sleep(_PAUSE)
    msg = f"{address} does not show {words!r}"
    raise SystemExit(msg)


def _cpu_of(process: int) -> float:
    """Seconds of processor time so far (proc(5))."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def _memory_of(process: int) -> float:
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    peak = next(line for line in lines if line.startswith("VmHWM:"))
    return int(peak.split()[1]) / _MEGABYTE
