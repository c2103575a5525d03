"""Findings about files and the links between them."""

from __future__ import annotations

from journal_plugin.catalogue.kind import Kind
from journal_plugin.errors import Severity
from journal_plugin.phrases import phrase

KINDS = (
    Kind(
        code="broken-link",
        severity=Severity.WARNING,
        title=phrase("A link leads to a file that cannot be published"),
        explanation="A post outside the docs links to a file that does not exist, is hidden, or is "
        "a draft. The link would lead nowhere on the site.",
        fix="Correct the path, or move the file into the project.",
        wrong="![Loss](plots/los.png)",
        right="![Loss](plots/loss.png)",
    ),
    Kind(
        code="duplicate-slug",
        severity=Severity.WARNING,
        title=phrase("Two posts want the same slug"),
        explanation="A slug is the name of a post in links. The second post gets another one, "
        "which changes when files are added. For slugs made from file names this is only a note.",
        fix="Give one of the posts a `slug` of its own.",
        wrong="slug: baseline  # in two posts",
        right="slug: baseline-2",
    ),
    Kind(
        code="shared-name",
        severity=Severity.INFO,
        title=phrase("Two posts share a short name"),
        explanation="A post in a folder or file such as `exp166_rounding` may be called `exp166` "
        "in texts, and one with `id: E012` in its front matter `E012`. Two posts have the same "
        "short name here, so a text that uses it could mean either, and is not linked.",
        fix="Rename one of them, or use the longer name, a Markdown link or the slug in texts.",
        wrong="experiments/E012_baseline/README.md\nexperiments/E012_second_try/README.md",
        right="experiments/E012_baseline/README.md\nexperiments/E013_second_try/README.md",
    ),
    Kind(
        code="near-miss-link",
        severity=Severity.WARNING,
        title=phrase("A link is a few letters away from a file"),
        explanation="There is no file with this path, but one with nearly the same.",
        fix="Write the path as the message suggests.",
        wrong="[First try](fisrt-try.md)",
        right="[First try](first-try.md)",
    ),
    Kind(
        code="no-posts",
        severity=Severity.WARNING,
        title=phrase("The option post_sources finds nothing"),
        explanation="An entry of `post_sources` matches no Markdown file.",
        fix="Name a directory, or a glob of Markdown files, relative to `mkdocs.yml`.",
        wrong="post_sources: [experiment]",
        right="post_sources: [experiments]",
    ),
    Kind(
        code="outside-root",
        severity=Severity.WARNING,
        title=phrase("A path leads out of the project"),
        explanation="A link, or a file that is itself a link, leads out of the directory of "
        "`mkdocs.yml`. Nothing from there is read or published.",
        fix="Copy what is needed into the project.",
        wrong="[Notes](../../../notes.md)",
        right="[Notes](notes.md)",
    ),
    Kind(
        code="unreadable-file",
        severity=Severity.ERROR,
        title=phrase("A file or folder cannot be read"),
        explanation="The disk refuses to give it. The journal is built without it.",
        fix="Check that the file exists, and that you may read it.",
        wrong="-rw------- root root docs/posts/a.md",
        right="-rw-r--r-- you you docs/posts/a.md",
    ),
)
