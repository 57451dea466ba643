"""PARAM010."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.checks.finding import Finding, Severity
from shipway.checks.rule import Family, Findings, rule
from shipway.checks.rules.parameters._secrets import (
    SECRET_PROPERTIES,
    is_placeholder,
    is_pointer,
    takes_passwords,
)
from shipway.model.resource import Resource
from shipway.model.value import Known

if TYPE_CHECKING:
    from shipway.model.graph import PipelineGraph


@rule(
    id="PARAM010",
    name="literal-password",
    family=Family.PARAMETERS,
    title="Password or token is written out in a property",
    severity=Severity.ERROR,
    subject=Resource,
    since="0.1",
    rationale="Whoever may read the repository or the stack can log in with it.",
    remediation="Use a dynamic reference: {{resolve:secretsmanager:ID:SecretString:KEY}}. For GitHub, use a "
    "connection, which needs no token.",
    source="https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references.html",
    bad="""
Resources:
  Push:
    Type: AWS::CodePipeline::Webhook
    Properties:
      AuthenticationConfiguration:
        SecretToken: correct-horse  # <-
""",
    good="""
Resources:
  Push:
    Type: AWS::CodePipeline::Webhook
    Properties:
      AuthenticationConfiguration:
        SecretToken: "{{resolve:secretsmanager:hello/github:SecretString:token}}"
""",
)
def literal_password(resource: Resource, _graph: PipelineGraph) -> Findings:
    """A parameter's default is PARAM004's, an environment variable PARAM001's."""
    if not takes_passwords(resource):
        return
    for location, value in resource.properties.walk():
        key = location.path[-1]
        if key not in SECRET_PROPERTIES or "Variables" in location.path:
            continue
        if not isinstance(value, Known) or value.assumes or is_pointer(value.value):
            continue
        placeholder = is_placeholder(value.value)
        yield Finding(
            location,
            f"{key} of {resource.said} is "
            + (f"the placeholder {value.value!r}" if placeholder else "written out"),
            severity=Severity.WARNING if placeholder else None,
        )
