"""Holds every answer of the fake against GitHub's own description of REST."""

from __future__ import annotations

import gzip
import json
import re
from functools import cache
from typing import TYPE_CHECKING, Any

from jsonschema import Draft202012Validator

from tests.fake_github import relaxations
from tests.support.dumps import find_data

if TYPE_CHECKING:
    from jsonschema.protocols import Validator

_BRANCHES = ("pull-request-simple", "pull-request")


def check_answer(path: str, status: int, data: Any) -> None:
    """Fail unless `data` is what GitHub may answer to a GET of `path`.

    `/repositories/<id>` stands for `/repos/<owner>/<name>`, which the description leaves out.
    """
    documented = re.sub(r"^/repositories/\d+", "/repos/o/n", path)
    error = next(_validator(documented, status).iter_errors(data), None)
    if error is not None:
        where = "/".join(map(str, error.absolute_path))
        msg = f"GET {path} -> {status}: {where}: {error.message[:300]}"
        raise AssertionError(msg)


@cache
def _template(path: str) -> str:
    # The most literal template wins: `/issues/comments` is no `/issues/{issue_number}`.
    for template in sorted(_spec()["paths"], key=lambda path: path.count("{")):
        if re.fullmatch(re.sub(r"\{[^}]+\}", "[^/]+", template), path):
            return template
    msg = f"{path} is not in GitHub's description of REST"
    raise AssertionError(msg)


def _validator(path: str, status: int) -> Validator:
    return _validator_of(_template(path), status)


@cache
def _validator_of(template: str, status: int) -> Validator:
    spec = _spec()
    responses = spec["paths"][template]["get"]["responses"]
    # Rate limits, bad tokens and failures can meet any request and are described only once.
    response = responses.get(str(status)) or {
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/basic-error"}}}
    }
    if "$ref" in response:
        response = spec["components"]["responses"][response["$ref"].rsplit("/", 1)[1]]
    schema = response["content"]["application/json"]["schema"]
    return Draft202012Validator({**schema, "components": spec["components"]})


def forget() -> None:
    """Read the description again on next use, under other relaxations."""
    _spec.cache_clear()
    _validator_of.cache_clear()


@cache
def _spec() -> dict[str, Any]:
    spec = json.loads(gzip.decompress(find_data("github-openapi-subset.json.gz").read_bytes()))
    schemas = spec["components"]["schemas"]
    for name, properties in relaxations.NULLABLE_PROPERTIES.items():
        for key in properties:
            schemas[name]["properties"][key]["nullable"] = True
    for name in relaxations.NULLABLE_LABEL_OF:
        label = schemas[name]["properties"]["labels"]["items"]["properties"]
        label["description"]["nullable"] = True
    for name in _BRANCHES:
        head = schemas[name]["properties"]["head"]["properties"]
        for key in relaxations.NULLABLE_BRANCH:
            head[key] = {"anyOf": [{"type": "null"}, head[key]]}
    return _translate(spec)


def _translate(node: Any) -> Any:
    """OpenAPI 3.0 says `nullable` where JSON Schema has a type."""
    if isinstance(node, list):
        return [_translate(item) for item in node]
    if not isinstance(node, dict):
        return node
    out = {key: _translate(value) for key, value in node.items() if key != "nullable"}
    if node.get("nullable") is True:
        # By the letter, a nullable enum still has to list null.
        if "enum" in out and None not in out["enum"] and not relaxations.NULLABLE_ENUMS:
            return out
        return {"anyOf": [{"type": "null"}, out]}
    return out
