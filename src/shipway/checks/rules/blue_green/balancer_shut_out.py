"""BG019."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.checks.finding import Finding, Severity, Undetermined
from shipway.checks.rule import Family, Findings, rule
from shipway.checks.rules.blue_green._release import balancer_of
from shipway.model.balancer import TargetGroup
from shipway.model.network import PortRule, SecurityGroup, SecurityGroupRule
from shipway.model.node import Relation
from shipway.model.service import Service
from shipway.model.value import Many, known

if TYPE_CHECKING:
    from shipway.model.graph import PipelineGraph
    from shipway.model.value import Value


@rule(
    id="BG019",
    name="balancer-shut-out",
    family=Family.BLUE_GREEN,
    title="Security groups keep the load balancer away from the tasks",
    severity=Severity.ERROR,
    subject=Service,
    since="0.1",
    rationale="The balancer's health checks time out, every task is replaced as unhealthy, and no "
    "deployment ever succeeds.",
    remediation="Let the tasks' security group in from the balancer's security group, at the "
    "container's port, and let the balancer's out to it.",
    source="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/troubleshoot-service- "
    "load-balancers.html",
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
        - {IpProtocol: tcp, FromPort: 80, ToPort: 80, SourceSecurityGroupId: !Ref BalancerGroup}
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
          SecurityGroups: [!Ref TaskGroup]  # <-
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
def balancer_shut_out(service: Service, graph: PipelineGraph) -> Findings:
    """Addresses count as admitted: which ones a subnet has is not followed. So does a prefix list."""
    where = service.at("NetworkConfiguration", "AwsvpcConfiguration", "SecurityGroups")
    tasks = _groups(service.security_groups, graph)
    if not tasks:
        return
    for balancing in service.load_balancers:
        port, group = known(balancing.port), graph.find(balancing.target_group, TargetGroup)
        if port is None or not isinstance(group, TargetGroup):
            continue
        routes = graph.listeners_that_send_to(group)
        for balancer in dict.fromkeys(balancer_of(route, graph) for route in routes):
            guards = _groups(balancer.security_groups, graph) if balancer is not None else None
            if balancer is None or not guards or known(balancer.type) == "network":
                continue
            inbound = [rule for each in tasks for rule in graph.inbound_rules_of(each)]
            unseen = next((each.ingress.rest for each in tasks if each.ingress.rest), None)
            if not any(_admits(rule, port, guards, graph) for rule in inbound):
                if unseen is not None:
                    yield Undetermined(where, unseen.reason)
                    continue
                yield Finding(
                    where,
                    f"{service.said} takes traffic on port {port}, and none of its security groups "
                    f"({', '.join(each.logical_id for each in tasks)}) lets {balancer.said} in there",
                )
            elif not _lets_out(guards, tasks, port, graph):
                yield Finding(
                    where,
                    f"{service.said} takes traffic on port {port}, and no security group of "
                    f"{balancer.said} lets it out there",
                )


def _groups(values: Many[Value[str]], graph: PipelineGraph) -> tuple[SecurityGroup, ...] | None:
    """The groups; None when one cannot be seen: it may admit anything."""
    found = [graph.find(each, SecurityGroup) for each in values]
    seen = tuple(each for each in found if isinstance(each, SecurityGroup))
    return seen if values.complete and len(seen) == len(found) else None


def _admits(rule: PortRule, port: int, peers: tuple[SecurityGroup, ...], graph: PipelineGraph) -> bool:
    if rule.covers(port) is False:
        return False
    if rule.peer is None:
        return True
    peer = graph.find(rule.peer, SecurityGroup)
    return not isinstance(peer, SecurityGroup) or peer in peers


def _lets_out(
    guards: tuple[SecurityGroup, ...], tasks: tuple[SecurityGroup, ...], port: int, graph: PipelineGraph
) -> bool:
    for guard in guards:
        attached = graph.users(guard, Relation.ATTACHED_TO, SecurityGroupRule)
        rules = [*guard.egress, *(each.rule for each in attached if not each.rule.inbound)]
        if (not guard.egress_configured and not rules) or not guard.egress.complete:
            return True
        if any(_admits(rule, port, tasks, graph) for rule in rules):
            return True
    return False
