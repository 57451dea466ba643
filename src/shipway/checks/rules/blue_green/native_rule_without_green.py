"""BG028."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.checks.finding import Finding, Severity
from shipway.checks.rule import Family, Findings, rule
from shipway.checks.rules.blue_green._release import sent_to
from shipway.model.balancer import Listener, ListenerRule, TargetGroup
from shipway.model.service import ContainerBalancing
from shipway.model.value import text_of

if TYPE_CHECKING:
    from shipway.model.graph import PipelineGraph


@rule(
    id="BG028",
    name="native-rule-without-green",
    family=Family.BLUE_GREEN,
    title="Listener rule does not hold both target groups",
    severity=Severity.ERROR,
    subject=ContainerBalancing,
    since="0.1",
    rationale="ECS shifts traffic by changing the weights of the two target groups in the rule. One "
    "that is not there, in the production or the test rule, makes the deployment fail and "
    "roll back.",
    remediation="Let the production rule forward to both target groups, blue with Weight 1 and green "
    "with Weight 0.",
    source="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/alb-resources-for-blue- green.html",
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
            ProductionListenerRule: !Ref Production  # <-
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
def native_rule_without_green(balancing: ContainerBalancing, graph: PipelineGraph) -> Findings:
    """A test rule may hold the second group instead."""
    if balancing.alternate_target_group is None or balancing.production_rule is None:
        return
    sends: list[TargetGroup] = []
    for value in (balancing.production_rule, balancing.test_rule):
        route = graph.find(value, Listener, ListenerRule)
        found = (
            sent_to(route, graph, with_rules=False) if isinstance(route, (Listener, ListenerRule)) else None
        )
        if found is None and value is not None:
            return
        sends += found or ()
    for value in (balancing.target_group, balancing.alternate_target_group):
        group = graph.find(value, TargetGroup)
        if isinstance(group, TargetGroup) and group not in sends:
            yield Finding(
                balancing.at("AdvancedConfiguration", "ProductionListenerRule"),
                f"{text_of(balancing.production_rule)} does not send to {group.said}, one of the two between "
                f"which service {balancing.logical_id} shifts",
            )
