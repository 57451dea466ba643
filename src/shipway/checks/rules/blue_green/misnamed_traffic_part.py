"""BG012."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.checks.finding import Finding, Severity
from shipway.checks.rule import Family, Findings, rule
from shipway.model.balancer import LoadBalancer, TargetGroup
from shipway.model.graph import PipelineGraph
from shipway.model.node import Relation
from shipway.model.release import TargetGroupPair
from shipway.model.text import TokenKind
from shipway.model.value import Unresolved, text_of

if TYPE_CHECKING:
    from shipway.model.graph_core import Edge

_ARN_OF_TARGET_GROUP = frozenset({"", "TargetGroupArn"})
_LISTENERS = frozenset({"", "ListenerArn", "RuleArn"})


@rule(
    id="BG012",
    name="misnamed-traffic-part",
    family=Family.BLUE_GREEN,
    title="An ARN stands where a name belongs, or a name where an ARN belongs",
    severity=Severity.ERROR,
    subject=PipelineGraph,
    since="0.1",
    rationale="CodeDeploy takes target groups by name and listeners by ARN, ECS takes target groups "
    "by ARN. The other one names nothing, and the resource cannot be created.",
    remediation="For TargetGroups[].Name use !GetAtt Group.TargetGroupName, for TargetGroupArn and "
    "ListenerArns use !Ref of the target group or listener.",
    source="https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_TargetGroupInfo.html",
    bad="""
Resources:
  Release:
    Type: AWS::CodeDeploy::DeploymentGroup
    Properties:
      ApplicationName: hello
      ECSServices: [{ClusterName: hello, ServiceName: web}]
      LoadBalancerInfo:
        TargetGroupPairInfoList:
          - TargetGroups:
              - Name: !Ref Blue  # <-
              - Name: green
            ProdTrafficRoute: {ListenerArns: [!ImportValue listener]}
  Blue: {Type: AWS::ElasticLoadBalancingV2::TargetGroup}
""",
    good="""
Resources:
  Release:
    Type: AWS::CodeDeploy::DeploymentGroup
    Properties:
      ApplicationName: hello
      ECSServices: [{ClusterName: hello, ServiceName: web}]
      LoadBalancerInfo:
        TargetGroupPairInfoList:
          - TargetGroups:
              - Name: !GetAtt Blue.TargetGroupName
              - Name: green
            ProdTrafficRoute: {ListenerArns: [!ImportValue listener]}
  Blue: {Type: AWS::ElasticLoadBalancingV2::TargetGroup}
""",
)
def misnamed_traffic_part(graph: PipelineGraph, _graph: PipelineGraph) -> Findings:
    """Only references are judged: of what a parameter or another stack holds nobody knows what it is."""
    for edge in graph.edges:
        token, target = text_of(edge.value).sole, edge.target
        if token is None or token.kind is not TokenKind.RESOURCE:
            continue
        if isinstance(edge.source, TargetGroupPair) and isinstance(target, TargetGroup):
            if token.attribute != "TargetGroupName":
                what = "the ARN" if token.attribute in _ARN_OF_TARGET_GROUP else token.attribute
                yield Finding(edge.location, f"{what} of {target.said} stands where its name belongs")
        elif edge.relation is Relation.LISTENS_AT:
            yield from _listener(edge, graph)
        elif (
            edge.relation is Relation.SENDS_TO
            and isinstance(target, TargetGroup)
            and token.attribute not in _ARN_OF_TARGET_GROUP
        ):
            yield Finding(edge.location, f"{token.attribute} of {target.said} stands where its ARN belongs")


def _listener(edge: Edge, graph: PipelineGraph) -> Findings:
    token = text_of(edge.value).sole
    if token is None:
        return
    if isinstance(edge.target, Unresolved):
        named = next(
            (each for each in graph.resources if (each.stack, each.logical_id) == (token.stack, token.name)),
            None,
        )
        if isinstance(named, (LoadBalancer, TargetGroup)):
            yield Finding(edge.location, f"{named.said} stands where the ARN of a listener belongs")
    elif token.attribute not in _LISTENERS:
        yield Finding(edge.location, f"{token} stands where the ARN of a listener belongs")
