"""BG040."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.checks.finding import Finding, Severity
from shipway.checks.rule import Family, Findings, rule
from shipway.checks.rules.blue_green._order import needs_of
from shipway.model.balancer import TargetGroup
from shipway.model.service import Service

if TYPE_CHECKING:
    from shipway.model.graph import PipelineGraph


@rule(
    id="BG040",
    name="service-before-its-listener",
    family=Family.BLUE_GREEN,
    title="Service does not wait for the listener of its target group",
    severity=Severity.ERROR,
    subject=Service,
    since="0.1",
    rationale="ECS refuses a service whose target group belongs to no load balancer yet. "
    "CloudFormation creates service and listener at the same time, and the balancer takes "
    "minutes: the stack fails.",
    remediation="Add DependsOn with the listener, or the listener rule, to the service.",
    source="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/troubleshoot-service- "
    "load-balancers.html",
    bad="""
Resources:
  Balancer: {Type: AWS::ElasticLoadBalancingV2::LoadBalancer}
  Blue: {Type: AWS::ElasticLoadBalancingV2::TargetGroup}
  Listener:
    Type: AWS::ElasticLoadBalancingV2::Listener
    Properties:
      LoadBalancerArn: !Ref Balancer
      DefaultActions: [{Type: forward, TargetGroupArn: !Ref Blue}]
  Web:
    Type: AWS::ECS::Service
    Properties:
      LoadBalancers:
        - ContainerName: web
          ContainerPort: 80
          TargetGroupArn: !Ref Blue  # <-
""",
    good="""
Resources:
  Balancer: {Type: AWS::ElasticLoadBalancingV2::LoadBalancer}
  Blue: {Type: AWS::ElasticLoadBalancingV2::TargetGroup}
  Listener:
    Type: AWS::ElasticLoadBalancingV2::Listener
    Properties:
      LoadBalancerArn: !Ref Balancer
      DefaultActions: [{Type: forward, TargetGroupArn: !Ref Blue}]
  Web:
    Type: AWS::ECS::Service
    DependsOn: Listener
    Properties:
      LoadBalancers:
        - ContainerName: web
          ContainerPort: 80
          TargetGroupArn: !Ref Blue
""",
)
def service_before_its_listener(service: Service, graph: PipelineGraph) -> Findings:
    """Whatever stands between them counts: a service may wait for a rule that waits for the listener."""
    waits: frozenset[str] | None = None
    for index, balancing in enumerate(service.load_balancers):
        group = graph.find(balancing.target_group, TargetGroup)
        if not isinstance(group, TargetGroup) or group.stack != service.stack:
            continue
        routes = [each for each in graph.listeners_that_send_to(group) if each.stack == service.stack]
        if not routes:
            continue
        waits = needs_of(service, graph) if waits is None else waits
        if not any(each.logical_id in waits for each in routes):
            yield Finding(
                service.at("LoadBalancers", index, "TargetGroupArn"),
                f"{service.said} registers its tasks in {group.said} without waiting for {routes[0].said}, "
                "which ties it to a load balancer",
            )
