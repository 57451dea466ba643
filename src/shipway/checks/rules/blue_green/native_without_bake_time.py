"""BG031."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.checks.finding import Finding, Severity
from shipway.checks.rule import Family, Findings, rule
from shipway.checks.rules.blue_green._release import NATIVE
from shipway.model.service import Service
from shipway.model.value import known

if TYPE_CHECKING:
    from shipway.model.graph import PipelineGraph


@rule(
    id="BG031",
    name="native-without-bake-time",
    family=Family.BLUE_GREEN,
    title="ECS is to shift traffic, and nobody says how long both versions stay",
    severity=Severity.WARNING,
    subject=Service,
    since="0.1",
    rationale="The bake time is how long ECS watches the new version with all traffic before blue "
    "goes, and how long a rollback is a moment's work. ECS asks for it; CloudFormation's "
    "default keeps a deployment running for hours.",
    remediation="Set DeploymentConfiguration.BakeTimeInMinutes, e.g. to 5.",
    source="https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeploymentConfiguratio n.html",
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
      DeploymentConfiguration: {Strategy: BLUE_GREEN}  # <-
      LoadBalancers:
        - TargetGroupArn: !Ref Blue
          ContainerName: web
          ContainerPort: 80
          AdvancedConfiguration:
            AlternateTargetGroupArn: !Ref Green
            ProductionListenerRule: !Ref Production
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
def native_without_bake_time(service: Service, _graph: PipelineGraph) -> Findings:
    """0 is an answer too: blue goes at once, on purpose."""
    strategy = known(service.rollout.strategy)
    if strategy in NATIVE and service.rollout.bake_minutes is None:
        yield Finding(
            service.at("DeploymentConfiguration", "BakeTimeInMinutes"),
            f"{service.said} is deployed with the strategy {strategy}, without a bake time",
        )
