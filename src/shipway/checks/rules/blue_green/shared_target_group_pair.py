"""BG036."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.checks.finding import Finding, Severity
from shipway.checks.rule import Family, Findings, rule
from shipway.model.release import DeploymentGroup
from shipway.model.value import text_of

if TYPE_CHECKING:
    from shipway.model.graph import PipelineGraph


@rule(
    id="BG036",
    name="shared-target-group-pair",
    family=Family.BLUE_GREEN,
    title="Two deployment groups shift traffic between the same target groups",
    severity=Severity.ERROR,
    subject=DeploymentGroup,
    since="0.1",
    rationale="Each believes that the other's tasks are its own: a deployment of one moves the "
    "users of both to one service's new version.",
    remediation="Give each deployment group its own two target groups and its own listener.",
    source="https://docs.aws.amazon.com/codedeploy/latest/userguide/deployment-steps-ecs.html",
    bad="""
Resources:
  Staging:
    Type: AWS::CodeDeploy::DeploymentGroup
    Properties:
      ApplicationName: hello
      ECSServices: [{ClusterName: hello, ServiceName: staging}]
      LoadBalancerInfo:
        TargetGroupPairInfoList:
          - TargetGroups: [{Name: blue}, {Name: green}]
            ProdTrafficRoute: {ListenerArns: [!ImportValue staging]}
  Production:
    Type: AWS::CodeDeploy::DeploymentGroup
    Properties:
      ApplicationName: hello
      ECSServices: [{ClusterName: hello, ServiceName: production}]
      LoadBalancerInfo:
        TargetGroupPairInfoList:
          - TargetGroups: [{Name: blue}, {Name: green}]  # <-
            ProdTrafficRoute: {ListenerArns: [!ImportValue production]}
""",
    good="""
Resources:
  Staging:
    Type: AWS::CodeDeploy::DeploymentGroup
    Properties:
      ApplicationName: hello
      ECSServices: [{ClusterName: hello, ServiceName: staging}]
      LoadBalancerInfo:
        TargetGroupPairInfoList:
          - TargetGroups: [{Name: blue}, {Name: green}]
            ProdTrafficRoute: {ListenerArns: [!ImportValue staging]}
  Production:
    Type: AWS::CodeDeploy::DeploymentGroup
    Properties:
      ApplicationName: hello
      ECSServices: [{ClusterName: hello, ServiceName: production}]
      LoadBalancerInfo:
        TargetGroupPairInfoList:
          - TargetGroups: [{Name: prod-blue}, {Name: prod-green}]
            ProdTrafficRoute: {ListenerArns: [!ImportValue production]}
""",
)
def shared_target_group_pair(group: DeploymentGroup, graph: PipelineGraph) -> Findings:
    """Two groups of the same service are another rule's."""
    groups = graph.all(DeploymentGroup)
    for pair in group.pairs:
        for other in groups[: groups.index(group)]:
            theirs = [each for each_pair in other.pairs for each in each_pair.target_groups]
            shared = [
                each for each in pair.target_groups if any(graph.same(each, another) for another in theirs)
            ]
            if shared and not _same_service(group, other, graph):
                yield Finding(
                    pair.at("TargetGroups"),
                    f"{group.said} shifts traffic between target groups that {other.said} has: "
                    f"{', '.join(str(text_of(each)) for each in shared)}",
                )
                break


def _same_service(group: DeploymentGroup, other: DeploymentGroup, graph: PipelineGraph) -> bool:
    return any(
        graph.same(one.service, another.service) for one in group.services for another in other.services
    )
