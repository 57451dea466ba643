"""BG015."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.checks.finding import Finding, Severity
from shipway.checks.rule import Family, Findings, rule
from shipway.checks.rules.blue_green._release import balanced_by, sent_to, targets_of
from shipway.model.balancer import Listener, ListenerRule, TargetGroup
from shipway.model.release import DeploymentGroup, TargetGroupPair

if TYPE_CHECKING:
    from collections.abc import Iterable

    from shipway.model.graph import PipelineGraph
    from shipway.model.value import Many, Value


@rule(
    id="BG015",
    name="listener-not-on-blue",
    family=Family.BLUE_GREEN,
    title="Listener does not send to the target group of the service",
    severity=Severity.ERROR,
    subject=TargetGroupPair,
    since="0.1",
    rationale="CodeDeploy shifts a listener away from the target group in which the service's tasks "
    "are. When the listener, and every rule of it, sends elsewhere, the deployment fails: "
    "the primary task set's target group must be behind the listener.",
    remediation="Let the production listener forward to the target group that the service's "
    "LoadBalancers name (blue).",
    source="https://docs.aws.amazon.com/codedeploy/latest/userguide/deployment-steps-ecs.html",
    bad="""
Resources:
  Blue: {Type: AWS::ElasticLoadBalancingV2::TargetGroup}
  Green: {Type: AWS::ElasticLoadBalancingV2::TargetGroup}
  Other: {Type: AWS::ElasticLoadBalancingV2::TargetGroup}
  Listener:
    Type: AWS::ElasticLoadBalancingV2::Listener
    Properties:
      DefaultActions: [{Type: forward, TargetGroupArn: !Ref Other}]
  Web:
    Type: AWS::ECS::Service
    Properties:
      DeploymentController: {Type: CODE_DEPLOY}
      LoadBalancers:
        - {ContainerName: web, ContainerPort: 80, TargetGroupArn: !Ref Blue}
  Release:
    Type: AWS::CodeDeploy::DeploymentGroup
    Properties:
      ApplicationName: hello
      ECSServices: [{ClusterName: hello, ServiceName: !GetAtt Web.Name}]
      LoadBalancerInfo:
        TargetGroupPairInfoList:
          - TargetGroups: [{Name: !GetAtt Blue.TargetGroupName}, {Name: !GetAtt Green.TargetGroupName}]
            ProdTrafficRoute: {ListenerArns: [!Ref Listener]}  # <-
""",
    good="""
Resources:
  Blue: {Type: AWS::ElasticLoadBalancingV2::TargetGroup}
  Green: {Type: AWS::ElasticLoadBalancingV2::TargetGroup}
  Other: {Type: AWS::ElasticLoadBalancingV2::TargetGroup}
  Listener:
    Type: AWS::ElasticLoadBalancingV2::Listener
    Properties:
      DefaultActions: [{Type: forward, TargetGroupArn: !Ref Blue}]
  Web:
    Type: AWS::ECS::Service
    Properties:
      DeploymentController: {Type: CODE_DEPLOY}
      LoadBalancers:
        - {ContainerName: web, ContainerPort: 80, TargetGroupArn: !Ref Blue}
  Release:
    Type: AWS::CodeDeploy::DeploymentGroup
    Properties:
      ApplicationName: hello
      ECSServices: [{ClusterName: hello, ServiceName: !GetAtt Web.Name}]
      LoadBalancerInfo:
        TargetGroupPairInfoList:
          - TargetGroups: [{Name: !GetAtt Blue.TargetGroupName}, {Name: !GetAtt Green.TargetGroupName}]
            ProdTrafficRoute: {ListenerArns: [!Ref Listener]}
""",
)
def listener_not_on_blue(pair: TargetGroupPair, graph: PipelineGraph) -> Findings:
    """Without a service to be seen, either group of the pair may hold its tasks."""
    group = graph.enclosing(pair, DeploymentGroup)
    both = targets_of(pair, graph)
    if group is None or both is None:
        return
    blue = [each for service in graph.services_of(group) for each in balanced_by(service, graph) or ()]
    yield from _route(pair, pair.production_listeners, "ProdTrafficRoute", blue or both, graph)
    yield from _route(pair, pair.test_listeners, "TestTrafficRoute", both, graph)


def _route(
    pair: TargetGroupPair,
    listeners: Many[Value[str]],
    key: str,
    wanted: Iterable[TargetGroup],
    graph: PipelineGraph,
) -> Findings:
    for index, value in enumerate(listeners):
        listener = graph.find(value, Listener, ListenerRule)
        if not isinstance(listener, (Listener, ListenerRule)):
            continue
        sends = sent_to(listener, graph)
        if sends is not None and not set(sends) & set(wanted):
            to = ", ".join(each.logical_id for each in sends) or "no target group"
            test = key == "TestTrafficRoute"
            yield Finding(
                pair.at(key, "ListenerArns", index),
                f"{listener.said} sends to {to}, and not to "
                f"{' or '.join(each.logical_id for each in wanted)}, where "
                f"deployment group {pair.logical_id} {'may test' if test else 'expects the tasks'}",
                severity=Severity.WARNING if test else None,
            )
