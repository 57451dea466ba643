"""PIPE021."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.checks.finding import Confidence, Finding, Severity
from shipway.checks.rule import Family, Findings, rule
from shipway.model.release import DeploymentGroup, EcsTarget
from shipway.model.service import Cluster, Service
from shipway.model.value import Cause, Unresolved, text_of

if TYPE_CHECKING:
    from shipway.model.graph import PipelineGraph


@rule(
    id="PIPE021",
    name="service-of-nowhere",
    family=Family.INTEGRATION,
    title="Deployment group names a service that does not exist in the stack's own cluster",
    severity=Severity.ERROR,
    subject=EcsTarget,
    since="0.1",
    rationale="CodeDeploy looks the service up when the deployment group is created. In a cluster that the "
    "same stack creates there is no service but those that the stack declares, so the stack fails.",
    remediation="Declare the AWS::ECS::Service and name it with !GetAtt Service.Name.",
    source="https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_CreateDeploymentGroup.html",
    bad="""
Resources:
  Cluster:
    Type: AWS::ECS::Cluster
  Group:
    Type: AWS::CodeDeploy::DeploymentGroup
    Properties:
      ApplicationName: hello
      ECSServices:
        - ClusterName: !Ref Cluster
          ServiceName: !Sub "${AWS::StackName}-service"  # <-
""",
    good="""
Resources:
  Cluster:
    Type: AWS::ECS::Cluster
  Service:
    Type: AWS::ECS::Service
    Properties:
      Cluster: !Ref Cluster
      ServiceName: !Sub "${AWS::StackName}-service"
  Group:
    Type: AWS::CodeDeploy::DeploymentGroup
    Properties:
      ApplicationName: hello
      ECSServices:
        - ClusterName: !Ref Cluster
          ServiceName: !Sub "${AWS::StackName}-service"
""",
)
def service_of_nowhere(target: EcsTarget, graph: PipelineGraph) -> Findings:
    """A nested stack or a macro may still put the service into the cluster."""
    group = graph.enclosing(target, DeploymentGroup)
    cluster = graph.find(target.cluster, Cluster)
    service = graph.find(target.service, Service)
    if group is None or not isinstance(cluster, Cluster) or not isinstance(service, Unresolved):
        return
    if service.cause is not Cause.OUTSIDE or cluster.stack != group.stack:
        return
    stack = next(each for each in graph.stacks if each.name == group.stack)
    hidden = bool(stack.transforms) or any(
        each.cfn_type == "AWS::CloudFormation::Stack" and each.stack == group.stack
        for each in graph.resources
    )
    yield Finding(
        target.at("ServiceName"),
        f"{group.said} names service {text_of(target.service)} in {cluster.said} of this stack, "
        "which declares no such service",
        Confidence.MEDIUM if hidden else Confidence.HIGH,
        severity=Severity.WARNING if hidden else None,
    )
