"""ENV001."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from shipway.checks.finding import Confidence, Finding, Severity
from shipway.checks.rule import Family, Findings, rule
from shipway.model.declarations import Stack
from shipway.model.text import TokenKind
from shipway.model.value import text_of

if TYPE_CHECKING:
    from shipway.model.graph import PipelineGraph
    from shipway.model.resource import Resource

_ENOUGH = 2
"""How many names must bear a suffix before one that lacks it is odd."""


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
    """The suffix is what most names have in common: a parameter, or the stack's name."""
    named = [each for each in graph.resources if each.stack == stack.name and each.name is not None]
    counted = Counter(token for each in named for token in _marks(each))
    if not counted:
        return
    suffix, times = counted.most_common(1)[0]
    if times < _ENOUGH or times * 2 < len(named):
        return
    for each in named:
        if suffix not in _marks(each) and not _unique_by_reference(each):
            yield Finding(
                each.at(each.name_property),
                f"name {text_of(each.name)} of {each.said} lacks ${{{suffix}}}, "
                f"which {times} of {len(named)} names bear",
                Confidence.MEDIUM,
            )


def _marks(resource: Resource) -> frozenset[str]:
    """What in a name can differ from one environment to the next."""
    return frozenset(
        token.name
        for token in text_of(resource.name).tokens
        if token.kind is TokenKind.PARAMETER or token.name == "AWS::StackName"
    )


def _unique_by_reference(resource: Resource) -> bool:
    """Whether a name holds another resource's: it then differs as that one's does."""
    return any(token.kind is TokenKind.RESOURCE for token in text_of(resource.name).tokens)
