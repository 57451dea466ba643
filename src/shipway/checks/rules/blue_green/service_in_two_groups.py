"""BG037."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.checks.finding import Finding, Severity
from shipway.checks.rule import Family, Findings, rule
from shipway.model.release import DeploymentGroup
from shipway.model.value import text_of

if TYPE_CHECKING:
    from shipway.model.graph import PipelineGraph


@rule(
    id="BG037",
    name="service-in-two-groups",
    family=Family.BLUE_GREEN,
    title="Two deployment groups replace the same service",
    severity=Severity.ERROR,
    subject=DeploymentGroup,
    since="0.1",
    rationale="A service can be in one deployment group only: CodeDeploy refuses the second.",
    remediation="Keep one deployment group for each service.",
    source="https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_CreateDeploymentGroup .html",
    bad="""
Resources:
  First:
    Type: AWS::CodeDeploy::DeploymentGroup
    Properties:
      ApplicationName: hello
      ECSServices: [{ClusterName: hello, ServiceName: web}]
  Second:
    Type: AWS::CodeDeploy::DeploymentGroup
    Properties:
      ApplicationName: hello
      ECSServices: [{ClusterName: hello, ServiceName: web}]  # <-
""",
    good="""
Resources:
  First:
    Type: AWS::CodeDeploy::DeploymentGroup
    Properties:
      ApplicationName: hello
      ECSServices: [{ClusterName: hello, ServiceName: web}]
  Second:
    Type: AWS::CodeDeploy::DeploymentGroup
    Properties:
      ApplicationName: hello
      ECSServices: [{ClusterName: other, ServiceName: web}]
""",
)
def service_in_two_groups(group: DeploymentGroup, graph: PipelineGraph) -> Findings:
    """Services are the same when cluster and name are."""
    groups = graph.all(DeploymentGroup)
    for index, target in enumerate(group.services):
        for other in groups[: groups.index(group)]:
            if any(
                graph.same(target.service, each.service) and graph.same(target.cluster, each.cluster)
                for each in other.services
            ):
                yield Finding(
                    group.at("ECSServices", index),
                    f"{group.said} deploys service {text_of(target.service)}, which {other.said} deploys",
                )
                break
