"""BG029."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.checks.finding import Finding, Severity
from shipway.checks.rule import Family, Findings, rule
from shipway.checks.rules.blue_green._release import balancer_of
from shipway.model.balancer import Listener, ListenerRule
from shipway.model.service import ContainerBalancing
from shipway.model.value import Unresolved, known

if TYPE_CHECKING:
    from shipway.model.graph import PipelineGraph


@rule(
    id="BG029",
    name="native-listener-for-a-rule",
    family=Family.BLUE_GREEN,
    title="Production or test rule of a service is none that ECS accepts",
    severity=Severity.ERROR,
    subject=ContainerBalancing,
    since="0.1",
    rationale="On an Application Load Balancer ECS takes the ARN of a listener rule, not of a "
    "listener, on a Network Load Balancer that of the listener; and production and test "
    "must not share one. It refuses the service otherwise.",
    remediation="Declare an AWS::ElasticLoadBalancingV2::ListenerRule for each route, and name it with !Ref.",
    source="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/troubleshooting-blue- green.html",
    bad="""
Resources:
  Blue: {Type: AWS::ElasticLoadBalancingV2::TargetGroup}
  Green: {Type: AWS::ElasticLoadBalancingV2::TargetGroup}
  Balancer: {Type: AWS::ElasticLoadBalancingV2::LoadBalancer}
  Listener:
    Type: AWS::ElasticLoadBalancingV2::Listener
    Properties:
      LoadBalancerArn: !Ref Balancer
      DefaultActions: [{Type: fixed-response}]
  Production:
    Type: AWS::ElasticLoadBalancingV2::ListenerRule
    Properties:
      ListenerArn: !Ref Listener
      Actions:
        - Type: forward
          ForwardConfig:
            TargetGroups:
              - {TargetGroupArn: !Ref Blue, Weight: 1}
              - {TargetGroupArn: !Ref Green, Weight: 0}
  Web:
    Type: AWS::ECS::Service
    DependsOn: Production
    Properties:
      DeploymentConfiguration: {Strategy: BLUE_GREEN, BakeTimeInMinutes: 5}
      LoadBalancers:
        - TargetGroupArn: !Ref Blue
          ContainerName: web
          ContainerPort: 80
          AdvancedConfiguration:
            AlternateTargetGroupArn: !Ref Green
            ProductionListenerRule: !Ref Listener  # <-
            RoleArn: !ImportValue balancing-role
""",
    good="""
Resources:
  Blue: {Type: AWS::ElasticLoadBalancingV2::TargetGroup}
  Green: {Type: AWS::ElasticLoadBalancingV2::TargetGroup}
  Balancer: {Type: AWS::ElasticLoadBalancingV2::LoadBalancer}
  Listener:
    Type: AWS::ElasticLoadBalancingV2::Listener
    Properties:
      LoadBalancerArn: !Ref Balancer
      DefaultActions: [{Type: fixed-response}]
  Production:
    Type: AWS::ElasticLoadBalancingV2::ListenerRule
    Properties:
      ListenerArn: !Ref Listener
      Actions:
        - Type: forward
          ForwardConfig:
            TargetGroups:
              - {TargetGroupArn: !Ref Blue, Weight: 1}
              - {TargetGroupArn: !Ref Green, Weight: 0}
  Web:
    Type: AWS::ECS::Service
    DependsOn: Production
    Properties:
      DeploymentConfiguration: {Strategy: BLUE_GREEN, BakeTimeInMinutes: 5}
      LoadBalancers:
        - TargetGroupArn: !Ref Blue
          ContainerName: web
          ContainerPort: 80
          AdvancedConfiguration:
            AlternateTargetGroupArn: !Ref Green
            ProductionListenerRule: !Ref Production
            RoleArn: !ImportValue balancing-role
""",
)
def native_listener_for_a_rule(balancing: ContainerBalancing, graph: PipelineGraph) -> Findings:
    """A listener whose balancer cannot be seen may be a Network Load Balancer's."""
    for key, value in (
        ("ProductionListenerRule", balancing.production_rule),
        ("TestListenerRule", balancing.test_rule),
    ):
        route = graph.find(value, Listener, ListenerRule)
        balancer = balancer_of(route, graph) if isinstance(route, Listener) else None
        if isinstance(route, Listener) and balancer and known(balancer.type) in {None, "application"}:
            if isinstance(balancer.type, Unresolved):
                continue
            yield Finding(
                balancing.at("AdvancedConfiguration", key),
                f"{key} of service {balancing.logical_id} is {route.said} of an Application Load Balancer, "
                "where a listener rule belongs",
            )
    if balancing.production_rule and graph.same(balancing.production_rule, balancing.test_rule):
        yield Finding(
            balancing.at("AdvancedConfiguration", "TestListenerRule"),
            f"service {balancing.logical_id} takes test traffic and production traffic at the same rule",
        )
