"""Compiled templates from earlier builds, in one file for each environment of Jinja.

Compiling templates takes as long as rendering a small site. Jinja keeps the code of a template
beside a hash of its source. What else the code depends on is hashed here: Python, Jinja, and what
the environment brings to the compiler. Jinja calls a filter of a constant while it compiles, and a
filter that somebody made for a site may return another value tomorrow, such as the version of a
style sheet. So nothing is kept of an environment with filters or tests of unknown origin. The file
carries a check sum, because Python must not be given broken code; a file that is not whole, of
another version or not there costs only time.
"""

from __future__ import annotations

import hashlib
import marshal
import sys
from importlib.metadata import version
from typing import TYPE_CHECKING

from jinja2 import BytecodeCache

from journal_plugin.errors import OutputError
from journal_plugin.writer import save_file

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from jinja2 import Environment
    from jinja2.bccache import Bucket

_CHECK = 32
_STEADY = frozenset(
    {"_operator", "builtins", "gettext", "jinja2", "journal_plugin", "markupsafe"}
    | {"material", "mkdocs", "properdocs"}
)
"""Packages whose filters and tests return the same for the same constant, as far as templates use
them with one. A test holds our own templates to it, where words depend on the language."""


class TemplateCache(BytecodeCache):
    """The compiled templates of one environment."""

    def __init__(self, path: Path | None, fingerprint: str = "") -> None:
        """Use the file at `path`, which need not exist, or none.

        Its code is run as it is. So it must be a file of this machine's own: see `kept`.

        Args:
            path: The file.
            fingerprint: What else all compiled code depends on.
        """
        self._path = path
        self._fingerprint = fingerprint
        self._key = b""
        self._known: dict[str, bytes] = {}
        self._used: dict[str, bytes] = {}
        self._is_new = False

    def attach(self, environment: Environment) -> None:
        """Let `environment` take its templates from here, and leave new ones here."""
        if not all(map(is_steady, (*environment.filters.values(), *environment.tests.values()))):
            return
        key = _describe(environment, self._fingerprint)
        if key == self._key:  # another build of this process
            self._known |= self._used
        else:
            self._key = key
            self._known, self._used = self._load(), {}
        environment.bytecode_cache = self

    def load_bytecode(self, bucket: Bucket) -> None:
        """Give Jinja the code of a template, if it is known and its source did not change."""
        if code := self._known.get(bucket.key):
            bucket.bytecode_from_string(code)
            self._used[bucket.key] = code

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Take the code of a template that was compiled."""
        self._used[bucket.key] = bucket.bytecode_to_string()
        self._is_new = True

    def save(self) -> bool:
        """Keep what was used, if any of it is new; return whether the file is as it should be."""
        if not self._is_new:
            return True
        if self._path is None:
            return False
        data = marshal.dumps(self._used)
        try:
            save_file(self._path.parent, self._path.name, self._sum(data) + data)
        except OutputError:
            return False
        self._is_new = False
        return True

    def _load(self) -> dict[str, bytes]:
        if self._path is None:
            return {}
        try:
            content = self._path.read_bytes()
        except OSError:
            return {}
        data = content[_CHECK:]
        if content[:_CHECK] != self._sum(data):
            return {}
        return dict(marshal.loads(data))  # noqa: S302 - it is what `save` wrote, by its check sum

    def _sum(self, data: bytes) -> bytes:
        return hashlib.blake2b(data, digest_size=_CHECK, key=self._key).digest()


def is_steady(function: object) -> bool:
    """Whether a function of an environment comes from a package whose ways are known."""
    return str(getattr(function, "__module__", "")).partition(".")[0] in _STEADY


def _describe(environment: Environment, fingerprint: str) -> bytes:
    """A hash of what decides how a template is compiled, besides its source."""
    options = (
        *("autoescape", "trim_blocks", "lstrip_blocks", "keep_trailing_newline", "optimized"),
        *("block_start_string", "variable_start_string", "newstyle_gettext", "sandboxed"),
    )
    parts = [sys.version, version("jinja2"), fingerprint]
    parts += [repr(getattr(environment, name, None)) for name in options]
    parts += sorted(environment.extensions)
    parts += _identify(environment.filters) + _identify(environment.tests)
    generator = environment.code_generator_class
    parts += _identify({"finalize": environment.finalize, "generator": generator})
    return hashlib.blake2b("\n".join(parts).encode(), digest_size=_CHECK).digest()


def _identify(functions: Mapping[str, object]) -> list[str]:
    return [
        f"{name} {getattr(made, '__module__', '')}.{getattr(made, '__qualname__', '')}"
        for name, made in sorted(functions.items())
    ]
