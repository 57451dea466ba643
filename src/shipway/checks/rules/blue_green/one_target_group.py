"""BG004."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.checks.finding import Finding, Severity
from shipway.checks.rule import Family, Findings, rule
from shipway.model.balancer import TargetGroup
from shipway.model.release import TargetGroupPair
from shipway.model.value import Many, text_of

if TYPE_CHECKING:
    from shipway.model.graph import PipelineGraph
    from shipway.model.value import Value

_TWO = 2


@rule(
    id="BG004",
    name="one-target-group",
    family=Family.BLUE_GREEN,
    title="Traffic cannot shift: the pair does not hold two different target groups",
    severity=Severity.ERROR,
    subject=TargetGroupPair,
    since="0.1",
    rationale="Blue and green are told apart by their target groups. With one of them, or the same "
    "one twice, CodeDeploy refuses the deployment group.",
    remediation="Declare a second target group with the same settings, and name both in TargetGroups.",
    source="https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_TargetGroupPairInfo.h tml",
    bad="""
Resources:
  Release:
    Type: AWS::CodeDeploy::DeploymentGroup
    Properties:
      ApplicationName: hello
      ECSServices: [{ClusterName: hello, ServiceName: web}]
      LoadBalancerInfo:
        TargetGroupPairInfoList:
          - TargetGroups: [{Name: blue}]  # <-
            ProdTrafficRoute: {ListenerArns: [!ImportValue listener]}
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
          - TargetGroups: [{Name: blue}, {Name: green}]
            ProdTrafficRoute: {ListenerArns: [!ImportValue listener]}
""",
)
def one_target_group(pair: TargetGroupPair, graph: PipelineGraph) -> Findings:
    """None at all is another rule's; a third one is as wrong as a missing second."""
    groups, where = pair.target_groups, pair.at("TargetGroups")
    if not groups.complete or not groups:
        return
    if len(groups) != _TWO:
        yield Finding(
            where,
            f"deployment group {pair.logical_id} names {len(groups)} target group"
            f"{'s' if len(groups) > 1 else ''}, where blue and green are two",
        )
    elif graph.same(*groups) or _is_one(groups, graph):
        yield Finding(
            where, f"deployment group {pair.logical_id} names target group {text_of(groups[0])} twice"
        )


def _is_one(groups: Many[Value[str]], graph: PipelineGraph) -> bool:
    first, second = (graph.find(each, TargetGroup) for each in groups)
    return isinstance(first, TargetGroup) and first is second
