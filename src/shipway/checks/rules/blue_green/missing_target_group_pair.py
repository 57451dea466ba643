"""BG003."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.checks.finding import Finding, Severity, Undetermined
from shipway.checks.rule import Family, Findings, rule
from shipway.checks.rules.blue_green._release import platform_of
from shipway.model.release import DeploymentGroup

if TYPE_CHECKING:
    from shipway.model.graph import PipelineGraph


@rule(
    id="BG003",
    name="missing-target-group-pair",
    family=Family.BLUE_GREEN,
    title="ECS deployment group has no two target groups to shift traffic between",
    severity=Severity.ERROR,
    subject=DeploymentGroup,
    since="0.1",
    rationale="CodeDeploy moves traffic by pointing a listener from one target group to the other. "
    "Without LoadBalancerInfo.TargetGroupPairInfoList it refuses the group of an ECS "
    "service.",
    remediation="Set LoadBalancerInfo.TargetGroupPairInfoList to one entry with two TargetGroups and "
    "ProdTrafficRoute.ListenerArns.",
    source="https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_TargetGroupPairInfo.h tml",
    bad="""
Resources:
  Release:
    Type: AWS::CodeDeploy::DeploymentGroup
    Properties:
      ApplicationName: hello
      LoadBalancerInfo: {}  # <-
      ECSServices: [{ClusterName: hello, ServiceName: web}]
""",
    good="""
Resources:
  Release:
    Type: AWS::CodeDeploy::DeploymentGroup
    Properties:
      ApplicationName: hello
      ECSServices: [{ClusterName: hello, ServiceName: web}]
      LoadBalancerInfo:
        TargetGroupPairInfoList:
          - TargetGroups: [{Name: blue}, {Name: green}]
            ProdTrafficRoute: {ListenerArns: [!ImportValue listener]}
""",
)
def missing_target_group_pair(group: DeploymentGroup, graph: PipelineGraph) -> Findings:
    """ElbInfoList and TargetGroupInfoList belong to EC2; for ECS they count as nothing."""
    if platform_of(group, graph) != "ECS":
        return
    where = group.at("LoadBalancerInfo", "TargetGroupPairInfoList")
    if group.pairs.rest is not None:
        yield Undetermined(where, group.pairs.rest.reason)
    elif not group.pairs:
        yield Finding(
            where, f"{group.said} deploys an ECS service without a pair of target groups (LoadBalancerInfo)"
        )
    for pair in group.pairs:
        if not pair.target_groups and pair.target_groups.complete:
            yield Finding(pair.at("TargetGroups"), f"{group.said} names no target group to shift between")
        elif not pair.production_listeners and pair.production_listeners.complete:
            yield Finding(
                pair.at("ProdTrafficRoute", "ListenerArns"),
                f"{group.said} names no listener that takes the production traffic",
            )
