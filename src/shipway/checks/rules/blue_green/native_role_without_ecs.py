"""BG030."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.checks.finding import Finding, Severity
from shipway.checks.rule import Family, Findings, rule
from shipway.model.identity import Role
from shipway.model.service import ContainerBalancing
from shipway.model.value import known

if TYPE_CHECKING:
    from shipway.model.graph import PipelineGraph


@rule(
    id="BG030",
    name="native-role-without-ecs",
    family=Family.BLUE_GREEN,
    title="ECS may not assume the role with which it is to shift traffic",
    severity=Severity.ERROR,
    subject=ContainerBalancing,
    since="0.1",
    rationale="ECS changes the weights of the listener rule as RoleArn. A role that does not trust "
    "ecs.amazonaws.com, such as a task role, cannot be assumed, and the deployment fails.",
    remediation="Give it a role of its own that trusts ecs.amazonaws.com, with the policy "
    "AmazonECSInfrastructureRolePolicyForLoadBalancers.",
    source="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/AmazonECSInfrastructureR "
    "olePolicyForLoadBalancers.html",
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
            ProductionListenerRule: !Ref Production
            RoleArn: !GetAtt Role.Arn  # <-
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement:
          - {Effect: Allow, Principal: {Service: ecs-tasks.amazonaws.com}, Action: sts:AssumeRole}
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
            RoleArn: !GetAtt Role.Arn
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement:
          - {Effect: Allow, Principal: {Service: ecs.amazonaws.com}, Action: sts:AssumeRole}
""",
)
def native_role_without_ecs(balancing: ContainerBalancing, graph: PipelineGraph) -> Findings:
    """Whom a trust policy names by an expression cannot be seen."""
    role = graph.find(balancing.role, Role)
    if not isinstance(role, Role) or not role.trust.statements.complete:
        return
    principals = [
        each for statement in role.trust.statements for each in statement.principals.get("Service", ())
    ]
    named = [known(each) for each in principals]
    if None not in named and "ecs.amazonaws.com" not in named:
        yield Finding(
            balancing.at("AdvancedConfiguration", "RoleArn"),
            f"service {balancing.logical_id} shifts traffic as {role.said}, which trusts "
            f"{', '.join(filter(None, named)) or 'no service'} and not ecs.amazonaws.com",
        )
