"""BG047."""

from __future__ import annotations

from shipway.checks.finding import Finding, Severity
from shipway.checks.rule import Family, Findings, rule
from shipway.model.balancer import TargetGroup
from shipway.model.graph import PipelineGraph
from shipway.model.value import text_of


@rule(
    id="BG047",
    name="unused-target-group",
    family=Family.BLUE_GREEN,
    title="Nothing sends to the target group, and nothing registers in it",
    severity=Severity.WARNING,
    subject=PipelineGraph,
    since="0.1",
    rationale="A green target group that no deployment group, listener or service names is no "
    "green: deployments go where they went before.",
    remediation="Name it in the deployment group's TargetGroupPairInfoList, or as "
    "AlternateTargetGroupArn of the service; or remove it.",
    source="https://docs.aws.amazon.com/codedeploy/latest/userguide/deployment-steps-ecs.html",
    bad="""
Resources:
  Blue: {Type: AWS::ElasticLoadBalancingV2::TargetGroup}
  Green:  # <-
    Type: AWS::ElasticLoadBalancingV2::TargetGroup
  Listener:
    Type: AWS::ElasticLoadBalancingV2::Listener
    Properties:
      DefaultActions:
        - Type: forward
          ForwardConfig:
            TargetGroups: [{TargetGroupArn: !Ref Blue}]
""",
    good="""
Resources:
  Blue: {Type: AWS::ElasticLoadBalancingV2::TargetGroup}
  Green:
    Type: AWS::ElasticLoadBalancingV2::TargetGroup
  Listener:
    Type: AWS::ElasticLoadBalancingV2::Listener
    Properties:
      DefaultActions:
        - Type: forward
          ForwardConfig:
            TargetGroups: [{TargetGroupArn: !Ref Blue}, {TargetGroupArn: !Ref Green}]
""",
)
def unused_target_group(graph: PipelineGraph, _graph: PipelineGraph) -> Findings:
    """Whatever refers to it may use it, an output for another stack included."""
    groups = {
        (each.stack, each.logical_id): each for each in graph.all(TargetGroup) if not graph.edges_to(each)
    }
    if not groups:
        return
    values = [value for each in graph.resources for _, value in each.properties.walk()]
    values += [output.value for stack in graph.stacks for output in stack.outputs if output.value is not None]
    referred = {(token.stack, token.name) for value in values for token in text_of(value).tokens}
    for key, group in groups.items():
        if key not in referred:
            yield Finding(
                group.location, f"{group.said} is named by no listener, service or deployment group"
            )
