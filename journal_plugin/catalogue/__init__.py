"""Every kind of finding, once: what it means, how to fix it, and an example.

The page of each code in the docs and the rules in a SARIF report come from here. A test holds this
list and the codes in the package equal.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from journal_plugin.catalogue import authoring, blocks, evidence, files, runs
from journal_plugin.catalogue.kind import Kind

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["CATALOGUE", "Kind"]

CATALOGUE: Mapping[str, Kind] = {
    kind.code: kind
    for kind in sorted(
        (*authoring.KINDS, *blocks.KINDS, *evidence.KINDS, *files.KINDS, *runs.KINDS),
        key=lambda kind: kind.code,
    )
}
"""All kinds by code, sorted by code."""
