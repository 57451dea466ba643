"""KEEP010."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.checks.finding import Finding, Severity
from shipway.checks.rule import Family, Findings, rule
from shipway.checks.rules.removal._leaving import stays
from shipway.model.resource import Resource

if TYPE_CHECKING:
    from shipway.model.graph import PipelineGraph

_WITHOUT_DATA = (
    "AWS::CloudWatch::",
    "AWS::CodeBuild::Project",
    "AWS::CodeDeploy::",
    "AWS::CodePipeline::",
    "AWS::ECS::Cluster",
    "AWS::ECS::Service",
    "AWS::ElasticLoadBalancingV2::",
    "AWS::Events::Rule",
    "AWS::IAM::",
    "AWS::Lambda::Function",
    "AWS::SNS::Topic",
)


@rule(
    id="KEEP010",
    name="kept-without-data",
    family=Family.REMOVAL,
    title="Resource without data stays when the stack goes",
    severity=Severity.WARNING,
    subject=Resource,
    since="0.1",
    rationale="A pipeline, role, service or load balancer without its stack still runs, costs or "
    "grants, and belongs to nobody. Its name is taken when the stack comes again.",
    remediation="Leave DeletionPolicy out: Retain is for what holds data.",
    source="https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-attribute- "
    "deletionpolicy.html",
    bad="""
Resources:
  Build:
    Type: AWS::CodeBuild::Project
    DeletionPolicy: Retain  # <-
    Properties: {Name: hello}
""",
    good="""
Resources:
  Build:
    Type: AWS::CodeBuild::Project
    DeletionPolicy: Delete
    Properties: {Name: hello}
""",
)
def kept_without_data(resource: Resource, _graph: PipelineGraph) -> Findings:
    """Task definitions, function versions and layers may be kept: something may still refer to them."""
    if resource.cfn_type.startswith(_WITHOUT_DATA) and stays(resource):
        yield Finding(
            resource.attribute("DeletionPolicy"),
            f"{resource.said} holds no data, and stays when the stack is deleted",
        )
