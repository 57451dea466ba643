"""BG046."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.checks.finding import Finding, Severity
from shipway.checks.rule import Family, Findings, rule
from shipway.checks.rules.blue_green._release import platform_of
from shipway.model.release import DeploymentGroup
from shipway.model.value import known

if TYPE_CHECKING:
    from shipway.model.graph import PipelineGraph

_LISTS = ("ElbInfoList", "TargetGroupInfoList", "TargetGroupPairInfoList")


@rule(
    id="BG046",
    name="traffic-control-without-balancer",
    family=Family.BLUE_GREEN,
    title="Deployment group of servers controls traffic without a load balancer",
    severity=Severity.ERROR,
    subject=DeploymentGroup,
    since="0.1",
    rationale="WITH_TRAFFIC_CONTROL takes instances out of a load balancer while they are replaced. "
    "Without one in LoadBalancerInfo, CodeDeploy refuses the group.",
    remediation="Name a target group in LoadBalancerInfo.TargetGroupInfoList, or set DeploymentOption "
    "to WITHOUT_TRAFFIC_CONTROL.",
    source="https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_LoadBalancerInfo.html",
    bad="""
Resources:
  Hello: {Type: AWS::CodeDeploy::Application}
  Release:
    Type: AWS::CodeDeploy::DeploymentGroup
    Properties:
      ApplicationName: !Ref Hello
      DeploymentStyle: {DeploymentType: IN_PLACE, DeploymentOption: WITH_TRAFFIC_CONTROL}  # <-
""",
    good="""
Resources:
  Hello: {Type: AWS::CodeDeploy::Application}
  Release:
    Type: AWS::CodeDeploy::DeploymentGroup
    Properties:
      ApplicationName: !Ref Hello
      DeploymentStyle: {DeploymentType: IN_PLACE, DeploymentOption: WITH_TRAFFIC_CONTROL}
      LoadBalancerInfo: {TargetGroupInfoList: [{Name: hello}]}
""",
)
def traffic_control_without_balancer(group: DeploymentGroup, graph: PipelineGraph) -> Findings:
    """For ECS it is the pair of target groups that matters, and another rule asks for it."""
    if platform_of(group, graph) != "Server" or known(group.deployment_option) != "WITH_TRAFFIC_CONTROL":
        return
    if not any(group.properties.has("LoadBalancerInfo", key) for key in _LISTS):
        yield Finding(
            group.at("DeploymentStyle", "DeploymentOption"),
            f"{group.said} controls traffic (WITH_TRAFFIC_CONTROL) and names no load balancer",
        )
