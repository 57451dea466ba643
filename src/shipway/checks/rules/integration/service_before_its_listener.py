"""PIPE043."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.checks.finding import Confidence, Finding, Severity
from shipway.checks.rule import Family, Findings, rule
from shipway.model.balancer import TargetGroup
from shipway.model.graph import PipelineGraph
from shipway.model.service import Service

if TYPE_CHECKING:
    from shipway.model.resource import Resource


@rule(
    id="PIPE043",
    name="service-before-its-listener",
    family=Family.INTEGRATION,
    title="Service does not wait for the listener of its target group",
    severity=Severity.WARNING,
    subject=PipelineGraph,
    since="0.1",
    rationale="ECS refuses a service whose target group no load balancer uses yet. The service refers to the "
    "target group only, so CloudFormation creates it beside the listener, and mostly before: the "
    "stack fails.",
    remediation="Add DependsOn with the listener to the service.",
    source="https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-attribute-dependson.html",
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
def service_before_its_listener(graph: PipelineGraph, _graph: PipelineGraph) -> Findings:
    """Whatever a service needs, directly or not, is there before it."""
    needs: dict[tuple[str, str], frozenset[str]] = {}
    by_id = {(each.stack, each.logical_id): each for each in graph.resources}
    for service in graph.all(Service):
        for index, balancing in enumerate(service.load_balancers):
            group = graph.find(balancing.target_group, TargetGroup)
            if not isinstance(group, TargetGroup) or group.stack != service.stack:
                continue
            sending = graph.listeners_that_send_to(group)
            listeners = {each.logical_id for each in sending if each.stack == service.stack}
            if listeners and not listeners.intersection(_needed_by(service, by_id, needs)):
                yield Finding(
                    service.at("LoadBalancers", index, "TargetGroupArn"),
                    f"{service.said} takes traffic of {group.said} and does not wait for "
                    f"{' or '.join(sorted(listeners))}",
                    Confidence.MEDIUM,  # a service that waits long for something else may come late enough
                )


def _needed_by(
    service: Service, by_id: dict[tuple[str, str], Resource], needs: dict[tuple[str, str], frozenset[str]]
) -> set[str]:
    """All that is created before a service; `needs` remembers what each resource names."""
    seen: set[str] = set()
    waiting = [service.logical_id]
    while waiting:
        key = (service.stack, waiting.pop())
        if key not in needs:
            each = by_id.get(key)
            needs[key] = (
                each.properties.references().union(each.depends_on) if each is not None else frozenset()
            )
        fresh = needs[key] - seen
        seen.update(fresh)
        waiting.extend(fresh)
    return seen
