"""The reference of the action says what `action.yml` says.

`python -m tests.deploy.test_reference` writes the page anew.
"""

from __future__ import annotations

from tests.deploy.actions import ACTION, ROOT, load_yaml

PAGE = ROOT / "docs" / "reference" / "action.md"

_INTRO = """\
# The action

```yaml
- uses: example-lab/mkdocs-experiment-journal@v1
```

It needs a checkout, and the permissions `contents: read`, `issues: read` and `pull-requests: read`.
See [how to publish the journal](../how-to/deploy.md).

"""


def make_page() -> str:
    """The page with a table of inputs and one of outputs."""
    data = load_yaml(ACTION)
    inputs = [
        f"| `{name}` | {_default(spec['default'])} | {spec['description']} |"
        for name, spec in data["inputs"].items()
    ]
    outputs = [f"| `{name}` | {spec['description']} |" for name, spec in data["outputs"].items()]
    return "\n".join(
        [
            f"{_INTRO}## Inputs\n\n| Input | Default | What it does |\n|---|---|---|",
            *inputs,
            "\n## Outputs\n\n| Output | What it is |\n|---|---|",
            *outputs,
            "",
        ]
    )


def _default(value: str) -> str:
    return f"`{value}`" if value and "${{" not in value else "the job's own" if value else "none"


def test_page_is_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == make_page()


if __name__ == "__main__":
    PAGE.write_text(make_page(), encoding="utf-8")
