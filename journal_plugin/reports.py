"""Findings as text, JSON, GitHub annotations and SARIF."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from journal_plugin.catalogue import CATALOGUE
from journal_plugin.errors import Severity
from journal_plugin.formats import dump_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from journal_plugin.catalogue import Kind
    from journal_plugin.errors import Diagnostic

_LEVELS: Mapping[Severity, str] = {
    Severity.INFO: "note",
    Severity.WARNING: "warning",
    Severity.ERROR: "error",
}
_ROOT = "Root of the repository; outside of one, the directory of mkdocs.yml."
_COMMANDS: Mapping[Severity, str] = {**_LEVELS, Severity.INFO: "notice"}


def counts(findings: Iterable[Diagnostic], *, strict: bool) -> bool:
    """Whether the findings make a check fail: warnings and errors, and all of them if strict."""
    return any(strict or finding.severity is not Severity.INFO for finding in findings)


def format_json(findings: Iterable[Diagnostic]) -> str:
    """A list of findings as in `journal.json`, each with the command that explains it."""
    return dump_json(
        [
            {
                "severity": finding.severity.value,
                "code": finding.code,
                "message": finding.message,
                "path": finding.path,
                "line": finding.line,
                "help": CATALOGUE[finding.code].help,
            }
            for finding in findings
        ]
    ).decode()


def format_github(finding: Diagnostic) -> str:
    """A workflow command that becomes an annotation on the changed file.

    The escapes are those of GitHub's docs, "Workflow commands": `%` and line ends in the message,
    and also `:` and `,` in properties, so that no text can end the command and start another.
    """
    properties = {
        "file": finding.path,
        "line": str(finding.line),
        "title": f"{CATALOGUE[finding.code].title} [{finding.code}]",
    }
    shown = ",".join(f"{name}={_escape_property(value)}" for name, value in properties.items())
    return f"::{_COMMANDS[finding.severity]} {shown}::{_escape_data(finding.message)}"


def format_sarif(findings: Sequence[Diagnostic], *, version: str) -> str:
    """A SARIF 2.1.0 log with one rule for each code that occurs."""
    kinds = [CATALOGUE[code] for code in sorted({finding.code for finding in findings})]
    index = {kind.code: number for number, kind in enumerate(kinds)}
    driver = {
        "name": "journal",
        "fullName": "mkdocs-experiment-journal",
        "version": version,
        "informationUri": "https://pypi.org/project/mkdocs-experiment-journal/",
        "rules": [_rule(kind) for kind in kinds],
    }
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {"ROOT": {"description": {"text": _ROOT}}},
        "results": [_result(finding, index[finding.code]) for finding in findings],
    }
    schema = "https://json.schemastore.org/sarif-2.1.0.json"
    return dump_json({"$schema": schema, "version": "2.1.0", "runs": [run]}).decode()


def _rule(kind: Kind) -> dict[str, object]:
    words = kind.code.split("-")
    return {
        "id": kind.code,
        "name": "".join(word.capitalize() for word in words),
        "shortDescription": {"text": f"{kind.title}."},
        "fullDescription": {"text": kind.explanation},
        "help": {"text": kind.fix, "markdown": _explain(kind)},
        "defaultConfiguration": {"level": _LEVELS[kind.severity]},
    }


def _explain(kind: Kind) -> str:
    """All that is known of a kind of finding, as code scanning shows it beside the line."""
    examples = f"Instead of\n\n```yaml\n{kind.wrong}\n```\n\nwrite\n\n```yaml\n{kind.right}\n```"
    return f"{kind.explanation}\n\n{kind.fix}\n\n{examples}"


def _result(finding: Diagnostic, rule: int) -> dict[str, object]:
    uri = quote(finding.path, safe="/~!$&'()*+,;=:@")
    location = {
        "artifactLocation": {"uri": uri, "uriBaseId": "ROOT"},
        "region": {"startLine": max(1, finding.line)},
    }
    # In a message, `[text](address)` is a link (SARIF 2.1.0, section 3.11.6).
    message = finding.message.replace("](", "] (")
    return {
        "ruleId": finding.code,
        "ruleIndex": rule,
        "level": _LEVELS[finding.severity],
        "message": {"text": f"{message[:1].upper()}{message[1:]}."},
        "locations": [{"physicalLocation": location}],
    }


def _escape_data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _escape_property(text: str) -> str:
    return _escape_data(text).replace(":", "%3A").replace(",", "%2C")
