"""BG027."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.checks.finding import Finding, Severity
from shipway.checks.rule import Family, Findings, rule
from shipway.checks.rules.blue_green._release import NATIVE
from shipway.model.service import Service
from shipway.model.value import known

if TYPE_CHECKING:
    from shipway.model.graph import PipelineGraph

_NEEDED = {
    "AlternateTargetGroupArn": "alternate_target_group",
    "RoleArn": "role",
    "ProductionListenerRule": "production_rule",
}


@rule(
    id="BG027",
    name="native-without-green",
    family=Family.BLUE_GREEN,
    title="ECS is to shift traffic, and has no second target group",
    severity=Severity.ERROR,
    subject=Service,
    since="0.1",
    rationale="With a strategy other than ROLLING, ECS moves traffic between TargetGroupArn and "
    "AlternateTargetGroupArn, as a role that it is given. It refuses a balanced service "
    "without them.",
    remediation="Set AdvancedConfiguration of each load balancer: AlternateTargetGroupArn, "
    "ProductionListenerRule and RoleArn.",
    source="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/blue-green-deployment- "
    "implementation.html",
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
        - TargetGroupArn: !Ref Blue  # <-
          ContainerName: web
          ContainerPort: 80
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
def native_without_green(service: Service, _graph: PipelineGraph) -> Findings:
    """A service without a load balancer may use the strategy all the same.

    CloudFormation requires the group only; without role or rule nothing can shift.
    """
    strategy = known(service.rollout.strategy)
    if strategy not in NATIVE:
        return
    for index, balancing in enumerate(service.load_balancers):
        missing = [key for key, field in _NEEDED.items() if getattr(balancing, field) is None]
        if missing:
            yield Finding(
                service.at("LoadBalancers", index, "AdvancedConfiguration", missing[0]),
                f"{service.said} is deployed with the strategy {strategy}, and its load balancer has no "
                f"{', '.join(missing)}",
                severity=None if balancing.alternate_target_group is None else Severity.WARNING,
            )
