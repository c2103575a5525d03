"""Findings about the front matter as a block of YAML."""

from __future__ import annotations

from journal_plugin.catalogue.kind import Kind
from journal_plugin.errors import Severity
from journal_plugin.phrases import phrase

KINDS = (
    Kind(
        code="duplicate-key",
        severity=Severity.WARNING,
        title=phrase("A key stands twice in the front matter"),
        explanation="YAML allows each key once. Only the last of the values counts; the others are "
        "lost without a word in other tools.",
        fix="Remove one of them, or make one list of both.",
        wrong="issues: [18]\nissues: [21]",
        right="issues: [18, 21]",
    ),
    Kind(
        code="front-matter-too-large",
        severity=Severity.ERROR,
        title=phrase("The front matter is too large or too deep"),
        explanation="Front matter of this size, depth or number of aliases is not read, because it "
        "could keep a build busy for ever. The post appears as if it had none.",
        fix="Move long texts into the body of the post, and long tables into a file that `data` "
        "names.",
        wrong="params: {a: {b: {c: ...}}}  # hundreds of levels",
        right="data: runs/first.csv",
    ),
    Kind(
        code="hash-in-front-matter",
        severity=Severity.WARNING,
        title=phrase("YAML takes the reference for a comment"),
        explanation="In YAML, a `#` after a space starts a comment, so `issues: #18` is empty and "
        "`[#18]` breaks the whole block. The journal reads it as it was meant, but other tools do "
        "not.",
        fix="Write the number without `#`.",
        wrong="issues: #18, #21",
        right="issues: [18, 21]",
        fixable=True,
    ),
    Kind(
        code="number-too-large",
        severity=Severity.WARNING,
        title=phrase("A number has too many digits"),
        explanation="A number with that many digits takes very long to read, so it is kept as "
        "text.",
        fix="Write it in scientific notation, or put it in quotes if it is a name.",
        wrong="params: {seed: 123456...}  # thousands of digits",
        right="params: {seed: 1.2e+30}",
    ),
    Kind(
        code="unclosed-front-matter",
        severity=Severity.ERROR,
        title=phrase("The front matter has no end"),
        explanation="The file starts with `---` and a key, but no second `---` follows. All of it "
        "counts as text.",
        fix="Add a line with `---` after the last key.",
        wrong="---\ntitle: A post\n\nThe text starts here.",
        right="---\ntitle: A post\n---\n\nThe text starts here.",
    ),
    Kind(
        code="unknown-tag",
        severity=Severity.WARNING,
        title=phrase("The front matter holds a YAML tag"),
        explanation="Tags such as `!!python/name` can run code in careless readers. The journal "
        "reads only what stands behind the tag, as text.",
        fix="Remove the tag.",
        wrong="command: !!python/name:os.system",
        right="command: python train.py",
    ),
)
