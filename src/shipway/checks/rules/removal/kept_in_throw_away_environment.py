"""KEEP008."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from shipway.checks.finding import Confidence, Finding, Severity
from shipway.checks.rule import Family, Findings, rule
from shipway.checks.rules.removal._leaving import stays
from shipway.model.logs import LogGroup
from shipway.model.resource import Resource
from shipway.model.text import TokenKind
from shipway.model.value import known, text_of

if TYPE_CHECKING:
    from shipway.model.graph import PipelineGraph

_ENVIRONMENT = re.compile(r"env|stage|suffix", re.IGNORECASE)
_THROWN_AWAY = re.compile(
    r"(dev|develop|development|test|testing|qa|sandbox|ephemeral|ci|(pr|preview|feature|tmp)[-_0-9].*)\Z",
    re.IGNORECASE,
)


@rule(
    id="KEEP008",
    name="kept-in-throw-away-environment",
    family=Family.REMOVAL,
    title="Environment that is thrown away leaves resources behind",
    severity=Severity.WARNING,
    subject=Resource,
    since="0.1",
    rationale="A development or test environment comes and goes. What it retains is paid for, and "
    "its name is taken when the environment comes again.",
    remediation="Say DeletionPolicy: Delete there, and Retain in production only: by environment, as "
    "RemovalPolicy in CDK.",
    source="https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-attribute- "
    "deletionpolicy.html",
    bad="""
Parameters:
  EnvironmentSuffix: {Type: String, Default: dev}
Resources:
  Artifacts:
    Type: AWS::S3::Bucket
    DeletionPolicy: Retain  # <-
    Properties:
      BucketName: !Sub hello-${EnvironmentSuffix}
""",
    good="""
Parameters:
  EnvironmentSuffix: {Type: String, Default: prod}
Resources:
  Artifacts:
    Type: AWS::S3::Bucket
    DeletionPolicy: Retain
    Properties:
      BucketName: !Sub hello-${EnvironmentSuffix}
""",
)
def kept_in_throw_away_environment(resource: Resource, graph: PipelineGraph) -> Findings:
    """The environment is what the resource's name or tag is filled with; log groups are another rule's."""
    if not stays(resource) or isinstance(resource, LogGroup):
        return
    environment, sure = _environment_of(resource), Confidence.MEDIUM
    if environment is None:
        environment, sure = _default_environment(resource, graph), Confidence.LOW
    if environment is not None and _THROWN_AWAY.match(environment):
        yield Finding(
            resource.attribute("DeletionPolicy"),
            f"{resource.said} stays (DeletionPolicy {known(resource.deletion_policy)}) when the environment "
            f"{environment} is deleted",
            sure,
        )


def _environment_of(resource: Resource) -> str | None:
    for token in text_of(resource.name).tokens:
        if token.kind is TokenKind.PARAMETER and token.value and _ENVIRONMENT.search(token.name):
            return token.value
    index = 0
    while resource.properties.has("Tags", index):
        if known(resource.properties.text("Tags", index, "Key")) == "Environment":
            return known(resource.properties.text("Tags", index, "Value"))
        index += 1
    return None


def _default_environment(resource: Resource, graph: PipelineGraph) -> str | None:
    stack = next(each for each in graph.stacks if each.name == resource.stack)
    return next((each.default for each in stack.parameters if _ENVIRONMENT.search(each.name)), None)
