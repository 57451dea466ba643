"""ENV008."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.checks.finding import Confidence, Finding, Severity
from shipway.checks.rule import Family, Findings, rule
from shipway.checks.rules.environment_suffix._marks import named_resources
from shipway.model.declarations import Stack
from shipway.model.name_limits import LIMITS
from shipway.model.value import text_of

if TYPE_CHECKING:
    from shipway.model.graph import PipelineGraph
    from shipway.model.resource import Resource
    from shipway.model.text import Text

# Unique only within a cluster, an application or a role; a family may have many revisions.
_WITHIN = frozenset(
    {
        "AWS::CodeDeploy::DeploymentGroup",
        "AWS::ECS::Service",
        "AWS::ECS::TaskDefinition",
        "AWS::IAM::Policy",
    }
)


@rule(
    id="ENV008",
    name="duplicate-name",
    family=Family.ENVIRONMENT_SUFFIX,
    title="Two resources have the same physical name",
    severity=Severity.ERROR,
    subject=Stack,
    since="0.1",
    rationale="The second one cannot be created: the name is taken by the first.",
    remediation="Give each a name of its own.",
    source="https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-name.html",
    bad="""
Resources:
  Build: {Type: AWS::CodeBuild::Project, Properties: {Name: hello}}
  Test: {Type: AWS::CodeBuild::Project, Properties: {Name: hello}}  # <-
""",
    good="""
Resources:
  Build: {Type: AWS::CodeBuild::Project, Properties: {Name: hello-build}}
  Test: {Type: AWS::CodeBuild::Project, Properties: {Name: hello-test}}
""",
)
def duplicate_name(stack: Stack, graph: PipelineGraph) -> Findings:
    """Under two conditions that cannot be decided, they may exclude each other: then it is a guess."""
    seen: dict[tuple[str, Text], Resource] = {}
    for each in named_resources(stack, graph):
        name = text_of(each.name).filled()
        if each.cfn_type not in LIMITS or each.cfn_type in _WITHIN or not name.parts:
            continue
        first = seen.setdefault((each.cfn_type, name), each)
        if first is not each:
            apart = first.condition != each.condition
            yield Finding(
                each.at(each.name_property),
                f"{first.said} and {each.said} have the same name {name}",
                Confidence.LOW if apart else Confidence.HIGH,
                severity=Severity.WARNING if apart else None,
            )
