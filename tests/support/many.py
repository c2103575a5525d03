"""A site with many experiments, for what only shows with numbers of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_CONFIG = """\
site_name: Many experiments
site_url: {url}
theme:
  name: material
  font: false
  language: {language}
  features: [navigation.instant]
plugins:
  - search
  - journal: {{repo: lab/model, sync: never}}
"""


def make_many(root: Path, count: int, *, url: str = "", language: str = "en") -> None:
    """Write a project with `count` experiments whose numbers are not in the order of their text.

    Experiment n has `loss` n and the baseline 50, the parameter `width` 2n, the tag `even` or `odd`,
    and the day n % 28 + 1 of January; every tenth one failed, and every seventh has no metric.
    """
    posts = root / "docs" / "posts"
    posts.mkdir(parents=True)
    (root / "mkdocs.yml").write_text(_CONFIG.format(url=url, language=language), encoding="utf-8")
    (root / "docs" / "index.md").write_text("# Home\n\n[Table](journal/experiments/index.md)\n")
    for number in range(1, count + 1):
        (posts / f"run-{number}.md").write_text(_post(number), encoding="utf-8")


def _post(number: int) -> str:
    metric = f"metrics: {{loss: {{value: {number}, baseline: 50, better: lower}}}}\n"
    return (
        f"---\ntitle: Run {number}\ndate: 2026-01-{number % 28 + 1:02}\nstatus: complete\n"
        f"outcome: {'failure' if number % 10 == 0 else 'success'}\ntype: sweep\n"
        f"tags: [{'odd' if number % 2 else 'even'}]\nauthors: [ann]\n"
        f"params: {{width: {2 * number}, seed: 7}}\n{metric if number % 7 else ''}---\n"
        f"# Run {number}\n"
    )
