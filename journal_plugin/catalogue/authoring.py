"""Findings about what an author or another tool wrote: files, fields and references."""

from __future__ import annotations

from journal_plugin.catalogue.kind import Kind
from journal_plugin.errors import Severity
from journal_plugin.phrases import phrase

KINDS = (
    Kind(
        code="broken-front-matter",
        severity=Severity.ERROR,
        title=phrase("The front matter is not YAML"),
        explanation="The block between the `---` lines could not be read. MkDocs would drop it "
        "without a word, so the post would lose its date, status and references.",
        fix="Look at the line that the message names. Usual causes are a tab, a missing space "
        "after a colon, a quote that is not closed, or a `#18` that YAML takes for a comment.",
        wrong="---\ntitle: Learned rounding: second try\n---",
        right='---\ntitle: "Learned rounding: second try"\n---',
    ),
    Kind(
        code="broken-record",
        severity=Severity.ERROR,
        title=phrase("A record file of the snapshot cannot be read"),
        explanation="One JSON file of the snapshot is not a record: it is cut off, has a wrong "
        "type, or comes from another version. The journal is built without that record.",
        fix="Run `journal sync --full` to fetch it again, or restore the file from git.",
        wrong='{"number": 18, "kind": "issue", "state": "half-open"}',
        right='{"number": 18, "kind": "issue", "state": "open"}',
    ),
    Kind(
        code="empty-snapshot",
        severity=Severity.INFO,
        title=phrase("Posts refer to issues, but there are no records"),
        explanation="The journal knows no issues and pull requests, so references to them lead to "
        "GitHub and no case study can be told.",
        fix="Set the option `repo` (or MkDocs' `repo_url`) and run `journal sync`.",
        wrong="plugins:\n  - journal",
        right="plugins:\n  - journal:\n      repo: your-name/your-project",
    ),
    Kind(
        code="invalid-date",
        severity=Severity.WARNING,
        title=phrase("A date cannot be read"),
        explanation="Posts are sorted by date, and the timeline, the feeds and the dashboard use "
        "it. A date that cannot be read counts as none.",
        fix="Write year, month and day with hyphens. A time may follow.",
        wrong="date: 01.02.26",
        right="date: 2026-01-31",
    ),
    Kind(
        code="invalid-metric",
        severity=Severity.WARNING,
        title=phrase("A metric is not a number"),
        explanation="Metrics are compared and charted, so each needs a number. The unit goes "
        "into its own field.",
        fix="Write the number alone, or a mapping with `value`, `unit`, `baseline` and `better`.",
        wrong="metrics:\n  accuracy: about 71",
        right='metrics:\n  accuracy: {value: 71, unit: "%", better: higher}',
    ),
    Kind(
        code="invalid-reference",
        severity=Severity.WARNING,
        title=phrase("A front matter field does not name a record"),
        explanation="`issues` and `prs` take numbers, `owner/name#18`, addresses, or a mapping of "
        "those to phases. In YAML, a bare `#18` starts a comment, so that it is lost.",
        fix="Write the number without `#`.",
        wrong="issues: [eighteen]",
        right="issues: [18]",
    ),
    Kind(
        code="unknown-key",
        severity=Severity.WARNING,
        title=phrase("A front matter key is probably misspelt"),
        explanation="The key is not one that the journal or Material reads, but it is very close "
        "to one. The field would be missing without a word.",
        fix="Write the key as the message suggests.",
        wrong="stauts: complete",
        right="status: complete",
        fixable=True,
    ),
    Kind(
        code="unknown-outcome",
        severity=Severity.WARNING,
        title=phrase("An outcome is not in the vocabulary"),
        explanation="The outcome is one of success, failure, mixed and inconclusive. Other words "
        "map to these; this one does not.",
        fix="Use a known word, or add yours to the option `outcomes`.",
        wrong="outcome: sucess",
        right="outcome: success",
        fixable=True,
    ),
    Kind(
        code="unknown-phase",
        severity=Severity.WARNING,
        title=phrase("A phase does not exist"),
        explanation="The phases are problem, analysis, design, implementation, experimentation "
        "and iteration. The artifact is sorted as if no phase were declared.",
        fix="Use one of the six words.",
        wrong="phase: experiment-ation",
        right="phase: experimentation",
    ),
    Kind(
        code="unknown-post",
        severity=Severity.WARNING,
        title=phrase("A relation names a post that does not exist"),
        explanation="`follows`, `supersedes`, `corrects` and `replicates` name another post by its "
        "slug, its path or its short name. No post has this one, or several have it, so the chain "
        "is broken here.",
        fix="Check the spelling; the message suggests the nearest slug. A draft is no post yet.",
        wrong="follows: learned-roundin",
        right="follows: learned-rounding",
    ),
    Kind(
        code="unknown-record",
        severity=Severity.WARNING,
        title=phrase("A reference leads to no issue or pull request"),
        explanation="The text or the front matter refers to a number that the snapshot of that "
        "repository does not have.",
        fix="Correct the number. If the issue is new, run `journal sync`.",
        wrong="This run follows the plan of #999.",
        right="This run follows the plan of #18.",
    ),
    Kind(
        code="unknown-status",
        severity=Severity.WARNING,
        title=phrase("A status is not in the vocabulary"),
        explanation="The status is one of planned, running, complete, abandoned, superseded and "
        "ongoing. Many words and signs map to these, this one does not. The post appears without "
        "a status; your words stay visible.",
        fix="Use a known word, or add yours to the option `statuses`.",
        wrong="status: complet",
        right="status: complete",
        fixable=True,
    ),
)
