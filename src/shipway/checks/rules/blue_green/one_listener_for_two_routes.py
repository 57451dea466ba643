"""BG039."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.checks.finding import Finding, Severity
from shipway.checks.rule import Family, Findings, rule
from shipway.model.release import TargetGroupPair
from shipway.model.value import text_of

if TYPE_CHECKING:
    from shipway.model.graph import PipelineGraph


@rule(
    id="BG039",
    name="one-listener-for-two-routes",
    family=Family.BLUE_GREEN,
    title="Production and test traffic need one listener each",
    severity=Severity.ERROR,
    subject=TargetGroupPair,
    since="0.1",
    rationale="A route has exactly one listener, and the test route another than production: users "
    "would get the version that is still under test. CodeDeploy refuses the group.",
    remediation="Name one listener in ProdTrafficRoute, and another one, on its own port, in "
    "TestTrafficRoute.",
    source="https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_TrafficRoute.html",
    bad="""
Resources:
  Release:
    Type: AWS::CodeDeploy::DeploymentGroup
    Properties:
      ApplicationName: hello
      ECSServices: [{ClusterName: hello, ServiceName: web}]
      LoadBalancerInfo:
        TargetGroupPairInfoList:
          - TargetGroups: [{Name: blue}, {Name: green}]
            ProdTrafficRoute: {ListenerArns: [!ImportValue production]}
            TestTrafficRoute: {ListenerArns: [!ImportValue production]}  # <-
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
            ProdTrafficRoute: {ListenerArns: [!ImportValue production]}
            TestTrafficRoute: {ListenerArns: [!ImportValue test]}
""",
)
def one_listener_for_two_routes(pair: TargetGroupPair, graph: PipelineGraph) -> Findings:
    """Two listeners in one route are as wrong as one in two."""
    routes = {"ProdTrafficRoute": pair.production_listeners, "TestTrafficRoute": pair.test_listeners}
    for key, listeners in routes.items():
        if len(listeners) > 1:
            yield Finding(
                pair.at(key, "ListenerArns"),
                f"deployment group {pair.logical_id} names {len(listeners)} listeners in {key}, not one",
            )
    for index, test in enumerate(pair.test_listeners):
        if any(graph.same(test, each) for each in pair.production_listeners):
            yield Finding(
                pair.at("TestTrafficRoute", "ListenerArns", index),
                f"deployment group {pair.logical_id} takes test traffic at {text_of(test)}, the listener of "
                "production",
            )
