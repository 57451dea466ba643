"""BG020."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.checks.finding import Confidence, Finding, Severity
from shipway.checks.rule import Family, Findings, rule
from shipway.checks.rules.blue_green._release import balancer_of
from shipway.model.balancer import Listener
from shipway.model.network import PortRule, SecurityGroup
from shipway.model.value import known

if TYPE_CHECKING:
    from shipway.model.graph import PipelineGraph


@rule(
    id="BG020",
    name="closed-listener-port",
    family=Family.BLUE_GREEN,
    title="No security group of the load balancer lets anybody in at a listener's port",
    severity=Severity.WARNING,
    subject=Listener,
    since="0.1",
    rationale="The listener is there, and nobody reaches it: users wait until they time out.",
    remediation="Add an inbound rule for the listener's port to the load balancer's security group, "
    "from those who are to reach it.",
    source="https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer- "
    "update-security-groups.html",
    bad="""
Resources:
  BalancerGroup:
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupDescription: balancer
      SecurityGroupIngress: [{IpProtocol: tcp, FromPort: 80, ToPort: 80, CidrIp: 0.0.0.0/0}]
  TaskGroup:
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupDescription: tasks
      SecurityGroupIngress:
        - {IpProtocol: tcp, FromPort: 8080, ToPort: 8080, SourceSecurityGroupId: !Ref BalancerGroup}
  Balancer:
    Type: AWS::ElasticLoadBalancingV2::LoadBalancer
    Properties: {SecurityGroups: [!Ref BalancerGroup]}
  Listener:
    Type: AWS::ElasticLoadBalancingV2::Listener
    Properties:
      LoadBalancerArn: !Ref Balancer
      Port: 443  # <-
      DefaultActions: [{Type: forward, TargetGroupArn: !Ref Blue}]
  Blue: {Type: AWS::ElasticLoadBalancingV2::TargetGroup}
  Web:
    Type: AWS::ECS::Service
    DependsOn: Listener
    Properties:
      LoadBalancers: [{TargetGroupArn: !Ref Blue, ContainerName: web, ContainerPort: 8080}]
      NetworkConfiguration:
        AwsvpcConfiguration:
          SecurityGroups: [!Ref TaskGroup]
""",
    good="""
Resources:
  BalancerGroup:
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupDescription: balancer
      SecurityGroupIngress: [{IpProtocol: tcp, FromPort: 80, ToPort: 80, CidrIp: 0.0.0.0/0}]
  TaskGroup:
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupDescription: tasks
      SecurityGroupIngress:
        - {IpProtocol: tcp, FromPort: 8080, ToPort: 8080, SourceSecurityGroupId: !Ref BalancerGroup}
  Balancer:
    Type: AWS::ElasticLoadBalancingV2::LoadBalancer
    Properties: {SecurityGroups: [!Ref BalancerGroup]}
  Listener:
    Type: AWS::ElasticLoadBalancingV2::Listener
    Properties:
      LoadBalancerArn: !Ref Balancer
      Port: 80
      DefaultActions: [{Type: forward, TargetGroupArn: !Ref Blue}]
  Blue: {Type: AWS::ElasticLoadBalancingV2::TargetGroup}
  Web:
    Type: AWS::ECS::Service
    DependsOn: Listener
    Properties:
      LoadBalancers: [{TargetGroupArn: !Ref Blue, ContainerName: web, ContainerPort: 8080}]
      NetworkConfiguration:
        AwsvpcConfiguration:
          SecurityGroups: [!Ref TaskGroup]
""",
)
def closed_listener_port(listener: Listener, graph: PipelineGraph) -> Findings:
    """A rule may be added by another stack."""
    balancer, port = balancer_of(listener, graph), known(listener.port)
    if balancer is None or port is None or not balancer.security_groups.complete:
        return
    groups = [graph.find(each, SecurityGroup) for each in balancer.security_groups]
    rules: list[PortRule] = []
    for group in groups:
        if not isinstance(group, SecurityGroup) or not group.ingress.complete:
            return
        rules += graph.inbound_rules_of(group)
    if groups and not any(rule.covers(port) is not False for rule in rules):
        yield Finding(
            listener.at("Port"),
            f"{listener.said} of {balancer.said} takes traffic on port {port}, at which no security group "
            "lets anybody in",
            Confidence.MEDIUM,
        )
