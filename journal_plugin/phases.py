"""The phase of an artifact, and the rule that decided it.

What an author declared comes first, then labels, then what kind of thing it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from journal_plugin.model import RecordKind
from journal_plugin.vocabulary import Phase

if TYPE_CHECKING:
    from collections.abc import Sequence

    from journal_plugin.model import Post, Record
    from journal_plugin.vocabulary import Vocabulary


def find_post_phase(post: Post) -> tuple[Phase, str]:
    """The phase of a post, and why."""
    if post.phase:
        return post.phase, "declared in the post"
    return Phase.ITERATION, "a post reports on a result"


def find_record_phase(
    record: Record,
    *,
    declaring: Sequence[Post],
    vocabulary: Vocabulary,
    is_first: bool,
    tests: bool,
) -> tuple[Phase, str]:
    """The phase of an issue or pull request within one problem, and why.

    Args:
        record: The issue or pull request.
        declaring: The posts of the problem, whose front matter may give the record a phase.
        vocabulary: Holds the labels that stand for a phase.
        is_first: Whether it is the first issue of the problem.
        tests: Whether it states that it tests something.
    """
    for post in declaring:
        for link in (*post.issues, *post.prs):
            if link.target == record.id and link.phase:
                return link.phase, f"declared in {post.slug}"
    for label in record.labels:
        phase = vocabulary.find_phase(label.name)
        if phase:
            return phase, f"label {label.name}"
    return _by_kind(record, is_first=is_first, tests=tests)


def _by_kind(record: Record, *, is_first: bool, tests: bool) -> tuple[Phase, str]:
    if record.kind is RecordKind.PULL:
        return Phase.IMPLEMENTATION, "a pull request implements"
    if is_first:
        return Phase.ANALYSIS, "the first issue of the problem"
    if tests:
        return Phase.EXPERIMENTATION, "the issue states that it tests"
    return Phase.ANALYSIS, "a further issue of the problem"
