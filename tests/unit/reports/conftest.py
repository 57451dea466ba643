"""A report in which everything happens once, and a validator of JSON Schema as far as ours go."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from shipway.checks.checking import check
from shipway.checks.registry import rule_named
from shipway.checks.report import Report
from shipway.checks.suppressions import Allowance
from shipway.errors import InputError, InternalError
from shipway.template.inputs import System
from shipway.template.read import parse_template

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from shipway.checks.rule import Rule

TEMPLATE = """\
Parameters:
  Enabled: {Type: String}
Resources:
  Release:
    Type: AWS::CodePipeline::Pipeline
    Metadata:
      aws:cdk:path: App/Release/Resource
    Properties:
      RoleArn: !GetAtt Role.Arn
      Stages:
        - Name: Deploy
          Actions:
            - Name: "<b>&Deploy"
              ActionTypeId: {Category: Deploy, Owner: AWS, Provider: CodeDeployToECS, Version: "1"}
              Configuration: {ApplicationName: app, DeploymentGroupName: !Ref Group}
  Group:
    Type: AWS::CodeDeploy::DeploymentGroup
    Properties: {ApplicationName: app, ServiceRoleArn: !GetAtt Role.Arn}
  Other:
    Type: AWS::CodeDeploy::DeploymentGroup
    Properties:
      ApplicationName: app
      ServiceRoleArn: !GetAtt Role.Arn
      AutoRollbackConfiguration: {Enabled: !Ref Enabled}
  Allowed:
    Type: AWS::CodeDeploy::DeploymentGroup
    Metadata:
      shipway: {allow: [{rule: missing-auto-rollback, reason: it is rolled back by hand}]}
    Properties: {ApplicationName: app, ServiceRoleArn: !GetAtt Role.Arn}
"""
TYPES = {"object": dict, "array": list, "string": str, "integer": int, "boolean": bool}


def _rule(name: str) -> Rule:
    rule = rule_named(name)
    assert rule is not None
    return rule


def _crash(_subject: object, _graph: object) -> Any:
    raise RuntimeError("bang\x07 <&>")


@pytest.fixture
def report() -> Report:
    rollback = _rule("missing-auto-rollback")
    crashing = _rule("wildcard-action")._replace(subject=rollback.subject, check=_crash)
    return check(
        [
            System((parse_template(TEMPLATE, "my, own: %.yml"),), {}),
            InputError("the file is not YAML", where="broken.yml:3:1", value="x", remedy="Mend it"),
            InternalError("a bug", where="odd.yml"),
        ],
        (rollback, crashing),
        date(2026, 1, 1),
        [Allowance("missing-auto-rollback", "once upon a time", "pyproject.toml", expires=date(2020, 1, 1))],
        keep_graphs=True,
    )


@pytest.fixture
def invalid() -> Callable[[Any, Any], list[str]]:
    """What is wrong with data by a schema: those keywords that our schemas use, and no others."""
    return lambda data, schema: list(_wrong(data, schema, schema, "$"))


_USED = {"$schema", "$ref", "$defs", "title", "description", "type", "const", "enum", "pattern", "minimum"}
_USED |= {"additionalProperties", "required", "properties", "items"}


def _wrong(data: Any, schema: Any, root: Any, at: str) -> Iterator[str]:
    assert schema.keys() <= _USED, f"a keyword that this test does not know: {schema.keys() - _USED}"
    if "$ref" in schema:
        schema = root["$defs"][schema["$ref"].rpartition("/")[2]]
    if not isinstance(data, TYPES.get(schema.get("type"), object)):
        yield f"{at}: {data!r} is no {schema['type']}"
        return
    if data not in schema.get("enum", [schema.get("const", data)]):
        yield f"{at}: {data!r} is not among {schema}"
    if not re.search(schema.get("pattern", ""), str(data)):
        yield f"{at}: {data!r} is not like {schema['pattern']}"
    if "minimum" in schema and data < schema["minimum"]:
        yield f"{at}: {data!r} is less than {schema['minimum']}"
    if isinstance(data, dict):
        yield from _wrong_members(data, schema, root, at)
    if isinstance(data, list) and "items" in schema:
        for index, each in enumerate(data):
            yield from _wrong(each, schema["items"], root, f"{at}[{index}]")


def _wrong_members(data: Any, schema: Any, root: Any, at: str) -> Iterator[str]:
    properties = schema.get("properties", {})
    yield from (f"{at}: {key} is missing" for key in schema.get("required", ()) if key not in data)
    if schema.get("additionalProperties") is False:
        yield from (f"{at}: {key} is not in the schema" for key in data if key not in properties)
    for key in data.keys() & properties.keys():
        yield from _wrong(data[key], properties[key], root, f"{at}.{key}")
