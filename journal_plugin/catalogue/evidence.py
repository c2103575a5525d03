"""Findings about the chain of evidence: what is missing, and what contradicts itself."""

from __future__ import annotations

from journal_plugin.catalogue.kind import Kind
from journal_plugin.errors import Severity
from journal_plugin.phrases import phrase

KINDS = (
    Kind(
        code="closed-but-running",
        severity=Severity.WARNING,
        title=phrase("A post says running, but its tracking issue is closed"),
        explanation="The post and GitHub contradict each other about whether the experiment goes "
        "on. Readers cannot know which one is right.",
        fix="Give the post its final status and outcome, or reopen the issue.",
        wrong="status: running\nissues: [21]  # closed on GitHub",
        right="status: complete\noutcome: failure\nissues: [21]",
    ),
    Kind(
        code="no-hypothesis",
        severity=Severity.INFO,
        title=phrase("There is a result, but no hypothesis"),
        explanation="Without a hypothesis from before the run, a reader cannot tell a prediction "
        "from an explanation after the fact.",
        fix="Add the field `hypothesis`, or a section with that heading. Say so if it was written "
        "after the run.",
        wrong="outcome: success",
        right="hypothesis: Learned rounding lowers perplexity by 0.2.\noutcome: success",
    ),
    Kind(
        code="no-result-post",
        severity=Severity.INFO,
        title=phrase("A merged solution has no post that reports on it"),
        explanation="The pull request belongs to a problem and was merged, but no post says what "
        "came of it. The case study ends without a result.",
        fix="Write the post with `journal new`, and name the pull request in `prs`.",
        wrong="prs: []",
        right="prs: [24]",
    ),
    Kind(
        code="no-success-criteria",
        severity=Severity.INFO,
        title=phrase("Success is claimed without criteria"),
        explanation="The outcome is success, but nothing says what would have counted as a "
        "failure.",
        fix="Add the field `success_criteria`, or a section with that heading.",
        wrong="outcome: success",
        right="success_criteria: Perplexity below 12.0 on the held-out text.\noutcome: success",
    ),
    Kind(
        code="no-validation",
        severity=Severity.INFO,
        title=phrase("A merged solution was never validated"),
        explanation="No tracking issue and no post tests the pull request. The solution is in the "
        "code, but nobody knows whether it works.",
        fix="Open a tracking issue that says `Validates #24`, or report on it in a post.",
        wrong="prs: []",
        right="prs: {24: implementation}",
    ),
    Kind(
        code="open-after-success",
        severity=Severity.INFO,
        title=phrase("The problem is solved, but its issue is open"),
        explanation="A post reports success for the problem, while the issue that states it is "
        "still open on GitHub.",
        fix="Close the issue, or say in the post what is left to do.",
        wrong="outcome: success\nissues: [18]  # still open on GitHub",
        right="outcome: success\nissues: [18]  # closed on GitHub",
    ),
    Kind(
        code="open-but-over",
        severity=Severity.WARNING,
        title=phrase("A post is finished, but its tracking issue is open"),
        explanation="The post and GitHub contradict each other about whether the experiment goes "
        "on.",
        fix="Close the tracking issue with a link to the post, or set the status to running.",
        wrong="status: complete\nissues: [21]  # still open on GitHub",
        right="status: complete\nissues: [21]  # closed on GitHub",
    ),
    Kind(
        code="stale-run",
        severity=Severity.INFO,
        title=phrase("Something runs without an update for a long time"),
        explanation="The experiment is marked as running, but neither the post nor its tracking "
        "issue changed for more than 60 days.",
        fix="Write an update, or set the status to abandoned and say why.",
        wrong="status: running\ndate: 2025-01-10",
        right="status: abandoned\ndate: {created: 2025-01-10, updated: 2025-04-02}",
    ),
    Kind(
        code="superseded-but-active",
        severity=Severity.WARNING,
        title=phrase("A post is superseded, but does not say so"),
        explanation="Another post supersedes this one. Who reads only this one takes it for the "
        "current state.",
        fix="Set the status to superseded.",
        wrong="status: complete  # and a later post has `supersedes:` with this slug",
        right="status: superseded",
    ),
    Kind(
        code="superseded-by-nothing",
        severity=Severity.INFO,
        title=phrase("A post is superseded, but nothing supersedes it"),
        explanation="The status sends readers to a newer post, but no post names this one in "
        "`supersedes`.",
        fix="Add `supersedes` to the newer post.",
        wrong="status: superseded",
        right="supersedes: first-attempt  # in the newer post",
    ),
    Kind(
        code="unmerged-pull",
        severity=Severity.WARNING,
        title=phrase("A complete post reports on a pull request that was not merged"),
        explanation="The result was measured with code that is not part of the project, because "
        "the pull request was closed without merging or is still open. For an open one this is "
        "only a note.",
        fix="Say in the post which code was measured, name the pull request that was merged "
        "instead, or wait with `complete`.",
        wrong="status: complete\nprs: [24]  # closed without merging",
        right="status: complete\nprs: [27]  # merged",
    ),
)
