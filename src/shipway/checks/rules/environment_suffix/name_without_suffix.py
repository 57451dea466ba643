"""ENV001."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.checks.finding import Confidence, Finding, Severity
from shipway.checks.rule import Family, Findings, rule
from shipway.checks.rules.environment_suffix._marks import (
    WORDS,
    Mark,
    environment_parameters,
    holds_account,
    is_told_apart,
    mark_of,
    named_resources,
    values_of,
)
from shipway.model.declarations import Stack
from shipway.model.value import text_of

if TYPE_CHECKING:
    from shipway.model.graph import PipelineGraph
    from shipway.model.resource import Resource

_ENOUGH = 2
"""How many names must bear a suffix before one that lacks it certainly collides by mistake."""
# Names within something that has a name of its own, or that need not be unique.
_WITHIN = frozenset(
    {
        "AWS::IAM::Policy",
        "AWS::Lambda::Alias",
        "AWS::Lambda::LayerVersion",
        "AWS::ServiceDiscovery::Service",
        "AWS::ApiGateway::RestApi",
        "AWS::ApiGatewayV2::Api",
    }
)
_RARELY_UNIQUE = frozenset(
    {
        "AWS::CodeDeploy::DeploymentGroup",
        "AWS::EC2::SecurityGroup",
        "AWS::ECS::Service",
        "AWS::ECS::TaskDefinition",
    }
)


@rule(
    id="ENV001",
    name="name-without-suffix",
    family=Family.ENVIRONMENT_SUFFIX,
    title="Physical name lacks the suffix that other names bear",
    severity=Severity.ERROR,
    subject=Stack,
    since="0.1",
    rationale="A second environment in the same account and Region cannot be created: the name is taken. Or, "
    "where names need not be unique, nobody can tell the two apart.",
    remediation="Put the parameter that tells environments apart into the name, as the other names do.",
    source="https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-name.html",
    bad="""
Parameters:
  EnvironmentSuffix: {Type: String, Default: dev}
Resources:
  Artifacts:
    Type: AWS::S3::Bucket
    Properties: {BucketName: !Sub "hello-artifacts-${EnvironmentSuffix}"}
  Topic:
    Type: AWS::SNS::Topic
    Properties: {TopicName: !Sub "hello-alerts-${EnvironmentSuffix}"}
  Build:
    Type: AWS::CodeBuild::Project
    Properties:
      Name: hello-build  # <-
""",
    good="""
Parameters:
  EnvironmentSuffix: {Type: String, Default: dev}
Resources:
  Artifacts:
    Type: AWS::S3::Bucket
    Properties: {BucketName: !Sub "hello-artifacts-${EnvironmentSuffix}"}
  Topic:
    Type: AWS::SNS::Topic
    Properties: {TopicName: !Sub "hello-alerts-${EnvironmentSuffix}"}
  Build:
    Type: AWS::CodeBuild::Project
    Properties:
      Name: !Sub "hello-build-${EnvironmentSuffix}"
""",
)
def name_without_suffix(stack: Stack, graph: PipelineGraph) -> Findings:
    """The suffix is what tells environments apart in other names; what names one is ENV002's."""
    mark = mark_of(stack, graph)
    if mark is None:
        return
    borne = f"{mark.bearers} of {mark.named} names bear" if mark.bearers else "no name bears"
    written = {value for each in environment_parameters(stack) for value in values_of(each)} & WORDS
    for each in named_resources(stack, graph):
        if each.cfn_type in _WITHIN or is_told_apart(each.name, mark):
            continue
        text = text_of(each.name)
        if any(word in written for part in text.literals for word in part.replace("/", "-").split("-")):
            continue
        yield Finding(
            each.at(each.name_property),
            f"name {text} of {each.said} lacks {mark.said}, which {borne}",
            Confidence.MEDIUM,
            severity=_severity(each, mark),
        )


def _severity(resource: Resource, mark: Mark) -> Severity | None:
    """Milder where the name need not collide: it can be given by hand, or differs between accounts."""
    text = text_of(resource.name)
    if (
        not mark.is_environment
        or mark.bearers < _ENOUGH
        or resource.cfn_type in _RARELY_UNIQUE
        or holds_account(resource.name)
        or text.sole is not None
    ):
        return Severity.WARNING
    return None
