"""BG022."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.checks.finding import Finding, Severity
from shipway.checks.rule import Family, Findings, rule
from shipway.checks.rules.blue_green._release import targets_of
from shipway.model.release import TargetGroupPair
from shipway.model.value import Unresolved, known

if TYPE_CHECKING:
    from shipway.model.graph import PipelineGraph

_ALIKE = (
    "TargetType",
    "Protocol",
    "ProtocolVersion",
    "HealthCheckPath",
    "HealthCheckPort",
    "HealthCheckProtocol",
)


@rule(
    id="BG022",
    name="blue-unlike-green",
    family=Family.BLUE_GREEN,
    title="Blue and green target group do not check or serve alike",
    severity=Severity.WARNING,
    subject=TargetGroupPair,
    since="0.1",
    rationale="The two take turns: what one calls healthy, the other has to. Where they differ, "
    "every second deployment behaves otherwise.",
    remediation="Give both target groups the same target type, protocol and health check.",
    source="https://docs.aws.amazon.com/codedeploy/latest/userguide/deployment-steps-ecs.html",
    bad="""
Resources:
  Blue:
    Type: AWS::ElasticLoadBalancingV2::TargetGroup
    Properties: {TargetType: ip, HealthCheckPath: /health}
  Green:
    Type: AWS::ElasticLoadBalancingV2::TargetGroup
    Properties: {TargetType: ip, HealthCheckPath: /}
  Release:
    Type: AWS::CodeDeploy::DeploymentGroup
    Properties:
      ApplicationName: hello
      ECSServices: [{ClusterName: hello, ServiceName: web}]
      LoadBalancerInfo:
        TargetGroupPairInfoList:
          - TargetGroups: [{Name: !GetAtt Blue.TargetGroupName}, {Name: !GetAtt Green.TargetGroupName}]  # <-
            ProdTrafficRoute: {ListenerArns: [!ImportValue listener]}
""",
    good="""
Resources:
  Blue:
    Type: AWS::ElasticLoadBalancingV2::TargetGroup
    Properties: {TargetType: ip, HealthCheckPath: /health}
  Green:
    Type: AWS::ElasticLoadBalancingV2::TargetGroup
    Properties: {TargetType: ip, HealthCheckPath: /health}
  Release:
    Type: AWS::CodeDeploy::DeploymentGroup
    Properties:
      ApplicationName: hello
      ECSServices: [{ClusterName: hello, ServiceName: web}]
      LoadBalancerInfo:
        TargetGroupPairInfoList:
          - TargetGroups: [{Name: !GetAtt Blue.TargetGroupName}, {Name: !GetAtt Green.TargetGroupName}]
            ProdTrafficRoute: {ListenerArns: [!ImportValue listener]}
""",
)
def blue_unlike_green(pair: TargetGroupPair, graph: PipelineGraph) -> Findings:
    """Intervals and thresholds may differ without harm, and so may the port of the group."""
    both = targets_of(pair, graph)
    if not both or len(set(both)) == 1:
        return
    blue, green = both[0], both[-1]
    for key in _ALIKE:
        one, other = blue.properties.text(key), green.properties.text(key)
        if isinstance(one, Unresolved) or isinstance(other, Unresolved) or known(one) == known(other):
            continue
        yield Finding(
            pair.at("TargetGroups"),
            f"{key} of {blue.said} is {known(one) or 'the default'}, and that of {green.said} "
            f"{known(other) or 'the default'}",
        )
        return
