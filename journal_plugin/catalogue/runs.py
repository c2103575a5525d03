"""Findings about the logged data of a post."""

from __future__ import annotations

from journal_plugin.catalogue.kind import Kind
from journal_plugin.errors import Severity
from journal_plugin.phrases import phrase

KINDS = (
    Kind(
        code="bad-data",
        severity=Severity.WARNING,
        title=phrase("A data file holds no curves"),
        explanation="The file is read, but it has no column of numbers, or it is not what its name "
        "says. The post is shown without its plot.",
        fix="Write CSV with a header line, a JSON list of mappings, or one JSON mapping a line.",
        wrong="just some words",
        right="step,loss\n1,0.9\n2,0.7",
    ),
    Kind(
        code="bad-row",
        severity=Severity.WARNING,
        title=phrase("A row of a data file is left out"),
        explanation="The row has another number of cells than the header, or a cell that should be "
        "a number is none. The other rows are drawn.",
        fix="Mend the row, or leave the cell empty.",
        wrong="step,loss\n1,0.9,7",
        right="step,loss\n1,0.9",
    ),
    Kind(
        code="data-outside",
        severity=Severity.WARNING,
        title=phrase("A data file lies outside of the project"),
        explanation="Nothing outside of the directory of `mkdocs.yml` is read or published.",
        fix="Copy the file into the project.",
        wrong="data: ../../runs/log.csv",
        right="data: data/log.csv",
    ),
    Kind(
        code="data-too-large",
        severity=Severity.WARNING,
        title=phrase("A data file is too large to draw"),
        explanation="Reading it would make each build slow, and nobody sees millions of points.",
        fix="Log less often, or publish the file and link it.",
        wrong="data: every-step.csv",
        right="data: every-hundredth-step.csv",
    ),
    Kind(
        code="dead-run-link",
        severity=Severity.WARNING,
        title=phrase("A link to a run no longer resolves"),
        explanation="The address of a run, job or model has no host any more, or its server "
        "answers that there is nothing. Only `journal check --run-links` asks. A run that was made "
        "private looks the same to somebody who is not signed in.",
        fix="Link to where the run is now, or commit its log and name it under `data`.",
        wrong="The run: https://wandb.ai/lab/model/runs/deleted",
        right="The run: https://wandb.ai/lab/model/runs/4f2k9x",
    ),
    Kind(
        code="missing-data",
        severity=Severity.WARNING,
        title=phrase("A data file does not exist"),
        explanation="It is looked for beside the post, in the docs directory and in the project.",
        fix="Correct the path, or commit the file.",
        wrong="data: data/lgo.csv",
        right="data: data/log.csv",
    ),
    Kind(
        code="remote-data",
        severity=Severity.INFO,
        title=phrase("A data file on another machine is not read"),
        explanation="A site is built from its own files, so that it can be built again.",
        fix="Download the file and commit it, or link it in the text.",
        wrong="data: https://example.org/log.csv",
        right="data: data/log.csv",
    ),
    Kind(
        code="too-many-runs",
        severity=Severity.WARNING,
        title=phrase("A post names more runs than can be drawn"),
        explanation="More curves than that cannot be told apart. The first ones are shown.",
        fix="Name the runs that matter, or write a post for each group of them.",
        wrong="data: runs/*.csv",
        right="data: [runs/best.csv, runs/baseline.csv]",
    ),
    Kind(
        code="unreadable-data",
        severity=Severity.WARNING,
        title=phrase("A data file cannot be read"),
        explanation="The disk refuses to give it, it is hidden, or its name has an ending that the "
        "journal does not know.",
        fix="Use CSV, TSV, JSON or JSON Lines, and check that you may read the file.",
        wrong="data: model.pkl",
        right="data: log.csv",
    ),
)
