"""TEST004."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.checks.finding import Confidence, Finding, Severity
from shipway.checks.rule import Family, Findings, rule
from shipway.checks.rules.tests._tests import infrastructure_tests
from shipway.model.graph import PipelineGraph

if TYPE_CHECKING:
    from shipway.model.resource import Resource

# What a delivery pipeline stands or falls with.
_KINDS = frozenset(
    {
        "AWS::CodePipeline::Pipeline",
        "AWS::CodeBuild::Project",
        "AWS::CodeDeploy::DeploymentGroup",
        "AWS::ECS::Service",
        "AWS::ECS::TaskDefinition",
        "AWS::ECR::Repository",
        "AWS::ElasticLoadBalancingV2::Listener",
        "AWS::ElasticLoadBalancingV2::TargetGroup",
        "AWS::Events::Rule",
        "AWS::SNS::Topic",
        "AWS::CloudWatch::Alarm",
        "AWS::S3::Bucket",
        "AWS::Logs::LogGroup",
    }
)
_WHOLE = (
    "match_snapshot",
    "MatchSnapshot",
    "snapshot",
    "to_json() ==",
    "template_matches",
    "templateMatches",
)


@rule(
    id="TEST004",
    name="untested-resource-kind",
    family=Family.TESTS,
    title="No test of the infrastructure mentions a kind of resource",
    severity=Severity.INFO,
    subject=PipelineGraph,
    since="0.1",
    rationale="Whatever becomes of such a resource, no test fails: it may lose a property, or vanish.",
    remediation="Assert the properties of it that matter, or compare the template with a snapshot.",
    source="https://docs.aws.amazon.com/cdk/v2/guide/testing.html",
    bad="""
Resources:
  Artifacts:
    Type: AWS::S3::Bucket
  Told:  # <-
    Type: AWS::SNS::Topic
# file: tests/test_stack.py
from aws_cdk.assertions import Template
def test_bucket(stack):
    Template.from_stack(stack).resource_count_is("AWS::S3::Bucket", 1)
""",
    good="""
Resources:
  Artifacts:
    Type: AWS::S3::Bucket
  Told:
    Type: AWS::SNS::Topic
# file: tests/test_stack.py
from aws_cdk.assertions import Template
def test_resources(stack):
    Template.from_stack(stack).resource_count_is("AWS::S3::Bucket", 1)
    Template.from_stack(stack).resource_count_is("AWS::SNS::Topic", 1)
""",
)
def untested_resource_kind(graph: PipelineGraph, _graph: PipelineGraph) -> Findings:
    """One finding per kind, at the first resource of it; a snapshot mentions all."""
    if graph.sources is None:
        return
    texts = list(infrastructure_tests(graph.sources).values())
    if not texts or any(mark in text for mark in _WHOLE for text in texts):
        return
    first: dict[str, Resource] = {}
    for resource in graph.resources:
        if resource.cfn_type in _KINDS:
            first.setdefault(resource.cfn_type, resource)
    for kind, resource in first.items():
        if not any(kind in text for text in texts):
            yield Finding(
                resource.location, f"no test of the infrastructure mentions {kind}", Confidence.MEDIUM
            )
