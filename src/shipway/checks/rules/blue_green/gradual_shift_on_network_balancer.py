"""BG038."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.checks.finding import Finding, Severity
from shipway.checks.rule import Family, Findings, rule
from shipway.checks.rules.blue_green._release import balancer_of
from shipway.model.balancer import Listener
from shipway.model.release import DeploymentGroup
from shipway.model.value import known

if TYPE_CHECKING:
    from shipway.model.graph import PipelineGraph

_GRADUAL = ("CodeDeployDefault.ECSCanary", "CodeDeployDefault.ECSLinear")


@rule(
    id="BG038",
    name="gradual-shift-on-network-balancer",
    family=Family.BLUE_GREEN,
    title="Network Load Balancer cannot shift traffic step by step",
    severity=Severity.ERROR,
    subject=DeploymentGroup,
    since="0.1",
    rationale="CodeDeploy moves shares of traffic by weights, which it sets on Application Load "
    "Balancers only. On a Network Load Balancer it refuses canary and linear "
    "configurations.",
    remediation="Use CodeDeployDefault.ECSAllAtOnce, or an Application Load Balancer.",
    source="https://docs.aws.amazon.com/codedeploy/latest/userguide/deployment- configurations.html",
    bad="""
Resources:
  Balancer: {Type: AWS::ElasticLoadBalancingV2::LoadBalancer, Properties: {Type: network}}
  Listener:
    Type: AWS::ElasticLoadBalancingV2::Listener
    Properties:
      LoadBalancerArn: !Ref Balancer
      DefaultActions: [{Type: forward, TargetGroupArn: !ImportValue blue}]
  Release:
    Type: AWS::CodeDeploy::DeploymentGroup
    Properties:
      ApplicationName: hello
      DeploymentConfigName: CodeDeployDefault.ECSCanary10Percent5Minutes  # <-
      ECSServices: [{ClusterName: hello, ServiceName: web}]
      LoadBalancerInfo:
        TargetGroupPairInfoList:
          - TargetGroups: [{Name: blue}, {Name: green}]
            ProdTrafficRoute: {ListenerArns: [!Ref Listener]}
""",
    good="""
Resources:
  Balancer: {Type: AWS::ElasticLoadBalancingV2::LoadBalancer, Properties: {Type: network}}
  Listener:
    Type: AWS::ElasticLoadBalancingV2::Listener
    Properties:
      LoadBalancerArn: !Ref Balancer
      DefaultActions: [{Type: forward, TargetGroupArn: !ImportValue blue}]
  Release:
    Type: AWS::CodeDeploy::DeploymentGroup
    Properties:
      ApplicationName: hello
      DeploymentConfigName: CodeDeployDefault.ECSAllAtOnce
      ECSServices: [{ClusterName: hello, ServiceName: web}]
      LoadBalancerInfo:
        TargetGroupPairInfoList:
          - TargetGroups: [{Name: blue}, {Name: green}]
            ProdTrafficRoute: {ListenerArns: [!Ref Listener]}
""",
)
def gradual_shift_on_network_balancer(group: DeploymentGroup, graph: PipelineGraph) -> Findings:
    """Own configurations are not followed."""
    config = known(group.config) or ""
    if not config.startswith(_GRADUAL):
        return
    for pair in group.pairs:
        for value in pair.production_listeners:
            route = graph.find(value, Listener)
            balancer = balancer_of(route, graph) if isinstance(route, Listener) else None
            if balancer is not None and known(balancer.type) == "network":
                yield Finding(
                    group.at("DeploymentConfigName"),
                    f"{group.said} shifts by {config}, which {balancer.said}, a Network Load Balancer, "
                    "does not admit",
                )
                return
